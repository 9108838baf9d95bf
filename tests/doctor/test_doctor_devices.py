"""Readers and decoders: real films and pseudo-terminals, other devices as their libraries tell."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from doctor_samples import missing_texts, said

from kiosk.doctor import Finding, devices
from kiosk.readers.camera_devices import CameraDevice, Closed
from kiosk.readers.engines import EngineState
from kiosk.settings import ReadersSettings, Settings


def only(check: Callable[[Settings], Iterator[Finding]], **readers: object) -> Finding:
    (finding,) = check(Settings(readers=ReadersSettings(**readers)))  # type: ignore[arg-type]
    assert missing_texts(finding) == set()
    assert finding.ok == (finding.advice is None)
    return finding


class FakeCapture:
    """A camera that gives one picture again and again."""

    def __init__(self, brightness: int | None) -> None:
        self._brightness = brightness
        self.released = False

    def read(self) -> tuple[bool, object]:
        if self._brightness is None:
            return False, None
        return True, np.full((720, 1280, 3), self._brightness, np.uint8)

    def release(self) -> None:
        self.released = True


class TestCamera:
    def test_off(self) -> None:
        assert only(devices.camera, camera="off").detail.code == "camera_off"

    @pytest.fixture
    def film(self, tmp_path: Path) -> Path:
        file = tmp_path / "film.avi"
        writer = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"MJPG"), 10, (320, 240))
        for _ in range(3):
            writer.write(np.zeros((240, 320, 3), np.uint8))  # a film may begin in the dark
        writer.release()
        return file

    def test_a_film_that_plays(self, film: Path) -> None:
        finding = only(devices.camera, camera=str(film))
        assert finding.detail.code == "camera_fine"
        assert "320×240" in said(finding)

    def test_a_film_that_is_none(self, tmp_path: Path) -> None:
        finding = only(devices.camera, camera=str(tmp_path / "nothing.mp4"))
        assert finding.detail.code == "camera_file_closed"

    def test_a_stream_is_named_without_its_account(self) -> None:
        address = "http://desk:bí-mật@127.0.0.1:1/live?key=bí-mật"
        finding = only(devices.camera, camera=address)
        assert finding.detail.code == "camera_stream_closed"
        assert "http://127.0.0.1:1/live" in said(finding)
        assert "bí-mật" not in said(finding)

    @pytest.mark.parametrize(
        ("listed", "closed", "told"),
        [
            ((), Closed.ABSENT, "camera_none"),
            ((CameraDevice(0, "Webcam"),), Closed.BUSY, "camera_busy"),
            ((CameraDevice(0, "Webcam"),), Closed.NOT_PERMITTED, "camera_not_permitted"),
        ],
    )
    def test_what_keeps_a_camera_closed(
        self, monkeypatch: pytest.MonkeyPatch, listed: tuple[CameraDevice, ...], closed: Closed, told: str
    ) -> None:
        monkeypatch.setattr("kiosk.readers.camera_devices.list_cameras", lambda: listed)
        monkeypatch.setattr("kiosk.readers.video.open_video", lambda _: closed)
        finding = only(devices.camera, camera="auto")
        assert finding.detail.code == told
        assert finding.ok == (told == "camera_none")

    def test_a_named_camera_that_is_not_there_is_a_fault(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(
            "kiosk.readers.camera_devices.list_cameras", lambda: (CameraDevice(0, "Other camera"),)
        )
        finding = only(devices.camera, camera="My webcam")
        assert finding.detail.code == "camera_absent"
        assert "Other camera (0)" in said(finding)

    @pytest.mark.parametrize(
        ("brightness", "told"), [(120, "camera_fine"), (3, "camera_black"), (None, "camera_silent")]
    )
    def test_the_picture_is_looked_at_and_the_camera_let_go(
        self, monkeypatch: pytest.MonkeyPatch, brightness: int | None, told: str
    ) -> None:
        from kiosk.readers.video import Video

        capture = FakeCapture(brightness)
        monkeypatch.setattr(devices, "CAMERA_SECONDS", 0.0)
        monkeypatch.setattr("kiosk.readers.video.open_video", lambda _: Video(capture, "Webcam", 25.0))
        assert only(devices.camera, camera="0").detail.code == told
        assert capture.released


class TestScanner:
    def test_off(self) -> None:
        assert only(devices.scanner, serial_port="off").ok

    def test_a_port_that_opens(self) -> None:
        pty = pytest.importorskip("pty")
        master, slave = pty.openpty()
        try:
            finding = only(devices.scanner, serial_port=os.ttyname(slave))
        finally:
            os.close(master)
            os.close(slave)
        assert finding.detail.code == "scanner_fine"

    @pytest.mark.parametrize(
        ("port", "told"), [("/dev/ttyNOBODY", "scanner_absent"), (os.devnull, "scanner_unusable")]
    )
    def test_a_port_that_does_not(self, port: str, told: str) -> None:
        finding = only(devices.scanner, serial_port=port)
        assert finding.detail.code == told
        assert port in said(finding)

    @pytest.mark.parametrize(
        ("number", "told"), [(13, "scanner_not_permitted"), (16, "scanner_busy"), (5, "scanner_unusable")]
    )
    def test_why_a_port_stays_closed(self, monkeypatch: pytest.MonkeyPatch, number: int, told: str) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr("serial.Serial", refuse)
        finding = only(devices.scanner, serial_port="/dev/ttyACM0")
        assert finding.detail.code == told
        if told == "scanner_not_permitted" and sys.platform == "linux":
            assert "sudo usermod -aG dialout $USER" in said(finding)

    def test_auto_names_the_ports_and_opens_only_a_scanners(self, monkeypatch: pytest.MonkeyPatch) -> None:
        printer = SimpleNamespace(
            device="/dev/ttyUSB0",
            vid=0x1A86,
            pid=0x7523,
            manufacturer=None,
            product=None,
            description="USB Serial",
        )
        monkeypatch.setattr("serial.tools.list_ports.comports", lambda: [printer])
        monkeypatch.setattr("serial.Serial", lambda *_, **__: pytest.fail("opened somebody else's port"))
        finding = only(devices.scanner)
        assert finding.ok
        assert "/dev/ttyUSB0 (USB Serial, 1A86:7523)" in said(finding)


class TestDecoder:
    def test_the_engines_that_the_settings_name(self) -> None:
        finding = only(devices.decoder, engines=("zxing",))
        assert finding.ok
        assert "zxing " in said(finding)

    def test_a_missing_library(self, monkeypatch: pytest.MonkeyPatch) -> None:
        states = (EngineState("zxing", True, "3.0"), EngineState("zbar", False, "ImportError"))
        monkeypatch.setattr("kiosk.readers.engines.available_engines", lambda: states)
        finding = only(devices.decoder)
        assert not finding.ok
        assert "zbar" in said(finding)
        if sys.platform == "linux":
            assert "sudo apt-get install libzbar0" in said(finding)
        assert only(devices.decoder, engines=("zxing",)).ok
