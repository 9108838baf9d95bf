"""The page of F8: what a digit means, what files itself, and what reminds the desk."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from kiosk import clock
from kiosk.app import build_reception
from kiosk.desk import difficulty_desk
from kiosk.desk.desk import Desk
from kiosk.desk.difficulty_page import SHOWN, DifficultyPage
from kiosk.desk.difficulty_words import code_words
from kiosk.desk.events import EventStream
from kiosk.desk.flow import Message, PageName, Recorded, VerdictShown
from kiosk.desk.words import Words
from kiosk.errors import ImageError, RecordsError
from kiosk.readers.scan_test import KeyNote
from kiosk.settings import load_settings
from kiosk.training.faults import Fault, FaultKind, Step
from kiosk.training.gateway_server import TrainingGateway
from kiosk.training.patients import DEMO_PATIENT
from kiosk.visits.difficulties import Difficulty, State, cases
from kiosk.visits.model import Source

WAIT_MS = 30_000
MORNING = datetime(2026, 11, 23, 8, 30, tzinfo=clock.VIETNAM)


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[TrainingGateway]:
    with TrainingGateway() as server:
        monkeypatch.setenv("KIOSK_GATEWAY__BASE_URL", server.base_url)
        yield server


class Opened:
    """A desk, and what it said."""

    def __init__(self, qtbot: QtBot) -> None:
        settings = load_settings()
        self.qtbot = qtbot
        self.output = io.StringIO()
        self.desk = Desk(settings, lambda: build_reception(settings), None, EventStream(self.output))
        self.desk.start()
        self.wait_for("opened")

    def events(self, name: str) -> list[dict[str, Any]]:
        told = [json.loads(line) for line in self.output.getvalue().splitlines()]
        return [event for event in told if event["event"] == name]

    def wait_for(self, name: str, count: int = 1) -> list[dict[str, Any]]:
        self.qtbot.waitUntil(lambda: len(self.events(name)) >= count, timeout=WAIT_MS)
        return self.events(name)

    def scan(self, text: str, stage: type[Any]) -> None:
        self.desk.scan(text, Source.SERIAL)
        self.qtbot.waitUntil(lambda: isinstance(self.desk.flow.stage, stage), timeout=WAIT_MS)

    def type(self, digits: str, at: float, apart: float) -> None:
        """Keys as the reader tells them: each is noted, then it is a command."""
        for place, digit in enumerate(digits):
            self.desk.keys.noted.emit(KeyNote("character", at + place * apart, digit, digit))
            self.desk.command(f"digit_{digit}")

    def filed(self) -> list[Difficulty]:
        return self.desk.reception.records.difficulties.find()


@pytest.fixture
def opened(qtbot: QtBot, gateway: TrainingGateway) -> Iterator[Opened]:
    made = Opened(qtbot)
    yield made
    made.desk.window.close()
    made.desk.window.deleteLater()


def words_on(page: Any) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel) if not label.isHidden())


def test_a_digit_alone_files_and_the_digits_of_a_number_do_not(opened: Opened) -> None:
    opened.desk.command("F8")
    opened.type("7912345671", at=100.0, apart=0.004)
    assert not opened.desk.rooms.difficulties._alone.isActive()
    opened.type("4", at=200.0, apart=1.0)

    assert [event["kind"] for event in opened.wait_for("difficulty")] == ["card_unreadable"]
    assert "✓ Đã ghi: Thẻ hoặc mã QR không đọc được" in words_on(opened.desk.window.difficulty)
    assert len(opened.filed()) == 1


def test_a_digit_means_nothing_once_the_page_is_left(opened: Opened) -> None:
    opened.desk.command("F8")
    opened.type("4", at=100.0, apart=1.0)
    opened.desk.command("escape")
    opened.desk.command("F8")
    opened.type("1", at=200.0, apart=1.0)
    assert [event["kind"] for event in opened.wait_for("difficulty")] == ["gateway_slow"]


def test_the_page_keeps_what_was_filed_when_the_answer_comes_under_it(
    opened: Opened, gateway: TrainingGateway
) -> None:
    gateway.fault = Fault(FaultKind.SLOW, step=Step.LOOKUP, seconds=1.5)
    opened.desk.scan(DEMO_PATIENT.health_card_line(), Source.SERIAL)
    opened.desk.command("F8")
    opened.type("3", at=100.0, apart=1.0)
    opened.wait_for("difficulty")
    page = opened.desk.window.difficulty
    page.edit.setText("ngày sinh 1960")

    opened.wait_for("verdict")
    assert opened.desk.flow.shows(PageName.DIFFICULTY)
    assert page.edit.text() == "ngày sinh 1960"
    opened.desk.command("return")
    opened.wait_for("difficulty_described")
    assert isinstance(opened.desk.flow.stage, VerdictShown)
    assert [each.text for each in opened.filed()] == ["ngày sinh 1960"]


def test_scans_that_cannot_be_read_file_themselves_once_a_minute(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = SimpleNamespace(now=lambda: MORNING, today=MORNING.date, VIETNAM=clock.VIETNAM)
    monkeypatch.setattr(difficulty_desk, "clock", now)
    for text in ("xin chào|1|2|", "vẫn thế|1|2|"):
        opened.scan(text, Message)
        opened.desk.command("escape")
    now.now = lambda: MORNING + timedelta(minutes=1)
    opened.scan("lại thế|1|2|", Message)
    opened.wait_for("difficulty", 3)
    assert [(each.kind, each.first_at) for each in opened.filed()] == [
        ("card_unreadable", MORNING),
        ("card_unreadable", MORNING + timedelta(minutes=1)),
    ]


def test_a_file_that_is_no_picture_is_nobodys_difficulty(opened: Opened) -> None:
    opened.desk.flow.stage = Message(ImageError("image_missing", file="x.png"))
    opened.desk.rooms.redraw()
    opened.desk.flow.stage = Message(ImageError("no_code", file="x.png"))
    opened.desk.rooms.redraw()
    assert [event["code"] for event in opened.wait_for("difficulty")] == ["no_code"]


def test_what_nobody_reported_in_time_reminds_until_somebody_says_so(
    qtbot: QtBot, gateway: TrainingGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_DIFFICULTIES__REMIND_AFTER_HOURS", "0.000001")
    opened = Opened(qtbot)
    desk = opened.desk

    def unreported() -> int:
        return desk.health.unreported

    assert unreported() == 0
    gateway.fault = Fault(FaultKind.HTML, step=Step.LOOKUP)
    opened.scan(DEMO_PATIENT.health_card_line(), VerdictShown)
    desk.command("return")
    qtbot.waitUntil(lambda: isinstance(desk.flow.stage, Recorded), timeout=WAIT_MS)
    desk.rooms.difficulties.remind()
    qtbot.waitUntil(lambda: unreported() == 1, timeout=WAIT_MS)
    assert "Chưa báo BHXH: 1 (F8)" in words_on(desk.window.strip)

    desk.command("F8")
    opened.wait_for("difficulties")
    desk.command("down")
    desk.command("F5")
    opened.wait_for("difficulties_marked")
    qtbot.waitUntil(lambda: unreported() == 0, timeout=WAIT_MS)
    assert [each.state for each in opened.filed()] == [State.REPORTED]
    desk.window.close()
    desk.window.deleteLater()


def test_what_cannot_be_written_is_said(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: Difficulty) -> Difficulty:
        raise RecordsError("records_disk_full", place="visits.sqlite3")

    monkeypatch.setattr(opened.desk.reception.records.difficulties, "file", full)
    opened.desk.command("F8")
    opened.type("1", at=100.0, apart=1.0)
    assert opened.wait_for("difficulty") == [{"event": "difficulty", "problem": "records_disk_full"}]
    assert "CHƯA GHI ĐƯỢC" in words_on(opened.desk.window.difficulty)


def suspicions(count: int) -> list[Difficulty]:
    return [
        Difficulty(
            f"s{n}", "suspected_card", None, State.NEW, MORNING, MORNING - timedelta(minutes=n), "Quầy 1"
        )
        for n in range(count)
    ]


def test_the_arrows_bring_every_case_into_sight_and_the_mark_stays_with_its_own(qtbot: QtBot) -> None:
    page = DifficultyPage(Words("vi"))
    qtbot.addWidget(page)

    def chosen() -> str | None:
        return page.chosen.case_id if page.chosen else None

    page.show_cases(cases(suspicions(SHOWN + 3)))
    assert chosen() is None
    for n in range(SHOWN + 3):
        page.mark_next(1)
        assert chosen() == f"s{n}"
        assert words_on(page).count("▶") == 1
    page.mark_next(1)
    assert chosen() == "s0"
    page.show_cases(cases(suspicions(SHOWN + 3)[1:]))
    assert chosen() is None, "it has gone"
    page.mark_next(-1)
    assert chosen() == f"s{SHOWN + 2}"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("101", "Mã 101: Máy chủ Cổng BHXH gặp lỗi"),
        ("gateway_unreachable", "Không kết nối được Cổng BHXH"),
        ("unknown_code", "Mã này không phải thẻ BHYT hay CCCD"),
        ("no_code", "Không đọc được mã"),
        ("987", "Mã 987"),
    ],
)
def test_what_happened_stands_in_words(code: str, said: str) -> None:
    assert code_words(code, Words("vi")) == said
