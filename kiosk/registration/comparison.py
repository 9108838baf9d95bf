"""What the two cards of one person say differently; the app compares with the population database."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.card import normalise_name
from kiosk.card.model import CitizenCard, HealthCard
from kiosk.card.vietnamese import without_accents


@dataclass(frozen=True, slots=True)
class CardDifference:
    """`spelling`: only accents differ, as old machines and scanners leave them out."""

    field: str
    health_card: str
    citizen_card: str
    spelling: bool = False


def compare(health: HealthCard, citizen: CitizenCard) -> tuple[CardDifference, ...]:
    """Name, birth date (as far as both are known) and sex. Addresses are of different registers."""
    found = []
    mine, theirs = health.full_name, citizen.full_name
    if mine and theirs and normalise_name(mine) != normalise_name(theirs):
        found.append(CardDifference("full_name", mine, theirs, spelling=_bare(mine) == _bare(theirs)))
    if health.birth_date and citizen.birth_date and not health.birth_date.agrees_with(citizen.birth_date):
        found.append(CardDifference("birth_date", health.birth_date.iso, citizen.birth_date.iso))
    if health.sex and citizen.sex and health.sex is not citizen.sex:
        found.append(CardDifference("sex", health.sex.value, citizen.sex.value))
    return tuple(found)


def of_two_persons(health: HealthCard, citizen: CitizenCard) -> bool:
    """Whether the cards cannot be one person's: another name, and nothing that says it is the same one.

    A card with one wrong letter or one wrong day is still its owner's: that is shown and corrected.
    """
    wrong = {difference.field for difference in compare(health, citizen) if not difference.spelling}
    born_alike = bool(health.birth_date and citizen.birth_date) and "birth_date" not in wrong
    return "full_name" in wrong and not born_alike


def better_name(health: str | None, citizen: str | None) -> str:
    """The citizen card's, from the register that the app asks; the other where that one lost its accents."""
    if not citizen or not health:
        return citizen or health or ""
    lost = citizen.isascii() and not health.isascii() and _bare(citizen) == _bare(health)
    return health if lost else citizen


def _bare(name: str) -> str:
    return " ".join(without_accents(name).upper().split())
