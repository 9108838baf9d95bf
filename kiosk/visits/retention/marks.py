"""What the records remember of retention: since when each term is announced, how far it was carried out.

A term that nobody heard of surprises nobody: the program deletes by itself only what was announced for some
days. The marks also say what a restored backup has to let go of again (`again_due`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select, update

from kiosk import clock
from kiosk.visits.home import Home, upsert
from kiosk.visits.retention.calendar import Term, term_of
from kiosk.visits.retention.rules import Rules
from kiosk.visits.schema import retention_mark

_WHOLE = ""
"""The row that tells when a desk last went through everything by itself."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Of one kind."""

    term: Term
    announced_at: datetime
    last_day: date | None = None  # all that counts from then or before was let go of
    ran_at: datetime | None = None


def marks(connection: Connection, home: Home) -> dict[str, Mark]:
    query = select(retention_mark).where(*home.owns(retention_mark), retention_mark.c.kind != _WHOLE)
    return {
        row.kind: Mark(_term(row.term), row.announced_at, row.last_day, row.ran_at)
        for row in connection.execute(query)
    }


def announce(connection: Connection, home: Home, rules: Rules, at: datetime) -> None:
    """From now on these terms are known; a shorter one than before is announced anew."""
    known = marks(connection, home)
    for kind, rule in rules.items():
        mark = known.get(kind)
        if mark is not None and mark.term == rule.term:
            continue
        shorter = mark is None or rule.term.is_shorter_than(mark.term)
        since = at if mark is None or shorter else mark.announced_at
        _put(connection, home, kind, {"term": rule.term.words, "announced_at": since})


def carried_out(
    connection: Connection, home: Home, days: dict[str, date], rules: Rules, at: datetime
) -> None:
    """Everything of these kinds up to these days is gone."""
    known = marks(connection, home)
    for kind, last_day in days.items():
        before = known.get(kind)
        term = {} if before else {"term": rules[kind].term.words, "announced_at": at}
        reached = max(last_day, before.last_day) if before and before.last_day else last_day
        _put(connection, home, kind, {**term, "last_day": reached, "ran_at": at})


def day_is_free(connection: Connection, home: Home, at: datetime) -> bool:
    """Whether `take_the_day` might say yes; only reads."""
    query = select(retention_mark.c.ran_at).where(
        *home.owns(retention_mark), retention_mark.c.kind == _WHOLE, retention_mark.c.ran_at >= _midnight(at)
    )
    return connection.execute(query).first() is None


def take_the_day(connection: Connection, home: Home, at: datetime) -> bool:
    """Whether nobody has gone through everything today; then the caller does. Of several desks one."""
    mine = (*home.owns(retention_mark), retention_mark.c.kind == _WHOLE)
    values = {**home.columns, "kind": _WHOLE, "term": _WHOLE, "announced_at": at}
    connection.execute(upsert(connection, retention_mark).values(values).on_conflict_do_nothing())
    taken = connection.execute(
        update(retention_mark)
        .where(*mine, (retention_mark.c.ran_at.is_(None)) | (retention_mark.c.ran_at < _midnight(at)))
        .values(ran_at=at)
        .returning(retention_mark.c.kind)
    )
    return taken.first() is not None


def last_run(connection: Connection, home: Home) -> datetime | None:
    """When anything was last gone through, by whomever."""
    moments = [mark.ran_at for mark in marks(connection, home).values() if mark.ran_at is not None]
    return max(moments, default=None)


def _midnight(at: datetime) -> datetime:
    return clock.midnight(clock.day_of(at))


def _put(connection: Connection, home: Home, kind: str, values: dict[str, Any]) -> None:
    changed = connection.execute(
        update(retention_mark)
        .where(*home.owns(retention_mark), retention_mark.c.kind == kind)
        .values(values)
        .returning(retention_mark.c.kind)
    )
    if changed.first() is None and "term" in values:
        row = {**home.columns, "kind": kind, **values}
        connection.execute(upsert(connection, retention_mark).values(row).on_conflict_do_nothing())


def _term(words: str) -> Term:
    try:
        return term_of(words)
    except ValueError:  # written by hand
        return Term(days=36_500)


__all__ = ["Mark", "announce", "carried_out", "last_run", "marks", "take_the_day"]
