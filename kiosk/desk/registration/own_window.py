"""The registration assistant in a window of its own: `kiosk register`, which checks nobody in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from kiosk.desk.camera_watch import CameraFactory
from kiosk.desk.events import EventStream
from kiosk.desk.keys import KeyReader
from kiosk.desk.previewed_camera import PreviewedCamera
from kiosk.desk.registration.assistant import Assistant
from kiosk.desk.registration.page import AssistantPage
from kiosk.desk.scan_intake import ScanIntake
from kiosk.desk.serial_desk import SerialFactory
from kiosk.desk.style import factor_for, style_sheet
from kiosk.desk.widgets import label, scale_layouts
from kiosk.desk.words import Words
from kiosk.desk.work import Lane, Mailbox
from kiosk.readers.wedge import Frame
from kiosk.settings import Settings


class RegisterWindow(QMainWindow):
    """The assistant's page under the facility's name."""

    def __init__(self, settings: Settings, words: Words, on_close: Callable[[], None]) -> None:
        super().__init__()
        self.page = AssistantPage(words)
        self.page.texts.alone = True
        self._on_close, self._factor = on_close, 0.0
        self.setWindowTitle(self.page.texts("own_title"))
        self.setMinimumSize(640, 400)
        self._centre = QWidget()
        self._centre.setObjectName("centre")
        self._centre.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column = QVBoxLayout(self._centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        header = QFrame()
        header.setObjectName("header")
        row = QHBoxLayout(header)
        row.setContentsMargins(28, 8, 28, 8)
        row.addWidget(label("facility", f"{settings.facility.name}  ·  {self.page.texts('own_title')}"))
        column.addWidget(header)
        column.addWidget(self.page, 1)
        self.setCentralWidget(self._centre)

    def take_keyboard(self) -> None:
        self._centre.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        factor = factor_for(self.width(), self.height())
        if factor != self._factor:
            self._factor = factor
            self.setStyleSheet(style_sheet(factor))
            scale_layouts(self, factor)
            self.page.scale(factor)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._on_close()
        event.accept()


class OwnAssistant(QObject):
    """Window, keys and readers. There is no reception behind it: a scan on another page is passed over."""

    def __init__(
        self,
        settings: Settings,
        camera_factory: CameraFactory | None,
        serial_factory: SerialFactory | None,
        stream: EventStream,
    ) -> None:
        super().__init__()
        self.window = window = RegisterWindow(settings, Words(settings.ui.language), self.close)
        self._mailbox = Mailbox()
        self._lane = Lane("reading", self._mailbox)
        self._closed = False
        self.assistant = Assistant(
            settings, window.page, self._lane, stream,
            close=self._again,
            grab=self._grab,
            take_keyboard=window.take_keyboard,
            on_waiting=lambda _: None,
        )  # fmt: skip
        self.keys = KeyReader(
            lambda: self.assistant.number_field,
            frame=Frame(settings.readers.wedge_prefix, settings.readers.wedge_suffix),
            home=window,
            choosing=lambda: self.assistant.choosing,
        )
        self.keys.command.connect(self.assistant.command)
        window.page.key_pressed.connect(self._click)
        self.intake = ScanIntake(
            self.keys, self._mailbox, serial_factory, on_scan=lambda text, _: self.assistant.scan(text)
        )
        self._camera: PreviewedCamera | None = None
        if camera_factory is not None:
            preview = window.page.photo.preview
            self._camera = PreviewedCamera(camera_factory, self._mailbox, self._lane, preview)
            self.intake.watch(self._camera)

    def start(self) -> None:
        self.intake.read_keys()
        self.window.show()
        self.assistant.open()
        self.intake.start_serial()
        self.intake.start_camera()

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self.assistant.stop()
        self._mailbox.close()
        self.intake.stop()
        self._lane.stop(None)

    def _click(self, key: str) -> None:
        words = self.window.page.words
        names = {words("key_enter"): "return", words("key_escape"): "escape", "Tab": "tab"}
        self.assistant.command({**names, "Ctrl+P": "print", "Ctrl+O": "open"}.get(key, key))

    def _again(self) -> None:
        """For the next person, at the first step."""
        self.assistant.open()

    def _grab(self, take: Callable[[Any], None]) -> bool:
        return self._camera is not None and self._camera.grab(take)
