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
import pytest
from pytest_httpserver import HTTPServer
from reader_samples import CITIZEN_CARD, HEALTH_CARD, Picture, code, on_desk

from kiosk.readers.camera import CameraReader, CameraState
from kiosk.readers.video import Source, SourceKind

FPS = 20


class Watched:
    """A running reader and what it has called back with."""

    def __init__(self, source: str, is_card: Callable[[str], bool]) -> None:
        self.scans: list[str] = []
        self.states: list[CameraState] = []
        self.details: list[str] = []
        self.frames: list[tuple[float, tuple[int, ...]]] = []
        self.changed = threading.Condition()
        self.reader = CameraReader(
            source, on_text=self._text, is_card=is_card, on_frame=self._frame, on_state=self._state
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
def watching(source: str | Path, is_card: Callable[[str], bool] = bool) -> Iterator[Watched]:
    watched = Watched(str(source), is_card)
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
        ("²", SourceKind.FILE, "²"),
    ],
)
def test_what_the_setting_names(setting: str, kind: SourceKind, address: str) -> None:
    assert Source.parse(setting) == Source(kind, address)


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
