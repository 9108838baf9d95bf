"""How the audit log is kept: added to inside the transaction of what it tells of, never changed.

::

    records.audit.note(records.audit.signed(Act.EXPORT, why="BHXH"))     # a transaction of its own
    with records.audit.writing() as connection:                          # together with a change
        ...
        records.audit.add(connection, note)                              # last: it holds the chain's row

The row of ``audit_chain`` is the lock: several processes that add take turns, so the chain has no forks. It
is taken last in every transaction, after the rows of visits and the counter of queue numbers; so nobody
waits for each other in a circle.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, tuple_, update

from kiosk.errors import RecordsError
from kiosk.visits.audit import GENESIS, Act, Actor, AuditEntry, AuditNote, Head, entry_after, signed
from kiosk.visits.audit_anchor import Anchor
from kiosk.visits.database import Database
from kiosk.visits.home import Home, upsert
from kiosk.visits.schema import audit_chain, audit_entry

_PAGE = 1000
_NEW_HEAD = "kiosk_audit_head"

# Made once: every check-in runs them.
_FIND_HEAD = (
    select(audit_chain.c.chain, audit_chain.c.sequence, audit_chain.c.hash)
    .where(
        audit_chain.c.mode == bindparam("of_mode"),
        audit_chain.c.facility == bindparam("of_facility"),
        audit_chain.c.origin == bindparam("of_origin"),
    )
    .with_for_update()
)
_ADD_ENTRIES = insert(audit_entry)
_MOVE_HEAD = (
    update(audit_chain)
    .where(audit_chain.c.chain == bindparam("of_chain"))
    .values(sequence=bindparam("to_sequence"), hash=bindparam("to_hash"))
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries to list; None: all."""

    acts: frozenset[str] | None = None
    who: str | None = None
    subject: str | None = None
    since: datetime | None = None  # aware
    until: datetime | None = None  # aware, not included


ALL = Wanted()


