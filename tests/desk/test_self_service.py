"""The patients' window with its readers, gateway and records: what a patient sees, touches and never sees."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from kiosk.app import build_reception
from kiosk.desk.events import EventStream
from kiosk.desk.repeats import Repeats
from kiosk.desk.self_service import flow as f
from kiosk.desk.self_service.service import SelfService
from kiosk.desk.self_service.touch import SMALLEST_TARGET
from kiosk.settings import load_settings
from kiosk.training.faults import Fault, FaultKind, Step
from kiosk.training.gateway_server import TrainingGateway
from kiosk.training.patients import patient
from kiosk.visits.model import Source, Status
from kiosk.visits.notice_in_force import notice_history

WAIT_MS = 30_000
IDLE_SECONDS = 30


class Bench:
    """A service with a clock of its own."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot, self.at, self.output = qtbot, 0.0, io.StringIO()
        settings = load_settings()
        self.service = SelfService(
            settings,
            lambda: build_reception(settings),
            None,
            None,
            EventStream(self.output),
            now=lambda: self.at,
        )
        self.window = self.service.window
        self.window.resize(1366, 768)
        self.window.show()
        self.service.start()
        qtbot.waitUntil(lambda: "opened" in self.output.getvalue(), timeout=WAIT_MS)

    def scan(self, key: str) -> None:
        self.service.scan(patient(key).health_card_line(), Source.SERIAL)
        self.qtbot.waitUntil(lambda: not isinstance(self.service.flow.stage, f.Checking), timeout=WAIT_MS)

    def stage(self) -> f.Stage:
        return self.service.flow.stage

    def touch(self, words: str) -> None:
        (button,) = (each for each in self.buttons() if each.text() == words)
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)  # type: ignore[no-untyped-call]

    def wait_for(self, stage: type[f.Stage]) -> None:
        self.qtbot.waitUntil(lambda: isinstance(self.service.flow.stage, stage), timeout=WAIT_MS)

    def buttons(self) -> list[QPushButton]:
        return [each for each in self.window.findChildren(QPushButton) if each.isVisible()]

    def words(self) -> str:
        return "\n".join(each.text() for each in self.window.findChildren(QLabel) if each.isVisible())

    def events(self, name: str) -> list[dict[str, Any]]:
        told = [json.loads(line) for line in self.output.getvalue().splitlines()]
        return [event for event in told if event["event"] == name]

    def statuses(self) -> list[Status]:
        return [visit.status for visit in self.service._reception.wait().visits()]

    def pass_seconds(self, seconds: float) -> None:
        self.at += seconds
        self.service.tick()


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[TrainingGateway]:
    with TrainingGateway() as server:
        monkeypatch.setenv("KIOSK_GATEWAY__BASE_URL", server.base_url)
        monkeypatch.setenv("KIOSK_SELF_SERVICE__EXIT_CODE", "2468")
        yield server


@pytest.fixture
def made(qtbot: QtBot, gateway: TrainingGateway) -> Iterator[Callable[[], Bench]]:
    benches: list[Bench] = []

    def make() -> Bench:
        benches.append(Bench(qtbot))
        return benches[-1]

    yield make
    for bench in benches:
        bench.window.close_at_once()
        bench.service.close()
        bench.window.deleteLater()


def test_a_patient_shows_the_card_touches_once_and_reads_the_number(made: Callable[[], Bench]) -> None:
    bench, who = made(), patient("demo")
    bench.scan("demo")
    shown = bench.words()
    assert who.full_name not in shown
    assert who.card_number not in shown
    assert who.card_number[-4:] in shown
    assert "Thẻ BHYT dùng được hôm nay" in shown

    bench.touch("LẤY SỐ THỨ TỰ")
    bench.wait_for(f.Done)
    assert bench.window.done.number.text() == "1"
    assert bench.statuses() == [Status.CHECKED_IN]
    assert who.full_name not in bench.output.getvalue()


def test_who_is_not_simply_received_is_asked_to_the_desk_without_a_reason(made: Callable[[], Bench]) -> None:
    bench = made()
    bench.scan("expired")
    assert bench.stage() == f.ToDesk(f.Why.STAFF)
    bench.qtbot.waitUntil(lambda: len(bench.events("recorded")) == 1, timeout=WAIT_MS)
    assert bench.statuses() == [Status.HELD]
    assert "hết hạn" not in bench.words().lower()
    bench.touch("Xong")
    assert bench.stage() == f.Welcome()


