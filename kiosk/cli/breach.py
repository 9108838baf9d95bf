"""`kiosk breach export`: whose data, which fields, how many; for the notification within 72 hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from kiosk import clock, texts
from kiosk.cli.options import EXIT_OK, read_day, with_session
from kiosk.cli.session import Session
from kiosk.errors import UsageError


@click.group("breach")
def breach_group() -> None:
    """Khi dữ liệu cá nhân bị lộ, mất: của ai, những gì, bao nhiêu."""


@breach_group.command("export")
@click.option(
    "--to-file",
    "file",
    required=True,
    metavar="FILE.xlsx",
    type=click.Path(path_type=Path),
    help="Ghi vào tệp này.",
)
@click.option("--from", "first", help="Lượt khám từ ngày; mặc định tất cả.")
@click.option("--to", "last", help="Đến hết ngày.")
@click.option("--desk", help="Chỉ các lượt tiếp nhận tại quầy này, như khi mất máy của quầy.")
@click.option(
    "--backup",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Bị mất là bản sao lưu này (hay một bản như nó).",
)
@click.option("--discovered", metavar="LÚC", help="Lúc phát hiện, như 2026-11-23T08:00; mặc định bây giờ.")
@click.option("--full", is_flag=True, help="Thêm phụ lục đầy đủ họ tên, số giấy tờ.")
@with_session
def export_command(
    session: Session,
    file: Path,
    first: str | None,
    last: str | None,
    desk: str | None,
    backup: Path | None,
    discovered: str | None,
    full: bool,
) -> int:
    """Lập số liệu để thông báo cơ quan có thẩm quyền trong 72 giờ."""
    if file.suffix.lower() != ".xlsx":
        raise UsageError("breach_format", file=str(file))
    from kiosk.app import records_file
    from kiosk.visits.audit import Act
    from kiosk.visits.breach import Scope, breach_as_json, breach_of, opened_backup
    from kiosk.visits.breach_sheets import summary_of, write_breach
    from kiosk.visits.person_rows import stores_of

    settings = session.settings
    scope = Scope(read_day(first) if first else None, read_day(last) if last else None, desk, backup)
    if scope.first and scope.last and scope.first > scope.last:
        raise UsageError("usage", what=f"--from {first} > --to {last}")
    at = _moment(discovered) if discovered else clock.now()
    with session.reception() as reception:
        records = reception.records
        if backup is None:
            found = breach_of(stores_of(records), scope, discovered_at=at)
        else:
            log = records.audit.parts()[0]
            with opened_backup(backup, records_file(settings), log) as stores:
                found = breach_of(stores, scope, discovered_at=at)
        found = replace(found, encrypted=_is_encrypted(session, backup))
        asked = {"from": first, "to": last, "desk": desk, "backup": backup.name if backup else None}
        counted = {"persons": len(found.persons), "visits": found.visits, "full": full}
        reception.note_act(Act.EXPORT, None, None, what="breach", **asked, **counted)
        facility = (settings.facility.code, settings.facility.name)
        write_breach(found, file, facility=facility, training=settings.training, full=full)
    output = {"file": str(file), "full": full, **breach_as_json(found), "training": settings.training}

    def for_people() -> str:
        lines = [f"{label}: {value}" for label, value in summary_of(found)]
        values = {"file": str(file), "persons": str(len(found.persons)), "visits": str(found.visits)}
        by = f"{found.notify_by:%H:%M %d/%m/%Y}"
        lines.append(_text("written", session.language, **values, rows=str(found.rows), by=by))
        return "\n".join([*lines, *([_text("full_warning", session.language)] if full else [])])

    session.emit(output, for_people)
    return EXIT_OK


def _is_encrypted(session: Session, backup: Path | None) -> bool | None:
    """Whether what was lost opens with its key only."""
    from kiosk.app import records_file, records_on_disk
    from kiosk.visits.backup import check

    file = backup or records_on_disk(session.settings)
    if file is None:
        return None
    return check(file, thorough=False, key_of=records_file(session.settings)).encrypted


def _moment(text: str) -> datetime:
    """A moment in Vietnam where no zone is given. Raises UsageError ``date_invalid``."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError("date_invalid", value=text) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.VIETNAM)


def _text(code: str, language: str, /, **values: str) -> str:
    return texts.text("breach", code, language, **values)


__all__ = ["breach_group"]