class AuditLog:
    """The log of one facility, either live or training, in one database."""

    def __init__(self, database: Database, *, facility: str, mode: str, anchor: Anchor | None = None) -> None:
        self.database = database
        self.facility = facility
        self.mode = mode
        self.anchor = anchor
        self.actor = Actor()

    @property
    def home(self) -> Home:
        return Home(self.mode, self.facility)

    def close(self) -> None:
        """Write down outside where the log stands; the database itself is somebody else's to close."""
        if self.anchor is not None:
            self.anchor.flush()

    def signed(
        self, act: Act, subject: str | None = None, why: str | None = None, **detail: Any
    ) -> AuditNote:
        """`act` as done now by who acts here."""
        return signed(self.actor, act, subject, why, **detail)

    def note(self, *notes: AuditNote) -> None:
        """Write the notes, on disk when this returns. Raises RecordsError."""
        if notes:
            with self.writing() as connection:
                self.add(connection, *notes)

    @contextmanager
    def writing(self, seconds: float | None = None) -> Iterator[Connection]:
        """A transaction of the records in which `add` may be called; afterwards the anchor is renewed."""
        with self.database.write(seconds) as connection:
            connection.info.pop(_NEW_HEAD, None)
            yield connection
            head = connection.info.pop(_NEW_HEAD, None)
        if head is not None and self.anchor is not None:
            self.anchor.keep(head)

    def add(self, connection: Connection, *notes: AuditNote) -> None:
        """Write the notes inside a transaction, as the last thing in it."""
        if not notes:
            return
        head = self._head(connection, "")
        entries = []
        for note in notes:
            entry = entry_after(head, note, mode=self.mode, facility=self.facility)
            head = Head(entry.chain, entry.sequence, entry.hash)
            entries.append(asdict(entry))
        self._append(connection, entries, head)

    def take_over(self, connection: Connection, entries: list[AuditEntry]) -> None:
        """Write entries of another chain, whole and as they are, after those of it that are here already.

        Raises RecordsError ``audit_hand_over`` when they do not follow on those.
        """
        head = self._head(connection, entries[0].chain)
        rows = []
        for entry in entries:
            if entry.sequence <= head.sequence:
                continue
            if (entry.sequence, entry.previous) != (head.sequence + 1, head.hash):
                raise RecordsError("audit_hand_over", f"entry {entry.sequence} after {head.sequence}")
            head = Head(entry.chain, entry.sequence, entry.hash)
            rows.append(asdict(entry))
        if rows:
            self._append(connection, rows, head)

    def _append(self, connection: Connection, rows: list[dict[str, Any]], head: Head) -> None:
        connection.execute(_ADD_ENTRIES, rows)
        moved = {"of_chain": head.chain, "to_sequence": head.sequence, "to_hash": head.hash}
        connection.execute(_MOVE_HEAD, moved)
        connection.info[_NEW_HEAD] = head

    def _head(self, connection: Connection, origin: str) -> Head:
        """Where the chain of that origin stands, held against others until the transaction ends."""
        wanted = {"of_mode": self.mode, "of_facility": self.facility, "of_origin": origin}
        row = connection.execute(_FIND_HEAD, wanted).first()
        if row is None:
            made = {
                "mode": self.mode,
                "facility": self.facility,
                "origin": origin,
                "chain": origin or uuid.uuid4().hex,
                "sequence": 0,
                "hash": GENESIS,
            }
            connection.execute(upsert(connection, audit_chain).values(made).on_conflict_do_nothing())
            row = connection.execute(_FIND_HEAD, wanted).one()
        return Head(row.chain, row.sequence, row.hash)

    # Reading

    def entries(self, wanted: Wanted = ALL) -> Iterator[AuditEntry]:
        """The entries of this facility and mode, oldest first; chains handed over lie among the others."""
        columns = audit_entry.c
        chosen = self._chosen(wanted)
        order = (columns.at, columns.chain, columns.sequence)
        query = select(audit_entry).where(*chosen).order_by(*order).limit(_PAGE)
        page = self._page(query)
        while page:
            yield from page
            last = page[-1]
            page = self._page(query.where(tuple_(*order) > (last.at, last.chain, last.sequence)))

    def newest(self, most: int, wanted: Wanted = ALL) -> list[AuditEntry]:
        """The latest so many, newest first. Raises RecordsError."""
        columns = audit_entry.c
        order = (columns.at.desc(), columns.chain.desc(), columns.sequence.desc())
        return self._page(select(audit_entry).where(*self._chosen(wanted)).order_by(*order).limit(most))

    def _chosen(self, wanted: Wanted) -> list[Any]:
        columns = audit_entry.c
        chosen = [columns.mode == self.mode, columns.facility == self.facility]
        if wanted.acts is not None:
            chosen.append(columns.act.in_(sorted(wanted.acts)))
        if wanted.who is not None:
            chosen.append(columns.who == wanted.who)
        if wanted.subject is not None:
            chosen.append(columns.subject == wanted.subject)
        if wanted.since is not None:
            chosen.append(columns.at >= _written(wanted.since))
        if wanted.until is not None:
            chosen.append(columns.at < _written(wanted.until))
        return chosen

    def parts(self) -> tuple[AuditLog, ...]:
        """The logs that this one is made of, each in a database of its own."""
        return (self,)

    def own_after(self, sequence: int, most: int = _PAGE) -> list[AuditEntry]:
        """Entries that were written here, not taken over, after that one."""
        query = (
            select(audit_entry)
            .join(audit_chain, audit_chain.c.chain == audit_entry.c.chain)
            .where(
                *self.home.owns(audit_chain), audit_chain.c.origin == "", audit_entry.c.sequence > sequence
            )
            .order_by(audit_entry.c.sequence)
            .limit(most)
        )
        return self._page(query)

    def taken_over(self, chain: str) -> int:
        """How far another chain is here already."""
        query = select(audit_chain.c.sequence).where(
            *self.home.owns(audit_chain), audit_chain.c.origin == chain
        )
        with self.database.read() as connection:
            return connection.scalar(query) or 0

    def _page(self, query: Any) -> list[AuditEntry]:
        with self.database.read() as connection:
            return [AuditEntry(**row) for row in connection.execute(query).mappings()]


def hand_over(here: AuditLog, there: AuditLog) -> int:
    """Bring what was noted on this desk to the shared log; how many entries it were.

    They stay here too: this log is only added to as well. Raises RecordsError.
    """
    count, sequence = 0, 0
    first = here.own_after(0, 1)
    if first:
        sequence = there.taken_over(first[0].chain)
    while entries := here.own_after(sequence):
        with there.writing() as connection:
            there.take_over(connection, entries)
        count += len(entries)
        sequence = entries[-1].sequence
    return count


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
