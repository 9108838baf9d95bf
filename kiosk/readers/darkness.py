"""When a camera's picture is black: a covered lens or a closed privacy shutter. Pure; times come in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Frame = NDArray[Any]

DARK_SECONDS = 2.0
"""Cameras begin with some dark frames while they find their exposure; a hand passes over the lens."""

DARK_MEAN = 14
DARK_PEAK = 45
"""Of 255. A covered sensor shows noise of a few steps; a dim room with a screen in it has a bright spot."""

_STEP = 8
_PEAK_SHARE = 100  # the peak is what one point in so many exceeds: hot pixels do not count


class DarkWatch:
    """Whether the picture has been black for a while; one that is not ends it at once."""

    def __init__(self) -> None:
        self._since: float | None = None

    def see(self, frame: Frame, now: float) -> bool:
        """Whether, with this frame at `now` (seconds of a steady clock), the picture counts as black."""
        if not is_dark(frame):
            self._since = None
            return False
        self._since = now if self._since is None else self._since
        return now - self._since >= DARK_SECONDS


def is_dark(frame: Frame) -> bool:
    points = frame[::_STEP, ::_STEP].flatten()
    if points.mean() > DARK_MEAN:
        return False
    place = len(points) - 1 - len(points) // _PEAK_SHARE
    points.partition(place)
    return bool(points[place] <= DARK_PEAK)
