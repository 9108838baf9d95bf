"""Shared records on a server, and what a desk does while that server is away.

::

    records = SharedRecords.open_shared(url, spool_file, facility="99999", training=False)
    visit = records.record(new)      # on the server; or in the spool, when visit.kept_here
    records.sharing()                # is the server away, since when, how many visits wait here

The spool is a set of records of its own, an SQLite file as durable as the one of a single desk. A visit lies
in one of the two: here until it was handed over, then there. It keeps its `visit_id`, by which the server
knows what it has already, and its queue number, which comes from a row of numbers that no other desk has
(queue_numbers). Why it is done like this: docs/decisions/0015-shared-records.md.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from kiosk.card.model import Card
from kiosk.eligibility.abuse_model import RecordsSay
from kiosk.eligibility.model import Assessment, Coverage
from kiosk.errors import RecordsError, UsageError
from kiosk.gateway.model import Attempt
from kiosk.visits import cancelling, day_list, known_patients, merging
from kiosk.visits.audit import Act, Actor, AuditNote
from kiosk.visits.audit_anchor import Anchor, anchor_of
from kiosk.visits.audit_shared import SharedAudit
from kiosk.visits.day_page import DayPage, DayQuery, Place
from kiosk.visits.delivery import Delivery
from kiosk.visits.encryption.key import AUTO
from kiosk.visits.known_patient import KnownPatient
from kiosk.visits.merging import kept
from kiosk.visits.model import (
    Advice,
    Asked,
    NewVisit,
    OwedLookup,
    Sharing,
    StaffTask,
    Status,
    Visit,
    VisitEvent,
)
from kiosk.visits.own_row import OwnRow
from kiosk.visits.reach import Reach
from kiosk.visits.records import VisitRecords
from kiosk.visits.shared_difficulties import SharedDifficulties
from kiosk.visits.shared_server import AWAY, SET_UP, Server
from kiosk.visits.spool_file import SpoolFile
from kiosk.visits.staff_book import SharedStaffBook
from kiosk.visits.watching import Watched

_log = logging.getLogger(__name__)

WATCH_SECONDS = 5.0
"""How often a desk looks whether the server is there, and hands over what waits."""

FIRST_HAND_OVER_SECONDS = 1.0
"""How long opening the records may hand over what waits; the rest follows behind."""

_QUICK_SECONDS = 1.0
_CLOSE_SECONDS = 2.0

T = TypeVar("T")


class SharedRecords(VisitRecords):
    """The records of all desks, as one desk has them: the server's, and what waits in its own spool."""

    def __init__(self, server: Server, spool: SpoolFile, *, facility: str, training: bool) -> None:
        super().__init__(server, facility=facility, training=training)
        self._server = server
        anchor = Anchor(anchor_of(spool.file.with_name("server")))
        self._there = VisitRecords(server, facility=facility, training=training, anchor=anchor)
        self._spool_file = spool
        anchor = Anchor(anchor_of(spool.file))
        self._spool = VisitRecords(spool, facility=facility, training=training, anchor=anchor)
        self._reach = Reach(server)
        self.audit = SharedAudit(self._there.audit, self._spool.audit, self._reach)
        self.staff: SharedStaffBook = SharedStaffBook(self._there.staff, self._spool.staff, self._reach)
        self._shared_difficulties = SharedDifficulties(
            self._there.difficulties, self._spool.difficulties, self._reach
        )
        self._delivery = Delivery(
            self._spool, spool, self._there, self._reach, self._shared_difficulties, self.staff
        )
        self._own_row = OwnRow(self._spool, spool, self._there, self._reach)
        self._closing = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="shared-records", daemon=True)

    @classmethod
    def open_shared(
        cls, url: str, spool: Path, *, facility: str, training: bool, key_place: str = AUTO
    ) -> SharedRecords:
        """Open spool and server. One of them is enough; a server that is set up wrongly is an error."""
        records = cls(Server(url), SpoolFile(spool, key_place), facility=facility, training=training)
        try:
            there = records._server.is_back()
            records._own_row.settle(needed=not there)
            if there:
                records.hand_over(FIRST_HAND_OVER_SECONDS)
        except BaseException:
            records.close()
            raise
        records._watcher.start()
        return records

    def close(self) -> None:
        self._closing.set()
        self._delivery.stop()
        if self._watcher.ident is not None:
            self._watcher.join(_CLOSE_SECONDS)
        self.audit.close()
        self._server.close()
        self._spool_file.close()

    def sharing(self) -> Sharing:
        waiting, trouble = 0, None
        try:
            waiting = self._delivery.waiting()
        except RecordsError as error:
            trouble = error
        return Sharing(self._server.trouble, self._server.since, waiting, trouble)

    @property
    def difficulties(self) -> SharedDifficulties:
        return self._shared_difficulties

    def act_for(self, actor: Actor) -> None:
        for records in (self, self._there, self._spool):
            records.audit.actor = actor

    # Writing.

    def record(self, new: NewVisit, notes: tuple[AuditNote, ...] = ()) -> Visit:
        waiting = self._waits_here(new.visit_id)
        if waiting is not None:
            return kept(waiting)
        if new.goes_on is not None and self._waits_here(new.goes_on) is not None:
            gone_on = self._where_it_is(new.goes_on, lambda records: records.record(new, notes))
            return kept(gone_on) if self._waits_here(gone_on.visit_id) is not None else gone_on
        try:
            return self._record_there(new, notes)
        except RecordsError as error:
            if error.code in SET_UP:
                raise
            return kept(self._spool.record(new, notes))

    def _record_there(self, new: NewVisit, notes: tuple[AuditNote, ...]) -> Visit:
        was_away = self._server.trouble is not None
        began = time.monotonic()
        try:
            return self._there.record(new, notes)
        except RecordsError:
            hangs = time.monotonic() - began > _QUICK_SECONDS
            if was_away or hangs or self._server.trouble is None:
                raise
        # A connection was cut, perhaps after the commit, and perhaps a new one is to be had at once: the same
        # visit_id gives back what is there already.
        self._server.forget_trouble()
        return self._there.record(new, notes)

    def confirm(self, visit_id: str, reason: str) -> Visit:
        return self._where_it_is(visit_id, lambda records: records.confirm(visit_id, reason))

    def cancel(self, visit_id: str, reason: str, desk: str, at: datetime, seen: Visit | None = None) -> Visit:
        """Also of a visit that lies on the server while it is away, when it was `seen`: done there later."""
        try:
            return self._where_it_is(visit_id, lambda records: records.cancel(visit_id, reason, desk, at))
        except RecordsError as error:
            if seen is None or error.code not in AWAY:
                raise
        cancelling.check(seen, at)
        act = cancelling.Cancellation(visit_id, at, desk, reason)
        with self._spool.audit.writing() as connection:
            cancelling.keep(connection, self.home, act)
            note = self.audit.signed(Act.CANCEL, visit_id, reason, was=seen.status.value)
            self._spool.audit.add(connection, note)
        return cancelling.as_cancelled(seen, act)

    def settle(
        self,
        visit_id: str,
        status: Status,
        assessment: Assessment,
        attempts: Iterable[Attempt],
        at: datetime,
        advice: Advice | None = None,
    ) -> Visit | None:
        given = tuple(attempts)
        return self._where_it_is(
            visit_id, lambda records: records.settle(visit_id, status, assessment, given, at, advice)
        )

    def still_owed(
        self,
        visit_id: str,
        assessment: Assessment,
        attempts: Iterable[Attempt],
        at: datetime,
        next_at: datetime | None = None,
    ) -> Visit | None:
        given = tuple(attempts)
        return self._where_it_is(
            visit_id, lambda records: records.still_owed(visit_id, assessment, given, at, next_at)
        )

    def claim_owed(self, holder: str, at: datetime, visit_id: str | None = None) -> OwedLookup | None:
        here = self._reach.here(lambda: self._spool.claim_owed(holder, at, visit_id))
        return here or self._reach.there(lambda: self._there.claim_owed(holder, at, visit_id))

    def put_back(self, visit_id: str, holder: str, next_at: datetime | None = None) -> None:
        self._reach.here(lambda: self._spool.put_back(visit_id, holder, next_at))
        self._reach.there(lambda: self._there.put_back(visit_id, holder, next_at))

    def hurry_owed(self) -> None:
        self._reach.here(self._spool.hurry_owed)
        self._reach.there(self._there.hurry_owed)

    def finish_task(self, visit_id: str, desk: str, at: datetime) -> bool:
        return self._where_it_is(visit_id, lambda records: records.finish_task(visit_id, desk, at))

    # Reading: what is reachable; `sharing` tells whether that is all.

    def get(self, visit_id: str) -> Visit | None:
        here = self._waits_here(visit_id)
        return kept(here) if here is not None else self._there.get(visit_id)

    def visits(self, on: date | None = None, status: Status | None = None) -> Iterator[Visit]:
        """All that are reachable, oldest first: those that wait here lie among the others."""
        here = self._reach.here(lambda: [*self._spool.visits(on, status)]) or []
        yield from merging.visits(here, self._visits_there(on, status))

    def _visits_there(self, on: date | None, status: Status | None) -> Iterator[Visit]:
        try:
            yield from self._there.visits(on, status)
        except RecordsError:
            if self._server.trouble is None:
                raise

    def day_page(self, wanted: DayQuery, after: Place | None = None) -> DayPage:
        """Of both places one page; what lies in both counts as what waits here."""
        nothing = DayPage((), None, 0)
        here = self._reach.here(lambda: self._spool.day_page(wanted, after)) or nothing
        there = self._reach.there(lambda: self._there.day_page(wanted, after)) or nothing
        return day_list.merged(here, there)

    def already_checked_in(self, card: Card, coverage: Coverage | None, day: date) -> bool:
        return self._reach.here(lambda: self._spool.already_checked_in(card, coverage, day)) or (
            self._reach.there(lambda: self._there.already_checked_in(card, coverage, day)) or False
        )

    def held_today(self, card: Card, coverage: Coverage | None, day: date) -> Visit | None:
        here = self._reach.here(lambda: self._spool.held_today(card, coverage, day))
        return here or self._reach.there(lambda: self._there.held_today(card, coverage, day))

    def known_for_checks(self, asked: Asked) -> RecordsSay:
        there = self._reach.there(lambda: self._there.known_for_checks(asked))
        here = self._reach.here(lambda: self._spool.known_for_checks(asked)) if there is not None else None
        return merging.known_for_checks(here, there)

    def replace_watch_list(self, entries: Iterable[Watched], at: datetime) -> int:
        return self._there.replace_watch_list(entries, at)

    def known_patient(self, keys: frozenset[str]) -> KnownPatient | None:
        there = self._reach.there(lambda: self._there.known_patient(keys))
        return there or self._reach.here(lambda: self._spool.known_patient(keys))

    def search_patients(self, words: Sequence[str]) -> list[KnownPatient]:
        there = self._reach.there(lambda: self._there.search_patients(words)) or []
        here = self._reach.here(lambda: self._spool.search_patients(words)) or []
        return known_patients.merged(here, there)

    def owed(self) -> list[OwedLookup]:
        here = self._reach.here(self._spool.owed) or []
        return merging.owed(here, self._reach.there(self._there.owed) or [])

    def owed_ids(self) -> list[str]:
        here = self._reach.here(self._spool.owed_ids) or []
        return list(dict.fromkeys([*here, *(self._reach.there(self._there.owed_ids) or [])]))

    def owed_summary(self) -> tuple[int, datetime | None]:
        here = self._reach.here(self._spool.owed_summary)
        return merging.summaries(here, self._reach.there(self._there.owed_summary))

    def tasks(self) -> list[StaffTask]:
        here = self._reach.here(self._spool.tasks) or []
        return merging.tasks(here, self._reach.there(self._there.tasks) or [])

    def asked_since(self, moment: datetime) -> int:
        return (self._reach.here(lambda: self._spool.asked_since(moment)) or 0) + (
            self._reach.there(lambda: self._there.asked_since(moment)) or 0
        )

    def last_written_at(self) -> datetime | None:
        here = self._reach.here(self._spool.last_written_at)
        known = (here, self._reach.there(self._there.last_written_at))
        return max((moment for moment in known if moment is not None), default=None)

    def attempts(self, visit_id: str) -> tuple[Attempt, ...]:
        return self._reach.here(lambda: self._spool.attempts(visit_id)) or self._there.attempts(visit_id)

    def events(self, visit_id: str) -> tuple[VisitEvent, ...]:
        return self._reach.here(lambda: self._spool.events(visit_id)) or self._there.events(visit_id)

    # Here or there.

    def _where_it_is(self, visit_id: str, act: Callable[[VisitRecords], T]) -> T:
        """Act on the visit in the spool, or on the server when it is not, or no longer, in the spool."""
        if self._waits_here(visit_id) is not None:
            try:
                done = act(self._spool)
            except UsageError as error:
                if error.code != "visit_unknown":
                    raise
            else:
                if done or self._waits_here(visit_id) is not None:
                    return done
        return act(self._there)

    def _waits_here(self, visit_id: str) -> Visit | None:
        return self._reach.here(lambda: self._spool.get(visit_id))

    # The server comes back.

    def hand_over(self, seconds: float | None = None) -> int:
        """Bring to the server what waits here, oldest first; how many visits it were."""
        return self._delivery.run(seconds)

    def _watch(self) -> None:
        while not self._closing.wait(WATCH_SECONDS):
            try:
                self.catch_up()
            except Exception as error:  # noqa: BLE001  the next round may do better
                _log.warning("shared records: %s", type(error).__name__)

    def catch_up(self) -> None:
        """Look for the server; when it is there, hand over what waits."""
        there = self._server.is_back()
        self._own_row.settle()
        if there:
            self.hand_over()


__all__ = ["SharedRecords"]
