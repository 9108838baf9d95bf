"""A person's data erased at the person's request, but for what a law orders to keep.

::

    plan = erase_plan(records, persons, terms)      # what goes, what stays, and why; changes nothing
    done = erase(records, persons, terms, why="Đơn ngày 20/11/2026")

What goes is deleted for real, in one transaction a store together with its line in the audit log, and leaves
its random id as a tombstone (`kiosk.visits.deleting`). What stays leaves the desks' sight (`kept_visits`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from kiosk import clock
from kiosk.visits import deleting, kept_visits, person_rows
from kiosk.visits.audit import Act
from kiosk.visits.kept_visits import KEPT, KeptUntil
from kiosk.visits.person_rows import Mention, Store, stores_of
from kiosk.visits.personal_data import personal_data
from kiosk.visits.persons import Person, everything
from kiosk.visits.records import VisitRecords
from kiosk.visits.schema import audit_entry, difficulty, watch_list

_ON_ITS_WAY = "on_its_way"


class Fate(StrEnum):
    """What becomes of a visit."""

    GOES = "goes"  # deleted with everything that hangs on it
    STAYS = "stays"  # what a law orders is kept, out of the desks' sight; the rest goes
    WAITS = "waits"  # not now: something is still to be done for the patient


@dataclass(frozen=True, slots=True)
class VisitFate:
    """`why`, a stable word: asked (goes), fund_pays (stays), owed, task, on_its_way (waits)."""

    visit_id: str
    store: str
    day: date
    status: str
    fate: Fate
    why: str
    until: date | None = None  # of what stays
    evidence_until: date | None = None


@dataclass(frozen=True, slots=True)
class ErasePlan:
    """What an erasure would do, visit by visit, oldest first.

    `article` orders what stays. `mentions` are texts about others in which the name stands: they are not
    changed, somebody has to look. `audit_entries` name visits by their random ids and stay.
    """

    visits: tuple[VisitFate, ...]
    article: str
    certainty: str
    watched: int
    difficulty_texts: int
    audit_entries: int
    mentions: tuple[Mention, ...]

    def count(self, fate: Fate) -> int:
        return sum(each.fate is fate for each in self.visits)


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did. `swept`: nothing of it is in the file's free places any more."""

    plan: ErasePlan
    gone: int
    kept: int
    waiting: int
    swept: bool


@dataclass(frozen=True, slots=True)
class Terms:
    """The last day of what stays of a visit of `day`: of the visit, of its evidence."""

    visit: Callable[[date], date]
    evidence: Callable[[date], date]

    def of(self, day: date) -> KeptUntil:
        until = self.visit(day)
        return KeptUntil(until, min(self.evidence(day), until))


def terms_in(data_folder: Path | None) -> Terms:
    """As ``config/retention.toml`` says, and the hospital's own file. Raises SettingsError ``rule_file``."""
    from kiosk.visits.retention.calendar import last_day_kept
    from kiosk.visits.retention.rules import retention_rules

    rules = retention_rules(data_folder)
    visits, evidence = rules["kept_visits"].term, rules["kept_evidence"].term
    return Terms(lambda day: last_day_kept(day, visits), lambda day: last_day_kept(day, evidence))


def erase_plan(records: VisitRecords, persons: Sequence[Person], terms: Terms) -> ErasePlan:
    """Raises RecordsError when a store cannot be read: half of a person is nobody's plan."""
    keeping = personal_data().keeping
    fates: list[VisitFate] = []
    watched = texts = entries = 0
    own, keys = _ids(persons), _keys(persons)
    for store in stores_of(records):
        with store.log.database.read() as connection:
            fates += _fates(connection, store, persons, terms)
            watched += _count(connection, watch_list, store, watch_list.c.key.in_(sorted(keys)))
            texts += sum(
                _count(connection, difficulty, store, difficulty.c.about_visit.in_(ids), _has_text())
                for ids in person_rows.chunks(sorted(own))
            )
            entries += sum(
                _count(connection, audit_entry, store, audit_entry.c.subject.in_(ids))
                for ids in person_rows.chunks(sorted(own))
            )
    named = [each for person in persons for each in everything(records, person).mentions]
    return ErasePlan(
        visits=tuple(sorted(fates, key=lambda each: (each.day, each.visit_id))),
        article=keeping.article,
        certainty=keeping.certainty,
        watched=watched,
        difficulty_texts=texts,
        audit_entries=entries,
        mentions=tuple(dict.fromkeys(named)),
    )


def erase(
    records: VisitRecords, persons: Sequence[Person], terms: Terms, *, why: str, request: str | None = None
) -> Erased:
    """Erase now, and note it. Raises RecordsError; a store that is away stops it before anything is done."""
    bring_together(records)
    plan = erase_plan(records, persons, terms)  # reads every store: all of them are there
    total: Counter[Fate] = Counter()
    swept = True
    at = clock.now()
    for first, store in zip((True, False), stores_of(records), strict=False):
        with store.log.writing() as connection:
            done = _erase_in(connection, store, persons, terms, at)
            total += done
            if first or done.total():
                note = store.log.signed(
                    Act.ERASE,
                    ", ".join(person.handle for person in persons),
                    why,
                    request=request,
                    visits_deleted=done[Fate.GOES],
                    visits_kept_by_law=done[Fate.STAYS],
                    visits_waiting=done[Fate.WAITS],
                    watched_numbers=plan.watched if first else 0,
                )
                store.log.add(connection, note)
        swept = deleting.sweep(store.log.database) and swept
    return Erased(plan, total[Fate.GOES], total[Fate.STAYS], total[Fate.WAITS], swept)


