"""Whose scan it is: the desk with a real reception behind the assistant's page (offscreen)."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from kiosk.app import build_reception
from kiosk.desk.desk import Desk
from kiosk.desk.events import EventStream
from kiosk.desk.flow import LookingUp, Reading, VerdictShown
from kiosk.readers.qr_writer import modules
from kiosk.settings import load_settings
from kiosk.training.patients import DEMO_PATIENT, PATIENTS
from kiosk.visits.model import Source

HEALTH, CITIZEN = DEMO_PATIENT.health_card_line(), DEMO_PATIENT.citizen_card_line()
NEXT = next(patient for patient in PATIENTS if patient.key == "worker")


class Driven:
    def __init__(self, qtbot: QtBot, desk: Desk, output: io.StringIO) -> None:
        self.qtbot, self.desk, self._output = qtbot, desk, output

    @property
    def told(self) -> list[dict[str, Any]]:
        events = [json.loads(line) for line in self._output.getvalue().splitlines()]
        return [event for event in events if event["event"] == "assistant"]

    def walk_to(self, step: str) -> None:
        for _ in range(20):
            if self.told and self.told[-1].get("step") == step:
                return
            self.desk.command("return")
        pytest.fail(f"no way to {step}")


@pytest.fixture
def driven(qtbot: QtBot) -> Iterator[Driven]:
    settings = load_settings()
    output = io.StringIO()
    desk = Desk(settings, lambda: build_reception(settings), None, EventStream(output))
    desk.start()
    qtbot.waitUntil(lambda: '"opened"' in output.getvalue(), timeout=20_000)
    desk.command("F9")
    yield Driven(qtbot, desk, output)
    desk.window.close()
    desk.window.deleteLater()


def picture_of(*lines: str) -> np.ndarray[Any, Any]:
    codes = [np.kron(modules(line), np.ones((4, 4), np.uint8)) for line in lines]
    side = max(code.shape[0] for code in codes)
    sheet = np.full((side, side * len(codes)), 255, np.uint8)
    for place, code in enumerate(codes):
        sheet[: code.shape[0], place * side : place * side + code.shape[1]] = code
    return sheet


def test_a_picture_of_both_cards_is_read_for_the_assistant(driven: Driven, tmp_path: Path) -> None:
    driven.walk_to("scan")
    path = tmp_path / "two.png"
    path.write_bytes(cv2.imencode(".png", picture_of(HEALTH, CITIZEN))[1].tobytes())
    driven.desk.rooms.arrivals.take_file(path)
    driven.qtbot.waitUntil(lambda: driven.told[-1].get("step") == "open", timeout=20_000)
    assert path.exists(), "a person's own file is never touched"


def test_a_picture_without_a_code_is_told_on_the_page(driven: Driven, tmp_path: Path) -> None:
    driven.walk_to("scan")
    path = tmp_path / "wall.png"
    path.write_bytes(cv2.imencode(".png", np.full((300, 300), 200, np.uint8))[1].tobytes())
    driven.desk.rooms.arrivals.take_file(path)
    driven.qtbot.waitUntil(lambda: any(each["what"] == "scanned" for each in driven.told), timeout=20_000)
    texts = [label.text() for label in driven.desk.window.assistant.findChildren(QLabel)]
    assert any("wall.png" in text for text in texts)


def test_a_scan_elsewhere_is_the_next_patient_and_the_key_says_that_data_wait(driven: Driven) -> None:
    driven.walk_to("scan")
    driven.desk.scan(HEALTH, Source.SERIAL)
    driven.walk_to("open")
    driven.desk.scan(NEXT.health_card_line(), Source.SERIAL)
    assert isinstance(driven.desk.flow.stage, (Reading, LookingUp, VerdictShown))
    texts = [label.text() for label in driven.desk.window.findChildren(QLabel)]
    assert any("VssID:&nbsp;đang&nbsp;chờ" in text for text in texts)
    driven.qtbot.waitUntil(lambda: isinstance(driven.desk.flow.stage, VerdictShown), timeout=20_000)
    driven.desk.command("F9")
    assert driven.told[-1]["step"] == "resume"


def test_a_card_that_was_read_for_the_assistant_is_still_before_the_camera(driven: Driven) -> None:
    driven.walk_to("scan")
    for line in (HEALTH, CITIZEN):
        driven.desk.scan(line, Source.CAMERA)
    assert driven.told[-1]["step"] == "open"
    driven.desk.scan(CITIZEN, Source.CAMERA)
    assert driven.told[-1]["step"] == "open"
    assert driven.desk.flow.line == type(driven.desk.flow.line)()


def test_a_card_held_up_for_its_picture_checks_nobody_in(driven: Driven) -> None:
    driven.walk_to("photo")
    driven.desk.scan(CITIZEN, Source.CAMERA)
    assert driven.told[-1]["step"] == "photo"
    driven.desk.scan(CITIZEN, Source.SERIAL)
    assert driven.told[-1]["step"] == "photo", "the same card within two seconds is one scan"
    driven.desk.scan(NEXT.citizen_card_line(), Source.SERIAL)
    assert driven.told[-1]["what"] == "hidden"


def test_what_was_read_for_the_assistant_does_not_wait_behind_the_lock(driven: Driven) -> None:
    driven.walk_to("scan")
    driven.desk.scan(HEALTH, Source.SERIAL)
    driven.walk_to("open")
    first = driven.told[0]["step"]
    for locked in (True, False):
        driven.desk.flow.locked = locked
        driven.desk.rooms.locked(locked=locked)
    assert driven.told[-1] == {"event": "assistant", "what": "step", "step": first}
    assert not any(edit.text() for edit in driven.desk.window.assistant.edits)
