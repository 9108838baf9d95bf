"""Qt without a window: for commands that draw something and show nothing."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtGui import QGuiApplication


def qt(cache: Path) -> QGuiApplication:
    """Qt, started if need be; keep what this returns as long as you draw.

    `cache` is where the system's font cache may lie: everything the program writes lies in its own folder.
    """
    running = QGuiApplication.instance()
    if isinstance(running, QGuiApplication):
        return running
    os.environ.setdefault("XDG_CACHE_HOME", str(cache))
    if sys.platform not in {"win32", "darwin"}:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    return QGuiApplication(["kiosk"])
