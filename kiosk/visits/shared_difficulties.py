"""The difficulties as one of several desks has them: the server's, and what waits in its own spool."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime

from sqlalchemy import Connection

from kiosk.errors import RecordsError
from kiosk.visits.difficulties import Difficulty, State
from kiosk.visits.difficulty_book import DifficultyBook, VisitCounts
from kiosk.visits.outages import Asked
from kiosk.visits.reach import Reach
from kiosk.visits.shared_server import SET_UP


class SharedDifficulties(DifficultyBook):
    def __init__(self, there: DifficultyBook, here: DifficultyBook, reach: Reach) -> None:
        self._there, self._spooled, self._reach = there, here, reach

    def add(self, connection: Connection, found: Iterable[Difficulty]) -> None:
        del connection, found
        raise TypeError("a visit is written in one place; so are its difficulties")

    def file(self, new: Difficulty) -> Difficulty:
        try:
            return self._there.file(new)
        except RecordsError as error:
            if error.code in SET_UP:
                raise
            return self._spooled.file(new)

    def describe(
        self, difficulty_id: str, *, text: str | None = None, about_visit: str | None = None
    ) -> bool:
        here = self._reach.here(
            lambda: self._spooled.describe(difficulty_id, text=text, about_visit=about_visit)
        )
        return bool(here) or self._there.describe(difficulty_id, text=text, about_visit=about_visit)

    def mark(self, found: Iterable[Difficulty], state: State, at: datetime, note: str | None) -> int:
        given = tuple(found)
        here = self._reach.here(lambda: self._spooled.mark(given, state, at, note)) or 0
        if here == len(given):
            return here
        return here + self._there.mark(given, state, at, note)

    def find(
        self,
        *,
        states: Collection[State] = (),
        since: datetime | None = None,
        until: datetime | None = None,
        beginning: str = "",
        newest: int | None = None,
    ) -> list[Difficulty]:
        """All that are reachable; `sharing` tells whether that is all."""

        def of(book: DifficultyBook) -> list[Difficulty]:
            return book.find(states=states, since=since, until=until, beginning=beginning, newest=newest)

        here = self._reach.here(lambda: of(self._spooled)) or []
        known = {each.difficulty_id for each in here}
        there = self._reach.there(lambda: of(self._there)) or []
        both = [*here, *(each for each in there if each.difficulty_id not in known)]
        return sorted(both, key=lambda each: (each.first_at, each.difficulty_id))

    def overdue(self, before: datetime) -> dict[str, datetime]:
        found = dict(self._reach.there(lambda: self._there.overdue(before)) or {})
        for kind, since in (self._reach.here(lambda: self._spooled.overdue(before)) or {}).items():
            found[kind] = min(since, found.get(kind, since))
        return found

    def exchanges(self, since: datetime, until: datetime) -> Iterator[Asked]:
        yield from self._reach.here(lambda: [*self._spooled.exchanges(since, until)]) or ()
        yield from self._reach.there(lambda: [*self._there.exchanges(since, until)]) or ()

    def visit_counts(self, first: date, last: date) -> VisitCounts:
        here = self._reach.here(lambda: self._spooled.visit_counts(first, last)) or VisitCounts()
        return here.plus(self._reach.there(lambda: self._there.visit_counts(first, last)) or VisitCounts())

    def hand_over(self) -> int:
        """Bring to the server what waits here; how many it were. Raises RecordsError."""
        waiting = self._reach.here(self._spooled.find) or []
        for each in waiting:
            self._there.take_over(each)
            self._spooled.remove(each)
        return len(waiting)


__all__ = ["SharedDifficulties"]
