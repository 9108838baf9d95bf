"""Looks now and then how much room is left where the kiosk writes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from kiosk.desk.health_board import HealthBoard
from kiosk.desk.work import Lane
from kiosk.disk import free_bytes
from kiosk.errors import KioskError

LOOK_EVERY_SECONDS = 60


class DiskWatch:
    """In a lane: a network folder that hangs must not hold the window."""

    def __init__(self, folder: Path, lane: Lane, board: HealthBoard, parent: QObject) -> None:
        self._folder, self._lane, self._board = folder, lane, board
        self._waiting = False
        self._timer = QTimer(parent)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        self._look()
        self._timer.start(LOOK_EVERY_SECONDS * 1000)

    def _look(self) -> None:
        if self._waiting:
            return
        self._waiting = True
        self._lane.do(self._free, self._found, self._failed)

    def _free(self) -> int | None:
        try:
            return free_bytes(self._folder)
        except (OSError, ValueError):
            return None

    def _found(self, free: int | None) -> None:
        self._waiting = False
        self._board.note(disk_free=free, disk_unseen=free is None)

    def _failed(self, _error: KioskError) -> None:
        self._found(None)
