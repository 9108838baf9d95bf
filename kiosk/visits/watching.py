"""The watch list: cards that the facility wants to look at twice, brought in as a CSV file.

Columns by name in the first line, in any order: ``number`` (card, BHXH or citizen number; also ``so_the``),
``reason`` (``ly_do``) and, where it ends, ``until`` (``den_ngay``). Lines that cannot be read are listed by
number; the others are taken.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from kiosk.card import parse_birth_date, parse_number
from kiosk.errors import CardParseError, UsageError
from kiosk.visits.identity import keys_of

MOST_BYTES = 20_000_000
LONGEST_REASON = 200

_NAMES = {
    "number": {"number", "so_the", "số thẻ", "card_number"},
    "reason": {"reason", "ly_do", "lý do"},
    "until": {"until", "den_ngay", "đến ngày"},
}


@dataclass(frozen=True, slots=True)
class Watched:
    """One card to watch. `until`: last day; None: without end."""

    keys: frozenset[str]
    reason: str
    until: date | None


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that was left out: its number in the file, and why (``card_number``, ``reason``, ``until``)."""

    line: int
    field: str


@dataclass(frozen=True, slots=True)
class WatchList:
    entries: tuple[Watched, ...]
    bad: tuple[BadLine, ...]


def read_watch_list(file: Path) -> WatchList:
    """Raises UsageError ``watch_list_file`` (unreadable) or ``watch_list_columns``."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UsageError("watch_list_file", file=str(file), why=error.strerror or "?") from None
    if len(content) > MOST_BYTES:
        raise UsageError("watch_list_file", file=str(file), why=f"> {MOST_BYTES} bytes")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError("watch_list_file", file=str(file), why="not UTF-8") from None
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        places = _places(next(rows, []))
        if places is None:
            raise UsageError("watch_list_columns", file=str(file))
        return _read(rows, places)
    except csv.Error as error:
        raise UsageError("watch_list_file", file=str(file), why=str(error)) from None


def _places(head: list[str]) -> dict[str, int] | None:
    names = [each.strip().casefold() for each in head]
    found = {field: names.index(name) for field, known in _NAMES.items() for name in known if name in names}
    return found if {"number", "reason"} <= set(found) else None


def _read(rows: Iterable[list[str]], places: dict[str, int]) -> WatchList:
    entries: list[Watched] = []
    bad: list[BadLine] = []
    for line, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row):
            continue
        given = {field: row[place].strip() if place < len(row) else "" for field, place in places.items()}
        try:
            keys = keys_of(parse_number(given["number"]), None)
        except CardParseError:
            bad.append(BadLine(line, "card_number"))
            continue
        if not given["reason"]:
            bad.append(BadLine(line, "reason"))
            continue
        try:
            until = _day(given.get("until", ""))
        except ValueError:
            bad.append(BadLine(line, "until"))
            continue
        entries.append(Watched(keys, given["reason"][:LONGEST_REASON], until))
    return WatchList(tuple(entries), tuple(bad))


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        found = parse_birth_date(text).whole_day
    except CardParseError:
        raise ValueError("no date") from None
    if found is None:
        raise ValueError("a day is missing")
    return found


def rows_of(entries: Iterable[Watched], mode: str, facility: str, at: datetime) -> list[dict[str, object]]:
    """Rows of the table; the last entry of a number counts."""
    found: dict[str, dict[str, object]] = {}
    for entry in entries:
        for key in entry.keys:
            found[key] = {
                "mode": mode,
                "facility": facility,
                "key": key,
                "reason": entry.reason,
                "until": entry.until,
                "added_at": at,
            }
    return list(found.values())


__all__ = ["BadLine", "WatchList", "Watched", "read_watch_list", "rows_of"]