def bring_together(records: VisitRecords) -> None:
    """Hand over what waits on this desk. Raises RecordsError when the server is away: this cannot be done
    by halves."""
    from kiosk.visits.spool import SharedRecords

    if not isinstance(records, SharedRecords):
        return
    records.catch_up()
    away = records.sharing().away
    if away is not None:
        raise copy(away)


def _erase_in(
    connection: Connection, store: Store, persons: Sequence[Person], terms: Terms, at: datetime
) -> Counter[Fate]:
    fates = _fates(connection, store, persons, terms)
    by_fate = {fate: [each for each in fates if each.fate is fate] for fate in Fate}
    staying = {each.visit_id: terms.of(each.day) for each in by_fate[Fate.STAYS] if each.status != KEPT}
    kept_visits.keep(connection, store, staying, personal_data().keeping.article, at)
    leaving = [each.visit_id for each in by_fate[Fate.GOES]]
    kept_visits.let_go(connection, store, leaving)
    for ids in person_rows.chunks([*staying, *leaving]):
        forget = update(difficulty).where(*store.owns(difficulty), difficulty.c.about_visit.in_(ids))
        connection.execute(forget.values(text=None, note=None))
    for keys in person_rows.chunks(sorted(_keys(persons))):
        connection.execute(delete(watch_list).where(*store.owns(watch_list), watch_list.c.key.in_(keys)))
    home = store.log.home
    done = deleting.erase(connection, home, [*staying, *leaving], at, even_today=True)
    kept_visits.let_go(connection, store, done.stay)  # somebody began to work on it just now
    return Counter({fate: len(found) for fate, found in by_fate.items()})


def _fates(connection: Connection, store: Store, persons: Sequence[Person], terms: Terms) -> list[VisitFate]:
    """Of the persons' visits in this store, as they are now."""
    keeping, today = personal_data().keeping, clock.today()
    ids = _ids(persons)
    there = [
        *person_rows.sightings(connection, store, ids),
        *(each for each in kept_visits.sightings(connection, store) if each.visit_id in ids),
    ]
    home = store.log.home
    held = deleting.why_they_stay(connection, home, [each.visit_id for each in there], date.max)
    found = []
    for each in there:
        until = terms.of(each.day)
        ordered = each.status == KEPT or kept_visits.is_ordered(each.status, keeping)
        fate, why = Fate.GOES, "asked"
        if each.visit_id in held:
            fate, why = Fate.WAITS, held[each.visit_id].value
        elif ordered and until.visit >= today:
            fate, why = Fate.STAYS, "fund_pays"
            if store.name == "spool":  # what stays belongs on the server, with the others'
                fate, why = Fate.WAITS, _ON_ITS_WAY
        stays = until if fate is Fate.STAYS else None
        found.append(
            VisitFate(
                each.visit_id,
                store.name,
                each.day,
                each.status,
                fate,
                why,
                until=stays.visit if stays else None,
                evidence_until=stays.evidence if stays else None,
            )
        )
    return found


def _ids(persons: Iterable[Person]) -> frozenset[str]:
    return frozenset(visit_id for person in persons for visit_id in person.visit_ids)


def _keys(persons: Iterable[Person]) -> frozenset[str]:
    return frozenset(key for person in persons for key in person.keys)


def _has_text() -> Any:
    return difficulty.c.text.is_not(None) | difficulty.c.note.is_not(None)


def _count(connection: Connection, table: Any, store: Store, *wanted: Any) -> int:
    query = select(func.count()).select_from(table).where(*store.owns(table), *wanted)
    return int(connection.scalar(query) or 0)


def plan_as_json(plan: ErasePlan) -> Mapping[str, Any]:
    """What goes and what stays, for a program. Visits are named by their ids."""
    return {
        "visits": [
            {
                "visit_id": each.visit_id,
                "store": each.store,
                "day": each.day.isoformat(),
                "status": each.status,
                "fate": each.fate.value,
                "why": each.why,
                "until": each.until.isoformat() if each.until else None,
                "evidence_until": each.evidence_until.isoformat() if each.evidence_until else None,
            }
            for each in plan.visits
        ],
        "goes": plan.count(Fate.GOES),
        "stays": plan.count(Fate.STAYS),
        "waits": plan.count(Fate.WAITS),
        "article": plan.article,
        "certainty": plan.certainty,
        "watch_list": plan.watched,
        "difficulty_texts": plan.difficulty_texts,
        "audit_entries": plan.audit_entries,
        "mentions": [
            {"store": each.store, "table": each.table, "column": each.column, "row": each.row}
            for each in plan.mentions
        ],
    }


__all__ = [
    "ErasePlan",
    "Erased",
    "Fate",
    "Terms",
    "VisitFate",
    "bring_together",
    "erase",
    "erase_plan",
    "plan_as_json",
    "terms_in",
]
