"""Shows what is due, and deletes it: kind by kind, a few rows in each transaction.

::

    retention = Retention(records.audit.parts(), rules, files, today)
    for planned in retention.plan(): ...            # reads only
    outcome = retention.carry_out(why="by hand")    # may be broken off and begun again at any row

Visits go first, with what hangs on them. What was begun and what it came to are in the audit log, by kinds
and numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from kiosk import clock
from kiosk.errors import RecordsError
from kiosk.visits import audit_cutting
from kiosk.visits.audit import Act, AuditNote
from kiosk.visits.audit_log import AuditLog
from kiosk.visits.retention import marks
from kiosk.visits.retention.calendar import last_day_due
from kiosk.visits.retention.files import FILE_KINDS, RecordFiles
from kiosk.visits.retention.kinds import KINDS, Found, Removed
from kiosk.visits.retention.pace import Pace
from kiosk.visits.retention.rules import Rule, Rules

AUDIT, VISITS = "audit_log", "visits"
_KEYS_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Planned:
    """What is due of one kind."""

    rule: Rule
    last_day: date  # what counts from this day or before is due
    found: Found
    stay: Mapping[str, int]  # past the term and kept, by reason


@dataclass(slots=True)
class Outcome:
    """What carrying it out came to."""

    removed: dict[str, int] = field(default_factory=dict)
    longest_ms: float = 0.0  # that the write lock was held
    swept: bool = True  # nothing of it is left in the WAL either
    finished: bool = True  # False: broken off; what is left is due the next time

    @property
    def rows(self) -> int:
        return sum(self.removed.values())


class Retention:
    """Of one facility, live or training. `logs`: `AuditLog.parts` of its records, the spool's last.

    A spool's rows are never touched: they wait to be handed over. Of its log goes what the server has.
    """

    def __init__(
        self, logs: Sequence[AuditLog], rules: Rules, files: RecordFiles | None, today: date
    ) -> None:
        self._log, self._spools = logs[0], list(logs[1:])
        self._rules, self._files, self._today = rules, files, today
        self._home = self._log.home

    def plan(self, ahead: timedelta = timedelta(), most: int | None = None) -> list[Planned]:
        """What is due today, or will be `ahead` from now; every kind, also where it is nothing.

        Of kinds that hold more than `most` only so many are counted, or a few more.
        """
        return [self._planned(rule, self._last_day(rule, ahead), most) for rule in self._rules.values()]

    def carry_out(
        self,
        *,
        why: str,
        kinds: Iterable[str] | None = None,
        days: Mapping[str, date] | None = None,
        stop: Callable[[], bool] = lambda: False,
        pauses: bool = True,
    ) -> Outcome:
        """Delete what is due; with `days`, whatever its term, what counts from these days or before."""
        chosen = list(self._rules) if kinds is None else [kind for kind in self._rules if kind in set(kinds)]
        limits = {kind: self._last_day(self._rules[kind]) for kind in chosen}
        if days is not None:
            limits = {kind: days[kind] for kind in chosen if kind in days}
        pending = {kind: last_day for kind, last_day in limits.items() if self._any(kind, last_day)}
        pace, outcome, done = Pace(pauses=pauses), Outcome(), dict(limits)
        if pending:
            self._note(why, begun={kind: f"{day}" for kind, day in pending.items()})
        for kind in sorted(pending, key=lambda kind: kind != VISITS):  # what hangs on them need not go first
            for each, count in self._remove(kind, pending[kind], pace, stop).items():
                if count:
                    outcome.removed[each] = outcome.removed.get(each, 0) + count
            if stop():
                outcome.finished = False
                done = {each: day for each, day in limits.items() if each not in pending}
                break
        with self._log.writing() as connection:
            marks.carried_out(connection, self._home, done, self._rules, clock.now())
            if pending or outcome.rows:
                note = self._signed(why, removed=dict(outcome.removed), finished=outcome.finished)
                self._log.add(connection, note)
        if outcome.rows:
            outcome.swept = self._log.database.empty_wal()
        for spool in self._spools:
            with suppress(RecordsError):  # one that cannot be used keeps nobody from the server
                spool.database.empty_wal()
        outcome.longest_ms = round(pace.longest * 1000, 1)
        return outcome

    # What is due

    def _last_day(self, rule: Rule, ahead: timedelta = timedelta()) -> date:
        return last_day_due(self._today + ahead, rule.term)

    def _planned(self, rule: Rule, last_day: date, most: int | None) -> Planned:
        if rule.kind in FILE_KINDS:
            files = self._files
            found = files.count(rule.kind, last_day) if files else Found()
            return Planned(rule, last_day, found, files.stay(rule.kind, last_day) if files else {})
        with self._log.database.read() as connection:
            if rule.kind == AUDIT:
                return Planned(rule, last_day, self._old_entries(last_day), {})
            kind = KINDS[rule.kind]
            found = kind.count(connection, self._home, last_day, most)
            return Planned(rule, last_day, found, kind.stay(connection, self._home, last_day))

    def _any(self, kind: str, last_day: date) -> bool:
        if kind in FILE_KINDS:
            return self._files is not None and bool(self._files.due(kind, last_day))
        if kind == AUDIT:
            return self._old_entries(last_day).rows > 0 or any(
                self._beginnings(spool, last_day) for spool in self._spools
            )
        with self._log.database.read() as connection:
            return bool(KINDS[kind].due(connection, self._home, last_day, 1))

    def _old_entries(self, last_day: date) -> Found:
        going = self._beginnings(self._log, last_day)
        if not going:
            return Found()
        oldest, newest = min(each.first for each in going), max(each.last for each in going)
        return Found(sum(each.entries for each in going), _day(oldest), _day(newest))

    def _beginnings(self, log: AuditLog, last_day: date) -> list[audit_cutting.Beginning]:
        before = clock.midnight(last_day + timedelta(days=1))
        if log is self._log:
            with log.database.read() as connection:
                return audit_cutting.beginnings(connection, log, before)
        try:
            own = log.own_after(0, 1)
            handed_over = {own[0].chain: self._log.taken_over(own[0].chain)} if own else {}
            with log.database.read() as connection:
                return audit_cutting.beginnings(connection, log, before, handed_over)
        except RecordsError:
            return []

    # Deleting it

    def _remove(self, kind: str, last_day: date, pace: Pace, stop: Callable[[], bool]) -> Removed:
        if kind in FILE_KINDS:
            return {kind: self._files.remove(kind, last_day) if self._files else 0}
        if kind == AUDIT:
            logs = (self._log, *self._spools)
            return {kind: sum(self._cut(log, last_day, pace, stop) for log in logs)}
        return self._remove_rows(kind, last_day, pace, stop)

    def _remove_rows(self, kind: str, last_day: date, pace: Pace, stop: Callable[[], bool]) -> Removed:
        rows, count = KINDS[kind], Counter[str]()
        while not stop():
            with self._log.database.read() as connection:
                keys = rows.due(connection, self._home, last_day, _KEYS_AT_ONCE)
            before = count[kind]
            while keys and not stop():
                some, keys = keys[: pace.size], keys[pace.size :]
                with pace.measured() as begun, self._log.database.write() as connection:
                    begun()
                    count.update(rows.remove(connection, self._home, some, self._today))
                pace.rest()
            if count[kind] == before:  # nothing is left, or what is left came to stay meanwhile
                break
        return count

    def _cut(self, log: AuditLog, last_day: date, pace: Pace, stop: Callable[[], bool]) -> int:
        going = self._beginnings(log, last_day)
        if not going:
            return 0
        with pace.measured() as begun, log.writing() as connection:
            begun()
            audit_cutting.write_cut(connection, log, going)
        count = 0
        for each in going:
            while not stop():
                with pace.measured() as begun, log.database.write() as connection:
                    begun()
                    gone = audit_cutting.cut_some(connection, each.chain, pace.size)
                pace.rest()
                count += gone
                if not gone:
                    break
        return count

    # What is told

    def _note(self, why: str, **detail: object) -> None:
        self._log.note(self._signed(why, **detail))

    def _signed(self, why: str, **detail: object) -> AuditNote:
        return self._log.signed(Act.ERASE, None, why, what="retention", **detail)


def _day(written: str) -> date:
    return clock.day_of(datetime.fromisoformat(written))


__all__ = ["AUDIT", "Outcome", "Planned", "Retention"]
