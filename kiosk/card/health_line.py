"""The pipe-delimited line of a BHYT card's QR code.

Three lengths, by the parts before the closing ``$``: 11 (early cards), 14 (15-character number) and 16 (the
card of QĐ 1666/QĐ-BHXH, 2021, which VssID shows, with a 10-digit number). Texts are hex of UTF-8.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date

from kiosk.card import damage
from kiosk.card.dates import day_of_line, partial_day_of_line
from kiosk.card.model import HealthCard, Kind, Notice, PartialDate, Sex
from kiosk.card.numbers import (
    CARD_NUMBER,
    benefit_level_of,
    notices_of_card_number,
    social_insurance_number_of,
)
from kiosk.card.vietnamese import has_letters, is_latin, is_name, is_text, made_of_syllables
from kiosk.errors import CardParseError

EARLY_PARTS, OLD_PARTS, NEW_PARTS = 11, 14, 16

_TEN_DIGITS = re.compile(r"[0-9]{10}", re.ASCII)
_CHECK = re.compile(r"[0-9a-f]{15,16}(-7102)?", re.ASCII | re.IGNORECASE)
_FACILITY = re.compile(r"[0-9]{2}[0-9A-Z][0-9]{2}", re.ASCII)
_DASHES = re.compile(r"[\s\-–—‐‑‒−\u00a0]+")
_BLANKS = " \t\u00a0"
_STRAY = re.compile("[\x80-\x9f\u2028\u2029\ufffd\ud800-\udfff]")
_SEXES = {"1": Sex.MALE, "2": Sex.FEMALE}
_AREAS = {"5": "K1", "6": "K2", "7": "K3", "K1": "K1", "K2": "K2", "K3": "K3"}
_NO_AREA = {"", "-", "4"}
_TWO_NUMBERS = 20  # characters: a typed or scanned number before the line's own
_FEWEST_PARTS = 3  # number, name and birth date: what a look-up needs


def parse_health_line(line: str, today: date) -> HealthCard:
    """The card of a cleaned line. Raises CardParseError ``unknown_code`` or ``line_incomplete``."""
    return _Reader(line, today).card()


def looks_like_health_line(parts: list[str]) -> bool:
    """Whether the parts of a line begin as a BHYT card's do: number, hex name, birth date, sex."""
    first = parts[0].strip(_BLANKS).upper()
    if CARD_NUMBER.fullmatch(first) or _TEN_DIGITS.fullmatch(first):
        return True
    return len(parts) > 4 and partial_day_of_line(parts[2]) is not None and parts[3].strip() in _SEXES


