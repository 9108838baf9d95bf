"""Deletes visits with everything that hangs on them, for real: by their term, or because a person asked.

::

    with log.writing() as connection:
        done = erase(connection, log.home, visit_ids, clock.now())   # or delete_due
        log.add(connection, note)
    sweep(log.database)      # afterwards nothing of them is in file or WAL any more

Some visits stay, and are told with the reason: work is still owed for them, or they are of today. What was
erased by request leaves its `visit_id`, a random number, as a tombstone: a spool that hands it over later, or
an old backup that is put back, brings nobody back (docs/decisions/0030-retention.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select, update

from kiosk import clock
from kiosk.visits.database import Database
from kiosk.visits.home import Home
from kiosk.visits.model import Status
from kiosk.visits.schema import difficulty, erased_visit, metadata, owed_lookup, staff_task, visit

PARTS = tuple(
    table
    for table in metadata.sorted_tables
    if "visit_id" in table.c and table.c.visit_id.references(visit.c.visit_id)
)
"""Every table whose rows belong to a visit; one that is added later is deleted from by itself."""

_AT_ONCE = 500  # values in one statement


class Stays(StrEnum):
    """Why a visit may not be deleted yet. The words are stable; texts: config/texts/retention.toml."""

    OWED = "owed"  # its look-up is owed, or being made
    TASK = "task"  # staff still has something to do about it
    TODAY = "today"  # it is of today, or of a day to come


@dataclass(frozen=True, slots=True)
class Erased:
    """What became of the visits that were to go. Those that are not there at all are in neither."""

    deleted: tuple[str, ...] = ()
    stay: Mapping[str, Stays] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict, compare=False)  # that went with them, by table


def owed() -> ColumnElement[bool]:
    """Whether a row of ``visit`` still owes a look-up."""
    waiting = select(owed_lookup.c.visit_id).where(owed_lookup.c.visit_id == visit.c.visit_id).exists()
    return or_(visit.c.status == Status.PENDING.value, waiting)


def has_open_task() -> ColumnElement[bool]:
    return (
        select(staff_task.c.visit_id)
        .where(staff_task.c.visit_id == visit.c.visit_id, staff_task.c.done_at.is_(None))
        .exists()
    )


def why_they_stay(
    connection: Connection, home: Home, visit_ids: Collection[str], today: date
) -> dict[str, Stays]:
    """Those of the visits that may not be deleted. Unknown ones are left out."""
    found: dict[str, Stays] = {}
    for ids in _chunks(visit_ids):
        query = select(
            visit.c.visit_id, visit.c.day, owed().label("owed"), has_open_task().label("task")
        ).where(*home.owns(visit), visit.c.visit_id.in_(ids))
        for row in connection.execute(query):
            if row.owed:
                found[row.visit_id] = Stays.OWED
            elif row.task:
                found[row.visit_id] = Stays.TASK
            elif row.day >= today:
                found[row.visit_id] = Stays.TODAY
    return found


def delete_visits(
    connection: Connection,
    home: Home,
    visit_ids: Collection[str],
    today: date,
    *,
    even_if_they_stay: bool = False,
) -> Erased:
    """Delete those that may go, with all their rows, inside the caller's transaction.

    They are locked first, so that nobody owes a look-up for one meanwhile. A difficulty that came from one
    of them stays, without the visit's id and the masked number. `even_if_they_stay`: those that were
    deleted before and are back with an old backup, whatever was owed for them then.
    """
    gone: list[str] = []
    stay: dict[str, Stays] = {}
    rows: Counter[str] = Counter()
    for ids in _chunks(visit_ids):
        held = select(visit.c.visit_id).where(*home.owns(visit), visit.c.visit_id.in_(ids)).with_for_update()
        there = list(connection.scalars(held))
        staying = {} if even_if_they_stay else why_they_stay(connection, home, there, today)
        going = [each for each in there if each not in staying]
        rows += _remove(connection, going)
        gone += going
        stay |= staying
    return Erased(tuple(gone), stay, rows)


def erase(
    connection: Connection, home: Home, visit_ids: Collection[str], at: datetime, *, even_today: bool = False
) -> Erased:
    """`delete_visits` at a person's request: what goes leaves a tombstone.

    Ids that are not here (a spool on another desk may hold them) leave one too. `even_today`: visits of the
    day go as well.
    """
    today = clock.day_of(at)
    done = delete_visits(connection, home, visit_ids, date.max if even_today else today)
    remember(connection, home, [each for each in visit_ids if each not in done.stay], at)
    return done


def remember(connection: Connection, home: Home, visit_ids: Iterable[str], at: datetime) -> None:
    """Leave tombstones; one that is there already stays as it is."""
    wanted = list(dict.fromkeys(visit_ids))
    for ids in _chunks(wanted):
        query = select(erased_visit.c.visit_id).where(erased_visit.c.visit_id.in_(ids))
        known = set(connection.scalars(query))
        new = [each for each in ids if each not in known]
        if new:
            values = {**home.columns, "erased_at": at}
            connection.execute(insert(erased_visit), [{"visit_id": each, **values} for each in new])


def was_erased(connection: Connection, visit_id: str) -> bool:
    query = select(erased_visit.c.visit_id).where(erased_visit.c.visit_id == visit_id)
    return connection.execute(query).first() is not None


def sweep(database: Database) -> bool:
    """Let nothing of what was deleted be found in the file any more; whether that could be done now.

    SQLite: freed places are overwritten at once (``secure_delete``), and the WAL, which still holds the old
    pages, is emptied into the file and cut; False while somebody reads. On a server that is its own work.
    """
    return database.empty_wal()


def _remove(connection: Connection, visit_ids: list[str]) -> Counter[str]:
    """How many rows of which tables went with the visits."""
    gone: Counter[str] = Counter()
    if not visit_ids:
        return gone
    for table in PARTS:
        of_them = delete(table).where(table.c.visit_id.in_(visit_ids))
        gone[table.name] += connection.execute(of_them).rowcount
    connection.execute(
        update(difficulty)
        .where(difficulty.c.about_visit.in_(visit_ids))
        .values(about_visit=None, number=None)
    )
    connection.execute(delete(visit).where(visit.c.visit_id.in_(visit_ids)))
    return gone


def _chunks(visit_ids: Collection[str]) -> Iterable[list[str]]:
    ids = list(visit_ids)
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))


__all__ = [
    "PARTS",
    "Erased",
    "Home",
    "Stays",
    "delete_visits",
    "erase",
    "has_open_task",
    "owed",
    "remember",
    "sweep",
    "was_erased",
    "why_they_stay",
]
