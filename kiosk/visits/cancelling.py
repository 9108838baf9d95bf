"""When a visit may be taken back, and what is kept of it while the server it lies on is away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select

from kiosk import clock
from kiosk.errors import UsageError
from kiosk.visits import owing, staff_tasks
from kiosk.visits.home import Home, upsert
from kiosk.visits.model import Status, Visit
from kiosk.visits.schema import waiting_cancel
from kiosk.visits.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Cancellation:
    """An act that waits for the server."""

    visit_id: str
    at: datetime
    desk: str
    reason: str


def check(found: Visit, at: datetime) -> None:
    """Whether the visit may be cancelled at that moment: on its own day, once.

    Raises UsageError ``visit_already_cancelled`` or ``visit_other_day``.
    """
    if found.status is Status.CANCELLED:
        raise UsageError("visit_already_cancelled", visit_id=found.visit_id)
    if found.day != clock.day_of(at):
        raise UsageError("visit_other_day", visit_id=found.visit_id, date=f"{found.day:%d/%m/%Y}")


def columns(reason: str, desk: str, at: datetime) -> dict[str, Any]:
    """The columns of ``visit`` that cancelling changes. Everything else stays, the queue number too."""
    return {
        "status": Status.CANCELLED.value,
        "cancelled_at": at,
        "cancelled_by": desk,
        "cancel_reason": reason,
    }


def cancel(transaction: Transaction, found: Visit, reason: str, desk: str, at: datetime) -> None:
    """Of a visit that is `locked` in this transaction. Raises as `check` does."""
    check(found, at)
    visit_id = found.visit_id
    transaction.change(visit_id, **columns(reason, desk, at))
    owing.no_longer_owe(transaction.connection, visit_id)
    staff_tasks.close_task(transaction.connection, visit_id, desk, at)
    transaction.add_event(visit_id, at, "cancelled", Status.CANCELLED, reason)


def as_cancelled(seen: Visit, act: Cancellation) -> Visit:
    """The visit as it will be once the server knows."""
    return replace(
        seen,
        status=Status.CANCELLED,
        cancelled_at=act.at.astimezone(clock.VIETNAM),
        cancelled_by=act.desk,
        cancel_reason=act.reason,
        kept_here=True,
    )


# In the spool


def keep(connection: Connection, home: Home, act: Cancellation) -> None:
    """Once: an act that is kept already stays as it is."""
    connection.execute(
        upsert(connection, waiting_cancel)
        .values(visit_id=act.visit_id, **home.columns, at=act.at, desk=act.desk, reason=act.reason)
        .on_conflict_do_nothing(index_elements=["visit_id"])
    )


def kept(connection: Connection, home: Home) -> list[Cancellation]:
    """Oldest first."""
    mine = select(waiting_cancel).where(*home.owns(waiting_cancel))
    query = mine.order_by(waiting_cancel.c.at, waiting_cancel.c.visit_id)
    return [Cancellation(row.visit_id, row.at, row.desk, row.reason) for row in connection.execute(query)]


def count_kept(connection: Connection, home: Home) -> int:
    query = select(func.count()).select_from(waiting_cancel).where(*home.owns(waiting_cancel))
    return connection.scalars(query).one()


def done(connection: Connection, visit_id: str) -> None:
    connection.execute(delete(waiting_cancel).where(waiting_cancel.c.visit_id == visit_id))


__all__ = [
    "Cancellation",
    "as_cancelled",
    "cancel",
    "check",
    "columns",
    "count_kept",
    "done",
    "keep",
    "kept",
]
