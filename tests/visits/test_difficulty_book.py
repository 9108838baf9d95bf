"""Difficulties in the records of both databases: written with their visit, filed by hand, marked, counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from visit_samples import MORNING, TODAY, assessment, attempt, health_card, new_visit

from kiosk.eligibility.model import Assessment
from kiosk.gateway.result_codes import Verdict, rule_for
from kiosk.visits import queue_counter
from kiosk.visits.difficulties import Difficulty, State, cases, new_difficulty
from kiosk.visits.model import Status
from kiosk.visits.records import VisitRecords

NO_ANSWER = Assessment(
    Verdict.UNDETERMINED, "gateway_timeout", None, staff_text_key=rule_for("gateway_timeout").key
)
TIMEOUT = attempt("gateway_timeout")
LATER = MORNING + timedelta(minutes=40)


def pending(records: VisitRecords, number: int = 1, desk: str = "Quầy 1", after: int = 0) -> str:
    moment = MORNING + timedelta(minutes=after)
    visit = new_visit(
        health_card(number),
        Status.PENDING,
        visit_id=f"{desk}-{number}",
        desk=desk,
        created_at=moment,
        assessment=NO_ANSWER,
        attempts=(attempt("gateway_timeout", asked_at=moment),),
    )
    return records.record(visit).visit_id


def suspected(name: str = "s", **changes: str) -> Difficulty:
    return new_difficulty("suspected_card", difficulty_id=name, at=MORNING, desk="Quầy 1", **changes)


def test_a_visit_and_its_difficulty_are_written_together(records: VisitRecords) -> None:
    visit_id = pending(records)
    pending(records)  # the same visit again

    (only,) = records.difficulties.find()
    assert (only.kind, only.code, only.times) == ("gateway_failure", "gateway_timeout", 1)
    assert (only.about_visit, only.number, only.state) == (visit_id, "DN4 •••• •••• 0001", State.NEW)
    assert (only.first_at, only.last_at) == (MORNING, MORNING)


def test_a_visit_that_is_not_written_files_nothing(
    records: VisitRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError("disk full")

    monkeypatch.setattr(queue_counter, "next_number", full)
    with pytest.raises(OSError, match="disk full"):
        pending(records)
    assert records.difficulties.find() == []


def test_looking_up_again_in_vain_is_the_same_difficulty_met_once_more(records: VisitRecords) -> None:
    visit_id = pending(records)
    records.still_owed(visit_id, NO_ANSWER, [TIMEOUT], LATER)
    records.settle(visit_id, Status.CHECKED_IN, assessment(), [attempt(None)], LATER)

    (only,) = records.difficulties.find()
    assert (only.times, only.first_at, only.last_at) == (2, MORNING, LATER)


def test_confirming_a_held_visit_files_the_override(records: VisitRecords) -> None:
    wrong_name = Assessment(Verdict.NEEDS_STAFF, "name_mismatch", "060", staff_text_key="060")
    records.record(new_visit(health_card(1), Status.HELD, visit_id="h", assessment=wrong_name))
    assert records.difficulties.find() == []

    records.confirm("h", "Đã xem CCCD")
    records.confirm("h", "Đã xem CCCD")
    (only,) = records.difficulties.find()
    assert (only.kind, only.code, only.text, only.times) == ("override", "060", "Đã xem CCCD", 1)


def test_one_is_filed_by_hand_described_and_told_to_bhxh(records: VisitRecords) -> None:
    book = records.difficulties
    book.file(suspected(number="DN4799900000001"))
    book.file(suspected())  # again: nothing changes
    assert book.describe("s", text="Ảnh không giống người đến khám", about_visit="v1")
    assert not book.describe("nobody", text="x")
    assert not book.describe("s", text="  ")

    assert book.mark(book.find(), State.REPORTED, LATER, "Công văn 12") == 1
    (only,) = book.find(states={State.REPORTED})
    assert (only.state, only.reported_at, only.note) == (State.REPORTED, LATER, "Công văn 12")
    assert (only.text, only.about_visit) == ("Ảnh không giống người đến khám", "v1")
    book.mark([only], State.ANSWERED, LATER, None)
    (only,) = book.find()
    assert (only.state, only.note, only.reported_at) == (State.ANSWERED, "Công văn 12", LATER)


def test_what_another_desk_has_marked_meanwhile_stays(records: VisitRecords) -> None:
    book = records.difficulties
    book.file(suspected())
    seen = book.find()
    book.mark(seen, State.CLOSED, LATER, None)
    assert book.mark(seen, State.REPORTED, LATER, None) == 0
    assert [each.state for each in book.find()] == [State.CLOSED]


def test_a_period_holds_what_was_met_in_it(records: VisitRecords) -> None:
    pending(records)
    book = records.difficulties
    hour = timedelta(hours=1)
    assert len(book.find(since=MORNING, until=MORNING + hour)) == 1
    assert book.find(since=MORNING + hour) == []
    assert book.find(until=MORNING) == []
    assert book.find(beginning="%") == [], "a beginning is no pattern"


def test_training_and_other_facilities_are_never_seen(
    records: VisitRecords, open_records: Callable[..., VisitRecords]
) -> None:
    pending(records)
    for other in (open_records(training=True), open_records(facility="79034")):
        assert other.difficulties.find() == []
        assert list(other.difficulties.exchanges(MORNING, LATER)) == []
        assert other.difficulties.visit_counts(TODAY, TODAY).visits == 0


def test_serious_ones_that_nobody_reported_are_told(records: VisitRecords) -> None:
    book = records.difficulties
    pending(records)
    book.file(new_difficulty("card_unreadable", difficulty_id="u", at=MORNING, desk="Quầy 1"))
    assert book.overdue(MORNING) == {}
    assert book.overdue(LATER) == {"gateway_failure": MORNING}
    book.mark(book.find(), State.REPORTED, LATER, None)
    assert book.overdue(LATER) == {}


def test_the_report_counts_what_the_visits_say(records: VisitRecords) -> None:
    records.record(new_visit(health_card(8)))
    for number in range(4):
        pending(records, number, after=number)
    records.settle("Quầy 1-2", Status.CHECKED_IN, assessment(), [attempt(None)], LATER)
    records.cancel("Quầy 1-3", "về", "Quầy 1", LATER)

    counts = records.difficulties.visit_counts(TODAY, TODAY)
    assert counts.visits == 5
    assert counts.statuses == (("cancelled", 1), ("checked_in", 2), ("pending", 2))
    assert (counts.received_without_answer, counts.answered_later) == (4, 1)
    asked = list(records.difficulties.exchanges(MORNING, LATER))
    assert sorted(each.failure or "" for each in asked) == ["", *["gateway_timeout"] * 4]


def test_exchanges_are_read_page_by_page(records: VisitRecords, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.visits.difficulty_book._PAGE", 2)
    for number in range(5):
        pending(records, number, after=number // 2)
    assert len(list(records.difficulties.exchanges(MORNING, LATER))) == 5


def test_many_desks_file_one_outage(records: VisitRecords, open_records: Callable[..., VisitRecords]) -> None:
    for place, desk in enumerate((records, open_records(), open_records())):
        for number in range(3):
            pending(desk, number, f"Quầy {place}", after=number)
    (case,) = cases(records.difficulties.find())
    assert len(case.members) == 9
    assert case.desks == ("Quầy 0", "Quầy 1", "Quầy 2")
    assert len(case.visits) == 9
