"""How a visit is written, and how staff confirm one that was put aside. The caller's transaction writes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from kiosk import clock
from kiosk.card.model import Notice
from kiosk.errors import UsageError
from kiosk.visits import going_on, owing, rows, staff_tasks
from kiosk.visits.audit import Act, AuditNote
from kiosk.visits.difficulties import Difficulty, difficulties_of, overridden
from kiosk.visits.home import Home, upsert
from kiosk.visits.identity import keys_of
from kiosk.visits.model import NUMBERED, UNCONFIRMED, NewVisit, Status, Visit
from kiosk.visits.schema import visit_picture
from kiosk.visits.transaction import Transaction

ALREADY_CHECKED_IN = Notice("already_checked_in_today")


def record(transaction: Transaction, new: NewVisit, notes: tuple[AuditNote, ...]) -> Visit:
    """As `VisitRecords.record` says."""
    if new.goes_on is not None and going_on.was_done(transaction.connection, new):
        return transaction.the(new.goes_on)
    held = None
    if new.goes_on is not None:
        held = going_on.still_held(transaction.connection, transaction.here, new)
    if held is not None:
        new = replace(new, visit_id=held.visit_id)
        _go_on(transaction, new)
    elif not transaction.insert_visit(_columns(transaction.home, new)):
        return transaction.the(new.visit_id)
    keys = keys_of(new.card, new.assessment.coverage if new.assessment else None)
    transaction.add_keys(new.visit_id, keys)
    transaction.add_attempts(new.visit_id, new.attempts)
    transaction.difficulties.add(transaction.connection, _difficulties_of(new))
    if new.picture is not None:
        _add_picture(transaction, new.visit_id, new.picture)
    if new.status is Status.PENDING:
        owing.owe(transaction.connection, new)
    reason = new.confirm_reason or (new.assessment.reason if new.assessment else None)
    event = "recorded" if held is None else going_on.WENT_ON
    transaction.add_event(new.visit_id, new.created_at, event, new.status, reason)
    # The counter's row lock makes desks on PostgreSQL take turns, so each sees the visits before it;
    # it comes late, so that the turns are short.
    day = held.day if held is not None else clock.day_of(new.created_at)
    number = held.queue_number if held is not None else None
    if number is None and new.status in NUMBERED:
        number = transaction.next_number(day)
    notices = [*new.warnings, *(new.assessment.warnings if new.assessment else ())]
    if transaction.was_seen(keys, day, new.visit_id):
        notices.append(ALREADY_CHECKED_IN)
    warnings = rows.notices_to_json(dict.fromkeys(notices))
    transaction.change(new.visit_id, queue_number=number, warnings=warnings)
    transaction.audit.add(transaction.connection, *notes, *_decisions(transaction, new))
    return transaction.the(new.visit_id)


def confirm(transaction: Transaction, visit_id: str, reason: str) -> Visit:
    """As `VisitRecords.confirm` says."""
    found = transaction.locked(visit_id)
    if found.status is Status.CHECKED_IN:
        return found
    if found.status not in UNCONFIRMED:
        raise UsageError("visit_not_waiting", visit_id=visit_id, status=found.status.value)
    number = found.queue_number or transaction.next_number(found.day)
    notices = list(found.warnings)
    if transaction.was_seen(transaction.keys_of(visit_id), found.day, visit_id):
        notices.append(ALREADY_CHECKED_IN)
    transaction.change(
        visit_id,
        status=Status.CHECKED_IN.value,
        queue_number=number,
        confirm_reason=reason,
        warnings=rows.notices_to_json(dict.fromkeys(notices)),
    )
    now = clock.now()
    staff_tasks.close_task(transaction.connection, visit_id, found.desk, now)
    code = found.result_code or found.reason
    filed = overridden(visit_id, at=now, desk=found.desk, number=found.number, code=code, why=reason)
    transaction.difficulties.add(transaction.connection, [filed])
    transaction.add_event(visit_id, now, "confirmed", Status.CHECKED_IN, reason)
    detail = {"verdict": found.verdict, "reason": found.reason, "was": found.status.value}
    note = transaction.audit.signed(Act.OVERRIDE, visit_id, reason, **detail)
    transaction.audit.add(transaction.connection, note)
    return transaction.the(visit_id)


def _columns(home: Home, new: NewVisit) -> dict[str, Any]:
    return {
        "visit_id": new.visit_id,
        **home.columns,
        "day": clock.day_of(new.created_at),
        "created_at": new.created_at,
        "source": new.source.value,
        "desk": new.desk,
        "status": new.status.value,
        "number": new.card.lookup_number,
        "card": rows.card_to_json(new.card),
        "warnings": [],
        "confirm_reason": new.confirm_reason,
        "priority": new.priority,
        "benefit": new.advice.benefit,
        "findings": new.advice.findings,
        "staff": new.staff,
        **rows.assessment_columns(new.assessment, new.card),
    }


def _go_on(transaction: Transaction, new: NewVisit) -> None:
    columns = _columns(transaction.home, new)
    changed = {name: value for name, value in columns.items() if name not in going_on.KEPT}
    transaction.change(new.visit_id, **changed)
    staff_tasks.close_task(transaction.connection, new.visit_id, new.desk, new.created_at)


def _add_picture(transaction: Transaction, visit_id: str, fingerprint: str) -> None:
    transaction.connection.execute(
        upsert(transaction.connection, visit_picture)
        .values(visit_id=visit_id, fingerprint=fingerprint)
        .on_conflict_do_nothing()
    )


def _difficulties_of(new: NewVisit) -> tuple[Difficulty, ...]:
    return difficulties_of(
        new.visit_id,
        at=new.created_at,
        desk=new.desk,
        number=new.card.lookup_number,
        assessment=new.assessment,
        attempts=new.attempts,
        confirm_reason=new.confirm_reason,
    )


def _decisions(transaction: Transaction, new: NewVisit) -> Iterator[AuditNote]:
    """What a person decided against, or beside, the verdict of a visit."""
    concluded = new.assessment
    detail = {"verdict": concluded.verdict.value, "reason": concluded.reason} if concluded else {}
    if new.confirm_reason is not None:
        yield transaction.audit.signed(Act.OVERRIDE, new.visit_id, new.confirm_reason, **detail)
    if new.status is Status.SELF_PAY:
        yield transaction.audit.signed(Act.SELF_PAY, new.visit_id, **detail)


__all__ = ["ALREADY_CHECKED_IN", "confirm", "record"]