@dataclass
class _Reader:
    """Reads one line part by part and gathers what is to be said about it."""

    line: str
    today: date
    notices: list[Notice] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.parts, self.sure_parts = _framed(self.line)
        strange = [part for part in self.parts if damage.has_strange_letters(part)]
        self.strange_letters = bool(strange)
        self.only_telex = all(damage.only_telex_touched(part) for part in strange)

    def card(self) -> HealthCard:
        if self.sure_parts < _FEWEST_PARTS or not looks_like_health_line(self.parts):
            raise CardParseError("line_incomplete" if looks_like_health_line(self.parts) else "unknown_code")
        if self.strange_letters:
            self.notices.append(Notice("input_method_on"))
        card_number, social_number = self._numbers()
        early = self._is_early()
        level = self._digit(14, "benefit_level") if not early else None
        card = HealthCard(
            kind=Kind.HEALTH_CARD,
            card_number=card_number,
            social_insurance_number=social_number,
            full_name=self._name(self._required(1, "full_name"), "full_name"),
            birth_date=self._birth_date(),
            sex=self._sex(),
            address=self._text(4, "address"),
            primary_facility=self._facility(),
            valid_from=self._day(6, "valid_from"),
            valid_to=self._day(7, "valid_to"),
            issued_on=self._day(8, "issued_on"),
            guardian_name=None if early else self._name(self._part(10), "guardian_name"),
            living_area=None if early else self._living_area(),
            five_years_from=None if early else self._day(12, "five_years_from"),
            benefit_level=benefit_level_of(card_number) if card_number else level,
            issuing_place=None if early else self._text(15, "issuing_place"),
        )
        self._check_managing_code(card_number, social_number)
        self._check_dates(card)
        if not self._is_whole(early):
            self.notices.append(Notice("line_incomplete"))
        return _with_notices(card, self.notices)

    def _is_early(self) -> bool:
        """11 parts with the check string in the place where longer lines have the parent's name."""
        if len(self.parts) != EARLY_PARTS:
            return False
        text, _ = damage.text_of_hex(self.parts[10])
        return _CHECK.fullmatch(self.parts[10]) is not None and (text is None or not is_name(text))

    def _is_whole(self, early: bool) -> bool:
        expected = EARLY_PARTS if early else OLD_PARTS
        if _TEN_DIGITS.fullmatch(self.parts[0]):  # a shorter line with ten digits lost its head or its tail
            expected = NEW_PARTS
        if self.sure_parts >= expected:
            return True
        # Without its closing $ a line is whole when the constant end of the check string has arrived.
        return len(self.parts) == OLD_PARTS == expected and self.parts[13].endswith("-7102")

    def _required(self, place: int, name: str) -> str | None:
        """A part that every card has: only its absence from a cut line is no reason to say so."""
        part = self._part(place)
        if part is None and place < self.sure_parts:
            self._unreadable(name)
        return part

    def _part(self, place: int) -> str | None:
        """The part at `place`; None when it is missing, possibly cut, or empty (``-``)."""
        if place >= self.sure_parts:
            return None
        part = self.parts[place]
        return None if part in {"", "-"} else part

    def _unreadable(self, name: str) -> None:
        self.notices.append(Notice("field_unreadable", (("field", name),)))

    def _numbers(self) -> tuple[str | None, str | None]:
        first = self.parts[0].upper()
        if len(first) >= _TWO_NUMBERS:
            raise CardParseError("two_scans")
        if _TEN_DIGITS.fullmatch(first):
            return None, first
        if CARD_NUMBER.fullmatch(first):
            self.notices.extend(notices_of_card_number(first))
            return first, social_insurance_number_of(first)
        self._unreadable("card_number")
        return None, None

    def _hex_text(self, part: str | None, name: str) -> str | None:
        if part is None:
            return None
        text, repair = damage.text_of_hex(part.replace(" ", ""))
        if text is None or not (is_text(text) or is_latin(text)):
            self._unreadable(name)
            return None
        if repair is not None:
            self.notices.append(Notice(repair))
        if not is_text(text):
            self.notices.append(Notice("unusual_letters", (("field", name),)))
        return " ".join(text.split()) or None

    def _text(self, place: int, name: str) -> str | None:
        text = self._hex_text(self._part(place), name)
        if text is not None and not self.only_telex:  # VNI swallows digits without a trace
            self._unreadable(name)
            return None
        return text

    def _name(self, part: str | None, name: str) -> str | None:
        text = self._hex_text(part, name)
        if text is None:
            return None
        garbled = not self.only_telex and not made_of_syllables(text)
        if garbled or not has_letters(text) or any(character.isdigit() for character in text):
            self._unreadable(name)
            return None
        return text

    def _birth_date(self) -> PartialDate | None:
        part = self._required(2, "birth_date")
        found = partial_day_of_line(part) if part is not None else None
        if part is not None and found is None:
            self._unreadable("birth_date")
        return found

    def _day(self, place: int, name: str) -> date | None:
        part = self._part(place)
        found = day_of_line(part) if part is not None else None
        if part is not None and found is None:
            self._unreadable(name)
        return found

    def _sex(self) -> Sex | None:
        part = self._required(3, "sex")
        if part is not None and part not in _SEXES:
            self._unreadable("sex")
        return _SEXES.get(part or "")

    def _facility(self) -> str | None:
        part = self._required(5, "primary_facility")
        if part is None:
            return None
        code = _DASHES.sub("", part).upper()
        if not _FACILITY.fullmatch(code):
            self._unreadable("primary_facility")
            return None
        return code

    def _living_area(self) -> str | None:
        part = (self._part(11) or "").upper()
        if part not in _AREAS and part not in _NO_AREA:
            self._unreadable("living_area")
        return _AREAS.get(part)

    def _digit(self, place: int, name: str) -> int | None:
        part = self._part(place)
        if part is None:
            return None
        if part not in {"1", "2", "3", "4", "5"}:
            self._unreadable(name)
            return None
        return int(part)

    def _check_managing_code(self, card_number: str | None, social_number: str | None) -> None:
        """Province, office and the holder's ten digits in every known sample; four digits on early cards."""
        code = self._part(9)
        if code is None or (len(code) == 4 and code.isdigit()):
            return
        odd = len(code) != 14 or not (code.isascii() and code.isdigit())
        if not odd and social_number is not None:
            odd = code[4:] != social_number or (card_number is not None and code[:2] != card_number[3:5])
        if odd:
            self.notices.append(Notice("managing_code_odd"))

    def _check_dates(self, card: HealthCard) -> None:
        if card.valid_from and card.valid_to and card.valid_to < card.valid_from:
            self.notices.append(Notice("dates_out_of_order"))
        if card.birth_date and card.birth_date.first_day > self.today:
            self.notices.append(Notice("birth_date_in_future"))


