"""What `check-in` and `visits` print of a visit."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from visit_samples import (
    MORNING,
    assessment,
    attempt,
    citizen_card,
    coverage,
    health_card,
    new_card,
    new_visit,
)

from kiosk.card.model import Card, HealthCard, Kind, Notice, PartialDate, Sex
from kiosk.eligibility.as_json import coverage_as_json
from kiosk.eligibility.model import Difference
from kiosk.gateway.result_codes import Verdict
from kiosk.visits import rows
from kiosk.visits.as_json import visit_as_json
from kiosk.visits.identity import keys_of
from kiosk.visits.model import Status
from kiosk.visits.records import VisitRecords


def message(notice: Notice) -> str:
    return f"text of {notice.code}"


def test_a_visit_as_the_contract_shows_it(records: VisitRecords) -> None:
    visit = records.record(
        new_visit(
            visit_id="v1",
            assessment=assessment(coverage=coverage(new_card=new_card(2)), warnings=(Notice("five_years"),)),
        )
    )

    assert visit_as_json(visit, message) == {
        "visit_id": "v1",
        "status": "checked_in",
        "verdict": "eligible",
        "reason": "ok",
        "result_code": "000",
        "queue_number": 1,
        "queue_label": "1",
        "coverage": {
            "card_number": "DN4799900000001",
            "social_insurance_number": "9900000001",
            "full_name": "NGUYỄN THỬ SỐ 1",
            "birth_date": "1990-02-01",
            "sex": "female",
            "address": "1 Đường Mẫu",
            "primary_facility": "99999",
            "primary_facility_name": "Cơ sở tập huấn",
            "issuing_office": "BHXH Mẫu",
            "valid_from": "2026-01-01",
            "valid_to": "2026-12-31",
            "living_area": None,
            "five_years_from": "2030-01-01",
            "benefit_level": 4,
            "new_card": {
                "card_number": "GD4799900000002",
                "valid_from": "2027-01-01",
                "valid_to": None,
                "primary_facility": "99999",
                "primary_facility_name": "Cơ sở tập huấn",
            },
        },
        "warnings": [{"code": "five_years", "message": "text of five_years"}],
        "created_at": "2026-11-23T08:30:00.000+07:00",
        "day": "2026-11-23",
        "source": "scan",
        "desk": "Quầy 1",
        "rechecked_at": None,
        "full_name": "NGUYỄN THỬ SỐ 1",
        "number": "DN4799900000001",
        "differences": [],
        "confirm_reason": None,
        "priority": None,
        "benefit": None,
        "findings": [],
        "unchecked": [],
        "training": False,
        "kept_here": False,
        "cancelled_at": None,
        "cancel_reason": None,
        "staff": None,
    }


def test_a_visit_without_an_answer_has_nulls(records: VisitRecords) -> None:
    pending = records.record(new_visit(status=Status.PENDING, attempts=(attempt(),)))

    shown = visit_as_json(pending, message)

    assert (shown["verdict"], shown["result_code"], shown["coverage"]) == ("undetermined", None, None)
    assert json.loads(json.dumps(shown)) == shown


def test_what_was_followed_differed_and_was_settled_is_shown(records: VisitRecords) -> None:
    pending = records.record(new_visit(status=Status.PENDING))
    answer = assessment(
        Verdict.NEEDS_STAFF,
        "name_mismatch",
        followed_from="003",
        differences=(Difference("full_name", "A", "B"),),
    )
    settled = records.settle(pending.visit_id, Status.HELD, answer, (), MORNING + timedelta(minutes=5))

    assert settled is not None
    shown = visit_as_json(settled, message)

    assert shown["followed_from"] == "003"
    assert shown["differences"] == [{"field": "full_name", "read": "A", "gateway": "B", "taken": False}]
    assert shown["rechecked_at"] == "2026-11-23T08:35:00.000+07:00"


@pytest.mark.parametrize(
    ("birth_date", "shown"),
    [(PartialDate(1990), "1990"), (PartialDate(1990, 2), "1990-02"), (None, None)],
)
def test_a_birth_date_is_shown_as_far_as_it_is_known(
    birth_date: PartialDate | None, shown: str | None
) -> None:
    assert coverage_as_json(coverage(birth_date=birth_date))["birth_date"] == shown


@pytest.mark.parametrize(
    "card",
    [
        pytest.param(HealthCard(Kind.CARD_NUMBER), id="nothing but a kind"),
        pytest.param(citizen_card(), id="citizen card"),
        pytest.param(
            health_card(
                birth_date=PartialDate(1990, 2),
                sex=Sex.MALE,
                valid_to=date(2026, 12, 31),
                issued_on=date(2026, 1, 2),
                five_years_from=date(2030, 1, 1),
                living_area="K1",
                guardian_name="Trần Thử",
                benefit_level=4,
                issuing_place="BHXH Mẫu",
                warnings=(Notice("dropped_accents"), Notice("facility", (("code", "99999"),))),
            ),
            id="everything",
        ),
    ],
)
def test_a_stored_card_is_read_back_as_it_was(card: Card) -> None:
    stored = json.loads(json.dumps(rows.card_to_json(card)))

    assert rows.card_from_json(stored) == card
    assert rows.card_from_json({**stored, "field_of_an_older_program": 1}) == card


def test_letters_in_the_last_places_are_no_social_insurance_number() -> None:
    assert keys_of(health_card(card_number="TE1479999KT0001"), None) == {"card:TE1479999KT0001"}
    assert keys_of(health_card(card_number="DN47999000001"), None) == {"card:DN47999000001"}
    assert keys_of(health_card(card_number=None), None) == frozenset()
    assert keys_of(citizen_card(""), None) == frozenset()
