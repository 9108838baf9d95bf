"""Acts that are written down a moment later: look-ups, for which no patient should wait for the disk twice.

A note travels with the next visit that this desk records, in its transaction; when none comes within
WAIT_SECONDS, a thread of its own writes it. While the records cannot be written the notes wait here, and are
tried again: a broken disk keeps nobody from being looked up. Nor does `close` wait for long: records that are
locked, or on a server that says nothing, would hold a script for many seconds after its verdict.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from kiosk.errors import KioskError
from kiosk.visits.audit import AuditNote

WAIT_SECONDS = 0.25
AGAIN_SECONDS = 10.0
CLOSE_SECONDS = 8.0
"""How long closing waits for the records; a busy machine takes so long to bring an old file up to date."""
MOST = 10_000
"""So many may wait; then the oldest go, and the log tells."""

_log = logging.getLogger(__name__)


class AuditQueue:
    """`write` puts notes on the disk, or raises KioskError. Safe to use from several threads."""

    def __init__(self, write: Callable[[tuple[AuditNote, ...]], None]) -> None:
        self._write = write
        self._waiting: list[AuditNote] = []
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._told = False

    def put(self, note: AuditNote) -> None:
        with self._changed:
            self._waiting.append(note)
            if len(self._waiting) > MOST:
                _log.error(
                    "audit log: %d acts lost, the records cannot be written", len(self._waiting) - MOST
                )
                del self._waiting[:-MOST]
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="audit-queue", daemon=True)
                self._thread.start()

    def take(self) -> tuple[AuditNote, ...]:
        """All that wait, for somebody who writes them now; `give_back` what could not be written."""
        with self._changed:
            taken, self._waiting = tuple(self._waiting), []
            return taken

    def give_back(self, notes: tuple[AuditNote, ...]) -> None:
        with self._changed:
            self._waiting[:0] = notes

    def close(self) -> bool:
        """Write what waits, if that can be done soon; whether nothing is being written any more.

        What could not be written is told in the log. The queue may be used again afterwards.
        """
        deadline = time.monotonic() + CLOSE_SECONDS
        with self._changed:
            last, self._thread = self._thread, None
            if last is None and self._waiting:
                last = threading.Thread(target=self._flush, name="audit-queue", daemon=True)
                last.start()
            self._changed.notify_all()
        if last is None:
            return True
        last.join(max(0.0, deadline - time.monotonic()))
        if last.is_alive():
            _log.warning("audit log: the records do not answer, look-ups may be missing in it")
        return not last.is_alive()

    def _work(self) -> None:
        pause, this = WAIT_SECONDS, threading.current_thread()
        while True:
            with self._changed:
                closing = self._changed.wait_for(lambda: self._thread is not this, pause)
                if not self._waiting:
                    if not closing:
                        self._thread = None
                    return
            written = self._flush()
            if closing:
                return
            pause = WAIT_SECONDS if written else AGAIN_SECONDS

    def _flush(self) -> bool:
        notes = self.take()
        if not notes:
            return True
        try:
            self._write(notes)
        except KioskError as error:
            self.give_back(notes)
            if not self._told:
                self._told = True
                _log.warning("audit log: %d acts wait, %s", len(notes), error.code)
            return False
        self._told = False
        return True
