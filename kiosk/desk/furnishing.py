"""Imports and makes, behind the window that is there already, what it does not show at first.

One small piece at a time, so that keys are seen in between (docs/decisions/0033-quick-window.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module

from PySide6.QtCore import QObject, QTimer

from kiosk.desk.late_pages import PAGES
from kiosk.desk.window import DeskWindow
from kiosk.texts import table

MODULES = (
    "kiosk.card",
    "kiosk.gateway.model",
    "kiosk.eligibility.papers",
    "kiosk.eligibility.abuse_model",
    "kiosk.eligibility.benefit",
    "kiosk.lookup",
    "kiosk.visits.audit",
    "kiosk.eligibility.set_up",
    "kiosk.reception",
    "kiosk.visits.difficulties",
    "kiosk.registration.walk",
    "kiosk.registration.sheet",
    "kiosk.desk.registration.assistant",
    "kiosk.desk.verdict_view",
    "kiosk.desk.difficulty_desk",
    "kiosk.desk.today_desk",
    "kiosk.desk.camera_desk",
    "kiosk.desk.manage.manage_desk",
    "kiosk.desk.set_up.set_up_desk",
    "kiosk.desk.rooms",
)
"""What takes longest to import, in the order in which one needs the other."""

TEXTS = ("errors", "registration", "warnings", "today", "difficulties")
"""The longest files of texts but the desk's own, which its window has read."""


class Furnishing(QObject):
    """`make_rooms` is called last, `done` after it."""

    def __init__(
        self, window: DeskWindow, make_rooms: Callable[[], object], done: Callable[[], None]
    ) -> None:
        super().__init__(window)
        self._pieces = self._all(window, make_rooms)
        self._done = done
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._next)

    def start(self) -> None:
        self._timer.start(0)

    def stop(self) -> None:
        self._timer.stop()

    def _next(self) -> None:
        if next(self._pieces, "end") == "end":
            self._timer.stop()
            self._done()

    @staticmethod
    def _all(window: DeskWindow, make_rooms: Callable[[], object]) -> Iterator[None]:
        for module in MODULES:
            import_module(module)
            yield
        for name in TEXTS:
            table(name)
            yield
        for name in PAGES:
            getattr(window, name)
            yield
        make_rooms()
        yield
