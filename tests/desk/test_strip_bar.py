"""The strip as it is drawn: whole words at any width, and a click that shows what to do (offscreen)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot
from test_desk import Driven, MakeDesk, make_desk  # noqa: F401  a fixture of the desk's tests

from kiosk import clock
from kiosk.desk.flow import PageName
from kiosk.desk.health import Health
from kiosk.desk.health_strip import strip
from kiosk.desk.strip_bar import SegmentButton, StripBar
from kiosk.desk.style import style_sheet
from kiosk.desk.words import Words
from kiosk.errors import RecordsError
from kiosk.settings import Settings

TROUBLE = Health(
    missing=("facility", "account", "staff"),
    tasks=12,
    records_error=RecordsError("database_locked"),
    backup_error=RecordsError("database_locked"),
    serial="flooded",
    camera="not_permitted",
    owed=120,
    owed_since=clock.now() - timedelta(days=3),
    clock_ahead=timedelta(days=-400),
    disk_free=12_000_000,
)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("width", "factor"), [(1366, 1.0), (1366, 2.2), (640, 1.0), (400, 1.0)])
def test_no_word_is_cut_whatever_the_width(qtbot: QtBot, language: str, width: int, factor: float) -> None:
    words = Words(language)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(width, 400)
    bar = StripBar(words)
    bar.setParent(window)
    window.setStyleSheet(style_sheet(factor))
    bar.resize(width, 400)
    window.show()
    bar.scale(factor)
    bar.show_segments(strip(TROUBLE, words, Settings(), clock.now()))
    buttons = bar.findChildren(SegmentButton)
    assert len(buttons) == len(bar.segments)

    def nothing_is_cut() -> None:
        for button in buttons:
            assert button.geometry().right() < width
            assert is_whole(button.findChildren(QLabel)[0]), button.accessibleName()

    qtbot.waitUntil(nothing_is_cut)
    for button in buttons:
        assert "F12" in button.accessibleName()


def is_whole(text: QLabel) -> bool:
    need = text.heightForWidth(text.width()) if text.wordWrap() else text.sizeHint().height()
    return text.width() >= text.minimumSizeHint().width() and text.height() >= need


def test_a_click_opens_the_page_at_what_it_is_about(make_desk: MakeDesk) -> None:  # noqa: F811
    driven: Driven = make_desk()
    driven.qtbot.waitUntil(lambda: driven.desk.health.disk_free is not None)
    buttons = driven.desk.window.strip.findChildren(SegmentButton)
    driven.qtbot.mouseClick(  # type: ignore[no-untyped-call]
        next(each for each in buttons if "Đĩa còn" in each.accessibleName()), Qt.MouseButton.LeftButton
    )
    assert driven.desk.flow.shows(PageName.STATE)
    state = driven.desk.window.state

    def marked() -> list[QLabel]:
        return [each for each in state.findChildren(QLabel, "rowAsked") if not each.isHidden()]

    driven.qtbot.waitUntil(lambda: len(marked()) == 1)
    assert "data" in marked()[0].text()
    driven.qtbot.waitUntil(lambda: not marked()[0].visibleRegion().isEmpty())
    driven.key(Qt.Key.Key_Escape)
    driven.key(Qt.Key.Key_F12)
    assert not marked()  # who presses the key asks for everything
