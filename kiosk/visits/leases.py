"""Who looks an owed visit up now: rows are taken with a lease, so that no two desks ask for the same one.

A lease ends by itself. That of a process of this machine that is gone ends at once, so that a desk that was
killed leaves nothing waiting.
"""

from __future__ import annotations

import os
import platform
import sys
import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, or_, select, update

from kiosk.visits.schema import owed_lookup, visit

LEASE = timedelta(seconds=60)
"""Longer than two look-ups with all their repeats; who holds it longer is taken for dead."""

LONGEST_WAIT = timedelta(minutes=15)
"""No row is put off for longer. A time further ahead was written before the clock was set back."""


def new_holder() -> str:
    """A name for one worker: machine, process, worker."""
    return f"{platform.node()}/{os.getpid()}/{uuid.uuid4().hex[:8]}"


def is_gone(holder: str) -> bool:
    """Whether the holder is known to be dead: a process of this machine that does not exist any more."""
    machine, _, rest = holder.rpartition("/")[0].rpartition("/")
    if machine != platform.node() or not rest.isdigit() or sys.platform == "win32":
        return False  # on Windows os.kill would end the process instead of asking for it
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False


def claim(
    connection: Connection,
    here: ColumnElement[bool],
    *,
    holder: str,
    at: datetime,
    visit_id: str | None = None,
) -> Row[Any] | None:
    """Take the oldest free row: of `visit_id` whatever its next time is, else one that is due.

    The caller's transaction writes. Rows that another transaction is taking are passed over (PostgreSQL; on
    SQLite there is only one writer).
    """
    query = (
        select(owed_lookup, visit.c.card, visit.c.benefit, visit.c.staff)
        .join(visit, visit.c.visit_id == owed_lookup.c.visit_id)
        .where(here, _free(connection, here, at))
        .order_by(owed_lookup.c.created_at, owed_lookup.c.visit_id)
        .limit(1)
        .with_for_update(skip_locked=True, of=owed_lookup)
    )
    query = query.where(_due(at) if visit_id is None else owed_lookup.c.visit_id == visit_id)
    row = connection.execute(query).first()
    if row is not None:
        connection.execute(
            update(owed_lookup)
            .where(owed_lookup.c.visit_id == row.visit_id)
            .values(leased_by=holder, leased_until=at + LEASE)
        )
    return row


def release(connection: Connection, visit_id: str, holder: str, next_at: datetime | None) -> None:
    """Give a row back, when it still is the holder's."""
    connection.execute(
        update(owed_lookup)
        .where(owed_lookup.c.visit_id == visit_id, owed_lookup.c.leased_by == holder)
        .values(leased_by=None, leased_until=None, next_at=next_at)
    )


def _free(connection: Connection, here: ColumnElement[bool], at: datetime) -> ColumnElement[bool]:
    holders = connection.scalars(
        select(owed_lookup.c.leased_by)
        .join(visit, visit.c.visit_id == owed_lookup.c.visit_id)
        .where(here, owed_lookup.c.leased_by.is_not(None))
        .distinct()
    )
    return or_(
        owed_lookup.c.leased_until.is_(None),
        owed_lookup.c.leased_until <= at,
        owed_lookup.c.leased_until > at + LEASE,  # the clock was set back
        owed_lookup.c.leased_by.in_([holder for holder in holders if is_gone(holder)]),
    )


def _due(at: datetime) -> ColumnElement[bool]:
    return or_(
        owed_lookup.c.next_at.is_(None),
        owed_lookup.c.next_at <= at,
        owed_lookup.c.next_at > at + LONGEST_WAIT,
    )
