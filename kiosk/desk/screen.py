"""Whether a window can be shown here, asked before Qt is: Qt aborts the process when it cannot."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from kiosk.errors import KioskError

_WITHOUT_SCREEN = {"offscreen", "minimal", "minimalegl", "eglfs", "linuxfb", "vnc"}

XCB_LIBRARIES = (
    "libxcb.so.1",
    "libxcb-cursor.so.0",
    "libxcb-icccm.so.4",
    "libxcb-image.so.0",
    "libxcb-keysyms.so.1",
    "libxcb-render-util.so.0",
    "libxkbcommon-x11.so.0",
)
"""What Qt's xcb plug-in needs of the system; Qt only says that the plug-in could not be loaded."""


def need_a_screen(environ: Mapping[str, str] | None = None, platform: str = sys.platform) -> None:
    """Raises KioskError ``no_screen``, ``screen_unreachable`` or ``qt_platform`` where there is none."""
    environ = os.environ if environ is None else environ
    if platform in {"win32", "darwin"} or environ.get("QT_QPA_PLATFORM", "").split(":")[0] in _WITHOUT_SCREEN:
        return
    if _wayland_socket(environ) is not None and not environ.get("QT_QPA_PLATFORM", "").startswith("xcb"):
        return
    display = environ.get("DISPLAY", "")
    if not display:
        raise KioskError("no_screen")
    xcb = _load_xcb()
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(display.encode(), None))
    try:
        if xcb.xcb_connection_has_error(connection):
            raise KioskError("screen_unreachable", display=display)
    finally:
        xcb.xcb_disconnect(connection)


def _wayland_socket(environ: Mapping[str, str]) -> Path | None:
    name, folder = environ.get("WAYLAND_DISPLAY", ""), environ.get("XDG_RUNTIME_DIR", "")
    if not name:
        return None
    socket = Path(folder) / name
    return socket if socket.exists() else None


def _load_xcb() -> ctypes.CDLL:
    loaded = {}
    for name in XCB_LIBRARIES:
        try:
            loaded[name] = ctypes.CDLL(name)
        except OSError as error:
            raise KioskError("qt_platform", str(error), missing=name) from None
    return loaded[XCB_LIBRARIES[0]]
