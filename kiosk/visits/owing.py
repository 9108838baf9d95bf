"""The look-ups that are owed: written with a visit, put off when asked in vain, gone when answered.

Who asks for one at a time stands in `leases`. The caller's transaction writes.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, func, insert, select, update

from kiosk.visits import rows
from kiosk.visits.model import NewVisit, OwedLookup, Status
from kiosk.visits.schema import owed_lookup, visit

FIRST_WAIT = timedelta(seconds=30)
"""How long after a patient was received the look-up is made again for the first time."""


def owe(connection: Connection, new: NewVisit) -> None:
    question = rows.question_of(new.card)
    connection.execute(
        insert(owed_lookup).values(
            visit_id=new.visit_id,
            number=question.number,
            full_name=question.full_name,
            birth_date=question.birth_date.iso,
            created_at=new.created_at,
            attempts=0,
            last_error=new.assessment.reason if new.assessment else None,
            next_at=new.created_at + FIRST_WAIT,
        )
    )


def owe_on(connection: Connection, visit_id: str, reason: str, next_at: datetime | None) -> None:
    """It was asked in vain; nobody holds it any more."""
    connection.execute(
        update(owed_lookup)
        .where(owed_lookup.c.visit_id == visit_id)
        .values(
            attempts=owed_lookup.c.attempts + 1,
            last_error=reason,
            next_at=next_at,
            leased_by=None,
            leased_until=None,
        )
    )


def no_longer_owe(connection: Connection, visit_id: str) -> None:
    connection.execute(delete(owed_lookup).where(owed_lookup.c.visit_id == visit_id))


def hurry(connection: Connection, here: ColumnElement[bool]) -> None:
    """Forget all back-off."""
    mine = select(visit.c.visit_id).where(here, visit.c.status == Status.PENDING.value)
    connection.execute(update(owed_lookup).where(owed_lookup.c.visit_id.in_(mine)).values(next_at=None))


def all_owed(connection: Connection, here: ColumnElement[bool]) -> list[OwedLookup]:
    """Oldest first, whenever they were tried last."""
    query = _oldest_first(select(owed_lookup, visit.c.card, visit.c.benefit, visit.c.staff), here)
    return [rows.owed_from(row) for row in connection.execute(query)]


def visit_ids(connection: Connection, here: ColumnElement[bool]) -> list[str]:
    """The visits whose look-up is owed, oldest first."""
    return list(connection.scalars(_oldest_first(select(owed_lookup.c.visit_id), here)))


def summary(connection: Connection, here: ColumnElement[bool]) -> tuple[int, datetime | None]:
    """How many look-ups are owed, and since when the oldest is."""
    query = (
        select(func.count(), func.min(owed_lookup.c.created_at, type_=owed_lookup.c.created_at.type))
        .select_from(owed_lookup)
        .join(visit, visit.c.visit_id == owed_lookup.c.visit_id)
        .where(here)
    )
    count, oldest = connection.execute(query).one()
    return count, oldest


def _oldest_first(query: Select[Any], here: ColumnElement[bool]) -> Select[Any]:
    return (
        query.join(visit, visit.c.visit_id == owed_lookup.c.visit_id)
        .where(here)
        .order_by(owed_lookup.c.created_at, owed_lookup.c.visit_id)
    )
