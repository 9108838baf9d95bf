"""A desk lets go by itself of what is past its term, behind the window."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kiosk import clock
from kiosk.app import build_reception, let_go_of_due, open_records
from kiosk.card.model import HealthCard, Kind
from kiosk.desk import records_desk
from kiosk.desk.desk import Desk
from kiosk.desk.events import EventStream
from kiosk.settings import load_settings
from kiosk.visits.model import NewVisit, Source, Status

WAIT_MS = 30_000


def test_a_desk_lets_go_once_a_day_and_says_so(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tidy_environment: Path
) -> None:
    settings = load_settings()
    now = clock.now()
    with open_records(settings) as records, monkeypatch.context() as patched:
        patched.setattr(clock, "now", lambda: now - timedelta(days=40))
        let_go_of_due(settings, records, lambda: False)  # a desk of that day saw the terms first
        card = HealthCard(Kind.HEALTH_CARD, card_number="DN4799900000001", full_name="Lê Thử")
        for age in (10, 3000):
            at = now - timedelta(days=age)
            records.record(NewVisit(f"visit-{age}", at, Source.SCAN, "Quầy 1", Status.SELF_PAY, card))

    monkeypatch.setattr(records_desk, "UPKEEP_EVERY_SECONDS", 1)
    output = io.StringIO()
    desk = Desk(settings, lambda: build_reception(settings), None, EventStream(output))
    try:
        desk.start()
        qtbot.waitUntil(lambda: '"event": "retention"' in output.getvalue(), timeout=WAIT_MS)
    finally:
        desk.window.close()
        desk.window.deleteLater()

    lines = [json.loads(line) for line in output.getvalue().splitlines()]
    told = next(line for line in lines if line["event"] == "retention")
    assert told == {"event": "retention", "removed": {"visits": 1}, "finished": True}
    assert any((tidy_environment / "training" / "backups").iterdir())  # first the day's backup
    with open_records(settings) as records:
        assert [each.visit_id for each in records.visits()] == ["visit-10"]
