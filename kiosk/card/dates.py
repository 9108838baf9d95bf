"""Dates as cards print them and people type them."""

from __future__ import annotations

import re
from datetime import date

from kiosk.card.model import PartialDate
from kiosk.errors import CardParseError

_SLASHED = re.compile(r"\s*(?:(?:(\d{1,2})\s*[/.\-]\s*)?(\d{1,2})\s*[/.\-]\s*)?(\d{4})\s*", re.ASCII)
_ISO = re.compile(r"\s*(\d{4})-(\d{1,2})(?:-(\d{1,2}))?\s*", re.ASCII)
_DIGITS = re.compile(r"\s*(?:(?:(\d{2}))?(\d{2}))?(\d{4})\s*", re.ASCII)

_FIRST_YEAR, _LAST_YEAR = 1800, 2199


def day_of_line(text: str) -> date | None:
    """A whole day of a BHYT line, ``dd/MM/yyyy`` or unpadded; None when it is not one."""
    found = partial_day_of_line(text)
    return found.whole_day if found else None


def partial_day_of_line(text: str) -> PartialDate | None:
    """A birth date of a BHYT line: ``dd/MM/yyyy``, unpadded, ``MM/yyyy`` or ``yyyy``; zeros are unknown."""
    return _partial(_SLASHED.fullmatch(text))


def partial_day_of_digits(text: str) -> PartialDate | None:
    """A date of a citizen card: ``ddMMyyyy``, ``MMyyyy`` or ``yyyy``; zeros are unknown."""
    return _partial(_DIGITS.fullmatch(text))


def parse_birth_date(text: str) -> PartialDate:
    """A date as a person types it, day first or ISO 8601, to the day, the month or the year.

    Raises CardParseError ``birth_date`` for anything else, two-digit years and days that do not exist.
    """
    iso = _ISO.fullmatch(text)
    if iso is not None:
        year, month, day = iso.groups()
        found = _checked(int(year), int(month), int(day) if day else None)
    else:
        found = _partial(_SLASHED.fullmatch(text) or _DIGITS.fullmatch(text))
    if found is None:
        raise CardParseError("birth_date")
    return found


def _partial(match: re.Match[str] | None) -> PartialDate | None:
    if match is None:
        return None
    day, month, year = (int(part) if part else None for part in match.groups())
    return _checked(year or 0, month or None, day or None)


def _checked(year: int, month: int | None, day: int | None) -> PartialDate | None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return PartialDate(year, month, day)
    except ValueError:
        return None
