"""The camera's side of the desk: choice, preview, hints and what is said when there is no picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from kiosk.desk.attention import Attention
from kiosk.desk.camera_choice import OFF, camera_source, is_set_by_settings, load_choice, save_choice
from kiosk.desk.camera_watch import CameraFactory, CameraWatch
from kiosk.desk.health import CAMERA_TROUBLES, Health, camera_words, sentence
from kiosk.desk.preview import Preview
from kiosk.desk.window import DeskWindow
from kiosk.desk.words import Words
from kiosk.desk.work import Lane, Mailbox
from kiosk.readers.camera_devices import list_cameras
from kiosk.readers.video import Source, SourceKind
from kiosk.settings import Settings

SETTLE_MS = 400
"""A camera is opened when the choice has rested on it for so long, not on the way to another."""

STATES_WITH_PICTURE = {"watching", "dark"}


class CameraDesk(QObject):
    """Joins the watch over the camera with the pages that show it."""

    scanned = Signal(str)
    state_changed = Signal(str, str)  # state, name of the camera

    def __init__(
        self,
        settings: Settings,
        words: Words,
        window: DeskWindow,
        factory: CameraFactory,
        mailbox: Mailbox,
        reading: Lane,
    ) -> None:
        super().__init__()
        self._settings, self._words, self._window, self._reading = settings, words, window, reading
        self._choice = load_choice(settings.data_folder)
        self._locked = False
        self._names: tuple[str, ...] = ()
        self._watch = CameraWatch(factory, mailbox, reading)
        self._watch.mirrored = self._choice.mirrored
        self._watch.scanned.connect(self.scanned)
        self._watch.state.connect(self._show_state)
        self._watch.framed.connect(self._show_frame)
        self._watch.hinted.connect(self._show_hint)
        self._attention = Attention(window)
        self._attention.changed.connect(self._rest_or_work)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.timeout.connect(self._take_chosen)
        for preview in self._previews:
            preview.resized.connect(self.measure)
        window.page_changed.connect(self.measure)
        self._show_choices()

    @property
    def _previews(self) -> tuple[Preview, ...]:
        return (
            self._window.ready.preview,
            self._window.camera.preview,
            self._window.assistant.photo.preview,
        )

    def start(self) -> None:
        self._rest_or_work()
        self._watch.start()

    def stop(self, timeout: float) -> None:
        self._settle.stop()
        self._watch.stop(timeout)

    # The page

    def open_page(self) -> None:
        """Look for what is plugged in now."""

        def done(names: tuple[str, ...]) -> None:
            self._names = names
            self._show_choices()

        self._reading.do(lambda: tuple(camera.name for camera in list_cameras()), done, lambda _: None)

    def choose(self, step: int) -> None:
        """The camera above or below the one that is chosen."""
        camera = self._window.camera.neighbour(self._choice.camera, step)
        if camera != self._choice.camera:
            self._choice = replace(self._choice, camera=camera)
            save_choice(self._settings.data_folder, self._choice)
            self._show_choices()
            self._settle.start(SETTLE_MS)

    def mirror(self) -> None:
        self._choice = replace(self._choice, mirrored=not self._choice.mirrored)
        save_choice(self._settings.data_folder, self._choice)
        self._watch.mirrored = self._choice.mirrored
        self._show_choices()

    def _show_choices(self) -> None:
        fixed = self._settings.readers.camera if is_set_by_settings(self._settings) else ""
        if "://" in fixed:
            fixed = "stream"  # an address may hold a password
        elif Source.parse(fixed).is_file:
            fixed = Path(fixed).name
        self._window.camera.show_choices(self._names, self._choice, fixed)

    # The picture

    def measure(self) -> None:
        """How large a frame has to be, now."""
        self._watch.size = next((each.points for each in self._previews if all(each.points)), (0, 0))

    def grab(self, take: Callable[[Any], None]) -> None:
        """Give the next whole frame (BGR, not mirrored) to `take`, in the window's thread."""
        self._watch.grab(take)

    def _show_frame(self, image: QImage) -> None:
        for preview in self._previews:
            if preview.isVisible() and preview.wants_frames:
                preview.show_frame(image)

    def _show_hint(self, hint: str) -> None:
        words = self._words(f"hint_{hint}") if hint else ""
        for preview in self._previews:
            preview.show_hint(words if preview.looks_for_codes else "")

    def _show_state(self, state: str, name: str) -> None:
        has_picture = state in STATES_WITH_PICTURE
        words = sentence(camera_words(Health(camera=state, camera_name=name), self._words))
        self._window.ready.show_camera(on=has_picture, trouble=self._trouble(state))
        self._window.camera.show_state(words)
        if not has_picture:
            for preview in self._previews:
                if preview.wants_frames:
                    preview.clear_frame()
        self.state_changed.emit(state, name)
        self.measure()

    def _trouble(self, state: str) -> str:
        """What the waiting page says of it. A desk without any camera wants no word about it."""
        return self._words(f"camera_{state}_advice") if state in CAMERA_TROUBLES else ""

    # Work and rest

    def lock(self, *, locked: bool) -> None:
        """A locked desk lets the camera go."""
        self._locked = locked
        self._rest_or_work()

    def _take_chosen(self) -> None:
        if not self._rest_or_work():
            self._watch.renew()

    def _rest_or_work(self) -> bool:
        """Whether this changed anything."""
        source = Source.parse(camera_source(self._settings, self._choice))
        if source.kind is SourceKind.OFF:
            return self._watch.rest(OFF)
        # A film is played once: it is not begun again because somebody looked away.
        wanted = self._attention.there and not self._locked
        return self._watch.rest("" if wanted or source.is_file else "paused")
