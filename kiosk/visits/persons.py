"""A person's data: found, shown in masks, read whole. Copies, erasure and requests stand beside it.

::

    asked = wanted(number="DN4799900000001")              # or full_name=..., birth_date=...
    found = find(records, asked)                          # candidates, told apart in masks
    person = chosen(found, ["3fa1c2d90b7e"])              # by handle, where there are several
    data = everything(records, person)                    # every row of every store, in full

Nothing here changes anything, and nothing is masked but what `Person` offers to be shown. Who may ask is the
caller's business (`kiosk.visits.staff.Right.PERSONS`), and so is the note in the audit log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import Connection

from kiosk.card import parse_birth_date, parse_number
from kiosk.card.model import PartialDate
from kiosk.errors import CardParseError, RecordsError, UsageError
from kiosk.logs import shown_number
from kiosk.visits import kept_visits, person_rows
from kiosk.visits.identity import keys_of
from kiosk.visits.person_groups import Named, groups
from kiosk.visits.person_rows import Mention, Rows, Sighting, Store, stores_of
from kiosk.visits.personal_data import personal_data
from kiosk.visits.records import VisitRecords
from kiosk.visits.searching import folded

HANDLE = 12
"""Places of a visit's code that name a person: random, and gone with the visit."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who is looked for: by numbers (`identity.keys_of`), or by name and birth date."""

    keys: frozenset[str] = frozenset()
    said: Named | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """One person, as the records know them. `visits` oldest first.

    `doubtful`: visits with a number of this person, of which card or gateway say that they are somebody
    else's; they are neither copied nor erased with the person.
    """

    handle: str
    said: tuple[Named, ...]
    keys: frozenset[str]
    visits: tuple[Sighting, ...]
    doubtful: tuple[Sighting, ...] = ()
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # store -> table -> rows

    @property
    def visit_ids(self) -> frozenset[str]:
        return frozenset(each.visit_id for each in self.visits)

    @property
    def full_name(self) -> str | None:
        """As it was last recorded."""
        return next((each.full_name for each in self.said if each.full_name), None)

    @property
    def birth_date(self) -> PartialDate | None:
        return max(person_rows.born(self.said), key=lambda born: len(born.iso), default=None)

    @property
    def sex(self) -> str | None:
        return next((each.sex for each in reversed(self.visits) if each.sex), None)

    # In masks: enough to tell two persons of one name apart, with their papers in hand.

    @property
    def shown_name(self) -> str:
        """``N. T. An``: the last word, which is what people are called, and initials."""
        *others, last = (self.full_name or "–").split()
        return " ".join([*(f"{each[0]}." for each in others), last])

    @property
    def shown_birth(self) -> str:
        return f"••/••/{self.birth_date.year}" if self.birth_date else "–"

    @property
    def shown_numbers(self) -> tuple[str, ...]:
        longest_first = sorted(self.keys, key=lambda key: (key.partition(":")[0], key))
        return tuple(dict.fromkeys(shown_number(key.partition(":")[2]) for key in longest_first))

    @property
    def area(self) -> str | None:
        return next((each.area for each in reversed(self.visits) if each.area), None)


@dataclass(frozen=True, slots=True)
class Found:
    """Whoever may be meant. `missing`: stores that could not be asked; then this may not be all.

    `alike`: where a number was asked for, persons of the same name and birth date with other numbers only.
    They may be the same (one came with the health card, once with the citizen card) or somebody else.
    """

    persons: tuple[Person, ...]
    missing: tuple[RecordsError, ...] = ()
    alike: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class Everything:
    """All rows about a person in full, by store and table, and where else they are named."""

    person: Person
    rows: Mapping[str, Rows]
    mentions: tuple[Mention, ...]


def wanted(
    *, number: str | None = None, full_name: str | None = None, birth_date: str | None = None
) -> Wanted:
    """Who is asked for, as typed: a number, or name *and* birth date.

    Raises CardParseError or UsageError (also ``person_query``: neither was given, or both).
    """
    if number:
        if full_name or birth_date:
            raise UsageError("person_query")
        keys = keys_of(parse_number(number), None)
        if not keys:
            raise CardParseError("unknown_code")
        return Wanted(keys=keys)
    name = " ".join((full_name or "").split())
    if not name or not birth_date:
        raise UsageError("person_query")
    return Wanted(said=Named(name, parse_birth_date(birth_date)))


def find(records: VisitRecords, asked: Wanted) -> Found:
    """Every person who may be meant; the number, or the whole name, is exactly the one asked for."""
    found = _find(records, asked)
    if not asked.keys:
        return found
    known = {person.handle for person in found.persons}
    alike: dict[str, Person] = {}
    for said in {each for person in found.persons for each in person.said}:
        if said.full_name and said.birth_date and said.birth_date.day:
            others = _find(records, Wanted(said=said)).persons
            alike.update({person.handle: person for person in others if person.handle not in known})
    return replace(found, alike=tuple(alike.values()))


def _find(records: VisitRecords, asked: Wanted) -> Found:
    stores = stores_of(records)
    missing: dict[str, RecordsError] = {}
    seen = _all_sightings(stores, asked, missing)
    bound = {each.visit_id: each for each in seen}  # a visit on its way lies in two stores for a moment
    grouped = groups(each.bound for each in bound.values())
    persons = []
    for group in grouped:
        visits = sorted((bound[each.visit_id] for each in group), key=lambda each: each.created_at)
        if _is_meant(asked, visits):
            persons.append(_person(visits, bound.values()))
    reached = [store for store in stores if store.name not in missing]
    if not persons and asked.keys and (counts := _counts(reached, frozenset(), asked.keys)):
        persons = [Person(handle="list", said=(), keys=asked.keys, visits=(), counts=counts)]
    persons.sort(key=lambda person: person.visits[-1].created_at if person.visits else _NEVER, reverse=True)
    counted = [replace(person, counts=_counts(reached, person.visit_ids, person.keys)) for person in persons]
    return Found(tuple(counted), tuple(missing.values()))


