"""`kiosk audit`: the log of who did what, listed, examined, and exported for an inspection."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk import clock, texts
from kiosk.cli.options import EXIT_NOT_SOUND, EXIT_OK, read_day, with_session
from kiosk.cli.session import Session
from kiosk.errors import UsageError

if TYPE_CHECKING:
    from kiosk.reception import Reception
    from kiosk.visits.audit import AuditEntry
    from kiosk.visits.audit_log import Wanted
    from kiosk.visits.audit_verify import AuditReport


def _filters(command: Callable[..., int]) -> Callable[..., int]:
    """The options that both the list and its export take, in the order of the help."""
    for option in (
        click.option("--to", "until", help="Đến hết ngày."),
        click.option("--from", "since", help="Từ ngày, như 2026-11-01."),
        click.option("--subject", help="Mã lượt khám, hoặc số đã che như trong nhật ký."),
        click.option("--who", help="Tài khoản."),
        click.option(
            "--act", "acts", multiple=True, help="Việc, như override, cancel, export; cho được nhiều lần."
        ),
    ):
        command = option(command)
    return command


@click.group("audit")
def audit_group() -> None:
    """Nhật ký: ai đã tra cứu, xem, xác nhận, hủy, xuất gì, khi nào, vì sao."""


@audit_group.command("list")
@_filters
@with_session
def list_command(session: Session, **given: Any) -> int:
    """Liệt kê nhật ký, cũ nhất trước."""
    wanted = _wanted(**given)
    count = 0
    with session.reception() as reception:
        for entry in reception.records.audit.entries(wanted):
            count += 1
            output = _as_output(entry)
            session.emit(output, lambda output=output: _line(output, session.language))  # type: ignore[misc]
    if not count and not session.json:
        session.print(texts.text("audit", "nothing", session.language))
    return EXIT_OK


@audit_group.command("export")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@_filters
@with_session
def export_command(session: Session, file: Path, **given: Any) -> int:
    """Xuất nhật ký ra tệp CSV hoặc XLSX để thanh tra; việc xuất cũng được ghi."""
    from kiosk.visits.audit import Act
    from kiosk.visits.audit_sheet import cells, heads
    from kiosk.visits.exports import export_rows

    wanted = _wanted(**given)
    with session.reception() as reception:
        asked = {name: value for name, value in given.items() if value}
        reception.note_act(Act.EXPORT, None, None, what="audit", file=file.name, filter=asked)
        rows = (cells(entry, session.language) for entry in reception.records.audit.entries(wanted))
        count = export_rows(heads(session.language), rows, file)
    output = {"file": str(file), "entries": count, "training": session.settings.training}
    session.emit(
        output,
        lambda: texts.text("audit", "exported", session.language, file=str(file), count=str(count)),
    )
    return EXIT_OK


@audit_group.command("verify")
@click.option(
    "--known",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Bản chép của tệp mốc (*.audit.json) giữ ở nơi khác; cho được nhiều lần.",
)
@with_session
def verify_command(session: Session, known: tuple[Path, ...]) -> int:
    """Kiểm tra nhật ký: có dòng nào bị sửa, xóa, chen vào, hay phần cuối bị cắt không."""
    with session.reception() as reception:
        reports = list(_examined(session, reception, known))
    for report in reports:
        output = _report(report, session)
        session.emit(output, lambda output=output: _report_text(output, session.language))  # type: ignore[misc]
    return EXIT_OK if all(report.sound for report in reports) else EXIT_NOT_SOUND


def _examined(session: Session, reception: Reception, known: tuple[Path, ...]) -> Iterator[AuditReport]:
    """Each log in a database of its own, compared with everything outside that says where it stood."""
    from kiosk.app import backups
    from kiosk.visits.audit_check import examine_all

    yield from examine_all(reception.records.audit, backups(session.settings), known)


def _wanted(
    acts: tuple[str, ...], who: str | None, subject: str | None, since: str | None, until: str | None
) -> Wanted:
    from kiosk.visits.audit import Act
    from kiosk.visits.audit_log import Wanted

    unknown = [act for act in acts if act not in {str(each) for each in Act}]
    if unknown:
        raise UsageError("usage", what=f"--act {unknown[0]}: {', '.join(Act)}")
    return Wanted(
        acts=frozenset(acts) or None,
        who=who,
        subject=subject,
        since=clock.midnight(read_day(since)) if since else None,
        until=clock.midnight(read_day(until) + timedelta(days=1)) if until else None,
    )


def _as_output(entry: AuditEntry) -> dict[str, Any]:
    from kiosk.visits.audit_words import detail_of

    at = entry.moment.isoformat(timespec="milliseconds")
    return {**asdict(entry), "at": at, "detail": detail_of(entry)}


def _line(output: dict[str, Any], language: str) -> str:
    from kiosk.visits.audit_words import detail_words

    when = datetime.fromisoformat(output["at"])
    act = texts.text("audit", output["act"], language)
    detail = detail_words(output["detail"], language)
    parts = [
        f"{when:%d/%m/%Y %H:%M:%S}",
        output["desk"].ljust(10),
        output["who"].ljust(12),
        act.ljust(20),
        (output["subject"] or "–").ljust(15),
        "  –  ".join(part for part in (output["why"], detail) if part),
    ]
    return "  ".join(parts).rstrip()


def _report(report: AuditReport, session: Session) -> dict[str, Any]:
    return {
        "ok": report.sound,
        "entries": report.entries,
        "witnesses": report.witnesses,
        "heads": [asdict(head) for head in report.heads],
        "cuts": [asdict(cut) for cut in report.cuts],
        "faults": [
            {
                **asdict(fault),
                "message": texts.text(
                    "audit",
                    fault.code,
                    session.language,
                    sequence=str(fault.sequence or "?"),
                    place=fault.place or "?",
                ),
            }
            for fault in report.faults
        ],
        "training": session.settings.training,
    }


def _report_text(output: dict[str, Any], language: str) -> str:
    values = {
        "entries": str(output["entries"]),
        "chains": str(len(output["heads"])),
        "witnesses": str(output["witnesses"]),
        "faults": str(len(output["faults"])),
    }
    lines = [texts.text("audit", "sound" if output["ok"] else "not_sound", language, **values)]
    lines += [f"  ✗ {fault['message']}" for fault in output["faults"]]
    lines += [
        "  "
        + texts.text(
            "audit",
            "head",
            language,
            chain=head["chain"][:8],
            sequence=str(head["sequence"]),
            hash=head["hash"],
        )
        for head in output["heads"]
    ]
    lines += [
        "  " + texts.text("audit", "let_go", language, chain=cut["chain"][:8], sequence=str(cut["sequence"]))
        for cut in output["cuts"]
    ]
    if not output["witnesses"]:
        lines.append("  " + texts.text("audit", "no_witness", language))
    return "\n".join(lines)
