"""Who is examined before others, and which of them a birth date shows.

The groups are those of Luật Khám bệnh, chữa bệnh 15/2023/QH15, Điều 3 khoản 2
(``config/priority_groups.toml``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, Final

from kiosk.card.model import PartialDate
from kiosk.errors import UsageError
from kiosk.rule_files import RuleFile

BY_AGE: Final = "by_age"
"""Instead of a group: the one that the birth date shows for sure, or none."""

NO_PRIORITY: Final = "none"
"""How a person says that the patient is in no group, whatever the birth date shows."""


@dataclass(frozen=True, slots=True)
class PriorityGroup:
    """One group of the law. `word` is its stable name, in records and on the command line."""

    word: str
    article: str
    names: Mapping[str, str] = field(hash=False)  # by language
    queued: bool = True  # False: taken to treatment at once, so never in a queue
    under_years: int | None = None
    from_years: int | None = None

    def name(self, language: str) -> str:
        return self.names.get(language) or self.names["vi"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a birth date shows. Not `certain`: it is known too roughly; a person looks at the papers."""

    group: PriorityGroup
    certain: bool


@cache
def priority_groups() -> Mapping[str, PriorityGroup]:
    """Every group by its word, in the order of the law. Raises SettingsError ``rule_file``."""
    return read_priority_groups(RuleFile.named("priority_groups.toml"))


def read_priority_groups(file: RuleFile) -> Mapping[str, PriorityGroup]:
    found = {}
    for word, row in file.rows():
        file.only(word, row, {"article", "vi", "en", "queued", "under_years", "from_years"})
        if word in {BY_AGE, NO_PRIORITY}:
            file.refuse("", word, "means something else", "another word")
        found[word] = PriorityGroup(
            word=word,
            article=file.text(word, row, "article"),
            names={language: file.text(word, row, language) for language in ("vi", "en")},
            queued=file.flag(word, row, "queued", default=True),
            under_years=_years(file, word, row, "under_years"),
            from_years=_years(file, word, row, "from_years"),
        )
    return found


def _years(file: RuleFile, word: str, row: Mapping[str, Any], key: str) -> int | None:
    return file.whole(word, row, key, 1, 150) if key in row else None


def queued_groups() -> tuple[PriorityGroup, ...]:
    """The groups that a patient who waits with a number can be in."""
    return tuple(group for group in priority_groups().values() if group.queued)


def priority_choices() -> tuple[str | None, ...]:
    """What a person chooses from: no group, then the groups in the order of the law."""
    return (None, *(group.word for group in queued_groups()))


def group_name(word: str, language: str) -> str:
    """The group's name for people; the word itself when a newer version wrote it."""
    group = priority_groups().get(word)
    return group.name(language) if group else word


def proposed_priority(born: PartialDate | None, today: date) -> Proposal | None:
    """The group that a birth date shows on that day in Vietnam; None when it shows none.

    Ages are completed years, counted to the day; who was born on 29/02 grows older on 01/03 where the year
    has no 29/02. A date known to the month or year is certain only when every day it can be says the same.
    """
    if born is None:
        return None
    oldest, youngest = _age(born.first_day, today), _age(_last_day(born), today)
    if oldest < 0:
        return None  # born in days to come: a misprint, which is told elsewhere
    for group in queued_groups():
        fits = [_fits(group, age) for age in (oldest, youngest)]
        if any(fits):
            return Proposal(group, certain=all(fits))
    return None


def priority_of(choice: str | None, born: PartialDate | None, today: date) -> str | None:
    """The group's word that is kept with a visit: what was chosen, or for `BY_AGE` what is certain.

    Raises UsageError ``priority_unknown`` or ``priority_not_queued``.
    """
    if choice == BY_AGE:
        proposal = proposed_priority(born, today)
        return proposal.group.word if proposal and proposal.certain else None
    if choice is None or choice == NO_PRIORITY:
        return None
    group = priority_groups().get(choice)
    if group is None:
        known = ", ".join([NO_PRIORITY, *(group.word for group in queued_groups())])
        raise UsageError("priority_unknown", value=choice, known=known)
    if not group.queued:
        raise UsageError("priority_not_queued", value=choice)
    return choice


def _fits(group: PriorityGroup, age: int) -> bool:
    """By age alone. A birth date still to come, of a year known only roughly, counts as age 0."""
    if group.under_years is not None:
        return age < group.under_years
    return group.from_years is not None and age >= group.from_years


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _last_day(born: PartialDate) -> date:
    if born.month is None:
        return date(born.year, 12, 31)
    if born.whole_day is not None:
        return born.whole_day
    following = date(born.year + born.month // 12, born.month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)
