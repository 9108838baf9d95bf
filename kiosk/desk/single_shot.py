"""A timer that fires once, each time it is started."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


def single_shot(parent: QObject, does: Callable[[], None]) -> QTimer:
    """Not running yet; starting it again while it runs begins anew."""
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.timeout.connect(does)
    return timer
