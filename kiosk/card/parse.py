"""The front door: any text in, a card or one kind of error out."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from kiosk import clock
from kiosk.card import damage
from kiosk.card.citizen_line import looks_like_citizen_line, parse_citizen_line
from kiosk.card.health_line import looks_like_health_line, parse_health_line
from kiosk.card.model import Card, Notice
from kiosk.card.numbers import parse_number, without_separators
from kiosk.card.scans import is_start_of, split_at_breaks, split_where_lines_begin, without_prefix
from kiosk.errors import CardParseError

LONGEST_TEXT = 20_000
"""Characters; the longest line has about 330, six times that with entities, twice for two scans."""

_WEB_LAYERS = 3
"""How often a text may have been encoded on its way through other software."""

_NUMBERISH = re.compile(r"[0-9A-Za-z\s.\-_/–—·\u00a0]{1,40}", re.ASCII)


def parse(text: str, today: date | None = None) -> Card:
    """What a scanned or typed text says: a BHYT line, a citizen card's line, or a bare number.

    Raises CardParseError and nothing else: ``empty``, ``too_long``, ``unknown_code``, ``line_incomplete``,
    ``two_scans``, ``input_method_on`` and those of `parse_number`.
    """
    if len(text) > LONGEST_TEXT:
        raise CardParseError("too_long", length=str(len(text)))
    card = _parse(text, today or clock.today())
    return _noted(card, Notice("not_utf8")) if damage.has_foreign_bytes(text) else card


def _parse(text: str, today: date) -> Card:
    pieces = split_at_breaks(text)
    if not pieces:
        raise CardParseError("empty")
    if len(pieces) > 1:
        several = _all_of(pieces, today)
        if several is not None:
            return _the_same(several)
    return _parse_scan(without_prefix("".join(pieces)), today)


def _all_of(pieces: list[str], today: date) -> list[Card] | None:
    """The cards of several scans that came as one text; None when they are the pieces of one line."""
    cards: list[Card] = []
    for piece in pieces:
        try:
            cards.append(_parse_scan(without_prefix(piece), today))
        except CardParseError:
            return None
    broken = any(notice.code == "line_incomplete" for card in cards for notice in card.warnings)
    return None if broken else cards


def _the_same(cards: list[Card]) -> Card:
    """The one card that several scans show. Raises CardParseError ``two_scans`` when they are two."""
    if len({replace(card, warnings=()) for card in cards}) > 1:
        raise CardParseError("two_scans")
    return _noted(cards[0], Notice("scanned_twice"))


def _noted(card: Card, *notices: Notice) -> Card:
    return replace(card, warnings=tuple(dict.fromkeys((*notices, *card.warnings))))


def _parse_scan(line: str, today: date) -> Card:
    """One scan, or several that are glued together: whole-line damage first, then what the line says."""
    repairs: tuple[Notice, ...] = ()
    undone = damage.undo_keyboard_layout(line)
    if undone is not None:
        line, repairs = _texts_as_arrived(line, undone), (Notice("repaired_keyboard_layout"),)
    for _ in range(_WEB_LAYERS):
        undone = damage.undo_web_encoding(line)
        if undone is not None and "|" in undone:
            line, repairs = undone, (*repairs, Notice("repaired_web_encoding"))
    if "|" not in line:
        return _noted(_parse_bare(line, today), *repairs)
    scans = split_where_lines_begin(line)
    try:
        card = _parse_line(line, today) if len(scans) == 1 else _one_of(scans, today)
    except CardParseError as error:
        if repairs and error.code == "unknown_code":  # what the keyboard did cannot be undone
            raise CardParseError("input_method_on") from None
        raise
    return _noted(card, *repairs)


def _one_of(scans: list[str], today: date) -> Card:
    """The card of a scan that was sent twice, or begun anew after it was cut. Raises ``two_scans``."""
    longest = max(scans, key=len)
    if all(is_start_of(scan, longest) for scan in scans):
        return _noted(_parse_line(longest, today), Notice("scanned_twice"))
    try:
        return _the_same([_parse_line(scan, today) for scan in scans])
    except CardParseError as error:
        raise CardParseError("two_scans", error.code) from None


def _parse_line(line: str, today: date) -> Card:
    parts = line.split("|")
    if looks_like_citizen_line(parts):
        return parse_citizen_line(line, today)
    if looks_like_health_line(parts):
        return parse_health_line(line, today)
    raise CardParseError("unknown_code")


def _texts_as_arrived(line: str, undone: str) -> str:
    """A line put back from the Vietnamese keyboard layout; a citizen card's texts stay as they arrived.

    Its name and sex have no digits, so accented letters in them are letters. In its address nobody can tell:
    it is left out.
    """
    undone = without_prefix(undone)
    arrived, parts = line.split("|"), undone.split("|")
    if not looks_like_citizen_line(parts) or len(arrived) != len(parts) or len(parts) < 7:
        return undone
    address = arrived[5] if arrived[5].isascii() else damage.LOST
    return "|".join([*parts[:2], arrived[2], parts[3], arrived[4], address, *parts[6:]])


def _parse_bare(text: str, today: date) -> Card:
    """A text without separators: a number, a citizen card's line that lost them all, or nothing we know."""
    if looks_like_citizen_line([text]) and len(text) > 12:
        return parse_citizen_line(text, today)
    twice = _halved(text)
    if twice is not None:
        return _noted(parse_number(twice), Notice("scanned_twice"))
    if not without_separators(text).isascii():
        digits = sum(character in "0123456789" for character in text)
        damaged = digits >= 8 and 10 <= len(without_separators(text)) <= 16
        raise CardParseError("input_method_on" if damaged else "unknown_code")
    digits = sum(character.isdigit() for character in text)
    letters = sum(character.isalpha() for character in text)
    like_a_number = _NUMBERISH.fullmatch(text) and digits >= 5 and letters <= digits
    if not like_a_number and _number_or_none(text) is None:
        raise CardParseError("unknown_code")
    return parse_number(text)


def _number_or_none(text: str) -> Card | None:
    try:
        return parse_number(text)
    except CardParseError:
        return None


def _halved(text: str) -> str | None:
    """One half of a number that was scanned twice into one text; two different numbers are an error."""
    compact = re.sub(r"\s+", "", text)
    half, odd = divmod(len(compact), 2)
    if odd or half not in {10, 12, 15}:
        return None
    first, second = compact[:half], compact[half:]
    if first == second and _number_or_none(first) is not None:
        return first
    if half == 15 and all(_number_or_none(each) is not None for each in (first, second)):
        raise CardParseError("two_scans")
    return None
