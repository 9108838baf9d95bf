"""The rows of the list: masked everywhere, grown by pages, one of them chosen."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot
from test_visit_words import NUMBER, visit

from kiosk.desk.today_model import COLUMNS, TodayModel
from kiosk.desk.words import Words
from kiosk.visits.model import Status


def filled(*ids: str, more: bool = False) -> TodayModel:
    model = TodayModel(Words("vi"))
    model.fill([visit(visit_id=name) for name in ids], more=more)
    return model


def said(model: TodayModel, row: int) -> list[str]:
    roles = [role for role in Qt.ItemDataRole if isinstance(model.data(model.index(row, 0), role), str)]
    assert Qt.ItemDataRole.AccessibleTextRole in roles
    return [
        str(model.data(model.index(row, column), role))
        for column in range(len(COLUMNS))
        for role in Qt.ItemDataRole
    ]


def test_qt_finds_nothing_to_complain_about(qtmodeltester: ModelTester) -> None:
    model = filled("a", "b")
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    model.add([visit(visit_id="c")], more=False)
    model.fill([], more=False)


def test_numbers_are_masked_for_eyes_and_ears_until_one_is_shown(qtbot: QtBot) -> None:
    model = filled("a", "b")
    assert not any(NUMBER in text for row in (0, 1) for text in said(model, row))
    assert NUMBER not in model.said(0)

    model.show_in_full("a")
    assert NUMBER in said(model, 0)
    assert NUMBER not in said(model, 1)
    model.choose(1)
    assert not any(NUMBER in text for row in (0, 1) for text in said(model, row)), "it is covered on leaving"


def test_the_choice_is_marked_and_stays_with_its_visit_in_the_same_list(qtbot: QtBot) -> None:
    model = filled("a", "b")
    assert model.data(model.index(0, 0)) == "▶"
    model.choose(1)
    assert [model.data(model.index(row, 0)) for row in (0, 1)] == ["", "▶"]

    more = [visit(visit_id=name) for name in ("new", "a", "b")]
    assert model.fill(more, more=False, again=True)
    assert model.chosen == 2
    with qtbot.assertNotEmitted(model.modelReset):
        assert not model.fill(more, more=False, again=True)
    model.fill(more, more=False)
    assert model.chosen == 0, "another search: its first"
    model.fill([], more=False)
    assert (model.chosen, model.chosen_visit) == (-1, None)


def test_pages_are_asked_for_once_and_no_visit_comes_twice(qtbot: QtBot) -> None:
    model = filled("a", "b", more=True)
    with qtbot.waitSignal(model.more_wanted):
        model.fetchMore()
    assert not model.canFetchMore(), "it is on its way"

    model.add([visit(visit_id="b"), visit(visit_id="c")], more=True)
    assert [found.visit_id for found in model.visits] == ["a", "b", "c"]
    assert model.canFetchMore()
    model.add([], more=False)
    assert not model.canFetchMore()


def test_a_visit_that_has_changed_is_shown_as_it_is(qtbot: QtBot) -> None:
    model = filled("a")
    with qtbot.waitSignal(model.dataChanged):
        model.change(visit(visit_id="a", status=Status.CANCELLED))
    assert "Đã hủy" in model.said(0)
    model.change(visit(visit_id="elsewhere"))
