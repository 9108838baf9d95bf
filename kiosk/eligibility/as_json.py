"""A coverage in the shape of the contract: dates in ISO 8601, ``null`` for what is not known."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from kiosk.eligibility.model import Coverage, Difference
from kiosk.gateway.model import HistoryRow, NewCard


def coverage_as_json(coverage: Coverage) -> dict[str, Any]:
    """The ``coverage`` object of ``check-in``, ``lookup`` and ``visits``; numbers stand in full."""
    return {
        "card_number": coverage.card_number,
        "social_insurance_number": coverage.social_insurance_number,
        "full_name": coverage.full_name,
        "birth_date": coverage.birth_date.iso if coverage.birth_date else None,
        "sex": coverage.sex.value if coverage.sex else None,
        "address": coverage.address,
        "primary_facility": coverage.primary_facility,
        "primary_facility_name": coverage.primary_facility_name,
        "issuing_office": coverage.issuing_office,
        "valid_from": _iso(coverage.valid_from),
        "valid_to": _iso(coverage.valid_to),
        "living_area": coverage.living_area,
        "five_years_from": _iso(coverage.five_years_from),
        "benefit_level": coverage.benefit_level,
        "new_card": _new_card_as_json(coverage.new_card) if coverage.new_card else None,
    }


def _new_card_as_json(card: NewCard) -> dict[str, Any]:
    return {
        "card_number": card.card_number,
        "valid_from": _iso(card.valid_from),
        "valid_to": _iso(card.valid_to),
        "primary_facility": card.primary_facility,
        "primary_facility_name": card.primary_facility_name,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def difference_as_json(difference: Difference) -> dict[str, str | bool]:
    return {
        "field": difference.field,
        "read": difference.read,
        "gateway": difference.gateway,
        "taken": difference.taken,
    }


def history_as_json(row: HistoryRow) -> dict[str, Any]:
    """One row of ``history``; times in ISO 8601 with Vietnam's offset, to the minute."""
    return {
        "record_id": row.record_id,
        "facility": row.facility,
        "admitted_at": _iso_minute(row.admitted_at),
        "discharged_at": _iso_minute(row.discharged_at),
        "diagnosis": row.diagnosis,
        "discharge_status": row.discharge_status,
        "outcome": row.outcome,
        "visit_reason": row.visit_reason,
    }


def _iso_minute(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="minutes") if moment else None
