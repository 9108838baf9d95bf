"""Cameras and serial scanners at the real window: films, network streams and pseudo-terminals stand in."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import segno
from desk_driver import PATIENCE, Desk, running_desk
from numpy.typing import NDArray
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from kiosk.training.gateway_server import LOOKUP_PATH, TrainingGateway
from kiosk.training.patients import DEMO_PATIENT, PATIENTS

pytestmark = pytest.mark.window

FPS = 10
WORKER = next(patient for patient in PATIENTS if patient.key == "worker")
Picture = NDArray[np.uint8]


def lookups(gateway: TrainingGateway) -> int:
    return sum(request.path == LOOKUP_PATH for request in gateway.requests)


def scene(text: str = "") -> Picture:
    """What a camera sees: an empty grey desk, or one with a code on it."""
    picture = np.full((720, 1280, 3), 140, np.uint8)
    if text:
        png = io.BytesIO()
        segno.make(text, micro=False, encoding="utf-8").save(png, kind="png", scale=5)
        code = cv2.imdecode(np.frombuffer(png.getvalue(), np.uint8), cv2.IMREAD_COLOR)
        assert code is not None
        picture[100 : 100 + code.shape[0], 400 : 400 + code.shape[1]] = code
    return picture


def film(path: Path, *scenes: tuple[str, float]) -> Path:
    """Each scene with its seconds."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, (1280, 720))
    for text, seconds in scenes:
        picture = scene(text)
        for _ in range(round(seconds * FPS)):
            writer.write(picture)
    writer.release()
    return path


def test_every_code_shown_to_the_camera_is_looked_up_once(
    x_display: str, tidy_environment: Path, gateway: TrainingGateway, tmp_path: Path
) -> None:
    shown, other = DEMO_PATIENT.health_card_line(), WORKER.citizen_card_line()
    scenes = ("", shown, "", shown, other, shown, "")
    reel = film(tmp_path / "quầy.avi", *[(scene, 0.7) for scene in scenes])
    with running_desk(x_display, tidy_environment, gateway.base_url, KIOSK_READERS__CAMERA=str(reel)) as desk:
        verdict = desk.wait_for("verdict")
        assert (verdict["verdict"], verdict["source"]) == ("eligible", "camera")
        desk.wait_for("queued", waiting=1)
        desk.wait_for("camera", state="finished")
        assert desk.visits() == [], "a code that is seen confirms nothing"
        desk.press("Return")
        desk.wait_for("recorded", queue_number=1)
        desk.wait_for("verdict", source="camera")
        desk.press("Return")
        desk.wait_for("recorded", queue_number=2)
        assert [visit["full_name"] for visit in desk.visits()] == [DEMO_PATIENT.full_name, WORKER.full_name]
        assert lookups(gateway) == 2
        desk.scan(next(each for each in PATIENTS if each.key == "soldier").health_card_line())
        desk.wait_for("verdict", source="wedge")  # the film is over, the desk is not


class NetworkCamera:
    """A real server of an MJPEG stream that can be made to hang and to go on."""

    def __init__(self) -> None:
        ok, jpeg = cv2.imencode(".jpg", scene())
        assert ok
        head = b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(jpeg)
        self._part = head + jpeg.tobytes() + b"\r\n"
        self.gives = threading.Event()
        self.gives.set()
        self.closed = threading.Event()

    def answer(self, _request: Request) -> Response:
        def parts() -> Iterator[bytes]:
            while not self.closed.is_set():
                if self.gives.wait(0.1):
                    yield self._part
                    time.sleep(1 / FPS)

        return Response(parts(), mimetype="multipart/x-mixed-replace; boundary=frame")


@pytest.fixture
def network_camera(httpserver: HTTPServer) -> Iterator[NetworkCamera]:
    camera = NetworkCamera()
    httpserver.expect_request("/live").respond_with_handler(camera.answer)
    yield camera
    camera.closed.set()


