"""One camera reader at a time: opened beside the desk's work, released on demand, its picture made small."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from kiosk.desk.work import Lane, Mailbox

RELEASE_SECONDS = 3.0
"""How long a camera may take to let go before another reader is made."""


class Camera(Protocol):
    def start(self) -> None: ...

    def stop(self, timeout: float = ...) -> bool: ...


class CameraFactory(Protocol):
    """Makes a camera reader; called in a worker thread, and the callbacks may come from any."""

    def __call__(
        self,
        *,
        on_text: Callable[[str], None],
        on_frame: Callable[[Any], None],
        on_state: Callable[[str, str], None],
        on_hint: Callable[[str | None], None],
    ) -> Camera: ...


class CameraWatch(QObject):
    """All signals come in the window's thread, and none of a reader that was let go.

    `state` has a word of `kiosk.readers.camera` or what `rest` was told, and the camera's name.
    """

    scanned = Signal(str)
    framed = Signal(QImage)
    hinted = Signal(str)  # empty: nothing to say
    state = Signal(str, str)

    def __init__(self, factory: CameraFactory, mailbox: Mailbox, opening: Lane) -> None:
        super().__init__()
        self.size = (0, 0)  # the place for the picture, in the screen's own points
        self.mirrored = False
        self._factory = factory
        self._mailbox = mailbox
        self._opening = opening  # imports do not like to be raced: where the other readers are made
        self._letting_go = Lane("camera-release", mailbox)
        self._camera: Camera | None = None
        self._started = False
        self._rests = ""
        self._generation = 0
        self._frame_waits = False
        self._wanted: Callable[[Any], None] | None = None

    # From the window's thread

    def start(self) -> None:
        self._started = True
        self.renew()

    def rest(self, state: str) -> bool:
        """Let the camera go, and call it `state`; empty: take it again. Whether that is something new."""
        if state == self._rests:
            return False
        self._rests = state
        self.renew()
        return True

    def grab(self, take: Callable[[Any], None]) -> None:
        """Give the next whole frame to `take`."""
        self._wanted = take

    def stop(self, timeout: float) -> None:
        self._started = False
        self._generation += 1
        self._letting_go.stop(None)
        if self._camera is not None:
            self._camera.stop(timeout)

    def renew(self) -> None:
        """Make a new reader, as the choice of the camera now wants it."""
        if not self._started:
            return
        self._generation += 1
        generation = self._generation
        self.hinted.emit("")
        self.state.emit(self._rests or "opening", "")
        camera, self._camera = self._camera, None
        if camera is None:
            self._make(generation)
        else:
            self._letting_go.do(
                lambda: camera.stop(RELEASE_SECONDS),
                lambda _: self._make(generation),
                lambda _: self._make(generation),
            )

    def _make(self, generation: int) -> None:
        if generation == self._generation and not self._rests:
            self._opening.do(
                lambda: self._factory(
                    on_text=partial(self._post, generation, self.scanned),
                    on_frame=partial(self._take_frame, generation),
                    on_state=lambda state, name: self._post(generation, self.state, str(state), name),
                    on_hint=lambda hint: self._post(generation, self.hinted, str(hint or "")),
                ),
                partial(self._made, generation),
                lambda _: self.state.emit("missing", ""),
            )

    def _made(self, generation: int, camera: Camera) -> None:
        if generation == self._generation:
            self._camera = camera
            camera.start()

    # From the camera's thread

    def _post(self, generation: int, signal: Any, *values: object) -> None:
        def call() -> None:
            if generation == self._generation:
                signal.emit(*values)

        self._mailbox.post(call)

    def _take_frame(self, generation: int, frame: Any) -> None:
        """A frame that comes while one waits to be drawn, or that nobody sees, is left out."""
        wanted, self._wanted = self._wanted, None
        if wanted is not None and generation == self._generation:
            whole = frame.copy()
            self._mailbox.post(lambda: wanted(whole))
        width, height = self.size
        if self._frame_waits or not (width and height) or generation != self._generation:
            return
        from kiosk.readers.preview import fitted

        small = fitted(frame, width, height, mirrored=self.mirrored)
        rows, columns = small.shape[:2]
        image = QImage(small.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32).copy()
        self._frame_waits = True

        def show() -> None:
            self._frame_waits = False
            if generation == self._generation:
                self.framed.emit(image)

        self._mailbox.post(show)
