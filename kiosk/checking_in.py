"""From a verdict to a recorded visit."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

from kiosk import clock
from kiosk.card.model import Card, Notice
from kiosk.connections import Connections
from kiosk.eligibility.benefit import benefit_as_json
from kiosk.eligibility.priority import BY_AGE, priority_of
from kiosk.gateway.result_codes import Verdict
from kiosk.looking_up import LookUps
from kiosk.lookup import Lookup
from kiosk.visits.audit import Actor
from kiosk.visits.audit_queue import AuditQueue
from kiosk.visits.model import Advice, NewVisit, Source, Status, Visit

CLOCK_TOLERANCE = timedelta(minutes=2)
"""Desks that share records may disagree by this much before the clock is called set back."""

STATUS_OF_VERDICT = {
    Verdict.ELIGIBLE: Status.CHECKED_IN,
    Verdict.NEEDS_STAFF: Status.HELD,
    Verdict.NOT_ELIGIBLE: Status.REFUSED,
    Verdict.UNDETERMINED: Status.PENDING,
}


class CheckIns:
    """Of one desk. Safe to use from several threads."""

    def __init__(
        self, connections: Connections, audit: AuditQueue, actor: Actor, look_ups: LookUps, desk: str
    ) -> None:
        self._connections, self._audit, self._actor = connections, audit, actor
        self._look_ups, self._desk = look_ups, desk

    # `priority` is the word of a group (kiosk.eligibility.priority), None for no group, or BY_AGE.

    def check_in(
        self, found: Lookup, source: Source, confirm: str | None = None, *, priority: str | None = BY_AGE
    ) -> Visit:
        """Record the visit as the verdict says; `confirm` turns ``needs_staff`` into a check-in."""
        found = found if found.findings is not None else self._look_ups.examined(found)
        status = Status.HELD if found.must_be_confirmed else STATUS_OF_VERDICT[found.assessment.verdict]
        confirmed = confirm if status is Status.HELD else None
        if confirmed is not None:
            status = Status.CHECKED_IN
        return self._record(found, source, status, confirmed, priority)

    def put_aside(self, found: Lookup, source: Source, *, priority: str | None = BY_AGE) -> Visit:
        """Record the visit as held, for staff to decide later."""
        return self._record(found, source, Status.HELD, None, priority)

    def self_pay(
        self, card: Card, source: Source, found: Lookup | None = None, *, priority: str | None = BY_AGE
    ) -> Visit:
        """Record a visit outside BHYT; with the look-up that led to it, where there was one."""
        outside = self._look_ups.rules.propose(card, None, found.papers if found else (), clock.today())
        if found is not None:
            found = replace(found, benefit=outside)
            return self._record(found, source, Status.SELF_PAY, None, priority)
        word = priority_of(priority, card.birth_date, clock.today())
        visit = self._new_visit(card, source, Status.SELF_PAY, word)
        advice = Advice(benefit=benefit_as_json(outside) if outside else None)
        return self._write(replace(visit, warnings=visit.warnings + self._clock_notices(), advice=advice))

    def _record(
        self, found: Lookup, source: Source, status: Status, confirm: str | None, priority: str | None
    ) -> Visit:
        word = priority_of(priority, found.birth_date, clock.today())
        visit = self._new_visit(found.card, source, status, word)
        return self._write(
            replace(
                visit,
                assessment=found.assessment,
                attempts=found.attempts,
                warnings=found.warnings + self._clock_notices(),
                confirm_reason=confirm,
                advice=found.advice,
                goes_on=found.held.visit_id if found.held else None,
                picture=found.picture,
            )
        )

    def _write(self, new: NewVisit) -> Visit:
        """Look-ups that are not in the audit log yet go there in the visit's transaction."""
        notes = self._audit.take()
        try:
            return self._connections.records.record(new, notes)
        except BaseException:
            self._audit.give_back(notes)
            raise

    def _new_visit(self, card: Card, source: Source, status: Status, priority: str | None) -> NewVisit:
        return NewVisit(
            visit_id=uuid.uuid4().hex,
            created_at=clock.now(),
            source=source,
            desk=self._desk,
            status=status,
            card=card,
            warnings=card.warnings,
            priority=priority,
            staff=self._actor.account,
        )

    def _clock_notices(self) -> tuple[Notice, ...]:
        """``clock_set_back`` when the last act was written at a time that is still to come."""
        written_at = self._connections.records.last_written_at()
        if written_at is None or written_at <= clock.now() + CLOCK_TOLERANCE:
            return ()
        return (Notice("clock_set_back", (("time", clock.shown(written_at)),)),)


__all__ = ["STATUS_OF_VERDICT", "CheckIns"]
