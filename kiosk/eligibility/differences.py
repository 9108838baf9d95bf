"""What the card as read and the gateway say differently, for staff to see before anything is saved."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from kiosk.card import normalise_name
from kiosk.card.model import Card, HealthCard
from kiosk.eligibility.model import Coverage, Difference

_ON_CARDS = (
    "card_number",
    "social_insurance_number",
    "primary_facility",
    "valid_from",
    "valid_to",
    "five_years_from",
    "living_area",
    "benefit_level",
)

COMPARED = ("full_name", "birth_date", "sex", *_ON_CARDS, "address")
"""Every field that can differ."""


def differences_between(card: Card, coverage: Coverage) -> tuple[Difference, ...]:
    """Fields that both know and that disagree, in the order of the verdict view.

    Birth dates are compared as far as both are known; names without case, blanks and the place of the tone
    mark; addresses of citizen cards not at all, since they are another register's.
    """
    return tuple(_differences(card, coverage))


def names_differ(card: Card, coverage: Coverage) -> bool:
    """Whether both names are known and are not the same person's name."""
    if not card.full_name or not coverage.full_name:
        return False
    return normalise_name(card.full_name) != normalise_name(coverage.full_name)


def _differences(card: Card, coverage: Coverage) -> Iterator[Difference]:
    if names_differ(card, coverage):
        yield Difference("full_name", str(card.full_name), str(coverage.full_name))
    if card.birth_date and coverage.birth_date and not card.birth_date.agrees_with(coverage.birth_date):
        yield Difference("birth_date", card.birth_date.iso, coverage.birth_date.iso)
    if card.sex and coverage.sex and card.sex is not coverage.sex:
        yield Difference("sex", card.sex.value, coverage.sex.value)
    if isinstance(card, HealthCard):
        yield from _card_differences(card, coverage)


def _card_differences(card: HealthCard, coverage: Coverage) -> Iterator[Difference]:
    for field in _ON_CARDS:
        mine, theirs = getattr(card, field), getattr(coverage, field)
        if mine is not None and theirs is not None and mine != theirs:
            yield Difference(field, str(mine), str(theirs))
    if card.address and coverage.address and _plain(card.address) != _plain(coverage.address):
        yield Difference("address", card.address, coverage.address)


def _plain(address: str) -> str:
    """Letters and digits only: commas, dots and case of an address carry no meaning."""
    return re.sub(r"[\W_]+", " ", unicodedata.normalize("NFC", address).casefold()).strip()
