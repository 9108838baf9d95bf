"""An open transaction of the records, and the small changes that every act on a visit is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, insert, select, update

from kiosk.card.model import Card
from kiosk.errors import UsageError
from kiosk.gateway.model import Attempt
from kiosk.visits import queue_counter, reading, rows
from kiosk.visits.audit_log import AuditLog
from kiosk.visits.difficulty_book import DifficultyBook
from kiosk.visits.home import Home, upsert
from kiosk.visits.model import Status, Visit
from kiosk.visits.schema import lookup_attempt, visit, visit_event, visit_identity


@dataclass(frozen=True, slots=True)
class Transaction:
    """`row_of_numbers`: which row of queue numbers is given here; 0: the one of the records themselves."""

    connection: Connection
    home: Home
    audit: AuditLog
    difficulties: DifficultyBook
    row_of_numbers: int = 0

    @property
    def here(self) -> ColumnElement[bool]:
        return and_(*self.home.owns(visit))

    def find(self, visit_id: str) -> Visit | None:
        return reading.find(self.connection, self.home, visit_id)

    def the(self, visit_id: str) -> Visit:
        """One that is known to be there."""
        found = self.find(visit_id)
        if found is None:
            raise ValueError("this visit_id was used by another facility or mode")
        return found

    def locked(self, visit_id: str) -> Visit:
        """The visit, held against changes by other desks (SQLite: the transaction holds everything).

        Raises UsageError ``visit_unknown``.
        """
        query = select(visit).where(self.here, visit.c.visit_id == visit_id).with_for_update()
        row = self.connection.execute(query).first()
        if row is None:
            raise UsageError("visit_unknown", visit_id=visit_id)
        return rows.visit_from(row)

    def card_of(self, visit_id: str) -> Card:
        query = select(visit.c.card).where(visit.c.visit_id == visit_id)
        return rows.card_from_json(self.connection.scalars(query).one())

    def insert_visit(self, columns: dict[str, Any]) -> bool:
        """False when its visit_id is taken."""
        statement = (
            upsert(self.connection, visit)
            .values(columns)
            .on_conflict_do_nothing(index_elements=["visit_id"])
            .returning(visit.c.visit_id)  # a row only when it was inserted; rowcount is not told by psycopg
        )
        return self.connection.execute(statement).first() is not None

    def change(self, visit_id: str, **columns: Any) -> None:
        self.connection.execute(update(visit).where(visit.c.visit_id == visit_id).values(columns))

    def add_event(self, visit_id: str, at: datetime, event: str, status: Status, why: str | None) -> None:
        values = {"visit_id": visit_id, "at": at, "event": event, "status": status.value, "why": why}
        self.connection.execute(insert(visit_event).values(values))

    def add_attempts(self, visit_id: str, attempts: Iterable[Attempt]) -> None:
        values = [rows.attempt_columns(attempt, visit_id) for attempt in attempts]
        if values:
            self.connection.execute(insert(lookup_attempt), values)

    def add_keys(self, visit_id: str, keys: frozenset[str]) -> None:
        if keys:
            statement = upsert(self.connection, visit_identity).on_conflict_do_nothing()
            self.connection.execute(statement, [{"visit_id": visit_id, "key": key} for key in sorted(keys)])

    def keys_of(self, visit_id: str) -> frozenset[str]:
        query = select(visit_identity.c.key).where(visit_identity.c.visit_id == visit_id)
        return frozenset(self.connection.scalars(query))

    def was_seen(self, keys: frozenset[str], day: date, other_than: str) -> bool:
        """Whether another visit received on that day shares one of these numbers of a person."""
        return reading.was_seen(self.connection, self.home, keys, day, other_than)

    def next_number(self, day: date) -> int:
        return queue_counter.next_number(self.connection, self.home, day, self.row_of_numbers)


__all__ = ["Transaction"]
