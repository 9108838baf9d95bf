"""Which visits are of one person. Pure.

Sharing a number (`identity.keys_of`) is being the same person, as everywhere; only that here a mistake would
show or erase somebody else's data. So a number alone does not bind two visits whose names or birth dates
disagree, and a visit that says two persons by itself (the card one, the answer another) binds nothing. What
is not bound is offered beside the person, for somebody with the papers in hand to decide.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kiosk.card.model import PartialDate
from kiosk.visits.searching import folded


@dataclass(frozen=True, slots=True)
class Named:
    """Who somebody is said to be, by a card or by the gateway."""

    full_name: str | None
    birth_date: PartialDate | None

    def is_like(self, other: Named) -> bool:
        """Neither name nor birth date disagrees, as far as both are known."""
        return self._name_agrees(other) is not False and self._birth_agrees(other) is not False

    def is_spelled_otherwise(self, other: Named) -> bool:
        """One person as two registers write them: the birth date agrees, or where it is unknown the name."""
        birth = self._birth_agrees(other)
        return self._name_agrees(other) is not False if birth is None else birth

    def _name_agrees(self, other: Named) -> bool | None:
        if not self.full_name or not other.full_name:
            return None
        return folded(self.full_name) == folded(other.full_name)

    def _birth_agrees(self, other: Named) -> bool | None:
        if self.birth_date is None or other.birth_date is None:
            return None
        return self.birth_date.agrees_with(other.birth_date)


@dataclass(frozen=True, slots=True)
class Bound:
    """What of a visit tells whose it is: its numbers, and who card and gateway say that it is."""

    visit_id: str
    keys: frozenset[str]
    said: tuple[Named, ...]

    @property
    def is_of_two(self) -> bool:
        """Card and gateway name different persons."""
        return any(not one.is_spelled_otherwise(other) for one in self.said for other in self.said)

    def binds(self, other: Bound) -> bool:
        """Whether both, of which one key is known to be shared, are of the same person."""
        if self.is_of_two or other.is_of_two:
            return False
        if not self.said or not other.said:
            return True
        return any(one.is_like(another) for one in self.said for another in other.said)


def groups(visits: Iterable[Bound]) -> list[list[Bound]]:
    """The visits person by person, each in the order given.

    Visits without a number are of one person when name and whole birth date are the same.
    """
    given = list(visits)
    leader = list(range(len(given)))

    def find(place: int) -> int:
        while leader[place] != place:
            leader[place] = leader[leader[place]]
            place = leader[place]
        return place

    by_key: dict[object, list[int]] = defaultdict(list)
    for place, visit in enumerate(given):
        for key in visit.keys or _name_keys(visit):
            by_key[key].append(place)
    for sharing in by_key.values():
        for place, other in _pairs(sharing, given):
            leader[find(other)] = find(place)
    found: dict[int, list[Bound]] = defaultdict(list)
    for place, visit in enumerate(given):
        found[find(place)].append(visit)
    return list(found.values())


def _pairs(sharing: Sequence[int], given: Sequence[Bound]) -> Iterable[tuple[int, int]]:
    """Those that are bound. Each is compared with one of every kind that is said, not with every visit."""
    kinds: dict[tuple[Named, ...], int] = {}
    for place in sharing:
        visit = given[place]
        if visit.is_of_two:
            continue
        if visit.said in kinds:
            yield kinds[visit.said], place
            continue
        for other in kinds.values():
            if given[other].binds(visit):
                yield other, place
        kinds[visit.said] = place


def _name_keys(visit: Bound) -> Iterable[tuple[str, str]]:
    for each in visit.said:
        if each.full_name and each.birth_date and each.birth_date.day:
            yield folded(each.full_name), each.birth_date.iso


__all__ = ["Bound", "Named", "groups"]
