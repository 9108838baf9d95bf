"""By what two visits are known to be of the same person, on one day."""

from __future__ import annotations

from kiosk.card.model import Card, CitizenCard
from kiosk.eligibility.model import Coverage


def keys_of(card: Card, coverage: Coverage | None) -> frozenset[str]:
    """The numbers of a person that are known, each with its kind; sharing one is being the same person.

    The last ten places of a card number are the person's social-insurance number (QĐ 1351/QĐ-BHXH), unless
    they are letters and digits of a temporary number. So a renewed card is still the same person's.
    """
    keys: set[str] = set()
    if isinstance(card, CitizenCard):
        if card.citizen_id:
            keys.add(f"citizen:{card.citizen_id}")
    else:
        keys |= _insurance_keys(card.card_number, card.social_insurance_number)
    if coverage is not None:
        keys |= _insurance_keys(coverage.card_number, coverage.social_insurance_number)
        if coverage.new_card is not None:
            keys |= _insurance_keys(coverage.new_card.card_number, None)
    return frozenset(keys)


def _insurance_keys(card_number: str | None, social_insurance_number: str | None) -> set[str]:
    keys: set[str] = set()
    if card_number:
        keys.add(f"card:{card_number.upper()}")
        last_ten = card_number[-10:]
        if len(card_number) == 15 and last_ten.isascii() and last_ten.isdigit():
            keys.add(f"social:{last_ten}")
    if social_insurance_number:
        keys.add(f"social:{social_insurance_number}")
    return keys
