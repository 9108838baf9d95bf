"""Difficulties (khó khăn, vướng mắc): what a hospital tells BHXH, and what of it files itself. Pure.

One row is one thing that happened to one visit, however often it was looked up again. What is read as one is
a `Case`: an outage that met 300 patients is one case with 300 rows. The kinds stand in
``config/difficulties.toml``.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache

from kiosk.eligibility.model import Assessment
from kiosk.gateway.model import Attempt
from kiosk.gateway.result_codes import Origin, Retry, Verdict, rule_for
from kiosk.logs import masked, shown_number
from kiosk.rule_files import RuleFile

GATEWAY_FAILURE, GATEWAY_CODE, ACCOUNT, OVERRIDE = "gateway_failure", "gateway_code", "account", "override"
CARD_UNREADABLE, SUSPECTED_CARD = "card_unreadable", "suspected_card"

LONGEST_TEXT = 500
_ODD_NOTICE = "gateway_field_unreadable"
_ODD_ROWS = frozenset({"new_card_followed_no_number"})
"""Rows concluded here from an answer that says nothing usable."""


class State(StrEnum):
    """How far a difficulty has come."""

    NEW = "new"
    REPORTED = "reported"  # BHXH was told
    ANSWERED = "answered"  # BHXH answered
    CLOSED = "closed"


class Grouping(StrEnum):
    KIND = "kind"
    CODE = "code"
    EACH = "each"


@dataclass(frozen=True, slots=True)
class Kind:
    """A row of ``config/difficulties.toml``."""

    name: str
    digit: int  # key that files it; 0: only the program does
    group: Grouping
    serious: bool
    to_bhxh: bool


@dataclass(frozen=True, slots=True)
class Difficulty:
    """What happened. `number` is masked and `text` holds no long number: the visit has them."""

    difficulty_id: str
    kind: str
    code: str | None  # result code or failure that it came from
    state: State
    first_at: datetime  # aware
    last_at: datetime
    desk: str
    times: int = 1  # look-ups that met it
    about_visit: str | None = None
    number: str | None = None
    text: str | None = None
    note: str | None = None
    reported_at: datetime | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """Difficulties of one cause in one state, read and marked as one. `members` oldest first."""

    kind: Kind
    state: State
    members: tuple[Difficulty, ...]

    @property
    def case_id(self) -> str:
        """That of its oldest member."""
        return self.members[0].difficulty_id

    @property
    def codes(self) -> tuple[tuple[str, int], ...]:
        """Each code and how many members came from it, most frequent first."""
        return tuple(Counter(each.code for each in self.members if each.code).most_common())

    @property
    def count(self) -> int:
        """How many visits it met, and how often it came without one."""
        return len(self.visits) + sum(each.about_visit is None for each in self.members)

    @property
    def times(self) -> int:
        return sum(each.times for each in self.members)

    @property
    def first_at(self) -> datetime:
        return self.members[0].first_at

    @property
    def last_at(self) -> datetime:
        return max(each.last_at for each in self.members)

    @property
    def desks(self) -> tuple[str, ...]:
        return tuple(sorted({each.desk for each in self.members}))

    @property
    def visits(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.about_visit for each in self.members if each.about_visit))


@cache
def kinds() -> Mapping[str, Kind]:
    """All kinds by name. Raises SettingsError ``rule_file``."""
    return read_kinds(RuleFile.named("difficulties.toml"))


def read_kinds(file: RuleFile) -> Mapping[str, Kind]:
    found: dict[str, Kind] = {}
    keys: dict[int, str] = {}
    for name, row in file.rows():
        file.only(name, row, {"digit", "group", "serious", "to_bhxh"})
        digit = file.whole(name, row, "digit", 0, 9)
        if digit and keys.setdefault(digit, name) != name:
            file.refuse(name, "digit", f"[{keys[digit]}] has the key {digit}", "a key of its own, or 0")
        group = Grouping(file.word(name, row, "group", set(Grouping)))
        serious, to_bhxh = file.flag(name, row, "serious"), file.flag(name, row, "to_bhxh")
        found[name] = Kind(name, digit, group, serious, to_bhxh)
    return found


def kind_of(name: str) -> Kind:
    """The kind; one that the file has no longer is read by itself."""
    return kinds().get(name) or Kind(name, 0, Grouping.EACH, serious=False, to_bhxh=True)


def choices() -> tuple[Kind, ...]:
    """What a person can file, by its key."""
    return tuple(sorted((kind for kind in kinds().values() if kind.digit), key=lambda kind: kind.digit))


def new_difficulty(
    kind: str,
    *,
    difficulty_id: str,
    at: datetime,
    desk: str,
    code: str | None = None,
    about_visit: str | None = None,
    number: str | None = None,
    text: str | None = None,
) -> Difficulty:
    """One that a person files, or the desk for a scan. Long numbers in it are masked."""
    return Difficulty(
        difficulty_id,
        kind,
        code,
        State.NEW,
        at,
        at,
        desk,
        about_visit=about_visit,
        number=shown_number(number) if number else None,
        text=clean_text(text),
    )


def clean_text(text: str | None) -> str | None:
    """What somebody wrote, on one line, without long numbers; None for nothing."""
    return masked(" ".join((text or "").split()))[:LONGEST_TEXT] or None


def difficulties_of(
    visit_id: str,
    *,
    at: datetime,
    desk: str,
    number: str | None,
    assessment: Assessment | None,
    attempts: Iterable[Attempt] = (),
    confirm_reason: str | None = None,
) -> tuple[Difficulty, ...]:
    """What a look-up for a visit came to that BHXH should know of; each kind and code once."""
    found = dict.fromkeys(_causes(assessment, attempts))
    made = [
        Difficulty(
            identity_of(visit_id, kind, code),
            kind,
            code,
            State.NEW,
            at,
            at,
            desk,
            about_visit=visit_id,
            number=shown_number(number) if number else None,
        )
        for kind, code in found
    ]
    if confirm_reason and assessment is not None and assessment.verdict is Verdict.NEEDS_STAFF:
        code = assessment.result_code or assessment.reason
        made.append(overridden(visit_id, at=at, desk=desk, number=number, code=code, why=confirm_reason))
    return tuple(made)


def overridden(
    visit_id: str, *, at: datetime, desk: str, number: str | None, code: str | None, why: str
) -> Difficulty:
    """Staff confirmed a visit against what the gateway says."""
    return new_difficulty(
        OVERRIDE,
        difficulty_id=identity_of(visit_id, OVERRIDE, code),
        at=at,
        desk=desk,
        code=code,
        about_visit=visit_id,
        number=number,
        text=why,
    )


def identity_of(visit_id: str, kind: str, code: str | None) -> str:
    """The same wherever it is filed, so that it reaches the server once."""
    return hashlib.sha256(f"{visit_id}|{kind}|{code or ''}".encode()).hexdigest()[:32]


def _causes(assessment: Assessment | None, attempts: Iterable[Attempt]) -> Iterator[tuple[str, str]]:
    for attempt in attempts:
        if attempt.failure is not None:
            set_up = rule_for(attempt.failure).retry is Retry.SETUP
            yield (ACCOUNT if set_up else GATEWAY_FAILURE), attempt.failure
    if assessment is None:
        return
    rule, code = assessment.rule, assessment.result_code
    if assessment.verdict is Verdict.UNDETERMINED or (code is not None and is_odd(code)):
        code = code or assessment.staff_text_key or assessment.reason
        yield kind_of_code(code), code
    if rule.key in _ODD_ROWS:
        yield GATEWAY_CODE, rule.key
    if any(notice.code == _ODD_NOTICE for notice in assessment.warnings):
        yield GATEWAY_CODE, _ODD_NOTICE


def is_odd(code: str) -> bool:
    """Whether a result code is none of today's function: unknown, or of one that was stopped."""
    rule = rule_for(code)
    return rule.key != code or rule.origin is Origin.UNOFFICIAL


