"""The state machine where a verdict's patient is corrected, and where the gateway's values are taken."""

from __future__ import annotations

from dataclasses import replace

from flow_samples import CARD, VISIT, found
from test_desk_flow import NEXT, at_verdict, overlays_of, stage_of, ticket_of

from kiosk.desk.flow import CheckTyped, Effects, Flow, LookingUp, LookUp, Record, VerdictShown
from kiosk.eligibility.model import Difference
from kiosk.gateway.model import Attempt
from kiosk.gateway.result_codes import Verdict
from kiosk.visits.model import Source

DIFFERENCE = Difference("full_name", "Nguyễn Văn Mẫn", "Nguyễn Văn Mẫu")
CORRECTED = replace(CARD, full_name="Nguyễn Văn Mẫn")


def typed_over(flow: Flow, *, correct: bool) -> Effects:
    flow.open_form()
    if correct:
        flow.correct()
    (check,) = flow.submit_form("DN4799900000001", "Nguyễn Văn Mẫn", "1990")
    assert isinstance(check, CheckTyped)
    return flow.typed(check.ticket, CORRECTED)


def verdict_of(flow: Flow) -> VerdictShown:
    stage = stage_of(flow)
    assert isinstance(stage, VerdictShown)
    return stage


def test_a_corrected_patient_takes_the_place_of_the_verdict_with_what_was_asked_before() -> None:
    flow = at_verdict(Verdict.NEEDS_STAFF)
    asked = Attempt(VISIT.created_at, 12.0, "{}", 200, "{}", None)
    flow.stage = replace(verdict_of(flow), found=replace(verdict_of(flow).found, attempts=(asked,)))
    (look_up,) = typed_over(flow, correct=True)
    assert isinstance(look_up, LookUp)
    assert look_up.card == CORRECTED
    assert not flow.line
    assert overlays_of(flow) == ()
    stage = stage_of(flow)
    assert isinstance(stage, LookingUp)
    assert (stage.source, stage.scanned) == (Source.TYPED, CARD)

    flow.found(ticket_of(flow), found())
    assert verdict_of(flow).found.attempts == (asked,), "the evidence of the first look-up"
    assert verdict_of(flow).scanned == CARD


def test_a_card_that_is_typed_over_a_verdict_without_that_waits_in_line() -> None:
    flow = at_verdict()
    assert typed_over(flow, correct=False) == ()
    assert [scan.card for scan in flow.line] == [CORRECTED]
    assert verdict_of(flow).found.card == CARD


def test_another_scan_waits_while_a_patient_is_corrected() -> None:
    flow = at_verdict(Verdict.NEEDS_STAFF)
    flow.scan(NEXT)
    typed_over(flow, correct=True)
    assert list(flow.line) == [NEXT]
    assert isinstance(stage_of(flow), LookingUp)


def test_the_gateways_values_are_taken_only_where_it_says_something_else() -> None:
    flow = at_verdict()
    flow.take_gateway_values()
    assert not verdict_of(flow).taken
    shown = verdict_of(flow).found
    assessment = replace(shown.assessment, differences=(DIFFERENCE,))
    flow.stage = replace(verdict_of(flow), found=replace(shown, assessment=assessment))
    flow.take_gateway_values()
    (record,) = flow.confirm()
    assert isinstance(record, Record)
    assert record.verdict.to_record.assessment.differences == (replace(DIFFERENCE, taken=True),)


def test_under_a_form_nothing_is_taken() -> None:
    flow = at_verdict()
    shown = verdict_of(flow).found
    assessment = replace(shown.assessment, differences=(DIFFERENCE,))
    flow.stage = replace(verdict_of(flow), found=replace(shown, assessment=assessment))
    flow.open_form()
    flow.take_gateway_values()
    assert not verdict_of(flow).taken
