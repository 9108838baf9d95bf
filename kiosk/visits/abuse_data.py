"""What the records know for the checks against abuse: earlier visits, pictures, the watch list.

Each is one look into an index, so that a million visits cost no more than a thousand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select

from kiosk.eligibility.abuse_model import OwnVisit, PictureUse, RecordsSay
from kiosk.visits import rows
from kiosk.visits.home import Home
from kiosk.visits.model import NUMBERED, Asked, Status
from kiosk.visits.schema import visit, visit_identity, visit_picture, watch_list
from kiosk.visits.watching import Watched

BACK = timedelta(days=366)
"""How far own visits are looked at: a phiếu hẹn may be a year old."""

_MOST = 5_000
_AT_ONCE = 500

_CAME = {status.value for status in (*NUMBERED, Status.HELD)}


def find(connection: Connection, home: Home, asked: Asked) -> RecordsSay:
    mine = _with_keys(connection, asked.keys)
    return RecordsSay(
        own=_own(connection, home, asked, mine),
        pictures=_pictures(connection, home, asked, mine) if asked.picture else None,
        watched=_watched(connection, home, asked.keys, asked.now.date()),
    )


def _own(connection: Connection, home: Home, asked: Asked, mine: set[str]) -> tuple[OwnVisit, ...]:
    found = [
        row
        for row in _of_home(connection, home, mine - {asked.but})
        if row.status in _CAME and asked.now - BACK < row.created_at <= asked.now
    ]
    return tuple(OwnVisit(row.created_at, rows.papers_of(row.benefit)) for row in found)


def _pictures(connection: Connection, home: Home, asked: Asked, mine: set[str]) -> tuple[PictureUse, ...]:
    query = select(visit_picture.c.visit_id).where(visit_picture.c.fingerprint == asked.picture)
    shown = set(connection.scalars(query.limit(_MOST))) - {asked.but}
    if not shown:
        return ()
    return tuple(
        PictureUse(row.created_at, row.visit_id in mine) for row in _of_home(connection, home, shown)
    )


def _with_keys(connection: Connection, keys: frozenset[str]) -> set[str]:
    if not keys:
        return set()
    query = select(visit_identity.c.visit_id).where(visit_identity.c.key.in_(sorted(keys)))
    return set(connection.scalars(query.limit(_MOST)))


def _of_home(connection: Connection, home: Home, wanted: set[str]) -> list[Any]:
    """These visits, as far as they are this facility's in this mode, newest first.

    Picked by their keys and nothing else. Asked for facility, time or an order as well, SQLite walks through
    all visits of the facility instead (90 ms at 50,000, and ever longer).
    """
    query = select(
        visit.c.visit_id, visit.c.mode, visit.c.facility, visit.c.created_at, visit.c.status, visit.c.benefit
    ).where(visit.c.visit_id.in_(sorted(wanted)))
    found = [row for row in connection.execute(query) if Home(row.mode, row.facility) == home]
    return sorted(found, key=lambda row: row.created_at, reverse=True)


def _watched(connection: Connection, home: Home, keys: frozenset[str], day: date) -> tuple[str, ...]:
    query = (
        select(watch_list.c.reason)
        .where(
            *home.owns(watch_list),
            watch_list.c.key.in_(sorted(keys)),
            or_(watch_list.c.until.is_(None), watch_list.c.until >= day),
        )
        .order_by(watch_list.c.added_at.desc())
    )
    return tuple(dict.fromkeys(connection.scalars(query))) if keys else ()


def replace_watch_list(connection: Connection, home: Home, entries: Iterable[Watched], at: datetime) -> int:
    """Watch these cards and no others; how many numbers they have. Of a number the last entry counts."""
    connection.execute(delete(watch_list).where(*home.owns(watch_list)))
    return add_to_watch_list(connection, home, entries, at)


def add_to_watch_list(connection: Connection, home: Home, entries: Iterable[Watched], at: datetime) -> int:
    """Watch these cards too; what was known of their numbers gives way. How many numbers they have."""
    found = {
        key: {**home.columns, "key": key, "reason": entry.reason, "until": entry.until, "added_at": at}
        for entry in entries
        for key in entry.keys
    }
    for keys in _batched(list(found), _AT_ONCE):
        connection.execute(delete(watch_list).where(*home.owns(watch_list), watch_list.c.key.in_(keys)))
    if found:
        connection.execute(insert(watch_list), list(found.values()))
    return len(found)


def _batched(keys: list[str], size: int) -> Iterator[list[str]]:
    """Databases take only so many values in one statement."""
    for start in range(0, len(keys), size):
        yield keys[start : start + size]


__all__ = ["add_to_watch_list", "find", "replace_watch_list"]