def test_with_the_gateway_down_the_patient_is_received(
    made: Callable[[], Bench], gateway: TrainingGateway
) -> None:
    gateway.fault = Fault(FaultKind.RESET, step=Step.LOOKUP)
    bench = made()
    bench.scan("demo")
    assert "vẫn được tiếp nhận" in bench.words()
    bench.touch("LẤY SỐ THỨ TỰ")
    bench.wait_for(f.Done)
    assert bench.statuses() == [Status.PENDING]


def test_a_number_is_taken_once_a_day(made: Callable[[], Bench]) -> None:
    bench = made()
    bench.scan("demo")
    bench.touch("LẤY SỐ THỨ TỰ")
    bench.wait_for(f.Done)
    bench.touch("Xong")
    bench.service.intake.repeats = Repeats()  # as minutes later
    bench.scan("demo")
    assert bench.stage() == f.ToDesk(f.Why.TODAY)
    assert len(bench.statuses()) == 1


def test_what_nobody_touches_is_cleared_and_the_clearing_can_be_stopped(made: Callable[[], Bench]) -> None:
    bench = made()
    bench.touch("English")
    bench.scan("demo")
    bench.pass_seconds(IDLE_SECONDS - 5)
    assert "clears in 5 seconds" in bench.words()
    bench.touch("Keep this screen")
    bench.pass_seconds(10 * IDLE_SECONDS)
    assert isinstance(bench.stage(), f.Offered)
    bench.touch("This is not me")
    assert bench.stage() == f.Welcome()
    assert bench.statuses() == []

    bench.touch("No VssID yet?")
    bench.pass_seconds(IDLE_SECONDS + 1)
    assert bench.stage() == f.Welcome()
    assert "Mời đưa thẻ BHYT" in bench.words()  # the next patient reads Vietnamese again


def test_only_the_code_closes_the_window(made: Callable[[], Bench]) -> None:
    bench = made()
    bench.window.close()
    assert bench.window.isVisible()
    assert bench.stage() == f.Leaving()
    for key in ("1", "1", "1", "1", "OK"):
        bench.touch(key)
    assert "Mã không đúng" in bench.words()
    for key in ("2", "4", "6", "9", "⌫", "8"):
        bench.touch(key)
    assert "2468" not in bench.words()
    bench.touch("OK")
    assert not bench.window.isVisible()


def test_what_is_done_with_their_data_is_one_touch_away_in_both_languages(made: Callable[[], Bench]) -> None:
    bench = made()
    bench.qtbot.waitUntil(lambda: bench.window._told is not None, timeout=WAIT_MS)
    bench.touch("Thông tin của tôi được dùng thế nào?")
    QApplication.processEvents()
    assert "Ai xử lý thông tin của quý khách" in bench.words()
    bench.touch("English")
    QApplication.processEvents()
    assert "Who handles your data" in bench.words()
    assert "Version 1" in bench.words()
    bar = bench.window.notice._area.verticalScrollBar()
    bench.qtbot.waitUntil(lambda: bar.maximum() > 0, timeout=WAIT_MS)
    bench.touch("▼")
    assert bar.value() > 0
    bench.pass_seconds(IDLE_SECONDS + 1)
    assert isinstance(bench.stage(), f.Welcome)
    uses = notice_history(bench.service._reception.wait().records.audit)
    assert [use.version for use in uses] == ["1"]


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
def test_every_button_is_large_enough_for_a_finger_and_nothing_is_cut(
    made: Callable[[], Bench], size: tuple[int, int]
) -> None:
    bench = made()
    bench.window.resize(*size)
    bench.qtbot.waitUntil(lambda: bench.window._told is not None, timeout=WAIT_MS)
    for language in ("vi", "en"):
        bench.window.language = language
        bench.window.write()
        for page in bench.window._pages:
            bench.window.show_page(page)
            QApplication.processEvents()
            for button in bench.buttons():
                assert button.height() >= SMALLEST_TARGET, button.text()
                assert button.width() >= SMALLEST_TARGET, button.text()
                assert button.width() >= button.sizeHint().width(), button.text()
            needed = bench.window.centralWidget().minimumSizeHint()  # type: ignore[union-attr]  # set once
            assert needed.width() <= size[0], page
            assert needed.height() <= size[1], page
