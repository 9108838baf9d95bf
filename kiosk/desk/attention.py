"""Whether anybody can be looking at the window: it is not minimised or hidden, the session is not locked."""

from __future__ import annotations

import sys

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

_ASK_MS = 1000
_SWITCH_DESKTOP = 0x0100  # DESKTOP_SWITCHDESKTOP


class Attention(QObject):
    """Says when it ends and begins again. It is there at first: a window that is not shown yet will be."""

    changed = Signal(bool)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.there = True
        self._window = window
        self._locked = False
        window.installEventFilter(self)
        if sys.platform == "win32":  # elsewhere nobody says it to all desktops alike
            timer = QTimer(self)
            timer.timeout.connect(self._ask)
            timer.start(_ASK_MS)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.WindowStateChange, QEvent.Type.Show, QEvent.Type.Hide}:
            self._decide()
        return False

    def _ask(self) -> None:
        self._locked = session_is_locked()
        self._decide()

    def _decide(self) -> None:
        there = self._window.isVisible() and not self._window.isMinimized() and not self._locked
        if there is not self.there:
            self.there = there
            self.changed.emit(there)


def session_is_locked() -> bool:
    """On Windows, while another desktop has the screen: the lock screen, or a question of the system's own.

    Only a program of that desktop may open it. Written from the documentation, not yet run on Windows.
    """
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        user32 = ctypes.WinDLL("user32")
        user32.OpenInputDesktop.restype = wintypes.HANDLE
        user32.OpenInputDesktop.argtypes = (wintypes.DWORD, wintypes.BOOL, wintypes.DWORD)
        user32.CloseDesktop.argtypes = (wintypes.HANDLE,)
        desktop = user32.OpenInputDesktop(0, False, _SWITCH_DESKTOP)
        if not desktop:
            return True
        user32.SwitchDesktop.argtypes = (wintypes.HANDLE,)
        user32.CloseDesktop(desktop)
    return False
