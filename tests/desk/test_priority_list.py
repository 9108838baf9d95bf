"""Which priority group a patient is in: proposed by age, chosen with F7, kept with whatever is recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from kiosk.card.model import HealthCard, Kind, PartialDate
from kiosk.clock import VIETNAM
from kiosk.desk.flow import Flow, LookingUp, PriorityList, Reading, Ready, Record, Scan, Stage, VerdictShown
from kiosk.desk.priority_list import priority_extra
from kiosk.desk.words import Words
from kiosk.eligibility.model import Assessment
from kiosk.eligibility.priority import priority_choices, proposed_priority
from kiosk.gateway.result_codes import Verdict
from kiosk.lookup import Lookup
from kiosk.visits.model import Source

TODAY = datetime(2026, 11, 23, 8, 0, tzinfo=VIETNAM).date()
SCAN = Scan(Source.WEDGE, text="DN4799900000001|first")
NEXT = Scan(Source.WEDGE, text="DN4799900000002|second")

CHILD, ADULT, PERHAPS_75 = PartialDate(2023, 6, 5), PartialDate(1990, 2, 1), PartialDate(1951)


def verdict_on(born: PartialDate, verdict: Verdict = Verdict.ELIGIBLE) -> Flow:
    card = HealthCard(
        Kind.HEALTH_CARD, card_number="DN4799900000001", full_name="Bé Thử Mẫu", birth_date=born
    )
    assessment = Assessment(verdict, "card_valid", "000", staff_text_key="000")
    found = Lookup(card, assessment, (), (), (), 10.0, proposed_priority=proposed_priority(born, TODAY))
    flow = Flow()
    flow.scan(SCAN)
    assert isinstance(flow.stage, Reading)
    flow.read(flow.stage.ticket, card)
    assert isinstance(stage_of(flow), LookingUp)
    flow.found(flow.stage.ticket, found)
    return flow


def stage_of(flow: Flow) -> Stage:
    return flow.stage


def shown(flow: Flow) -> VerdictShown:
    stage = flow.stage
    assert isinstance(stage, VerdictShown)
    return stage


def said(flow: Flow) -> str:
    rows = priority_extra(Words("vi"), shown(flow)).rows
    return rows[0][1] if rows else ""


def place(word: str | None) -> int:
    return priority_choices().index(word)


def test_a_childs_group_is_kept_without_a_key() -> None:
    flow = verdict_on(CHILD)
    assert said(flow) == "Trẻ em dưới 6 tuổi (theo ngày sinh)"
    (record,) = flow.confirm()
    assert isinstance(record, Record)
    assert record.verdict.priority == "child_under_6"


def test_what_a_year_leaves_open_is_asked_of_the_papers() -> None:
    flow = verdict_on(PERHAPS_75)
    assert said(flow).startswith("có thể: Người từ đủ 75 tuổi.")
    assert shown(flow).priority is None


@pytest.mark.parametrize("act", [Flow.confirm, Flow.self_pay, Flow.escape])
def test_the_chosen_group_goes_with_whatever_is_decided(act: object) -> None:
    flow = verdict_on(ADULT)
    assert said(flow) == ""
    flow.ask_priority()
    flow.choose(place("pregnant"))
    assert shown(flow).priority is None, "marked, not taken"
    flow.confirm()
    assert flow.overlays == ()
    assert said(flow) == "Phụ nữ có thai"
    (record,) = act(flow)  # type: ignore[operator]
    assert record.verdict.priority == "pregnant"


def test_a_person_may_say_no_to_what_the_birth_date_shows() -> None:
    flow = verdict_on(CHILD)
    flow.ask_priority()
    assert flow.top == PriorityList(place("child_under_6")), "what holds now is marked"
    flow.choose(place(None))
    flow.confirm()
    assert shown(flow).priority is None
    assert said(flow).startswith("không")


def test_arrows_go_round_and_other_digits_mean_nothing() -> None:
    flow = verdict_on(ADULT)
    flow.ask_priority()
    assert flow.choosing
    flow.choose_next(-1)
    assert flow.top == PriorityList(place("person_of_merit"))
    flow.choose_next(1)
    flow.choose(8)
    assert flow.top == PriorityList(0)


@pytest.mark.parametrize("leave", [Flow.escape, Flow.ask_priority])
def test_leaving_the_list_changes_nothing(leave: object) -> None:
    flow = verdict_on(CHILD)
    flow.ask_priority()
    flow.choose(place("pregnant"))
    assert leave(flow) == ()  # type: ignore[operator]
    assert flow.overlays == ()
    assert shown(flow).priority == "child_under_6"


def test_the_digits_of_a_scan_choose_nothing() -> None:
    """They mark, one after the other, until the line is known as a scan; then it waits."""
    flow = verdict_on(ADULT)
    flow.ask_priority()
    flow.choose(place("pregnant"))
    assert flow.scan(NEXT) == ()
    assert flow.top == PriorityList(0)
    flow.confirm()
    assert shown(flow).priority is None
    assert list(flow.line) == [NEXT]


def test_without_a_verdict_there_is_no_list() -> None:
    flow = Flow()
    flow.ask_priority()
    assert (flow.stage, flow.overlays) == (Ready(), ())
    flow = verdict_on(ADULT, Verdict.NEEDS_STAFF)
    flow.confirm()
    flow.ask_priority()
    assert not flow.choosing, "not over the question what was checked"


def test_every_choice_has_a_name_and_its_own_number_key() -> None:
    assert len(priority_choices()) <= 9
    for language in ("vi", "en"):
        words = Words(language)
        flow = verdict_on(ADULT)
        names = {
            priority_extra(words, replace(shown(flow), priority=word)).rows[0][1]
            for word in priority_choices()
            if word
        }
        assert len(names) == len(priority_choices()) - 1
    assert date(2026, 11, 23) == TODAY
