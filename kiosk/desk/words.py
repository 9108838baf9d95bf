"""Everything the window says, as plain values: no Qt here, so that each sentence can be tested."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from kiosk import clock
from kiosk.errors import KioskError
from kiosk.gateway.result_codes import result_rules, rule_for
from kiosk.logs import shown_number
from kiosk.texts import notice_message, text
from kiosk.visits.model import NUMBERED, StaffTask, Status, Visit
from kiosk.visits.queue_numbers import queue_label

if TYPE_CHECKING:
    from kiosk.card.model import Notice, PartialDate, Sex
    from kiosk.desk.flow import Scan

Row = tuple[str, str]

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
    """What another room adds to a verdict: facts beside the person's own, keys behind the verdict's own."""

    rows: tuple[Row, ...] = ()
    keys: tuple[KeyHint, ...] = ()


@dataclass(frozen=True, slots=True)
class TicketNote:
    """What is said of a visit's ticket beside its number."""

    words: str = ""
    trouble: bool = False


NO_TICKET = TicketNote()


@dataclass(frozen=True, slots=True)
class RecordedView:
    status: Status
    title: str
    sentence: str
    queue_number: str
    name: str
    priority: str = ""  # name of the group, where there is one
    ticket: str = ""  # what is said of the slip of paper
    ticket_trouble: bool = False
    ticket_again: bool = False  # whether a key prints it


class Words:
    """The texts of the desk in one language."""

    def __init__(self, language: str, facilities: Mapping[str, str] | None = None) -> None:
        """`facilities`: names by code."""
        self.language = language
        self.facilities = facilities or {}

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
        return tuple(notice_message(self._named(notice), self.language) for notice in notices)

    def _named(self, notice: Notice) -> Notice:
        """With the name of the facility it speaks of, where the hospital knows one."""
        values = tuple(
            (key, f"{self.facilities[value]} ({value})")
            if key == "facility" and value in self.facilities
            else (key, value)
            for key, value in notice.values
        )
        return replace(notice, values=values)

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

    @staticmethod
    def _recorded_text(visit: Visit) -> str:
        if visit.emergency and visit.status in NUMBERED:
            return "recorded_emergency_text"
        return f"recorded_{visit.status.value}_text"

    def recorded_view(
        self, visit: Visit, ticket: TicketNote = NO_TICKET, *, ticket_again: bool = False
    ) -> RecordedView:
        from kiosk.eligibility.priority import group_name

        return RecordedView(
            status=visit.status,
            title=self(f"recorded_{visit.status.value}"),
            sentence=self(self._recorded_text(visit)),
            queue_number=visit.queue_label or "",
            name=visit.full_name or "",
            priority=group_name(visit.priority, self.language) if visit.priority else "",
            ticket=ticket.words,
            ticket_trouble=ticket.trouble,
            ticket_again=ticket_again,
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


masked = shown_number


def masked_name(name: str, known: str = "") -> str:
    """``N••••• V•• M••``: enough to know a name again that one has just been told.

    A word that begins like one of `known`, accents or not, stands in full: whoever typed it knows it.
    """
    from kiosk.visits.searching import folded

    typed = [folded(word) for word in known.split()]
    return " ".join(
        word
        if any(folded(word).startswith(each) for each in typed)
        else word[0] + "•" * max(len(word) - 1, 1)
        for word in name.split()
    )


def masked_date(born: PartialDate) -> str:
    """``••/••/1990``: nothing but the year."""
    hidden = "/".join("••" for part in (born.day, born.month) if part)
    return f"{hidden}/{born.year}" if hidden else str(born.year)


def day(value: date) -> str:
    return value.strftime("%d/%m/%Y")


def time_of_day(moment: datetime) -> str:
    return moment.astimezone(clock.VIETNAM).strftime("%H:%M")
