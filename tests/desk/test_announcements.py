"""What a screen reader is told by itself: everything that has come of a scan or a key."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAccessible
from pytestqt.qtbot import QtBot

from kiosk.desk.forms import ManualForm
from kiosk.desk.pages import MessagePage, RecordedPage
from kiosk.desk.widgets import announce
from kiosk.desk.words import RecordedView, Words
from kiosk.errors import CardParseError
from kiosk.visits.model import Status

EN = Words("en")


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was announced, as where a screen reader runs."""
    found: list[str] = []
    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    monkeypatch.setattr(QAccessible, "updateAccessibility", lambda event: found.append(event.message()))
    return found


def test_the_number_is_said_with_the_recorded_visit_and_the_trouble_of_its_ticket(
    qtbot: QtBot, said: list[str]
) -> None:
    page = RecordedPage(EN)
    qtbot.addWidget(page)
    page.show_result(
        RecordedView(
            Status.CHECKED_IN, "CHECKED IN", "Send the patient on.", "7", "Nguyễn Văn Mẫu",
            priority="75 and over", ticket="The printer is out of paper.", ticket_trouble=True,
        )
    )  # fmt: skip
    (words,) = said
    assert words.startswith("CHECKED IN. Send the patient on.")
    assert f"{EN('queue_number')} 7. 75 and over. The printer is out of paper." in words
    assert "Nguyễn" not in words, "who stands near hears it too"


def test_a_code_that_could_not_be_read_is_said(qtbot: QtBot, said: list[str]) -> None:
    page = MessagePage(EN)
    qtbot.addWidget(page)
    page.say("NOT READ", "This is no card.", "Scan again.", ())
    assert said == ["NOT READ. This is no card. Scan again."]


def test_what_is_wrong_in_the_form_is_said(qtbot: QtBot, said: list[str]) -> None:
    form = ManualForm(EN)
    qtbot.addWidget(form)
    form.show_error(CardParseError("date_invalid", field="birth_date"), "That is not a date.")
    assert said == ["That is not a date."]


def test_nothing_is_said_where_no_screen_reader_runs(
    qtbot: QtBot, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QAccessible, "isActive", lambda: False)
    page = MessagePage(EN)
    qtbot.addWidget(page)
    announce(page, "words")
    assert said == []
