"""One open source of frames: a camera, a video file, or a network stream."""

from __future__ import annotations

import contextlib
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.readers import opencv

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Frame = NDArray[Any]

AUTO_INDICES = (0, 1)
"""What ``auto`` looks at: the built-in camera and one that was plugged in. More is slow on Windows."""

STREAM_TIMEOUT_MS = 3000


class SourceKind(StrEnum):
    OFF = "off"
    AUTO = "auto"
    DEVICE = "device"
    FILE = "file"
    STREAM = "stream"


@dataclass(frozen=True, slots=True)
class Source:
    """What ``readers.camera`` names."""

    kind: SourceKind
    address: str = ""

    @classmethod
    def parse(cls, setting: str) -> Source:
        """``auto``, ``off``, an index or ``/dev/video*``, ``rtsp://`` or ``http://``, else a file."""
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
        return cls(SourceKind.FILE, setting)

    @property
    def is_file(self) -> bool:
        return self.kind is SourceKind.FILE


class Video:
    """An open source. `read` gives None once there is nothing more to come."""

    def __init__(self, capture: Any, name: str, fps: float) -> None:
        self._capture = capture
        self.name = name
        self.fps = fps

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


def open_video(source: Source) -> Video | None:
    """Open `source`; None where there is no such camera, file or stream, or it cannot be played."""
    match source.kind:
        case SourceKind.OFF:
            return None
        case SourceKind.AUTO:
            return next((video for index in AUTO_INDICES if (video := _open_device(index))), None)
        case SourceKind.DEVICE:
            return _open_device(int(source.address))
        case SourceKind.FILE:
            return _open_file(source.address)
        case SourceKind.STREAM:
            return _open_stream(source.address)


def _open_device(index: int) -> Video | None:
    if sys.platform == "linux" and not Path(f"/dev/video{index}").exists():
        return None  # asking the driver for what is not there is slow and noisy
    cv2 = opencv.load()
    # Media Foundation takes seconds to open some cameras; DirectShow does not.
    backend = {"linux": cv2.CAP_V4L2, "win32": cv2.CAP_DSHOW}.get(sys.platform, cv2.CAP_ANY)
    capture = _open(index, backend)
    if capture is None:
        return None
    for setting, value in (
        (cv2.CAP_PROP_FRAME_WIDTH, 1280),
        (cv2.CAP_PROP_FRAME_HEIGHT, 720),
        (cv2.CAP_PROP_AUTOFOCUS, 1),
        (cv2.CAP_PROP_BUFFERSIZE, 1),
    ):
        with contextlib.suppress(cv2.error):  # a wish; not every camera has it
            capture.set(setting, value)
    return Video(capture, f"camera {index}", _frame_rate(capture))


def _open_file(address: str) -> Video | None:
    path = Path(address).expanduser()
    try:
        if not path.is_file():
            return None
    except (OSError, ValueError):
        return None
    capture = _open(str(path), opencv.load().CAP_FFMPEG)
    return None if capture is None else Video(capture, path.name, _frame_rate(capture))


def _open_stream(address: str) -> Video | None:
    cv2 = opencv.load()
    limits = [
        cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
        STREAM_TIMEOUT_MS,
        cv2.CAP_PROP_READ_TIMEOUT_MSEC,
        STREAM_TIMEOUT_MS,
    ]
    capture = _open(address, cv2.CAP_FFMPEG, limits)
    return None if capture is None else Video(capture, "stream", _frame_rate(capture))


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
