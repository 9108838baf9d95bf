"""`kiosk visits`: what is recorded, listed, exported, proved to BHXH, taken back."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk import texts
from kiosk.cli.options import EXIT_OK, as_json, read_day, with_session
from kiosk.cli.session import Session
from kiosk.errors import RecordsError, UsageError

if TYPE_CHECKING:
    from kiosk.reception import Reception
    from kiosk.visits.model import Visit

_log = logging.getLogger(__name__)

on_option = click.option("--on", help="Ngày, như 2026-11-23 hoặc 23/11/2026.")
status_option = click.option("--status", help="Trạng thái, như checked_in.")


@click.group("visits", invoke_without_command=True)
@on_option
@status_option
@as_json
@click.pass_context
def visits_group(context: click.Context, /, **given: Any) -> int:
    """Các lượt khám đã ghi, cũ nhất trước."""
    return EXIT_OK if context.invoked_subcommand else _list(**given)


@with_session
def _list(session: Session, on: str | None, status: str | None) -> int:
    with _visits(session, on, status) as found:
        if session.json:
            for visit in found:
                session.print(json.dumps(session.visit(visit), ensure_ascii=False))
        else:
            from kiosk.cli.text import visit_lines

            for line in visit_lines((session.visit(visit) for visit in found), session.language):
                session.print(line)
    return EXIT_OK


@visits_group.command("export")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@on_option
@status_option
@with_session
def export_command(session: Session, file: Path, on: str | None, status: str | None) -> int:
    """Xuất các lượt khám ra tệp CSV hoặc XLSX."""
    from kiosk.visits.exports import export_visits

    with _visits(session, on, status, export=file) as found:
        count = export_visits(found, file, session.language)
    output = {"file": str(file), "visits": count, "training": session.settings.training}
    session.emit(
        output, lambda: texts.text("cli", "exported", session.language, file=str(file), count=str(count))
    )
    return EXIT_OK


@visits_group.command("evidence")
@click.argument("visit_id")
@click.argument("file", metavar="FILE.pdf", type=click.Path(path_type=Path))
@with_session
def evidence_command(session: Session, visit_id: str, file: Path) -> int:
    """Lập bản kê PDF các lần tra cứu không thành công của một lượt, để gửi BHXH."""
    if file.suffix.lower() != ".pdf":
        raise UsageError("evidence_format", file=str(file))
    from kiosk.desk import write_evidence
    from kiosk.visits.audit import Act
    from kiosk.visits.evidence import evidence_from

    settings = session.settings
    with session.reception() as reception:
        records = reception.records
        visit = records.get(visit_id)
        if visit is None:
            raise UsageError("visit_unknown", visit_id=visit_id)
        reception.note_act(Act.EXPORT, visit_id, what="evidence", file=file.name)
        page = evidence_from(records, visit, settings.facility.name)
    if not page.exchanges:
        raise UsageError("evidence_none", visit_id=visit_id)
    write_evidence(page, file, settings.data_folder / "cache")
    failed = sum(exchange.failed for exchange in page.exchanges)
    output = {
        "file": str(file),
        "visit_id": visit_id,
        "attempts": len(page.exchanges),
        "failed": failed,
        "training": settings.training,
    }
    session.emit(
        output,
        lambda: texts.text("cli", "evidence_made", session.language, file=str(file), count=str(failed)),
    )
    return EXIT_OK


@visits_group.command("cancel")
@click.argument("visit_id")
@click.option("--reason", required=True, metavar="TEXT", help="Vì sao hủy.")
@with_session
def cancel_command(session: Session, visit_id: str, reason: str) -> int:
    """Hủy một lượt khám của hôm nay; số thứ tự của lượt đó không cấp lại."""
    if not reason.strip():
        raise UsageError("cancel_reason_missing")
    with session.reception() as reception:
        output = session.visit(reception.cancel(visit_id, " ".join(reason.split())))
    from kiosk.cli.text import visit_text

    session.emit(output, lambda: visit_text({**output, "verdict": None}, "", session.language))
    return EXIT_OK


def _note_view(reception: Reception, on: str | None, status: str | None) -> None:
    """Monitoring reads this list: a log that cannot be written does not keep it from that."""
    from kiosk.visits.audit import Act

    try:
        reception.note_act(Act.VIEW_FULL, what="visits", on=on, status=status)
    except RecordsError as error:
        _log.warning("that visits were listed in full is not in the audit log: %s", error.code)


@contextmanager
def _visits(
    session: Session, on: str | None, status: str | None, export: Path | None = None
) -> Iterator[Iterable[Visit]]:
    from kiosk.visits.audit import Act
    from kiosk.visits.model import Status as VisitStatus

    day = read_day(on) if on is not None else None
    if status is not None and status not in {str(known) for known in VisitStatus}:
        raise UsageError("usage", what=f"--status: {', '.join(VisitStatus)}")
    with session.reception() as reception:
        if export is not None:
            reception.note_act(Act.EXPORT, what="visits", file=export.name, on=on, status=status)
        elif session.json:  # numbers in full; the table for people masks them
            _note_view(reception, on, status)
        yield session.all_or_say(reception, reception.visits(day, VisitStatus(status) if status else None))
