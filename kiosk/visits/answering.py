"""The late answer of an owed look-up, written into its visit. The caller's transaction writes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import update

from kiosk.eligibility.model import Assessment
from kiosk.gateway.model import Attempt
from kiosk.visits import owing, rows, staff_tasks
from kiosk.visits.difficulties import difficulties_of
from kiosk.visits.identity import keys_of
from kiosk.visits.model import UNCONFIRMED, Advice, Status, Visit
from kiosk.visits.schema import visit
from kiosk.visits.transaction import Transaction


def answer(
    transaction: Transaction,
    visit_id: str,
    status: Status,
    assessment: Assessment,
    attempts: Iterable[Attempt],
    at: datetime,
    next_at: datetime | None = None,
    advice: Advice | None = None,
) -> Visit | None:
    """As `VisitRecords.settle` says, or with the status ``pending`` as `VisitRecords.still_owed` does."""
    was_pending = transaction.connection.execute(
        update(visit)
        .where(transaction.here, visit.c.visit_id == visit_id, visit.c.status == Status.PENDING.value)
        .values(status=status.value, rechecked_at=at)
        .returning(visit.c.visit_id)
    ).first()
    found = transaction.find(visit_id)
    if found is None:
        return None
    given = tuple(attempts)
    transaction.add_attempts(visit_id, given)
    if was_pending is None:
        return None
    card = transaction.card_of(visit_id)
    kept = advice or Advice(found.benefit, found.findings)
    transaction.change(
        visit_id,
        warnings=rows.notices_to_json(dict.fromkeys([*found.warnings, *assessment.warnings])),
        benefit=kept.benefit,
        findings=kept.findings,
        **rows.assessment_columns(assessment, card),
    )
    transaction.add_keys(visit_id, keys_of(card, assessment.coverage))
    met = difficulties_of(
        visit_id, at=at, desk=found.desk, number=found.number, assessment=assessment, attempts=given
    )
    transaction.difficulties.add(transaction.connection, met)
    if status is Status.PENDING:
        owing.owe_on(transaction.connection, visit_id, assessment.reason, next_at)
        transaction.add_event(visit_id, at, "still_owed", status, assessment.reason)
    else:
        owing.no_longer_owe(transaction.connection, visit_id)
        if status in UNCONFIRMED:
            staff_tasks.open_task(transaction.connection, visit_id, at, assessment.reason)
        transaction.add_event(visit_id, at, "settled", status, assessment.reason)
    return transaction.the(visit_id)


__all__ = ["answer"]
