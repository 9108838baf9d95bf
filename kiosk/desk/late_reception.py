"""The reception, opened by a worker while the window is there already."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING

from kiosk.errors import KioskError

if TYPE_CHECKING:
    from kiosk.reception import Reception


class LateReception:
    """Opened once; workers that need it wait until it is."""

    def __init__(self, factory: Callable[[], Reception]) -> None:
        self._factory = factory
        self._opened: Future[Reception] = Future()

    def open(self) -> int:
        """How many look-ups are owed. In a worker: everything that workers use is imported here, one after
        the other, since Python's imports do not like to be raced.
        """
        try:
            reception = self._factory()
        except BaseException as error:
            self._opened.set_exception(error)
            raise
        try:
            with contextlib.suppress(Exception):  # whoever looks up opens it again, and is told why it fails
                _ = reception.gateway
            from kiosk.visits import backup  # noqa: F401  used by the upkeep lane

            return reception.owed_count()
        finally:
            self._opened.set_result(reception)

    def wait(self) -> Reception:
        """For workers. Raises what opening it raised."""
        return self._opened.result()

    @property
    def if_open(self) -> Reception | None:
        """Without waiting."""
        if not self._opened.done() or self._opened.exception() is not None:
            return None
        return self._opened.result()

    def close(self) -> None:
        reception = self.if_open
        if reception is not None:
            with contextlib.suppress(KioskError):
                reception.close()
