"""The code tables of ``config/``: object codes and provinces."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from kiosk.resources import config_folder

LEGACY_LEVELS = "67"
"""Benefit digits of cards from before 2015; those cards have long expired."""


@dataclass(frozen=True, slots=True)
class ObjectCode:
    """A mã đối tượng: who the card is for, and the benefit levels usual for it."""

    code: str
    meaning: str
    levels: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Province:
    """A province code as printed on cards, with what became of it in the merger of 01/07/2025."""

    code: str
    name: str
    since_2025: str | None = None  # another province has this code now
    merged_into: str | None = None  # code of the province that took this one over
    confirmed: bool = True

    @property
    def label(self) -> str:
        """``79 (TP. Hồ Chí Minh)``, ``24 (Bắc Giang cũ / Bắc Ninh)``: both names where two are possible."""
        names = f"{self.name} cũ / {self.since_2025}" if self.since_2025 else self.name
        return f"{self.code} ({names})"


@cache
def object_codes() -> Mapping[str, ObjectCode]:
    rows = _table("object_codes")
    return {code: ObjectCode(code, row["meaning"], tuple(row["levels"])) for code, row in rows.items()}


@cache
def provinces() -> Mapping[str, Province]:
    return {
        code: Province(
            code=code,
            name=row["name"],
            since_2025=row.get("since_2025"),
            merged_into=row.get("merged_into"),
            confirmed=not row.get("unconfirmed", False),
        )
        for code, row in _table("provinces").items()
    }


def _table(name: str) -> Mapping[str, Mapping[str, Any]]:
    with (config_folder() / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)
