"""A camera, a video file or a stream: scans come out, and whatever goes wrong comes out as a state."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from pytest_httpserver import HTTPServer
from reader_samples import CITIZEN_CARD, HEALTH_CARD, Picture, code, on_desk
from werkzeug import Request, Response

from kiosk.readers import camera, darkness
from kiosk.readers import video as video_module
from kiosk.readers.camera import CameraReader, CameraState
from kiosk.readers.camera_devices import CameraDevice, Closed
from kiosk.readers.video import Source, SourceKind, Video, open_video

FPS = 20

OpenSource = Callable[[Source], Video | Closed]


class Watched:
    """A running reader and what it has called back with."""

    def __init__(
        self, source: str, is_card: Callable[[str], bool], open_source: OpenSource = open_video
    ) -> None:
        self.scans: list[str] = []
        self.states: list[CameraState] = []
        self.details: list[str] = []
        self.frames: list[tuple[float, tuple[int, ...]]] = []
        self.changed = threading.Condition()
        self.reader = CameraReader(
            source,
            on_text=self._text,
            is_card=is_card,
            on_frame=self._frame,
            on_state=self._state,
            open_source=open_source,
        )

    def _text(self, text: str) -> None:
        with self.changed:
            self.scans.append(text)
            self.changed.notify_all()

    def _frame(self, frame: Any) -> None:
        with self.changed:
            self.frames.append((time.monotonic(), frame.shape))
            self.changed.notify_all()

    def _state(self, state: CameraState, detail: str) -> None:
        with self.changed:
            self.states.append(state)
            self.details.append(detail)
            self.changed.notify_all()

    def wait_for(self, *states: CameraState) -> None:
        """Until the states so far begin with `states`, leaving the first ``opening`` out."""

        def reached() -> bool:
            return tuple(self.states[1 : len(states) + 1]) == states

        with self.changed:
            assert self.changed.wait_for(reached, timeout=30), self.states


@contextmanager
def watching(
    source: str | Path, is_card: Callable[[str], bool] = bool, open_source: OpenSource = open_video
) -> Iterator[Watched]:
    watched = Watched(str(source), is_card, open_source)
    watched.reader.start()
    try:
        yield watched
    finally:
        assert watched.reader.stop(timeout=20)
        assert not [thread for thread in threading.enumerate() if thread.name == "camera"]


EMPTY = on_desk()
CARD = on_desk((code(HEALTH_CARD), 400, 150))
BOTH = on_desk((code(HEALTH_CARD), 100, 150), (code(CITIZEN_CARD), 750, 200))


def video(path: Path, *frames: Picture) -> Path:
    height, width = frames[0].shape[:2]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, (width, height))
    assert writer.isOpened()
    for frame in frames:
        writer.write(frame)
    writer.release()
    return path


def test_a_video_file_stands_in_for_a_camera(tmp_path: Path) -> None:
    film = video(tmp_path / "Quầy 1.avi", *[EMPTY] * 5, *[CARD] * 10, *[EMPTY] * 3, *[BOTH] * 10)
    with watching(film) as watched:
        watched.wait_for(CameraState.WATCHING, CameraState.FINISHED)
    assert watched.scans == [HEALTH_CARD, CITIZEN_CARD]
    assert watched.states == [
        CameraState.OPENING,
        CameraState.WATCHING,
        CameraState.FINISHED,
        CameraState.STOPPED,
    ]
    assert watched.details[1] == "Quầy 1.avi"


def test_the_preview_gets_whole_frames_but_not_all_of_them(tmp_path: Path) -> None:
    film = video(tmp_path / "film.avi", *[EMPTY] * 20)
    with watching(film) as watched:
        watched.wait_for(CameraState.WATCHING, CameraState.FINISHED)
    assert {shape for _, shape in watched.frames} == {(720, 1280, 3)}
    assert 1 <= len(watched.frames) < 20


def test_what_is_no_card_needs_two_frames_that_agree(tmp_path: Path) -> None:
    film = video(tmp_path / "film.avi", *[EMPTY] * 3, CARD, *[EMPTY] * 25, *[BOTH] * 10)
    with watching(film, is_card=lambda text: text == CITIZEN_CARD) as watched:
        watched.wait_for(CameraState.WATCHING, CameraState.FINISHED)
    assert watched.scans == [CITIZEN_CARD, HEALTH_CARD]


def test_a_finished_film_is_a_silent_camera_until_stopped(tmp_path: Path) -> None:
    film = video(tmp_path / "film.avi", *[CARD] * 3)
    with watching(film) as watched:
        watched.wait_for(CameraState.WATCHING, CameraState.FINISHED)
        frames = len(watched.frames)
        with watched.changed:
            assert not watched.changed.wait(timeout=0.8), "longer than any wait before a retry of a device"
        assert len(watched.frames) == frames
    assert watched.reader.state is CameraState.STOPPED


def test_a_reader_can_be_started_again(tmp_path: Path) -> None:
    film = video(tmp_path / "film.avi", *[CARD] * 3)
    with watching(film) as watched:
        watched.wait_for(CameraState.WATCHING, CameraState.FINISHED)
        assert watched.reader.stop()
        watched.states.clear()
        watched.reader.start()
        watched.reader.start()  # a second start changes nothing
        watched.wait_for(CameraState.WATCHING, CameraState.FINISHED)
    assert watched.scans == [HEALTH_CARD], "the same code within five seconds"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("none.avi", None),
        ("empty.avi", b""),
        ("garbage.mp4", bytes(range(256)) * 200),
        ("text.avi", b"khong phai phim\n" * 50),
        ("riff.avi", b"RIFF\xff\xff\xff\x7fAVI LIST" + bytes(500)),
    ],
)
def test_a_file_that_is_no_film(tmp_path: Path, name: str, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with watching(tmp_path / name) as watched:
        watched.wait_for(CameraState.NO_FILE)
    assert watched.scans == []


def test_a_film_that_is_cut_off_ends_early(tmp_path: Path) -> None:
    whole = video(tmp_path / "film.avi", *[CARD] * 10)
    cut = tmp_path / "cut.avi"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with watching(cut) as watched:
        watched.wait_for(CameraState.WATCHING, CameraState.FINISHED)
    assert watched.scans == [HEALTH_CARD]


no_devices = pytest.mark.skipif(any(Path("/dev").glob("video*")), reason="this machine has a camera")


@no_devices
@pytest.mark.parametrize(
    ("source", "state"), [("auto", "no_camera"), ("7", "missing"), ("/dev/video9", "missing")]
)
def test_no_camera_is_a_state(source: str, state: str) -> None:
    with watching(source) as watched:
        watched.wait_for(CameraState(state))
    assert watched.frames == []


@no_devices
def test_no_camera_and_no_film_leave_standard_error_alone(tmp_path: Path) -> None:
    (tmp_path / "garbage.avi").write_bytes(b"RIFF\xff\xff\xff\x7fAVI LIST" + bytes(500))
    program = """
