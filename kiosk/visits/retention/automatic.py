"""What a desk lets go of by itself: once a day, and only by terms that were told for some days before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from kiosk import clock
from kiosk.visits.audit_log import AuditLog
from kiosk.visits.home import Home
from kiosk.visits.retention import marks
from kiosk.visits.retention.files import RecordFiles
from kiosk.visits.retention.rules import Rules
from kiosk.visits.retention.run import Outcome, Retention

PROGRAM = "kiosk"
"""Who did it, in the audit log: nobody at a desk."""


@dataclass(frozen=True, slots=True)
class Upcoming:
    """What stands before the first deletion by itself."""

    from_day: date | None  # the first day on which kinds that are not acted on yet will be; None: all are
    kinds: tuple[str, ...] = ()  # those
    last_run: datetime | None = None


def let_go_of_due(
    logs: Sequence[AuditLog],
    rules: Rules,
    files: RecordFiles | None,
    notice_days: int,
    stop: Callable[[], bool],
) -> Outcome | None:
    """Delete what is due by terms that were announced long enough; None when that was done today already.

    The first call announces the terms. Of several desks one does it; one that is stopped in the middle leaves
    the rest for tomorrow. Raises RecordsError.
    """
    now = clock.now()
    log = logs[0]
    home = log.home
    with log.database.read() as connection:
        if not marks.day_is_free(connection, home, now):
            return None
    with log.database.write() as connection:
        marks.announce(connection, home, rules, now)
        if not marks.take_the_day(connection, home, now):
            return None
        known = marks.marks(connection, home)
    ready = [kind for kind, mark in known.items() if _first_day(mark, notice_days) <= clock.day_of(now)]
    retention = Retention([_signed_by_program(each) for each in logs], rules, files, clock.day_of(now))
    return retention.carry_out(why="automatic", kinds=ready, stop=stop)


def upcoming(connection: Connection, home: Home, rules: Rules, notice_days: int) -> Upcoming:
    """When desks will begin to act on terms, as far as they do not yet."""
    now = clock.now()
    known = marks.marks(connection, home)
    found = {}
    for kind, rule in rules.items():
        mark = known.get(kind)
        if mark is None or rule.term.is_shorter_than(mark.term):  # the first desk today announces it
            mark = marks.Mark(rule.term, now)
        if _first_day(mark, notice_days) > clock.day_of(now):
            found[kind] = _first_day(mark, notice_days)
    return Upcoming(min(found.values(), default=None), tuple(found), marks.last_run(connection, home))


def _first_day(mark: marks.Mark, notice_days: int) -> date:
    return clock.day_of(mark.announced_at) + timedelta(days=notice_days)


def _signed_by_program(log: AuditLog) -> AuditLog:
    same = copy(log)
    same.actor = replace(log.actor, account=PROGRAM, staff=None, role=None)
    return same


__all__ = ["PROGRAM", "Upcoming", "let_go_of_due", "upcoming"]
