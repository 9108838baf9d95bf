"""What the desk's own records know of a person whose number is typed: a help for typing, never an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from kiosk.card.model import PartialDate
from kiosk.gateway.result_codes import Verdict
from kiosk.visits import rows
from kiosk.visits.schema import visit, visit_identity

_NEWEST = 20


@dataclass(frozen=True, slots=True)
class KnownPatient:
    """Name and birth date as the gateway confirmed them, or else as they were last recorded."""

    full_name: str
    birth_date: PartialDate


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


def _birth_date(card: Any, coverage: Any) -> PartialDate | None:
    confirmed = coverage.get("birth_date") if coverage else None
    return rows.partial_date(confirmed) if confirmed else rows.card_from_json(card).birth_date
