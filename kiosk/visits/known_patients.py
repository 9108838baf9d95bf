"""What the desk's own records know of a person who is being typed: a help for typing, never an answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from kiosk.card.model import HealthCard, Kind, PartialDate
from kiosk.gateway.result_codes import Verdict
from kiosk.visits import rows
from kiosk.visits.identity import keys_of
from kiosk.visits.known_patient import MOST_FOUND, KnownPatient
from kiosk.visits.schema import visit, visit_identity

_NEWEST = 20
_NEWEST_MATCHING = 60


def find(connection: Connection, here: ColumnElement[bool], keys: frozenset[str]) -> KnownPatient | None:
    """The person of `keys` (`identity.keys_of`) in the newest visits; first one the gateway agreed with."""
    query = (
        select(visit.c.full_name, visit.c.card, visit.c.coverage, visit.c.verdict)
        .where(
            here,
            visit.c.visit_id.in_(
                select(visit_identity.c.visit_id).where(visit_identity.c.key.in_(sorted(keys)))
            ),
        )
        .order_by(visit.c.created_at.desc(), visit.c.visit_id)
        .limit(_NEWEST)
    )
    found = connection.execute(query).all() if keys else []
    agreed = [row for row in found if row.verdict == Verdict.ELIGIBLE.value]
    for row in [*agreed, *found]:
        born = _birth_date(row.card, row.coverage)
        if row.full_name and born is not None:
            return KnownPatient(row.full_name, born)
    return None


def search(connection: Connection, here: ColumnElement[bool], words: Sequence[str]) -> list[KnownPatient]:
    """The persons in whose names and numbers all `words` stand (`searching.words_of`), the latest first.

    Found in the index that holds what is searched (``ix_visit_day``), newest day first; only then are a few
    rows read. None where there are no words.
    """
    if not words:
        return []
    place_in = func.strpos if connection.dialect.name == "postgresql" else func.instr
    newest_first = (visit.c.day.desc(), visit.c.created_at.desc(), visit.c.visit_id.desc())
    matching = (
        select(visit.c.visit_id)
        .where(here, *(place_in(visit.c.search, word) > 0 for word in words))
        .order_by(*newest_first)
        .limit(_NEWEST_MATCHING)
    )
    wanted = (visit.c.full_name, visit.c.card, visit.c.coverage, visit.c.number, visit.c.day)
    query = select(*wanted).where(visit.c.visit_id.in_(matching)).order_by(*newest_first)
    found: list[KnownPatient] = []
    seen: set[str] = set()
    for row in connection.execute(query):
        keys = _keys(row.card, row.coverage)
        born = _birth_date(row.card, row.coverage)
        if keys & seen or not row.full_name or not row.number or born is None:
            continue
        seen |= keys
        found.append(KnownPatient(row.full_name, born, row.number, row.day))
        if len(found) == MOST_FOUND:
            break
    return found


def merged(here: Sequence[KnownPatient], there: Sequence[KnownPatient]) -> list[KnownPatient]:
    """Of two places that share a person's visits, each person once, the latest first."""
    both = sorted([*here, *there], key=lambda patient: patient.last_seen or date.min, reverse=True)
    found: dict[str, KnownPatient] = {}
    for patient in both:
        found.setdefault(patient.number, patient)
    return list(found.values())[:MOST_FOUND]


def _keys(card: Any, coverage: Any) -> frozenset[str]:
    """`identity.keys_of`, with the numbers that the gateway gave."""
    known = keys_of(rows.card_from_json(card), None)
    number = (coverage or {}).get("card_number")
    return known | keys_of(HealthCard(Kind.CARD_NUMBER, card_number=number), None)


def _birth_date(card: Any, coverage: Any) -> PartialDate | None:
    confirmed = coverage.get("birth_date") if coverage else None
    return rows.partial_date(confirmed) if confirmed else rows.card_from_json(card).birth_date
