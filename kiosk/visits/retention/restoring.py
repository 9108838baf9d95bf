"""What was let go of since a backup was made goes again before the backup is used in the records' place.

The former records say what that was: the tombstones of visits erased by request, what a law kept of them, and
how far each term was carried out (`marks`). The terms of today do not matter: what was deleted stays so.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from kiosk import clock
from kiosk.visits.audit import Act
from kiosk.visits.audit_log import AuditLog
from kiosk.visits.database import Database
from kiosk.visits.deleting import delete_visits
from kiosk.visits.home import Home
from kiosk.visits.retention import marks
from kiosk.visits.retention.rules import retention_rules
from kiosk.visits.retention.run import Retention
from kiosk.visits.schema import erased_visit, retention_mark

_REPLACED = ("kept_visit",)
"""Tables that count as the former records have them: what is missing there was let go of since."""

_ADDED = ("erased_visit", "person_request")
"""Tables whose rows of both are kept."""


def carry_over(connection: Any) -> None:
    """Take from the attached database ``former`` what it remembers of deletions.

    `connection` is one of the SQLite driver; raises that driver's errors.
    """
    tables = {
        row[0] for row in connection.execute("SELECT name FROM former.sqlite_master WHERE type = 'table'")
    }
    for table in _REPLACED:
        if table in tables:
            connection.execute(f"DELETE FROM main.{table}")  # noqa: S608  a name of ours
    for table in (*_REPLACED, *_ADDED):
        if table in tables:
            columns = ", ".join(_columns(connection, table))
            connection.execute(
                f"INSERT OR REPLACE INTO main.{table} ({columns}) SELECT {columns} FROM former.{table}"  # noqa: S608
            )
    if "retention_mark" in tables:
        columns = ", ".join(_columns(connection, "retention_mark"))
        connection.execute(
            f"INSERT OR REPLACE INTO main.retention_mark ({columns}) SELECT {columns}"  # noqa: S608
            " FROM former.retention_mark AS theirs WHERE NOT EXISTS"
            " (SELECT 1 FROM main.retention_mark AS ours"
            " WHERE ours.mode = theirs.mode AND ours.facility = theirs.facility AND ours.kind = theirs.kind"
            " AND coalesce(ours.last_day, '') > coalesce(theirs.last_day, ''))"
        )


def _columns(connection: Any, table: str) -> list[str]:
    """Those of both: the former records may be of an older version."""
    here, there = (
        [row[1] for row in connection.execute(f"PRAGMA {schema}.table_info({table})")]
        for schema in ("main", "former")
    )
    return [name for name in here if name in there]


def let_go_again(database: Database) -> int:
    """Delete from a backup about to be used what its marks and tombstones say is gone; how much it was."""
    with database.read() as connection:
        query = select(retention_mark.c.mode, retention_mark.c.facility).union(
            select(erased_visit.c.mode, erased_visit.c.facility)
        )
        homes = [Home(mode, facility) for mode, facility in connection.execute(query)]
    return sum(_let_go_of(database, home) for home in homes)


def _let_go_of(database: Database, home: Home) -> int:
    log = AuditLog(database, facility=home.facility, mode=home.mode)
    with log.writing() as connection:
        erased = list(connection.scalars(select(erased_visit.c.visit_id).where(*home.owns(erased_visit))))
        done = delete_visits(connection, home, erased, clock.today(), even_if_they_stay=True)
        if done.deleted:
            log.add(connection, log.signed(Act.ERASE, None, None, what="restore", visits=len(done.deleted)))
        days = {kind: mark.last_day for kind, mark in marks.marks(connection, home).items() if mark.last_day}
    retention = Retention([log], retention_rules(), None, clock.today())
    outcome = retention.carry_out(why="kiosk records restore", days=days, pauses=False)
    return len(done.deleted) + outcome.rows


__all__ = ["carry_over", "let_go_again"]
