"""Texts that are 40 % longer, as another translation might be, stand whole on every page of the window."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from kiosk import texts
from kiosk.app import build_reception
from kiosk.desk.desk import Desk
from kiosk.desk.events import EventStream
from kiosk.desk.flow import Message, Ready, Recorded, VerdictShown
from kiosk.desk.manage.hub import SECTIONS
from kiosk.desk.widgets import KeyButton
from kiosk.settings import load_settings
from kiosk.training.patients import patient
from kiosk.visits.model import Source

WAIT_MS = 30_000
SETTLED_WITHIN_MS = 3_000
SIZE = (1366, 768)
STRETCH = 1.4
_WORD = re.compile(r"\{[^}]*\}|[^\s{}]+|\s+")

_table = texts.table


def stretched(text: str) -> str:
    """`text` with each word's letters repeated until it is 40 % longer; what is filled in stays."""
    made, owed = [], 0.0
    for part in _WORD.findall(text):
        made.append(part)
        if part[0] != "{" and part.strip():
            owed += len(part) * (STRETCH - 1)
            made.append("ẵ" * int(owed))
            owed %= 1
    return "".join(made)


def stretched_table(name: str) -> Mapping[str, Mapping[str, str]]:
    rows = _table(name)
    if name == "fields":  # the field's own words are also matched against
        return rows
    return {code: {language: stretched(text) for language, text in row.items()} for code, row in rows.items()}


def cut(window: QWidget) -> Iterator[str]:
    """What does not stand whole in `window`."""
    for found in window.findChildren(QLabel):
        if not found.isVisible() or not found.text():
            continue
        if found.wordWrap():
            whole = found.height() >= found.heightForWidth(found.width())
        else:
            whole = found.width() >= found.minimumSizeHint().width()
        if not whole:
            yield f"{found.objectName()} {found.size().toTuple()}: {found.text()}"
    for part in (
        *window.findChildren(KeyButton),
        *window.findChildren(QLabel),
        *window.findChildren(QLineEdit),
    ):
        right = part.mapTo(window, QPoint(part.width(), 0)).x()
        if part.isVisible() and right > window.width():
            yield f"{part.objectName()} or a key ends at {right}: {part.accessibleName()}"


class Shown:
    def __init__(self, qtbot: QtBot, desk: Desk) -> None:
        self.qtbot, self.desk = qtbot, desk

    def scan(self, key: str, stage: type[object] = VerdictShown) -> None:
        self.desk.scan(patient(key).health_card_line() if key else "khong-phai-the", Source.SERIAL)
        self.until(stage)

    def until(self, stage: type[object]) -> None:
        self.qtbot.waitUntil(lambda: isinstance(self.desk.flow.stage, stage), timeout=WAIT_MS)

    def does(self, *commands: str) -> None:
        for command in commands:
            self.desk.command(command)

    def cut(self) -> list[str]:
        """Once the layouts have settled."""
        found = list(cut(self.desk.window))
        for _ in range(SETTLED_WITHIN_MS // 50):
            if not found:
                break
            self.qtbot.wait(50)
            found = list(cut(self.desk.window))
        return found


@pytest.fixture(params=["vi", "en"])
def shown(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Shown]:
    monkeypatch.setenv("KIOSK_UI__LANGUAGE", request.param)
    monkeypatch.setattr(texts, "table", stretched_table)
    settings = load_settings()
    output = io.StringIO()
    desk = Desk(settings, lambda: build_reception(settings), None, EventStream(output))
    desk.window.resize(*SIZE)
    desk.start()
    qtbot.waitUntil(lambda: "opened" in output.getvalue(), timeout=WAIT_MS)
    yield Shown(qtbot, desk)
    desk.window.close()
    desk.window.deleteLater()


def test_texts_forty_percent_longer_stand_whole(shown: Shown) -> None:
    found: dict[str, list[str]] = {}

    def look(page: str) -> None:
        if missing := shown.cut():
            found[page] = missing

    look("ready")
    for key in ("demo", "army", "expired"):
        shown.scan(key)
        look(f"verdict {key}")
        if key == "demo":
            for command, page in (("F7", "priority"), ("F10", "papers")):
                shown.does(command)
                look(page)
                shown.does("escape")
            shown.does("return")
            shown.until(Recorded)
            look("recorded")
            shown.does("escape")
        else:
            shown.does("escape")
            shown.until(Recorded)
            shown.does("escape")
        shown.until(Ready)
    shown.scan("", Message)
    look("message")
    shown.does("escape")
    for command in ("F2", "F3", "F8", "F9", "F12"):
        shown.does(command)
        look(command)
        shown.does("escape")
    shown.does("F6")
    shown.qtbot.waitUntil(lambda: shown.desk.rooms.manage.choosing, timeout=WAIT_MS)
    look("F6")
    for place, (module, _, _) in enumerate(SECTIONS):
        shown.desk.rooms.manage.press(f"digit_{place + 1}")
        shown.qtbot.waitUntil(lambda: not shown.desk.rooms.manage.busy, timeout=WAIT_MS)
        look(module)
        if module in {"persons", "watch", "accounts"}:
            shown.does("F5")
            look(f"{module} form")
            shown.does("escape")
        shown.does("escape")
    assert found == {}
