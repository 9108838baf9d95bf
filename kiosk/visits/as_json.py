"""A visit as `check-in` and `visits` print it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from kiosk.benefit_words import benefit_output
from kiosk.card.model import Notice
from kiosk.eligibility.abuse_model import PREFIX
from kiosk.eligibility.as_json import difference_as_json
from kiosk.visits.model import Visit


def visit_as_json(visit: Visit, message: Callable[[Notice], str], language: str = "vi") -> dict[str, Any]:
    """The visit object of the contract; `message` gives the text of a warning in `language`."""
    known: dict[str, Any] = {
        "visit_id": visit.visit_id,
        "status": visit.status.value,
        "verdict": visit.verdict,
        "reason": visit.reason,
        "result_code": visit.result_code,
        "queue_number": visit.queue_number,
        "queue_label": visit.queue_label,
        "coverage": dict(visit.coverage) if visit.coverage is not None else None,
        "warnings": [{"code": notice.code, "message": message(notice)} for notice in visit.warnings],
        "created_at": _iso(visit.created_at),
        "day": visit.day.isoformat(),
        "source": visit.source.value,
        "desk": visit.desk,
        "rechecked_at": _iso(visit.rechecked_at) if visit.rechecked_at else None,
        "full_name": visit.full_name,
        "number": visit.number,
        "differences": [difference_as_json(difference) for difference in visit.differences],
        "confirm_reason": visit.confirm_reason,
        "priority": visit.priority,
        "benefit": benefit_output(visit.benefit, language) if visit.benefit is not None else None,
        "findings": findings_output(visit.findings, message),
        "unchecked": list((visit.findings or {}).get("unchecked", ())),
        "training": visit.training,
        "kept_here": visit.kept_here,
        "cancelled_at": _iso(visit.cancelled_at) if visit.cancelled_at else None,
        "cancel_reason": visit.cancel_reason,
        "staff": visit.staff,
    }
    if visit.followed_from is not None:
        known["followed_from"] = visit.followed_from
    return known


def findings_output(
    findings: Mapping[str, Any] | None, message: Callable[[Notice], str]
) -> list[dict[str, str]]:
    """What the checks against abuse found, also what is only kept for supervisors."""
    return [
        {
            "rule": each["rule"],
            "action": each["action"],
            "message": message(Notice(PREFIX + each["rule"], tuple(each["values"].items()))),
        }
        for each in (findings or {}).get("found", ())
    ]


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
