"""Going on with a visit that was put aside today, instead of making a second one."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select

from kiosk.visits.model import NewVisit, Status
from kiosk.visits.schema import visit, visit_event, visit_identity

WENT_ON = "went_on"

KEPT = frozenset({"visit_id", "mode", "facility", "day", "created_at", "warnings"})
"""Columns that stay as they were when the visit was put aside."""


def held_of(
    connection: Connection, here: ColumnElement[bool], keys: frozenset[str], day: date
) -> Row[Any] | None:
    """The visit of that day that waits for staff and shares one of the person's numbers; the latest."""
    same_person = select(visit_identity.c.visit_id).where(visit_identity.c.key.in_(sorted(keys)))
    query = (
        select(visit)
        .where(
            here,
            visit.c.day == day,
            visit.c.status == Status.HELD.value,
            visit.c.visit_id.in_(same_person),
        )
        .order_by(visit.c.created_at.desc(), visit.c.visit_id)
        .limit(1)
    )
    return connection.execute(query).first()


def still_held(connection: Connection, here: ColumnElement[bool], new: NewVisit) -> Row[Any] | None:
    """The visit that `new` goes on with, kept from other desks; None when it does not wait any more."""
    query = (
        select(visit)
        .where(here, visit.c.visit_id == new.goes_on, visit.c.status == Status.HELD.value)
        .with_for_update()
    )
    return connection.execute(query).first()


def was_done(connection: Connection, new: NewVisit) -> bool:
    """Whether `new` has gone on with it already: the line was cut after a commit, and the desk asks again."""
    query = select(visit_event.c.event_id).where(
        visit_event.c.visit_id == new.goes_on,
        visit_event.c.event == WENT_ON,
        visit_event.c.at == new.created_at,
    )
    return connection.execute(query).first() is not None


__all__ = ["KEPT", "WENT_ON", "held_of", "still_held", "was_done"]
