"""The visit records: one class that writes a visit with everything that belongs to it, or nothing.

Each method is one transaction; what is done in it stands in a module of its own: `recording`, `answering`,
`cancelling`, `leases`, `staff_tasks` write; `reading`, `day_list`, `known_patients`, `abuse_data` and `owing`
read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import ColumnElement, and_

from kiosk.card.model import Card
from kiosk.eligibility.abuse_model import RecordsSay
from kiosk.eligibility.model import Assessment, Coverage
from kiosk.errors import RecordsError
from kiosk.gateway.model import Attempt
from kiosk.visits import (
    abuse_data,
    answering,
    cancelling,
    day_list,
    going_on,
    known_patients,
    leases,
    owing,
    reading,
    recording,
    rows,
    staff_tasks,
)
from kiosk.visits.audit import Act, Actor, AuditNote
from kiosk.visits.audit_anchor import Anchor, anchor_of
from kiosk.visits.audit_log import AuditLog
from kiosk.visits.database import Database, sqlite_file, sqlite_url
from kiosk.visits.day_page import DayPage, DayQuery, Place
from kiosk.visits.difficulty_book import DifficultyBook
from kiosk.visits.encryption.key import AUTO
from kiosk.visits.home import Home
from kiosk.visits.identity import keys_of
from kiosk.visits.known_patient import KnownPatient
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
from kiosk.visits.recording import ALREADY_CHECKED_IN
from kiosk.visits.schema import visit
from kiosk.visits.staff_book import StaffBook
from kiosk.visits.transaction import Transaction
from kiosk.visits.watching import Watched

_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)


class VisitRecords:
    """The visits of one facility, either live or training; the others in the same database are never seen.

    Safe to call from several threads and from several processes at once. Raises RecordsError when the
    database cannot be read or written, and nothing else that a disk or a server can cause.
    """

    def __init__(
        self, database: Database, *, facility: str, training: bool, anchor: Anchor | None = None
    ) -> None:
        self._database = database
        self.home = Home("training" if training else "live", facility)
        self._difficulties = DifficultyBook(database, facility=facility, mode=self.home.mode)
        self.audit = AuditLog(database, facility=facility, mode=self.home.mode, anchor=anchor)
        self.staff = StaffBook(lambda: self.audit)
        self.row_of_numbers = 0
        """Which row of queue numbers is given here (queue_numbers); 0: the one of the records themselves."""

    @classmethod
    def open(cls, url: str | Path, *, facility: str, training: bool, key_place: str = AUTO) -> VisitRecords:
        """Open the records in an SQLite file or at an SQLAlchemy URL; create and migrate them if need be.

        The key of a new file is kept at `key_place` (the setting ``records.key``).
        """
        address = sqlite_url(url) if isinstance(url, Path) else url
        file = sqlite_file(address)
        anchor = Anchor(anchor_of(file)) if file is not None else None
        return cls(
            Database.open(address, key_place=key_place), facility=facility, training=training, anchor=anchor
        )

    def close(self) -> None:
        self.audit.close()
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def sharing(self) -> Sharing | None:
        """How this desk stands with records it shares with others; None: these are the records."""
        return None

    @property
    def difficulties(self) -> DifficultyBook:
        """What is reported to BHXH."""
        return self._difficulties

    def act_for(self, actor: Actor) -> None:
        """What is written from now on is signed by who acts at this desk."""
        self.audit.actor = actor

    def note_act(self, act: Act, subject: str | None = None, why: str | None = None, **detail: Any) -> None:
        """Add an act to the audit log, on disk when this returns. Overrides and cancels note themselves."""
        self.audit.note(self.audit.signed(act, subject, why, **detail))

    # Writing: each of these is one transaction.

    def record(self, new: NewVisit, notes: tuple[AuditNote, ...] = ()) -> Visit:
        """Write a visit with its evidence, its queue number and what it owes; on disk when this returns.

        The same `visit_id` again gives the first visit back and changes nothing. When the person was already
        received today, the visit carries the notice ``already_checked_in_today``. With `goes_on` that visit
        is gone on with, if it still waits; it keeps its moment and its evidence. `notes` go into the audit
        log with it, and so does an override.
        """
        with self.writing() as transaction:
            return recording.record(transaction, new, notes)

    def confirm(self, visit_id: str, reason: str) -> Visit:
        """Check a held or refused visit in, with the reason staff gave; it gets its queue number now.

        A visit that is checked in already stays as it is. Raises UsageError ``visit_unknown`` or
        ``visit_not_waiting``.
        """
        with self.writing() as transaction:
            return recording.confirm(transaction, visit_id, reason)

    def cancel(self, visit_id: str, reason: str, desk: str, at: datetime, seen: Visit | None = None) -> Visit:
        """Take a visit of the day back; it keeps its queue number and its evidence, and owes nothing more.

        `seen`: the visit as it stands on the screen, for records that may be out of reach. Raises UsageError
        ``visit_unknown``, ``visit_already_cancelled`` or ``visit_other_day``.
        """
        del seen
        with self.writing() as transaction:
            found = transaction.locked(visit_id)
            cancelling.cancel(transaction, found, reason, desk, at)
            note = self.audit.signed(Act.CANCEL, visit_id, reason, was=found.status.value)
            self.audit.add(transaction.connection, note)
            return transaction.the(visit_id)

    def settle(
        self,
        visit_id: str,
        status: Status,
        assessment: Assessment,
        attempts: Iterable[Attempt],
        at: datetime,
        advice: Advice | None = None,
    ) -> Visit | None:
        """Write the late answer of an owed look-up. Exactly one caller gets the visit, the others None.

        The evidence is kept either way: the question was asked. A visit that is not simply checked in now
        becomes a task for staff: its patient was received and knows nothing of it.
        """
        if status is Status.PENDING:
            raise ValueError("a settled visit is not pending; see still_owed")
        with self.writing() as transaction:
            return answering.answer(transaction, visit_id, status, assessment, attempts, at, advice=advice)

    def still_owed(
        self,
        visit_id: str,
        assessment: Assessment,
        attempts: Iterable[Attempt],
        at: datetime,
        next_at: datetime | None = None,
    ) -> Visit | None:
        """Write that a look-up was tried again in vain, and give the row back until `next_at`.

        None when the visit is pending no longer.
        """
        with self.writing() as transaction:
            return answering.answer(transaction, visit_id, Status.PENDING, assessment, attempts, at, next_at)

    # Owed look-ups: taken with a lease, then settled, still_owed, or put back.

    def claim_owed(self, holder: str, at: datetime, visit_id: str | None = None) -> OwedLookup | None:
        """Take the oldest owed look-up that is due and that nobody else has; no other caller gets it now.

        With `visit_id` that one, due or not. `holder` is a name from
        ``leases.new_holder``. Raises RecordsError ``records_row`` when the row taken makes no sense.
        """
        with self.audit.writing() as connection:
            row = leases.claim(connection, self._here, holder=holder, at=at, visit_id=visit_id)
        if row is None:
            return None
        try:
            return rows.owed_from(row)
        except _UNREADABLE as error:
            raise RecordsError("records_row", type(error).__name__, visit_id=row.visit_id) from None

    def put_back(self, visit_id: str, holder: str, next_at: datetime | None = None) -> None:
        """Let go of a look-up that was claimed and not made; it is due at `next_at`, or at once."""
        with self.audit.writing() as connection:
            leases.release(connection, visit_id, holder, next_at)

    def hurry_owed(self) -> None:
        """Forget all back-off: the gateway answers again."""
        with self.audit.writing() as connection:
            owing.hurry(connection, self._here)

    def finish_task(self, visit_id: str, desk: str, at: datetime) -> bool:
        """Mark the task of a visit as done by this desk. False when it was done already, or never was."""
        with self.writing() as transaction:
            return staff_tasks.finish_task(transaction, visit_id, desk, at)

    # Reading.

    def get(self, visit_id: str) -> Visit | None:
        with self._database.read() as connection:
            return reading.find(connection, self.home, visit_id)

    def visits(self, on: date | None = None, status: Status | None = None) -> Iterator[Visit]:
        """The visits, oldest first, read page by page: no transaction stays open in between."""
        return reading.all_visits(self._database, self.home, on, status)

    def day_page(self, wanted: DayQuery, after: Place | None = None) -> DayPage:
        """The newest visits of a list, or those behind the place where the last page ended."""
        with self._database.read() as connection:
            return day_list.page(connection, self.home, wanted, after)

    def already_checked_in(self, card: Card, coverage: Coverage | None, day: date) -> bool:
        """Whether a visit received on that day shares one of the person's numbers."""
        with self._database.read() as connection:
            return reading.was_seen(connection, self.home, keys_of(card, coverage), day)

    def held_today(self, card: Card, coverage: Coverage | None, day: date) -> Visit | None:
        """The visit of that day that waits for staff and shares one of the person's numbers."""
        with self._database.read() as connection:
            row = going_on.held_of(connection, self._here, keys_of(card, coverage), day)
            return rows.visit_from(row) if row is not None else None

    def known_for_checks(self, asked: Asked) -> RecordsSay:
        """What the checks against abuse want to know of a person."""
        with self._database.read() as connection:
            return abuse_data.find(connection, self.home, asked)

    def replace_watch_list(self, entries: Iterable[Watched], at: datetime) -> int:
        """These cards are watched from now on, and no others; how many rows of numbers they make."""
        with self.audit.writing() as connection:
            return abuse_data.replace_watch_list(connection, self.home, entries, at)

    def known_patient(self, keys: frozenset[str]) -> KnownPatient | None:
        """Who has these numbers (`identity.keys_of`), as far as earlier visits say."""
        with self._database.read() as connection:
            return known_patients.find(connection, self._here, keys)

    def search_patients(self, words: Sequence[str]) -> list[KnownPatient]:
        """Who has all these words (`searching.words_of`) in names and numbers; a few, the latest first."""
        with self._database.read() as connection:
            return known_patients.search(connection, self._here, words)

    def owed(self) -> list[OwedLookup]:
        """All look-ups that are owed, oldest first, whenever they were tried last."""
        with self._database.read() as connection:
            return owing.all_owed(connection, self._here)

    def owed_ids(self) -> list[str]:
        """The visits whose look-up is owed, oldest first."""
        with self._database.read() as connection:
            return owing.visit_ids(connection, self._here)

    def tasks(self) -> list[StaffTask]:
        """What late answers left for staff to do, oldest first."""
        with self._database.read() as connection:
            return staff_tasks.open_tasks(connection, self._here)

    def asked_since(self, moment: datetime) -> int:
        """How many exchanges with the gateway are recorded since then, by all desks."""
        with self._database.read() as connection:
            return reading.asked_since(connection, self.home, moment)

    def last_written_at(self) -> datetime | None:
        """The time stamp of the last act that was written, by whatever clock."""
        with self._database.read() as connection:
            return reading.last_written_at(connection)

    def owed_summary(self) -> tuple[int, datetime | None]:
        """How many look-ups are owed, and since when the oldest is."""
        with self._database.read() as connection:
            return owing.summary(connection, self._here)

    def attempts(self, visit_id: str) -> tuple[Attempt, ...]:
        """The evidence of every exchange with the gateway for a visit, in the order it was written."""
        with self._database.read() as connection:
            return reading.attempts(connection, self.home, visit_id)

    def events(self, visit_id: str) -> tuple[VisitEvent, ...]:
        """The audit trail of a visit, in the order it was written."""
        with self._database.read() as connection:
            return reading.events(connection, self.home, visit_id)

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """One transaction, in which the functions that write visits may be called; all of it or nothing."""
        with self.audit.writing() as connection:
            yield Transaction(connection, self.home, self.audit, self._difficulties, self.row_of_numbers)

    @property
    def _here(self) -> ColumnElement[bool]:
        return and_(*self.home.owns(visit))


__all__ = ["ALREADY_CHECKED_IN", "VisitRecords"]
