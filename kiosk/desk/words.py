"""Everything the window says, as plain values: no Qt here, so that each sentence can be tested."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from kiosk import clock
from kiosk.card.model import Card, CitizenCard, Notice, PartialDate, Sex
from kiosk.desk.flow import Scan
from kiosk.eligibility.model import Coverage, Difference
from kiosk.errors import KioskError
from kiosk.gateway.result_codes import Verdict, result_rules, rule_for
from kiosk.reception import Lookup
from kiosk.texts import notice_message, text
from kiosk.visits.model import StaffTask, Status, Visit
from kiosk.visits.queue_numbers import queue_label

Row = tuple[str, str]

_DATES = frozenset({"birth_date", "valid_from", "valid_to", "five_years_from"})
_ISO = re.compile(r"\d{4}(-\d{2}){0,2}")

PASTED = "pasted-"
"""How the desk's own names for pasted pictures begin; such a name says nothing to staff."""

OVERRIDE_REASONS = ("1", "2", "3", "4", "5")
"""Keys of the reasons offered when staff confirms; each has its text ``override_N``."""


@dataclass(frozen=True, slots=True)
class KeyHint:
    """A key and what it does now. The first of a row is the main action."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Extra:
    """What another room adds to a verdict: facts below the person's own, keys behind the verdict's own."""

    rows: tuple[Row, ...] = ()
    keys: tuple[KeyHint, ...] = ()


@dataclass(frozen=True, slots=True)
class VerdictView:
    verdict: Verdict
    title: str
    sentence: str  # what happened and what to do next
    result_code: str
    question: str  # empty, or what must be asked before confirming
    problem: str  # empty, or why it could not be recorded
    keys: tuple[KeyHint, ...]
    name: str
    person_title: str
    person: tuple[Row, ...]
    differences: tuple[tuple[str, str, str], ...]  # field, as read, gateway
    warnings: tuple[str, ...]
    extras: tuple[Extra, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordedView:
    status: Status
    title: str
    sentence: str
    queue_number: str
    name: str


class Words:
    """The texts of the desk in one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, code: str, **values: str) -> str:
        return text("desk", code, self.language, **values)

    def field(self, name: str) -> str:
        return text("fields", name, self.language)

    def status(self, status: Status) -> str:
        return text("statuses", status.value, self.language)

    def error(self, error: KioskError) -> str:
        values = dict(error.values)
        if "field" in values:
            values["field"] = self.field(values["field"])
        if values.get("file", "").startswith(PASTED):
            values["file"] = self("pasted_picture")
        return text("errors", error.code, self.language, **values)

    def notices(self, notices: Iterable[Notice]) -> tuple[str, ...]:
        return tuple(notice_message(notice, self.language) for notice in notices)

    # The verdict

    def verdict_view(
        self,
        found: Lookup,
        problem: KioskError | None,
        today: date,
        *,
        unrecordable: bool = False,
        extras: tuple[Extra, ...] = (),
    ) -> VerdictView:
        assessment = found.assessment
        verdict = assessment.verdict
        code = assessment.result_code
        return VerdictView(
            verdict=verdict,
            title=text("verdicts", verdict.value, self.language),
            sentence=assessment.staff_message(self.language),
            result_code=self("result_code", number=code) if code else "",
            question=self("already_today") if found.already_checked_in_today else "",
            problem=self("not_recorded", why=self.error(problem)) if problem else "",
            keys=self._verdict_keys(verdict, again=found.already_checked_in_today, unrecordable=unrecordable),
            name=(assessment.coverage and assessment.coverage.full_name) or found.card.full_name or "–",
            person_title=self("person_from_gateway" if assessment.coverage else "person_from_card"),
            person=tuple(self._person(found, today)),
            differences=tuple(self._difference(difference) for difference in assessment.differences),
            warnings=self.notices(found.warnings),
            extras=extras,
        )

    def _verdict_keys(self, verdict: Verdict, *, again: bool, unrecordable: bool) -> tuple[KeyHint, ...]:
        main = {
            Verdict.ELIGIBLE: "do_check_in_again" if again else "do_check_in",
            Verdict.UNDETERMINED: "do_receive",
            Verdict.NEEDS_STAFF: "do_check",
            Verdict.NOT_ELIGIBLE: "do_refuse",
        }[verdict]
        return (
            KeyHint(self("key_enter"), self(main)),
            KeyHint("F6", self("do_self_pay")),
            KeyHint(self("key_escape"), self("do_leave_unrecorded" if unrecordable else "do_put_aside")),
        )

    def _person(self, found: Lookup, today: date) -> Iterator[Row]:
        card, coverage = found.card, found.assessment.coverage
        birth = (coverage and coverage.birth_date) or card.birth_date
        sex = (coverage and coverage.sex) or card.sex
        if birth:
            words = self.birth_date(birth, today)
            yield self.field("birth_date"), f"{words}, {self.sex(sex)}" if sex else words
        elif sex:
            yield self.field("sex"), self.sex(sex)
        yield self._number(card, coverage)
        if coverage is not None:
            yield from self._coverage(coverage, found.assessment.registered_here)
        elif not isinstance(card, CitizenCard):
            if card.benefit_level:
                yield self.field("benefit_level"), self(f"benefit_{card.benefit_level}")
            if card.primary_facility:
                yield self.field("primary_facility"), card.primary_facility
            yield from self._period(card.valid_from, card.valid_to)

    def _number(self, card: Card, coverage: Coverage | None) -> Row:
        if coverage is not None and coverage.card_number:
            return self.field("card_number"), masked(coverage.card_number)
        if isinstance(card, CitizenCard):
            return self.field("citizen_id"), masked(card.citizen_id)
        if card.card_number:
            return self.field("card_number"), masked(card.card_number)
        return self.field("social_insurance_number"), masked(card.social_insurance_number)

    def _coverage(self, coverage: Coverage, here: bool | None) -> Iterator[Row]:
        if coverage.benefit_level:
            yield self.field("benefit_level"), self(f"benefit_{coverage.benefit_level}")
        facility = " – ".join(
            part for part in (coverage.primary_facility, coverage.primary_facility_name) if part
        )
        if facility:
            if here is not None:
                facility = self("registered_here" if here else "registered_elsewhere", facility=facility)
            yield self.field("primary_facility"), facility
        yield from self._period(coverage.valid_from, coverage.valid_to)
        if coverage.five_years_from:
            yield self.field("five_years_from"), day(coverage.five_years_from)
        if coverage.living_area:
            yield self.field("living_area"), coverage.living_area
        new = coverage.new_card
        if new is not None:
            applies = new.card_number == coverage.card_number
            values = {
                "number": masked(new.card_number),
                "from_date": day(new.valid_from) if new.valid_from else "–",
            }
            yield self("new_card"), self("new_card_applies" if applies else "new_card_later", **values)

    def _period(self, valid_from: date | None, valid_to: date | None) -> Iterator[Row]:
        values = {
            "from_date": day(valid_from) if valid_from else "",
            "to_date": day(valid_to) if valid_to else "",
        }
        if valid_from and valid_to:
            yield self("validity"), self("validity_both", **values)
        elif valid_from:
            yield self("validity"), self("validity_from", **values)
        elif valid_to:
            yield self("validity"), self("validity_to", **values)

    def _difference(self, difference: Difference) -> tuple[str, str, str]:
        read, gateway = difference.read, difference.gateway
        if difference.field in {"card_number", "social_insurance_number"}:
            read, gateway = masked(read), masked(gateway)
        elif difference.field in _DATES:
            read, gateway = _as_day(read), _as_day(gateway)
        elif difference.field == "sex":
            read, gateway = self.field(read), self.field(gateway)
        return self.field(difference.field), read, gateway

    def birth_date(self, birth: PartialDate, today: date) -> str:
        """With the age; in months under six years, as for children's doses and fees."""
        months = (today.year - birth.year) * 12
        if birth.month is not None:
            months += today.month - birth.month
            if birth.day is not None and today.day < birth.day:
                months -= 1
            if 0 <= months < 72:
                return self("birth_date_months", date=birth.slashed, age=str(months))
        return self("birth_date_value", date=birth.slashed, age=str(max(months, 0) // 12))

    def sex(self, sex: Sex) -> str:
        return self.field(sex.value)

    # The result

    def recorded_view(self, visit: Visit) -> RecordedView:
        return RecordedView(
            status=visit.status,
            title=self(f"recorded_{visit.status.value}"),
            sentence=self(f"recorded_{visit.status.value}_text"),
            queue_number=visit.queue_label or "",
            name=visit.full_name or "",
        )

    def last_visit(self, visit: Visit | None) -> str:
        if visit is None or visit.queue_label is None:
            return ""
        return self("last_visit_number", number=visit.queue_label)

    # The line

    def line(self, waiting: int, first: Scan | None) -> Row:
        if first is None:
            return "", ""
        if first.number_hint:
            hint = masked(first.number_hint)
        else:
            hint = self("hint_image" if first.image or first.refused else "hint_code")
        count = self("line_one") if waiting == 1 else self("line_many", count=str(waiting))
        return count, self("line_next", hint=hint)

    def visit_row(self, visit: Visit) -> tuple[str, ...]:
        """A row of today's list: time, number, name, masked card, status, verdict."""
        return (
            visit.created_at.astimezone(clock.VIETNAM).strftime("%H:%M"),
            visit.queue_label or "",
            visit.full_name or "–",
            masked(visit.number),
            self.status(visit.status),
            self(f"short_{visit.verdict}") if visit.verdict else "–",
        )

    def task(self, task: StaffTask) -> Row:
        """A late answer that wants a person: whose, and what to do."""
        visit = task.visit
        number = queue_label(visit.queue_number) or "–"
        who = self(
            "task_who",
            number=number,
            name=visit.full_name or "–",
            card=masked(visit.number),
            time=time_of_day(visit.created_at),
            date=day(visit.day),
        )
        rule = rule_for(visit.result_code or "")
        if rule.reason != task.reason:  # concluded here from what the answer says
            rule = next((each for each in result_rules().values() if each.reason == task.reason), rule)
        return who, self(
            "task_what", when=time_of_day(task.created_at), what=rule.staff_message(self.language)
        )


def masked(number: str | None) -> str:
    """``DN4 •••• •••• 0001``: what a colleague may see over the shoulder. ``–`` for none."""
    if not number:
        return "–"
    if len(number) == 15:
        return f"{number[:3]} •••• •••• {number[-4:]}"
    return f"{'•' * max(len(number) - 4, 0)} {number[-4:]}".strip()


def masked_name(name: str) -> str:
    """``N••••• V•• M••``: enough to know a name again that one has just been told."""
    return " ".join(word[0] + "•" * max(len(word) - 1, 1) for word in name.split())


def masked_date(born: PartialDate) -> str:
    """``••/••/1990``: nothing but the year."""
    hidden = "/".join("••" for part in (born.day, born.month) if part)
    return f"{hidden}/{born.year}" if hidden else str(born.year)


def _as_day(text: str) -> str:
    """An ISO date, whole or in part, in Vietnamese order; anything else as it is."""
    return "/".join(reversed(text.split("-"))) if _ISO.fullmatch(text) else text


def day(value: date) -> str:
    return value.strftime("%d/%m/%Y")


def time_of_day(moment: datetime) -> str:
    return moment.astimezone(clock.VIETNAM).strftime("%H:%M")
