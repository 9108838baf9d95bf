"""Starts Qt, shows the desk, and ends both cleanly."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMainWindow

from kiosk.desk import palette
from kiosk.desk.camera_choice import OFF, camera_source, load_choice
from kiosk.desk.desk import Desk
from kiosk.desk.events import EventStream
from kiosk.desk.flow import Incomplete, Message, VerdictShown
from kiosk.settings import Settings
from kiosk.visits.model import Source

if TYPE_CHECKING:
    from kiosk.desk.camera_watch import Camera, CameraFactory
    from kiosk.desk.serial_desk import SerialFactory, SerialScanner
    from kiosk.reception import Reception

PICTURE_SIZE = (1366, 768)
SWITCH_SECONDS = 0.001
"""How long another thread may compute in Python while the window waits; five times that unless told."""

PICTURE_SECONDS = 60
"""How long a picture of the window waits for something to show."""


def show_desk(
    settings: Settings,
    *,
    json_events: bool,
    reception_factory: Callable[[], Reception],
    reload: Callable[[], Settings],
    camera_factory: CameraFactory | None,
    first_scan: str | None,
    screenshot: Path | None,
) -> int:
    application = _qt(settings)
    stream = EventStream.to_stdout(wanted=json_events)
    gc.disable()  # until everything is there: nothing that the start makes is garbage
    offer_set_up = screenshot is None
    while True:
        camera = camera_factory
        if camera is None and settings.readers.camera != OFF and screenshot is None:
            camera = camera_of(settings)
        _dress(settings)
        serial = serial_of(settings) if screenshot is None else None
        desk = Desk(settings, reception_factory, camera, stream, serial, offer_set_up=offer_set_up)
        exit_code = _run(desk, application, first_scan, screenshot)
        if desk.fault is not None:
            raise desk.fault
        if not desk.restart_wanted:
            return exit_code
        desk.window.deleteLater()
        desk.deleteLater()
        settings = reload()
        first_scan, offer_set_up = None, False  # whoever left the set-up is not asked again


def _run(desk: Desk, application: QApplication, first_scan: str | None, screenshot: Path | None) -> int:
    """Until the window is closed."""
    heartbeat = _quit_on_signals(application.closeAllWindows)
    if screenshot is not None:
        desk.window.resize(*PICTURE_SIZE)
    else:
        _fit_to_screen(desk.window)
    if first_scan is not None:
        desk.became_ready.connect(lambda: desk.scan(first_scan, Source.SCAN))
    desk.start()
    picture = _Picture(desk, screenshot) if screenshot is not None else None
    exit_code = application.exec()
    heartbeat.stop()
    desk.close()
    return exit_code if picture is None else picture.exit_code


def show_register(settings: Settings, *, json_events: bool) -> int:
    """The registration assistant in a window of its own."""
    from kiosk.desk.registration.own_window import OwnAssistant

    application = _qt(settings)
    _dress(settings)
    camera = camera_of(settings) if settings.readers.camera != OFF else None
    stream = EventStream.to_stdout(wanted=json_events)
    own = OwnAssistant(settings, camera, serial_of(settings), stream)
    heartbeat = _quit_on_signals(application.closeAllWindows)
    _fit_to_screen(own.window)
    own.start()
    exit_code = application.exec()
    heartbeat.stop()
    own.close()
    return exit_code


def show_self_service(
    settings: Settings, *, json_events: bool, reception_factory: Callable[[], Reception]
) -> int:
    """The patients' own window."""
    from kiosk.desk.self_service.service import SelfService, place_on_screen

    application = _qt(settings)
    _dress(settings)
    camera = camera_of(settings) if settings.readers.camera != OFF else None
    stream = EventStream.to_stdout(wanted=json_events)
    service = SelfService(settings, reception_factory, camera, serial_of(settings), stream)
    heartbeat = _quit_on_signals(service.window.close_at_once)
    place_on_screen(service.window, settings.self_service.screen)
    service.start()
    exit_code = application.exec()
    heartbeat.stop()
    service.close()
    return exit_code


def _qt(settings: Settings) -> QApplication:
    sys.setswitchinterval(SWITCH_SECONDS)
    # Fontconfig keeps its cache here; everything the program writes lies under the data folder.
    os.environ.setdefault("XDG_CACHE_HOME", str(settings.data_folder / "cache"))
    application = QApplication.instance() or QApplication(["kiosk"])
    assert isinstance(application, QApplication)  # noqa: S101 - a console Qt application has no windows
    application.setApplicationName("bhyt-kiosk")
    application.setStyle("Fusion")
    return application


def _dress(settings: Settings) -> None:
    """Light or dark, before the window is made."""
    dark = settings.ui.theme == palette.DARK
    palette.use(settings.ui.theme)
    QGuiApplication.styleHints().setColorScheme(Qt.ColorScheme.Dark if dark else Qt.ColorScheme.Light)


def _fit_to_screen(window: QMainWindow) -> None:
    window.resize(window.screen().availableGeometry().size())
    window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)


def camera_of(settings: Settings) -> CameraFactory:
    def make(
        *,
        on_text: Callable[[str], None],
        on_frame: Callable[[Any], None],
        on_state: Callable[[str, str], None],
        on_hint: Callable[[str | None], None],
    ) -> Camera:
        from kiosk.card import parse
        from kiosk.errors import CardParseError
        from kiosk.readers.camera import CameraReader
        from kiosk.readers.decoder import Decoder

        def is_card(text: str) -> bool:
            try:
                parse(text)
            except CardParseError:
                return False
            return True

        return CameraReader(
            camera_source(settings, load_choice(settings.data_folder)),
            on_text=on_text,
            is_card=is_card,
            on_frame=on_frame,
            on_state=on_state,
            on_hint=on_hint,
            decoder=Decoder(settings.readers.engines),
        )

    return make


def serial_of(settings: Settings) -> SerialFactory | None:
    if settings.readers.serial_port == "off":
        return None

    def make(*, on_text: Callable[[str], None], on_state: Callable[[Any, str], None]) -> SerialScanner:
        import serial  # noqa: F401 - here, not in its thread: imports do not like to be raced

        from kiosk.readers.serial_port import SerialReader

        return SerialReader(settings.readers.serial_port, on_text=on_text, on_state=on_state)

    return make


def _quit_on_signals(close: Callable[[], object]) -> QTimer:
    """Ctrl+C and a polite kill close the window. Python sees them only when Qt lets it run."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: close())
    heartbeat = QTimer()
    heartbeat.timeout.connect(lambda: None)
    heartbeat.start(200)
    return heartbeat


class _Picture:
    """Saves a picture once something has come of the first scan."""

    def __init__(self, desk: Desk, path: Path) -> None:
        self.exit_code = 1
        self._desk, self._path = desk, path
        self._left = PICTURE_SECONDS * 10
        self._timer = QTimer()
        self._timer.timeout.connect(self._look)
        self._timer.start(100)

    def _look(self) -> None:
        self._left -= 1
        shown = isinstance(self._desk.flow.stage, (VerdictShown, Message, Incomplete))
        if shown or self._left <= 0:
            self._timer.stop()
            self.exit_code = 0 if self._desk.window.grab().save(str(self._path)) and shown else 1
            self._desk.window.close()
