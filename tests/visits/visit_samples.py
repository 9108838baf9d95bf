"""Invented patients, look-ups and visits for the tests of the records."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

from kiosk.card.model import Card, CitizenCard, HealthCard, Kind, PartialDate, Sex
from kiosk.eligibility.model import Assessment, Coverage
from kiosk.gateway.model import Attempt, NewCard
from kiosk.gateway.result_codes import Verdict
from kiosk.visits.model import NewVisit, Source, Status

MORNING = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)  # 08:30 in Vietnam
TODAY = date(2026, 11, 23)


def health_card(number: int = 1, **changes: Any) -> HealthCard:
    """The card of the invented person no. `number`."""
    values: dict[str, Any] = {
        "kind": Kind.HEALTH_CARD,
        "card_number": f"DN479{9900000000 + number}",
        "full_name": f"Nguyễn Thử Số {number}",
        "birth_date": PartialDate(1990, 2, 1),
        "sex": Sex.FEMALE,
        "valid_from": date(2026, 1, 1),
    }
    return HealthCard(**(values | changes))


def citizen_card(citizen_id: str = "001190000001") -> CitizenCard:
    return CitizenCard(
        Kind.CITIZEN_CARD, citizen_id=citizen_id, full_name="Lê Thử", birth_date=PartialDate(1990, 2, 1)
    )


def coverage(number: int = 1, **changes: Any) -> Coverage:
    values: dict[str, Any] = {
        "card_number": f"DN479{9900000000 + number}",
        "social_insurance_number": str(9900000000 + number),
        "full_name": f"NGUYỄN THỬ SỐ {number}",
        "birth_date": PartialDate(1990, 2, 1),
        "sex": Sex.FEMALE,
        "address": "1 Đường Mẫu",
        "primary_facility": "99999",
        "primary_facility_name": "Cơ sở tập huấn",
        "issuing_office": "BHXH Mẫu",
        "valid_from": date(2026, 1, 1),
        "valid_to": date(2026, 12, 31),
        "living_area": None,
        "five_years_from": date(2030, 1, 1),
        "benefit_level": 4,
        "new_card": None,
    }
    return Coverage(**(values | changes))


def new_card(number: int) -> NewCard:
    return NewCard(f"GD479{9900000000 + number}", date(2027, 1, 1), None, "99999", "Cơ sở tập huấn")


def assessment(verdict: Verdict = Verdict.ELIGIBLE, reason: str = "ok", **changes: Any) -> Assessment:
    values: dict[str, Any] = {"result_code": "000" if verdict is Verdict.ELIGIBLE else None}
    return Assessment(verdict, reason, **(values | changes))


TIMED_OUT = assessment(Verdict.UNDETERMINED, "gateway_timeout")


def attempt(failure: str | None = "read_timeout", **changes: Any) -> Attempt:
    values: dict[str, Any] = {
        "asked_at": MORNING,
        "elapsed_ms": 8000.5,
        "request": '{"maThe":"DN4799900000001"}',
        "http_status": None if failure else 200,
        "answer": None if failure else '{"maKetQua":"000"}',
        "failure": failure,
        "detail": "no answer within 8 s" if failure else "",
    }
    return Attempt(**(values | changes))


def new_visit(card: Card | None = None, status: Status = Status.CHECKED_IN, **changes: Any) -> NewVisit:
    values: dict[str, Any] = {
        "visit_id": uuid.uuid4().hex,
        "created_at": MORNING,
        "source": Source.SCAN,
        "desk": "Quầy 1",
        "assessment": TIMED_OUT if status is Status.PENDING else assessment(),
    }
    return NewVisit(status=status, card=card or health_card(), **(values | changes))
