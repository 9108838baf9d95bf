"""What earlier visits know of a number that is typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from visit_samples import MORNING, TIMED_OUT, assessment, citizen_card, coverage, health_card, new_visit

from kiosk.card import parse_number
from kiosk.card.model import PartialDate
from kiosk.visits.identity import keys_of
from kiosk.visits.known_patient import MOST_FOUND, KnownPatient
from kiosk.visits.known_patients import merged
from kiosk.visits.records import VisitRecords
from kiosk.visits.searching import words_of


def known(records: VisitRecords, number: str) -> KnownPatient | None:
    return records.known_patient(keys_of(parse_number(number), None))


def test_a_person_is_known_by_card_number_insurance_number_and_citizen_number(records: VisitRecords) -> None:
    records.record(new_visit(health_card(1)))
    records.record(new_visit(citizen_card("001190000001")))
    expected = KnownPatient("Nguyễn Thử Số 1", PartialDate(1990, 2, 1))
    assert known(records, "DN4799900000001") == known(records, "9900000001") == expected
    assert known(records, "001190000001") == KnownPatient("Lê Thử", PartialDate(1990, 2, 1))
    assert known(records, "9900000002") is None


def test_what_the_gateway_agreed_with_goes_before_what_was_typed_later(records: VisitRecords) -> None:
    confirmed = coverage(1, full_name="Nguyễn Thử Số Một", birth_date=PartialDate(1990))
    records.record(new_visit(health_card(1), assessment=assessment(coverage=confirmed)))
    later: dict[str, Any] = {"created_at": MORNING + timedelta(days=3), "assessment": TIMED_OUT}
    records.record(new_visit(health_card(1, full_name="Nguyễn Thủ"), **later))
    assert known(records, "9900000001") == KnownPatient("Nguyễn Thử Số Một", PartialDate(1990))


def test_another_facility_and_training_are_not_looked_into(
    open_records: Callable[..., VisitRecords], records: VisitRecords
) -> None:
    records.record(new_visit(health_card(1)))
    assert known(open_records(facility="99998"), "9900000001") is None
    assert known(open_records(training=True), "9900000001") is None


def test_no_number_is_nobody(records: VisitRecords) -> None:
    records.record(new_visit(health_card(1)))
    assert records.known_patient(frozenset()) is None


# Found by a part of name or number


def found(records: VisitRecords, typed: str) -> list[str]:
    return [patient.full_name for patient in records.search_patients(words_of(typed))]


def test_a_returning_patient_is_found_by_any_part_of_name_and_number_without_accents(
    records: VisitRecords,
) -> None:
    records.record(new_visit(health_card(1, full_name="Đặng Thị Mẫu"), assessment=None))
    records.record(new_visit(health_card(2, full_name="Trần Văn Thử"), assessment=None))
    records.record(new_visit(citizen_card("001190000001"), assessment=None))
    assert found(records, "dang mau") == found(records, "MẪU") == ["Đặng Thị Mẫu"]
    assert found(records, "00000002") == found(records, "thu 0002") == ["Trần Văn Thử"]
    assert found(records, "119000000") == ["Lê Thử"]
    assert found(records, "0001 tran") == []
    assert found(records, "") == []


def test_a_person_is_found_once_as_seen_last_and_the_latest_come_first(records: VisitRecords) -> None:
    for day, number, name in ((0, 1, "Lê Thử"), (1, 2, "Lê Thử Hai"), (2, 1, "Lê Thử Một")):
        card = health_card(number, full_name=name)
        at = MORNING + timedelta(days=day)
        records.record(new_visit(card, created_at=at, assessment=None))
    latest, other = records.search_patients(words_of("le thu"))
    assert (latest.full_name, latest.number, latest.last_seen) == (
        "Lê Thử Một",
        "DN4799900000001",
        (MORNING + timedelta(days=2)).date(),
    )
    assert other.full_name == "Lê Thử Hai"


def test_no_more_are_offered_than_an_eye_takes_in(records: VisitRecords) -> None:
    for number in range(1, 9):
        records.record(new_visit(health_card(number)))
    assert len(found(records, "nguyen")) == MOST_FOUND


def test_a_search_looks_into_no_other_facility_and_not_into_training(
    open_records: Callable[..., VisitRecords], records: VisitRecords
) -> None:
    records.record(new_visit(health_card(1)))
    assert found(open_records(facility="99998"), "9900000001") == []
    assert found(open_records(training=True), "9900000001") == []


def test_what_two_places_know_of_a_person_is_one_person() -> None:
    def seen(number: str, day: int) -> KnownPatient:
        return KnownPatient("Lê Thử", PartialDate(1990), number, date(2026, 11, day))

    here, there = [seen("1", 20), seen("2", 10)], [seen("3", 15), seen("1", 5)]
    assert merged(here, there) == [seen("1", 20), seen("3", 15), seen("2", 10)]
