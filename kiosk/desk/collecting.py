"""When Python looks for garbage: while nobody is being received, never in the middle of a scan.

A full search goes through everything that is kept and holds the window as long. So what the start made is put
aside for good, the searches that come by themselves leave out the full one for as long as memory allows, and
it is made whenever the desk has rested for a moment.
"""

from __future__ import annotations

import gc
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

SEARCH_EVERY_SECONDS = 20
NEVER_MIND = 500
"""Searches of the middle generation before a full one comes by itself: about 3.5 million new objects."""


class Collecting:
    """`rests`: whether nobody is at work at the desk."""

    def __init__(self, rests: Callable[[], bool], parent: QObject) -> None:
        self._rests = rests
        self._usual = gc.get_threshold()
        self._timer = QTimer(parent)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Everything is there. Searching may have been off until now."""
        young, middle, _ = self._usual
        gc.freeze()
        gc.set_threshold(young, middle, NEVER_MIND)
        gc.enable()
        self._timer.start(SEARCH_EVERY_SECONDS * 1000)

    def look(self) -> None:
        if self._rests():
            gc.collect()

    def stop(self) -> None:
        """As it was before: others live in this process."""
        self._timer.stop()
        gc.set_threshold(*self._usual)
        gc.unfreeze()
        gc.enable()
