"""What the window needs before it is there; the rest follows behind it (decision 0033)."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kiosk.app import build_reception
from kiosk.desk.desk import Desk
from kiosk.desk.events import EventStream
from kiosk.desk.flow import ManualForm
from kiosk.desk.late_pages import PAGES
from kiosk.settings import load_settings

LATER = {
    "alembic",
    "cv2",
    "keyring",
    "numpy",
    "openpyxl",
    "pydantic",
    "requests",
    "rich",
    "serial",
    "sqlalchemy",
    "sqlcipher3",
}
LATER_ROOMS = ("card", "eligibility", "reception", "lookup", "registration", "tickets", "doctor", "training")

STARTED = """
import sys
from kiosk.cli import run
from kiosk.desk.events import EventStream

def write(self, event, **values):
    if event == "ready":
        print(*sys.modules)
        raise SystemExit

EventStream.write = write
run(["desk", "--json"])
"""

FAULTY = """
import sys
from pathlib import Path
from kiosk import rule_files
from kiosk.cli import run

rule_files.config_folder = lambda: Path(sys.argv[1])
sys.exit(run(["desk", "--json"]))
"""


@pytest.fixture(scope="module")
def imported() -> set[str]:
    """All modules of `kiosk desk` when it says that it is ready."""
    told = subprocess.run([sys.executable, "-c", STARTED], capture_output=True, text=True, check=False)
    names = set(told.stdout.split())
    assert "kiosk.desk.window" in names, told.stderr
    return names


def test_the_window_is_ready_before_database_network_and_pictures_are_loaded(imported: set[str]) -> None:
    assert {name.split(".")[0] for name in imported} & LATER == set()


def test_what_a_patient_s_way_needs_is_loaded_behind_the_window(imported: set[str]) -> None:
    rooms = {f"kiosk.{room}" for room in LATER_ROOMS}
    assert {name for name in imported if ".".join(name.split(".")[:2]) in rooms} == set()


def test_no_page_but_the_one_that_waits_is_made_before_the_window_is_ready(qtbot: QtBot) -> None:
    desk = Desk(load_settings(), pytest.fail, None, EventStream(None))
    assert [name for name in PAGES if name in vars(desk.window)] == []
    assert desk.window.page is desk.window.ready
    desk.close()
    desk.window.deleteLater()


def test_keys_and_scans_before_all_is_there_are_done_in_their_order(qtbot: QtBot) -> None:
    settings = load_settings()
    output = io.StringIO()
    desk = Desk(settings, lambda: build_reception(settings), None, EventStream(output))
    desk.start()
    qtbot.waitUntil(lambda: "ready" in output.getvalue(), timeout=20_000)
    assert not desk.furnished
    QTest.keyClick(desk.window, Qt.Key.Key_F2)
    QTest.keyClicks(desk.window, "9900000001")
    QTest.keyClick(desk.window, Qt.Key.Key_Tab)
    QTest.keyClicks(desk.window, "An")
    assert desk.flow.overlays == ()
    qtbot.waitUntil(lambda: desk.furnished, timeout=20_000)
    assert isinstance(desk.flow.top, ManualForm)
    assert desk.window.form.values == ("9900000001", "An", "")
    states = [event for event in map(json.loads, output.getvalue().splitlines()) if event["event"] == "state"]
    assert [state["over"] for state in states] == ["form"]
    desk.window.close()
    desk.window.deleteLater()


def test_a_fault_in_the_rules_closes_the_window_and_is_said(tmp_path: Path) -> None:
    (tmp_path / "benefit_rules.toml").write_text("[days]\nexpiry_soon = 'x'\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", FAULTY, str(tmp_path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2, done.stderr
    *_, last = map(json.loads, done.stdout.splitlines())
    assert last["error"]["code"] == "rule_file"
