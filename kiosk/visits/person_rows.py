"""Reads what one store (records, server, spool) holds of persons. `kiosk.visits.persons` puts it together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, Table, func, select, tuple_

from kiosk.card.model import Card, PartialDate
from kiosk.visits import rows
from kiosk.visits.audit import without_numbers
from kiosk.visits.audit_log import AuditLog
from kiosk.visits.person_groups import Bound, Named
from kiosk.visits.personal_data import TableMap, personal_data
from kiosk.visits.records import VisitRecords
from kiosk.visits.schema import difficulty, metadata, visit, visit_event, visit_identity, watch_list
from kiosk.visits.searching import folded

Rows = Mapping[str, tuple[Mapping[str, Any], ...]]
"""What is held, by table."""

_AT_ONCE = 500
_PAGE = 5_000
_SHORTEST_NAME = 2  # words; one alone is everybody's


@dataclass(frozen=True, slots=True)
class Store:
    """One database that holds visits of this facility and mode."""

    name: str  # records, server or spool
    log: AuditLog

    def owns(self, table: Table) -> list[Any]:
        """The conditions by which rows of `table` are this facility's in this mode."""
        named = [name for name in ("mode", "facility") if name in table.c]
        return [table.c[name] == getattr(self.log, name) for name in named]


@dataclass(frozen=True, slots=True)
class Sighting:
    """One visit, as far as it tells whose it is."""

    bound: Bound
    store: str
    day: date
    created_at: datetime
    status: str
    desk: str
    sex: str | None
    area: str | None  # the last part of the address: a province
    staff: str | None = None

    @property
    def visit_id(self) -> str:
        return self.bound.visit_id


@dataclass(frozen=True, slots=True)
class Mention:
    """A text of something else in which the person's name or number stands."""

    store: str
    table: str
    column: str
    row: str  # its id, or the visit's
    text: str  # numbers masked


def stores_of(records: VisitRecords) -> tuple[Store, ...]:
    parts = records.audit.parts()
    names = ("records",) if len(parts) == 1 else ("server", "spool")
    return tuple(Store(name, log) for name, log in zip(names, parts, strict=True))


def with_keys(connection: Connection, store: Store, keys: Iterable[str]) -> set[str]:
    """The visits that have one of these numbers."""
    found: set[str] = set()
    for chunk in chunks(sorted(keys)):
        query = (
            select(visit.c.visit_id)
            .join(visit_identity, visit_identity.c.visit_id == visit.c.visit_id)
            .where(*store.owns(visit), visit_identity.c.key.in_(chunk))
        )
        found.update(connection.scalars(query))
    return found


def with_name(connection: Connection, store: Store, full_name: str) -> set[str]:
    """The visits in whose search text the name stands; whether it is the whole name is compared later."""
    place_in = func.strpos if connection.dialect.name == "postgresql" else func.instr
    name = folded(full_name)
    query = select(visit.c.visit_id).where(*store.owns(visit), place_in(visit.c.search, name) > 0)
    return set(connection.scalars(query)) if name else set()


def sightings(connection: Connection, store: Store, visit_ids: Iterable[str]) -> Iterator[Sighting]:
    for chunk in chunks(sorted(visit_ids)):
        numbered: dict[str, set[str]] = {}
        query = select(visit_identity).where(visit_identity.c.visit_id.in_(chunk))
        for row in connection.execute(query):
            numbered.setdefault(row.visit_id, set()).add(row.key)
        for row in connection.execute(select(*_TOLD).where(*store.owns(visit), visit.c.visit_id.in_(chunk))):
            yield sighting_of(row, frozenset(numbered.get(row.visit_id, ())), store.name)


_TOLD = [
    visit.c[name]
    for name in ("visit_id", "day", "created_at", "status", "desk", "full_name", "card", "coverage", "staff")
]


def ids_in_period(store: Store, wanted: Sequence[Any]) -> Iterator[str]:
    """All visits that `wanted` (conditions on ``visit``) names, each page read by itself."""
    query = select(visit.c.visit_id).where(*store.owns(visit), *wanted)
    yield from (row[0] for row in _paged(store, query, visit))


def sighting_of(row: Any, keys: frozenset[str], store: str) -> Sighting:
    """`row` has the columns of ``visit`` that tell whose it is."""
    card = rows.card_from_json(row.card)
    coverage: Mapping[str, Any] = row.coverage or {}
    said = [Named(card.full_name, card.birth_date)]
    if coverage:
        born = coverage.get("birth_date")
        said.append(Named(coverage.get("full_name"), rows.partial_date(born) if born else None))
    known = tuple(dict.fromkeys(each for each in said if each.full_name or each.birth_date))
    return Sighting(
        bound=Bound(row.visit_id, keys, known),
        store=store,
        day=row.day,
        created_at=row.created_at,
        status=row.status,
        desk=row.desk,
        sex=coverage.get("sex") or (card.sex.value if card.sex else None),
        area=_area(coverage.get("address") or _address(card)),
        staff=row.staff,
    )


