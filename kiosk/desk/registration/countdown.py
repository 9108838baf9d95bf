"""The clock that wipes what nobody works on any more. It is seen, and it can be stopped."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from kiosk.desk.registration.views import AssistantWords

IDLE_SECONDS = 180
"""Whoever went away has gone; a receptionist who explains a step to a patient takes a minute or two."""


class Countdown(QObject):
    """`over` is called when time is up, `show` with the words for the seconds left."""

    def __init__(
        self,
        texts: AssistantWords,
        now: Callable[[], float],
        *,
        over: Callable[[], None],
        show: Callable[[str], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._texts, self._now, self._over, self._show = texts, now, over, show
        self._deadline: float | None = None
        self._stopped = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.tick)

    def renew(self) -> None:
        """Somebody works on it."""
        self._deadline = self._now() + IDLE_SECONDS
        self._timer.start(1000)
        self._say()

    def turn(self) -> None:
        """Stop it, or let it run anew."""
        self._stopped = not self._stopped
        self.renew()

    def run(self) -> None:
        """Anew, and not to be stopped: nobody sees it."""
        self._stopped = False
        self.renew()

    def end(self) -> None:
        """There is nothing to wipe."""
        self._deadline, self._stopped = None, False
        self._timer.stop()
        self._show("")

    def tick(self) -> None:
        """Once a second."""
        if self._deadline is None:
            return
        if self._now() >= self._deadline and not self._stopped:
            self._over()
        else:
            self._say()

    def _say(self) -> None:
        if self._stopped or self._deadline is None:
            self._show(self._texts("countdown_stopped"))
            return
        left = max(round(self._deadline - self._now()), 0)
        self._show(self._texts("countdown", time=f"{left // 60}:{left % 60:02d}"))
