"""The audit log of a desk that shares its records: on the server, or in the desk's spool while that is away.

A spool has a chain of its own, which is handed over whole: the server's log then holds it as another chain.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge

from kiosk.errors import RecordsError
from kiosk.visits.audit import AuditEntry, AuditNote
from kiosk.visits.audit_log import ALL, AuditLog, Wanted
from kiosk.visits.reach import Reach
from kiosk.visits.shared_server import SET_UP


class SharedAudit(AuditLog):
    """While the server is away, what this desk has is all there is to read."""

    def __init__(self, there: AuditLog, here: AuditLog, reach: Reach) -> None:
        super().__init__(there.database, facility=there.facility, mode=there.mode, anchor=there.anchor)
        self._there, self._here, self._reach = there, here, reach

    def close(self) -> None:
        for log in self.parts():
            log.close()

    def note(self, *notes: AuditNote) -> None:
        try:
            self._there.note(*notes)
        except RecordsError as error:
            if error.code in SET_UP:
                raise
            self._here.note(*notes)

    def entries(self, wanted: Wanted = ALL) -> Iterator[AuditEntry]:
        """All that can be reached; what this desk handed over stands in both and is given once."""
        known = self._handed_over()
        here = (entry for entry in self._own(wanted) if entry.sequence > known)
        yield from merge(self._shared(wanted), here, key=lambda entry: entry.at)

    def newest(self, most: int, wanted: Wanted = ALL) -> list[AuditEntry]:
        known = self._handed_over()
        found = self._reach.there(lambda: self._there.newest(most, wanted)) or []
        here = self._reach.here(lambda: self._here.newest(most, wanted)) or []
        found += [entry for entry in here if entry.sequence > known]
        return sorted(found, key=lambda entry: entry.at, reverse=True)[:most]

    def parts(self) -> tuple[AuditLog, ...]:
        return (self._there, self._here)

    def _shared(self, wanted: Wanted) -> Iterator[AuditEntry]:
        try:
            yield from self._there.entries(wanted)
        except RecordsError:
            if not self._reach.away:
                raise

    def _own(self, wanted: Wanted) -> Iterator[AuditEntry]:
        try:
            yield from self._here.entries(wanted)
        except RecordsError:  # a spool that cannot be used keeps nobody from the server
            return

    def _handed_over(self) -> int:
        try:
            first = self._here.own_after(0, 1)
            return self._there.taken_over(first[0].chain) if first else 0
        except RecordsError:
            return 0