def kind_of_code(code: str) -> str:
    """The kind that a failure or a result code belongs to."""
    rule = rule_for(code)
    if rule.retry is Retry.SETUP:
        return ACCOUNT
    return GATEWAY_FAILURE if rule.origin is Origin.FAILURE and rule.key == code else GATEWAY_CODE


def cases(found: Iterable[Difficulty]) -> tuple[Case, ...]:
    """What is read as one: new ones first, serious ones before others, then the latest first."""
    grouped: dict[tuple[object, ...], list[Difficulty]] = {}
    for each in found:
        key: tuple[object, ...] = (each.kind, each.state)
        match kind_of(each.kind).group:
            case Grouping.CODE:
                key += (each.code,)
            case Grouping.EACH:
                key += (each.difficulty_id,)
        grouped.setdefault(key, []).append(each)
    made = [
        Case(
            kind_of(members[0].kind),
            members[0].state,
            tuple(sorted(members, key=lambda each: (each.first_at, each.difficulty_id))),
        )
        for members in grouped.values()
    ]
    order = list(State)
    return tuple(
        sorted(
            made,
            key=lambda case: (order.index(case.state), not case.kind.serious, -case.last_at.timestamp()),
        )
    )


__all__ = ["Case", "Difficulty", "Kind", "State", "cases", "choices", "difficulties_of", "kinds"]
