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
import platform
import secrets
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from datetime import date, datetime
from heapq import merge
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, func, insert, select, update

from kiosk import clock
from kiosk.card.model import Card
from kiosk.eligibility.abuse_model import RecordsSay
from kiosk.eligibility.model import Assessment, Coverage
from kiosk.errors import RecordsError, UsageError
from kiosk.gateway.model import Attempt
from kiosk.visits import cancelling, day_list
from kiosk.visits.audit import Act, Actor, AuditNote
from kiosk.visits.audit_anchor import Anchor, anchor_of
from kiosk.visits.audit_log import hand_over as hand_over_audit
from kiosk.visits.audit_shared import SharedAudit
from kiosk.visits.database import Database, sqlite_url
from kiosk.visits.day_page import DayPage, DayQuery, Place
from kiosk.visits.hand_over import TakingRecords, read_bundle, remove_bundle
from kiosk.visits.known_patient import KnownPatient
from kiosk.visits.known_patients import merged as merged_patients
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
from kiosk.visits.queue_numbers import LAST_ALLOTTED, LAST_ROW
from kiosk.visits.records import VisitRecords
from kiosk.visits.schema import queue_row, visit
from kiosk.visits.shared_difficulties import SharedDifficulties
from kiosk.visits.staff_book import SharedStaffBook
from kiosk.visits.watching import Watched

_log = logging.getLogger(__name__)

WATCH_SECONDS = 5.0
"""How often a desk looks whether the server is there, and hands over what waits."""

FIRST_HAND_OVER_SECONDS = 1.0
"""How long opening the records may hand over what waits; the rest follows behind."""

_QUICK_SECONDS = 1.0
_CLOSE_SECONDS = 2.0

_AWAY = frozenset(
    {
        "records_unreachable",
        "records_locked",
        "records_read_only",  # a standby that has not taken over yet
        "records_disk_full",
        "records_disk",
        "records_damaged",
    }
)
"""Errors after which the server is left alone until the next look."""

_SET_UP = frozenset({"records_address", "records_newer"})
"""Errors that no waiting mends: they are told, and nothing is recorded beside them."""

T = TypeVar("T")


class Server(Database):
    """The shared database. While it is away everything fails at once, with the error that showed it."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._opened: Database | None = None
        self._opening = threading.Lock()
        self._trouble: RecordsError | None = None
        self._since: datetime | None = None

    @property
    def dialect(self) -> str:
        return "postgresql"

    @property
    def trouble(self) -> RecordsError | None:
        return self._trouble

    @property
    def since(self) -> datetime | None:
        return self._since

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with self._watched(), self._present().read() as connection:
            yield connection

    @contextmanager
    def write(self, seconds: float | None = None) -> Iterator[Connection]:
        with self._watched(), self._present().write(seconds) as connection:
            yield connection

    def is_back(self) -> bool:
        """Look for the server, while the others go on without it. Raises what no waiting mends."""
        try:
            with self._database().read() as connection:
                connection.execute(select(1))
        except RecordsError as error:
            self._note(error)
            if self._trouble is None:
                raise
            return False
        self._trouble = self._since = None
        return True

    def forget_trouble(self) -> None:
        self._trouble = None

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()

    def _present(self) -> Database:
        if self._trouble is not None:
            raise copy(self._trouble)
        return self._database()

    def _database(self) -> Database:
        with self._opening:
            if self._opened is None:
                self._opened = Database.open(self._address)
            return self._opened

    @contextmanager
    def _watched(self) -> Iterator[None]:
        try:
            yield
        except RecordsError as error:
            self._note(error)
            raise

    def _note(self, error: RecordsError) -> None:
        if error.code in _AWAY:
            self._since = self._since or clock.now()
            self._trouble = self._trouble or error


class SpoolFile(Database):
    """The spool's database. Until it could be opened everything fails at once, with the error that told."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._address = sqlite_url(file)
        self._opened: Database | None = None
        self._usable = False
        self._trouble = RecordsError("records_folder", "not opened yet", place=str(file))

    @property
    def dialect(self) -> str:
        return "sqlite"

    @property
    def trouble(self) -> RecordsError | None:
        return None if self._usable else self._trouble

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with self._present().read() as connection:
            yield connection

    @contextmanager
    def write(self, seconds: float | None = None) -> Iterator[Connection]:
        with self._present().write(seconds) as connection:
            yield connection

    def opened(self) -> Database:
        """For what has to be done before it is `ready`."""
        if self._opened is None:
            self._opened = Database.open(self._address)
        return self._opened

    def ready(self) -> None:
        self._usable = True

    def cannot_be_used(self, error: RecordsError) -> None:
        self._trouble, self._usable = error, False

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()

    def _present(self) -> Database:
        if not self._usable or self._opened is None:
            raise copy(self._trouble)
        return self._opened


