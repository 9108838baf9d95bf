"""The camera and the serial scanner at the desk: what is known of them, and the camera's page (F4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kiosk.desk.camera_choice import CameraChoice
from kiosk.desk.camera_desk import STATES_WITH_PICTURE, CameraDesk
from kiosk.desk.camera_watch import CameraFactory
from kiosk.desk.foundation import Foundation


class ReadersDesk:
    """`changed` is called when one of them can read now, or can no longer."""

    def __init__(self, on: Foundation, factory: CameraFactory | None, *, changed: Callable[[], None]) -> None:
        self._on, self._changed = on, changed
        self.camera: CameraDesk | None = None
        if factory is None:
            on.window.camera.show_choices((), CameraChoice(), on.settings.readers.camera)
            return
        self.camera = camera = CameraDesk(
            on.settings, on.words, on.window, factory, on.mailbox, on.lanes.reading
        )
        camera.state_changed.connect(self._note_camera)
        on.intake.watch(camera)

    def note_serial(self, state: str) -> None:
        self._on.board.note(serial=state)
        self._changed()
        self._on.stream.write("serial", state=state)

    def _note_camera(self, state: str, name: str) -> None:
        self._on.board.note(camera=state, camera_name=name)
        self._changed()
        self._on.stream.write("camera", state=state)

    def grab(self, take: Callable[[Any], None]) -> bool:
        """Whether the camera will give its next whole frame to `take`."""
        if self.camera is None or self._on.board.health.camera not in STATES_WITH_PICTURE:
            return False
        self.camera.grab(take)
        return True

    def lock(self, *, locked: bool) -> None:
        if self.camera is not None:
            self.camera.lock(locked=locked)

    # The page

    def open_page(self) -> None:
        if self.camera is not None:
            self.camera.open_page()

    def choose(self, step: int) -> None:
        if self.camera is not None:
            self.camera.choose(step)

    def mirror(self) -> None:
        if self.camera is not None:
            self.camera.mirror()
