"""What people decided against or beside a verdict, and what the checks warned of: for supervisors.

An entry of the audit log says who decided what and why; the visit says against which findings. Visits with
findings and without such an entry were checked in, held or refused as the verdict said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, select

from kiosk.card.model import Notice
from kiosk.eligibility.abuse_model import PREFIX
from kiosk.logs import shown_number
from kiosk.visits.audit import Act, AuditEntry
from kiosk.visits.audit_log import AuditLog, Wanted
from kiosk.visits.queue_numbers import queue_label
from kiosk.visits.schema import visit

WARNED = "warned"
ACTS = frozenset({Act.OVERRIDE.value, Act.SELF_PAY.value, Act.CANCEL.value})
_HAS_ONE = '%"rule"%'  # in the JSON of findings; nearly all visits have been examined and have none

MOST = 500
"""Decisions, and visits with findings, that are read at once: more than anybody goes through."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One line for a supervisor. `what`: an act of the log, or WARNED; numbers are masked."""

    at: datetime  # aware
    what: str
    who: str | None
    desk: str
    visit_id: str
    queue_label: str | None
    number: str
    verdict: str | None
    reason: str | None  # stable word of the verdict
    why: str | None  # what the person gave as the reason
    findings: tuple[Notice, ...] = ()


def decisions(audit: AuditLog, since: datetime, until: datetime) -> list[Decision]:
    """Of that time, the latest first. Raises RecordsError."""
    entries = audit.newest(MOST, Wanted(acts=ACTS, since=since, until=until))
    known = _visits(audit, since, until, {entry.subject for entry in entries if entry.subject})
    found = [_decided(entry, known.get(entry.subject or "")) for entry in entries]
    told = {each.visit_id for each in found}
    found += [_warned(row) for name, row in known.items() if name not in told and _findings_of(row)]
    return sorted(found, key=lambda each: each.at, reverse=True)


def _visits(audit: AuditLog, since: datetime, until: datetime, named: set[str]) -> dict[str, Any]:
    """Rows of the visits with findings in that time, and of those that are `named`."""
    columns = (
        visit.c.visit_id, visit.c.created_at, visit.c.desk, visit.c.staff, visit.c.queue_number,
        visit.c.number, visit.c.verdict, visit.c.reason, visit.c.findings,
    )  # fmt: skip
    here = audit.home.owns(visit)
    warned = (
        select(*columns)
        .where(
            *here,
            visit.c.created_at >= since,
            visit.c.created_at < until,
            cast(visit.c.findings, Text).like(_HAS_ONE),
        )
        .order_by(visit.c.created_at.desc())
        .limit(MOST)
    )
    with audit.database.read() as connection:
        found = {row.visit_id: row for row in connection.execute(warned) if _findings_of(row)}
        missing = sorted(named - set(found))
        for start in range(0, len(missing), 200):
            query = select(*columns).where(*here, visit.c.visit_id.in_(missing[start : start + 200]))
            found |= {row.visit_id: row for row in connection.execute(query)}
    return found


def _decided(entry: AuditEntry, row: Any | None) -> Decision:
    return Decision(
        at=entry.moment,
        what=entry.act,
        who=entry.who,
        desk=entry.desk,
        visit_id=entry.subject or "",
        queue_label=queue_label(row.queue_number) if row is not None else None,
        number=_masked(row),
        verdict=row.verdict if row is not None else None,
        reason=row.reason if row is not None else None,
        why=entry.why,
        findings=_findings_of(row),
    )


def _warned(row: Any) -> Decision:
    return Decision(
        at=row.created_at,
        what=WARNED,
        who=row.staff,
        desk=row.desk,
        visit_id=row.visit_id,
        queue_label=queue_label(row.queue_number),
        number=_masked(row),
        verdict=row.verdict,
        reason=row.reason,
        why=None,
        findings=_findings_of(row),
    )


def _masked(row: Any | None) -> str:
    return shown_number(row.number) if row is not None and row.number else "–"


def _findings_of(row: Any | None) -> tuple[Notice, ...]:
    kept = row.findings if row is not None else None
    return tuple(
        Notice(PREFIX + each["rule"], tuple(each["values"].items())) for each in (kept or {}).get("found", ())
    )


__all__ = ["ACTS", "MOST", "WARNED", "Decision", "decisions"]
