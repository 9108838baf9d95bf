"""The register of what persons ask for (see, correct, copy, delete …), and by when it is due.

Luật 91/2025/QH15 and NĐ 356/2025/NĐ-CP as ``config/personal_data.toml`` has them. An entry says whom it
concerns in masks only: it outlives the person's data.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, insert, select, update

from kiosk.eligibility.working_days import working_calendar
from kiosk.errors import UsageError
from kiosk.visits.audit import Act, without_numbers
from kiosk.visits.audit_log import AuditLog
from kiosk.visits.personal_data import personal_data
from kiosk.visits.schema import person_request

LONGEST_TEXT = 500
_SHORTEST_ID = 4


class Outcome(StrEnum):
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PersonRequest:
    """One request. `answer_by`: the person has to have been answered; `due_on`: what was asked is done."""

    request_id: str
    kind: str  # a key of config/personal_data.toml, request.days
    about: str
    note: str | None
    received_on: date
    answer_by: date
    due_on: date
    noted_by: str
    answered_on: date | None = None
    closed_on: date | None = None
    outcome: str | None = None
    reason: str | None = None

    @property
    def open(self) -> bool:
        return self.closed_on is None

    def next_date(self) -> date | None:
        """What is due next; None when nothing is."""
        if not self.open:
            return None
        return self.due_on if self.answered_on is not None else min(self.answer_by, self.due_on)

    def is_overdue(self, today: date) -> bool:
        due = self.next_date()
        return due is not None and due < today


class RequestBook:
    """The register of one facility, in the records themselves; on a server it needs the server."""

    def __init__(self, log: AuditLog) -> None:
        """`log`: of the records (`records.audit`)."""
        self._log = log.parts()[0]

    def add(self, kind: str, about: str, received_on: date, note: str | None = None) -> PersonRequest:
        """Note a request; its dates follow from `kind`. Full numbers in the texts are masked.

        Raises UsageError ``request_kind`` or ``request_about``.
        """
        terms = personal_data().requests
        if kind not in terms.days:
            raise UsageError("request_kind", value=kind, allowed=" | ".join(terms.days))
        shown = _clean(about)
        if not shown:
            raise UsageError("request_about")
        new = PersonRequest(
            request_id=uuid.uuid4().hex,
            kind=kind,
            about=shown,
            note=_clean(note),
            received_on=received_on,
            answer_by=working_calendar().add_working_days(received_on, terms.answer_working_days),
            due_on=received_on + timedelta(days=terms.days[kind]),
            noted_by=self._log.actor.who,
        )
        values = {each.name: getattr(new, each.name) for each in fields(new)}
        with self._log.writing() as connection:
            own = {"mode": self._log.mode, "facility": self._log.facility}
            connection.execute(insert(person_request).values(**values, **own))
            said = {"what": "request", "kind": kind, "due_on": new.due_on.isoformat()}
            self._log.add(connection, self._log.signed(Act.PERSON, new.request_id, None, **said))
        return new

    def all(self) -> list[PersonRequest]:
        """Open ones first, the most urgent on top; then the closed ones, the latest first."""
        query = select(person_request).where(*self._here)
        with self._log.database.read() as connection:
            found = [_request(row) for row in connection.execute(query)]
        still = sorted(
            (each for each in found if each.open), key=lambda each: (each.next_date(), each.request_id)
        )
        over = sorted(
            (each for each in found if not each.open), key=lambda each: each.received_on, reverse=True
        )
        return still + over

    def overdue(self, today: date) -> list[PersonRequest]:
        return [each for each in self.all() if each.is_overdue(today)]

    def get(self, beginning: str) -> PersonRequest:
        """The request whose id begins so. Raises UsageError ``request_unknown``."""
        wanted = beginning.strip().lower()
        found = [each for each in self.all() if each.request_id.startswith(wanted)]
        if len(wanted) < _SHORTEST_ID or len(found) != 1:
            raise UsageError("request_unknown", value=beginning)
        return found[0]

    def answered(self, beginning: str, on: date) -> PersonRequest:
        """The person was told that the request came, and what happens with it."""
        return self._change(self.get(beginning), "answered", {"answered_on": on})

    def close(self, beginning: str, outcome: Outcome, on: date, reason: str | None = None) -> PersonRequest:
        """Done, or refused with a reason. Raises UsageError ``request_closed`` or ``request_reason``."""
        found = self.get(beginning)
        if not found.open:
            raise UsageError("request_closed", value=beginning)
        why = _clean(reason)
        if outcome is Outcome.REFUSED and not why:
            raise UsageError("request_reason")
        values = {"closed_on": on, "outcome": outcome.value, "reason": why}
        return self._change(found, outcome.value, {**values, "answered_on": found.answered_on or on})

    def _change(self, found: PersonRequest, what: str, values: Mapping[str, Any]) -> PersonRequest:
        with self._log.writing() as connection:
            mine = (*self._here, person_request.c.request_id == found.request_id)
            connection.execute(update(person_request).where(*mine).values(values))
            note = self._log.signed(
                Act.PERSON, found.request_id, values.get("reason"), what=what, kind=found.kind
            )
            self._log.add(connection, note)
        return self.get(found.request_id)

    @property
    def _here(self) -> tuple[Any, Any]:
        columns = person_request.c
        return columns.mode == self._log.mode, columns.facility == self._log.facility


def request_as_json(found: PersonRequest, today: date) -> dict[str, Any]:
    def iso(day: date | None) -> str | None:
        return day.isoformat() if day else None

    due = found.next_date()
    return {
        "request_id": found.request_id,
        "kind": found.kind,
        "about": found.about,
        "note": found.note,
        "received_on": iso(found.received_on),
        "answer_by": iso(found.answer_by),
        "due_on": iso(found.due_on),
        "answered_on": iso(found.answered_on),
        "closed_on": iso(found.closed_on),
        "outcome": found.outcome,
        "reason": found.reason,
        "noted_by": found.noted_by,
        "overdue": found.is_overdue(today),
        "next_date": iso(due),
    }


def _request(row: Row[Any]) -> PersonRequest:
    return PersonRequest(**{each.name: getattr(row, each.name) for each in fields(PersonRequest)})


def _clean(text: str | None) -> str | None:
    """One line, not too long, with numbers of persons masked; None for nothing."""
    return without_numbers(" ".join((text or "").split()))[:LONGEST_TEXT] or None


__all__ = ["Outcome", "PersonRequest", "RequestBook", "request_as_json"]
