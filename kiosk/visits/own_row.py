"""The row of queue numbers that a desk gives while it is cut off: its spool is ready once it has one."""

from __future__ import annotations

import platform

from kiosk.errors import RecordsError
from kiosk.visits import queue_counter
from kiosk.visits.queue_numbers import LAST_ALLOTTED
from kiosk.visits.reach import Reach
from kiosk.visits.records import VisitRecords
from kiosk.visits.spool_file import SpoolFile


class OwnRow:
    """Never the common row: one that the server (`there`) allotted, else one drawn by lot."""

    def __init__(self, spool: VisitRecords, file: SpoolFile, there: VisitRecords, reach: Reach) -> None:
        self._spool, self._file, self._there, self._reach = spool, file, there, reach
        self._home = spool.home

    def settle(self, *, needed: bool = False) -> None:
        """Open the spool and give it its row, as far as that is still to do.

        A spool that cannot be opened is an error only where it is `needed`.
        """
        if self._file.trouble is None and (self._is_allotted or self._reach.away):
            return
        machine = platform.node() or "?"
        try:
            with self._file.opened().write() as connection:
                holder, row = queue_counter.own_row(connection, self._home, machine)
        except RecordsError as error:
            self._file.cannot_be_used(error)
            if needed:
                raise
            return
        self._spool.row_of_numbers = row
        self._file.ready()
        if self._is_allotted:
            return
        allotted = self._reach.there(lambda: self._ask(holder, machine))
        if allotted is not None:
            self._reach.here(lambda: self._take(holder, allotted))

    @property
    def _is_allotted(self) -> bool:
        return self._spool.row_of_numbers <= LAST_ALLOTTED

    def _ask(self, holder: str, machine: str) -> int | None:
        with self._there.writing() as transaction:
            return queue_counter.allot_row(transaction.connection, self._home, holder, machine)

    def _take(self, holder: str, row: int) -> None:
        with self._file.write() as connection:
            queue_counter.change_row(connection, self._home, holder, row)
        self._spool.row_of_numbers = row


__all__ = ["OwnRow"]
