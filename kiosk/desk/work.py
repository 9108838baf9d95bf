"""Work that takes time, away from the window's thread.

Threads are daemons on purpose: closing the window while the gateway is silent must not wait for it. What
writes runs in the records lane, and closing waits for that one.
"""

from __future__ import annotations

import logging
import queue
import threading
import traceback
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from kiosk.errors import KioskError

_log = logging.getLogger(__name__)

Job = Callable[[], Any]
Done = Callable[[Any], None]
Failed = Callable[[KioskError], None]


class Mailbox(QObject):
    """Calls functions in the window's thread, in the order they were posted, until it is closed."""

    _posted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._open = True
        self._lock = threading.Lock()
        self._posted.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def post(self, function: Callable[[], None]) -> None:
        """From any thread."""
        with self._lock:
            if self._open:
                self._posted.emit(function)

    def close(self) -> None:
        with self._lock:
            self._open = False

    def _call(self, function: Callable[[], None]) -> None:
        if self._open:
            function()


class Lane:
    """One or more threads that do jobs in order and post their results to the mailbox."""

    def __init__(self, name: str, mailbox: Mailbox, threads: int = 1) -> None:
        self._jobs: queue.SimpleQueue[tuple[Job, Done, Failed] | None] = queue.SimpleQueue()
        self._mailbox = mailbox
        self._threads = [
            threading.Thread(target=self._work, name=f"{name}-{n}", daemon=True) for n in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def do(self, job: Job, done: Done, failed: Failed) -> None:
        """Run `job`; then, in the window's thread, `done` with its result or `failed` with its error."""
        self._jobs.put((job, done, failed))

    def stop(self, wait_seconds: float | None) -> bool:
        """Take no more jobs. Whether all threads had ended after `wait_seconds` (None: do not wait)."""
        for _ in self._threads:
            self._jobs.put(None)
        if wait_seconds is not None:
            for thread in self._threads:
                thread.join(wait_seconds)
        return not any(thread.is_alive() for thread in self._threads)

    def _work(self) -> None:
        while (task := self._jobs.get()) is not None:
            job, done, failed = task
            try:
                result = job()
            except KioskError as error:
                self._post(failed, error)
            except Exception as error:  # noqa: BLE001 - a fault of the program must not stop the desk
                self._post(failed, unforeseen(error))
            else:
                self._post(done, result)

    def _post(self, function: Callable[[Any], None], value: object) -> None:
        self._mailbox.post(lambda: function(value))


class Lanes:
    """The desk's own: what has to be done in order shares one, what must not wait for it has another."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.records = Lane("records", mailbox)
        self.reading = Lane("reading", mailbox)
        self.upkeep = Lane("upkeep", mailbox)
        self.lookups = Lane("lookup", mailbox, threads=3)
        self.printing = Lane("printing", mailbox)

    def stop(self, wait_for_records: float) -> bool:
        """Whether what was to be written is written, after that many seconds at most."""
        for lane in (self.lookups, self.reading, self.upkeep, self.printing):
            lane.stop(None)
        return self.records.stop(wait_for_records)


def unforeseen(error: Exception) -> KioskError:
    """A fault of the program as an error for people; the log gets the place, never the values."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__}, {place.name}:{place.lineno}"
    _log.error("fault in a desk job: %s", where)
    return KioskError("internal", what=where)
