"""The desk's state machine: what follows from what, without a window."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flow_samples import CARD, VISIT, found

from kiosk.card.model import HealthCard, Kind
from kiosk.desk.flow import (
    CheckTyped,
    Decision,
    Flow,
    FormRefused,
    Incomplete,
    LookingUp,
    LookUp,
    ManualForm,
    Message,
    Overlay,
    Override,
    Page,
    PageName,
    Read,
    Reading,
    Ready,
    Record,
    Recorded,
    Recording,
    Scan,
    Stage,
    TakeNextAfter,
    VerdictShown,
)
from kiosk.errors import CardParseError, ImageError, KioskError, RecordsError, UsageError
from kiosk.gateway.result_codes import Verdict
from kiosk.visits.model import Source

SCAN = Scan(Source.WEDGE, text="DN4799900000001|first")
NEXT = Scan(Source.WEDGE, text="DN4799900000002|second")


def stage_of(flow: Flow) -> Stage:
    return flow.stage


def overlays_of(flow: Flow) -> tuple[Overlay, ...]:
    return flow.overlays


def ticket_of(flow: Flow) -> int:
    stage = flow.stage
    assert isinstance(stage, Reading | LookingUp | Recording)
    return stage.ticket


def at_verdict(verdict: Verdict = Verdict.ELIGIBLE) -> Flow:
    flow = Flow()
    flow.scan(SCAN)
    flow.read(ticket_of(flow), CARD)
    flow.found(ticket_of(flow), found(verdict))
    assert isinstance(stage_of(flow), VerdictShown)
    return flow


def test_a_scan_is_read_looked_up_shown_confirmed_and_recorded() -> None:
    flow = Flow()
    assert flow.scan(SCAN) == (Read(1, SCAN),)
    assert flow.read(1, CARD) == (LookUp(2, CARD),)
    assert flow.found(2, found()) == ()
    (record,) = flow.confirm()
    assert isinstance(record, Record)
    assert (record.decision, record.confirm) == (Decision.CHECK_IN, None)
    assert flow.recorded(record.ticket, VISIT) == ()
    assert stage_of(flow) == Recorded(VISIT)
    flow.rest()
    assert stage_of(flow) == Ready()


def test_return_means_nothing_but_on_a_verdict() -> None:
    flow = Flow()
    assert flow.confirm() == ()
    flow.scan(SCAN)
    assert flow.confirm() == ()
    flow.read(ticket_of(flow), CARD)
    assert flow.confirm() == ()
    flow.found(ticket_of(flow), found())
    flow.confirm()
    assert flow.confirm() == (), "a second Return while it is being written"
    flow.recorded(ticket_of(flow), VISIT)
    assert flow.confirm() == ()


def test_the_next_scan_waits_in_line_until_the_result_has_been_seen() -> None:
    flow = at_verdict()
    assert flow.scan(NEXT) == ()
    assert list(flow.line) == [NEXT]
    flow.confirm()
    assert flow.recorded(ticket_of(flow), VISIT) == (TakeNextAfter(0.7),)
    assert isinstance(stage_of(flow), Recorded)
    (read,) = flow.take_next()
    assert isinstance(read, Read)
    assert read.scan == NEXT
    assert not flow.line


def test_a_picture_that_was_refused_is_told_at_its_turn_and_disturbs_no_verdict() -> None:
    too_large = ImageError("image_too_large", file="(Ctrl+V)")
    refused = Scan(Source.IMAGE, refused=too_large)
    at_once = Flow()
    at_once.scan(refused)
    assert stage_of(at_once) == Message(too_large)

    flow = at_verdict()
    assert flow.scan(refused) == ()
    assert isinstance(stage_of(flow), VerdictShown)
    flow.scan(NEXT)
    flow.confirm()
    flow.recorded(ticket_of(flow), VISIT)
    (pause,) = flow.take_next()
    assert isinstance(pause, TakeNextAfter)
    assert stage_of(flow) == Message(too_large)
    (read,) = flow.take_next()
    assert isinstance(read, Read)
    assert read.scan == NEXT


def test_a_scan_while_others_wait_goes_to_the_end_of_the_line() -> None:
    flow = at_verdict()
    flow.scan(NEXT)
    flow.confirm()
    flow.recorded(ticket_of(flow), VISIT)
    third = replace(NEXT, text="third")
    assert flow.scan(third) == ()
    assert list(flow.line) == [NEXT, third]


@pytest.mark.parametrize("verdict", [Verdict.ELIGIBLE, Verdict.UNDETERMINED, Verdict.NOT_ELIGIBLE])
def test_return_records_the_verdict_as_it_is(verdict: Verdict) -> None:
    (record,) = at_verdict(verdict).confirm()
    assert isinstance(record, Record)
    assert record.decision is Decision.CHECK_IN


def test_needs_staff_asks_what_was_checked_before_it_records() -> None:
    flow = at_verdict(Verdict.NEEDS_STAFF)
    assert flow.confirm() == ()
    assert isinstance(flow.top, Override)
    assert flow.confirm_checked("   ") == ()
    (record,) = flow.confirm_checked("  đã xem   giấy tờ ")
    assert isinstance(record, Record)
    assert record.confirm == "đã xem giấy tờ"


def test_escape_leaves_the_question_and_then_puts_the_patient_aside() -> None:
    flow = at_verdict(Verdict.NEEDS_STAFF)
    flow.confirm()
    assert flow.escape() == ()
    assert isinstance(stage_of(flow), VerdictShown)
    (record,) = flow.escape()
    assert isinstance(record, Record)
    assert record.decision is Decision.PUT_ASIDE


def test_escape_gives_up_a_look_up_and_its_late_answer_is_dropped() -> None:
    flow = Flow()
    flow.scan(SCAN)
    flow.read(ticket_of(flow), CARD)
    late = ticket_of(flow)
    flow.escape()
    assert stage_of(flow) == Ready()
    flow.found(late, found())
    assert stage_of(flow) == Ready()


def test_escape_never_abandons_a_record_being_written() -> None:
    flow = at_verdict()
    flow.confirm()
    assert flow.escape() == ()
    assert isinstance(stage_of(flow), Recording)


def test_what_could_not_be_recorded_stays_a_verdict_and_says_why() -> None:
    flow = at_verdict()
    flow.confirm()
    error = RecordsError("disk_full")
    flow.record_failed(ticket_of(flow), error)
    stage = stage_of(flow)
    assert isinstance(stage, VerdictShown)
    assert stage.problem is error
    assert flow.last_visit is None
    (again,) = flow.confirm()
    assert isinstance(again, Record)
    assert again.verdict.problem is None


def test_escape_lets_a_patient_go_only_when_putting_aside_could_not_be_recorded_either() -> None:
    flow = at_verdict()
    flow.confirm()
    flow.record_failed(ticket_of(flow), RecordsError("disk_full"))
    (aside,) = flow.escape()
    assert isinstance(aside, Record)
    assert aside.decision is Decision.PUT_ASIDE
    flow.record_failed(ticket_of(flow), RecordsError("disk_full"))
    stage = stage_of(flow)
    assert isinstance(stage, VerdictShown)
    assert stage.problem
    flow.scan(NEXT)
    (read,) = flow.escape()
    assert isinstance(read, Read)
    assert read.scan is NEXT
    assert flow.last_visit is None


def test_self_pay_is_one_key_on_a_verdict_and_nothing_elsewhere() -> None:
    assert Flow().self_pay() == ()
    (record,) = at_verdict(Verdict.NOT_ELIGIBLE).self_pay()
    assert isinstance(record, Record)
    assert record.decision is Decision.SELF_PAY


def test_the_form_over_a_verdict_keeps_the_verdict() -> None:
    flow = at_verdict()
    flow.open_form()
    assert flow.confirm() == ()
    assert flow.self_pay() == ()
    flow.escape()
    assert flow.top is None
    assert isinstance(stage_of(flow), VerdictShown)


def test_a_card_typed_over_a_verdict_waits_in_line() -> None:
    flow = at_verdict()
    flow.open_form()
    (check,) = flow.submit_form("DN4799900000002", "Trần Thị Thử", "1990")
    assert isinstance(check, CheckTyped)
    assert flow.submit_form("DN4799900000002", "Trần Thị Thử", "1990") == (), "Return twice"
    assert flow.typed(check.ticket, CARD) == ()
    assert list(flow.line) == [Scan(Source.TYPED, card=CARD)]
    assert flow.top is None


def test_a_typed_card_is_looked_up_at_once_when_nobody_waits() -> None:
    flow = Flow()
    flow.open_form()
    (check,) = flow.submit_form("DN4799900000001", "Nguyễn Văn Mẫu", "1990")
    assert isinstance(check, CheckTyped)
    (look_up,) = flow.typed(check.ticket, CARD)
    assert isinstance(look_up, LookUp)
    stage = stage_of(flow)
    assert isinstance(stage, LookingUp)
    assert stage.source is Source.TYPED


def test_what_is_typed_wrongly_keeps_the_form() -> None:
    flow = Flow()
    flow.open_form()
    (check,) = flow.submit_form("", "", "")
    assert isinstance(check, CheckTyped)
    error = UsageError("name_missing", field="full_name")
    assert flow.typed_failed(check.ticket, error) == (FormRefused(error),)
    assert isinstance(flow.top, ManualForm)
    assert flow.submit_form("1", "", "") != ()


def test_the_answer_to_a_form_that_was_left_is_dropped() -> None:
    flow = Flow()
    flow.open_form()
    (check,) = flow.submit_form("DN4799900000001", "Nguyễn Văn Mẫu", "1990")
    assert isinstance(check, CheckTyped)
    flow.escape()
    assert flow.typed(check.ticket, CARD) == ()
    assert stage_of(flow) == Ready()


def test_f2_on_an_open_form_is_a_new_form() -> None:
    flow = Flow()
    flow.open_form()
    first = flow.top
    flow.open_form()
    assert flow.top != first
    assert len(flow.overlays) == 1


def test_a_scan_over_an_empty_form_replaces_it_and_over_a_started_one_waits() -> None:
    flow = Flow()
    flow.open_form()
    assert flow.scan(SCAN, form_is_empty=True) != ()
    assert flow.top is None

    flow = Flow()
    flow.open_form()
    assert flow.scan(SCAN, form_is_empty=False) == ()
    assert isinstance(flow.top, ManualForm)
    (read,) = flow.escape()
    assert isinstance(read, Read)


def test_an_empty_form_over_a_verdict_stays_where_it_is() -> None:
    flow = at_verdict()
    flow.open_form()
    assert flow.scan(NEXT, form_is_empty=True) == ()
    assert isinstance(flow.top, ManualForm)


def test_pages_give_way_to_a_scan_when_nobody_waits_for_a_decision() -> None:
    flow = Flow()
    flow.open_page(PageName.TODAY)
    assert flow.scan(SCAN) != ()
    assert flow.top is None


def test_pages_take_each_others_place_and_their_key_closes_them() -> None:
    flow = at_verdict()
    flow.open_page(PageName.TODAY)
    flow.open_page(PageName.STATE)
    assert overlays_of(flow) == (Page(PageName.STATE),)
    flow.open_page(PageName.STATE)
    assert overlays_of(flow) == ()
    assert isinstance(stage_of(flow), VerdictShown)


def test_an_answer_that_comes_under_a_page_is_there_when_it_closes() -> None:
    flow = Flow()
    flow.scan(SCAN)
    flow.read(ticket_of(flow), CARD)
    flow.open_page(PageName.STATE)
    flow.found(ticket_of(flow), found())
    flow.escape()
    assert isinstance(stage_of(flow), VerdictShown)


def test_a_code_without_a_name_asks_for_it_and_goes_on_as_what_it_was() -> None:
    flow = Flow()
    flow.scan(SCAN)
    bare = HealthCard(Kind.CARD_NUMBER, card_number="DN4799900000001")
    assert flow.read(ticket_of(flow), bare) == ()
    assert stage_of(flow) == Incomplete(SCAN, bare)
    assert flow.form_open
    (check,) = flow.submit_form("", "Nguyễn Văn Mẫu", "1990")
    assert isinstance(check, CheckTyped)
    assert check.base == bare
    assert flow.submit_form("", "Nguyễn Văn Mẫu", "1990") == ()
    (look_up,) = flow.typed(check.ticket, CARD)
    assert isinstance(look_up, LookUp)
    stage = stage_of(flow)
    assert isinstance(stage, LookingUp)
    assert stage.source is Source.WEDGE


def test_an_unreadable_code_is_said_and_the_line_goes_on_after_a_while() -> None:
    flow = Flow()
    flow.scan(SCAN)
    flow.scan(NEXT)
    error = CardParseError("unknown_code")
    assert flow.read_failed(ticket_of(flow), error) == (TakeNextAfter(3.0),)
    assert stage_of(flow) == Message(error)
    flow.take_next()
    assert isinstance(stage_of(flow), Reading)


def test_trouble_at_start_is_said_but_hides_no_patient() -> None:
    error = KioskError("records_folder")
    flow = Flow()
    flow.trouble(error)
    assert stage_of(flow) == Message(error)
    flow = at_verdict()
    flow.trouble(error)
    assert isinstance(stage_of(flow), VerdictShown)


@pytest.mark.parametrize(
    ("scan", "hint"),
    [
        (SCAN, "DN4799900000001"),
        (Scan(Source.WEDGE, text="http://example.test/x"), ""),
        (Scan(Source.TYPED, card=CARD), "DN4799900000001"),
    ],
)
def test_a_waiting_scan_is_known_by_its_number(scan: Scan, hint: str) -> None:
    assert scan.number_hint == hint
