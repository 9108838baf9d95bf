"""`kiosk decisions`: what people decided against or beside a verdict, for supervisors."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click

from kiosk import clock, texts
from kiosk.cli.options import EXIT_OK, read_day, with_session
from kiosk.cli.session import Session
from kiosk.errors import UsageError

if TYPE_CHECKING:
    from kiosk.visits.audit_log import AuditLog
    from kiosk.visits.decisions import Decision


@click.command("decisions")
@click.option("--from", "first", help="Từ ngày, như 2026-11-01; bỏ trống: hôm nay.")
@click.option("--to", "last", help="Đến hết ngày; bỏ trống: hôm nay.")
@with_session
def decisions_command(session: Session, first: str | None, last: str | None) -> int:
    """Các lượt nhân viên xác nhận khác kết luận, chuyển tự chi trả hoặc hủy: ai, vì sao."""
    until = read_day(last) if last else max(clock.today(), read_day(first) if first else clock.today())
    since = read_day(first) if first else until
    if since > until:
        raise UsageError("usage", what=f"--from {since} > --to {until}")
    count = 0
    with session.reception() as reception:
        for decision in _decided(reception.records.audit, since, until):
            count += 1
            output = _as_output(decision, session)
            session.emit(output, lambda output=output: _line(output, session.language))  # type: ignore[misc]
    if not count and not session.json:
        session.print(texts.text("cli", "decisions_none", session.language))
    return EXIT_OK


def _decided(audit: AuditLog, first: date, last: date) -> Iterator[Decision]:
    """Day by day, the oldest first; what only the checks found is `kiosk checks`."""
    from kiosk.visits.decisions import WARNED, decisions

    for place in range((last - first).days + 1):
        day = first + timedelta(days=place)
        found = decisions(audit, clock.midnight(day), clock.midnight(day + timedelta(days=1)))
        yield from (each for each in reversed(found) if each.what != WARNED)


def _as_output(decision: Decision, session: Session) -> dict[str, Any]:
    return {
        "at": decision.at.astimezone(clock.VIETNAM).isoformat(timespec="milliseconds"),
        "what": decision.what,
        "who": decision.who,
        "desk": decision.desk,
        "visit_id": decision.visit_id,
        "queue_label": decision.queue_label,
        "number": decision.number,
        "verdict": decision.verdict,
        "reason": decision.reason,
        "why": decision.why,
        "findings": [session.notice(each) for each in decision.findings],
        "training": session.settings.training,
    }


def _line(output: dict[str, Any], language: str) -> str:
    from kiosk.visits.audit_words import detail_words

    day, time = output["at"][:10], output["at"][11:16]
    against = detail_words({"verdict": output["verdict"], "reason": output["reason"]}, language)
    head = (
        f"{day[8:]}/{day[5:7]} {time}",
        output["queue_label"] or "–",
        output["desk"],
        output["who"] or "–",
        texts.text("audit", output["what"], language),
        output["number"],
    )
    below = (against, *output["findings"], f"→ {output['why']}" if output["why"] else "")
    return "\n".join(["  ".join(head), *(f"      {each}" for each in below if each)])


__all__ = ["decisions_command"]
