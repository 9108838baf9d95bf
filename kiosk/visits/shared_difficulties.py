"""The difficulties as one of several desks has them: the server's, and what waits in its own spool."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import Connection

from kiosk.errors import RecordsError
from kiosk.visits.difficulties import Difficulty, State
from kiosk.visits.difficulty_book import DifficultyBook, VisitCounts
from kiosk.visits.outages import Asked

T = TypeVar("T")


class SharedDifficulties(DifficultyBook):
    """`reachable` and `readable` give None while the server, or the spool, cannot be used."""

    def __init__(
        self,
        there: DifficultyBook,
        here: DifficultyBook,
        *,
        reachable: Callable[[Callable[[], object]], object],
        readable: Callable[[Callable[[], object]], object],
        must_not_wait: Callable[[RecordsError], bool],
    ) -> None:
        self._there, self._spooled = there, here
        self._reach, self._read = reachable, readable
        self._must_not_wait = must_not_wait  # errors that no waiting mends

    def add(self, connection: Connection, found: Iterable[Difficulty]) -> None:
        del connection, found
        raise TypeError("a visit is written in one place; so are its difficulties")

    def file(self, new: Difficulty) -> Difficulty:
        try:
            return self._there.file(new)
        except RecordsError as error:
            if self._must_not_wait(error):
                raise
            return self._spooled.file(new)

    def describe(
        self, difficulty_id: str, *, text: str | None = None, about_visit: str | None = None
    ) -> bool:
        here = self._readable(
            lambda: self._spooled.describe(difficulty_id, text=text, about_visit=about_visit)
        )
        return bool(here) or self._there.describe(difficulty_id, text=text, about_visit=about_visit)

    def mark(self, found: Iterable[Difficulty], state: State, at: datetime, note: str | None) -> int:
        given = tuple(found)
        here = self._readable(lambda: self._spooled.mark(given, state, at, note)) or 0
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

        here = self._readable(lambda: of(self._spooled)) or []
        known = {each.difficulty_id for each in here}
        there = self._reachable(lambda: of(self._there)) or []
        both = [*here, *(each for each in there if each.difficulty_id not in known)]
        return sorted(both, key=lambda each: (each.first_at, each.difficulty_id))

    def overdue(self, before: datetime) -> dict[str, datetime]:
        found = dict(self._reachable(lambda: self._there.overdue(before)) or {})
        for kind, since in (self._readable(lambda: self._spooled.overdue(before)) or {}).items():
            found[kind] = min(since, found.get(kind, since))
        return found

    def exchanges(self, since: datetime, until: datetime) -> Iterator[Asked]:
        yield from self._readable(lambda: [*self._spooled.exchanges(since, until)]) or ()
        yield from self._reachable(lambda: [*self._there.exchanges(since, until)]) or ()

    def visit_counts(self, first: date, last: date) -> VisitCounts:
        here = self._readable(lambda: self._spooled.visit_counts(first, last)) or VisitCounts()
        return here.plus(self._reachable(lambda: self._there.visit_counts(first, last)) or VisitCounts())

    def hand_over(self) -> int:
        """Bring to the server what waits here; how many it were. Raises RecordsError."""
        waiting = self._readable(self._spooled.find) or []
        for each in waiting:
            self._there.take_over(each)
            self._spooled.remove(each)
        return len(waiting)

    def _reachable(self, ask: Callable[[], T]) -> T | None:
        return self._reach(ask)  # type: ignore[return-value]  # gives what `ask` gives

    def _readable(self, ask: Callable[[], T]) -> T | None:
        return self._read(ask)  # type: ignore[return-value]


__all__ = ["SharedDifficulties"]
