"""How much is deleted in one transaction: patients wait for the records while it lasts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LEAST, MOST = 10, 400
"""Rows. Fewer are hardly faster: most of the time is the commit's."""

_SHORT, _TOO_LONG = 0.020, 0.035  # seconds
_LEAST_PAUSE = 0.004
_LONGEST_PAUSE = 0.25


class Pace:
    """Finds by itself how many rows take 20 to 35 ms, and leaves three times as long to others."""

    def __init__(self, *, pauses: bool = True) -> None:
        self.size = LEAST
        self.longest = 0.0
        """The longest that the write lock was held, in seconds."""
        self._pauses = pauses
        self._last = 0.0

    @contextmanager
    def measured(self) -> Iterator[Callable[[], None]]:
        """Around a transaction; what it gives is called once the lock is held, not while it is waited for."""
        began: list[float] = []
        yield lambda: began.append(time.perf_counter())
        self._last = time.perf_counter() - began[0]
        self.longest = max(self.longest, self._last)
        if self._last > _TOO_LONG:
            self.size = max(LEAST, self.size // 2)
        elif self._last < _SHORT:
            self.size = min(MOST, self.size + self.size // 4)

    def rest(self) -> None:
        if self._pauses:
            time.sleep(min(_LONGEST_PAUSE, max(_LEAST_PAUSE, 3 * self._last)))


__all__ = ["Pace"]
