"""The three numbers that stand for a card: 15-character card number, 10-digit and 12-digit number."""

from __future__ import annotations

import re
from functools import lru_cache

from kiosk.card import tables
from kiosk.card.model import CitizenCard, HealthCard, Kind, Notice, PartialDate, Sex
from kiosk.errors import CardParseError

CARD_NUMBER = re.compile(r"[A-Z]{2}[0-9]{3}[0-9A-Z]{10}", re.ASCII)
"""Old numbers hold letters in the last ten places (district and unit codes before 2018)."""

_TEMPORARY = re.compile(r"TE1[0-9]{2}KT[0-9]{8}|QN597KT[0-9]{8}", re.ASCII)
_SEPARATORS = re.compile(r"[\s.\-_/–—·\u00a0]+")
_SLIPS = str.maketrans("OoIil", "00111")
_OLD_CITIZEN_LENGTH = 9


def parse_number(text: str) -> HealthCard | CitizenCard:
    """A bare number as typed or scanned: blanks, dashes, lower case and O I l in digit places are put right.

    Raises CardParseError: ``empty``, ``input_method_on``, ``old_citizen_number``, ``number_length``,
    ``number_form``.
    """
    compact = without_separators(text)
    if not compact:
        raise CardParseError("empty")
    if not compact.isascii():
        raise CardParseError("input_method_on")
    if len(compact) == 15:
        return _card_number(compact)
    digits = compact.translate(_SLIPS)
    if not digits.isdigit():
        raise CardParseError(
            "number_form" if len(compact) in {10, 12} else "number_length", length=str(len(compact))
        )
    corrected = (Notice("number_corrected"),) if digits != compact else ()
    if len(digits) == 10:
        return HealthCard(Kind.SOCIAL_INSURANCE_NUMBER, social_insurance_number=digits, warnings=corrected)
    if len(digits) == 12:
        return CitizenCard(Kind.CITIZEN_ID, citizen_id=digits, warnings=corrected)
    if len(digits) == _OLD_CITIZEN_LENGTH:
        raise CardParseError("old_citizen_number")
    raise CardParseError("number_length", length=str(len(digits)))


def without_separators(text: str) -> str:
    """`text` without the blanks, dashes and dots that numbers are printed and typed with."""
    return _SEPARATORS.sub("", text)


def digits_for_slips(text: str) -> str:
    """`text` with the letters that are typed for digits (O, I, l) put right."""
    return text.translate(_SLIPS)


def _card_number(compact: str) -> HealthCard:
    number = (compact[:2] + compact[2:].translate(_SLIPS)).upper()
    if not CARD_NUMBER.fullmatch(number):
        raise CardParseError("number_form", length="15")
    corrected = (Notice("number_corrected"),) if number != compact.upper() else ()
    return HealthCard(
        Kind.CARD_NUMBER,
        card_number=number,
        social_insurance_number=social_insurance_number_of(number),
        benefit_level=benefit_level_of(number),
        warnings=corrected + notices_of_card_number(number),
    )


def social_insurance_number_of(card_number: str) -> str | None:
    """The last ten places when they are digits (QĐ 1351/QĐ-BHXH); None for old and temporary numbers."""
    last = card_number[5:]
    return last if last.isdigit() else None


def benefit_level_of(card_number: str) -> int | None:
    return int(card_number[2]) if card_number[2] in "12345" else None


@lru_cache(maxsize=4096)
def _notices_of_prefix(prefix: str) -> tuple[Notice, ...]:
    """What is odd about object code, benefit level and province (the first five places)."""
    code, level, province = prefix[:2], prefix[2], prefix[3:]
    notices: list[Notice] = []
    known = tables.object_codes().get(code)
    if known is None:
        notices.append(Notice("unknown_object_code", (("code", code),)))
    if level in tables.LEGACY_LEVELS:
        notices.append(Notice("legacy_benefit_level", (("level", level),)))
    elif level not in "12345":
        notices.append(Notice("unknown_benefit_level", (("level", level),)))
    elif known is not None and int(level) not in known.levels:
        notices.append(Notice("unusual_benefit_level", (("code", code), ("level", level))))
    known_province = tables.provinces().get(province)
    if known_province is None or not known_province.confirmed:
        notices.append(Notice("unknown_province", (("code", province),)))
    return tuple(notices)


def notices_of_card_number(card_number: str) -> tuple[Notice, ...]:
    """Oddities of a well-formed card number; none of them blocks."""
    notices = _notices_of_prefix(card_number[:5])
    if not card_number[5:].isdigit() and not _TEMPORARY.fullmatch(card_number):
        notices += (Notice("number_with_letters"),)
    return notices


def notices_of_citizen_id(
    citizen_id: str, sex: Sex | None, birth_date: PartialDate | None
) -> tuple[Notice, ...]:
    """Where the 12 digits contradict the card: place 4 is sex and century, places 5-6 the birth year."""
    century, woman = divmod(int(citizen_id[3]), 2)
    notices: list[Notice] = []
    if sex is not None and (sex is Sex.FEMALE) != bool(woman):
        notices.append(Notice("citizen_id_contradicts_sex"))
    if birth_date is not None and birth_date.year != 1900 + 100 * century + int(citizen_id[4:6]):
        notices.append(Notice("citizen_id_contradicts_birth_year"))
    return tuple(notices)
