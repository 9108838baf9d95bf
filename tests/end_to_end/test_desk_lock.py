"""Two people at one real window: log in, lock, change, wrong secrets, idle time."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from desk_driver import HAND_SECONDS, PATIENCE, Desk, running_desk

from kiosk.training.gateway_server import LOOKUP_PATH, TrainingGateway
from kiosk.training.patients import DEMO_PATIENT, PATIENTS, TRAINING_FACILITY
from kiosk.visits.records import VisitRecords
from kiosk.visits.staff import Role

pytestmark = pytest.mark.window

LAN = ("lan", "246813")
WORKER = next(patient for patient in PATIENTS if patient.key == "worker")


@pytest.fixture
def accounts(tidy_environment: Path) -> Path:
    """The data folder of a desk where Lan and Mai work."""
    file = tidy_environment / "training" / "visits.sqlite3"
    with VisitRecords.open(file, facility=TRAINING_FACILITY, training=True) as records:
        records.staff.add(LAN[0], "Trần Thị Lan", "001190000011", Role.RECEPTIONIST, LAN[1])
        records.staff.add("mai", "Lê Mai", "001190000012", Role.SUPERVISOR, "135790")
    return tidy_environment


def mark_of(data_folder: Path) -> Path:
    """What the next start knows of the accounts while the records are still being opened."""
    return data_folder / "training" / "has-staff-accounts"


def log_in(desk: Desk, text: str) -> None:
    """A hand's keys; the page has them once it is drawn."""
    time.sleep(HAND_SECONDS)
    desk.type(text, delay_ms=20)
    desk.press("Return")


def audit(desk: Desk) -> list[dict[str, Any]]:
    found = subprocess.run(
        [sys.executable, "-m", "kiosk", "audit", "list", "--json"],
        env=desk.environment, check=True, capture_output=True, encoding="utf-8", timeout=PATIENCE,
    )  # fmt: skip
    return [json.loads(line) for line in found.stdout.splitlines()]


def test_two_people_take_turns(x_display: str, accounts: Path, gateway: TrainingGateway) -> None:
    with running_desk(x_display, accounts, gateway.base_url) as desk:
        desk.wait_for("locked", why="start")
        desk.scan(DEMO_PATIENT.health_card_line())  # into the secret's field, which gives it back
        desk.wait_for("queued", waiting=1)
        assert not any(request.path == LOOKUP_PATH for request in gateway.requests)

        log_in(desk, "lan\t246814")
        assert desk.wait_for("log_in_refused")["code"] == "staff_wrong"
        desk.press("F3", "F12", "F2")  # nothing but logging in
        log_in(desk, LAN[1])
        desk.wait_for("logged_in", account="lan")
        desk.wait_for("verdict", verdict="eligible")  # who waited in line
        desk.press("Return")
        desk.wait_for("recorded")

        desk.press("F11")
        desk.wait_for("locked", why="key")
        desk.press("Down", "F7")  # from Lan to Mai, who takes a PIN that only she knows
        log_in(desk, "135790\t864213\t864213")
        desk.wait_for("logged_in", account="mai")
        desk.scan(WORKER.health_card_line())
        desk.wait_for("verdict")
        desk.press("Return")
        desk.wait_for("recorded")

        assert [visit["staff"] for visit in desk.visits()] == ["lan", "mai"]
        noted = [(entry["act"], entry["who"]) for entry in audit(desk) if entry["act"] != "staff"]
        assert [entry for entry in noted if entry[0] in {"log_in", "lock", "log_out", "look_up"}] == [
            ("log_in", "lan"),
            ("look_up", "lan"),
            ("lock", "lan"),
            ("log_in", "mai"),
            ("log_out", "lan"),
            ("look_up", "mai"),
        ]
    assert mark_of(accounts).exists()


def test_a_desk_that_nobody_uses_locks_itself(
    x_display: str, accounts: Path, gateway: TrainingGateway
) -> None:
    mark_of(accounts).touch()  # a desk that knows of its accounts is locked before anything can be scanned
    with running_desk(
        x_display, accounts, gateway.base_url, ready=False, KIOSK_STAFF__LOCK_AFTER_MINUTES="0.03"
    ) as desk:
        desk.wait_for("locked", why="start")
        desk.wait_for("ready")
        desk.wait_for("opened", records=True)
        log_in(desk, "lan\t" + LAN[1])
        desk.wait_for("logged_in", account="lan")
        desk.wait_for("locked", why="idle")


def test_one_person_alone_is_asked_nothing(
    x_display: str, tidy_environment: Path, gateway: TrainingGateway
) -> None:
    with running_desk(
        x_display, tidy_environment, gateway.base_url, KIOSK_STAFF__LOCK_AFTER_MINUTES="0.01"
    ) as desk:
        desk.press("F11")
        assert not desk.has_said_anything_within(1.5, "locked")
        desk.scan(DEMO_PATIENT.health_card_line())
        desk.wait_for("verdict")
        desk.press("Return")
        desk.wait_for("recorded")
        assert [visit["staff"] for visit in desk.visits()] == [None]
