"""How much is deleted in one transaction: patients wait for the records while it lasts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

FIRST, MOST = 8, 400
_AIM = 0.020  # seconds
_TOO_LONG = 0.030
_LEAST_PAUSE = 0.004
_LONGEST_PAUSE = 0.25


class Pace:
    """Finds by itself how many rows take some 20 ms, and leaves at least as long to others in between."""

    def __init__(self, *, pauses: bool = True) -> None:
        self.size = FIRST
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
            self.size = max(1, int(self.size * _AIM / self._last))
        elif self._last < _AIM:
            self.size = min(MOST, self.size + max(1, self.size // 4))

    def rest(self) -> None:
        if self._pauses:
            time.sleep(min(_LONGEST_PAUSE, max(_LEAST_PAUSE, self._last)))


__all__ = ["Pace"]
