"""F8 in the real window: two keys over a verdict, and never in the way of the next scan."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from desk_driver import PATIENCE, Desk

from kiosk.training.faults import Fault, FaultKind, Step
from kiosk.training.gateway_server import TrainingGateway
from kiosk.training.patients import DEMO_PATIENT, PATIENTS

pytestmark = pytest.mark.window

OTHER = next(patient for patient in PATIENTS if patient.key == "elder_k2")


def listed(desk: Desk) -> list[dict[str, Any]]:
    """What `kiosk difficulties list --json` says, run by itself."""
    command = [sys.executable, "-m", "kiosk", "difficulties", "list", "--json"]
    found = subprocess.run(
        command, env=desk.environment, check=True, capture_output=True, encoding="utf-8", timeout=PATIENCE
    )
    return [json.loads(line) for line in found.stdout.splitlines()]


def test_two_keys_file_one_with_the_patient_and_the_verdict_is_still_there(
    desk: Desk, gateway: TrainingGateway
) -> None:
    desk.scan(DEMO_PATIENT.health_card_line())
    desk.wait_for("verdict", verdict="eligible")
    desk.press("F8")
    desk.wait_for("state", state="verdict", over="difficulty")
    desk.press("3")
    filed = desk.wait_for("difficulty")
    assert (filed["kind"], filed["code"], filed["with_patient"]) == ("data_wrong", "000", True)

    desk.press("Return")  # nothing was written, and nobody is confirmed by it
    desk.type("ngay sinh sai", delay_ms=120)
    desk.press("Return")
    desk.wait_for("difficulty_described")
    desk.scan(OTHER.health_card_line())
    desk.wait_for("queued", waiting=1)
    assert desk.visits() == []

    desk.press("Escape")
    desk.wait_for("state", state="verdict", over=None)
    desk.press("Return")
    recorded = desk.wait_for("recorded", status="checked_in")
    desk.wait_for("verdict", verdict="eligible")  # the next in line comes up by itself
    (case,) = listed(desk)
    assert (case["kind"], case["text"], case["visits"]) == (
        "data_wrong",
        "ngay sinh sai",
        [recorded["visit_id"]],
    )
    assert case["number"].endswith(DEMO_PATIENT.card_number[-4:])
    assert DEMO_PATIENT.card_number not in json.dumps(case)


def test_a_scan_over_the_page_is_a_scan_and_files_nothing(desk: Desk) -> None:
    desk.press("F8")
    desk.wait_for("difficulties", open=0)
    desk.type(DEMO_PATIENT.citizen_id + "\n")  # digits all of them, and a scanner's own Return
    desk.wait_for("state", state="incomplete")
    desk.press("Escape")
    desk.press("F8")
    desk.wait_for("difficulties", open=0)

    desk.press("1")
    filed = desk.wait_for("difficulty")
    assert (filed["kind"], filed["with_patient"]) == ("gateway_slow", False)
    desk.scan(DEMO_PATIENT.health_card_line())  # while the field for words has the keyboard
    desk.wait_for("verdict", verdict="eligible")
    assert [case["kind"] for case in listed(desk)] == ["gateway_slow"]


def test_what_fails_files_itself_and_is_marked_by_keys(desk: Desk, gateway: TrainingGateway) -> None:
    desk.scan("MA-QR-KHONG-PHAI-THE-BHYT|123|xyz|")
    desk.wait_for("difficulty", kind="card_unreadable")
    gateway.fault = Fault(FaultKind.HTML, step=Step.LOOKUP)
    desk.scan(DEMO_PATIENT.health_card_line())
    desk.wait_for("verdict", verdict="undetermined")
    desk.press("Return")
    recorded = desk.wait_for("recorded", status="pending")
    desk.press("F8")
    desk.wait_for("difficulties", open=2)
    desk.press("Down")
    desk.press("F5")
    assert desk.wait_for("difficulties_marked")["state"] == "reported"
    desk.wait_for("difficulties", open=2)
    desk.press("ctrl+p")
    file = desk.wait_for("difficulties_reported")["file"]
    assert Path(file).read_bytes().startswith(b"PK")
    states = {case["kind"]: (case["state"], case["visits"]) for case in listed(desk)}
    assert states == {
        "gateway_failure": ("reported", [recorded["visit_id"]]),
        "card_unreadable": ("new", []),
    }
    assert desk.close() == 0
