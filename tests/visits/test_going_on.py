"""A patient who was put aside today comes back: the visit goes on, and there is no second one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from visit_samples import (
    MORNING,
    TIMED_OUT,
    assessment,
    attempt,
    citizen_card,
    coverage,
    health_card,
    new_visit,
)

from kiosk.gateway.result_codes import Verdict
from kiosk.visits.model import NewVisit, Status, Visit
from kiosk.visits.records import VisitRecords

LATER = MORNING + timedelta(minutes=20)


def held(records: VisitRecords) -> Visit:
    doubtful = assessment(Verdict.NEEDS_STAFF, "name_mismatch")
    return records.record(new_visit(status=Status.HELD, assessment=doubtful, attempts=(attempt(),)))


def again(first: Visit, status: Status = Status.CHECKED_IN, **changes: Any) -> NewVisit:
    return new_visit(status=status, created_at=LATER, goes_on=first.visit_id, **changes)


def events(records: VisitRecords, visit_id: str) -> list[str]:
    return [event.event for event in records.events(visit_id)]


def test_the_visit_gets_its_number_and_what_was_found_now(records: VisitRecords) -> None:
    first = held(records)
    done = records.record(again(first, attempts=(attempt(None),), desk="Quầy 2"))
    assert [each.visit_id for each in records.visits()] == [first.visit_id]
    assert (done.status, done.verdict, done.queue_number, done.desk) == (
        Status.CHECKED_IN,
        "eligible",
        1,
        "Quầy 2",
    )
    assert done.created_at == first.created_at
    assert len(records.attempts(first.visit_id)) == 2, "the evidence of both look-ups"
    assert events(records, first.visit_id) == ["recorded", "went_on"]


def test_asked_again_after_a_cut_line_it_is_done_once(records: VisitRecords) -> None:
    first = held(records)
    new = again(first)
    assert records.record(new) == records.record(new)
    assert events(records, first.visit_id) == ["recorded", "went_on"]


def test_put_aside_once_more_it_is_still_one_visit(records: VisitRecords) -> None:
    first = held(records)
    done = records.record(again(first, Status.HELD))
    assert (done.visit_id, done.status, done.queue_number) == (first.visit_id, Status.HELD, None)


def test_received_without_an_answer_it_owes_its_look_up(records: VisitRecords) -> None:
    first = held(records)
    records.record(again(first, Status.PENDING, assessment=TIMED_OUT))
    assert records.owed_ids() == [first.visit_id]


def test_what_another_desk_went_on_with_meanwhile_becomes_a_visit_of_its_own(records: VisitRecords) -> None:
    first = held(records)
    records.confirm(first.visit_id, "Đã xem căn cước")
    second = records.record(again(first))
    assert second.visit_id != first.visit_id
    assert [notice.code for notice in second.warnings] == ["already_checked_in_today"]


def test_the_same_person_is_found_by_any_number_and_only_on_that_day(records: VisitRecords) -> None:
    first = held(records)
    day, known = first.day, coverage(1)
    found = records.held_today(citizen_card("001190000009"), known, day)
    assert found is not None
    assert found.visit_id == first.visit_id
    assert records.held_today(health_card(2), None, day) is None
    assert records.held_today(health_card(1), None, day + timedelta(days=1)) is None
    records.record(again(first))
    assert records.held_today(health_card(1), None, day) is None