import sys, threading
from kiosk.readers.camera import CameraReader
for source in sys.argv[1:]:
    known = threading.Event()
    def on_state(state, detail):
        if state != "opening":
            known.set()
    reader = CameraReader(source, on_text=print, is_card=bool, on_state=on_state)
    reader.start()
    assert known.wait(30)
    print(reader.state)
    assert reader.stop()
"""
    sources = ["auto", "3", str(tmp_path / "garbage.avi"), "http://127.0.0.1:9/none"]
    done = subprocess.run(
        [sys.executable, "-c", program, *sources], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.stderr == ""
    assert done.stdout.split() == ["no_camera", "missing", "no_file", "missing"]


def test_off_starts_nothing() -> None:
    with watching("off") as watched:
        assert watched.reader.state is CameraState.OFF
        assert not [thread for thread in threading.enumerate() if thread.name == "camera"]
    assert watched.states == []


def test_a_stream_that_breaks_is_lost_and_found_again(tmp_path: Path, httpserver: HTTPServer) -> None:
    film = video(tmp_path / "film.avi", *[CARD] * 10).read_bytes()
    httpserver.expect_request("/live.avi").respond_with_data(film, content_type="video/x-msvideo")
    with watching(httpserver.url_for("/live.avi")) as watched:
        watched.wait_for(CameraState.WATCHING, CameraState.LOST, CameraState.WATCHING)
    assert watched.scans == [HEALTH_CARD]
    assert watched.details[1] == "stream", "an address may hold a password"


def test_stop_while_watching_is_quick_and_final(tmp_path: Path) -> None:
    film = video(tmp_path / "long.avi", *[CARD] * 200)
    with watching(film) as watched:
        watched.wait_for(CameraState.WATCHING)
        with watched.changed:
            assert watched.changed.wait_for(lambda: watched.scans, timeout=30)
        assert watched.reader.stop(timeout=5)
        frames = len(watched.frames)
    assert watched.states[-1] is CameraState.STOPPED
    assert CameraState.FINISHED not in watched.states
    assert len(watched.frames) == frames


def test_stop_from_a_callback(tmp_path: Path) -> None:
    film = video(tmp_path / "film.avi", *[CARD] * 60)
    stopped = threading.Event()

    def stop(_text: str) -> None:
        reader.stop()

    reader = CameraReader(
        str(film),
        on_text=stop,
        is_card=bool,
        on_state=lambda state, detail: stopped.set() if state is CameraState.STOPPED else None,
    )
    reader.start()
    assert stopped.wait(30)
    assert reader.stop()


@pytest.mark.parametrize(
    ("setting", "kind", "address"),
    [
        ("auto", SourceKind.AUTO, ""),
        ("AUTO ", SourceKind.AUTO, ""),
        ("off", SourceKind.OFF, ""),
        ("", SourceKind.OFF, ""),
        ("0", SourceKind.DEVICE, "0"),
        ("/dev/video2", SourceKind.DEVICE, "2"),
        ("rtsp://10.0.0.9/live", SourceKind.STREAM, "rtsp://10.0.0.9/live"),
        ("http://cam/mjpeg", SourceKind.STREAM, "http://cam/mjpeg"),
        ("C:\\Phim thử\\quầy.mp4", SourceKind.FILE, "C:\\Phim thử\\quầy.mp4"),
        ("quầy 1.avi", SourceKind.FILE, "quầy 1.avi"),
        ("film.mp4", SourceKind.FILE, "film.mp4"),
        ("HD Pro Webcam C920", SourceKind.NAMED, "HD Pro Webcam C920"),
        ("USB 2.0 Camera", SourceKind.NAMED, "USB 2.0 Camera"),
        ("Cam v1.25", SourceKind.NAMED, "Cam v1.25"),
        ("²", SourceKind.NAMED, "²"),
    ],
)
def test_what_the_setting_names(setting: str, kind: SourceKind, address: str) -> None:
    assert Source.parse(setting) == Source(kind, address)


def test_a_film_without_an_ending_is_a_file_where_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Source.parse("phim") == Source(SourceKind.NAMED, "phim")
    (tmp_path / "phim").touch()
    assert Source.parse("phim") == Source(SourceKind.FILE, "phim")


def test_frames_are_numpy_arrays_the_preview_may_keep(tmp_path: Path) -> None:
    """A frame handed out is never written over by the next one."""
    film = video(tmp_path / "film.avi", EMPTY, EMPTY, EMPTY, *[CARD] * 10)
    kept: list[Any] = []
    done = threading.Event()
    reader = CameraReader(
        str(film),
        on_text=lambda text: None,
        is_card=bool,
        on_frame=kept.append,
        on_state=lambda state, detail: done.set() if state is CameraState.FINISHED else None,
    )
    reader.start()
    assert done.wait(30)
    assert reader.stop()
    assert kept[0].std() < 3 < kept[-1].std()


class Plug:
    """A camera device behind the interface that OpenCV gives: what opening it says, then what it shows.

    Each of `tries` is a reason to stay closed, or the frames of one opening; None among them is a frame that
    does not come. The last of the frames is given again and again where `frozen`, as by a driver that does
    not notice that its camera is gone.
    """

    def __init__(self, *tries: Closed | list[Picture | None], frozen: bool = False) -> None:
        self._tries = list(tries)
        self._frames: list[Picture | None] = []
        self._frozen = frozen
        self.there = True
        self.released = 0

    def open(self, source: Source) -> Video | Closed:
        if not self._tries:
            return Closed.ABSENT
        what = self._tries.pop(0)
        if isinstance(what, Closed):
            return what
        self._frames = list(what)
        return Video(self, "Webcam", 30.0, lambda: self.there)

    def read(self) -> tuple[bool, Picture | None]:
        time.sleep(0.005)  # as long as a camera takes, more or less
        if not self._frames:
            return False, None
        frame = self._frames[0] if self._frozen and len(self._frames) == 1 else self._frames.pop(0)
        return frame is not None, frame

    def release(self) -> None:
        self.released += 1


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits that a person would hardly notice."""
    monkeypatch.setattr(camera, "RETRY_SECONDS", (0.02,))
    monkeypatch.setattr(camera, "FIRST_FRAME_SECONDS", 0.05)
    monkeypatch.setattr(camera, "FROZEN_SECONDS", 0.05)


