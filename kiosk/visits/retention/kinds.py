"""What is due in the records, kind by kind, and how a few rows of it are deleted at a time.

Every question is one page of an index, so that a server with a million visits answers within its time limit
and no desk waits. What work is still owed for is never due: `Kind.staying` counts it, by reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Date, Table, delete, func, not_, select, update

from kiosk import clock
from kiosk.visits.deleting import delete_visits, has_open_task, owed
from kiosk.visits.difficulties import State
from kiosk.visits.home import Home
from kiosk.visits.kept_visits import has_evidence, let_go_of_evidence
from kiosk.visits.schema import (
    difficulty,
    erased_visit,
    kept_visit,
    lookup_attempt,
    owed_lookup,
    person_request,
    queue_counter,
    staff_account,
    staff_task,
    visit,
    visit_picture,
    watch_list,
)

Removed = Mapping[str, int]
Conditions = tuple[ColumnElement[bool], ...]
Key = Any

_COUNT_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class Found:
    """How much of a kind is due, and from when the oldest and the newest of it count."""

    rows: int = 0
    oldest: date | None = None
    newest: date | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of rows."""

    name: str
    table: Table
    key: Column[Any]  # tells the rows of one home apart
    since: ColumnElement[Any]  # a day or a moment
    mine: Callable[[Home], Conditions]
    """Which rows are this home's and may go, whatever their age."""
    remove: Callable[[Connection, Home, Sequence[Key], date], Removed]
    """Delete these in the caller's transaction; the last argument is today. Gives what went, by kind."""
    staying: Callable[[Connection, Home, ColumnElement[bool]], dict[str, int]] = lambda *_: {}
    """How many are past their term and stay, by reason; the last argument: what is past."""

    def due(self, connection: Connection, home: Home, last_day: date, most: int) -> list[Key]:
        """So many keys of what counts from `last_day` or before, the oldest first."""
        query = select(self.key).where(self.past(last_day), *self.mine(home))
        return list(connection.scalars(query.order_by(self.since, self.key).limit(most)))

    def count(self, connection: Connection, home: Home, last_day: date, most: int | None = None) -> Found:
        """Of more than `most` some are left out."""
        rows, oldest, newest, after = 0, None, None, None
        while True:
            query = select(self.since, self.key).where(self.past(last_day), *self.mine(home))
            if after is not None:
                query = query.where(
                    (self.since > after[0]) | ((self.since == after[0]) & (self.key > after[1]))
                )
            page = connection.execute(query.order_by(self.since, self.key).limit(_COUNT_PAGE)).all()
            if page:
                oldest, newest, after = oldest or day_of(page[0][0]), day_of(page[-1][0]), page[-1]
            rows += len(page)
            if len(page) < _COUNT_PAGE or (most is not None and rows >= most):
                return Found(rows, oldest, newest)

    def stay(self, connection: Connection, home: Home, last_day: date) -> dict[str, int]:
        found = self.staying(connection, home, self.past(last_day))
        return {reason: count for reason, count in found.items() if count}

    def past(self, last_day: date) -> ColumnElement[bool]:
        if isinstance(self.since.type, Date):
            return self.since <= last_day
        return self.since < clock.midnight(last_day + timedelta(days=1))


def day_of(when: date | datetime) -> date:
    return clock.day_of(when) if isinstance(when, datetime) else when


# What hangs on a visit

_NOTHING_LEFT_TO_DO = (not_(owed()), not_(has_open_task()))


def _evidence_of(home: Home) -> Conditions:
    of_it = visit.c.visit_id == lookup_attempt.c.visit_id
    return (select(visit.c.visit_id).where(of_it, *home.owns(visit), *_NOTHING_LEFT_TO_DO).exists(),)


def _visits_left_undone(connection: Connection, home: Home, past: ColumnElement[bool]) -> dict[str, int]:
    """From the small tables of what is left to do: there the few are found without reading all visits."""
    owing = (
        select(func.count())
        .select_from(owed_lookup)
        .join(visit, visit.c.visit_id == owed_lookup.c.visit_id)
        .where(*home.owns(visit), past)
    )
    tasks = (
        select(func.count())
        .select_from(staff_task)
        .join(visit, visit.c.visit_id == staff_task.c.visit_id)
        .where(*home.owns(visit), staff_task.c.done_at.is_(None), past)
    )
    return {"owed": connection.scalar(owing) or 0, "task": connection.scalar(tasks) or 0}


def _delete_by(name: str, table: Table, key: Column[Any], mine: Callable[[Home], Conditions]) -> Any:
    """Delete rows by their key, as far as they still are to go."""

    def remove(connection: Connection, home: Home, keys: Sequence[Key], today: date) -> Removed:
        del today
        return {name: connection.execute(delete(table).where(key.in_(keys), *mine(home))).rowcount}

    return remove


def _findings_of(home: Home) -> Conditions:
    return (*home.owns(visit), visit.c.findings.is_not(None), *_NOTHING_LEFT_TO_DO)


def _forget_findings(connection: Connection, home: Home, keys: Sequence[Key], today: date) -> Removed:
    del today
    statement = update(visit).where(visit.c.visit_id.in_(keys), *_findings_of(home)).values(findings=None)
    return {"findings": connection.execute(statement).rowcount}


