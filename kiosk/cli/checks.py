"""`kiosk checks`: what the checks against abuse found on a day, for supervisors."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click

from kiosk import clock, texts
from kiosk.card.model import Notice
from kiosk.cli.options import EXIT_OK, read_day, with_session
from kiosk.cli.session import Session

if TYPE_CHECKING:
    from kiosk.reception import Reception
    from kiosk.visits.model import Visit


@click.command("checks")
@click.option("--on", help="Ngày, như 2026-11-23 hoặc 23/11/2026; bỏ trống: hôm nay.")
@with_session
def checks_command(session: Session, on: str | None) -> int:
    """Các dấu hiệu lạm dụng thấy trong ngày, kể cả những dấu hiệu không hiện ở quầy."""
    day = read_day(on) if on else clock.today()
    count = 0
    with session.reception() as reception:
        visits = list(reception.visits(day))
        for output in (*_of_visits(visits, session), *_of_staff(reception, visits, day, session)):
            count += 1
            session.emit(output, lambda output=output: _line(output, session.language))  # type: ignore[misc]
    if not count and not session.json:
        session.print(texts.text("cli", "checks_none", session.language))
    return EXIT_OK


def _of_visits(visits: list[Visit], session: Session) -> list[dict[str, Any]]:
    from kiosk.visits.as_json import findings_output

    return [
        {
            "visit_id": visit.visit_id,
            "created_at": visit.created_at.isoformat(timespec="milliseconds"),
            "desk": visit.desk,
            "queue_label": visit.queue_label,
            "status": visit.status,
            **finding,
            "confirm_reason": visit.confirm_reason,
            "who": None,
        }
        for visit in visits
        for finding in findings_output(visit.findings, session.notice)
    ]


def _of_staff(reception: Reception, visits: list[Visit], day: date, session: Session) -> list[dict[str, Any]]:
    """Of everybody who looked cards up without visits that followed."""
    from kiosk.app import facility_rules
    from kiosk.eligibility.abuse_model import PREFIX
    from kiosk.visits.audit import Act
    from kiosk.visits.audit_log import Wanted
    from kiosk.visits.staff_counts import staff_counts

    begins = clock.midnight(day)
    wanted = Wanted(acts=frozenset({Act.LOOK_UP}), since=begins, until=begins + timedelta(days=1))
    counts = staff_counts(reception.records.audit.entries(wanted), visits)
    found = []
    for who, count in sorted(counts.items()):
        values = facility_rules(session.settings).examine_staff(count)
        if values is not None:
            notice = Notice(f"{PREFIX}staff_without_visits", tuple(values.items()))
            found.append(
                {
                    "visit_id": None,
                    "created_at": None,
                    "desk": None,
                    "queue_label": None,
                    "status": None,
                    "rule": "staff_without_visits",
                    "action": "note",
                    "message": session.notice(notice),
                    "confirm_reason": None,
                    "who": who,
                }
            )
    return found


def _line(output: dict[str, Any], language: str) -> str:
    if output["who"]:
        return f"{output['who']}  {output['message']}"
    at = output["created_at"][11:16]
    status = texts.text("statuses", output["status"], language)
    parts = (at, output["queue_label"], output["desk"], status, output["message"], output["confirm_reason"])
    return "  ".join(part for part in parts if part)
