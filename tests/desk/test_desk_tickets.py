"""Tickets at a real desk, printed on a receipt printer that reads ESC/POS."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot
from receipt_printer import NO_PAPER, ReceiptPrinter

from kiosk.app import build_reception
from kiosk.desk.desk import Desk
from kiosk.desk.events import EventStream
from kiosk.desk.flow import PriorityList, Ready, Recorded, VerdictShown
from kiosk.desk.slip import dots_of
from kiosk.settings import load_settings
from kiosk.tickets.ticket import ticket_of
from kiosk.training.patients import DEMO_PATIENT, PATIENTS
from kiosk.visits.model import Source, Status, Visit

GROWN = [patient for patient in PATIENTS if patient.key in {"demo", "worker", "near_poor"}]
CHILD = next(patient for patient in PATIENTS if patient.key == "child")


class Counter:
    """A desk with a printer, and the acts of a receptionist."""

    def __init__(self, qtbot: QtBot, desk: Desk, output: io.StringIO) -> None:
        self.qtbot, self.desk, self._output, self._stamp = qtbot, desk, output, 1_000_000

    def events(self, name: str) -> list[dict[str, Any]]:
        found = [json.loads(line) for line in self._output.getvalue().splitlines()]
        return [event for event in found if event["event"] == name]

    def until(self, event: str, count: int = 1) -> list[dict[str, Any]]:
        self.qtbot.waitUntil(lambda: len(self.events(event)) >= count, timeout=20_000)
        return self.events(event)

    def verdict_on(self, line: str) -> None:
        self.desk.scan(line, Source.SCAN)
        self.qtbot.waitUntil(lambda: isinstance(self.desk.flow.stage, VerdictShown), timeout=20_000)

    def check_in(self, line: str) -> Visit:
        self.verdict_on(line)
        self.desk.command("return")
        self.qtbot.waitUntil(lambda: isinstance(self.desk.flow.stage, Recorded), timeout=20_000)
        stage = self.desk.flow.stage
        assert isinstance(stage, Recorded)
        return stage.visit

    def key(self, key: Qt.Key, text: str = "", *, after: int = 400) -> None:
        """`after` so many milliseconds by the operating system's time stamps, which tell a hand's keys from
        a scanner's however slow the machine is."""
        self._stamp += after
        target = QApplication.focusWidget() or self.desk.window
        for kind in (QKeyEvent.Type.KeyPress, QKeyEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
            event.setTimestamp(self._stamp)
            QApplication.sendEvent(target, event)

    @property
    def said(self) -> str:
        page = self.desk.window.recorded
        return " ".join(found.text() for found in page.findChildren(QLabel) if found.isVisibleTo(page))


@pytest.fixture
def counters(qtbot: QtBot) -> Iterator[Any]:
    desks: list[Desk] = []

    def open_counter() -> Counter:
        settings = load_settings()
        output = io.StringIO()
        desk = Desk(settings, lambda: build_reception(settings), None, EventStream(output))
        desks.append(desk)
        desk.start()
        counter = Counter(qtbot, desk, output)
        counter.until("opened")
        return counter

    yield open_counter
    for desk in desks:
        desk.window.close()
        desk.window.deleteLater()


@pytest.fixture
def printer(monkeypatch: pytest.MonkeyPatch) -> Iterator[ReceiptPrinter]:
    with ReceiptPrinter() as made:
        monkeypatch.setenv("KIOSK_TICKET__PRINTER", made.setting)
        yield made


def test_who_is_received_gets_a_slip_with_the_number_and_nothing_of_the_card(
    counters: Any, printer: ReceiptPrinter
) -> None:
    counter = counters()
    visit = counter.check_in(CHILD.health_card_line())
    (told,) = counter.until("ticket")
    assert told == {"event": "ticket", "visit_id": visit.visit_id, "again": False, "problem": None}
    assert visit.priority == "child_under_6"
    expected = dots_of(ticket_of(visit, counter.desk.settings), 80)
    assert printer.wait_for(1) == [expected]
    for secret in (CHILD.card_number, CHILD.full_name, CHILD.full_name.split()[-1], visit.visit_id):
        for encoding in ("utf-8", "cp1258", "utf-16-le"):
            assert secret.encode(encoding, "replace") not in printer.received
    assert "Đã in phiếu" in counter.said
    assert "★ Ưu tiên: Trẻ em dưới 6 tuổi" in counter.said


def test_ctrl_p_prints_it_again_and_says_so_on_the_slip(counters: Any, printer: ReceiptPrinter) -> None:
    counter = counters()
    visit = counter.check_in(DEMO_PATIENT.health_card_line())
    counter.until("ticket")
    counter.desk.command("print")
    again = counter.until("ticket", 2)[-1]
    assert (again["again"], again["problem"]) == (True, None)
    first, second = printer.wait_for(2)
    assert second.height > first.height, "a line more: printed again at"
    assert "Đã in lại phiếu" in counter.said
    counter.desk.command("escape")
    assert isinstance(counter.desk.flow.stage, Ready)
    counter.desk.command("print")
    assert counter.until("ticket", 3)[-1]["visit_id"] == visit.visit_id, (
        "the last one, until the next patient"
    )


def test_a_printer_that_is_away_costs_nobody_the_visit(
    counters: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_TICKET__PRINTER", "escpos:tcp://127.0.0.1:9")
    counter = counters()
    visit = counter.check_in(DEMO_PATIENT.health_card_line())
    assert (visit.status, visit.queue_number) == (Status.CHECKED_IN, 1)
    (told,) = counter.until("ticket")
    assert told["problem"] == "printer_refused"
    assert "Chưa in được phiếu." in counter.said
    assert "127.0.0.1:9" in counter.said
    assert counter.desk.health.printer_error is not None

    with ReceiptPrinter() as mended:
        object.__setattr__(counter.desk.settings.ticket, "printer", mended.setting)
        counter.desk.command("print")
        assert counter.until("ticket", 2)[-1] == {**told, "problem": None}, "still the first slip"
    assert counter.desk.health.printer_error is None


def test_no_paper_is_said_in_words(counters: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with ReceiptPrinter(NO_PAPER) as empty:
        monkeypatch.setenv("KIOSK_TICKET__PRINTER", empty.setting)
        counter = counters()
        counter.check_in(DEMO_PATIENT.health_card_line())
        counter.until("ticket")
        assert "hết giấy" in counter.said
        assert empty.slips == []


def test_by_hand_only_where_the_settings_say_so(
    counters: Any, printer: ReceiptPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_TICKET__AUTOMATIC", "false")
    counter = counters()
    counter.check_in(DEMO_PATIENT.health_card_line())
    assert counter.events("ticket") == []
    counter.desk.command("print")
    assert not counter.until("ticket")[0]["again"]


def test_without_a_printer_nothing_is_said_of_one(counters: Any) -> None:
    counter = counters()
    counter.check_in(DEMO_PATIENT.health_card_line())
    counter.desk.command("print")
    assert counter.events("ticket") == []
    assert "phiếu" not in counter.said
    assert "Ctrl+P" not in counter.said


def test_who_is_put_aside_gets_none(counters: Any, printer: ReceiptPrinter) -> None:
    counter = counters()
    counter.verdict_on(DEMO_PATIENT.health_card_line())
    counter.desk.command("escape")
    counter.until("recorded")
    counter.desk.command("print")
    assert counter.events("ticket") == []
    assert printer.slips == []


def test_f7_on_a_verdict_chooses_the_group_whatever_is_then_decided(counters: Any) -> None:
    counter = counters()
    window = counter.desk.window
    for count, (patient, decision) in enumerate(zip(GROWN, ("return", "escape", "F6"), strict=True), 1):
        counter.verdict_on(patient.health_card_line())
        counter.desk.command("F7")
        assert isinstance(counter.desk.flow.top, PriorityList)
        assert window.page is window.priorities
        counter.desk.command("digit_3")
        counter.desk.command("return")
        assert window.page is window.verdict
        counter.desk.command(decision)
        counter.until("recorded", count)
        counter.desk.command("escape")
    kept = [(visit.status, visit.priority) for visit in counter.desk.reception.visits()]
    assert kept == [(status, "pregnant") for status in (Status.CHECKED_IN, Status.HELD, Status.SELF_PAY)]


def test_in_the_list_a_digit_marks_return_takes_and_a_scan_waits(counters: Any) -> None:
    counter = counters()
    counter.verdict_on(DEMO_PATIENT.health_card_line())
    counter.key(Qt.Key.Key_F7)
    for character in CHILD.health_card_line():
        counter.key(Qt.Key.Key_unknown, character, after=5)
    counter.key(Qt.Key.Key_Return, "\r", after=5)
    assert counter.desk.flow.top == PriorityList(0), (
        "what the scan marked is forgotten, its Return takes nothing"
    )
    assert len(counter.desk.flow.line) == 1
    counter.key(Qt.Key.Key_4, "4")
    assert counter.desk.flow.top == PriorityList(3)
    counter.key(Qt.Key.Key_Return, "\r")
    stage = counter.desk.flow.stage
    assert isinstance(stage, VerdictShown)
    assert stage.priority == "severe_disability"
    assert counter.events("recorded") == []
