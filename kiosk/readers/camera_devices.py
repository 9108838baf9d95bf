"""The cameras of this machine: their names, and why one of them cannot be opened.

The names come from cv2-enumerate-cameras, whose numbers are those that OpenCV's V4L2 and DirectShow back-ends
open. It needs no OpenCV wheel of its own (docs/decisions/0011-camera.md).
"""

from __future__ import annotations

import contextlib
import errno
import os
import platform
import sys
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from kiosk.readers import opencv

ON_LINUX = platform.system() == "Linux"


class Closed(StrEnum):
    """Why a source could not be opened."""

    ABSENT = "absent"
    BUSY = "busy"
    NOT_PERMITTED = "not_permitted"


@dataclass(frozen=True, slots=True)
class CameraDevice:
    """`name` tells this camera from every other one that is plugged in now."""

    index: int
    name: str


def list_cameras() -> tuple[CameraDevice, ...]:
    """The cameras that are plugged in, in the system's order; empty where they cannot be listed."""
    cv2 = opencv.load()
    backend = {"linux": cv2.CAP_V4L2, "win32": cv2.CAP_DSHOW}.get(sys.platform)
    if backend is None:
        return ()
    try:
        from cv2_enumerate_cameras import enumerate_cameras

        found = sorted((int(each.index), str(each.name or "")) for each in enumerate_cameras(backend))
    except (ImportError, OSError, RuntimeError, ValueError):  # no wheel for this machine, or a driver's fault
        return ()
    return _with_own_names(found)


def _with_own_names(found: list[tuple[int, str]]) -> tuple[CameraDevice, ...]:
    """Two cameras of one make become ``Webcam`` and ``Webcam (2)``."""
    times: Counter[str] = Counter()
    cameras = []
    for index, given in found:
        name = " ".join(given.split()) or f"camera {index}"
        times[name] += 1
        cameras.append(CameraDevice(index, name if times[name] == 1 else f"{name} ({times[name]})"))
    return tuple(cameras)


def camera_called(name: str, cameras: tuple[CameraDevice, ...]) -> CameraDevice | None:
    """The camera of that name, else the first whose name holds it (``C920``); capitals do not matter."""
    wanted = " ".join(name.split()).casefold()
    exact = [camera for camera in cameras if camera.name.casefold() == wanted]
    holding = [camera for camera in cameras if wanted in camera.name.casefold()]
    return next(iter(exact or holding), None)


def why_closed(index: int) -> Closed:
    """Why the camera with this number, which OpenCV could not open, stays closed.

    Another program's use shows only when pictures are asked for, never when the device is opened: what is
    there and may be opened, but gives nothing, is called busy.
    """
    if ON_LINUX:
        try:
            handle = os.open(f"/dev/video{index}", os.O_RDWR | getattr(os, "O_NONBLOCK", 0))
        except OSError as error:
            return _reason_of(error.errno)
        os.close(handle)
        return Closed.BUSY
    if _privacy_forbids():
        return Closed.NOT_PERMITTED
    there = any(camera.index == index for camera in list_cameras())
    return Closed.BUSY if there else Closed.ABSENT


def _reason_of(number: int | None) -> Closed:
    if number in {errno.EACCES, errno.EPERM}:
        return Closed.NOT_PERMITTED
    return Closed.BUSY if number == errno.EBUSY else Closed.ABSENT


_CONSENT = r"Software\Microsoft\Windows\CurrentVersion\CapabilityAccessManager\ConsentStore\webcam"


def _privacy_forbids() -> bool:
    """Whether Windows' own privacy settings keep desktop programs from the camera."""
    if sys.platform == "win32":
        import winreg

        for root, key in (
            (winreg.HKEY_LOCAL_MACHINE, _CONSENT),
            (winreg.HKEY_CURRENT_USER, _CONSENT),
            (winreg.HKEY_CURRENT_USER, rf"{_CONSENT}\NonPackaged"),
        ):
            with contextlib.suppress(OSError), winreg.OpenKey(root, key) as opened:  # not set: allowed
                if winreg.QueryValueEx(opened, "Value")[0] == "Deny":
                    return True
    return False
