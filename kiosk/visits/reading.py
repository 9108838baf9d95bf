"""What is asked of the visits: one, all, those of a person, what happened to one.

The desk's list stands in `day_list`, owed look-ups in `owing`, tasks for staff in `staff_tasks`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, or_, select

from kiosk.gateway.model import Attempt
from kiosk.visits import rows
from kiosk.visits.database import Database
from kiosk.visits.home import Home
from kiosk.visits.model import NOT_SENT, NUMBERED, Status, Visit, VisitEvent
from kiosk.visits.schema import lookup_attempt, visit, visit_event, visit_identity

_PAGE = 500


def find(connection: Connection, home: Home, visit_id: str) -> Visit | None:
    row = connection.execute(select(visit).where(*home.owns(visit), visit.c.visit_id == visit_id)).first()
    return rows.visit_from(row) if row else None


def all_visits(database: Database, home: Home, on: date | None, status: Status | None) -> Iterator[Visit]:
    """Oldest first, read page by page: no transaction stays open in between."""
    wanted = [*home.owns(visit)]
    if on is not None:
        wanted.append(visit.c.day == on)
    if status is not None:
        wanted.append(visit.c.status == status.value)
    query = select(visit).where(*wanted).order_by(visit.c.created_at, visit.c.visit_id).limit(_PAGE)
    page = _page(database, query)
    while page:
        yield from (rows.visit_from(row) for row in page)
        last = page[-1]
        behind = or_(
            visit.c.created_at > last.created_at,
            and_(visit.c.created_at == last.created_at, visit.c.visit_id > last.visit_id),
        )
        page = _page(database, query.where(behind))


def _page(database: Database, query: Select[Any]) -> Sequence[Row[Any]]:
    with database.read() as connection:
        return connection.execute(query).all()


def was_seen(
    connection: Connection, home: Home, keys: frozenset[str], day: date, other_than: str | None = None
) -> bool:
    """Whether a visit received on that day shares one of these numbers of a person."""
    query = (
        select(visit.c.visit_id)
        .join(visit_identity, visit_identity.c.visit_id == visit.c.visit_id)
        .where(
            *home.owns(visit),
            visit.c.day == day,
            visit.c.status.in_([status.value for status in NUMBERED]),
            visit_identity.c.key.in_(sorted(keys)),
        )
        .limit(1)
    )
    if other_than is not None:
        query = query.where(visit.c.visit_id != other_than)
    return connection.execute(query).first() is not None


def asked_since(connection: Connection, home: Home, moment: datetime) -> int:
    """How many exchanges with the gateway are recorded since then."""
    query = (
        select(func.count())
        .select_from(lookup_attempt)
        .join(visit, visit.c.visit_id == lookup_attempt.c.visit_id)
        .where(
            *home.owns(visit),
            lookup_attempt.c.asked_at > moment,
            lookup_attempt.c.failure.is_distinct_from(NOT_SENT),
        )
    )
    return connection.scalars(query).one()


def last_written_at(connection: Connection) -> datetime | None:
    return connection.scalar(select(visit_event.c.at).order_by(visit_event.c.event_id.desc()).limit(1))


def attempts(connection: Connection, home: Home, visit_id: str) -> tuple[Attempt, ...]:
    """In the order they were written."""
    query = (
        select(lookup_attempt)
        .join(visit, visit.c.visit_id == lookup_attempt.c.visit_id)
        .where(*home.owns(visit), visit.c.visit_id == visit_id)
        .order_by(lookup_attempt.c.attempt_id)
    )
    return tuple(rows.attempt_from(row) for row in connection.execute(query))


def events(connection: Connection, home: Home, visit_id: str) -> tuple[VisitEvent, ...]:
    """In the order they were written."""
    query = (
        select(visit_event)
        .join(visit, visit.c.visit_id == visit_event.c.visit_id)
        .where(*home.owns(visit), visit.c.visit_id == visit_id)
        .order_by(visit_event.c.event_id)
    )
    return tuple(rows.event_from(row) for row in connection.execute(query))


__all__ = ["all_visits", "asked_since", "attempts", "events", "find", "last_written_at", "was_seen"]
