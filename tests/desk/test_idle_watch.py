"""What happens on the screen when nobody is at the desk; the clock is the test's own."""

from __future__ import annotations

import pytest
from flow_samples import VISIT
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from test_desk_flow import at_verdict, stage_of, ticket_of

from kiosk.desk.flow import Flow, PageName, Ready, Recorded
from kiosk.desk.idle_watch import IdleWatch
from kiosk.settings import UiSettings


class Watched:
    """A watch over a flow, and what it has done to the screen."""

    def __init__(self, flow: Flow, parent: QObject) -> None:
        self.flow, self.time = flow, 0.0
        self.left: int | None = None
        self.covered = False
        self.watch = IdleWatch(
            UiSettings(result_seconds=60, cover_seconds=120),
            flow,
            on_rested=self._rest,
            show_left=lambda left: setattr(self, "left", left),
            cover=lambda covered: setattr(self, "covered", covered),
            parent=parent,
            now=lambda: self.time,
        )
        self.watch.mind()

    def _rest(self) -> None:
        self.flow.rest()

    def wait(self, seconds: float) -> None:
        self.time += seconds
        self.watch.look()


def covered(watched: Watched) -> bool:
    """As it is now; to a type checker, an attribute stays what it was compared with last."""
    return watched.covered


@pytest.fixture
def parent(qtbot: QtBot) -> QObject:
    return QObject()


@pytest.fixture
def verdict(parent: QObject) -> Watched:
    return Watched(at_verdict(), parent)


@pytest.fixture
def result(parent: QObject) -> Watched:
    flow = at_verdict()
    flow.confirm()
    flow.recorded(ticket_of(flow), VISIT)
    return Watched(flow, parent)


def test_a_result_counts_down_and_leaves(result: Watched) -> None:
    shown = []
    for seconds in (49, 4, 2):
        result.wait(seconds)
        shown.append(result.left)
    assert shown == [None, 7, 5]
    result.wait(6)
    assert stage_of(result.flow) == Ready()


def test_a_key_keeps_a_result_as_long_again(result: Watched) -> None:
    result.wait(55)
    assert not result.watch.note_key(), "and means what it always means"
    assert result.left is None
    result.wait(40)
    assert stage_of(result.flow) == Recorded(VISIT)


def test_a_verdict_is_covered_and_the_first_key_only_uncovers_it(verdict: Watched) -> None:
    verdict.wait(119)
    assert not covered(verdict)
    verdict.wait(1)
    assert covered(verdict)
    assert verdict.watch.note_key(), "nobody confirms whom they do not see"
    assert not covered(verdict)
    assert not verdict.watch.note_key()


def test_nothing_is_covered_under_somebodys_typing(verdict: Watched) -> None:
    verdict.flow.open_page(PageName.TODAY)
    verdict.wait(500)
    assert not covered(verdict)
    verdict.flow.escape()
    verdict.wait(119)
    assert not covered(verdict)


def test_the_next_patient_is_not_covered(verdict: Watched) -> None:
    verdict.wait(120)
    verdict.flow.confirm()
    verdict.watch.mind()
    assert not covered(verdict)
