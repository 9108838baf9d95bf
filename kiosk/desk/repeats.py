"""Whether a scan only repeats one that was just taken, by whichever reader."""

from __future__ import annotations

import time
from collections.abc import Iterable

from kiosk.readers.wedge import CAMERA_WINDOW_SECONDS, HARDWARE_WINDOW_SECONDS, RepeatGuard
from kiosk.visits.model import Source


class Repeats:
    """Every scan counts for both guards: a camera still sees the card that a scanner has just read."""

    def __init__(self) -> None:
        self._hardware = RepeatGuard(HARDWARE_WINDOW_SECONDS)
        self._camera = RepeatGuard(CAMERA_WINDOW_SECONDS, renews=True)

    def is_repeat(self, text: str, source: Source, waiting: Iterable[str]) -> bool:
        """`waiting`: texts in line or being read, which a camera does not add again."""
        at = time.monotonic()
        by_camera = self._camera.is_repeat(text, at)
        by_hardware = self._hardware.is_repeat(text, at)
        if source is not Source.CAMERA:
            return by_hardware
        return by_camera or text in waiting
