"""Taking the portrait and, where the app asks for them, the card's sides, with the desk's own camera.

Off until somebody asks for it. One picture lives in memory at a time; it is saved only where somebody says,
and forgotten with everything else.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QImage

from kiosk.desk.registration.photo_measure import Photo, PhotoKind, look_at, save_photo
from kiosk.desk.registration.photo_panel import PhotoPanel
from kiosk.desk.registration.views import AssistantWords
from kiosk.desk.work import Lane
from kiosk.errors import KioskError

LOOK_MS = 600
"""How often the live picture is judged."""

Grab = Callable[[Callable[[Any], None]], bool]
"""Asks the camera for its next whole frame (BGR); False where there is no camera that gives one."""


class PhotoState(StrEnum):
    OFF = "off"
    LIVE = "live"
    TAKEN = "taken"


class PhotoDesk(QObject):
    """`changed` is called when the keys on the page may mean something else; `say` tells of an event."""

    def __init__(
        self,
        panel: PhotoPanel,
        texts: AssistantWords,
        lane: Lane,
        grab: Grab,
        *,
        max_megapixels: float,
        changed: Callable[[], None],
        say: Callable[..., None],
    ) -> None:
        super().__init__(panel)
        self._panel, self._texts, self._lane, self._grab = panel, texts, lane, grab
        self._max_megapixels, self._changed, self._say = max_megapixels, changed, say
        self.state = PhotoState.OFF
        self.kind = PhotoKind.PORTRAIT
        self.problem = ""
        self._photo: Photo | None = None
        self._turn = 0  # what is under way belongs to it; an older one's result is dropped
        self._looking = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)

    @property
    def place(self) -> int:
        """Of the chosen kind in the list."""
        return list(PhotoKind).index(self.kind)

    # What a person does

    def choose(self, place: int) -> None:
        """Another kind of picture: what was taken of the first one goes."""
        kind = list(PhotoKind)[place]
        if kind is not self.kind:
            live = self.state is PhotoState.LIVE
            self.wipe()
            self.kind = kind
            if live:
                self._begin()

    def press(self) -> None:
        """Open the camera, take a picture, or throw it away and begin anew."""
        self.problem = ""
        if self.state is PhotoState.LIVE:
            self._ask(self._take)
        else:
            self._begin()

    def open_file(self, file: Path) -> None:
        """A picture from the disk or the patient's stick, upright and without what its file tells of it."""
        self._begin_turn()
        turn, kind, limit = self._turn, self.kind, self._max_megapixels

        def job() -> Photo:
            from kiosk.readers.image_files import read_image

            return look_at(read_image(file, max_megapixels=limit), kind)

        self._lane.do(job, lambda photo: self._taken(turn, photo), lambda error: self._failed(turn, error))

    def save(self, file: Path) -> None:
        photo, turn = self._photo, self._turn
        if photo is None:
            return

        def done(_: object) -> None:
            if turn == self._turn:
                self._show(self._texts("photo_saved", file=file.name))
                self._say("photo_saved")

        self._lane.do(
            lambda: save_photo(photo.picture, file), done, lambda error: self._failed(turn, error, keep=True)
        )

    def rest(self) -> None:
        """The step is left: the camera's picture is judged no more; what was taken stays."""
        self._timer.stop()
        if self.state is PhotoState.LIVE:
            self.wipe()

    def wipe(self) -> None:
        self._begin_turn()
        self._photo = None
        self.kind = PhotoKind.PORTRAIT
        self.problem = ""
        self.state = PhotoState.OFF
        self._panel.wipe()

    # The camera

    def _begin(self) -> None:
        self._begin_turn()
        self._photo = None
        if not self._ask(self._judged):
            self.state = PhotoState.OFF
            self.problem = self._texts("photo_no_camera")
            self._say("photo", state="no_camera")
            self._changed()
            return
        self.state = PhotoState.LIVE
        self._panel.preview.show_guide(self.kind)
        self._panel.say(self._title(), ())
        self._panel.show()
        self._timer.start(LOOK_MS)
        self._say("photo", state="live")
        self._changed()

    def _begin_turn(self) -> None:
        self._turn += 1
        self._looking = False
        self._timer.stop()

    def _look(self) -> None:
        if not self._looking:
            self._looking = self._ask(self._judged)

    def _ask(self, then: Callable[[int, Photo], None]) -> bool:
        """Have the camera's next frame judged, then give it to `then`."""
        turn, kind = self._turn, self.kind

        def take(frame: Any) -> None:
            if turn == self._turn:
                self._lane.do(
                    lambda: look_at(frame, kind),
                    lambda photo: then(turn, photo),
                    lambda error: self._failed(turn, error),
                )

        return self._grab(take)

    def _judged(self, turn: int, photo: Photo) -> None:
        if turn == self._turn and self.state is PhotoState.LIVE:
            self._looking = False
            self._panel.say(self._title(), self._words(photo))

    def _take(self, turn: int, photo: Photo) -> None:
        if self.state is PhotoState.LIVE:
            self._taken(turn, photo)

    def _taken(self, turn: int, photo: Photo) -> None:
        if turn != self._turn:
            return
        self._begin_turn()
        self._photo, self.state, self.problem = photo, PhotoState.TAKEN, ""
        self._panel.show()
        rows, columns = photo.picture.shape[:2]
        image = QImage(photo.picture.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_BGR888)
        self._panel.show_taken(image.copy())
        self._show("")
        self._say("photo", state="taken", remarks=list(photo.remarks))
        self._changed()

    def _failed(self, turn: int, error: KioskError, *, keep: bool = False) -> None:
        if turn != self._turn:
            return
        if not keep and self.state is not PhotoState.TAKEN:
            self.state = PhotoState.OFF
            self._panel.hide()
        self.problem = self._texts.error(error)
        self._say("photo_failed", code=error.code)
        self._changed()

    # Words

    def _title(self) -> str:
        return self._texts(f"photo_kind_{self.kind}")

    def _words(self, photo: Photo) -> list[str]:
        found = [self._texts(f"photo_{remark}") for remark in photo.remarks]
        return found or [self._texts("photo_good")]

    def _show(self, said: str) -> None:
        if self._photo is not None:
            self._panel.say(self._title(), [*([said] if said else []), *self._words(self._photo)])
