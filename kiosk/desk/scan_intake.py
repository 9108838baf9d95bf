"""Where texts come from: the keyboard scanner, the serial one, the camera. One way in for every window."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from PySide6.QtCore import QObject, SignalInstance
from PySide6.QtWidgets import QApplication

from kiosk.desk.keys import KeyReader
from kiosk.desk.repeats import Repeats
from kiosk.desk.serial_desk import SerialDesk, SerialFactory
from kiosk.desk.work import Mailbox
from kiosk.readers.wedge import without_stray_start
from kiosk.visits.model import Source

STOP_SECONDS = 1.0
"""How long a closing window waits for a reader to let go of its device."""


class Watch(Protocol):
    """A camera that somebody watches for codes."""

    scanned: SignalInstance

    def start(self) -> None: ...

    def stop(self, timeout: float, /) -> None: ...


class ScanIntake(QObject):
    """Hands each text on once, in the window's thread, whichever reader saw it first.

    `on_scan` takes it. `first` is asked before whether a text is something else's, even one that was read a
    moment ago. `waiting` are texts in line, which a camera that still sees the card does not add again.
    """

    def __init__(
        self,
        keys: KeyReader,
        mailbox: Mailbox,
        serial: SerialFactory | None,
        *,
        on_scan: Callable[[str, Source], None],
        first: Callable[[str, Source], bool] = lambda *_: False,
        waiting: Callable[[], Iterable[str]] = tuple,
        on_serial_state: Callable[[str], None] = lambda _: None,
    ) -> None:
        super().__init__()
        self.repeats = Repeats()
        self._keys, self._on_scan, self._first, self._waiting = keys, on_scan, first, waiting
        keys.scanned.connect(lambda text: self.take(text, Source.WEDGE))
        self._serial = SerialDesk(
            serial,
            mailbox,
            on_text=lambda text: self.take(text, Source.SERIAL),
            on_state=on_serial_state,
        )
        self._camera: Watch | None = None
        self._held: list[tuple[str, Source]] | None = None

    def watch(self, camera: Watch) -> None:
        """Take what `camera` reads, too; stopped with the rest."""
        self._camera = camera
        camera.scanned.connect(lambda text: self.take(text, Source.CAMERA))

    def take(self, text: str, source: Source) -> None:
        """A text from any reader."""
        if self._held is not None:
            self._held.append((text, source))
            return
        text = text.strip()
        if source is Source.WEDGE:
            text = without_stray_start(text)
        if self._first(text, source) or not text:
            return
        if not self.repeats.is_repeat(text, source, self._waiting()):
            self._on_scan(text, source)

    # Until somebody can take them

    def hold(self) -> None:
        """Keep every text, and every key, from now on until `deliver_held`."""
        self._held = []
        self._keys.hold()

    def deliver_held(self) -> None:
        held, self._held = self._held or [], None
        for text, source in held:
            self.take(text, source)
        self._keys.deliver_held()

    # Start and end

    def read_keys(self) -> None:
        """From now on every key of the program passes the reader of keys."""
        application = QApplication.instance()
        assert application is not None  # noqa: S101 - whoever has a window has made it
        application.installEventFilter(self._keys)

    def start_serial(self) -> None:
        self._serial.start()

    def start_camera(self) -> None:
        if self._camera is not None:
            self._camera.start()

    def stop(self) -> None:
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self._keys)
        if self._camera is not None:
            self._camera.stop(STOP_SECONDS)
        self._serial.stop(STOP_SECONDS)
