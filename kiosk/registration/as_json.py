"""The objects that `kiosk register --json` prints."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from kiosk.registration.addresses import Address
from kiosk.registration.comparison import CardDifference
from kiosk.registration.preparation import Preparation


def fields_as_json(prepared: Preparation) -> dict[str, Any]:
    """The values in the app's order; what is missing or wrong is null."""
    office = prepared.office
    return {
        "social_insurance_number": prepared.social_insurance_number or None,
        "citizen_id": prepared.citizen_id or None,
        "full_name": prepared.full_name or None,
        "document": prepared.document or None,
        "birth_date": prepared.birth_date.iso if prepared.birth_date else None,
        "sex": prepared.sex,
        "address": prepared.address_on_card or None,
        "address_new": _address(prepared.address_new, district=False),
        "address_old": _address(prepared.address_old, district=True),
        "phone": prepared.phone or None,
        "email": prepared.email or None,
        "office": {key: value or None for key, value in asdict(office).items()} if office else None,
    }


def difference_as_json(difference: CardDifference) -> dict[str, Any]:
    return asdict(difference)


def _address(address: Address, *, district: bool) -> dict[str, str | None]:
    parts = ("province", "district", "commune", "street") if district else ("province", "commune", "street")
    return {part: getattr(address, part) or None for part in parts}
