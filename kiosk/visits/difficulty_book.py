"""The difficulties in the records: filed, found, marked; and what a report counts of the visits.

::

    book = records.difficulties
    book.file(new_difficulty(...))
    for case in cases(book.find(states={State.NEW})): ...
    book.mark(case.members, State.REPORTED, clock.now(), note=None)

Those that come from a visit are written in the visit's own transaction (`add`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, and_, case, func, or_, select, update
from sqlalchemy import delete as delete_from

from kiosk.visits.database import Database
from kiosk.visits.difficulties import Difficulty, State, clean_text, kinds
from kiosk.visits.going_on import WENT_ON
from kiosk.visits.home import Home, upsert
from kiosk.visits.model import Status
from kiosk.visits.outages import Asked, asked
from kiosk.visits.schema import difficulty, lookup_attempt, visit, visit_event

_PAGE = 2000
_RECEIVED = ("recorded", WENT_ON)
_AT_ONCE = 500  # numbers of rows in one statement
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class VisitCounts:
    """What a report says of the visits of a period."""

    visits: int = 0
    statuses: tuple[tuple[str, int], ...] = ()
    verdicts: tuple[tuple[str, int], ...] = ()
    received_without_answer: int = 0  # pending when they were recorded
    answered_later: int = 0

    def plus(self, other: VisitCounts) -> VisitCounts:
        return VisitCounts(
            self.visits + other.visits,
            _sum(self.statuses, other.statuses),
            _sum(self.verdicts, other.verdicts),
            self.received_without_answer + other.received_without_answer,
            self.answered_later + other.answered_later,
        )

    def status(self, status: Status) -> int:
        return dict(self.statuses).get(status.value, 0)

    def verdict(self, verdict: str) -> int:
        return dict(self.verdicts).get(verdict, 0)


class DifficultyBook:
    """The difficulties of one facility, live or training. Raises RecordsError as the records do."""

    def __init__(self, database: Database, *, facility: str, mode: str) -> None:
        self._database, self._home = database, Home(mode, facility)

    # Writing

    def add(self, connection: Connection, found: Iterable[Difficulty]) -> None:
        """Inside a visit's transaction. One that is known already was met once more."""
        for each in found:
            statement = self._insert(connection, each)
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["difficulty_id"],
                    set_={"times": difficulty.c.times + 1, "last_at": statement.excluded.last_at},
                )
            )

    def file(self, new: Difficulty) -> Difficulty:
        """Write one that stands by itself. The same `difficulty_id` again changes nothing."""
        with self._database.write() as connection:
            connection.execute(
                self._insert(connection, new).on_conflict_do_nothing(index_elements=["difficulty_id"])
            )
        return new

    def describe(
        self, difficulty_id: str, *, text: str | None = None, about_visit: str | None = None
    ) -> bool:
        """Add what somebody wrote, or the visit that it turned out to be about; whether anything was."""
        given = {"text": clean_text(text), "about_visit": about_visit}
        values = {name: value for name, value in given.items() if value is not None}
        if not values:
            return False
        with self._database.write() as connection:
            changed = connection.execute(
                update(difficulty)
                .where(self._here, difficulty.c.difficulty_id == difficulty_id)
                .values(values)
                .returning(difficulty.c.difficulty_id)
            )
            return changed.first() is not None

    def mark(self, found: Iterable[Difficulty], state: State, at: datetime, note: str | None) -> int:
        """Give each of `found` the state, unless somebody changed it meanwhile; how many it were."""
        values: dict[str, Any] = {"state": state.value, f"{state.value}_at": at}
        if note := clean_text(note):
            values["note"] = note
        count = 0
        by_state: dict[State, list[str]] = {}
        for each in found:
            by_state.setdefault(each.state, []).append(each.difficulty_id)
        with self._database.write() as connection:
            for before, ids in by_state.items():
                for start in range(0, len(ids), _AT_ONCE):
                    changed = connection.execute(
                        update(difficulty)
                        .where(
                            self._here,
                            difficulty.c.difficulty_id.in_(ids[start : start + _AT_ONCE]),
                            difficulty.c.state == before.value,
                        )
                        .values(values)
                        .returning(difficulty.c.difficulty_id)
                    )
                    count += len(changed.all())
        return count

    # Reading

    def find(
        self,
        *,
        states: Collection[State] = (),
        since: datetime | None = None,
        until: datetime | None = None,
        beginning: str = "",
        newest: int | None = None,
    ) -> list[Difficulty]:
        """Those that were met in the period (`until` not included), oldest first; `beginning` of their id.

        `newest`: no more than so many, those that were met last.
        """
        wanted = [self._here]
        if states:
            wanted.append(difficulty.c.state.in_([state.value for state in states]))
        if since is not None:
            wanted.append(difficulty.c.last_at >= since)
        if until is not None:
            wanted.append(difficulty.c.first_at < until)
        if beginning:
            wanted.append(difficulty.c.difficulty_id.startswith(beginning, autoescape=True))
        query = select(*_COLUMNS).where(*wanted).order_by(difficulty.c.last_at.desc()).limit(newest)
        with self._database.read() as connection:
            found = [_from_row(row) for row in connection.execute(query)]
        return sorted(found, key=lambda each: (each.first_at, each.difficulty_id))

    def overdue(self, before: datetime) -> dict[str, datetime]:
        """The kinds of which a serious one is still new and was met before then; since when."""
        serious = [kind.name for kind in kinds().values() if kind.serious]
        oldest = func.min(difficulty.c.first_at, type_=difficulty.c.first_at.type).label("since")
        query = (
            select(difficulty.c.kind, oldest)
            .where(
                self._here,
                difficulty.c.state == State.NEW.value,
                difficulty.c.kind.in_(serious),
                difficulty.c.first_at < before,
            )
            .group_by(difficulty.c.kind)
        )
        with self._database.read() as connection:
            return {row.kind: row.since for row in connection.execute(query)}

    def exchanges(self, since: datetime, until: datetime) -> Iterator[Asked]:
        """What the gateway was asked in the period, as far as it tells of outages; read page by page."""
        query = (
            select(lookup_attempt, visit.c.desk)
            .join(visit, visit.c.visit_id == lookup_attempt.c.visit_id)
            .where(
                *self._home.owns(visit),
                lookup_attempt.c.asked_at >= since,
                lookup_attempt.c.asked_at < until,
            )
            .order_by(lookup_attempt.c.asked_at, lookup_attempt.c.attempt_id)
            .limit(_PAGE)
        )
        page = self._page(query)
        while page:
            for row in page:
                told = asked(row.asked_at, row.desk, row.visit_id, row.request, row.failure, row.answer)
                if told is not None:
                    yield told
            last = page[-1]
            page = self._page(
                query.where(
                    or_(
                        lookup_attempt.c.asked_at > last.asked_at,
                        and_(
                            lookup_attempt.c.asked_at == last.asked_at,
                            lookup_attempt.c.attempt_id > last.attempt_id,
                        ),
                    )
                )
            )

    def visit_counts(self, first: date, last: date) -> VisitCounts:
        """The visits of these days, both included."""
        here = and_(*self._home.owns(visit), visit.c.day.between(first, last))
        pending = (
            select(visit_event.c.visit_id)
            .where(visit_event.c.event.in_(_RECEIVED), visit_event.c.status == Status.PENDING.value)
            .where(visit_event.c.visit_id == visit.c.visit_id)
        )
        settled = select(visit_event.c.visit_id).where(
            visit_event.c.event == "settled", visit_event.c.visit_id == visit.c.visit_id
        )
        count = select(func.count()).select_from(visit).where(here)
        with self._database.read() as connection:
            statuses = _counted(connection, select(visit.c.status, func.count()).where(here), visit.c.status)
            verdicts = _counted(
                connection, select(visit.c.verdict, func.count()).where(here), visit.c.verdict
            )
            return VisitCounts(
                visits=sum(number for _, number in statuses),
                statuses=statuses,
                verdicts=verdicts,
                received_without_answer=connection.scalars(count.where(pending.exists())).one(),
                answered_later=connection.scalars(count.where(settled.exists())).one(),
            )

    # On the way from a desk's spool to the server

    def take_over(self, found: Difficulty) -> None:
        """Write one that was filed elsewhere, once; one that is here already is brought up to it.

        Where both were marked, the state that it has here stays.
        """
        known = difficulty.c
        later = func.max if self._database.dialect == "sqlite" else func.greatest
        with self._database.write() as connection:
            statement = self._insert(connection, found)
            newer = statement.excluded
            filled = {
                column.name: func.coalesce(column, newer[column.name]) for column in known if column.nullable
            }
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["difficulty_id"],
                    set_={
                        **filled,
                        "text": func.coalesce(newer.text, known.text),
                        "times": later(known.times, newer.times),
                        "last_at": later(known.last_at, newer.last_at),
                        "state": case((known.state == State.NEW.value, newer.state), else_=known.state),
                    },
                )
            )

    def remove(self, found: Difficulty) -> None:
        """Take it out of the spool, unless it was changed since it was read; then it goes again."""
        as_read = (
            difficulty.c.times == found.times,
            difficulty.c.state == found.state.value,
            difficulty.c.text.is_not_distinct_from(found.text),
            difficulty.c.about_visit.is_not_distinct_from(found.about_visit),
        )
        with self._database.write() as connection:
            connection.execute(
                delete_from(difficulty).where(
                    self._here, difficulty.c.difficulty_id == found.difficulty_id, *as_read
                )
            )

    @property
    def _here(self) -> Any:
        return and_(*self._home.owns(difficulty))

    def _insert(self, connection: Connection, new: Difficulty) -> Any:
        values = {name: getattr(new, name) for name in _FIELDS}
        values |= {"state": new.state.value, **self._home.columns}
        return upsert(connection, difficulty).values(values)

    def _page(self, query: Any) -> list[Row[Any]]:
        with self._database.read() as connection:
            return list(connection.execute(query))


_FIELDS = tuple(field.name for field in fields(Difficulty))
_STATE = _FIELDS.index("state")
_COLUMNS = tuple(difficulty.c[name] for name in _FIELDS)


def _from_row(row: Row[Any]) -> Difficulty:
    values: list[Any] = list(row)
    values[_STATE] = State(values[_STATE])
    return Difficulty(*values)


def _counted(connection: Connection, query: Any, column: Any) -> tuple[tuple[str, int], ...]:
    found = connection.execute(query.group_by(column).order_by(column))
    return tuple((str(word), number) for word, number in found if word is not None)


def _sum(one: Iterable[tuple[str, int]], other: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((Counter(dict(one)) + Counter(dict(other))).items()))


__all__ = ["DifficultyBook", "VisitCounts"]