def _framed(line: str) -> tuple[list[str], int]:
    """The parts of a line, and how many from the left can be trusted.

    Without ``$`` (or ``#``, or a bare ``|``) the last part may be cut off. Where separators were lost or
    doubled, parts stand in wrong places from there on: only those before the first misfit are trusted. One
    misfit in a line of a usual length is a damaged part, and the others stand where they belong.
    """
    if not line.isascii():
        line = _STRAY.sub("", line)
    parts = [part.strip(_BLANKS) for part in line.split("|")]
    parts[0] = "".join(parts[0].split())  # printed in groups
    if parts[-1] in {"$", "#", ""}:
        parts.pop()
        trusted = len(parts)
    else:
        trusted = len(parts) - 1
    usual = {NEW_PARTS} if _TEN_DIGITS.fullmatch(parts[0]) else {EARLY_PARTS, OLD_PARTS}
    doubled = parts.count("")
    if doubled and len(parts) not in usual and len(parts) - doubled in usual:
        trusted -= parts[:trusted].count("")
        parts = [part for part in parts if part]  # an empty field is printed as "-"
    misfits = [at for at, shape in _SHAPES.items() if at < trusted and not shape.fullmatch(parts[at])]
    if len(misfits) > 1 or (misfits and len(parts) not in usual):
        trusted = min(misfits)
    return parts, trusted


_DAY = re.compile(r"\d{1,2}/\d{1,2}/\d{4}", re.ASCII)
_DAY_OR_NONE = re.compile(r"-|\d{1,2}/\d{1,2}/\d{4}", re.ASCII)
_HEX_OR_NONE = re.compile(r"-|[^/\-]+")
_SHAPES = {
    1: _HEX_OR_NONE,
    2: re.compile(r"(?:(?:\d{1,2}/)?\d{1,2}/)?\d{4}", re.ASCII),
    3: re.compile(r"[0-9]", re.ASCII),
    4: _HEX_OR_NONE,
    5: re.compile(r"\d{2}[\s\-–—‐‑‒−]*[0-9A-Za-z]\d{2}|-", re.ASCII),
    6: _DAY,
    7: _DAY_OR_NONE,
    8: _DAY,
    9: re.compile(r"\d+", re.ASCII),
    11: re.compile(r"[0-9]|-|[Kk][1-3]", re.ASCII),
    12: _DAY_OR_NONE,
}
"""What parts look like, by place; an input method may have left any letter in the hexadecimal ones."""


def _with_notices(card: HealthCard, notices: list[Notice]) -> HealthCard:
    return replace(card, warnings=tuple(dict.fromkeys(notices)))
