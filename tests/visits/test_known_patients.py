"""What earlier visits know of a number that is typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from visit_samples import MORNING, TIMED_OUT, assessment, citizen_card, coverage, health_card, new_visit

from kiosk.card import parse_number
from kiosk.card.model import PartialDate
from kiosk.visits.identity import keys_of
from kiosk.visits.known_patients import KnownPatient
from kiosk.visits.records import VisitRecords


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
