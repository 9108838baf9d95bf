"""The camera reader: one thread that captures, decodes the latest frame, and reports scans.

It never raises for what a device, file or network does. It reports a state instead:

=============  =======================================================================================
``off``        the setting says so; no thread runs
``opening``    the source is being opened for the first time
``watching``   frames arrive; `detail` names the source
``no_camera``  ``auto`` found none; looked for again, quietly
``missing``    the named camera or stream cannot be opened (absent, busy, not permitted); tried again
``lost``       it was there and stopped giving frames; tried again
``no_file``    the video file does not exist or cannot be played
``finished``   the video file has been played to its end: from here on a silent camera
``stopped``    `CameraReader.stop` was called
=============  =======================================================================================
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from kiosk.readers.decoder import Decoder
from kiosk.readers.sightings import Sightings
from kiosk.readers.video import Source, SourceKind, Video, open_video

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Frame = NDArray[Any]

PREVIEW_SECONDS = 1 / 15
RETRY_SECONDS = (0.5, 1.0, 2.0)
"""Waits between attempts to open a device; the last repeats: a camera plugged in is seen within 3 s."""


class CameraState(StrEnum):
    OFF = "off"
    OPENING = "opening"
    WATCHING = "watching"
    NO_CAMERA = "no_camera"
    MISSING = "missing"
    LOST = "lost"
    NO_FILE = "no_file"
    FINISHED = "finished"
    STOPPED = "stopped"


class CameraReader:
    """Watches one source and calls back from its own thread.

    `on_text` gets each scan once (see `Sightings`), `on_frame` BGR frames for a preview at most 15 times a
    second, `on_state` every change of state with a detail for technicians. `is_card` says whether a text is
    a card, in which case one frame is enough.
    """

    def __init__(
        self,
        source: str,
        *,
        on_text: Callable[[str], None],
        is_card: Callable[[str], bool],
        on_frame: Callable[[Frame], None] | None = None,
        on_state: Callable[[CameraState, str], None] | None = None,
        decoder: Decoder | None = None,
    ) -> None:
        self._source = Source.parse(source)
        self._on_text = on_text
        self._on_frame = on_frame
        self._on_state = on_state
        self._decoder = decoder or Decoder()
        self._sightings = Sightings(is_card)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._state = CameraState.OFF
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
        failures = 0
        while not self._stop.is_set():
            video = open_video(self._source)
            if video is None:
                self._enter(self._closed_state())
            else:
                failures = 0
                self._watch(video)
            if self._source.is_file:
                break
            self._stop.wait(RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)])
            failures += 1
        self._stop.wait()
        self._enter(CameraState.STOPPED)

    def _closed_state(self) -> CameraState:
        if self._source.is_file:
            return CameraState.NO_FILE
        if self._state is CameraState.LOST:
            return CameraState.LOST
        return CameraState.NO_CAMERA if self._source.kind is SourceKind.AUTO else CameraState.MISSING

    def _watch(self, video: Video) -> None:
        self._enter(CameraState.WATCHING, video.name)
        try:
            if self._source.is_file:
                self._play(video)
            else:
                while not self._stop.is_set() and (frame := video.read()) is not None:
                    self._take(frame)
        finally:
            video.close()
        if not self._stop.is_set():
            self._enter(CameraState.FINISHED if self._source.is_file else CameraState.LOST, video.name)

    def _play(self, video: Video) -> None:
        """At the file's own rate; frames whose time has passed while another was decoded are left out."""
        started = time.monotonic()
        number = 0
        while not self._stop.is_set():
            behind = time.monotonic() - started - number / video.fps
            if behind > 1 / video.fps and video.skip():
                number += 1
                continue
            frame = video.read()
            if frame is None:
                return
            self._take(frame)
            number += 1
            self._stop.wait(max(0.0, started + number / video.fps - time.monotonic()))

    def _take(self, frame: Frame) -> None:
        now = time.monotonic()
        if self._on_frame is not None and now >= self._next_preview:
            self._next_preview = now + PREVIEW_SECONDS
            self._on_frame(frame)
        codes = self._decoder.decode(frame, effort="frame")
        for text in self._sightings.see((code.text for code in codes), now):
            self._on_text(text)

    def _enter(self, state: CameraState, detail: str = "") -> None:
        if state is self._state:
            return
        self._state = state
        if self._on_state is not None:
            self._on_state(state, detail)
