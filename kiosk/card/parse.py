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
from kiosk.card.numbers import parse_number
from kiosk.errors import CardParseError

LONGEST_TEXT = 20_000
"""Characters; the longest line has about 330, six times that with entities, twice for two scans."""

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_BLANKS = " \t"  # not str.strip(): a hard blank or NEL may be half of a garbled letter
_BREAKS = re.compile("[\x00-\x08\x0a-\x1f\x7f]+|\t+")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}
LOST_TEXT = "\x00"
"""Stands for a text that cannot be told for sure."""

_PREFIX = re.compile(r"(?:\]\s?[A-Za-z][0-9]|\\[0-9]{6})")
_NUMBERISH = re.compile(r"[0-9A-Za-z\s.\-_/–—·]{1,40}", re.ASCII)
_GLUED_CARDS = re.compile(
    r"(?<=\|)(?P<end>(?:[0-9]{8})?[^|0-9]*?)(?P<next>(?:[0-9]{12}|[A-Z]{2}[0-9]{13}|[0-9]{10})\|(?:[^|]*\|){3})",
    re.ASCII,
)


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
    plain = _INVISIBLE.sub("", text).translate(_FULL_WIDTH)
    scans = [_without_prefix(scan) for scan in _BREAKS.split(plain)]
    scans = [scan for scan in scans if scan]
    if not scans:
        raise CardParseError("empty")
    if len(scans) > 1:
        several = _all_of(scans, today)
        if several is not None:
            return _the_same(several)
    return _parse_line(_without_prefix("".join(scans)), today)


def _without_prefix(scan: str) -> str:
    """`scan` without blanks around it, and without the AIM or ECI prefix some scanners send first."""
    scan = scan.strip(_BLANKS)
    prefix = _PREFIX.match(scan)
    return scan[prefix.end() :].strip(_BLANKS) if prefix else scan


def _all_of(scans: list[str], today: date) -> list[Card] | None:
    """The cards of several scans that came as one text; None when they are the pieces of one line."""
    cards: list[Card] = []
    for scan in scans:
        try:
            cards.append(_parse_line(scan, today))
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


def _parse_line(line: str, today: date) -> Card:
    undone = damage.undo_keyboard_layout(line)
    if undone is not None:
        return _noted(_parse_line(_texts_as_arrived(line, undone), today), Notice("repaired_keyboard_layout"))
    undone = damage.undo_web_encoding(line)
    if undone is not None and "|" in undone:
        return _noted(_parse_line(undone, today), Notice("repaired_web_encoding"))
    if "|" not in line:
        return _parse_bare(line)
    glued = _glued(line)
    if len(glued) > 1:
        return _the_same([_parse_line(each, today) for each in glued])
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
    undone = _without_prefix(undone)
    arrived, parts = line.split("|"), undone.split("|")
    if not looks_like_citizen_line(parts) or len(arrived) != len(parts) or len(parts) < 7:
        return undone
    address = arrived[5] if arrived[5].isascii() else LOST_TEXT
    return "|".join([*parts[:2], arrived[2], parts[3], arrived[4], address, *parts[6:]])


def _glued(line: str) -> list[str]:
    """The scans of one text, cut behind every ``|$`` and before every number that begins another line."""
    scans: list[str] = []
    for piece in re.split(r"(?<=\|\$)", line):
        if piece.strip(" |$"):
            begin = 0
            for found in _GLUED_CARDS.finditer(piece):
                if _begins_a_line(piece[found.start("next") :]):
                    scans.append(piece[begin : found.start("next")])
                    begin = found.start("next")
            scans.append(piece[begin:])
    return scans


def _begins_a_line(text: str) -> bool:
    """Whether a whole line seems to begin here, and not a field that happens to be digits."""
    parts = text.split("|")
    hexadecimal = re.fullmatch(r"(?:[0-9a-fA-F]{2}){2,}", parts[1], re.ASCII) is not None
    if len(parts[0]) == 12:
        return re.fullmatch(r"(?:[0-9]{9})?", parts[1], re.ASCII) is not None and len(parts) >= 6
    return hexadecimal and len(parts) >= 6


def _parse_bare(text: str) -> Card:
    """A text without separators: a number, or nothing we know."""
    twice = _halved(text)
    if twice is not None:
        return _noted(parse_number(twice), Notice("scanned_twice"))
    if not text.isascii():
        digits = sum(character in "0123456789" for character in text)
        raise CardParseError("input_method_on" if digits >= 8 and len(text) <= 40 else "unknown_code")
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
