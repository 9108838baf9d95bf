"""When a visit may be taken back, and what is kept of it while the server it lies on is away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, select

from kiosk import clock
from kiosk.errors import UsageError
from kiosk.visits.model import Status, Visit
from kiosk.visits.schema import waiting_cancel


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
    if found.day != at.astimezone(clock.VIETNAM).date():
        raise UsageError("visit_other_day", visit_id=found.visit_id, date=f"{found.day:%d/%m/%Y}")


def columns(reason: str, desk: str, at: datetime) -> dict[str, Any]:
    """The columns of ``visit`` that cancelling changes. Everything else stays, the queue number too."""
    return {
        "status": Status.CANCELLED.value,
        "cancelled_at": at,
        "cancelled_by": desk,
        "cancel_reason": reason,
    }


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

Here = tuple[str, str]
"""Mode and facility."""


def keep(connection: Connection, here: Here, act: Cancellation, upsert: Callable[[Any], Any]) -> None:
    """Once: an act that is kept already stays as it is."""
    mode, facility = here
    connection.execute(
        upsert(waiting_cancel)
        .values(
            visit_id=act.visit_id, mode=mode, facility=facility, at=act.at, desk=act.desk, reason=act.reason
        )
        .on_conflict_do_nothing(index_elements=["visit_id"])
    )


def kept(connection: Connection, here: Here) -> list[Cancellation]:
    """Oldest first."""
    query = select(waiting_cancel).where(*_of(here)).order_by(waiting_cancel.c.at, waiting_cancel.c.visit_id)
    return [Cancellation(row.visit_id, row.at, row.desk, row.reason) for row in connection.execute(query)]


def count_kept(connection: Connection, here: Here) -> int:
    return connection.scalars(select(func.count()).select_from(waiting_cancel).where(*_of(here))).one()


def done(connection: Connection, visit_id: str) -> None:
    connection.execute(delete(waiting_cancel).where(waiting_cancel.c.visit_id == visit_id))


def _of(here: Here) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    mode, facility = here
    return waiting_cancel.c.mode == mode, waiting_cancel.c.facility == facility


__all__ = ["Cancellation", "as_cancelled", "check", "columns", "count_kept", "done", "keep", "kept"]
