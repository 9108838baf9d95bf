"""OpenCV, loaded late and kept quiet.

Its C libraries report every missing camera and damaged picture on standard error, where the kiosk's own log
goes; what matters of it the readers say themselves, as states and errors.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from functools import cache
from typing import Any

_FFMPEG_QUIET = "-8"


@cache
def load() -> Any:
    """The ``cv2`` module with its logging off (OpenCV 4.10 and 5 keep the switch in different places)."""
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", _FFMPEG_QUIET)
    # Should Media Foundation be used after all: its hardware transforms take half a minute to open a camera.
    os.environ.setdefault("OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS", "0")
    # Seconds that a device may take for a frame; 10 unless told, too long for a desk to see that it is gone.
    os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "2")
    import cv2

    logging: Any = getattr(cv2, "utils", None)
    logging = getattr(logging, "logging", None) or cv2
    with contextlib.suppress(AttributeError):
        logging.setLogLevel(0)
    return cv2


@contextlib.contextmanager
def quiet_stderr() -> Iterator[None]:
    """Keep libjpeg's and libpng's remarks about a damaged picture off standard error.

    They write to file descriptor 2 past OpenCV's log switch, so the descriptor itself is turned away. Only a
    program with a single thread does this (a command): at the desk another thread's log line could get lost.
    """
    if threading.active_count() > 1:
        yield
        return
    try:
        kept = os.dup(2)
    except OSError:  # no standard error at all, as under pythonw.exe
        yield
        return
    try:
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a descriptor is wanted, not a path
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
