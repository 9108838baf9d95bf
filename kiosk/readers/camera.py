"""The camera reader: one thread that captures, decodes the latest frame, and reports scans.

It never raises for what a device, file or network does. It reports a state instead:

=================  ===================================================================================
``off``            the setting says so; no thread runs
``opening``        the source is being opened for the first time
``watching``       frames arrive; `detail` names the source
``dark``           frames arrive and have been black for a while: covered lens, closed privacy shutter
``no_camera``      ``auto`` found none; looked for again, quietly
``missing``        the camera or stream that was asked for is not there; looked for again
``busy``           the camera is there and gives no picture: another program has it; tried again
``not_permitted``  the system does not let this user, or desktop programs, at the camera; tried again
``lost``           it was there and stopped giving frames; tried again
``no_file``        the video file does not exist or cannot be played
``finished``       the video file has been played to its end: from here on a silent camera
``stopped``        `CameraReader.stop` was called
=================  ===================================================================================
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from kiosk.readers import opencv
from kiosk.readers.camera_devices import Closed
from kiosk.readers.darkness import DarkWatch
from kiosk.readers.decoder import Decoder
from kiosk.readers.hints import Hint
from kiosk.readers.live import LiveDecoder
from kiosk.readers.sightings import Sightings
from kiosk.readers.video import Source, SourceKind, Video, open_video

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Frame = NDArray[Any]

PREVIEW_SECONDS = 1 / 15
RETRY_SECONDS = (0.5, 1.0)
"""Waits between attempts to open a device; the last repeats: a camera plugged in again works within 3 s."""

FIRST_FRAME_SECONDS = 1.5
FROZEN_SECONDS = 1.5
"""A real camera's noise makes every frame another one. After this long without a change, see whether it is
still plugged in."""


class CameraState(StrEnum):
    OFF = "off"
    OPENING = "opening"
    WATCHING = "watching"
    DARK = "dark"
    NO_CAMERA = "no_camera"
    MISSING = "missing"
    BUSY = "busy"
    NOT_PERMITTED = "not_permitted"
    LOST = "lost"
    NO_FILE = "no_file"
    FINISHED = "finished"
    STOPPED = "stopped"


class CameraReader:
    """Watches one source and calls back from its own thread.

    `on_text` gets each scan once (see `Sightings`), `on_frame` BGR frames for a preview at most 15 times a
    second, `on_state` every change of state with a detail for technicians, `on_hint` every change of what to
    tell the person holding a code (None: nothing). `is_card` says whether a text is a card, in which case one
    frame is enough.
    """

    def __init__(
        self,
        source: str,
        *,
        on_text: Callable[[str], None],
        is_card: Callable[[str], bool],
        on_frame: Callable[[Frame], None] | None = None,
        on_state: Callable[[CameraState, str], None] | None = None,
        on_hint: Callable[[Hint | None], None] | None = None,
        decoder: Decoder | None = None,
        open_source: Callable[[Source], Video | Closed] = open_video,
    ) -> None:
        self._source = Source.parse(source)
        self._on_text = on_text
        self._on_frame = on_frame
        self._on_state = on_state
        self._on_hint = on_hint
        self._hint: Hint | None = None
        self._decoder = decoder or Decoder()
        self._open_source = open_source
        self._live = LiveDecoder(self._decoder, is_sure=is_card)
        self._sightings = Sightings(is_card)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._state = CameraState.OFF
        self._name = ""
        self._darkness = DarkWatch()
        self._next_preview = 0.0

    @property
    def state(self) -> CameraState:
        return self._state

    def start(self) -> None:
        """Begin watching; does nothing when it already does, or when the source is ``off``."""
        running = self._thread is not None and self._thread.is_alive()
        if running or self._source.kind is SourceKind.OFF:
            return
        self._stop.clear()
        # A daemon: opening a dead network stream cannot be interrupted and must not keep the desk open.
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> bool:
        """Release the source and end the thread; whether it ended within `timeout` seconds."""
        self._stop.set()
        thread = self._thread
        if thread is None or thread is threading.current_thread():
            return True
        thread.join(timeout)
        return not thread.is_alive()

    def _run(self) -> None:
        self._enter(CameraState.OPENING)
        self._decoder.prepare()
        opencv.load().setNumThreads(1)  # a desk's machine is small, and the window wants a core for itself
        failures = 0
        while not self._stop.is_set():
            video = self._open_source(self._source)
            if isinstance(video, Closed):
                self._enter(self._closed_state(video))
            elif self._watch(video):
                failures = 0
            if self._source.is_file:
                break
            self._stop.wait(RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)])
            failures += 1
        self._stop.wait()
        self._enter(CameraState.STOPPED)

    def _closed_state(self, closed: Closed) -> CameraState:
        if self._source.is_file:
            return CameraState.NO_FILE
        if closed is Closed.NOT_PERMITTED:
            return CameraState.NOT_PERMITTED
        if closed is Closed.BUSY:
            return CameraState.BUSY
        if self._state is CameraState.LOST:
            return CameraState.LOST
        return CameraState.NO_CAMERA if self._source.kind is SourceKind.AUTO else CameraState.MISSING

    def _watch(self, video: Video) -> bool:
        """Until it gives no more frames or the reader is stopped; whether there was a single frame."""
        self._name = video.name
        try:
            first = self._first_frame(video)
            if first is None:
                if not self._stop.is_set():
                    self._enter(self._closed_state(self._why_silent(video)), video.name)
                return False
            self._darkness = DarkWatch()
            if self._source.is_file:
                self._play(video, first)
            else:
                self._follow(video, first)
        finally:
            video.close()
        if not self._stop.is_set():
            self._enter(CameraState.FINISHED if self._source.is_file else CameraState.LOST, video.name)
        return True

    def _first_frame(self, video: Video) -> Frame | None:
        """Some cameras need a moment before they give anything."""
        patience = FIRST_FRAME_SECONDS if self._source.is_device else 0.0
        until = time.monotonic() + patience
        while (frame := video.read()) is None and time.monotonic() < until:
            if self._stop.wait(0.1):
                return None
        return frame

    def _why_silent(self, video: Video) -> Closed:
        """It could be opened and gives no frame. Another program's use shows in this way on some systems."""
        return Closed.BUSY if self._source.is_device and video.is_there() else Closed.ABSENT

    def _follow(self, video: Video, frame: Frame) -> None:
        """A live source: always its latest frame.

        A stream keeps for us what came while a frame was being decoded; that is passed over, or the picture
        would fall behind the hand before it. A device's driver keeps one frame.
        """
        frozen = _Frozen()
        while not self._stop.is_set():
            began = time.monotonic()
            self._take(frame)
            now = time.monotonic()
            if self._source.kind is SourceKind.STREAM:
                for _ in range(int((now - began) * video.fps)):
                    if not video.skip():
                        return
            elif frozen.see(frame, now) and not video.is_there():
                return
            following = video.read()
            if following is None:
                return
            frame = following

    def _play(self, video: Video, first: Frame) -> None:
        """At the file's own rate; frames whose time has passed while another was decoded are left out."""
        started = time.monotonic()
        self._take(first)
        number = 1
        while not self._stop.is_set():
            if self._stop.wait(max(0.0, started + number / video.fps - time.monotonic())):
                return
            behind = time.monotonic() - started - number / video.fps
            if behind > 1 / video.fps and video.skip():
                number += 1
                continue
            frame = video.read()
            if frame is None:
                return
            self._take(frame)
            number += 1

    def _take(self, frame: Frame) -> None:
        now = time.monotonic()
        dark = self._darkness.see(frame, now)
        self._enter(CameraState.DARK if dark else CameraState.WATCHING, self._name)
        if self._on_frame is not None and now >= self._next_preview:
            self._next_preview = now + PREVIEW_SECONDS
            self._on_frame(frame)
        look = self._live.look(frame, now)
        for text in self._sightings.see((code.text for code in look.codes), now):
            self._on_text(text)
        if self._on_hint is not None and look.hint is not self._hint:
            self._hint = look.hint
            self._on_hint(look.hint)

    def _enter(self, state: CameraState, detail: str = "") -> None:
        if state is self._state:
            return
        self._state = state
        if self._on_state is not None:
            self._on_state(state, detail)


class _Frozen:
    """Whether a source has given the same picture, to the last bit, for a while."""

    def __init__(self) -> None:
        self._points: Frame | None = None
        self._since = 0.0

    def see(self, frame: Frame, now: float) -> bool:
        points = frame[::16, ::16]
        known = self._points
        if known is None or known.shape != points.shape or (known != points).any():
            self._points, self._since = points.copy(), now
            return False
        return now - self._since >= FROZEN_SECONDS
