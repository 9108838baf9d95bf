"""The watch list one entry at a time, for whoever keeps it; every change goes into the audit log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select

from kiosk import clock
from kiosk.visits.abuse_data import add_to_watch_list
from kiosk.visits.audit import Act
from kiosk.visits.audit_log import AuditLog
from kiosk.visits.home import Home
from kiosk.visits.schema import watch_list
from kiosk.visits.watching import Watched

_LAST_TEN = 10


@dataclass(frozen=True, slots=True)
class WatchedCard:
    """An entry of the list: the rows of all numbers of one person. `number`: the longest of them, in full."""

    keys: frozenset[str]
    number: str
    reason: str
    until: date | None  # last day
    added_at: datetime


class WatchBook:
    """The list of one facility, either live or training."""

    def __init__(self, audit: AuditLog) -> None:
        self._audit = audit

    def cards(self) -> list[WatchedCard]:
        """The latest first. Raises RecordsError."""
        query = select(watch_list).where(*self._mine).order_by(watch_list.c.added_at.desc(), watch_list.c.key)
        groups: dict[tuple[str, str], list[Any]] = defaultdict(list)
        with self._audit.database.read() as connection:
            for row in connection.execute(query):
                groups[_person_of(row.key), row.reason].append(row)
        return [_card_of(rows) for rows in groups.values()]

    def add(self, entries: Sequence[Watched]) -> int:
        """Watch these cards too; what was known of the same numbers gives way. Raises RecordsError."""
        if not entries:
            return 0
        with self._audit.writing() as connection:
            add_to_watch_list(connection, self._home, entries, clock.now())
            note = self._audit.signed(Act.SETTINGS, "watch-list", None, added=len(entries))
            self._audit.add(connection, note)
        return len(entries)

    def remove(self, card: WatchedCard) -> bool:
        """Watch it no more; False when somebody had removed it already. Raises RecordsError."""
        with self._audit.writing() as connection:
            gone = connection.execute(
                delete(watch_list).where(*self._mine, watch_list.c.key.in_(sorted(card.keys)))
            ).rowcount
            if gone:
                note = self._audit.signed(Act.SETTINGS, "watch-list", card.reason, removed=card.number)
                self._audit.add(connection, note)
        return bool(gone)

    @property
    def _home(self) -> Home:
        return Home(self._audit.mode, self._audit.facility)

    @property
    def _mine(self) -> tuple[Any, Any]:
        return self._home.owns(watch_list)


def _person_of(key: str) -> str:
    """A card and its social-insurance number end in the same ten places (QĐ 1351/QĐ-BHXH)."""
    kind, _, number = key.partition(":")
    return key if kind == "citizen" else number[-_LAST_TEN:]


def _card_of(rows: list[Any]) -> WatchedCard:
    longest = max(rows, key=lambda row: len(row.key))
    return WatchedCard(
        keys=frozenset(row.key for row in rows),
        number=longest.key.partition(":")[2],
        reason=longest.reason,
        until=longest.until,
        added_at=longest.added_at,
    )


__all__ = ["WatchBook", "WatchedCard"]
