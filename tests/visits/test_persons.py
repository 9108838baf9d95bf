"""A person's data in the records: found exactly, in every store."""

from __future__ import annotations

from datetime import timedelta

import pytest
from visit_samples import MORNING, assessment, attempt, citizen_card, coverage, health_card, new_visit

from kiosk.card.model import PartialDate
from kiosk.errors import CardParseError, UsageError
from kiosk.visits.persons import chosen, everything, fields_held, find, wanted
from kiosk.visits.records import VisitRecords


def number(of: int) -> str:
    return f"DN479{9900000000 + of}"


def test_a_person_is_found_by_any_number_and_by_the_whole_name(records: VisitRecords) -> None:
    first = records.record(new_visit(health_card(1), assessment=assessment(coverage=coverage(1)),
                                     attempts=(attempt(None),)))  # fmt: skip
    records.record(new_visit(health_card(2), assessment=assessment(coverage=coverage(2))))
    by_citizen = new_visit(citizen_card(), assessment=assessment(coverage=coverage(1)),
                           created_at=MORNING + timedelta(days=3))  # fmt: skip
    second = records.record(by_citizen)

    for asked in (
        wanted(number=number(1)),
        wanted(number="9900000001"),
        wanted(number="001190000001"),
        wanted(full_name="nguyen thu so 1", birth_date="01/02/1990"),
        wanted(full_name="Lê Thử", birth_date="1990"),
    ):
        (person,) = find(records, asked).persons
        assert [each.visit_id for each in person.visits] == [first.visit_id, second.visit_id]
        assert person.counts["records"]["visit"] == 2
        assert person.counts["records"]["lookup_attempt"] == 1


def test_nobody_else_is_found(records: VisitRecords) -> None:
    records.record(new_visit(health_card(1)))
    for asked in (
        wanted(number=number(3)),
        wanted(full_name="Nguyễn Thử", birth_date="01/02/1990"),  # a part of the name
        wanted(full_name="Nguyễn Thử Số 11", birth_date="01/02/1990"),
        wanted(full_name="Nguyễn Thử Số 1", birth_date="02/02/1990"),
    ):
        assert find(records, asked).persons == ()


def test_two_persons_of_one_name_are_told_apart_in_masks(records: VisitRecords) -> None:
    for each in (1, 2):
        card = health_card(each, full_name="Trần Thị Mẫu", address=f"Đường {each}, Tỉnh Mẫu {each}")
        records.record(new_visit(card))
    found = find(records, wanted(full_name="TRẦN THỊ MẪU", birth_date="1/2/1990"))

    shown = [(each.shown_name, each.shown_birth, each.area) for each in found.persons]
    assert sorted(shown) == [
        ("T. T. Mẫu", "••/••/1990", "Tỉnh Mẫu 1"),
        ("T. T. Mẫu", "••/••/1990", "Tỉnh Mẫu 2"),
    ]
    assert all("990000000" not in number for each in found.persons for number in each.shown_numbers)
    with pytest.raises(UsageError, match="person_several"):
        chosen(found)
    (one,) = chosen(found, [found.persons[0].handle])
    assert one.keys == found.persons[0].keys


def test_somebody_who_used_the_number_is_another_person(records: VisitRecords) -> None:
    owner = records.record(new_visit(health_card(1)))
    other = health_card(1, full_name="Phạm Khác", birth_date=PartialDate(1971, 5, 5))
    mixed_up = records.record(new_visit(other))

    persons = find(records, wanted(number=number(1))).persons
    assert {each.full_name: [v.visit_id for v in each.visits] for each in persons} == {
        "Nguyễn Thử Số 1": [owner.visit_id],
        "Phạm Khác": [mixed_up.visit_id],
    }
    (person,) = find(records, wanted(full_name="Phạm Khác", birth_date="1971")).persons
    assert [each.visit_id for each in person.doubtful] == [owner.visit_id]


def test_everything_is_all_rows_and_where_else_they_are_named(records: VisitRecords) -> None:
    records.record(new_visit(health_card(1), attempts=(attempt(),)))
    child = records.record(new_visit(health_card(2, guardian_name="NGUYỄN THỬ SỐ 1")))
    noted = records.record(new_visit(health_card(3), confirm_reason="Nhầm thẻ của Nguyễn Thử Số 1"))
    (person,) = find(records, wanted(number=number(1))).persons
    data = everything(records, person)

    assert {"visit", "visit_identity", "lookup_attempt", "visit_event"} <= set(data.rows["records"])
    assert {each.row for each in data.mentions} == {child.visit_id, noted.visit_id}
    assert {"full_name", "card_number", "birth_date"} <= set(fields_held(data))


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({}, UsageError),
        ({"full_name": "Lê Thử"}, UsageError),
        ({"number": "12", }, CardParseError),
        ({"number": "9900000001", "full_name": "Lê Thử"}, UsageError),
    ],
)  # fmt: skip
def test_half_a_question_is_none(given: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        wanted(**given)
