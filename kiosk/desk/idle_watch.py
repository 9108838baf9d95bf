"""A patient's data do not stay on the screen when nobody is at the desk."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from kiosk.desk.flow import Flow, Recorded, Stage, VerdictShown
from kiosk.settings import UiSettings

COUNTDOWN_SECONDS = 10
"""How long before a result leaves the screen it says so."""


class IdleWatch:
    """A result leaves by itself; a verdict is covered until somebody presses a key, and decides nothing.

    Whatever a person does at the desk starts the time anew.
    """

    def __init__(
        self,
        settings: UiSettings,
        flow: Flow,
        *,
        on_rested: Callable[[], None],
        show_left: Callable[[int | None], None],
        cover: Callable[[bool], None],
        parent: QObject,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`show_left`: the seconds that a result stays, or None; `cover`: the verdict, or uncover it."""
        self._settings, self._flow, self._now = settings, flow, now
        self._on_rested, self._show_left, self._cover = on_rested, show_left, cover
        self._stage: Stage | None = None
        self._since = now()
        self._covered = False
        self._timer = QTimer(parent)
        self._timer.timeout.connect(self.look)

    def mind(self) -> None:
        """After every change of the flow."""
        if self._flow.stage == self._stage:
            return
        self._stage = self._flow.stage
        self._begin()
        if isinstance(self._stage, (Recorded, VerdictShown)):
            self._timer.start(1000)
        else:
            self._timer.stop()

    def note_key(self) -> bool:
        """A person is there. Whether that is all the key means: what it would decide on was covered."""
        was_covered = self._covered
        self._begin()
        return was_covered

    def _begin(self) -> None:
        self._since = self._now()
        if self._covered:
            self._covered = False
            self._cover(False)
        self._show_left(None)

    def look(self) -> None:
        """Every second."""
        passed = self._now() - self._since
        if isinstance(self._flow.stage, Recorded):
            left = self._settings.result_seconds - passed
            if left <= 0:
                self._on_rested()
            else:
                self._show_left(max(round(left), 1) if left <= COUNTDOWN_SECONDS else None)
        elif self._flow.overlays:
            self._since = self._now()  # somebody types over the verdict
        elif passed >= self._settings.cover_seconds and not self._covered:
            self._covered = True
            self._cover(True)
