"""F9 in the real window: two scans, a phone number, an e-mail address, a sheet; and nothing left behind."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk_driver import Desk

from kiosk.training.gateway_server import LOOKUP_PATH, TrainingGateway
from kiosk.training.patients import DEMO_PATIENT, PATIENTS

pytestmark = pytest.mark.window

MOST_KEYS = 25
NEXT = next(patient for patient in PATIENTS if patient.key == "worker")
PHONE, EMAIL = "0912345678", "thu.nghiem@gmail.com"
PRIVATE = (
    DEMO_PATIENT.citizen_id,
    DEMO_PATIENT.social_insurance_number,
    PHONE,
    EMAIL,
    DEMO_PATIENT.full_name,
)


class Hand:
    """Presses keys and counts them."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.keys = 0

    def press(self, *keys: str) -> None:
        self.keys += len(keys)
        self.desk.press(*keys)

    def until(self, step: str) -> None:
        self.desk.wait_for("assistant", what="step", step=step)

    def on_to(self, step: str) -> None:
        self.press("Return")
        self.until(step)


def as_a_scanner_types(line: str) -> str:
    """A keyboard scanner drops the letters that the layout does not have."""
    return line.encode("ascii", "ignore").decode()


def test_two_scans_and_two_entries_become_a_sheet_and_leave_nothing(
    desk: Desk, gateway: TrainingGateway, tidy_environment: Path, tmp_path: Path
) -> None:
    hand = Hand(desk)
    hand.press("F9")
    hand.until("account")
    hand.on_to("scan")
    desk.scan(DEMO_PATIENT.health_card_line())
    desk.wait_for("assistant", what="scanned", taken=True)
    desk.scan(as_a_scanner_types(DEMO_PATIENT.citizen_card_line()))
    desk.wait_for("assistant", what="scanned", taken=True)
    hand.until("open")
    hand.on_to("person")
    desk.type(PHONE, delay_ms=12)
    hand.press("Tab")
    desk.type(EMAIL, delay_ms=12)
    hand.on_to("address")
    hand.on_to("photo")
    for step in ("office", "send", "receipt", "sheet"):
        hand.on_to(step)
    file = tmp_path / "sheet.pdf"
    hand.press("F7")
    desk.wait_for("assistant", what="dialog")
    desk.type(str(file), delay_ms=12)
    hand.press("Return")
    desk.wait_for("assistant", what="saved")
    assert file.read_bytes().startswith(b"%PDF-")
    hand.press("Return")
    desk.wait_for("assistant", what="wiped")
    assert hand.keys <= MOST_KEYS, f"{hand.keys} keys besides what was typed"
    print(f"keys besides the typed values: {hand.keys}")

    assert not any(request.path == LOOKUP_PATH for request in gateway.requests), "nothing is sent"
    assert desk.visits() == [], "nothing is recorded"
    for kept in (*_files_under(tidy_environment), *_open_files(desk.process.pid)):
        content = kept.read_bytes()
        for value in PRIVATE:
            assert value.encode() not in content, (kept, value)
            assert value.encode("utf-16-le") not in content, (kept, value)

    desk.scan(NEXT.health_card_line())
    desk.wait_for("verdict", verdict="eligible")


def test_the_next_patients_scan_goes_to_reception_and_the_data_wait(desk: Desk) -> None:
    hand = Hand(desk)
    hand.press("F9")
    hand.on_to("scan")
    desk.scan(DEMO_PATIENT.health_card_line())
    desk.wait_for("assistant", what="scanned", taken=True)
    hand.on_to("open")
    hand.on_to("person")
    desk.type("09123", delay_ms=12)

    desk.scan(NEXT.health_card_line())
    verdict = desk.wait_for("verdict")
    assert verdict["source"] == "wedge"
    desk.press("Return")
    desk.wait_for("recorded")

    hand.press("F9")
    hand.until("resume")
    hand.on_to("person")
    desk.type("45678", delay_ms=12)
    hand.press("Escape")
    hand.until("leave")
    hand.press("Escape")
    desk.wait_for("assistant", what="wiped")
    hand.press("F9")
    hand.until("account")


def _files_under(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _open_files(pid: int) -> list[Path]:
    """What the process has open: deleted files too."""
    found = []
    for handle in Path(f"/proc/{pid}/fd").iterdir():
        target = str(handle.readlink())
        if target.startswith("/") and not target.startswith(("/dev/", "/proc/", "/memfd:")):
            found.append(handle)
    return [handle for handle in found if handle.is_file()]
