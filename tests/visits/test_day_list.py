"""A day's list: pages, searching, filtering."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from visit_samples import MORNING, TODAY, assessment, citizen_card, coverage, health_card, new_visit

from kiosk.card.model import Card
from kiosk.visits import day_list
from kiosk.visits.day_page import DayPage, DayQuery, Place
from kiosk.visits.model import Status
from kiosk.visits.records import VisitRecords
from kiosk.visits.searching import LONGEST_TEXT, queue_number_of, search_text


def ids(page: DayPage) -> list[str]:
    return [visit.visit_id for visit in page.visits]


def found(records: VisitRecords, typed: str, status: Status | None = None) -> list[str]:
    page = records.day_page(DayQuery(TODAY, typed, status))
    return [*([page.exact.visit_id] if page.exact else []), *ids(page)]


@pytest.fixture
def day(records: VisitRecords) -> VisitRecords:
    """Four people of one morning; the last one waits for staff and has no queue number."""
    people: dict[str, Card] = {
        "hoa": health_card(1234567, full_name="Nguyễn Thị Hoà"),
        "dung": health_card(7654321, full_name="Đỗ Văn Dũng"),
        "citizen": citizen_card("001190000042"),
        "held": health_card(5, full_name="Hồ A"),
    }
    for minute, (name, card) in enumerate(people.items()):
        status = Status.HELD if name == "held" else Status.CHECKED_IN
        at = MORNING + timedelta(minutes=minute)
        records.record(new_visit(card, status, visit_id=name, created_at=at))
    return records


def test_names_without_accents_and_any_part_of_a_number_are_found(day: VisitRecords) -> None:
    for typed, who in (
        ("", ["held", "citizen", "dung", "hoa"]),
        ("hoa", ["hoa"]),
        ("NGUYỄN  hòa", ["hoa"]),
        ("dung do", ["dung"]),
        ("đỗ", ["dung"]),
        ("123456", ["hoa"]),
        ("9901234567", ["hoa"]),
        ("dn4799907654321", ["dung"]),
        ("0000042", ["citizen"]),
        ("2", ["dung", "citizen", "dung", "hoa"]),
        ("số lạ", []),
    ):
        assert found(day, typed) == who, typed


def test_the_visit_with_the_queue_number_comes_first(day: VisitRecords) -> None:
    page = day.day_page(DayQuery(TODAY, "3"))

    assert page.exact is not None
    assert page.exact.visit_id == "citizen"
    assert day.day_page(DayQuery(TODAY, "A-003")).exact is None
    assert day.day_page(DayQuery(TODAY, "3", Status.HELD)).exact is None


def test_how_many_there_are_is_told(day: VisitRecords, monkeypatch: pytest.MonkeyPatch) -> None:
    for page in (60, 2):  # whether all are on one page or not
        monkeypatch.setattr(day_list, "PAGE", page)
        assert day.day_page(DayQuery(TODAY)).total == 4
        assert day.day_page(DayQuery(TODAY, "ho")).total == 2
        assert day.day_page(DayQuery(TODAY, "", Status.HELD)).total == 1
        assert day.day_page(DayQuery(TODAY, "1")).total == 3, "one of them by its queue number alone"
        assert day.day_page(DayQuery(TODAY - timedelta(days=1))).total == 0


def test_a_status_can_be_asked_for_on_one_day_and_on_all(day: VisitRecords) -> None:
    day.record(new_visit(health_card(8), Status.HELD, visit_id="old", created_at=MORNING - timedelta(days=3)))

    assert found(day, "", Status.HELD) == ["held"]
    assert ids(day.day_page(DayQuery(None, "", Status.HELD))) == ["held", "old"]


def test_what_the_answer_adds_is_found_as_well(records: VisitRecords) -> None:
    records.record(new_visit(citizen_card(), Status.PENDING, visit_id="v1"))
    assert found(records, "9900000077") == []

    answer = assessment(coverage=coverage(77, full_name="LÊ THỬ MỚI"))
    records.settle("v1", Status.CHECKED_IN, answer, (), MORNING)

    assert found(records, "9900000077") == found(records, "moi le") == ["v1"]


def test_another_facilitys_visits_are_not_found(
    day: VisitRecords, open_records: Callable[..., VisitRecords]
) -> None:
    assert found(open_records(facility="01001"), "hoa") == []


def test_pages_follow_each_other_without_gap_or_repeat(
    records: VisitRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(day_list, "PAGE", 3)
    for number in range(8):  # some of the same moment
        at = MORNING + timedelta(minutes=number // 3)
        records.record(new_visit(health_card(number), visit_id=f"v{number}", created_at=at))

    pages: list[list[str]] = []
    place = None
    while place is not None or not pages:
        page = records.day_page(DayQuery(TODAY), place)
        pages.append(ids(page))
        place = page.more
        if len(pages) == 1:
            records.record(new_visit(health_card(9), visit_id="new", created_at=MORNING + timedelta(hours=1)))

    assert pages == [["v7", "v6", "v5"], ["v4", "v3", "v2"], ["v1", "v0"]]
    assert records.day_page(DayQuery(TODAY), Place(MORNING, "v0")).total is None


@pytest.mark.parametrize(
    ("typed", "number"),
    [("57", 57), (" 007 ", 7), ("A-007", 100_007), ("a7", 100_007), ("zz-1", 702 * 100_000 + 1)]
    + [(other, None) for other in ("", "0", "hoa", "123456", "a", "A-", "abcd-1", "-5")],
)
def test_a_queue_number_is_typed_as_it_is_called(typed: str, number: int | None) -> None:
    assert queue_number_of(typed) == number


def test_what_is_kept_for_searching_fits_into_an_index() -> None:
    assert len(search_text(health_card(full_name="Ậ" * 5000), None)) == LONGEST_TEXT
