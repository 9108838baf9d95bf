"""The visit records: one class that writes a visit with everything that belongs to it, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Row, Select, Table, and_, func, insert, or_, select, update
from sqlalchemy import delete as delete_from
from sqlalchemy.dialects import postgresql, sqlite

from kiosk import clock
from kiosk.card.model import Card, Notice
from kiosk.eligibility.abuse_model import RecordsSay
from kiosk.eligibility.model import Assessment, Coverage
from kiosk.errors import RecordsError, UsageError
from kiosk.gateway.model import Attempt
from kiosk.visits import (
    abuse_data,
    cancelling,
    day_list,
    going_on,
    known_patients,
    leases,
    owing,
    rows,
    staff_tasks,
    watching,
)
from kiosk.visits.audit import Act, Actor, AuditNote
from kiosk.visits.audit_anchor import Anchor, anchor_of
from kiosk.visits.audit_log import AuditLog
from kiosk.visits.database import Database, sqlite_file, sqlite_url
from kiosk.visits.day_page import DayPage, DayQuery, Place
from kiosk.visits.difficulties import Difficulty, difficulties_of, overridden
from kiosk.visits.difficulty_book import DifficultyBook
from kiosk.visits.identity import keys_of
from kiosk.visits.known_patient import KnownPatient
from kiosk.visits.model import (
    NOT_SENT,
    NUMBERED,
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
from kiosk.visits.queue_numbers import SPAN
from kiosk.visits.schema import (
    lookup_attempt,
    queue_counter,
    visit,
    visit_event,
    visit_identity,
    visit_picture,
    watch_list,
)
from kiosk.visits.staff_book import StaffBook
from kiosk.visits.watching import Watched

ALREADY_CHECKED_IN = Notice("already_checked_in_today")

_PAGE = 500
_UNCONFIRMED = (Status.HELD, Status.REFUSED)
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
        self._facility = facility
        self._mode = "training" if training else "live"
        self._difficulties = DifficultyBook(database, facility=facility, mode=self._mode)
        self.audit = AuditLog(database, facility=facility, mode=self._mode, anchor=anchor)
        self.staff = StaffBook(lambda: self.audit)
        self.row_of_numbers = 0
        """Which row of queue numbers is given here (queue_numbers); 0: the one of the records themselves."""

    @classmethod
    def open(cls, url: str | Path, *, facility: str, training: bool) -> VisitRecords:
        """Open the records in an SQLite file or at an SQLAlchemy URL; create and migrate them if need be."""
        address = sqlite_url(url) if isinstance(url, Path) else url
        file = sqlite_file(address)
        anchor = Anchor(anchor_of(file)) if file is not None else None
        return cls(Database.open(address), facility=facility, training=training, anchor=anchor)

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
        with self._writing() as connection:
            if new.goes_on is not None and going_on.was_done(connection, new):
                return self._the(connection, new.goes_on)
            held = going_on.still_held(connection, self._here, new) if new.goes_on is not None else None
            if held is not None:
                new = replace(new, visit_id=held.visit_id)
                self._go_on(connection, new)
            elif not self._insert_visit(connection, new):
                return self._the(connection, new.visit_id)
            day = held.day if held is not None else day_of(new.created_at)
            coverage = new.assessment.coverage if new.assessment else None
            keys = keys_of(new.card, coverage)
            self._add_keys(connection, new.visit_id, keys)
            self._add_attempts(connection, new.visit_id, new.attempts)
            self._difficulties.add(connection, _difficulties_of(new))
            if new.picture is not None:
                connection.execute(
                    self._upsert(visit_picture)
                    .values(visit_id=new.visit_id, fingerprint=new.picture)
                    .on_conflict_do_nothing()
                )
            if new.status is Status.PENDING:
                owing.owe(connection, new)
            reason = new.confirm_reason or (new.assessment.reason if new.assessment else None)
            event = "recorded" if held is None else going_on.WENT_ON
            self._log(connection, new.visit_id, new.created_at, event, new.status, reason)
            # The counter's row lock makes desks on PostgreSQL take turns, so each sees the visits before it;
            # it comes late, so that the turns are short.
            number = held.queue_number if held is not None else None
            if number is None and new.status in NUMBERED:
                number = self._next_number(connection, day)
            notices = [*new.warnings, *(new.assessment.warnings if new.assessment else ())]
            if self._seen(connection, keys, day, new.visit_id):
                notices.append(ALREADY_CHECKED_IN)
            warnings = rows.notices_to_json(dict.fromkeys(notices))
            self._change(connection, new.visit_id, queue_number=number, warnings=warnings)
            self.audit.add(connection, *notes, *self._decisions(new))
            return self._the(connection, new.visit_id)

    def _decisions(self, new: NewVisit) -> Iterator[AuditNote]:
        """What a person decided against, or beside, the verdict of a visit."""
        concluded = new.assessment
        detail = {"verdict": concluded.verdict.value, "reason": concluded.reason} if concluded else {}
        if new.confirm_reason is not None:
            yield self.audit.signed(Act.OVERRIDE, new.visit_id, new.confirm_reason, **detail)
        if new.status is Status.SELF_PAY:
            yield self.audit.signed(Act.SELF_PAY, new.visit_id, **detail)

    def confirm(self, visit_id: str, reason: str) -> Visit:
        """Check a held or refused visit in, with the reason staff gave; it gets its queue number now.

        A visit that is checked in already stays as it is. Raises UsageError ``visit_unknown`` or
        ``visit_not_waiting``.
        """
        with self._writing() as connection:
            found = self._locked(connection, visit_id)
            if found.status is Status.CHECKED_IN:
                return found
            if found.status not in _UNCONFIRMED:
                raise UsageError("visit_not_waiting", visit_id=visit_id, status=found.status.value)
            number = found.queue_number or self._next_number(connection, found.day)
            notices = list(found.warnings)
            if self._seen(connection, self._keys(connection, visit_id), found.day, visit_id):
                notices.append(ALREADY_CHECKED_IN)
            self._change(
                connection,
                visit_id,
                status=Status.CHECKED_IN.value,
                queue_number=number,
                confirm_reason=reason,
                warnings=rows.notices_to_json(dict.fromkeys(notices)),
            )
            staff_tasks.close_task(connection, visit_id, found.desk, clock.now())
            self._difficulties.add(connection, [_overridden(found, reason)])
            self._log(connection, visit_id, clock.now(), "confirmed", Status.CHECKED_IN, reason)
            detail = {"verdict": found.verdict, "reason": found.reason, "was": found.status.value}
            self.audit.add(connection, self.audit.signed(Act.OVERRIDE, visit_id, reason, **detail))
            return self._the(connection, visit_id)

    def cancel(self, visit_id: str, reason: str, desk: str, at: datetime, seen: Visit | None = None) -> Visit:
        """Take a visit of the day back; it keeps its queue number and its evidence, and owes nothing more.

        `seen`: the visit as it stands on the screen, for records that may be out of reach. Raises UsageError
        ``visit_unknown``, ``visit_already_cancelled`` or ``visit_other_day``.
        """
        del seen
        with self._writing() as connection:
            found = self._locked(connection, visit_id)
            cancelling.check(found, at)
            self._cancel(connection, visit_id, reason, desk, at)
            note = self.audit.signed(Act.CANCEL, visit_id, reason, was=found.status.value)
            self.audit.add(connection, note)
            return self._the(connection, visit_id)

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
        return self._answered(visit_id, status, assessment, attempts, at, advice=advice)

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
        return self._answered(visit_id, Status.PENDING, assessment, attempts, at, next_at)

    def _answered(
        self,
        visit_id: str,
        status: Status,
        assessment: Assessment,
        attempts: Iterable[Attempt],
        at: datetime,
        next_at: datetime | None = None,
        advice: Advice | None = None,
    ) -> Visit | None:
        with self._writing() as connection:
            was_pending = connection.execute(
                update(visit)
                .where(self._here, visit.c.visit_id == visit_id, visit.c.status == Status.PENDING.value)
                .values(status=status.value, rechecked_at=at)
                .returning(visit.c.visit_id)
            ).first()
            found = self._find(connection, visit_id)
            if found is None:
                return None
            given = tuple(attempts)
            self._add_attempts(connection, visit_id, given)
            if was_pending is None:
                return None
            card = self._card(connection, visit_id)
            notices = dict.fromkeys([*found.warnings, *assessment.warnings])
            kept = advice or Advice(found.benefit, found.findings)
            self._change(
                connection,
                visit_id,
                warnings=rows.notices_to_json(notices),
                benefit=kept.benefit,
                findings=kept.findings,
                **rows.assessment_columns(assessment, card),
            )
            self._add_keys(connection, visit_id, keys_of(card, assessment.coverage))
            met = difficulties_of(
                visit_id,
                at=at,
                desk=found.desk,
                number=found.number,
                assessment=assessment,
                attempts=given,
            )
            self._difficulties.add(connection, met)
            if status is Status.PENDING:
                owing.owe_on(connection, visit_id, assessment.reason, next_at)
                self._log(connection, visit_id, at, "still_owed", status, assessment.reason)
            else:
                owing.no_longer_owe(connection, visit_id)
                if status in _UNCONFIRMED:
                    staff_tasks.open_task(connection, visit_id, at, assessment.reason, self._upsert)
                self._log(connection, visit_id, at, "settled", status, assessment.reason)
            return self._the(connection, visit_id)

    # Owed look-ups: taken with a lease, then settled, still_owed, or put back.

    def claim_owed(self, holder: str, at: datetime, visit_id: str | None = None) -> OwedLookup | None:
        """Take the oldest owed look-up that is due and that nobody else has; no other caller gets it now.

        With `visit_id` that one, due or not. `holder` is a name from
        ``leases.new_holder``. Raises RecordsError ``records_row`` when the row taken makes no sense.
        """
        with self._writing() as connection:
            row = leases.claim(connection, self._here, holder=holder, at=at, visit_id=visit_id)
        if row is None:
            return None
        try:
            return rows.owed_from(row)
        except _UNREADABLE as error:
            raise RecordsError("records_row", type(error).__name__, visit_id=row.visit_id) from None

    def put_back(self, visit_id: str, holder: str, next_at: datetime | None = None) -> None:
        """Let go of a look-up that was claimed and not made; it is due at `next_at`, or at once."""
        with self._writing() as connection:
            leases.release(connection, visit_id, holder, next_at)

    def hurry_owed(self) -> None:
        """Forget all back-off: the gateway answers again."""
        with self._writing() as connection:
            owing.hurry(connection, self._here)

    def finish_task(self, visit_id: str, desk: str, at: datetime) -> bool:
        """Mark the task of a visit as done by this desk. False when it was done already, or never was."""
        with self._writing() as connection:
            found = self._find(connection, visit_id)
            if found is None or not staff_tasks.close_task(connection, visit_id, desk, at):
                return False
            self._log(connection, visit_id, at, "task_done", found.status, desk)
            return True

    # Reading.

    def get(self, visit_id: str) -> Visit | None:
        with self._database.read() as connection:
            return self._find(connection, visit_id)

    def visits(self, on: date | None = None, status: Status | None = None) -> Iterator[Visit]:
        """The visits, oldest first, read page by page: no transaction stays open in between."""
        wanted = [self._here]
        if on is not None:
            wanted.append(visit.c.day == on)
        if status is not None:
            wanted.append(visit.c.status == status.value)
        query = select(visit).where(*wanted).order_by(visit.c.created_at, visit.c.visit_id).limit(_PAGE)
        page = self._page(query)
        while page:
            yield from (rows.visit_from(row) for row in page)
            last = page[-1]
            page = self._page(
                query.where(
                    or_(
                        visit.c.created_at > last.created_at,
                        and_(visit.c.created_at == last.created_at, visit.c.visit_id > last.visit_id),
                    )
                )
            )

    def day_page(self, wanted: DayQuery, after: Place | None = None) -> DayPage:
        """The newest visits of a list, or those behind the place where the last page ended."""
        here, dialect = self._here, self._database.dialect
        size = day_list.PAGE
        limit = max(size, day_list.MOST_COUNTED) if after is None else size
        with self._database.read() as connection:
            ids = connection.scalars(day_list.ids_query(here, wanted, after, limit + 1, dialect)).all()
            found = day_list.read(connection, ids[:size])
            exact, total = None, None
            if after is None:
                exact = day_list.exact(connection, here, wanted)
                total = day_list.total(connection, here, wanted, dialect, len(ids))
                total += exact is not None and not day_list.is_found_by_text(exact, wanted)
        visits = tuple(rows.visit_from(row) for row in found)
        more = Place(visits[-1].created_at, visits[-1].visit_id) if visits and len(ids) > size else None
        return DayPage(visits, more, total, rows.visit_from(exact) if exact is not None else None)

    def already_checked_in(self, card: Card, coverage: Coverage | None, day: date) -> bool:
        """Whether a visit received on that day shares one of the person's numbers."""
        with self._database.read() as connection:
            return self._seen(connection, keys_of(card, coverage), day, None)

    def held_today(self, card: Card, coverage: Coverage | None, day: date) -> Visit | None:
        """The visit of that day that waits for staff and shares one of the person's numbers."""
        with self._database.read() as connection:
            row = going_on.held_of(connection, self._here, keys_of(card, coverage), day)
            return rows.visit_from(row) if row is not None else None

    def known_for_checks(self, asked: Asked) -> RecordsSay:
        """What the checks against abuse want to know of a person."""
        with self._database.read() as connection:
            return abuse_data.find(connection, (self._mode, self._facility), asked)

    def replace_watch_list(self, entries: Iterable[Watched], at: datetime) -> int:
        """These cards are watched from now on, and no others; how many rows of numbers they make."""
        found = watching.rows_of(entries, self._mode, self._facility, at)
        mine = and_(watch_list.c.mode == self._mode, watch_list.c.facility == self._facility)
        with self._writing() as connection:
            connection.execute(delete_from(watch_list).where(mine))
            if found:
                connection.execute(insert(watch_list), found)
        return len(found)

    def known_patient(self, keys: frozenset[str]) -> KnownPatient | None:
        """Who has these numbers (`identity.keys_of`), as far as earlier visits say."""
        with self._database.read() as connection:
            return known_patients.find(connection, self._here, keys)

    def search_patients(self, words: Sequence[str]) -> list[KnownPatient]:
        """Who has all these words (`searching.words_of`) in names and numbers; a few, the latest first."""
        with self._database.read() as connection:
            return known_patients.search(connection, self._here, words, self._database.dialect)

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
        query = (
            select(func.count())
            .select_from(lookup_attempt)
            .join(visit, visit.c.visit_id == lookup_attempt.c.visit_id)
            .where(
                self._here,
                lookup_attempt.c.asked_at > moment,
                lookup_attempt.c.failure.is_distinct_from(NOT_SENT),
            )
        )
        with self._database.read() as connection:
            return connection.scalars(query).one()

    def last_written_at(self) -> datetime | None:
        """The time stamp of the last act that was written, by whatever clock."""
        query = select(visit_event.c.at).order_by(visit_event.c.event_id.desc()).limit(1)
        with self._database.read() as connection:
            return connection.scalar(query)

    def owed_summary(self) -> tuple[int, datetime | None]:
        """How many look-ups are owed, and since when the oldest is."""
        with self._database.read() as connection:
            return owing.summary(connection, self._here)

    def attempts(self, visit_id: str) -> tuple[Attempt, ...]:
        """The evidence of every exchange with the gateway for a visit, in the order it was written."""
        query = (
            select(lookup_attempt)
            .join(visit, visit.c.visit_id == lookup_attempt.c.visit_id)
            .where(self._here, visit.c.visit_id == visit_id)
            .order_by(lookup_attempt.c.attempt_id)
        )
        with self._database.read() as connection:
            return tuple(rows.attempt_from(row) for row in connection.execute(query))

    def events(self, visit_id: str) -> tuple[VisitEvent, ...]:
        """The audit trail of a visit, in the order it was written."""
        query = (
            select(visit_event)
            .join(visit, visit.c.visit_id == visit_event.c.visit_id)
            .where(self._here, visit.c.visit_id == visit_id)
            .order_by(visit_event.c.event_id)
        )
        with self._database.read() as connection:
            return tuple(rows.event_from(row) for row in connection.execute(query))

    # Inside a transaction.

    @property
    def _here(self) -> Any:
        return and_(visit.c.mode == self._mode, visit.c.facility == self._facility)

    def _writing(self) -> AbstractContextManager[Connection]:
        return self.audit.writing()

    def _page(self, query: Select[Any]) -> list[Row[Any]]:
        with self._database.read() as connection:
            return list(connection.execute(query))

    def _upsert(self, table: Table) -> Any:
        """An INSERT that knows ON CONFLICT; the two databases write it alike, SQLAlchemy spells it twice."""
        return postgresql.insert(table) if self._database.dialect == "postgresql" else sqlite.insert(table)

    def _go_on(self, connection: Connection, new: NewVisit) -> None:
        columns = {name: value for name, value in self._columns(new).items() if name not in going_on.KEPT}
        self._change(connection, new.visit_id, **columns)
        staff_tasks.close_task(connection, new.visit_id, new.desk, new.created_at)

    def _insert_visit(self, connection: Connection, new: NewVisit) -> bool:
        statement = (
            self._upsert(visit)
            .values(self._columns(new))
            .on_conflict_do_nothing(index_elements=["visit_id"])
            .returning(visit.c.visit_id)  # a row only when it was inserted; rowcount is not told by psycopg
        )
        return connection.execute(statement).first() is not None

    def _columns(self, new: NewVisit) -> dict[str, Any]:
        return {
            "visit_id": new.visit_id,
            "mode": self._mode,
            "facility": self._facility,
            "day": day_of(new.created_at),
            "created_at": new.created_at,
            "source": new.source.value,
            "desk": new.desk,
            "status": new.status.value,
            "number": new.card.lookup_number,
            "card": rows.card_to_json(new.card),
            "warnings": [],
            "confirm_reason": new.confirm_reason,
            "priority": new.priority,
            "benefit": new.advice.benefit,
            "findings": new.advice.findings,
            "staff": new.staff,
            **rows.assessment_columns(new.assessment, new.card),
        }

    def _next_number(self, connection: Connection, day: date) -> int:
        """The day's next queue number; given back when the transaction fails, so there are no gaps."""
        statement = (
            self._upsert(queue_counter)
            .values(mode=self._mode, facility=self._facility, day=day, last_number=1)
            .on_conflict_do_update(
                index_elements=["mode", "facility", "day"],
                set_={"last_number": queue_counter.c.last_number + 1},
            )
            .returning(queue_counter.c.last_number)
        )
        number: int = connection.execute(statement).scalar_one()
        return self.row_of_numbers * SPAN + number

    def _seen(self, connection: Connection, keys: frozenset[str], day: date, other_than: str | None) -> bool:
        query = (
            select(visit.c.visit_id)
            .join(visit_identity, visit_identity.c.visit_id == visit.c.visit_id)
            .where(
                self._here,
                visit.c.day == day,
                visit.c.status.in_([status.value for status in NUMBERED]),
                visit_identity.c.key.in_(sorted(keys)),
            )
            .limit(1)
        )
        if other_than is not None:
            query = query.where(visit.c.visit_id != other_than)
        return connection.execute(query).first() is not None

    def _add_keys(self, connection: Connection, visit_id: str, keys: frozenset[str]) -> None:
        if keys:
            statement = self._upsert(visit_identity).on_conflict_do_nothing()
            connection.execute(statement, [{"visit_id": visit_id, "key": key} for key in sorted(keys)])

    def _keys(self, connection: Connection, visit_id: str) -> frozenset[str]:
        query = select(visit_identity.c.key).where(visit_identity.c.visit_id == visit_id)
        return frozenset(connection.scalars(query))

    def _add_attempts(self, connection: Connection, visit_id: str, attempts: Iterable[Attempt]) -> None:
        values = [rows.attempt_columns(attempt, visit_id) for attempt in attempts]
        if values:
            connection.execute(insert(lookup_attempt), values)

    def _cancel(self, connection: Connection, visit_id: str, reason: str, desk: str, at: datetime) -> None:
        self._change(connection, visit_id, **cancelling.columns(reason, desk, at))
        owing.no_longer_owe(connection, visit_id)
        staff_tasks.close_task(connection, visit_id, desk, at)
        self._log(connection, visit_id, at, "cancelled", Status.CANCELLED, reason)

    def _log(
        self, connection: Connection, visit_id: str, at: datetime, what: str, status: Status, why: str | None
    ) -> None:
        connection.execute(
            insert(visit_event).values(visit_id=visit_id, at=at, event=what, status=status.value, why=why)
        )

    def _change(self, connection: Connection, visit_id: str, **columns: Any) -> None:
        connection.execute(update(visit).where(visit.c.visit_id == visit_id).values(columns))

    def _find(self, connection: Connection, visit_id: str) -> Visit | None:
        row = connection.execute(select(visit).where(self._here, visit.c.visit_id == visit_id)).first()
        return rows.visit_from(row) if row else None

    def _the(self, connection: Connection, visit_id: str) -> Visit:
        found = self._find(connection, visit_id)
        if found is None:
            raise ValueError("this visit_id was used by another facility or mode")
        return found

    def _card(self, connection: Connection, visit_id: str) -> Card:
        return rows.card_from_json(
            connection.scalars(select(visit.c.card).where(visit.c.visit_id == visit_id)).one()
        )

    def _locked(self, connection: Connection, visit_id: str) -> Visit:
        """The visit, held against changes by other desks (SQLite: the transaction holds everything)."""
        query = select(visit).where(self._here, visit.c.visit_id == visit_id).with_for_update()
        row = connection.execute(query).first()
        if row is None:
            raise UsageError("visit_unknown", visit_id=visit_id)
        return rows.visit_from(row)


def _difficulties_of(new: NewVisit) -> tuple[Difficulty, ...]:
    return difficulties_of(
        new.visit_id,
        at=new.created_at,
        desk=new.desk,
        number=new.card.lookup_number,
        assessment=new.assessment,
        attempts=new.attempts,
        confirm_reason=new.confirm_reason,
    )


def _overridden(found: Visit, why: str) -> Difficulty:
    code = found.result_code or found.reason
    return overridden(
        found.visit_id, at=clock.now(), desk=found.desk, number=found.number, code=code, why=why
    )


def day_of(moment: datetime) -> date:
    """The day in Vietnam that an aware moment belongs to."""
    return moment.astimezone(clock.VIETNAM).date()


__all__ = ["ALREADY_CHECKED_IN", "VisitRecords", "day_of"]
