"""A camera with the one place that shows its picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from kiosk.desk.camera_desk import STATES_WITH_PICTURE
from kiosk.desk.camera_watch import CameraFactory, CameraWatch
from kiosk.desk.preview import Preview
from kiosk.desk.work import Lane, Mailbox


class PreviewedCamera(QObject):
    """Its picture is made as large as `preview` is, and only while somebody can see it."""

    def __init__(self, factory: CameraFactory, mailbox: Mailbox, opening: Lane, preview: Preview) -> None:
        super().__init__()
        self._watch = CameraWatch(factory, mailbox, opening)
        self._preview = preview
        self._has_picture = False
        self.scanned, self.state = self._watch.scanned, self._watch.state
        self.state.connect(self._note)
        self._watch.framed.connect(self._show)
        preview.resized.connect(self.measure)

    def mirror(self) -> None:
        """As a mirror: whoever moves the card to the left sees it go to the left."""
        self._watch.mirrored = True

    def start(self) -> None:
        self._watch.start()

    def stop(self, timeout: float, /) -> None:
        self._watch.stop(timeout)

    def grab(self, take: Callable[[Any], None]) -> bool:
        """Whether the next whole frame will be given to `take`."""
        if self._has_picture:
            self._watch.grab(take)
        return self._has_picture

    def measure(self) -> None:
        self._watch.size = self._preview.points

    def _note(self, state: str, _name: str) -> None:
        self._has_picture = state in STATES_WITH_PICTURE

    def _show(self, image: QImage) -> None:
        if self._preview.isVisible() and self._preview.wants_frames:
            self._preview.show_frame(image)
