"""What `kiosk difficulties` prints: the JSON objects, and the lines for people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kiosk import clock, texts
from kiosk.cli.session import Session

if TYPE_CHECKING:
    from kiosk.visits.difficulties import Case, Difficulty
    from kiosk.visits.difficulty_report import Report


def difficulty_as_json(found: Difficulty) -> dict[str, Any]:
    return {
        "difficulty_id": found.difficulty_id,
        "kind": found.kind,
        "codes": {found.code: 1} if found.code else {},
        "state": found.state.value,
        "count": 1,
        "times": found.times,
        "visits": [found.about_visit] if found.about_visit else [],
        "first_at": found.first_at.isoformat(),
        "last_at": found.last_at.isoformat(),
        "desks": [found.desk],
        "number": found.number,
        "text": found.text,
        "note": found.note,
        "reported_at": _iso(found.reported_at),
        "answered_at": _iso(found.answered_at),
        "closed_at": _iso(found.closed_at),
    }


def case_as_json(case: Case) -> dict[str, Any]:
    """As one difficulty; what its members do not share is null."""

    def shared(name: str) -> Any:
        values = {getattr(each, name) for each in case.members}
        return values.pop() if len(values) == 1 else None

    return {
        "difficulty_id": case.case_id,
        "kind": case.kind.name,
        "codes": dict(case.codes),
        "state": case.state.value,
        "count": case.count,
        "times": case.times,
        "visits": list(case.visits),
        "first_at": case.first_at.isoformat(),
        "last_at": case.last_at.isoformat(),
        "desks": list(case.desks),
        "number": shared("number"),
        "text": shared("text"),
        "note": shared("note"),
        "reported_at": _iso(shared("reported_at")),
        "answered_at": _iso(shared("answered_at")),
        "closed_at": _iso(shared("closed_at")),
    }


def report_as_json(report: Report) -> dict[str, Any]:
    return {
        "from": report.period.first.isoformat(),
        "to": report.period.last.isoformat(),
        "visits": report.counts.visits,
        "received_without_answer": report.counts.received_without_answer,
        "answered_later": report.counts.answered_later,
        "lookups_sent": report.sent,
        "lookups_failed": report.failed,
        "lookups_not_sent": report.not_sent,
        "difficulties": len(report.difficulties),
        "affected_visits": report.affected_visits,
        "causes": [
            {"kind": cause.kind.name, "code": cause.code, "visits": cause.visits, "times": cause.times}
            for cause in report.causes
        ],
        "outages": [
            {
                "first_at": outage.first_at.isoformat(),
                "last_at": outage.last_at.isoformat(),
                "recovered_at": _iso(outage.recovered_at),
                "failures": dict(outage.failures),
                "desks": list(outage.desks),
                "visits": list(outage.visits),
            }
            for outage in report.outages
        ],
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def line(session: Session, output: dict[str, Any]) -> str:
    """Two lines for people: what and how far, then when, where and what was written."""
    codes = ", ".join(f"{code} ×{count}" for code, count in output["codes"].items())
    first, last = _when(output["first_at"]), _when(output["last_at"])
    rest = [
        first if first == last else f"{first} – {last}",
        ", ".join(output["desks"]),
        output["number"] or "",
        codes,
        output["text"] or "",
        output["note"] or "",
    ]
    head = words(
        session,
        "list_line",
        id=output["difficulty_id"][:8],
        state=state_word(session, output["state"]),
        what=kind_words(session, output["kind"]),
        count=str(output["count"]),
    )
    return f"{head}\n          {'  ·  '.join(_filled(rest))}"


def _filled(parts: Iterable[str]) -> list[str]:
    return [part for part in parts if part]


def _when(iso: str) -> str:
    return clock.shown(datetime.fromisoformat(iso))


def kind_words(session: Session, kind: str) -> str:
    return texts.text("difficulties", f"kind_{kind}", session.language)


def state_word(session: Session, state: str) -> str:
    return texts.text("difficulties", f"state_{state}", session.language)


def words(session: Session, code: str, /, **values: str) -> str:
    return texts.text("cli", f"difficulties_{code}", session.language, **values)


__all__ = [
    "case_as_json",
    "difficulty_as_json",
    "kind_words",
    "line",
    "report_as_json",
    "state_word",
    "words",
]
