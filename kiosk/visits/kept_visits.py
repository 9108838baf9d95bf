"""What a law orders to keep of a visit when its person's data are erased: where no desk looks for anything.

The visit itself is deleted with everything that hangs on it (`kiosk.visits.deleting`), so no list, search,
check or export of the desk finds it. What is left lies in a table that only `kiosk person` reads.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from kiosk.gateway.model import OTHER_STEPS
from kiosk.visits.model import Status
from kiosk.visits.person_rows import Sighting, Store, chunks, sighting_of
from kiosk.visits.personal_data import Keeping
from kiosk.visits.schema import kept_visit, lookup_attempt, visit, visit_identity

KEPT = "kept"
"""Stands for the status of a visit of which only what a law orders is left."""

_PAID_BY_THE_FUND = frozenset({Status.CHECKED_IN.value})
_STAYS = (
    "created_at",
    "status",
    "verdict",
    "reason",
    "result_code",
    "followed_from",
    "queue_number",
    "full_name",
    "number",
    "card",
    "coverage",
    "benefit",
    "confirm_reason",
    "rechecked_at",
    "desk",
    "source",
    "staff",
)
"""Of a visit: who it was, what the gateway said, what the fund was told. Findings, differences, warnings,
search text, priority group and pictures are ordered by nobody."""


@dataclass(frozen=True, slots=True)
class KeptUntil:
    """The last days of a visit that stays, and of its evidence."""

    visit: date
    evidence: date


@dataclass(frozen=True, slots=True)
class KeptVisit:
    """A visit that stays, with what orders it."""

    visit_id: str
    day: date
    erased_at: datetime
    until: date
    article: str
    content: Mapping[str, Any]


def is_ordered(status: str, keeping: Keeping) -> bool:
    """Whether a visit with this status has to stay: the fund pays for it."""
    return keeping.bhyt_visits and status in _PAID_BY_THE_FUND


def keep(
    connection: Connection,
    store: Store,
    terms: Mapping[str, KeptUntil],
    article: str,
    at: datetime,
) -> None:
    """Put aside what stays of these visits, before they are deleted; `terms` by visit."""
    for chunk in chunks(sorted(terms)):
        keys: dict[str, list[str]] = {}
        for row in connection.execute(select(visit_identity).where(visit_identity.c.visit_id.in_(chunk))):
            keys.setdefault(row.visit_id, []).append(row.key)
        asked = _attempts(connection, chunk)
        query = select(visit).where(*store.owns(visit), visit.c.visit_id.in_(chunk))
        made = [
            {
                "visit_id": row["visit_id"],
                "mode": row["mode"],
                "facility": row["facility"],
                "day": row["day"],
                "erased_at": at,
                "until": terms[row["visit_id"]].visit,
                "evidence_until": terms[row["visit_id"]].evidence,
                "article": article,
                "keys": sorted(keys.get(row["visit_id"], ())),
                "content": {
                    "visit": {name: plain(row[name]) for name in _STAYS},
                    "lookup_attempt": asked.get(row["visit_id"], []),
                },
            }
            for row in connection.execute(query).mappings()
        ]
        connection.execute(delete(kept_visit).where(kept_visit.c.visit_id.in_(chunk)))
        if made:
            connection.execute(insert(kept_visit), made)


def _attempts(connection: Connection, visit_ids: list[str]) -> dict[str, list[dict[str, Any]]]:
    """The look-ups and their answers as they were; logins and the history asked beside are no evidence."""
    found: dict[str, list[dict[str, Any]]] = {}
    query = select(lookup_attempt).where(lookup_attempt.c.visit_id.in_(visit_ids))
    for row in connection.execute(query.order_by(lookup_attempt.c.attempt_id)).mappings():
        if row["request"] not in OTHER_STEPS or row["failure"] is not None:
            kept = {name: plain(value) for name, value in row.items() if name != "visit_id"}
            found.setdefault(row["visit_id"], []).append(kept)
    return found


def kept(connection: Connection, store: Store, visit_ids: Collection[str] | None = None) -> list[KeptVisit]:
    """What is kept, oldest first; None: all."""
    query = select(kept_visit).where(*store.owns(kept_visit)).order_by(kept_visit.c.day)
    names = ("visit_id", "day", "erased_at", "until", "article", "content")
    return [
        KeptVisit(**{name: getattr(row, name) for name in names})
        for row in connection.execute(query)
        if visit_ids is None or row.visit_id in visit_ids
    ]


def sightings(connection: Connection, store: Store) -> Iterator[Sighting]:
    """All kept visits, as far as they tell whose they are. They are few."""
    for row in connection.execute(select(kept_visit).where(*store.owns(kept_visit))):
        told = row.content["visit"]
        seen = SimpleNamespace(
            visit_id=row.visit_id,
            day=row.day,
            created_at=datetime.fromisoformat(told["created_at"]),
            status=KEPT,
            desk=told["desk"],
            card=told["card"],
            coverage=told["coverage"],
            staff=told["staff"],
        )
        yield sighting_of(seen, frozenset(row.keys), store.name)


def let_go(connection: Connection, store: Store, visit_ids: Iterable[str]) -> None:
    for chunk in chunks(sorted(visit_ids)):
        connection.execute(
            delete(kept_visit).where(*store.owns(kept_visit), kept_visit.c.visit_id.in_(chunk))
        )


def has_evidence() -> ColumnElement[bool]:
    """Whether a row still holds what the gateway was asked and answered."""
    return kept_visit.c.evidence_until > kept_visit.c.day


def let_go_of_evidence(connection: Connection, visit_ids: Iterable[str]) -> int:
    """Delete what the gateway was asked and answered, and keep the rest; of how many visits."""
    found = [
        row
        for ids in chunks(sorted(visit_ids))
        for row in connection.execute(
            select(kept_visit).where(kept_visit.c.visit_id.in_(ids), has_evidence())
        )
    ]
    for row in found:
        lighter = {"content": {**row.content, "lookup_attempt": []}, "evidence_until": row.day}
        connection.execute(update(kept_visit).where(kept_visit.c.visit_id == row.visit_id).values(lighter))
    return len(found)


def plain(value: Any) -> Any:
    """As JSON holds it: moments and days in ISO 8601."""
    return value.isoformat() if isinstance(value, date) else json.loads(json.dumps(value))


__all__ = [
    "KEPT",
    "KeptUntil",
    "KeptVisit",
    "has_evidence",
    "is_ordered",
    "keep",
    "kept",
    "let_go",
    "let_go_of_evidence",
    "plain",
    "sightings",
]
