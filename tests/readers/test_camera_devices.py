"""Which cameras there are, what they are called, and why one stays closed."""

from __future__ import annotations

import errno
from dataclasses import dataclass

import cv2_enumerate_cameras
import pytest

from kiosk.readers import camera_devices
from kiosk.readers.camera_devices import CameraDevice, Closed, camera_called, list_cameras, why_closed


@dataclass
class Listed:
    """What the listing library says of one camera."""

    index: int
    name: str | None


def plugged_in(monkeypatch: pytest.MonkeyPatch, *cameras: Listed) -> None:
    monkeypatch.setattr(cv2_enumerate_cameras, "enumerate_cameras", lambda backend: list(cameras))


@pytest.fixture(autouse=True)
def _on_a_system_that_lists_cameras(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")


def test_cameras_have_their_makers_names_and_are_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    plugged_in(monkeypatch, Listed(2, "HD Pro Webcam C920"), Listed(0, " Integrated  Camera\n"))
    assert list_cameras() == (CameraDevice(0, "Integrated Camera"), CameraDevice(2, "HD Pro Webcam C920"))


def test_two_of_one_make_and_one_without_a_name_can_be_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    plugged_in(monkeypatch, Listed(0, "Webcam"), Listed(2, "Webcam"), Listed(4, None))
    assert [camera.name for camera in list_cameras()] == ["Webcam", "Webcam (2)", "camera 4"]


def test_a_driver_that_fails_while_listing_is_no_camera(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(backend: int) -> list[Listed]:
        raise OSError(errno.EIO, "driver")

    monkeypatch.setattr(cv2_enumerate_cameras, "enumerate_cameras", fails)
    assert list_cameras() == ()


CAMERAS = (
    CameraDevice(0, "Integrated Camera"),
    CameraDevice(1, "HD Pro Webcam C920"),
    CameraDevice(2, "C920"),
)


@pytest.mark.parametrize(
    ("name", "index"),
    [("integrated camera", 0), ("HD Pro", 1), ("C920", 2), ("  hd  pro webcam c920", 1), ("Zed", None)],
)
def test_a_camera_is_found_by_its_name_or_a_part_of_it(name: str, index: int | None) -> None:
    found = camera_called(name, CAMERAS)
    assert (None if found is None else found.index) == index


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.EACCES, Closed.NOT_PERMITTED),
        (errno.EPERM, Closed.NOT_PERMITTED),
        (errno.EBUSY, Closed.BUSY),
        (errno.ENOENT, Closed.ABSENT),
        (errno.ENODEV, Closed.ABSENT),
    ],
)
def test_what_the_system_says_on_opening_a_device(
    monkeypatch: pytest.MonkeyPatch, number: int, reason: Closed
) -> None:
    def refuses(path: str, flags: int) -> int:
        raise OSError(number, "x", path)

    monkeypatch.setattr(camera_devices, "ON_LINUX", True)
    monkeypatch.setattr("os.open", refuses)
    assert why_closed(7) is reason


def test_what_is_there_but_gives_no_picture_is_busy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(camera_devices, "ON_LINUX", False)
    plugged_in(monkeypatch, Listed(0, "Webcam"))
    assert why_closed(0) is Closed.BUSY
    assert why_closed(1) is Closed.ABSENT


def test_windows_privacy_settings_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera_devices, "ON_LINUX", False)
    monkeypatch.setattr(camera_devices, "_privacy_forbids", lambda: True)
    plugged_in(monkeypatch, Listed(0, "Webcam"))
    assert why_closed(0) is Closed.NOT_PERMITTED
