"""A card in the shape of the contract's `kiosk parse`, without ``warnings`` and ``error``."""

from __future__ import annotations

from datetime import date
from typing import Any

from kiosk.card.model import Card

FIELDS = (
    *("kind", "card_number", "social_insurance_number", "citizen_id", "full_name", "birth_date", "sex"),
    *("address", "primary_facility", "valid_from", "valid_to", "issued_on", "five_years_from"),
    *("living_area", "guardian_name"),
)
_DAYS = ("valid_from", "valid_to", "issued_on", "five_years_from")


def card_as_json(card: Card) -> dict[str, Any]:
    """All fields, ``None`` for what the card does not say; days in ISO 8601."""
    found = {name: getattr(card, name, None) for name in FIELDS}
    found["kind"] = card.kind.value
    found["sex"] = card.sex.value if card.sex else None
    found["birth_date"] = card.birth_date.iso if card.birth_date else None
    for name in _DAYS:
        day: date | None = found[name]
        found[name] = day.isoformat() if day else None
    return found
