"""The patients' window as values: what each answer leads to, and what nobody is told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flow_samples import VISIT, found

from kiosk.desk.self_service import flow as f
from kiosk.errors import CardParseError, KioskError, RecordsError
from kiosk.gateway.result_codes import Verdict
from kiosk.visits.model import Source, Status


def checking() -> f.SelfServiceFlow:
    flow = f.SelfServiceFlow()
    assert flow.scan("DN47…", Source.SERIAL) == (f.Check(1, Source.SERIAL, "DN47…"),)
    return flow


def stage_of(flow: f.SelfServiceFlow) -> f.Stage:
    return flow.stage


@pytest.mark.parametrize("verdict", [Verdict.ELIGIBLE, Verdict.UNDETERMINED])
def test_whoever_is_received_takes_a_number_with_one_touch(verdict: Verdict) -> None:
    flow, lookup = checking(), found(verdict)
    assert flow.checked(1, lookup) == ()
    assert flow.stage == f.Offered(Source.SERIAL, lookup)
    assert flow.take_number() == (f.CheckIn(2, Source.SERIAL, lookup),)
    assert flow.taken(2, VISIT) == ()
    assert stage_of(flow) == f.Done(VISIT)


@pytest.mark.parametrize("verdict", [Verdict.NEEDS_STAFF, Verdict.NOT_ELIGIBLE])
def test_a_machine_refuses_nobody_but_puts_the_patient_aside_for_the_desk(verdict: Verdict) -> None:
    flow, lookup = checking(), found(verdict)
    assert flow.checked(1, lookup) == (f.PutAside(Source.SERIAL, lookup),)
    assert flow.stage == f.ToDesk(f.Why.STAFF)


def test_who_has_a_number_today_or_waits_at_the_desk_gets_no_second_one() -> None:
    flow = checking()
    assert flow.checked(1, replace(found(), already_checked_in_today=True)) == ()
    assert flow.stage == f.ToDesk(f.Why.TODAY)

    flow = checking()
    held = replace(VISIT, status=Status.HELD, queue_number=None)
    assert flow.checked(1, replace(found(), held=held)) == ()
    assert stage_of(flow) == f.ToDesk(f.Why.STAFF)


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (CardParseError("unknown_code"), f.Why.UNREADABLE),
        (KioskError("incomplete_card"), f.Why.STAFF),
        (RecordsError("records_locked"), f.Why.STAFF),
    ],
)
def test_what_cannot_be_read_may_be_tried_again_and_the_rest_is_for_the_desk(
    error: KioskError, why: f.Why
) -> None:
    flow = checking()
    flow.check_failed(1, error)
    assert flow.stage == f.ToDesk(why)
    assert flow.scan("again", Source.WEDGE) == (f.Check(2, Source.WEDGE, "again"),)


def test_nobody_is_told_a_number_that_is_not_on_the_disk() -> None:
    flow = checking()
    flow.checked(1, found())
    flow.take_number()
    flow.taking_failed(2)
    assert flow.stage == f.ToDesk(f.Why.NO_NUMBER)

    flow = checking()
    flow.checked(1, found())
    flow.take_number()
    flow.taken(2, replace(VISIT, queue_number=None))
    assert stage_of(flow) == f.ToDesk(f.Why.STAFF)


def test_one_patient_at_a_time_and_late_answers_go_nowhere() -> None:
    flow = checking()
    assert flow.scan("another", Source.WEDGE) == ()
    assert flow.clear() == ()
    assert flow.leave() == ()
    assert flow.stage == f.Checking(1, Source.SERIAL)
    flow.checked(1, found())
    flow.clear()
    assert flow.checked(1, found()) == ()
    assert flow.taken(2, VISIT) == ()
    assert stage_of(flow) == f.Welcome()


def test_no_name_in_full_and_four_digits() -> None:
    assert f.covered_name(found()) == "N. V. M."
    assert f.last_digits(found()) == "0001"
