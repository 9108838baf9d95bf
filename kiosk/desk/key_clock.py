"""When a key was pressed, which is not when the window came to it. Pure.

While the window is held up, keys pile up and then come all at once: by the window's own clock a scanner would
have paused in the middle of its line. The operating system stamps each key; only differences of stamps count,
since nobody says what they count from.
"""

from __future__ import annotations

from dataclasses import dataclass

_LONGEST_GAP = 60.0


@dataclass(slots=True)
class KeyClock:
    """Turns stamps in milliseconds (0: none) into seconds of the window's clock."""

    _stamp: int = 0
    _at: float = 0.0

    def time_of(self, stamp: int, now: float) -> float:
        """The time of a key that is being delivered at `now`; never later than that."""
        gap = (stamp - self._stamp) / 1000
        known = stamp > 0 and self._stamp > 0 and 0 <= gap <= _LONGEST_GAP
        self._at = min(self._at + gap, now) if known else now
        self._stamp = stamp
        return self._at
