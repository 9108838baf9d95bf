"""A patient is received without an answer; the late one says no: staff sees it, acts, and says so."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from kiosk.app import build_reception
from kiosk.desk.desk import Desk
from kiosk.desk.events import EventStream
from kiosk.desk.flow import Recorded, VerdictShown
from kiosk.settings import load_settings
from kiosk.training.faults import Fault, FaultKind, Step
from kiosk.training.gateway_server import TrainingGateway
from kiosk.training.patients import Patient, patient
from kiosk.visits import outbox_worker, owing
from kiosk.visits.model import Source, Status

WAIT_MS = 30_000


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[TrainingGateway]:
    with TrainingGateway() as server:
        monkeypatch.setenv("KIOSK_GATEWAY__BASE_URL", server.base_url)
        yield server


@pytest.fixture
def desk(
    qtbot: QtBot, gateway: TrainingGateway, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Desk, io.StringIO]]:
    monkeypatch.setattr(outbox_worker, "IDLE_SECONDS", 0.05)
    monkeypatch.setattr(owing, "FIRST_WAIT", timedelta(minutes=10))  # `hurry_owed` says when
    settings = load_settings()
    output = io.StringIO()
    made = Desk(settings, lambda: build_reception(settings), None, EventStream(output))
    made.start()
    qtbot.waitUntil(lambda: "opened" in output.getvalue(), timeout=WAIT_MS)
    yield made, output
    made.window.close()
    made.window.deleteLater()


def events(output: io.StringIO, name: str) -> list[dict[str, Any]]:
    told = [json.loads(line) for line in output.getvalue().splitlines()]
    return [event for event in told if event["event"] == name]


def press(key: Qt.Key, window: Desk) -> None:
    target = QApplication.focusWidget() or window.window
    for kind in (QKeyEvent.Type.KeyPress, QKeyEvent.Type.KeyRelease):
        QApplication.sendEvent(target, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier))


def receive(qtbot: QtBot, desk: Desk, who: Patient) -> None:
    desk.scan(who.health_card_line(), Source.SERIAL)
    qtbot.waitUntil(lambda: isinstance(desk.flow.stage, VerdictShown), timeout=WAIT_MS)
    desk.command("return")
    qtbot.waitUntil(lambda: isinstance(desk.flow.stage, Recorded), timeout=WAIT_MS)


def words_on(page: Any) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel) if not label.isHidden())


def chosen_status(desk: Desk) -> Status | None:
    task = desk.window.today.chosen_task
    return task.visit.status if task else None


def test_a_late_no_is_a_task_until_somebody_says_it_is_done(
    qtbot: QtBot, gateway: TrainingGateway, desk: tuple[Desk, io.StringIO]
) -> None:
    made, output = desk
    gateway.fault = Fault(FaultKind.HTML, step=Step.LOOKUP)
    for key in ("expired", "demo", "name_wrong"):
        receive(qtbot, made, patient(key))
    gateway.fault = None

    made.reception.records.hurry_owed()
    qtbot.waitUntil(lambda: len(events(output, "rechecked")) == 3, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: made.health.tasks == 2 and made.health.owed == 0, timeout=WAIT_MS)

    assert [event["status"] for event in events(output, "rechecked")] == ["refused", "checked_in", "held"]
    assert [event["queue_number"] for event in events(output, "rechecked")] == [1, 2, 3]
    assert isinstance(made.flow.stage, Recorded)  # what is on the screen stays
    assert "VIỆC CẦN LÀM: 2" in words_on(made.window.strip)

    press(Qt.Key.Key_F3, made)
    page = made.window.today
    assert made.window.page is page
    qtbot.waitUntil(lambda: len(page.model.visits) == 3, timeout=WAIT_MS)
    assert "Việc cần làm (2)" in words_on(page)
    assert patient("expired").full_name in words_on(page)
    assert patient("expired").printed_number not in words_on(page)  # masked
    assert "hết hạn" in words_on(page)

    press(Qt.Key.Key_Tab, made)
    assert chosen_status(made) is Status.HELD
    press(Qt.Key.Key_F7, made)
    qtbot.waitUntil(lambda: made.health.tasks == 1, timeout=WAIT_MS)
    assert chosen_status(made) is Status.REFUSED
    press(Qt.Key.Key_F7, made)
    qtbot.waitUntil(lambda: made.health.tasks == 0, timeout=WAIT_MS)

    assert "Việc cần làm" not in words_on(page)
    assert [event["open"] for event in events(output, "tasks")][-2:] == [1, 0]
    done = [made.reception.records.events(event["visit_id"])[-1] for event in events(output, "task_done")]
    assert [event.event for event in done] == ["task_done", "task_done"]
    assert {event.why for event in done} == {"Quầy 1"}


def test_f7_does_nothing_elsewhere(qtbot: QtBot, desk: tuple[Desk, io.StringIO]) -> None:
    made, output = desk
    press(Qt.Key.Key_F7, made)
    press(Qt.Key.Key_F3, made)
    press(Qt.Key.Key_F7, made)
    press(Qt.Key.Key_Tab, made)
    assert events(output, "task_done") == []
    assert made.window.today.chosen_task is None
