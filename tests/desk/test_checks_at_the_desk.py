"""What the receptionist sees and does when a check against abuse finds something."""

from __future__ import annotations

from dataclasses import replace

from test_desk import Driven, MakeDesk, make_desk

from kiosk import clock
from kiosk.desk.flow import Override, Recorded, VerdictShown
from kiosk.desk.verdict_view import verdict_view
from kiosk.desk.words import Words
from kiosk.eligibility.abuse_model import Action
from kiosk.training.patients import DEMO_PATIENT
from kiosk.visits.identity import keys_of
from kiosk.visits.model import Status
from kiosk.visits.watching import Watched

__all__ = ["make_desk"]

LINE = DEMO_PATIENT.health_card_line()


def watched(driven: Driven, action: Action) -> None:
    """The demo's patient is on the watch list, and the hospital has set what follows."""
    reception = driven.desk.reception
    rules = reception._look_ups.rules
    changed = {**rules.abuse, "watch_listed": replace(rules.abuse["watch_listed"], action=action)}
    reception._look_ups.rules = replace(rules, abuse=changed)
    reception.records.replace_watch_list(
        [Watched(keys_of(reception.read(LINE), None), "Báo mất thẻ", None)], clock.now()
    )
    driven.scan(LINE)
    driven.until(VerdictShown)


def said(driven: Driven) -> tuple[list[str], str]:
    """The warnings, and what Return does."""
    stage = driven.desk.flow.stage
    assert isinstance(stage, VerdictShown)
    view = verdict_view(Words("vi"), stage, clock.today())
    return list(view.warnings), view.keys[0].label


def test_a_warning_is_shown_and_return_checks_in(make_desk: MakeDesk) -> None:
    driven = make_desk()
    watched(driven, Action.WARN)
    warnings, main = said(driven)
    assert any("Báo mất thẻ" in warning for warning in warnings)
    assert main == "Tiếp nhận"
    driven.press_return()
    driven.until(Recorded)
    assert driven.visits[0].status is Status.CHECKED_IN


def test_a_hold_asks_what_was_checked_and_keeps_the_answer(make_desk: MakeDesk) -> None:
    driven = make_desk()
    watched(driven, Action.HOLD)
    assert said(driven)[1] != "Tiếp nhận"
    driven.press_return()
    assert isinstance(driven.desk.flow.top, Override)
    assert not driven.visits
    driven.desk.window.override.edit.setText("Đã đối chiếu căn cước")
    driven.press_return()
    driven.until(Recorded)
    (visit,) = driven.visits
    assert (visit.status, visit.confirm_reason) == (Status.CHECKED_IN, "Đã đối chiếu căn cước")


def test_a_note_troubles_nobody(make_desk: MakeDesk) -> None:
    driven = make_desk()
    watched(driven, Action.NOTE)
    assert said(driven) == ([], "Tiếp nhận")
