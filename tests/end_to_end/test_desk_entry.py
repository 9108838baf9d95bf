"""Typing and scanning in each other's way: real keys in the real window, with foreign focus everywhere."""

from __future__ import annotations

import os
import pty
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest
from desk_driver import Desk, running_desk

from kiosk.readers.qr_writer import modules
from kiosk.readers.scan_test import TEST_LINE
from kiosk.training.gateway_server import LOOKUP_PATH, TrainingGateway
from kiosk.training.patients import DEMO_PATIENT, PATIENTS

pytestmark = pytest.mark.window

LINE = {patient.key: patient.health_card_line() for patient in PATIENTS}
PAUSE_SECONDS = 0.3


def lookups(gateway: TrainingGateway) -> int:
    return sum(request.path == LOOKUP_PATH for request in gateway.requests)


def scan_with_pauses(desk: Desk, line: str) -> None:
    """As a scanner that stops to think after the second and the sixth field."""
    fields = line.split("|")
    for part in ("|".join(fields[:2]), "|" + "|".join(fields[2:6]), "|" + "|".join(fields[6:]) + "\n"):
        desk.type(part)
        time.sleep(PAUSE_SECONDS)


def test_scans_with_pauses_are_taken_whatever_has_the_focus(desk: Desk, gateway: TrainingGateway) -> None:
    scan_with_pauses(desk, LINE["army"])
    assert desk.wait_for("verdict")["verdict"] == "needs_staff"
    desk.press("Return")
    desk.wait_for("state", over="override")
    desk.type("da xem the ", delay_ms=12)
    scan_with_pauses(desk, LINE["worker"])
    desk.wait_for("queued", waiting=1)
    desk.type("giay", delay_ms=12)
    desk.press("Return")
    desk.wait_for("recorded", status="checked_in")
    (visit,) = desk.visits()
    assert visit["confirm_reason"] == "da xem the giay", "nothing of the scan stays, nothing typed goes"

    desk.wait_for("verdict", verdict="eligible")
    desk.press("Return")
    desk.wait_for("recorded")
    desk.press("ctrl+o")
    desk.wait_for("state", over="dialog")
    scan_with_pauses(desk, LINE[DEMO_PATIENT.key])
    desk.wait_for("verdict", verdict="eligible", source="wedge")
    desk.press("Return")
    desk.wait_for("recorded")
    assert lookups(gateway) == 3


def test_with_a_frame_set_only_framed_keys_are_a_scan(
    x_display: str, tidy_environment: Path, gateway: TrainingGateway
) -> None:
    with running_desk(
        x_display,
        tidy_environment,
        gateway.base_url,
        KIOSK_READERS__WEDGE_PREFIX="~",
        KIOSK_READERS__WEDGE_SUFFIX="#",
    ) as desk:
        desk.scan(LINE["worker"])
        desk.scan(f"~{DEMO_PATIENT.health_card_line()}#")
        desk.wait_for("verdict", verdict="eligible")
        desk.press("F2")
        desk.wait_for("state", over="form")
        desk.press("Tab")
        desk.scan(f"~{LINE['worker']}#")
        desk.wait_for("queued", waiting=1)
        assert lookups(gateway) == 1


