"""What the desk does for its records behind the window: a check at the start, a backup a day."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from store_file import open_store

from kiosk.app import build_reception
from kiosk.desk.desk import Desk
from kiosk.desk.events import EventStream
from kiosk.settings import load_settings
from kiosk.visits.backup import check
from kiosk.visits.records import VisitRecords

WAIT_MS = 30_000

Open = Callable[[], tuple[Desk, dict[str, Any]]]


@pytest.fixture
def open_desk(qtbot: QtBot) -> Iterator[Open]:
    desks: list[Desk] = []

    def opened() -> tuple[Desk, dict[str, Any]]:
        settings = load_settings()
        output = io.StringIO()
        desk = Desk(settings, lambda: build_reception(settings), None, EventStream(output))
        desks.append(desk)
        desk.start()
        qtbot.waitUntil(lambda: '"upkeep"' in output.getvalue(), timeout=WAIT_MS)
        told = [json.loads(line) for line in output.getvalue().splitlines()]
        return desk, next(event for event in told if event["event"] == "upkeep")

    yield opened
    for desk in desks:
        desk.window.close()
        desk.window.deleteLater()


@pytest.fixture
def records_file(tidy_environment: Path) -> Path:
    file = tidy_environment / "training" / "visits.sqlite3"
    VisitRecords.open(file, facility="99999", training=True).close()
    return file


def strip_of(desk: Desk) -> str:
    return " ".join(each.text() for each in desk.window.strip.findChildren(QLabel)).replace("\u00a0", " ")


def test_the_day_s_backup_is_made_once(open_desk: Open, tidy_environment: Path) -> None:
    desk, told = open_desk()
    (made,) = (tidy_environment / "training" / "backups").iterdir()
    assert told == {"event": "upkeep", "backup": True}
    assert check(made, key_of=tidy_environment / "training" / "visits.sqlite3").ok
    assert desk.health.backup_at is not None

    open_desk()
    assert list((tidy_environment / "training" / "backups").iterdir()) == [made]


def test_a_backup_that_cannot_be_made_is_told_and_check_in_goes_on(
    open_desk: Open, records_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "usb").touch()
    monkeypatch.setenv("KIOSK_RECORDS__BACKUP_FOLDER", str(tmp_path / "usb"))
    desk, told = open_desk()
    assert told["problem"] == "backup_write"
    assert "SAO LƯU KHÔNG ĐƯỢC" in strip_of(desk)
    assert desk.health.records_error is None


def test_damage_is_found_at_the_start_and_stays_on_the_screen(
    qtbot: QtBot, open_desk: Open, records_file: Path
) -> None:
    with closing(open_store(records_file)) as connection:
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'ix_visit_status'"
        ).fetchone()
    content = bytearray(records_file.read_bytes())
    content[(page - 1) * 4096 : page * 4096] = b"\xa5" * 4096
    records_file.write_bytes(content)
    desk, told = open_desk()
    assert told["problem"] == "records_damaged"
    qtbot.waitUntil(lambda: desk.health.records_open, timeout=WAIT_MS)  # what can be read is read
    assert "KHÔNG GHI ĐƯỢC" in strip_of(desk)
    assert not (records_file.parent / "backups").exists()  # never over a good one
