"""The code tables of ``config/``: object codes and provinces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from kiosk.rule_files import RuleFile

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
    """Raises SettingsError ``rule_file``."""
    return read_object_codes(RuleFile.named("object_codes.toml"))


def read_object_codes(file: RuleFile) -> Mapping[str, ObjectCode]:
    found = {}
    for code, row in file.rows():
        file.only(code, row, {"meaning", "levels", "sure"})
        levels = row.get("levels")
        if not isinstance(levels, list) or not all(level in range(1, 10) for level in levels):
            file.refuse(code, "levels", f"{levels!r} is no list of levels", "[4]")
        found[code] = ObjectCode(code, file.text(code, row, "meaning"), tuple(levels))
    return found


@cache
def provinces() -> Mapping[str, Province]:
    """Raises SettingsError ``rule_file``."""
    return read_provinces(RuleFile.named("provinces.toml"))


def read_provinces(file: RuleFile) -> Mapping[str, Province]:
    found = {}
    for code, row in file.rows():
        file.only(code, row, {"name", "since_2025", "merged_into", "unconfirmed"})
        found[code] = Province(
            code=code,
            name=file.text(code, row, "name"),
            since_2025=file.text(code, row, "since_2025") if "since_2025" in row else None,
            merged_into=file.text(code, row, "merged_into") if "merged_into" in row else None,
            confirmed=not file.flag(code, row, "unconfirmed", default=False),
        )
    return found
