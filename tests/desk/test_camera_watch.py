"""The camera's side of the window, with a reader that does what the test says (offscreen)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from kiosk.app import build_reception
from kiosk.desk import camera_desk
from kiosk.desk.camera_choice import load_choice
from kiosk.desk.desk import Desk
from kiosk.desk.events import EventStream
from kiosk.desk.health import CAMERA_TROUBLES
from kiosk.readers.camera_devices import CameraDevice
from kiosk.settings import load_settings


class Reader:
    """Stands where a `CameraReader` stands; the test calls back for it."""

    def __init__(self, made: list[Reader], **callbacks: Any) -> None:
        self.on_text, self.on_frame = callbacks["on_text"], callbacks["on_frame"]
        self.on_state, self.on_hint = callbacks["on_state"], callbacks["on_hint"]
        self.running = False
        made.append(self)

    def start(self) -> None:
        self.running = True

    def stop(self, timeout: float = 0) -> bool:
        self.running = False
        self.on_state("stopped", "")
        return True

    def shows(self, colour: tuple[int, int, int] = (0, 200, 0)) -> None:
        self.on_state("watching", "HD Webcam")
        frame = np.zeros((72, 128, 3), np.uint8)
        frame[:, :64] = colour
        self.on_frame(frame)


class CameraAtTheDesk:
    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.made: list[Reader] = []
        settings = load_settings()
        self.desk = Desk(
            settings,
            lambda: build_reception(settings),
            lambda **callbacks: Reader(self.made, **callbacks),
            EventStream(io.StringIO()),
        )
        self.desk.start()
        self.until_running(1)

    def until_running(self, number: int) -> None:
        self.qtbot.waitUntil(lambda: len(self.made) == number and self.made[-1].running, timeout=20_000)

    def until(self, condition: Any) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=20_000)

    @property
    def reader(self) -> Reader:
        return self.made[-1]

    @property
    def state(self) -> str:
        return self.desk.health.camera

    def said(self, page: QObject, name: str) -> list[str]:
        """What the labels of that name show on the page."""
        return [
            each.text() for each in page.findChildren(QLabel, name) if not each.isHidden() and each.text()
        ]


@pytest.fixture
def at_desk(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[CameraAtTheDesk]:
    cameras = (CameraDevice(0, "Integrated Camera"), CameraDevice(1, "HD Webcam"))
    monkeypatch.setattr(camera_desk, "list_cameras", lambda: cameras)
    made = CameraAtTheDesk(qtbot)
    yield made
    made.desk.window.close()
    made.desk.window.deleteLater()


def pixel(image: QImage, share: float) -> tuple[int, int, int]:
    colour = image.pixelColor(round(image.width() * share), image.height() // 2)
    return colour.red(), colour.green(), colour.blue()


def test_the_picture_comes_in_the_size_of_its_place_and_mirrored(at_desk: CameraAtTheDesk) -> None:
    images: list[QImage] = []
    preview = at_desk.desk.window.ready.preview
    at_desk.reader.on_state("watching", "HD Webcam")
    at_desk.until(preview.isVisible)
    camera = at_desk.desk.rooms.readers.camera
    assert camera is not None
    camera._watch.framed.connect(images.append)
    at_desk.reader.shows()
    at_desk.until(lambda: images)
    width, height = preview.points
    assert images[0].width() == width or images[0].height() == height
    assert (pixel(images[0], 0.25), pixel(images[0], 0.75)) == ((0, 0, 0), (0, 200, 0)), (
        "as a mirror shows it"
    )
    assert preview.shows_something
    assert at_desk.desk.health.camera_name == "HD Webcam"


def test_a_hint_stands_over_the_picture_until_it_has_done_its_work(at_desk: CameraAtTheDesk) -> None:
    at_desk.reader.shows()
    at_desk.reader.on_hint("nearer")
    preview = at_desk.desk.window.ready.preview
    at_desk.until(lambda: at_desk.said(preview, "cameraHint") == ["Đưa lại gần hơn"])
    at_desk.reader.on_hint(None)
    at_desk.until(lambda: not at_desk.said(preview, "cameraHint"))


@pytest.mark.parametrize("state", sorted(CAMERA_TROUBLES))
def test_trouble_with_the_camera_says_what_to_do_and_nothing_more_when_it_is_over(
    at_desk: CameraAtTheDesk, state: str
) -> None:
    ready = at_desk.desk.window.ready
    at_desk.reader.on_state(state, "")
    at_desk.until(lambda: at_desk.said(ready, "notice"))
    (advice,) = at_desk.said(ready, "notice")
    assert advice == at_desk.desk.words(f"camera_{state}_advice")
    at_desk.reader.shows()
    at_desk.until(lambda: not at_desk.said(ready, "notice"))


def test_a_desk_without_a_camera_is_not_told_so_all_day(at_desk: CameraAtTheDesk) -> None:
    at_desk.reader.on_state("no_camera", "")
    at_desk.until(lambda: at_desk.state == "no_camera")
    assert not at_desk.said(at_desk.desk.window.ready, "notice")


def test_a_minimised_window_lets_the_camera_go_and_takes_it_again(at_desk: CameraAtTheDesk) -> None:
    at_desk.reader.shows()
    first = at_desk.reader
    at_desk.desk.window.hide()
    at_desk.until(lambda: at_desk.state == "paused")
    at_desk.until(lambda: not first.running)
    at_desk.desk.window.show()
    at_desk.until_running(2)
    first.on_state("lost", "")
    first.on_text("DN4799900000001")
    at_desk.reader.shows()
    at_desk.until(lambda: at_desk.state == "watching")
    assert not at_desk.desk.flow.line, "a reader that was let go is not heard any more"


def test_another_camera_is_opened_when_the_choice_rests_on_it(at_desk: CameraAtTheDesk) -> None:
    desk = at_desk.desk
    desk.command("F4")
    assert desk.window.page is desk.window.camera
    at_desk.until(lambda: len(at_desk.said(desk.window.camera, "option")) == 4)
    for key in ("down", "down"):
        desk.command(key)
    at_desk.until_running(2)
    assert not at_desk.made[0].running
    assert load_choice(desk.settings.data_folder).camera == "HD Webcam"
    desk.command("down")
    desk.command("down")
    at_desk.until(lambda: at_desk.state == "off")
    at_desk.until(lambda: not at_desk.made[1].running)
    desk.command("up")
    at_desk.until_running(3)
    assert [option[0] for option in at_desk.said(desk.window.camera, "option")] == ["○", "○", "●", "○"]


def test_closing_while_a_camera_is_being_opened_leaves_none_running(at_desk: CameraAtTheDesk) -> None:
    at_desk.desk.window.hide()
    at_desk.desk.window.show()
    at_desk.desk.window.close()
    at_desk.qtbot.wait(100)
    assert not [reader for reader in at_desk.made if reader.running]