def chosen(found: Found, handles: Sequence[str] = ()) -> tuple[Person, ...]:
    """The persons with these handles; without any, the only one there is.

    Raises UsageError ``person_unknown``, ``person_handle`` or ``person_several`` (value ``count``).
    """
    if not found.persons:
        raise UsageError("person_unknown")
    if not handles:
        if len(found.persons) > 1:
            raise UsageError("person_several", count=str(len(found.persons)))
        return found.persons
    by_handle = {person.handle: person for person in (*found.persons, *found.alike)}
    for handle in handles:
        if handle not in by_handle:
            raise UsageError("person_handle", handle=handle)
    return tuple(by_handle[handle] for handle in dict.fromkeys(handles))


def everything(records: VisitRecords, person: Person, *, look_for_mentions: bool = True) -> Everything:
    """All that is held of a person. Raises RecordsError when a store cannot be read: a part is no whole."""
    held: dict[str, Rows] = {}
    named: list[Mention] = []
    for store in stores_of(records):
        with store.log.database.read() as connection:
            there = person_rows.held(connection, store, person.visit_ids, person.keys)
            if there:
                held[store.name] = there
        if look_for_mentions:
            names = [each.full_name for each in person.said if each.full_name]
            named += person_rows.mentions(store, names, person.keys, person.visit_ids)
    return Everything(person, held, tuple(named))


def fields_held(data: Everything) -> Mapping[str, int]:
    """The fields of a person that are held, with how many rows hold each."""
    known = personal_data()
    found: dict[str, int] = {}
    for tables in data.rows.values():
        for table, rows in tables.items():
            for row in rows:
                for each in known.fields_of(table, row):
                    found[each] = found.get(each, 0) + 1
    return {name: found[name] for name in known.fields if name in found}


_NEVER = datetime.fromisoformat("1000-01-01T00:00:00+07:00")


def _all_sightings(
    stores: Iterable[Store], asked: Wanted, missing: dict[str, RecordsError]
) -> list[Sighting]:
    """The visits that are meant, and all that are reached from them by shared numbers, in every store."""
    seen: dict[tuple[str, str], Sighting] = {}
    keys, looked_for = set(asked.keys), set[str]()
    first = True
    while first or keys - looked_for:
        new_keys, looked_for = keys - looked_for, looked_for | keys
        for store in stores:
            found = _ask(store, missing, _asking(store, new_keys, asked.said if first else None))
            for each in found or ():
                seen[store.name, each.visit_id] = each
                keys |= each.bound.keys
        first = False
    return list(seen.values())


def _asking(store: Store, keys: set[str], said: Named | None) -> Callable[[Connection], list[Sighting]]:
    def ask(connection: Connection) -> list[Sighting]:
        ids = person_rows.with_keys(connection, store, keys)
        named = person_rows.with_name(connection, store, said.full_name or "") - ids if said else set()
        return [
            *person_rows.sightings(connection, store, ids),
            *filter(meant, person_rows.sightings(connection, store, named)),
            *filter(meant, kept_visits.sightings(connection, store)),
        ]

    def meant(seen: Sighting) -> bool:
        by_name = said is not None and any(_same(said, each) for each in seen.bound.said)
        return by_name or bool(seen.bound.keys & keys)

    return ask


def _ask(store: Store, missing: dict[str, RecordsError], ask: Callable[[Connection], T]) -> T | None:
    if store.name in missing:
        return None
    try:
        with store.log.database.read() as connection:
            return ask(connection)
    except RecordsError as error:
        missing[store.name] = error
        return None


def _is_meant(asked: Wanted, visits: Iterable[Sighting]) -> bool:
    for each in visits:
        if asked.keys & each.bound.keys:
            return True
        if asked.said is not None and any(_same(asked.said, said) for said in each.bound.said):
            return True
    return False


def _same(asked: Named, said: Named) -> bool:
    """The whole name without its accents, and the birth date as far as both are known."""
    if not (said.full_name and said.birth_date and asked.full_name and asked.birth_date):
        return False
    return folded(asked.full_name) == folded(said.full_name) and asked.birth_date.agrees_with(said.birth_date)


def _person(visits: Sequence[Sighting], all_seen: Iterable[Sighting]) -> Person:
    keys = frozenset(key for each in visits for key in each.bound.keys)
    mine = {each.visit_id for each in visits}
    doubtful = [each for each in all_seen if each.visit_id not in mine and each.bound.keys & keys]
    return Person(
        handle=visits[0].visit_id[:HANDLE],
        said=tuple(dict.fromkeys(said for each in reversed(visits) for said in reversed(each.bound.said))),
        keys=keys,
        visits=tuple(visits),
        doubtful=tuple(sorted(doubtful, key=lambda each: each.created_at)),
    )


def _counts(
    stores: Iterable[Store], visit_ids: frozenset[str], keys: frozenset[str]
) -> dict[str, dict[str, int]]:
    counted: dict[str, dict[str, int]] = {}
    for store in stores:
        with store.log.database.read() as connection:
            there = person_rows.held(connection, store, visit_ids, keys)
        if there:
            counted[store.name] = {table: len(rows) for table, rows in there.items()}
    return counted


def span(person: Person) -> tuple[date, date] | None:
    """The first and the last day that the person was here."""
    days = [each.day for each in person.visits]
    return (min(days), max(days)) if days else None


__all__ = [
    "Everything",
    "Found",
    "Person",
    "Wanted",
    "chosen",
    "everything",
    "fields_held",
    "find",
    "span",
    "wanted",
]
