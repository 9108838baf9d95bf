"""Help while typing: the number in its groups, what it means, and earlier patients found by a part."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from kiosk.card.model import HealthCard, Kind, PartialDate
from kiosk.card.number_groups import number_groups
from kiosk.desk.forms import ManualForm
from kiosk.desk.number_check import NumberCheck, meaning_of
from kiosk.desk.words import Words, masked_name
from kiosk.visits.known_patient import KnownPatient

VI = Words("vi")
MAU = KnownPatient("Lê Bé Mẫu", PartialDate(2023, 6, 5), "TE1019900000103", date(2026, 11, 20))
THU = KnownPatient("Trần Văn Thử", PartialDate(1985, 3, 4), "9900000102", date(2026, 11, 19))


@pytest.fixture
def form(qtbot: QtBot) -> ManualForm:
    made = ManualForm(VI)
    qtbot.addWidget(made)
    made.open_empty()
    made.show()
    return made


def texts(widget: QWidget, name: str) -> list[str]:
    return [found.text() for found in widget.findChildren(QLabel, name) if found.isVisibleTo(widget)]


# The number


def test_a_card_number_is_spaced_and_in_upper_case_while_it_is_typed(form: ManualForm) -> None:
    QTest.keyClicks(form.number_edit, "dn4799900000001")
    assert form.number_edit.text() == "DN 4 79 99 000 00001"


def test_a_digit_forgotten_in_the_middle_is_put_in_where_the_cursor_is(form: ManualForm) -> None:
    edit = form.number_edit
    QTest.keyClicks(edit, "DN499")
    edit.setCursorPosition(len("DN 4"))
    QTest.keyClicks(edit, "7")
    QTest.keyClicks(edit, "9")
    assert edit.text() == "DN 4 79 99"
    QTest.keyClick(edit, Qt.Key.Key_Backspace)
    QTest.keyClick(edit, Qt.Key.Key_Backspace)
    assert edit.text() == "DN 4 99", "and is taken out again, blanks or not"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("DN479", "DN · mức 4 (80 %) · TP. Hồ Chí Minh"),
        ("DN4799900000", "DN · mức 4 (80 %) · TP. Hồ Chí Minh · mã số BHXH, còn 3 số"),
        ("TE1019900000103", "TE · mức 1 (100 %) · Hà Nội · đủ 15 ký tự"),
        ("DN9", "DN"),
        ("099190000001", "Nữ, sinh năm 1990 · đủ 12 số"),
    ],
)
def test_a_number_says_what_it_means(typed: str, says: str) -> None:
    assert meaning_of(number_groups(typed), VI).endswith(says)


def test_what_is_wrong_stands_beside_its_group_and_nothing_else_does(qtbot: QtBot) -> None:
    check = NumberCheck(VI)
    qtbot.addWidget(check)
    check.show_number("DN979")
    assert texts(check, "numberMeaning") == ["DN · TP. Hồ Chí Minh"]
    assert texts(check, "groupText") == ["9"]
    assert "chỉ có 1–5" in texts(check, "groupWords")[0]
    check.show_number("DN479")
    assert texts(check, "groupText") == []


# Earlier patients


def test_a_part_of_a_number_or_of_a_name_asks_who_that_may_be(qtbot: QtBot, form: ManualForm) -> None:
    with qtbot.waitSignal(form.part_given) as asked:
        QTest.keyClicks(form.number_edit, "0102")
    assert asked.args == ["0102", ""]
    with qtbot.waitSignal(form.part_given) as asked:
        form.edits[1].setText("thử ")
    assert asked.args == ["0102", "thử"]


def test_too_little_a_whole_number_or_a_birth_date_asks_nobody(qtbot: QtBot, form: ManualForm) -> None:
    with qtbot.assertNotEmitted(form.part_given, wait=300):
        form.number_edit.setText("010")
        form.number_edit.setText("9900000102")
        form.edits[1].setText("Trần")
        form.number_edit.setText("")
        form.edits[2].setText("1985")


def test_several_are_shown_masked_marked_with_arrows_and_filled_in_with_return(
    qtbot: QtBot, form: ManualForm
) -> None:
    with qtbot.waitSignal(form.part_given):
        form.number_edit.setText("9900")
    assert form.offer_found("9900", "", [MAU, THU])
    assert texts(form, "offerRow") == [
        "L• B• M••  ·  ••/••/2023  ·  TE1 •••• •••• 0103  ·  lần cuối 20/11/2026",
        "T••• V•• T••  ·  ••/••/1985  ·  •••••• 0102  ·  lần cuối 19/11/2026",
    ]
    assert not form.take_marked(), "nothing is marked by itself: Return submits"
    form.move_offer(1)
    form.move_offer(1)
    form.move_offer(-1)
    assert form.values == ("9900", "", "")
    assert form.take_marked()
    assert form.values == ("TE 1 01 99 000 00103", "Lê Bé Mẫu", "05/06/2023")
    assert texts(form, "offerRow") == []


def test_the_only_one_found_is_taken_with_the_arrow(qtbot: QtBot, form: ManualForm) -> None:
    with qtbot.waitSignal(form.part_given):
        form.edits[1].setText("thu")
    form.offer_found("", "thu", [THU])
    (offer,) = texts(form, "offer")
    assert "T••• V•• Thử" in offer, "what was typed is no secret"
    form.move_offer(1)
    assert form.values == ("9900000102", "Trần Văn Thử", "04/03/1985")


def test_who_was_found_for_what_stood_there_before_is_dropped(qtbot: QtBot, form: ManualForm) -> None:
    with qtbot.waitSignal(form.part_given):
        form.edits[1].setText("thu")
    form.edits[1].setText("thuy")
    assert not form.offer_found("", "thu", [THU, MAU])
    assert texts(form, "offerRow") == []


def test_a_name_is_unmasked_only_where_it_was_typed() -> None:
    assert masked_name("Trần Văn Thử", "tran") == "Trần V•• T••"
    assert masked_name("Trần Văn Thử", "ran") == "T••• V•• T••"


def test_the_patient_on_the_screen_is_offered_for_correction_and_only_to_an_empty_form(
    qtbot: QtBot, form: ManualForm
) -> None:
    form.offer_on_screen(THU)
    form.number_edit.setText("9")
    form.move_offer(1)
    assert form.values == ("9", "", "")
    form.number_edit.setText("")
    with qtbot.waitSignal(form.correcting):
        form.move_offer(1)
    assert form.values == ("9900000102", "Trần Văn Thử", "04/03/1985")


def test_a_scanned_number_stays_as_it_is_whoever_is_offered(form: ManualForm) -> None:
    form.open_for(HealthCard(Kind.SOCIAL_INSURANCE_NUMBER, social_insurance_number="9900000102"))
    form.offer("9900000102", THU)
    form.move_offer(1)
    assert form.values == ("•••••• 0102", "Trần Văn Thử", "04/03/1985")
