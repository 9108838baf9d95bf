"""What the managing page reads and keeps, on both databases: decisions, the watch list, the log's end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import time_machine
from visit_samples import assessment, health_card, new_visit

from kiosk import clock
from kiosk.card import parse_number
from kiosk.gateway.result_codes import Verdict
from kiosk.visits.audit import Act
from kiosk.visits.audit_log import Wanted
from kiosk.visits.decisions import WARNED, decisions
from kiosk.visits.identity import keys_of
from kiosk.visits.model import Advice, Status
from kiosk.visits.records import VisitRecords
from kiosk.visits.watch_book import WatchBook
from kiosk.visits.watching import Watched

MORNING = datetime(2026, 11, 23, 8, 30, tzinfo=clock.VIETNAM)
FOUND = {"rule": "watch_list", "action": "warn", "values": {"reason": "mượn thẻ"}}


def advice(*found: dict[str, Any]) -> Advice:
    return Advice(None, {"found": list(found), "unchecked": []})


def watched(number: str, reason: str) -> Watched:
    return Watched(keys_of(parse_number(number), None), reason, None)


def test_decisions_and_findings_of_a_period_are_told_once_each_latest_first(records: VisitRecords) -> None:
    with time_machine.travel(MORNING, tick=False):
        records.record(new_visit(health_card(1), advice=advice(), created_at=MORNING))  # nothing about it
        records.record(new_visit(health_card(2), advice=advice(FOUND), created_at=MORNING))
    later = MORNING + timedelta(hours=1)
    with time_machine.travel(later, tick=False):
        doubtful = assessment(Verdict.NEEDS_STAFF, "army_card")
        overridden = new_visit(
            health_card(3),
            assessment=doubtful,
            advice=advice(FOUND),
            confirm_reason="đã xem giấy tờ",
            created_at=later,
        )
        records.record(overridden)
        records.record(new_visit(health_card(4), Status.SELF_PAY, created_at=later))

    def told(since: datetime, until: datetime) -> list[tuple[str, str | None, int]]:
        found = decisions(records.audit, since, until)
        return sorted((each.what, each.why, len(each.findings)) for each in found)

    day = clock.midnight(MORNING.date())
    assert told(day, day + timedelta(days=1)) == [
        ("override", "đã xem giấy tờ", 1),
        ("self_pay", None, 0),
        (WARNED, None, 1),
    ]
    assert told(later, day + timedelta(days=1)) == [("override", "đã xem giấy tờ", 1), ("self_pay", None, 0)]
    assert told(day - timedelta(days=1), day) == []
    first, *_, last = decisions(records.audit, day, day + timedelta(days=1))
    assert first.at > last.at
    assert "DN479" not in f"{first}{last}"


def test_a_card_on_the_watch_list_is_one_entry_whatever_its_numbers(records: VisitRecords) -> None:
    book = WatchBook(records.audit)
    book.add([watched("DN4799900000001", "một"), watched("9900000002", "hai"), watched("001099000004", "ba")])
    assert {(card.number, card.reason) for card in book.cards()} == {
        ("DN4799900000001", "một"),
        ("9900000002", "hai"),
        ("001099000004", "ba"),
    }
    book.add([watched("DN4799900000001", "một, lần nữa")])
    (again,) = [card for card in book.cards() if card.number == "DN4799900000001"]
    assert again.reason == "một, lần nữa"
    assert (book.remove(again), book.remove(again)) == (True, False)
    assert {card.reason for card in book.cards()} == {"hai", "ba"}


def test_a_long_list_goes_in_and_no_other_facility_sees_it(
    records: VisitRecords, open_records: Callable[..., VisitRecords]
) -> None:
    many = [watched(f"DN4799900{number:06}", "tệp") for number in range(700)]
    assert WatchBook(records.audit).add(many) == 700
    assert len(WatchBook(records.audit).cards()) == 700
    assert WatchBook(open_records(facility="01A01").audit).cards() == []


def test_the_logs_newest_entries_come_first_and_only_those_asked_for(records: VisitRecords) -> None:
    for number in range(5):
        records.note_act(Act.REVIEW, f"section {number}")
        records.note_act(Act.EXPORT, f"file {number}")
    wanted = Wanted(acts=frozenset({"review"}))
    assert [entry.subject for entry in records.audit.newest(3, wanted)] == [
        "section 4",
        "section 3",
        "section 2",
    ]
    assert records.audit.newest(1)[0].subject == "file 4"
