"""What the records know for the checks against abuse: earlier visits, pictures, the watch list.

Each is one look into an index, so that a million visits cost no more than a thousand.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select

from kiosk.eligibility.abuse_model import OwnVisit, PictureUse, RecordsSay
from kiosk.visits import rows
from kiosk.visits.model import NUMBERED, Asked, Status
from kiosk.visits.schema import visit, visit_identity, visit_picture, watch_list

BACK = timedelta(days=366)
"""How far own visits are looked at: a phiếu hẹn may be a year old."""

_MOST = 400


def find(connection: Connection, here: ColumnElement[bool], at_home: Any, asked: Asked) -> RecordsSay:
    """`here`: the condition on ``visit``; `at_home`: the one on ``watch_list``."""
    return RecordsSay(
        own=_own(connection, here, asked),
        pictures=_pictures(connection, here, asked) if asked.picture else None,
        watched=_watched(connection, at_home, asked.keys, asked.now.date()),
    )


def _own(connection: Connection, here: ColumnElement[bool], asked: Asked) -> tuple[OwnVisit, ...]:
    if not asked.keys:
        return ()
    mine = select(visit_identity.c.visit_id).where(visit_identity.c.key.in_(sorted(asked.keys)))
    query = (
        select(visit.c.visit_id, visit.c.created_at, visit.c.benefit)
        .where(
            here,
            visit.c.visit_id.in_(mine),
            visit.c.created_at > asked.now - BACK,
            visit.c.created_at <= asked.now,
            visit.c.status.in_([status.value for status in (*NUMBERED, Status.HELD)]),
        )
        .order_by(visit.c.created_at.desc())
        .limit(_MOST)
    )
    return tuple(
        OwnVisit(row.created_at, rows.papers_of(row.benefit))
        for row in connection.execute(query)
        if row.visit_id != asked.but
    )


def _pictures(connection: Connection, here: ColumnElement[bool], asked: Asked) -> tuple[PictureUse, ...]:
    query = (
        select(visit.c.visit_id, visit.c.created_at)
        .join(visit_picture, visit_picture.c.visit_id == visit.c.visit_id)
        .where(here, visit_picture.c.fingerprint == asked.picture)
        .order_by(visit.c.created_at.desc())
        .limit(_MOST)
    )
    found = [row for row in connection.execute(query) if row.visit_id != asked.but]
    if not found:
        return ()
    whose = select(visit_identity.c.visit_id).where(
        visit_identity.c.visit_id.in_([row.visit_id for row in found]),
        visit_identity.c.key.in_(sorted(asked.keys)),
    )
    theirs = set(connection.scalars(whose))
    return tuple(PictureUse(row.created_at, row.visit_id in theirs) for row in found)


def _watched(connection: Connection, at_home: Any, keys: frozenset[str], day: date) -> tuple[str, ...]:
    query = (
        select(watch_list.c.reason)
        .where(
            at_home,
            watch_list.c.key.in_(sorted(keys)),
            or_(watch_list.c.until.is_(None), watch_list.c.until >= day),
        )
        .order_by(watch_list.c.added_at.desc())
    )
    return tuple(dict.fromkeys(connection.scalars(query))) if keys else ()


__all__ = ["find"]
