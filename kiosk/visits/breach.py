"""Whose data, which fields, how many: what a hospital has to say of a breach within 72 hours.

::

    report = breach_of(stores_of(records), Scope(first, last, desk="Quầy 1"), discovered_at=...)

Counts are of what the records hold *now* of the visits in question; of a lost backup, of what the backup
holds (`opened_backup`). A person who came ten times is counted once (`person_groups`).
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from kiosk import clock
from kiosk.visits import kept_visits, person_rows
from kiosk.visits.audit_log import AuditLog
from kiosk.visits.backup import restore
from kiosk.visits.database import Database, sqlite_url
from kiosk.visits.person_groups import Bound, groups
from kiosk.visits.person_rows import Rows, Sighting, Store
from kiosk.visits.personal_data import personal_data
from kiosk.visits.persons import Person
from kiosk.visits.schema import staff_account, visit, watch_list
from kiosk.visits.searching import folded


@dataclass(frozen=True, slots=True)
class Scope:
    """Which visits are concerned; None: no limit. `backup`: what was lost is this file."""

    first: date | None = None
    last: date | None = None
    desk: str | None = None
    backup: Path | None = None

    @property
    def is_everything(self) -> bool:
        """Whether what belongs to no visit (watch list, accounts) is concerned too."""
        return self.desk is None


@dataclass(frozen=True, slots=True)
class Concerned:
    """One person whose data are concerned. `person` has the full values, for the annex."""

    number: int
    person: Person
    visits: int
    fields: frozenset[str]
    sensitive: bool


@dataclass(frozen=True, slots=True)
class FieldCount:
    """How many persons, visits and rows hold a value of a field."""

    field: str
    sensitive: bool
    certainty: str
    persons: int
    visits: int
    rows: int


@dataclass(frozen=True, slots=True)
class Breach:
    """`tables`: rows by store and table. `watched`: numbers of the watch list that belong to no visit here.

    `staff`: members of staff whose data are concerned: those with an account, and those who received one of
    the patients.
    """

    scope: Scope
    made_at: datetime
    discovered_at: datetime
    notify_by: datetime
    article: str
    persons: tuple[Concerned, ...]
    fields: tuple[FieldCount, ...]
    visits: int
    tables: Mapping[str, Mapping[str, int]]
    watched: int
    staff: int
    encrypted: bool | None = None  # the file that was lost; None: a server's, or not known

    @property
    def rows(self) -> int:
        return sum(count for tables in self.tables.values() for count in tables.values())

    @property
    def perhaps_twice(self) -> int:
        """How many may have been counted before: the same name and birth date, but no number in common."""
        named = Counter(
            (folded(each.person.full_name), each.person.birth_date.iso)
            for each in self.persons
            if each.person.full_name and each.person.birth_date
        )
        return sum(count - 1 for count in named.values())

    @property
    def sensitive_persons(self) -> int:
        return sum(each.sensitive for each in self.persons)


def breach_of(stores: Sequence[Store], scope: Scope, *, discovered_at: datetime) -> Breach:
    """Raises RecordsError: a part would be told as the whole."""
    known = personal_data()
    seen: dict[str, Sighting] = {}
    by_visit: dict[str, set[str]] = defaultdict(set)
    rows_of_field: Counter[str] = Counter()
    tables: dict[str, Counter[str]] = {}
    watched: set[str] = set()
    staff: set[str] = set()
    for store in stores:
        counted = tables.setdefault(store.name, Counter())
        for ids, there, held in _read(store, scope):
            seen.update({each.visit_id: each for each in there})
            staff |= {each.staff for each in there if each.staff}
            by_visit.update({visit_id: set() for visit_id in ids})
            for table, rows in held.items():
                counted[table] += len(rows)
                by = str(known.tables[table].by)
                for row in rows:
                    fields = known.fields_of(table, row)
                    rows_of_field.update(fields)
                    by_visit[row[by]] |= fields
        if scope.is_everything:
            with store.log.database.read() as connection:
                numbers = set(connection.scalars(select(watch_list.c.key).where(*store.owns(watch_list))))
                accounts = select(staff_account.c.account).where(*store.owns(staff_account))
                staff |= set(connection.scalars(accounts))
            watched |= numbers
            if numbers:
                counted["watch_list"] += len(numbers)
    persons = list(_concerned(seen, by_visit))
    in_visits = {key for each in seen.values() for key in each.bound.keys}
    return Breach(
        scope=scope,
        made_at=clock.now(),
        discovered_at=discovered_at,
        notify_by=discovered_at + timedelta(hours=known.breach_hours),
        article=known.breach_article,
        persons=tuple(persons),
        fields=tuple(_fields(persons, by_visit, rows_of_field)),
        visits=len(seen),
        tables={name: dict(counted) for name, counted in tables.items() if counted.total()},
        watched=len(watched - in_visits),
        staff=len(staff),
    )


def _read(store: Store, scope: Scope) -> Iterator[tuple[Sequence[str], Sequence[Sighting], Rows]]:
    """The visits of the scope with all their rows, some at a time: on a server no reading may take long."""
    wanted: list[Any] = []
    if scope.first is not None:
        wanted.append(visit.c.day >= scope.first)
    if scope.last is not None:
        wanted.append(visit.c.day <= scope.last)
    if scope.desk is not None:
        wanted.append(visit.c.desk == scope.desk)
    for ids in person_rows.chunks(list(person_rows.ids_in_period(store, wanted))):
        with store.log.database.read() as connection:
            there = list(person_rows.sightings(connection, store, ids))
            held = person_rows.held(connection, store, ids, ())
        yield ids, there, held
    with store.log.database.read() as connection:
        there = [each for each in kept_visits.sightings(connection, store) if _is_in(scope, each)]
        ids = [each.visit_id for each in there]
        held = person_rows.held(connection, store, ids, ())
    yield ids, there, held


def _is_in(scope: Scope, kept: Sighting) -> bool:
    begun = scope.first is None or kept.day >= scope.first
    ended = scope.last is None or kept.day <= scope.last
    return begun and ended and scope.desk in {None, kept.desk}


def _concerned(seen: Mapping[str, Sighting], by_visit: Mapping[str, set[str]]) -> Iterator[Concerned]:
    known = personal_data()
    for number, group in enumerate(groups(_in_order(seen)), 1):
        visits = [seen[each.visit_id] for each in group]
        fields = frozenset(field for each in visits for field in by_visit.get(each.visit_id, ()))
        said = tuple(dict.fromkeys(said for each in reversed(visits) for said in reversed(each.bound.said)))
        person = Person(
            handle=visits[0].visit_id[:12],
            said=said,
            keys=frozenset(key for each in visits for key in each.bound.keys),
            visits=tuple(visits),
        )
        yield Concerned(number, person, len(visits), fields, any(map(known.is_sensitive, fields)))


def _in_order(seen: Mapping[str, Sighting]) -> Iterable[Bound]:
    return (each.bound for each in sorted(seen.values(), key=lambda each: (each.created_at, each.visit_id)))


def _fields(
    persons: Sequence[Concerned], by_visit: Mapping[str, set[str]], rows: Mapping[str, int]
) -> Iterator[FieldCount]:
    by_person = Counter(field for each in persons for field in each.fields)
    visits = Counter(field for fields in by_visit.values() for field in fields)
    for name, rule in personal_data().fields.items():
        if rows.get(name):
            yield FieldCount(name, rule.sensitive, rule.certainty, by_person[name], visits[name], rows[name])


@contextmanager
def opened_backup(backup: Path, records: Path, log: AuditLog) -> Iterator[tuple[Store, ...]]:
    """What a backup holds of the facility and mode of `log`, read from a copy that vanishes.

    The backup itself is never changed. Raises RecordsError or UsageError as restoring it would.
    """
    copy = records.with_name(f".{records.stem}-breach-{os.getpid()}.sqlite3")
    try:
        restore(backup, copy)
        database = Database.open(sqlite_url(copy))
        try:
            yield (Store("backup", AuditLog(database, facility=log.facility, mode=log.mode)),)
        finally:
            database.close()
    finally:
        for file in copy.parent.glob(f"{copy.name}*"):
            with suppress(OSError):
                file.unlink()


def breach_as_json(found: Breach) -> dict[str, Any]:
    """Numbers and fields only; persons stand in the file."""
    scope = found.scope
    return {
        "from": scope.first.isoformat() if scope.first else None,
        "to": scope.last.isoformat() if scope.last else None,
        "desk": scope.desk,
        "backup": str(scope.backup) if scope.backup else None,
        "discovered_at": found.discovered_at.isoformat(timespec="minutes"),
        "encrypted": found.encrypted,
        "notify_by": found.notify_by.isoformat(timespec="minutes"),
        "persons": len(found.persons),
        "persons_perhaps_twice": found.perhaps_twice,
        "persons_with_sensitive_data": found.sensitive_persons,
        "visits": found.visits,
        "records": found.rows,
        "watched_numbers": found.watched,
        "staff": found.staff,
        "fields": [
            {
                "field": each.field,
                "sensitive": each.sensitive,
                "certainty": each.certainty,
                "persons": each.persons,
                "visits": each.visits,
                "records": each.rows,
            }
            for each in found.fields
        ],
        "tables": {store: dict(tables) for store, tables in found.tables.items()},
    }


__all__ = [
    "Breach",
    "Concerned",
    "FieldCount",
    "Scope",
    "breach_as_json",
    "breach_of",
    "opened_backup",
]