def minimise(desk: Desk) -> str:
    window = xdotool(desk, "search", "--onlyvisible", "--pid", str(desk.process.pid)).splitlines()[-1]
    xdotool(desk, "windowminimize", window)
    return window


def xdotool(desk: Desk, *arguments: str) -> str:
    done = subprocess.run(
        ["xdotool", *arguments],
        env=desk.environment,
        check=True,
        timeout=PATIENCE,
        capture_output=True,
        text=True,
    )
    return done.stdout


def test_a_camera_that_hangs_is_said_and_a_window_that_is_put_away_lets_it_go(
    x_display: str,
    tidy_environment: Path,
    gateway: TrainingGateway,
    httpserver: HTTPServer,
    network_camera: NetworkCamera,
) -> None:
    address = httpserver.url_for("/live")
    with running_desk(x_display, tidy_environment, gateway.base_url, KIOSK_READERS__CAMERA=address) as desk:
        desk.wait_for("camera", state="watching")
        network_camera.gives.clear()
        desk.wait_for("camera", state="lost")
        desk.scan(DEMO_PATIENT.health_card_line())
        desk.wait_for("verdict", source="wedge")
        network_camera.gives.set()
        desk.wait_for("camera", state="watching")

        window = minimise(desk)
        desk.wait_for("camera", state="paused")
        xdotool(desk, "windowactivate", window)
        desk.wait_for("camera", state="watching")
        desk.press("Return")
        desk.wait_for("recorded", status="checked_in")
        assert lookups(gateway) == 1


def test_the_camera_is_chosen_with_keys_and_the_choice_is_kept(
    x_display: str, tidy_environment: Path, gateway: TrainingGateway
) -> None:
    choice = tidy_environment / "camera.json"
    with running_desk(x_display, tidy_environment, gateway.base_url, KIOSK_READERS__CAMERA="auto") as desk:
        desk.press("F4")
        desk.wait_for("state", over="camera")
        desk.press("F5")
        desk.press(*["Down"] * 9)  # "no camera" is the last, however many there are
        desk.wait_for("camera", state="off")
        assert json.loads(choice.read_text(encoding="utf-8")) == {"camera": "off", "mirrored": False}
        desk.press("Escape")
        desk.wait_for("state", state="ready", over=None)
    with running_desk(x_display, tidy_environment, gateway.base_url, KIOSK_READERS__CAMERA="auto") as desk:
        desk.wait_for("camera", state="off")


def test_a_scanner_on_a_serial_port_whatever_it_sends(
    x_display: str, tidy_environment: Path, gateway: TrainingGateway
) -> None:
    scanner, port = pty.openpty()
    line = DEMO_PATIENT.citizen_card_line().encode()

    def send(*pieces: bytes) -> None:
        for piece in pieces:
            os.write(scanner, piece)

    try:
        with running_desk(
            x_display, tidy_environment, gateway.base_url, KIOSK_READERS__SERIAL_PORT=os.ttyname(port)
        ) as desk:
            if {"event": "serial", "state": "watching"} not in desk.seen:
                desk.wait_for("serial", state="watching")
            send(line[:30], line[30:] + b"\r\n")
            assert desk.wait_for("verdict")["source"] == "serial"
            desk.press("Return")
            desk.wait_for("recorded", queue_number=1)

            send(b"\xff\xfe\x00garbage\r")
            desk.wait_for("message")
            for number in range(16):  # 1 MB, as a scanner does that is stuck or set wrong
                send(b"".join(b"%09d\r" % (number * 7000 + place) for place in range(6500)))
            desk.wait_for("serial", state="flooded")
            desk.wait_for("serial", state="watching")
            desk.press(*["Escape"] * 8)  # what came before the flood was known for one
            worker = WORKER.health_card_line().encode()
            send(worker[:10], worker[10:] + b"\r\n")
            desk.wait_for("verdict", verdict="eligible", source="serial")
            assert lookups(gateway) == 2
    finally:
        os.close(port)
        os.close(scanner)
