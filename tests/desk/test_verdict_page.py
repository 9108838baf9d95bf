"""The page of a verdict: what it shows of a view, and what other rooms may add."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from kiosk.desk.difference_table import DifferenceTable, marked_words
from kiosk.desk.verdict_page import VerdictPage
from kiosk.desk.verdict_view import Differences, VerdictView
from kiosk.desk.words import Extra, KeyHint, Words
from kiosk.gateway.result_codes import Verdict

VIEW = VerdictView(
    verdict=Verdict.ELIGIBLE,
    title="ĐỦ ĐIỀU KIỆN",
    reason="Thẻ BHYT hợp lệ.",
    advice="Tiếp nhận người bệnh.",
    result_code="",
    question="",
    problem="",
    keys=(KeyHint("Enter", "Tiếp nhận"), KeyHint("F6", "Tự chi trả"), KeyHint("Esc", "Để riêng")),
    name="Nguyễn Văn Mẫu",
    person_title="Theo cổng BHXH",
    person=(("Ngày sinh", "01/02/1990 (36 tuổi)"), ("Mã thẻ", "DN4 •••• •••• 0001")),
    differences=Differences(),
    warnings=(),
)


@pytest.fixture
def page(qtbot: QtBot) -> VerdictPage:
    made = VerdictPage(Words("vi"))
    qtbot.addWidget(made)
    made.show()
    return made


def texts(page: VerdictPage, name: str) -> list[str]:
    return [found.text() for found in page.findChildren(QLabel, name)]


def test_another_room_adds_its_facts_beside_the_persons_and_its_key_before_escape(page: VerdictPage) -> None:
    priority = Extra(rows=(("Ưu tiên", "Từ 75 tuổi"),), keys=(KeyHint("F7", "Đổi diện ưu tiên"),))
    for _ in range(3):
        page.show_verdict(replace(VIEW, extras=(Extra(), priority)))
    assert texts(page, "rowLabel") == ["Ngày sinh", "Mã thẻ", "Ưu tiên"]
    assert texts(page, "keycap") == ["Enter", "F6", "F7", "Esc"]
    page.show_verdict(VIEW)
    assert texts(page, "rowLabel") == ["Ngày sinh", "Mã thẻ"]


def test_a_screen_reader_is_told_each_verdict_once(
    page: VerdictPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr("kiosk.desk.pages.announce", lambda _, words: said.append(words))
    page.show_verdict(VIEW)
    page.show_verdict(replace(VIEW, extras=(Extra(rows=(("Ưu tiên", "không"),)),)))
    page.show_verdict(replace(VIEW, title="CẦN KIỂM TRA"))
    page.hide()
    page.show_verdict(replace(VIEW, title="CẦN KIỂM TRA"))  # the next patient's
    assert [words.partition(".")[0] for words in said] == ["ĐỦ ĐIỀU KIỆN", *["CẦN KIỂM TRA"] * 2]


def test_a_verdict_nobody_looks_after_shows_the_word_and_no_person(page: VerdictPage) -> None:
    page.show_verdict(VIEW)
    QApplication.processEvents()  # new keys are shown by the event loop
    assert "Tiếp nhận" in [found.text() for found in page.findChildren(QLabel) if found.isVisible()]
    page.cover(True)
    visible = [found.text() for found in page.findChildren(QLabel) if found.isVisible()]
    assert "ĐỦ ĐIỀU KIỆN" in visible
    assert VIEW.name not in visible
    assert "DN4 •••• •••• 0001" not in visible
    assert "Tiếp nhận" not in visible, "no key does what it says there"
    page.cover(False)
    assert "Tiếp nhận" in [found.text() for found in page.findChildren(QLabel) if found.isVisible()]
    assert VIEW.name in [found.text() for found in page.findChildren(QLabel) if found.isVisible()]


@pytest.mark.parametrize(
    ("values", "marked"),
    [
        (["Nguyễn Văn Mẫn", "Nguyễn Văn Mẫu"], "Nguyễn Văn <u>Mẫn</u>"),
        (["Lê Thị Hoà", "–", "LÊ THI HOÀ"], "Lê <u>Thị</u> Hoà"),
        (["<b> Thử", "Lê Thử"], "<u>&lt;b&gt;</u> Thử"),
        (["Nguyễn Mẫu", "Nguyễn Văn Mẫu"], None),
        (["01/02/1990", "01/02/1991"], None),
    ],
)
def test_the_word_that_differs_is_marked(values: list[str], marked: str | None) -> None:
    assert marked_words(values[0], values) == marked


def test_a_page_that_does_not_fit_says_that_there_is_more_below(page: VerdictPage, qtbot: QtBot) -> None:
    page.resize(700, 900)
    page.show_verdict(VIEW)
    qtbot.waitUntil(page.more.sign.isHidden)
    page.show_verdict(replace(VIEW, warnings=tuple(f"Lưu ý số {place}" for place in range(30))))
    qtbot.waitUntil(page.more.sign.isVisible)
    bar = page.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert page.more.sign.isHidden()
    bar.setValue(0)
    page.resize(700, 4000)
    qtbot.waitUntil(page.more.sign.isHidden)


def test_two_sources_stand_on_the_line_of_their_field(page: VerdictPage) -> None:
    rows = (("Giới tính", "Nam", "Nữ"), ("Giá trị từ", "01/01/2023", "01/01/2024"))
    page.show_verdict(replace(VIEW, differences=Differences(("Mã vừa quét", "Cổng BHXH"), rows)))
    table = page.findChildren(DifferenceTable)[-1]
    QApplication.sendPostedEvents()
    QApplication.processEvents()
    names = [each for each in table.findChildren(QLabel, "rowLabel") if each.text() == "Giới tính"]
    values = [each for each in table.findChildren(QLabel, "differenceValue") if each.text() in {"Nam", "Nữ"}]
    assert names[0].y() == values[0].y() == values[1].y()
    assert names[0].x() < values[0].x() < values[1].x()
