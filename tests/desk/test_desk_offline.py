"""The desk while the gateway is down: nobody waits, and it finds the way back without anybody's help."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from test_visit_words import visit

from kiosk.app import open_records
from kiosk.desk.desk import Desk
from kiosk.desk.events import EventStream
from kiosk.desk.flow import VerdictShown
from kiosk.desk.repeats import Repeats
from kiosk.gateway import connectivity
from kiosk.gateway.client import GatewayClient, GatewayClientConfig
from kiosk.gateway.watch import WatchedGateway
from kiosk.reception import Gateway, Reception
from kiosk.settings import load_settings
from kiosk.training import gateway_server as training
from kiosk.training.gateway_server import Fault, FaultKind, TrainingGateway
from kiosk.training.patients import DEMO_PATIENT
from kiosk.visits.model import Source


@pytest.fixture
def server() -> Iterator[TrainingGateway]:
    with TrainingGateway() as server:
        yield server


class Driven:
    def __init__(self, qtbot: QtBot, desk: Desk, output: io.StringIO) -> None:
        self.qtbot, self.desk, self._output = qtbot, desk, output

    def events(self, kind: str) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self._output.getvalue().splitlines()]
        return [event for event in lines if event["event"] == kind]

    def reason(self) -> str:
        """Scan a card, wait for its verdict and put the patient aside."""
        before = len(self.events("verdict"))
        self.desk.scan(DEMO_PATIENT.health_card_line(), Source.SCAN)
        self.qtbot.waitUntil(lambda: len(self.events("verdict")) > before, timeout=20_000)
        assert isinstance(self.desk.flow.stage, VerdictShown)
        reason = self.desk.flow.stage.found.assessment.reason
        self.desk.command("escape")
        self.qtbot.waitUntil(lambda: not isinstance(self.desk.flow.stage, VerdictShown), timeout=20_000)
        self.desk.intake.repeats = Repeats()
        return reason

    def strip(self) -> str:
        text = " ".join(label.text() for label in self.desk.window.findChildren(QLabel))
        return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture
def driven(qtbot: QtBot, server: TrainingGateway) -> Iterator[Driven]:
    settings = load_settings()

    @contextmanager
    def open_gateway() -> Iterator[Gateway]:
        config = GatewayClientConfig(
            base_url=server.base_url,
            username=training.USERNAME,
            password=training.PASSWORD,
            staff_name=training.STAFF_NAME,
            staff_citizen_id=training.STAFF_CITIZEN_ID,
        )
        with WatchedGateway(
            GatewayClient(config), wait=lambda closed, seconds: closed.wait(min(seconds, 0.05))
        ) as gateway:
            yield gateway

    def reception() -> Reception:
        return Reception(
            facility=settings.facility.code,
            desk=settings.desk.name,
            open_gateway=open_gateway,
            open_records=lambda: open_records(settings),
            decode_image=lambda path: pytest.fail("no picture here"),
        )

    output = io.StringIO()
    desk = Desk(settings, reception, None, EventStream(output))
    desk.start()
    driven = Driven(qtbot, desk, output)
    qtbot.waitUntil(lambda: bool(driven.events("opened")), timeout=20_000)
    yield driven
    desk.window.close()
    desk.window.deleteLater()


def test_the_desk_goes_offline_says_so_and_comes_back_by_itself(
    driven: Driven, server: TrainingGateway
) -> None:
    server.fault = Fault(FaultKind.HTML)
    assert [driven.reason() for _ in range(2)] == ["gateway_not_json"] * 2
    assert driven.events("gateway") == [{"event": "gateway", "online": False, "reason": "gateway_not_json"}]
    assert driven.reason() == connectivity.GATEWAY_OFFLINE
    assert "NGOẠI TUYẾN từ" in driven.strip()
    server.fault = None
    driven.qtbot.waitUntil(lambda: len(driven.events("gateway")) == 2, timeout=20_000)
    assert driven.events("gateway")[-1] == {"event": "gateway", "online": True, "reason": ""}
    assert "NGOẠI TUYẾN" not in driven.strip()
    assert driven.reason() == "card_valid"


def test_a_locked_account_is_tried_once_and_shown_as_a_matter_for_it(
    driven: Driven, server: TrainingGateway
) -> None:
    server.fault = Fault(FaultKind.LOGIN_LOCKED)
    assert [driven.reason() for _ in range(3)] == ["login_locked"] * 3
    assert [request.path for request in server.requests] == [training.TOKEN_PATH]
    assert "LỖI CÀI ĐẶT" in driven.strip()
    assert driven.events("gateway") == []


def test_a_late_answer_takes_back_that_the_gateway_is_silent(driven: Driven, server: TrainingGateway) -> None:
    """Also where no patient comes who would ask it."""
    server.fault = Fault(FaultKind.HTML)
    assert driven.reason() == "gateway_not_json"
    assert "KHÔNG TRA ĐƯỢC" in driven.strip()
    driven.desk.rooms.records._settled_late(visit(result_code=None, verdict="undetermined"))
    assert "KHÔNG TRA ĐƯỢC" in driven.strip()
    driven.desk.rooms.records._settled_late(visit())
    assert "KHÔNG TRA ĐƯỢC" not in driven.strip()
