"""What a late answer leaves for staff to do: its patient was received and knows nothing of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select, update

from kiosk.visits import rows
from kiosk.visits.home import upsert
from kiosk.visits.model import StaffTask
from kiosk.visits.schema import staff_task, visit
from kiosk.visits.transaction import Transaction


def open_task(connection: Connection, visit_id: str, at: datetime, reason: str) -> None:
    """Once a visit."""
    connection.execute(
        upsert(connection, staff_task)
        .values(visit_id=visit_id, created_at=at, reason=reason)
        .on_conflict_do_nothing(index_elements=["visit_id"])
    )


def close_task(connection: Connection, visit_id: str, desk: str, at: datetime) -> bool:
    """False when it was done already, or never was."""
    closed = connection.execute(
        update(staff_task)
        .where(staff_task.c.visit_id == visit_id, staff_task.c.done_at.is_(None))
        .values(done_at=at, done_by=desk)
        .returning(staff_task.c.visit_id)
    )
    return closed.first() is not None


def finish_task(transaction: Transaction, visit_id: str, desk: str, at: datetime) -> bool:
    """Done by this desk. False when it was done already, or never was."""
    found = transaction.find(visit_id)
    if found is None or not close_task(transaction.connection, visit_id, desk, at):
        return False
    transaction.add_event(visit_id, at, "task_done", found.status, desk)
    return True


def open_tasks(connection: Connection, here: ColumnElement[bool]) -> list[StaffTask]:
    """Oldest first."""
    query = (
        select(
            visit,
            staff_task.c.created_at.label("task_created_at"),
            staff_task.c.reason.label("task_reason"),
        )
        .join(visit, visit.c.visit_id == staff_task.c.visit_id)
        .where(here, staff_task.c.done_at.is_(None))
        .order_by(staff_task.c.created_at, staff_task.c.visit_id)
    )
    return [rows.task_from(row) for row in connection.execute(query)]