class SharedRecords(VisitRecords):
    """The records of all desks, as one desk has them: the server's, and what waits in its own spool."""

    def __init__(self, server: Server, spool: SpoolFile, *, facility: str, training: bool) -> None:
        super().__init__(server, facility=facility, training=training)
        self._server = server
        anchor = Anchor(anchor_of(spool.file.with_name("server")))
        self._there = TakingRecords(server, facility=facility, training=training, anchor=anchor)
        self._spool_file = spool
        anchor = Anchor(anchor_of(spool.file))
        self._spool = VisitRecords(spool, facility=facility, training=training, anchor=anchor)
        self.audit = SharedAudit(
            self._there.audit, self._spool.audit, away=lambda: server.trouble is not None
        )
        self.staff: SharedStaffBook = SharedStaffBook(
            self._there.staff, self._spool.staff, away=lambda: server.trouble is not None
        )
        self._shared_difficulties = SharedDifficulties(
            self._there.difficulties,
            self._spool.difficulties,
            reachable=self._reachable,
            readable=self._readable,
            must_not_wait=lambda error: error.code in _SET_UP,
        )
        self._told_of_spool: set[str] = set()
        self._handing_over = threading.Lock()
        self._closing = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="shared-records", daemon=True)
        self._troublesome: set[str] = set()

    @classmethod
    def open_shared(cls, url: str, spool: Path, *, facility: str, training: bool) -> SharedRecords:
        """Open spool and server. One of them is enough; a server that is set up wrongly is an error."""
        records = cls(Server(url), SpoolFile(spool), facility=facility, training=training)
        try:
            there = records._server.is_back()
            records._prepare_spool(needed=not there)
            if there:
                records.hand_over(FIRST_HAND_OVER_SECONDS)
        except BaseException:
            records.close()
            raise
        records._watcher.start()
        return records

    def close(self) -> None:
        self._closing.set()
        if self._watcher.ident is not None:
            self._watcher.join(_CLOSE_SECONDS)
        self.audit.close()
        self._server.close()
        self._spool_file.close()

    def sharing(self) -> Sharing:
        waiting, trouble = 0, None
        try:
            waiting = self._count_waiting()
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
            return _kept(waiting)
        if new.goes_on is not None and self._waits_here(new.goes_on) is not None:
            gone_on = self._where_it_is(new.goes_on, lambda records: records.record(new, notes))
            return _kept(gone_on) if self._waits_here(gone_on.visit_id) is not None else gone_on
        try:
            return self._record_there(new, notes)
        except RecordsError as error:
            if error.code in _SET_UP:
                raise
            return _kept(self._spool.record(new, notes))

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
            if seen is None or error.code not in _AWAY:
                raise
        cancelling.check(seen, at)
        act = cancelling.Cancellation(visit_id, at, desk, reason)
        with self._spool.audit.writing() as connection:
            cancelling.keep(connection, self._mode_and_facility, act, self._spool._upsert)
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
        here = self._readable(lambda: self._spool.claim_owed(holder, at, visit_id))
        return here or self._reachable(lambda: self._there.claim_owed(holder, at, visit_id))

    def put_back(self, visit_id: str, holder: str, next_at: datetime | None = None) -> None:
        self._readable(lambda: self._spool.put_back(visit_id, holder, next_at))
        self._reachable(lambda: self._there.put_back(visit_id, holder, next_at))

    def hurry_owed(self) -> None:
        self._readable(self._spool.hurry_owed)
        self._reachable(self._there.hurry_owed)

    def finish_task(self, visit_id: str, desk: str, at: datetime) -> bool:
        return self._where_it_is(visit_id, lambda records: records.finish_task(visit_id, desk, at))

    # Reading: what is reachable; `sharing` tells whether that is all.

    def get(self, visit_id: str) -> Visit | None:
        here = self._waits_here(visit_id)
        return _kept(here) if here is not None else self._there.get(visit_id)

    def visits(self, on: date | None = None, status: Status | None = None) -> Iterator[Visit]:
        """All that are reachable, oldest first: those that wait here lie among the others."""
        here = [_kept(found) for found in self._readable(lambda: [*self._spool.visits(on, status)]) or []]
        known = {found.visit_id for found in here}
        there = (found for found in self._visits_there(on, status) if found.visit_id not in known)
        yield from merge(here, there, key=lambda found: (found.created_at, found.visit_id))

    def _visits_there(self, on: date | None, status: Status | None) -> Iterator[Visit]:
        try:
            yield from self._there.visits(on, status)
        except RecordsError:
            if self._server.trouble is None:
                raise

    def day_page(self, wanted: DayQuery, after: Place | None = None) -> DayPage:
        """Of both places one page; what lies in both counts as what waits here."""
        nothing = DayPage((), None, 0)
        here = self._readable(lambda: self._spool.day_page(wanted, after)) or nothing
        there = self._reachable(lambda: self._there.day_page(wanted, after)) or nothing
        return day_list.merged(here, there)

    def already_checked_in(self, card: Card, coverage: Coverage | None, day: date) -> bool:
        return self._readable(lambda: self._spool.already_checked_in(card, coverage, day)) or (
            self._reachable(lambda: self._there.already_checked_in(card, coverage, day)) or False
        )

    def held_today(self, card: Card, coverage: Coverage | None, day: date) -> Visit | None:
        here = self._readable(lambda: self._spool.held_today(card, coverage, day))
        return here or self._reachable(lambda: self._there.held_today(card, coverage, day))

    def known_for_checks(self, asked: Asked) -> RecordsSay:
        """The server's and the spool's own; without the server nothing is known for sure."""
        there = self._reachable(lambda: self._there.known_for_checks(asked))
        if there is None:
            return RecordsSay()
        here = self._readable(lambda: self._spool.known_for_checks(asked)) or RecordsSay()
        return replace(
            there,
            own=(*(here.own or ()), *(there.own or ())),
            pictures=None if there.pictures is None else (*(here.pictures or ()), *there.pictures),
        )

    def replace_watch_list(self, entries: Iterable[Watched], at: datetime) -> int:
        return self._there.replace_watch_list(entries, at)

    def known_patient(self, keys: frozenset[str]) -> KnownPatient | None:
        there = self._reachable(lambda: self._there.known_patient(keys))
        return there or self._readable(lambda: self._spool.known_patient(keys))

    def search_patients(self, words: Sequence[str]) -> list[KnownPatient]:
        there = self._reachable(lambda: self._there.search_patients(words)) or []
        here = self._readable(lambda: self._spool.search_patients(words)) or []
        return merged_patients(here, there)

    def owed(self) -> list[OwedLookup]:
        here = self._readable(self._spool.owed) or []
        known = {owed.visit_id for owed in here}
        there = self._reachable(self._there.owed) or []
        return sorted(
            [*here, *(owed for owed in there if owed.visit_id not in known)],
            key=lambda owed: (owed.created_at, owed.visit_id),
        )

    def owed_ids(self) -> list[str]:
        here = self._readable(self._spool.owed_ids) or []
        return list(dict.fromkeys([*here, *(self._reachable(self._there.owed_ids) or [])]))

    def owed_summary(self) -> tuple[int, datetime | None]:
        count, oldest = self._readable(self._spool.owed_summary) or (0, None)
        count_there, oldest_there = self._reachable(self._there.owed_summary) or (0, None)
        known = [moment for moment in (oldest, oldest_there) if moment is not None]
        return count + count_there, min(known, default=None)

    def tasks(self) -> list[StaffTask]:
        here = [replace(task, visit=_kept(task.visit)) for task in self._readable(self._spool.tasks) or []]
        known = {task.visit.visit_id for task in here}
        there = self._reachable(self._there.tasks) or []
        return [*here, *(task for task in there if task.visit.visit_id not in known)]

    def asked_since(self, moment: datetime) -> int:
        return (self._readable(lambda: self._spool.asked_since(moment)) or 0) + (
            self._reachable(lambda: self._there.asked_since(moment)) or 0
        )

    def last_written_at(self) -> datetime | None:
        here = self._readable(self._spool.last_written_at)
        known = (here, self._reachable(self._there.last_written_at))
        return max((moment for moment in known if moment is not None), default=None)

    def attempts(self, visit_id: str) -> tuple[Attempt, ...]:
        return self._readable(lambda: self._spool.attempts(visit_id)) or self._there.attempts(visit_id)

    def events(self, visit_id: str) -> tuple[VisitEvent, ...]:
        return self._readable(lambda: self._spool.events(visit_id)) or self._there.events(visit_id)

    # Here or there.

    @property
    def _mode_and_facility(self) -> tuple[str, str]:
        return self._mode, self._facility

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

    def _reachable(self, ask: Callable[[], T]) -> T | None:
        """What the server says; None while it is away."""
        try:
            return ask()
        except RecordsError:
            if self._server.trouble is None:
                raise
            return None

    def _waits_here(self, visit_id: str) -> Visit | None:
        return self._readable(lambda: self._spool.get(visit_id))

    def _readable(self, ask: Callable[[], T]) -> T | None:
        """What the spool says. One that cannot be used keeps nobody from the server."""
        try:
            return ask()
        except RecordsError as error:
            if error.code == "records_row":  # one row; the spool is as it should be
                raise
            if error.code not in self._told_of_spool:
                self._told_of_spool.add(error.code)
                _log.warning("nothing can be kept on this desk: %s", error.code)
            return None

    # Handing over.

    def hand_over(self, seconds: float | None = None) -> int:
        """Bring to the server what waits here, oldest first; how many it were.

        A visit that the server does not take stays here, is told in the log, and keeps none waiting. Another
        process may do the same at the same time.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        if not self._handing_over.acquire(blocking=False):
            return 0
        count = 0
        try:
            # What made trouble before goes last, in case the trouble is its own.
            for visit_id in sorted(self._readable(self._waiting) or [], key=self._troublesome.__contains__):
                if self._closing.is_set() or (deadline is not None and time.monotonic() > deadline):
                    break
                try:
                    self._hand_over_one(visit_id)
                    count += 1
                except Exception as error:  # noqa: BLE001  one bad row never blocks the rest
                    self._tell_once(visit_id, error)
                    if self._server.trouble is not None:
                        break
            self._deliver_cancellations()
            self._hand_over_difficulties()
            self._hand_over_audit()
            self._renew_accounts()
        finally:
            self._handing_over.release()
        return count

    def _deliver_cancellations(self) -> None:
        for act in self._readable(self._waiting_cancellations) or []:
            try:
                self._there.cancel_late(act)
            except UsageError as error:  # done already, by somebody else or before an answer was lost
                if error.code != "visit_already_cancelled":
                    _log.warning("visit %s is not cancelled on the server: %s", act.visit_id, error.code)
            except RecordsError as error:
                self._tell_once(act.visit_id, error)
                if self._server.trouble is not None:
                    return
                continue
            with self._spool_file.write() as connection:
                cancelling.done(connection, act.visit_id)

    def _waiting_cancellations(self) -> list[cancelling.Cancellation]:
        with self._spool_file.read() as connection:
            return cancelling.kept(connection, self._mode_and_facility)

    def _renew_accounts(self) -> None:
        try:
            self.staff.renew()
        except RecordsError as error:
            if self._server.trouble is None:
                _log.warning("staff accounts: %s", error.code)

    def _hand_over_audit(self) -> None:
        try:
            hand_over_audit(self._spool.audit, self._there.audit)
        except RecordsError as error:
            if self._server.trouble is None:
                self._tell_once("audit", error)

    def _hand_over_one(self, visit_id: str) -> None:
        with self._spool._database.read() as connection:
            bundle = read_bundle(connection, visit_id)
        if bundle is None:
            return  # another process was faster
        self._there.take_over(bundle)
        with self._spool._database.write() as connection:
            remove_bundle(connection, bundle)

    def _hand_over_difficulties(self) -> None:
        if self._server.trouble is not None or self._closing.is_set():
            return
        try:
            self._shared_difficulties.hand_over()
        except Exception as error:  # noqa: BLE001  they stay here, the next round may do better
            what = error.code if isinstance(error, RecordsError) else type(error).__name__
            _log.warning("difficulties stay on this desk for now: %s", what)

    def _waiting(self) -> list[str]:
        query = select(visit.c.visit_id).where(self._here).order_by(visit.c.created_at, visit.c.visit_id)
        with self._spool._database.read() as connection:
            return list(connection.scalars(query))

    def _count_waiting(self) -> int:
        with self._spool._database.read() as connection:
            visits = connection.scalars(select(func.count()).select_from(visit).where(self._here)).one()
            return visits + cancelling.count_kept(connection, self._mode_and_facility)

    def _tell_once(self, visit_id: str, error: Exception) -> None:
        if visit_id not in self._troublesome:
            self._troublesome.add(visit_id)
            what = error.code if isinstance(error, RecordsError) else type(error).__name__
            _log.warning("visit %s stays on this desk for now: %s", visit_id, what)

    def _watch(self) -> None:
        while not self._closing.wait(WATCH_SECONDS):
            try:
                self.catch_up()
            except Exception as error:  # noqa: BLE001  the next round may do better
                _log.warning("shared records: %s", type(error).__name__)

    def catch_up(self) -> None:
        """Look for the server; when it is there, hand over what waits."""
        there = self._server.is_back()
        self._prepare_spool()
        if there:
            self.hand_over()

    # The row of queue numbers that are given here.

    def _prepare_spool(self, *, needed: bool = False) -> None:
        """Open the spool and let it give numbers of its own row, never of the common one.

        The row is one that the server allotted, else one drawn by lot. A spool on a machine of another name
        is a copy (a disk image): it gets a row of its own. One that cannot be opened is an error only where
        it is `needed`.
        """
        allotted_or_alone = self._spool.row_of_numbers <= LAST_ALLOTTED or self._server.trouble is not None
        if self._spool_file.trouble is None and allotted_or_alone:
            return
        machine = platform.node() or "?"
        try:
            holder, row = self._own_row(self._spool_file.opened(), machine)
        except RecordsError as error:
            self._spool_file.cannot_be_used(error)
            if needed:
                raise
            return
        self._spool.row_of_numbers = row
        self._spool_file.ready()
        if row <= LAST_ALLOTTED:
            return
        allotted = self._reachable(lambda: self._there.allot_row(holder, machine))
        if allotted is not None:
            self._readable(lambda: self._change_row(holder, allotted))

    def _own_row(self, spool: Database, machine: str) -> tuple[str, int]:
        mine = (queue_row.c.mode == self._mode, queue_row.c.facility == self._facility)
        with spool.write() as connection:
            own = connection.execute(select(queue_row).where(*mine, queue_row.c.desk == machine)).first()
            if own is None:
                values = {"mode": self._mode, "facility": self._facility, "desk": machine}
                lot = LAST_ALLOTTED + 1 + secrets.randbelow(LAST_ROW - LAST_ALLOTTED)
                connection.execute(
                    insert(queue_row).values(**values, row=lot, holder=uuid.uuid4().hex, taken_at=clock.now())
                )
                own = connection.execute(select(queue_row).where(*mine, queue_row.c.desk == machine)).one()
        return own.holder, own.row

    def _change_row(self, holder: str, row: int) -> None:
        mine = (queue_row.c.mode == self._mode, queue_row.c.facility == self._facility)
        with self._spool_file.write() as connection:
            connection.execute(update(queue_row).where(*mine, queue_row.c.holder == holder).values(row=row))
        self._spool.row_of_numbers = row


def _kept(found: Visit) -> Visit:
    return replace(found, kept_here=True)


__all__ = ["Server", "SharedRecords"]