def _address(card: Card) -> str | None:
    return card.address


def _area(address: str | None) -> str | None:
    last = (address or "").rpartition(",")[2].strip()
    return last if address and "," in address and last else None


def held(
    connection: Connection, store: Store, visit_ids: Iterable[str], keys: Iterable[str]
) -> dict[str, tuple[Mapping[str, Any], ...]]:
    """Every row of every table that the map of personal data leads to from these visits and numbers."""
    ids, numbers = sorted(visit_ids), sorted(keys)
    found = {}
    for known in personal_data().tables.values():
        if known.by is not None:
            by = numbers if known.by == "key" else ids
            rows_there = tuple(_rows(connection, store, known, by))
            if rows_there:
                found[known.name] = rows_there
    return found


def _rows(
    connection: Connection, store: Store, known: TableMap, wanted: Sequence[str]
) -> Iterator[Mapping[str, Any]]:
    table = metadata.tables[known.name]
    for chunk in chunks(wanted):
        query = select(table).where(*store.owns(table), table.c[str(known.by)].in_(chunk))
        for row in connection.execute(query.order_by(*table.primary_key)).mappings():
            yield dict(row)


# Where else a person is named

_TEXTS: tuple[tuple[Table, str, str], ...] = (
    (visit, "confirm_reason", "visit_id"),
    (visit, "cancel_reason", "visit_id"),
    (visit_event, "why", "visit_id"),
    (difficulty, "text", "difficulty_id"),
    (difficulty, "note", "difficulty_id"),
    (watch_list, "reason", "key"),
)


def mentions(
    store: Store,
    names: Iterable[str],
    keys: Iterable[str],
    own: frozenset[str],
) -> Iterator[Mention]:
    """Texts of other visits, difficulties and of the watch list that name the person, and guardians' names.

    The same name may be somebody else's: these are for a person to look at.
    """
    wanted = {folded(name) for name in names if len(folded(name).split()) >= _SHORTEST_NAME}
    wanted |= {folded(key.partition(":")[2]) for key in keys}
    if not wanted:
        return
    for table, column, key in _TEXTS:
        query = select(table.c[key], table.c[column]).where(table.c[column].is_not(None))
        if table is visit_event:
            query = query.join(visit, visit.c.visit_id == visit_event.c.visit_id)
        owner = visit if table is visit_event else table
        for row_id, text in _paged(store, query.where(*store.owns(owner)), table):
            if row_id not in own and row_id not in keys and _names(text, wanted):
                shown = row_id if table is not watch_list else without_numbers(row_id.partition(":")[2])
                yield Mention(store.name, table.name, column, shown, without_numbers(text))
    guardian = visit.c.card["guardian_name"].as_string()
    query = select(visit.c.visit_id, guardian).where(*store.owns(visit), guardian.is_not(None))
    for row_id, text in _paged(store, query, visit):
        if row_id not in own and _names(text, wanted):
            yield Mention(store.name, "visit", "card.guardian_name", row_id, text)


def _names(text: str | None, wanted: set[str]) -> bool:
    there = f" {folded(text or '')} "
    return any(f" {each} " in there for each in wanted)


def _paged(store: Store, query: Select[Any], table: Table) -> Iterator[Any]:
    """The rows page by page, each in a transaction of its own: on a server none may take long."""
    order = tuple(table.primary_key)
    wanted = len(query.selected_columns)
    query = query.add_columns(*order).order_by(*order).limit(_PAGE)
    after: tuple[Any, ...] | None = None
    while True:
        with store.log.database.read() as connection:
            page = connection.execute(query if after is None else query.where(tuple_(*order) > after)).all()
        yield from (row[:wanted] for row in page)
        if len(page) < _PAGE:
            return
        after = tuple(page[-1][-len(order) :])


def born(person: Iterable[Named]) -> tuple[PartialDate, ...]:
    return tuple(dict.fromkeys(each.birth_date for each in person if each.birth_date))


def chunks(values: Sequence[str]) -> Iterator[list[str]]:
    return (list(values[start : start + _AT_ONCE]) for start in range(0, len(values), _AT_ONCE))


__all__ = [
    "Mention",
    "Rows",
    "Sighting",
    "Store",
    "born",
    "chunks",
    "held",
    "ids_in_period",
    "mentions",
    "sighting_of",
    "sightings",
    "stores_of",
    "with_keys",
    "with_name",
]
