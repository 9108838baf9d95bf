"""Opening a visit that is on record, and taking it back: what the state machine makes of it."""

from __future__ import annotations

import pytest
from test_visit_words import visit

from kiosk.desk.flow import (
    CancelQuestion,
    CancelVisit,
    Flow,
    Page,
    PageName,
    Read,
    Recorded,
    Scan,
    TakeNextAfter,
    VisitOpened,
)
from kiosk.errors import UsageError
from kiosk.visits.model import Source, Status

SEEN = visit()
GONE = visit(status=Status.CANCELLED, cancel_reason="nhầm")


@pytest.fixture
def flow() -> Flow:
    made = Flow()
    made.open_page(PageName.TODAY)
    return made


def asked(flow: Flow) -> CancelVisit:
    (effect,) = flow.cancel("  Quét nhầm   người ")
    assert isinstance(effect, CancelVisit)
    assert effect.reason == "Quét nhầm người"
    return effect


def test_a_visit_lies_over_the_list_and_escape_goes_back_to_it(flow: Flow) -> None:
    flow.open_visit(SEEN)
    assert flow.top == VisitOpened(SEEN)
    flow.escape()
    assert flow.shows(PageName.TODAY)


def test_a_visit_that_was_cancelled_is_shown_so_wherever_it_stands(flow: Flow) -> None:
    flow.stage, flow.last_visit = Recorded(SEEN), SEEN
    flow.open_visit(SEEN)
    flow.ask_to_cancel(SEEN)
    work = asked(flow)
    assert flow.escape() == (), "a write is never abandoned"

    flow.cancelled(work.ticket, GONE)

    assert flow.overlays == (Page(PageName.TODAY), VisitOpened(GONE))
    assert flow.stage == Recorded(GONE)
    assert flow.last_visit is None, "nobody is to call out that number"


def test_return_hit_twice_cancels_once(flow: Flow) -> None:
    flow.ask_to_cancel(SEEN)
    asked(flow)
    assert flow.cancel("nhầm") == ()
    flow.ask_to_cancel(SEEN)
    assert sum(isinstance(overlay, CancelQuestion) for overlay in flow.overlays) == 1


def test_a_failure_is_told_where_the_reason_is_asked_for(flow: Flow) -> None:
    flow.ask_to_cancel(SEEN)
    work = asked(flow)
    error = UsageError("visit_other_day")
    flow.cancel_failed(work.ticket, error)

    assert isinstance(flow.top, CancelQuestion)
    assert (flow.top.problem, flow.top.ticket) == (error, None)
    asked(flow)


def test_without_a_reason_and_for_what_is_cancelled_nothing_happens(flow: Flow) -> None:
    flow.ask_to_cancel(GONE)
    assert flow.shows(PageName.TODAY)
    flow.ask_to_cancel(SEEN)
    assert flow.cancel("  ") == ()


def test_a_scan_waits_until_the_question_is_answered_and_is_taken_then() -> None:
    flow = Flow()
    flow.stage = Recorded(SEEN)
    flow.ask_to_cancel(SEEN)
    scan = Scan(Source.WEDGE, text="x")
    flow.scan(scan)
    assert list(flow.line) == [scan]
    assert isinstance(flow.top, CancelQuestion)

    (effect,) = flow.cancelled(asked(flow).ticket, GONE)

    assert isinstance(effect, TakeNextAfter)
    (read,) = flow.take_next()
    assert isinstance(read, Read)
    assert read.scan == scan


def test_a_scan_over_the_list_or_a_visit_takes_their_place(flow: Flow) -> None:
    flow.open_visit(SEEN)
    (read,) = flow.scan(Scan(Source.WEDGE, text="x"))
    assert isinstance(read, Read)
    assert flow.overlays == ()


def test_other_pages_take_the_place_of_a_visit(flow: Flow) -> None:
    flow.open_visit(SEEN)
    flow.ask_to_cancel(SEEN)
    flow.open_page(PageName.STATE)
    assert flow.overlays == (Page(PageName.STATE),)


def test_the_form_takes_the_place_of_a_visit(flow: Flow) -> None:
    flow.open_visit(SEEN)
    flow.open_form()
    flow.escape()
    assert flow.overlays == ()