_PICTURES_DAY = (
    select(visit.c.day)
    .where(visit.c.visit_id == visit_picture.c.visit_id)
    .correlate(visit_picture)
    .scalar_subquery()
)
"""A picture has no time of its own. Few visits have one: these are gone through, and not all old visits."""


def _pictures_of(home: Home) -> Conditions:
    of_it = visit.c.visit_id == visit_picture.c.visit_id
    return (select(visit.c.visit_id).where(of_it, *home.owns(visit), *_NOTHING_LEFT_TO_DO).exists(),)


def _remove_pictures(connection: Connection, home: Home, keys: Sequence[Key], today: date) -> Removed:
    del home, today
    statement = delete(visit_picture).where(visit_picture.c.visit_id.in_(keys))
    return {"pictures": connection.execute(statement).rowcount}


_PARTS = {"evidence": lookup_attempt, "pictures": visit_picture, "tasks": staff_task}


def _visits_of(home: Home) -> Conditions:
    return (*home.owns(visit), *_NOTHING_LEFT_TO_DO)


def _remove_visits(connection: Connection, home: Home, keys: Sequence[Key], today: date) -> Removed:
    """What hangs on them counts as of its own kind, whose term is never longer."""
    having = select(func.count()).where(visit.c.visit_id.in_(keys), visit.c.findings.is_not(None))
    findings = connection.scalar(having) or 0
    done = delete_visits(connection, home, list(keys), today)
    parts = {kind: done.rows.get(table.name, 0) for kind, table in _PARTS.items()}
    return {"visits": len(done.deleted), "findings": findings, **parts}


def _forget_kept_evidence(connection: Connection, home: Home, keys: Sequence[Key], today: date) -> Removed:
    del home, today
    return {"kept_evidence": let_go_of_evidence(connection, keys)}


def _tasks_of(home: Home) -> Conditions:
    of_it = visit.c.visit_id == staff_task.c.visit_id
    return (
        staff_task.c.done_at.is_not(None),
        select(visit.c.visit_id).where(of_it, *home.owns(visit)).exists(),
    )


# What stands by itself


def _own(table: Table, *more: ColumnElement[bool]) -> Callable[[Home], Conditions]:
    return lambda home: (*home.owns(table), *more)


def _alone(
    name: str,
    table: Table,
    key: str,
    since: str,
    *more: ColumnElement[bool],
    staying: Callable[[Connection, Home, ColumnElement[bool]], dict[str, int]] = lambda *_: {},
) -> Kind:
    mine = _own(table, *more)
    return Kind(
        name, table, table.c[key], table.c[since], mine, _delete_by(name, table, table.c[key], mine), staying
    )


def _open_difficulties(connection: Connection, home: Home, past: ColumnElement[bool]) -> dict[str, int]:
    del past  # they count from no day yet
    query = (
        select(func.count())
        .select_from(difficulty)
        .where(*home.owns(difficulty), difficulty.c.state != State.CLOSED.value)
    )
    return {"open": connection.scalar(query) or 0}


def _open_tasks(connection: Connection, home: Home, past: ColumnElement[bool]) -> dict[str, int]:
    del past
    query = (
        select(func.count())
        .select_from(staff_task)
        .join(visit, visit.c.visit_id == staff_task.c.visit_id)
        .where(*home.owns(visit), staff_task.c.done_at.is_(None))
    )
    return {"open": connection.scalar(query) or 0}


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "evidence",
            lookup_attempt,
            lookup_attempt.c.attempt_id,
            lookup_attempt.c.asked_at,
            _evidence_of,
            _delete_by("evidence", lookup_attempt, lookup_attempt.c.attempt_id, _evidence_of),
        ),
        Kind("findings", visit, visit.c.visit_id, visit.c.day, _findings_of, _forget_findings),
        Kind(
            "pictures", visit_picture, visit_picture.c.visit_id, _PICTURES_DAY, _pictures_of, _remove_pictures
        ),
        Kind(
            "tasks",
            staff_task,
            staff_task.c.visit_id,
            staff_task.c.done_at,
            _tasks_of,
            _delete_by("tasks", staff_task, staff_task.c.visit_id, _tasks_of),
            _open_tasks,
        ),
        Kind("visits", visit, visit.c.visit_id, visit.c.day, _visits_of, _remove_visits, _visits_left_undone),
        _alone(
            "difficulties",
            difficulty,
            "difficulty_id",
            "closed_at",
            difficulty.c.state == State.CLOSED.value,
            staying=_open_difficulties,
        ),
        _alone("watch_list", watch_list, "key", "until", watch_list.c.until.is_not(None)),
        _alone("watch_list_open", watch_list, "key", "added_at", watch_list.c.until.is_(None)),
        _alone("queue_counters", queue_counter, "day", "day"),
        _alone("staff_accounts", staff_account, "account", "disabled_at"),
        _alone(
            "person_requests",
            person_request,
            "request_id",
            "closed_on",
            person_request.c.closed_on.is_not(None),
        ),
        _alone("erased_visits", erased_visit, "visit_id", "erased_at"),
        Kind(
            "kept_evidence",
            kept_visit,
            kept_visit.c.visit_id,
            kept_visit.c.day,
            _own(kept_visit, has_evidence()),
            _forget_kept_evidence,
        ),
        _alone("kept_visits", kept_visit, "visit_id", "day"),
    )
}
"""The kinds that are rows of the records, but for the audit log (``audit_cutting``)."""


__all__ = ["KINDS", "Found", "Kind", "Removed", "day_of"]
