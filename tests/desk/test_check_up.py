"""F5 on the page of F12: the doctor's lines beside a running desk (offscreen)."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from kiosk.desk.check_up import CheckUp, examine_around_desk
from kiosk.desk.events import EventStream
from kiosk.desk.lists import StatePage
from kiosk.desk.words import Words
from kiosk.desk.work import Mailbox
from kiosk.doctor import CHECKS, Finding
from kiosk.doctor.finding import bad, good
from kiosk.settings import Settings

if TYPE_CHECKING:
    from kiosk.desk.check_up import Examination


class Shown:
    """A page with a check-up, and what it shows and tells."""

    def __init__(self, qtbot: QtBot, examination: Examination) -> None:
        self._qtbot, self._output = qtbot, io.StringIO()
        words = Words("en")
        self.page = StatePage(words)
        qtbot.addWidget(self.page)
        self.mailbox = Mailbox()
        stream = EventStream(self._output)
        self.check_up = CheckUp(Settings(), words, self.page, self.mailbox, stream, examination)

    @property
    def events(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self._output.getvalue().splitlines()]

    @property
    def text(self) -> str:
        labels = (label for label in self.page.findChildren(QLabel) if not label.isHidden())
        return "\n".join(label.text() for label in labels)

    def until_told(self, times: int = 1) -> None:
        self._qtbot.waitUntil(lambda: len(self.events) == times, timeout=30_000)


def test_lines_come_one_by_one_and_only_one_check_up_runs(qtbot: QtBot) -> None:
    go_on, begun = threading.Event(), []

    def examination(_: Settings) -> Iterator[Finding]:
        begun.append(1)
        yield good("clock", "clock_fine", now="08:00", skew="0:00:00", zone="+0700")
        yield bad("disk", "disk_full", "advice_disk_full", folder="/data")
        go_on.wait(30)
        yield good("printer", "printer_off")

    shown = Shown(qtbot, examination)
    shown.check_up.start()
    qtbot.waitUntil(lambda: "✗ Disk" in shown.text, timeout=10_000)
    shown.check_up.start()
    assert "Checking everything" in shown.text
    assert "→ Free space on the disk of /data" in shown.text
    go_on.set()
    shown.until_told()
    assert shown.events == [{"event": "checked_up", "checks": 3, "to_mend": ["disk"]}]
    assert "1 to mend" in shown.text
    assert shown.text.index("✗ Disk") < shown.text.index("✓ Clock") < shown.text.index("✓ Printer")
    assert begun == [1]

    shown.check_up.start()
    shown.until_told(2)
    assert shown.text.count("✗ Disk") == 1


def test_a_fault_of_the_program_ends_the_check_up_and_not_the_desk(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    def examination(_: Settings) -> Iterator[Finding]:
        raise ZeroDivisionError("token=secret")

    shown = Shown(qtbot, examination)
    shown.check_up.start()
    shown.until_told()
    assert "ZeroDivisionError" in caplog.text
    assert "secret" not in caplog.text
    assert "all right" not in shown.text


def test_everything_but_the_readers_that_the_desk_has_open_is_examined() -> None:
    checks = [finding.check for finding in examine_around_desk(Settings())]
    assert checks == [check for check in CHECKS if check not in {"camera", "scanner"}]


def test_the_page_opens_from_the_top_where_its_keys_are(qtbot: QtBot) -> None:
    page = StatePage(Words("vi"))
    qtbot.addWidget(page)
    page.resize(600, 200)
    page.show_check_up("", [(f"✓ {number}", "…") for number in range(30)])
    page.show()
    bar = page.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0, timeout=30_000)
    bar.setValue(bar.maximum())
    page.hide()
    page.show()
    assert bar.value() == 0
