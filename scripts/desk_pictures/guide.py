"""The pictures of the guide and the README."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path

import cv2
import numpy as np

from desk_pictures.driver import NOT_TOLD, Desk, running_desk
from desk_pictures.screen import Screen, save, x_server
from kiosk.readers.qr_writer import modules
from kiosk.readers.scan_test import TEST_LINE
from kiosk.training.faults import Fault, FaultKind
from kiosk.training.gateway_server import TrainingGateway
from kiosk.training.patients import DEMO_PATIENT, PATIENTS

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
MOST_BYTES = 200_000
LINES = {patient.key: patient.health_card_line() for patient in PATIENTS}


def take_guide() -> None:
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        screen = stack.enter_context(x_server(scratch))
        gateway = stack.enter_context(TrainingGateway())
        with running_desk(screen, scratch / "data", gateway.base_url) as desk:
            _take_all(desk, screen, gateway, scratch)
        live = {"KIOSK_GATEWAY__MODE": "live", **NOT_TOLD}
        with running_desk(screen, scratch / "live", gateway.base_url, **live) as desk:
            _take_set_up(desk, screen)


def take(screen: Screen, name: str) -> None:
    """Once the window has been drawn."""
    path = FOLDER / f"desk-{name}.png"
    save(screen.look_when_settled(), path, most_bytes=MOST_BYTES)
    print(path.name, path.stat().st_size)


def _take_all(desk: Desk, screen: Screen, gateway: TrainingGateway, scratch: Path) -> None:
    desk.wait_for("opened", records=True)
    take(screen, "ready")
    for name, key, verdict in (
        ("eligible", DEMO_PATIENT.key, "eligible"),
        ("needs-staff", "army", "needs_staff"),
        ("not-eligible", "expired", "not_eligible"),
    ):
        desk.scan(LINES[key])
        desk.wait_for("verdict", verdict=verdict)
        take(screen, name)
        desk.put_aside()
    gateway.fault = Fault(FaultKind.DOWN)
    desk.scan(LINES["elder_k2"])
    desk.wait_for("verdict", verdict="undetermined")
    take(screen, "undetermined")
    desk.put_aside()
    desk.press("F8")
    desk.wait_for("difficulties", open=1)
    take(screen, "difficulty")
    desk.press("Escape")
    desk.wait_for("state", over=None)
    take_manage(desk, screen)
    desk.press("F2")
    desk.wait_for("state", over="form")
    desk.type(DEMO_PATIENT.card_number)
    desk.wait_for("offered")
    take(screen, "form")
    desk.press("Escape")
    desk.wait_for("state", state="ready")
    choose_in_a_picture(desk, scratch)
    take(screen, "choose")
    desk.press("Escape", "F12", "F7")
    desk.wait_for("state", over="scanner_test")
    desk.scan(TEST_LINE.replace("Nguyễn Thị Thử", "Nguyen Thi Thu"))
    desk.wait_for("tested")
    take(screen, "scanner-test")


def take_manage(desk: Desk, screen: Screen) -> None:
    """The list of what supervisors do, from a desk at rest."""
    desk.press("F6")
    desk.wait_for("manage", section="menu")
    take(screen, "manage")
    desk.press("Escape")
    desk.wait_for("state", over=None)


def _take_set_up(desk: Desk, screen: Screen) -> None:
    """The wizard of the first start in live mode; nobody is asked, the account is only shown."""
    desk.wait_for("set_up", step="facility")
    desk.type("99999")
    desk.press("Tab")
    desk.type("Bệnh viện Mẫu")
    desk.press("Return")
    desk.wait_for("set_up", step="profile")
    desk.type("2")
    desk.press("Tab")
    desk.type("62")
    take(screen, "set-up-profile")
    desk.press("Return")
    desk.wait_for("set_up", step="account")
    desk.type("mat-khau-mau")
    take(screen, "set-up-account")
    for step in ("staff", "look_up", "readers"):
        desk.press("Page_Down")
        desk.wait_for("set_up", step=step)
    take(screen, "set-up-readers")


def choose_in_a_picture(desk: Desk, scratch: Path) -> None:
    """Two patients' codes in one picture, opened as a person does."""
    codes = [np.kron(modules(LINES[key]), np.ones((4, 4), np.uint8)) for key in ("worker", DEMO_PATIENT.key)]
    side = max(code.shape[0] for code in codes)
    sheet = np.full((side, 2 * side), 255, np.uint8)
    for place, code in enumerate(codes):
        sheet[: code.shape[0], place * side : place * side + code.shape[1]] = code
    path = scratch / "two.png"
    cv2.imwrite(str(path), sheet)
    desk.press("ctrl+o")
    desk.wait_for("state", over="dialog")
    desk.type(str(path))
    desk.press("Return")
    desk.wait_for("state", state="choosing")
    desk.press("2")