def test_pulled_out_and_plugged_in_again(hasty: None) -> None:
    plug = Plug([EMPTY, EMPTY], Closed.ABSENT, Closed.ABSENT, [CARD] * 3)
    with watching("0", open_source=plug.open) as watched:
        watched.wait_for(CameraState.WATCHING, CameraState.LOST, CameraState.WATCHING, CameraState.LOST)
    assert watched.scans == [HEALTH_CARD]
    assert watched.details[1:4] == ["Webcam"] * 3
    assert plug.released == 2


def test_a_camera_works_again_within_three_seconds_of_being_plugged_in() -> None:
    assert max(camera.RETRY_SECONDS) + camera.FIRST_FRAME_SECONDS <= 3


@pytest.mark.parametrize(
    ("source", "closed", "state"),
    [
        ("auto", Closed.ABSENT, CameraState.NO_CAMERA),
        ("C920", Closed.ABSENT, CameraState.MISSING),
        ("auto", Closed.BUSY, CameraState.BUSY),
        ("0", Closed.NOT_PERMITTED, CameraState.NOT_PERMITTED),
    ],
)
def test_what_keeps_a_camera_closed_is_a_state_of_its_own_and_it_is_tried_again(
    hasty: None, source: str, closed: Closed, state: CameraState
) -> None:
    plug = Plug(closed, closed, [CARD] * 30)
    with watching(source, open_source=plug.open) as watched:
        watched.wait_for(state, CameraState.WATCHING, CameraState.LOST)
    assert watched.scans == [HEALTH_CARD]