def test_the_form_opens_by_itself_while_nothing_reads(
    x_display: str, tidy_environment: Path, gateway: TrainingGateway, tmp_path: Path
) -> None:
    port = tmp_path / "scanner"  # plugged in later
    scanner, terminal = pty.openpty()
    try:
        with running_desk(
            x_display,
            tidy_environment,
            gateway.base_url,
            opened=False,  # the form may come before that
            KIOSK_READERS__SERIAL_PORT=str(port),
        ) as desk:
            desk.wait_for("state", state="ready", over="form")
            desk.press("Return")  # in a form nobody asked for, as anywhere: nothing
            port.symlink_to(os.ttyname(terminal))
            desk.wait_for("state", state="ready", over=None)

            os.write(scanner, DEMO_PATIENT.health_card_line().encode() + b"\r\n")
            desk.wait_for("verdict", source="serial")
            port.unlink()
            os.close(scanner)
            scanner = -1
            assert not desk.has_said_anything_within(2.5, "state"), "never over a verdict"
            desk.press("Return")
            desk.wait_for("recorded")
            desk.press("Escape")
            desk.wait_for("state", state="ready", over="form")
            desk.scan(LINE["worker"])
            desk.wait_for("verdict", verdict="eligible", source="wedge")
            desk.press("Escape")
            desk.wait_for("recorded", status="held")
            desk.press("Escape")
            assert not desk.has_said_anything_within(2.5, "verdict")
            assert desk.seen[-1]["over"] is None, (
                "something was typed by a scanner: it can be trusted to be there"
            )
    finally:
        for end in (scanner, terminal):
            if end >= 0:
                os.close(end)


def test_a_returning_patient_is_offered_and_taken_with_one_key(desk: Desk, gateway: TrainingGateway) -> None:
    desk.scan(DEMO_PATIENT.health_card_line())
    desk.wait_for("verdict")
    desk.press("Return")
    desk.wait_for("recorded")
    desk.press("F2")
    desk.wait_for("state", over="form")
    desk.type(DEMO_PATIENT.social_insurance_number, delay_ms=12)
    desk.wait_for("offered")
    desk.press("Down", "Return")
    assert desk.wait_for("verdict")["source"] == "typed"
    desk.press("Return")
    desk.wait_for("recorded", queue_number=2)
    first, second = desk.visits()
    assert first["full_name"] == second["full_name"] == DEMO_PATIENT.full_name


@contextmanager
def picture_of(folder: Path, *texts: str) -> Iterator[Path]:
    codes = [np.kron(modules(text), np.ones((4, 4), dtype=np.uint8)) for text in texts]
    height = max(code.shape[0] for code in codes)
    padded = [
        cv2.copyMakeBorder(code, 20, height - code.shape[0] + 20, 20, 20, cv2.BORDER_CONSTANT, value=255)
        for code in codes
    ]
    path = folder / "from-zalo.png"
    cv2.imwrite(str(path), np.hstack(padded))
    yield path


def test_of_several_cards_in_a_picture_a_person_chooses(
    desk: Desk, gateway: TrainingGateway, tmp_path: Path
) -> None:
    with picture_of(tmp_path, LINE["worker"], DEMO_PATIENT.health_card_line()) as path:
        desk.press("ctrl+o")
        desk.wait_for("state", over="dialog")
        desk.type(str(path), delay_ms=12)
        desk.press("Return")
        desk.wait_for("state", state="choosing")
        desk.press("Return")
        desk.press("5")
        assert not desk.has_said_anything_within(0.5, "state"), "nothing is chosen by guess"
        desk.press("1", "Return")
        desk.wait_for("verdict", verdict="eligible", source="image")
        desk.press("Return")
        desk.wait_for("recorded")
        assert len(desk.visits()) == 1
        assert lookups(gateway) == 1


def test_a_scan_on_the_test_screen_is_never_a_patient(desk: Desk, gateway: TrainingGateway) -> None:
    desk.press("F12", "F7")
    desk.wait_for("state", over="scanner_test")
    desk.scan(TEST_LINE)
    tested = desk.wait_for("tested")
    assert (tested["findings"], tested["terminator"]) == ([], "return")
    desk.scan(TEST_LINE.replace("aa aw ee", "ễ ị ử"))
    assert "telex" in desk.wait_for("tested")["findings"]
    desk.scan(DEMO_PATIENT.health_card_line())
    desk.wait_for("tested")
    desk.press("Escape")
    desk.wait_for("state", state="ready", over=None)
    assert lookups(gateway) == 0
    desk.scan(DEMO_PATIENT.health_card_line())
    desk.wait_for("verdict", verdict="eligible")
