"""One open source of frames: a camera, a video file, or a network stream."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.readers import camera_devices, opencv
from kiosk.readers.camera_devices import ON_LINUX, CameraDevice, Closed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Frame = NDArray[Any]

MOST_TRIED = 3
"""How many of the cameras that are plugged in ``auto`` tries to open; each may take seconds on Windows."""

UNLISTED = (CameraDevice(0, "camera 0"),)
"""What ``auto`` looks at where the system does not list its cameras."""

STREAM_TIMEOUT_MS = 3000
"""How long a stream may be silent before it counts as lost."""

_FILE_ENDING = re.compile(r"\.(?=\w*[a-z])\w{2,5}", re.IGNORECASE)


class SourceKind(StrEnum):
    OFF = "off"
    AUTO = "auto"
    DEVICE = "device"
    NAMED = "named"
    FILE = "file"
    STREAM = "stream"


@dataclass(frozen=True, slots=True)
class Source:
    """What ``readers.camera`` names."""

    kind: SourceKind
    address: str = ""

    @classmethod
    def parse(cls, setting: str) -> Source:
        """``auto``, ``off``, an index or ``/dev/video*``, a stream's address, a file, or a camera's name.

        A file is what exists, what has a folder before it or what ends as film files do; anything else is a
        name.
        """
        setting = setting.strip()
        if setting.lower() in {"", "off"}:
            return cls(SourceKind.OFF)
        if setting.lower() == "auto":
            return cls(SourceKind.AUTO)
        if setting.isascii() and setting.isdigit():
            return cls(SourceKind.DEVICE, setting)
        if setting.startswith("/dev/video") and setting.removeprefix("/dev/video").isdigit():
            return cls(SourceKind.DEVICE, setting.removeprefix("/dev/video"))
        if "://" in setting:
            return cls(SourceKind.STREAM, setting)
        return cls(SourceKind.FILE if _is_file(setting) else SourceKind.NAMED, setting)

    @property
    def is_file(self) -> bool:
        return self.kind is SourceKind.FILE

    @property
    def is_device(self) -> bool:
        return self.kind in {SourceKind.AUTO, SourceKind.DEVICE, SourceKind.NAMED}


def _is_file(setting: str) -> bool:
    if "/" in setting or "\\" in setting or _FILE_ENDING.fullmatch(Path(setting).suffix):
        return True
    try:
        return Path(setting).is_file()
    except (OSError, ValueError):
        return False


class Video:
    """An open source. `read` gives None once there is nothing more to come.

    `is_there` says whether a device is still plugged in; some back-ends go on giving its last frame.
    """

    def __init__(
        self, capture: Any, name: str, fps: float, is_there: Callable[[], bool] = lambda: True
    ) -> None:
        self._capture = capture
        self.name = name
        self.fps = fps
        self.is_there = is_there

    def read(self) -> Frame | None:
        try:
            ok, frame = self._capture.read()
        except opencv.load().error:
            return None
        return frame if ok and frame is not None and frame.size else None

    def skip(self) -> bool:
        """Pass over one frame without decoding it, as far as the backend can."""
        return bool(self._capture.grab())

    def close(self) -> None:
        self._capture.release()


def open_video(source: Source) -> Video | Closed:
    """Open `source`, or say why it stays closed. A file or stream that cannot be played is absent."""
    match source.kind:
        case SourceKind.AUTO:
            return _open_first(camera_devices.list_cameras() or UNLISTED)
        case SourceKind.DEVICE:
            return _open_device(_with_name(int(source.address)))
        case SourceKind.NAMED:
            device = camera_devices.camera_called(source.address, camera_devices.list_cameras())
            return Closed.ABSENT if device is None else _open_device(device)
        case SourceKind.FILE:
            return _open_file(source.address)
        case SourceKind.STREAM:
            return _open_stream(source.address)
    return Closed.ABSENT


def _open_first(cameras: tuple[CameraDevice, ...]) -> Video | Closed:
    """The first that opens; else why the first does not."""
    closed = []
    for device in cameras[:MOST_TRIED]:
        opened = _open_device(device)
        if isinstance(opened, Video):
            return opened
        closed.append(opened)
    return closed[0] if closed else Closed.ABSENT


def _with_name(index: int) -> CameraDevice:
    unnamed = CameraDevice(index, f"camera {index}")
    return next((each for each in camera_devices.list_cameras() if each.index == index), unnamed)


def _open_device(device: CameraDevice) -> Video | Closed:
    if ON_LINUX and not Path(f"/dev/video{device.index}").exists():
        return Closed.ABSENT  # asking the driver for what is not there is slow and noisy
    cv2 = opencv.load()
    # Media Foundation takes seconds to open some cameras; DirectShow does not.
    backend = {"linux": cv2.CAP_V4L2, "win32": cv2.CAP_DSHOW}.get(sys.platform, cv2.CAP_ANY)
    capture = _open(device.index, backend)
    if capture is None:
        return camera_devices.why_closed(device.index)
    for setting, value in (
        (
            cv2.CAP_PROP_FOURCC,
            cv2.VideoWriter.fourcc(*"MJPG"),
        ),  # USB 2 carries 720p uncompressed at 10 frames/s
        (cv2.CAP_PROP_FRAME_WIDTH, 1280),
        (cv2.CAP_PROP_FRAME_HEIGHT, 720),
        (cv2.CAP_PROP_AUTOFOCUS, 1),
        (cv2.CAP_PROP_BUFFERSIZE, 1),
    ):
        with contextlib.suppress(cv2.error):  # a wish; not every camera has it
            capture.set(setting, value)
    return Video(capture, device.name, _frame_rate(capture), lambda: _is_there(device))


def _is_there(device: CameraDevice) -> bool:
    if ON_LINUX:
        return Path(f"/dev/video{device.index}").exists()
    cameras = camera_devices.list_cameras()
    return not cameras or any(camera.name == device.name for camera in cameras)


def _open_file(address: str) -> Video | Closed:
    path = Path(address).expanduser()
    try:
        if not path.is_file():
            return Closed.ABSENT
    except (OSError, ValueError):
        return Closed.ABSENT
    capture = _open(str(path), opencv.load().CAP_FFMPEG)
    return Closed.ABSENT if capture is None else Video(capture, path.name, _frame_rate(capture))


def _open_stream(address: str) -> Video | Closed:
    cv2 = opencv.load()
    limits = [
        cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
        STREAM_TIMEOUT_MS,
        cv2.CAP_PROP_READ_TIMEOUT_MSEC,
        STREAM_TIMEOUT_MS,
    ]
    capture = _open(address, cv2.CAP_FFMPEG, limits)
    return Closed.ABSENT if capture is None else Video(capture, "stream", _frame_rate(capture))


def _open(address: int | str, backend: int, settings: list[int] | None = None) -> Any | None:
    cv2 = opencv.load()
    try:
        capture = cv2.VideoCapture(address, backend, settings or [])
    except cv2.error:
        return None
    if capture.isOpened():
        return capture
    capture.release()
    return None


def _frame_rate(capture: Any) -> float:
    """Frames a second; 25 where the source does not say or says nonsense."""
    rate = float(capture.get(opencv.load().CAP_PROP_FPS))
    return rate if 1 <= rate <= 240 else 25.0
