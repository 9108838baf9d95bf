"""What waits in a desk's spool is brought to the server: visits, cancellations, difficulties, audit log."""

from __future__ import annotations

import logging
import threading
import time

from sqlalchemy import func, select

from kiosk.errors import RecordsError, UsageError
from kiosk.visits import cancelling
from kiosk.visits.audit_log import hand_over as hand_over_audit
from kiosk.visits.hand_over import cancel_late, read_bundle, remove_bundle, take_over
from kiosk.visits.reach import Reach
from kiosk.visits.records import VisitRecords
from kiosk.visits.schema import visit
from kiosk.visits.shared_difficulties import SharedDifficulties
from kiosk.visits.spool_file import SpoolFile
from kiosk.visits.staff_book import SharedStaffBook

_log = logging.getLogger(__name__)


class Delivery:
    """From the spool (in `file`) to the server's records (`there`). Several processes may deliver at once."""

    def __init__(
        self,
        spool: VisitRecords,
        file: SpoolFile,
        there: VisitRecords,
        reach: Reach,
        difficulties: SharedDifficulties,
        staff: SharedStaffBook,
    ) -> None:
        self._spool, self._file, self._there, self._reach = spool, file, there, reach
        self._difficulties, self._staff = difficulties, staff
        self._home = spool.home
        self._running = threading.Lock()
        self._stopping = threading.Event()
        self._troublesome: set[str] = set()

    def stop(self) -> None:
        """After the visit that is on its way now."""
        self._stopping.set()

    def waiting(self) -> int:
        """How many visits and cancellations wait here. Raises RecordsError."""
        query = select(func.count()).select_from(visit).where(*self._home.owns(visit))
        with self._file.read() as connection:
            visits = connection.scalars(query).one()
            return visits + cancelling.count_kept(connection, self._home)

    def run(self, seconds: float | None = None) -> int:
        """Bring to the server what waits here, oldest first; how many visits it were.

        A visit that the server does not take stays here, is told in the log, and keeps none waiting.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        if not self._running.acquire(blocking=False):
            return 0
        try:
            count = self._visits(deadline)
            self._cancellations()
            self._filed_difficulties()
            self._audit_log()
            self._renew_accounts()
        finally:
            self._running.release()
        return count

    def _visits(self, deadline: float | None) -> int:
        count = 0
        # What made trouble before goes last, in case the trouble is its own.
        for visit_id in sorted(self._reach.here(self._visit_ids) or [], key=self._troublesome.__contains__):
            if self._stopping.is_set() or (deadline is not None and time.monotonic() > deadline):
                break
            try:
                self._visit(visit_id)
                count += 1
            except Exception as error:  # noqa: BLE001  one bad row never blocks the rest
                self._tell_once(visit_id, error)
                if self._reach.away:
                    break
        return count

    def _visit_ids(self) -> list[str]:
        mine = select(visit.c.visit_id).where(*self._home.owns(visit))
        with self._file.read() as connection:
            return list(connection.scalars(mine.order_by(visit.c.created_at, visit.c.visit_id)))

    def _visit(self, visit_id: str) -> None:
        with self._file.read() as connection:
            bundle = read_bundle(connection, visit_id)
        if bundle is None:
            return  # another process was faster
        with self._there.writing() as transaction:
            take_over(transaction, bundle)
        with self._file.write() as connection:
            remove_bundle(connection, bundle)

    def _cancellations(self) -> None:
        for act in self._reach.here(self._waiting_cancellations) or []:
            try:
                with self._there.writing() as transaction:
                    cancel_late(transaction, act)
            except UsageError as error:  # done already, by somebody else or before an answer was lost
                if error.code != "visit_already_cancelled":
                    _log.warning("visit %s is not cancelled on the server: %s", act.visit_id, error.code)
            except RecordsError as error:
                self._tell_once(act.visit_id, error)
                if self._reach.away:
                    return
                continue
            with self._file.write() as connection:
                cancelling.done(connection, act.visit_id)

    def _waiting_cancellations(self) -> list[cancelling.Cancellation]:
        with self._file.read() as connection:
            return cancelling.kept(connection, self._home)

    def _filed_difficulties(self) -> None:
        if self._reach.away or self._stopping.is_set():
            return
        try:
            self._difficulties.hand_over()
        except Exception as error:  # noqa: BLE001  they stay here, the next round may do better
            _log.warning("difficulties stay on this desk for now: %s", _what(error))

    def _audit_log(self) -> None:
        try:
            hand_over_audit(self._spool.audit, self._there.audit)
        except RecordsError as error:
            if not self._reach.away:
                self._tell_once("audit", error)

    def _renew_accounts(self) -> None:
        try:
            self._staff.renew()
        except RecordsError as error:
            if not self._reach.away:
                _log.warning("staff accounts: %s", error.code)

    def _tell_once(self, visit_id: str, error: Exception) -> None:
        if visit_id not in self._troublesome:
            self._troublesome.add(visit_id)
            _log.warning("visit %s stays on this desk for now: %s", visit_id, _what(error))


def _what(error: Exception) -> str:
    return error.code if isinstance(error, RecordsError) else type(error).__name__


__all__ = ["Delivery"]
