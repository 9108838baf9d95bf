"""The desk's own thread for owed look-ups: it waits for due rows and never keeps anybody waiting for it."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.errors import KioskError
from kiosk.visits.model import Visit

if TYPE_CHECKING:  # the window makes a worker before anybody needs the database
    from kiosk.visits.outbox import Outbox

IDLE_SECONDS = 5.0
TROUBLE_SECONDS = 30.0
STOP_SECONDS = 1.0

_log = logging.getLogger(__name__)


class OutboxWorker:
    """Works on an outbox until it is stopped. The callbacks come from its thread.

    `may_ask`: whether the gateway is worth asking at all; when it becomes so again, back-off is forgotten.
    """

    def __init__(
        self,
        open_outbox: Callable[[], Outbox],
        *,
        may_ask: Callable[[], bool],
        on_visit: Callable[[Visit], None],
        on_trouble: Callable[[KioskError], None],
    ) -> None:
        self._open_outbox = open_outbox
        self._may_ask = may_ask
        self._on_visit = on_visit
        self._on_trouble = on_trouble
        self._stopped = False
        self._woken = threading.Event()
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """There may be something to do now."""
        self._woken.set()

    def stop(self, wait_seconds: float = STOP_SECONDS) -> bool:
        """Take no more rows. Whether the thread ended in time; one that still asks the gateway is left alone:
        it writes its answer or nothing, and its lease ends by itself.
        """
        self._stopped = True
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(wait_seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        outbox: Outbox | None = None
        asked_before = True
        while not self._stopped:
            pause = IDLE_SECONDS
            try:
                outbox = outbox or self._open_outbox()
                may_ask = self._may_ask()
                if may_ask and not asked_before:
                    outbox.forget_back_off()
                asked_before = may_ask
                visit = outbox.work_one() if may_ask else None
                if visit is not None:
                    pause = 0.0
                    self._on_visit(visit)
            except KioskError as error:
                pause = IDLE_SECONDS if error.code == "records_row" else TROUBLE_SECONDS
                self._on_trouble(error)
            except Exception as error:  # noqa: BLE001  a fault with one row must not end the thread
                place = traceback.extract_tb(error.__traceback__)[-1]
                _log.error("fault in the outbox: %s, %s:%s", type(error).__name__, place.name, place.lineno)
            if pause and not self._stopped:
                self._woken.wait(pause)
            self._woken.clear()


__all__ = ["OutboxWorker"]
