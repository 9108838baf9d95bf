"""The watch list: cards that the facility wants to look at twice, brought in as a CSV file.

Columns by name in the first line, in any order: ``number`` (card, BHXH or citizen number; also ``so_the``),
``reason`` (``ly_do``) and, where it ends, ``until`` (``den_ngay``). Lines that cannot be read are listed by
number; the others are taken. UTF-8, UTF-16 (Excel's "Unicode text") and, as a guess, the Vietnamese Windows
code page.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kiosk.card import parse_birth_date, parse_number
from kiosk.errors import CardParseError, UsageError
from kiosk.visits.identity import keys_of

MOST_BYTES = 20_000_000
LONGEST_REASON = 200
ANSI = "cp1258"
_MOST_LINES_OF_A_ROW = 5

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
    """A line left out: its number in the file, and ``card_number``, ``reason``, ``until`` or ``quotes``."""

    line: int
    field: str


@dataclass(frozen=True, slots=True)
class WatchList:
    """`guessed`: the encoding, where the file does not tell it and the words have to be looked at."""

    entries: tuple[Watched, ...]
    bad: tuple[BadLine, ...]
    guessed: str | None = None


def read_watch_list(file: Path) -> WatchList:
    """Raises UsageError ``watch_list_file``, ``watch_list_columns`` or ``watch_list_all_bad``."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UsageError("watch_list_file", file=str(file), why=error.strerror or "?") from None
    if len(content) > MOST_BYTES:
        raise UsageError("watch_list_file", file=str(file), why=f"> {MOST_BYTES} bytes")
    text, guessed = _decoded(content)
    lines = re.split("\r\n|\n|\r", text)
    separator = re.fullmatch(r"sep=(.)", lines[0].strip()) if lines else None
    skipped = 1 if separator else 0
    head = lines[skipped] if len(lines) > skipped else ""
    delimiter = separator[1] if separator else max(",;\t", key=head.count)
    places = _places(_cells(head, delimiter) or [])
    if places is None:
        raise UsageError("watch_list_columns", file=str(file))
    entries, bad = _read(_rows(lines, skipped + 1, delimiter), places)
    if bad and not entries:
        raise UsageError("watch_list_all_bad", file=str(file), line=str(bad[0].line), count=str(len(bad)))
    return WatchList(entries, bad, guessed)


def _decoded(content: bytes) -> tuple[str, str | None]:
    """The text, and the encoding where it is a guess: Excel's plain "CSV" names none."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace"), None
    try:
        return content.decode("utf-8-sig"), None
    except UnicodeDecodeError:
        return unicodedata.normalize("NFC", content.decode(ANSI, "replace")), ANSI


def _rows(lines: Sequence[str], first: int, delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """Each row with the number of its line; None: no quotes that make sense.

    A cell in quotes may go over some lines. A quote that is left open spoils its own line, not the rest.
    """
    place = first
    while place < len(lines):
        row, end = None, place
        for end in range(place + 1, min(place + _MOST_LINES_OF_A_ROW, len(lines)) + 1):
            row = _cells("\n".join(lines[place:end]), delimiter)
            if row is not None:
                break
        yield place + 1, row
        place = end if row is not None else place + 1


def _cells(line: str, delimiter: str) -> list[str] | None:
    try:
        return next(csv.reader(io.StringIO(line, newline=""), delimiter=delimiter, strict=True), [])
    except csv.Error:
        return None


def _places(head: list[str]) -> dict[str, int] | None:
    names = [each.strip().casefold() for each in head]
    found = {field: names.index(name) for field, known in _NAMES.items() for name in known if name in names}
    return found if {"number", "reason"} <= set(found) else None


def _read(
    rows: Iterable[tuple[int, list[str] | None]], places: Mapping[str, int]
) -> tuple[tuple[Watched, ...], tuple[BadLine, ...]]:
    entries: dict[frozenset[str], Watched] = {}
    bad: list[BadLine] = []
    for line, row in rows:
        if row is None:
            bad.append(BadLine(line, "quotes"))
            continue
        if not any(cell.strip() for cell in row):
            continue
        given = {field: row[place].strip() if place < len(row) else "" for field, place in places.items()}
        try:
            keys = keys_of(parse_number(given["number"]), None)
        except CardParseError:
            bad.append(BadLine(line, "card_number"))
            continue
        reason = " ".join(given["reason"].split())
        if not reason:
            bad.append(BadLine(line, "reason"))
            continue
        try:
            until = last_day(given.get("until", ""))
        except ValueError:
            bad.append(BadLine(line, "until"))
            continue
        entries[keys] = Watched(keys, reason[:LONGEST_REASON], until)  # of several, the last one counts
    return tuple(entries.values()), tuple(bad)


def last_day(text: str) -> date | None:
    """A last day as people write it; None for nothing written. Raises ValueError."""
    if not text:
        return None
    try:
        found = parse_birth_date(text).whole_day
    except CardParseError:
        raise ValueError("no date") from None
    if found is None:
        raise ValueError("a day is missing")
    return found


__all__ = ["BadLine", "WatchList", "Watched", "last_day", "read_watch_list"]
