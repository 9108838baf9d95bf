"""Between the values of the rooms and the rows of the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import date
from enum import Enum
from typing import Any

from sqlalchemy import Row

from kiosk.card.model import Card, CitizenCard, HealthCard, Kind, Notice, PartialDate, Sex
from kiosk.eligibility.as_json import coverage_as_json, difference_as_json
from kiosk.eligibility.model import Assessment, Difference
from kiosk.eligibility.papers import Paper, paper_from_json
from kiosk.gateway.model import Attempt, Question
from kiosk.visits.model import OwedLookup, Source, StaffTask, Status, Visit, VisitEvent
from kiosk.visits.searching import search_text

_CITIZEN_KINDS = {Kind.CITIZEN_CARD, Kind.CITIZEN_ID}


def card_to_json(card: Card) -> dict[str, Any]:
    """The card as read, field by field; `card_from_json` gives the same card back."""
    return {field.name: _plain(getattr(card, field.name)) for field in fields(card)}


def card_from_json(stored: Mapping[str, Any]) -> Card:
    kind = Kind(stored["kind"])
    shape: type[Card] = CitizenCard if kind in _CITIZEN_KINDS else HealthCard
    known = {field.name for field in fields(shape)}
    values = {name: _value(name, value) for name, value in stored.items() if name in known}
    return shape(**values)


def _plain(value: Any) -> Any:
    match value:
        case PartialDate():
            return value.iso
        case date():
            return value.isoformat()
        case Enum():
            return value.value
        case tuple():
            return notices_to_json(value)
        case _:
            return value


def _value(name: str, stored: Any) -> Any:
    if stored is None:
        return None
    parse = _PARSERS.get(name)
    return parse(stored) if parse else stored


def partial_date(iso: str) -> PartialDate:
    """The date that `PartialDate.iso` wrote."""
    return PartialDate(*(int(part) for part in iso.split("-")))


def notices_to_json(notices: Iterable[Notice]) -> list[dict[str, Any]]:
    return [{"code": notice.code, "values": dict(notice.values)} for notice in notices]


def notices_from_json(stored: Iterable[Mapping[str, Any]]) -> tuple[Notice, ...]:
    return tuple(Notice(notice["code"], tuple(notice["values"].items())) for notice in stored)


_PARSERS: Mapping[str, Callable[[Any], Any]] = {
    "kind": Kind,
    "sex": Sex,
    "birth_date": partial_date,
    "valid_from": date.fromisoformat,
    "valid_to": date.fromisoformat,
    "issued_on": date.fromisoformat,
    "five_years_from": date.fromisoformat,
    "warnings": notices_from_json,
}


def assessment_columns(assessment: Assessment | None, card: Card) -> dict[str, Any]:
    """The columns of ``visit`` that a look-up decides."""
    coverage = assessment.coverage if assessment else None
    differences = assessment.differences if assessment else ()
    return {
        "verdict": assessment.verdict.value if assessment else None,
        "reason": assessment.reason if assessment else None,
        "result_code": assessment.result_code if assessment else None,
        "followed_from": assessment.followed_from if assessment else None,
        "full_name": (coverage.full_name if coverage else None) or card.full_name,
        "coverage": coverage_as_json(coverage) if coverage else None,
        "differences": [difference_as_json(difference) for difference in differences],
        "search": search_text(card, coverage),
    }


def attempt_columns(attempt: Attempt, visit_id: str) -> dict[str, Any]:
    return {"visit_id": visit_id, **{field.name: getattr(attempt, field.name) for field in fields(attempt)}}


def attempt_from(row: Row[Any]) -> Attempt:
    return Attempt(**{field.name: getattr(row, field.name) for field in fields(Attempt)})


def question_of(card: Card) -> Question:
    """What the gateway is still to be asked. Raises ValueError when the card does not say enough to ask."""
    if not (card.lookup_number and card.full_name and card.birth_date):
        raise ValueError("a look-up cannot be owed for a card without number, name and birth date")
    return Question(card.lookup_number, card.full_name, card.birth_date)


def owed_from(row: Row[Any]) -> OwedLookup:
    question = Question(row.number, row.full_name, partial_date(row.birth_date))
    return OwedLookup(
        row.visit_id,
        row.created_at,
        question,
        card_from_json(row.card),
        row.attempts,
        papers_of(row.benefit),
        row.staff,
    )


def papers_of(benefit: Mapping[str, Any] | None) -> tuple[Paper, ...]:
    """The papers in a proposal as it is kept; what a newer version wrote otherwise is left out."""
    found: list[Paper] = []
    for stored in (benefit or {}).get("papers", ()):
        try:
            found.append(paper_from_json(stored))
        except (KeyError, ValueError, TypeError):
            continue
    return tuple(found)


def task_from(row: Row[Any]) -> StaffTask:
    return StaffTask(visit_from(row), row.task_created_at, row.task_reason)


def event_from(row: Row[Any]) -> VisitEvent:
    return VisitEvent(row.at, row.event, Status(row.status), row.why)


def visit_from(row: Row[Any]) -> Visit:
    return Visit(
        visit_id=row.visit_id,
        created_at=row.created_at,
        day=row.day,
        facility=row.facility,
        training=row.mode == "training",
        source=Source(row.source),
        desk=row.desk,
        status=Status(row.status),
        verdict=row.verdict,
        reason=row.reason,
        result_code=row.result_code,
        followed_from=row.followed_from,
        queue_number=row.queue_number,
        full_name=row.full_name,
        number=row.number,
        coverage=row.coverage,
        differences=tuple(Difference(**difference) for difference in row.differences),
        warnings=notices_from_json(row.warnings),
        confirm_reason=row.confirm_reason,
        rechecked_at=row.rechecked_at,
        priority=row.priority,
        cancelled_at=row.cancelled_at,
        cancelled_by=row.cancelled_by,
        cancel_reason=row.cancel_reason,
        benefit=row.benefit,
        findings=row.findings,
        staff=row.staff,
    )