def test_a_camera_that_opens_and_gives_nothing_is_another_programs(hasty: None) -> None:
    plug = Plug([], [CARD] * 3)
    with watching("0", open_source=plug.open) as watched:
        watched.wait_for(CameraState.BUSY, CameraState.WATCHING)


def test_a_camera_that_takes_a_moment_to_wake_is_not_busy(
    hasty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(camera, "FIRST_FRAME_SECONDS", 20.0)
    with watching("0", open_source=Plug([None, None, CARD]).open) as watched:
        watched.wait_for(CameraState.WATCHING, CameraState.LOST)
    assert watched.scans == [HEALTH_CARD]


def test_a_last_frame_for_ever_is_a_camera_that_is_gone(hasty: None) -> None:
    plug = Plug([EMPTY, CARD], Closed.ABSENT, frozen=True)
    with watching("0", open_source=plug.open) as watched:
        watched.wait_for(CameraState.WATCHING)
        with watched.changed:
            assert watched.changed.wait_for(lambda: len(watched.frames) > 3, timeout=30), (
                "a still picture is one"
            )
        plug.there = False
        watched.wait_for(CameraState.WATCHING, CameraState.LOST)


def test_a_covered_lens_is_said_and_its_uncovering_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(darkness, "DARK_SECONDS", 0.3)
    black = np.zeros_like(EMPTY)
    film = video(tmp_path / "film.avi", *[EMPTY] * 3, *[black] * 20, *[CARD] * 5)
    with watching(film) as watched:
        watched.wait_for(CameraState.WATCHING, CameraState.DARK, CameraState.WATCHING, CameraState.FINISHED)
    assert watched.scans == [HEALTH_CARD]


class Mjpeg:
    """A network camera: a real server of one endless MJPEG answer, which can stop in its middle."""

    def __init__(self, picture: Picture, frames: int) -> None:
        ok, jpeg = cv2.imencode(".jpg", picture)
        assert ok
        part = b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(jpeg)
        self._part = part + jpeg.tobytes() + b"\r\n"
        self._frames = frames
        self.let_go = threading.Event()

    def answer(self, _request: Request) -> Response:
        def parts() -> Iterator[bytes]:
            for _ in range(self._frames):
                yield self._part
                time.sleep(0.02)
            self.let_go.wait(60)

        return Response(parts(), mimetype="multipart/x-mixed-replace; boundary=frame")


def test_a_stream_that_hangs_is_lost_and_tried_again(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(video_module, "STREAM_TIMEOUT_MS", 700)
    stream = Mjpeg(CARD, 40)
    httpserver.expect_request("/live").respond_with_handler(stream.answer)
    try:
        with watching(httpserver.url_for("/live")) as watched:
            watched.wait_for(CameraState.WATCHING, CameraState.LOST)
    finally:
        stream.let_go.set()
    assert watched.scans == [HEALTH_CARD]


class Opened:
    """What `cv2.VideoCapture` gives for a device, with the wishes it was asked for."""

    def __init__(self) -> None:
        self.wishes: dict[int, float] = {}

    def set(self, setting: int, value: float) -> bool:
        self.wishes[setting] = value
        return False

    def get(self, setting: int) -> float:
        return 0.0


def test_a_named_camera_is_opened_for_reading_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    capture, asked = Opened(), []

    def opened(address: int, backend: int) -> Opened:
        asked.append(address)
        return capture

    cameras = (CameraDevice(0, "Integrated Camera"), CameraDevice(2, "HD Pro Webcam C920"))
    monkeypatch.setattr("kiosk.readers.camera_devices.list_cameras", lambda: cameras)
    monkeypatch.setattr(video_module, "ON_LINUX", False)
    monkeypatch.setattr(video_module, "_open", opened)
    found = open_video(Source.parse("c920"))
    assert isinstance(found, Video)
    assert (found.name, asked) == ("HD Pro Webcam C920", [2])
    assert capture.wishes[cv2.CAP_PROP_FRAME_WIDTH] >= 1280
    assert capture.wishes[cv2.CAP_PROP_AUTOFOCUS] == 1
    assert found.is_there()
    monkeypatch.setattr("kiosk.readers.camera_devices.list_cameras", lambda: cameras[:1])
    assert not found.is_there()


def test_auto_takes_the_first_camera_that_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    cameras = (CameraDevice(0, "Infrared"), CameraDevice(1, "Webcam"))
    monkeypatch.setattr("kiosk.readers.camera_devices.list_cameras", lambda: cameras)
    monkeypatch.setattr(video_module, "ON_LINUX", False)
    monkeypatch.setattr(video_module, "_open", lambda index, backend: Opened() if index == 1 else None)
    found = open_video(Source.parse("auto"))
    assert isinstance(found, Video)
    assert found.name == "Webcam"
    monkeypatch.setattr(video_module, "_open", lambda index, backend: None)
    monkeypatch.setattr("kiosk.readers.camera_devices.ON_LINUX", False)
    assert open_video(Source.parse("auto")) is Closed.BUSY
