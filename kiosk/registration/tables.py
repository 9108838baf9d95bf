"""The tables of ``config/`` that only the registration assistant reads."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kiosk.errors import KioskError
from kiosk.resources import config_folder


@dataclass(frozen=True, slots=True)
class Office:
    """A BHXH office as the hospital wrote it down."""

    id: str
    name: str
    address: str = ""
    hours: str = ""


@cache
def mobile_prefixes() -> frozenset[str]:
    return frozenset(_rules()["phones"]["prefixes"])


@cache
def mail_domains() -> tuple[str, ...]:
    """Usual mail services, the commonest first."""
    return tuple(_rules()["emails"]["domains"])


@cache
def odd_but_real_domains() -> frozenset[str]:
    """Services whose names look like a slip of a commoner one."""
    return frozenset(_rules()["emails"]["real"])


@cache
def slipped_endings() -> Mapping[str, str]:
    return dict(_rules()["emails"]["endings"])


@cache
def _rules() -> Mapping[str, Any]:
    with (config_folder() / "registration.toml").open("rb") as file:
        return tomllib.load(file)


def offices_file(data_folder: Path) -> Path:
    """The hospital's own in the data folder, which no update touches; else the shipped one."""
    own = data_folder / "offices.toml"
    return own if own.exists() else config_folder() / "offices.toml"


def load_offices(file: Path) -> tuple[Office, ...]:
    """The offices of a list such as ``config/offices.toml``, in its order; none where there is no file.

    Raises KioskError ``offices_file`` when a hand has damaged it.
    """
    try:
        return _offices(tomllib.loads(file.read_text(encoding="utf-8-sig")).get("office", []))
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, TypeError, AttributeError) as error:
        why = getattr(error, "strerror", None) or str(error) or "?"
        raise KioskError("offices_file", file=str(file), why=why) from None


def _offices(rows: Any) -> tuple[Office, ...]:
    found = tuple(
        Office(**{key: _text(row.get(key, "")) for key in Office.__dataclass_fields__}) for row in rows
    )
    if any(not office.id or not office.name for office in found):
        raise ValueError("[[office]]: id = …, name = …")
    if len({office.id for office in found}) < len(found):
        raise ValueError("[[office]]: the same id twice")
    return found


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r}: a text in quotes")
    return " ".join(value.split())
