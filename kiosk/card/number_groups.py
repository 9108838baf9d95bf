"""A number while it is being typed, group by group: what each says, and what is wrong with it. Pure.

The groups of a card number are object code, benefit level, province and ten places (QĐ 1351/QĐ-BHXH); those
of a citizen number province, century with sex, year and six digits (NĐ 137/2015, Điều 13).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from kiosk.card import tables
from kiosk.card.model import Sex
from kiosk.card.numbers import digits_for_slips, without_separators

_PRINTED_GROUPS = (2, 3, 5, 7, 10, 15)
"""Where the printed groups of a card number end."""


class State(StrEnum):
    PENDING = "pending"  # more is to come
    GOOD = "good"
    ODD = "odd"  # worth a look; does not stop the look-up
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Group:
    """`part` names the group, `text` is what was typed of it, `problem` a stable code for what is wrong.

    `values` fill the texts: ``name``, ``level``, ``year``, ``count``, ``left``.
    """

    part: str
    text: str
    state: State
    problem: str = ""
    values: tuple[tuple[str, str], ...] = ()


def number_groups(typed: str) -> tuple[Group, ...]:
    """The groups of what was `typed` so far; none for nothing."""
    compact = without_separators(typed)
    if not compact:
        return ()
    if not compact.isascii():
        return (Group("whole", compact, State.WRONG, "input_method"),)
    if compact[:2].isalpha() and (len(compact) < 10 or len(compact) > 12):
        return _card(compact[:2].upper() + digits_for_slips(compact[2:]).upper())
    digits = digits_for_slips(compact)
    if digits.isdigit():
        return _digits(digits)
    if compact[:2].isalpha():
        return _card(compact[:2].upper() + digits_for_slips(compact[2:]).upper())
    problem = "code_form" if compact[0].isalpha() else "digits_only"
    return (Group("whole", compact.upper(), State.WRONG, problem),)


def as_printed(typed: str) -> str:
    """A number in the groups that cards print it in, in upper case: ``DN 4 79 99 000 00001``.

    Numbers of digits alone are printed in one piece. Nothing but blanks is added or taken away.
    """
    compact = without_separators(typed).upper()
    if not (compact.isascii() and compact[:2].isalpha()):
        return compact
    ends = [*_PRINTED_GROUPS, len(compact)]
    parts = [compact[start:end] for start, end in pairwise([0, *ends])]
    return " ".join(part for part in parts if part)


def _card(number: str) -> tuple[Group, ...]:
    makers = ((_object_code, 0, 2), (_level, 2, 3), (_province, 3, 5), (_serial, 5, 15))
    groups = [make(number, number[start:end]) for make, start, end in makers if len(number) > start]
    if len(number) > 15:
        groups.append(Group("rest", number[15:], State.WRONG, "too_long", _values(count=str(len(number)))))
    return tuple(groups)


def _object_code(_number: str, code: str) -> Group:
    if len(code) < 2:
        return Group("object_code", code, State.PENDING)
    known = tables.object_codes().get(code)
    if known is None:
        return Group("object_code", code, State.ODD, "object_code_unknown")
    return Group("object_code", code, State.GOOD, values=_values(name=known.meaning))


def _level(number: str, level: str) -> Group:
    values = _values(level=level)
    if level in tables.LEGACY_LEVELS:
        return Group("benefit_level", level, State.ODD, "level_legacy", values)
    if level not in "12345":
        return Group("benefit_level", level, State.WRONG, "level_unknown", values)
    known = tables.object_codes().get(number[:2])
    if known is not None and int(level) not in known.levels:
        return Group("benefit_level", level, State.ODD, "level_unusual", values)
    return Group("benefit_level", level, State.GOOD, values=values)


def _province(_number: str, code: str) -> Group:
    if not code.isdigit():
        return Group("province", code, State.WRONG, "digits_only")
    if len(code) < 2:
        return Group("province", code, State.PENDING)
    return _named_province("province", code, code)


def _named_province(part: str, text: str, code: str) -> Group:
    known = tables.provinces().get(code)
    if known is None or not known.confirmed:
        return Group(part, text, State.ODD, "province_unknown")
    name = f"{known.name} cũ / {known.since_2025}" if known.since_2025 else known.name
    return Group(part, text, State.GOOD, values=_values(name=name))


def _serial(_number: str, serial: str) -> Group:
    if not serial.isalnum():
        return Group("serial", serial, State.WRONG, "digits_only")
    if len(serial) < 10:
        return Group("serial", serial, State.PENDING, values=_left(10 - len(serial)))
    if not serial.isdigit():
        return Group("serial", serial, State.ODD, "serial_letters")
    return Group("serial", serial, State.GOOD)


def _digits(digits: str) -> tuple[Group, ...]:
    count = _values(count=str(len(digits)))
    if len(digits) == 10:
        return (Group("social_insurance", digits, State.GOOD),)
    if len(digits) < 12:
        problem = "old_citizen" if len(digits) == 9 else ""
        return (Group("digits", digits, State.PENDING, problem, count),)
    groups = (
        _citizen_province(digits[:3]),
        _citizen_birth(digits[3:6]),
        Group("citizen_serial", digits[6:12], State.GOOD),
    )
    if len(digits) > 12:
        return (*groups, Group("rest", digits[12:], State.WRONG, "too_long", count))
    return groups


def _citizen_province(code: str) -> Group:
    if code[0] != "0":
        return Group("citizen_province", code, State.ODD, "province_unknown")
    return _named_province("citizen_province", code, code[1:])


def _citizen_birth(digits: str) -> Group:
    century, woman = divmod(int(digits[0]), 2)
    year = 1900 + 100 * century + int(digits[1:])
    sex = Sex.FEMALE if woman else Sex.MALE
    return Group("citizen_birth", digits, State.GOOD, values=_values(year=str(year), sex=sex.value))


def _left(count: int) -> tuple[tuple[str, str], ...]:
    return _values(left=str(count))


def _values(**values: str) -> tuple[tuple[str, str], ...]:
    return tuple(values.items())
