"""`kiosk records`: the records' file, backed up, restored, checked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk import texts
from kiosk.cli.options import EXIT_NOT_SOUND, EXIT_OK, with_session
from kiosk.cli.records_key import key_group
from kiosk.cli.session import Session
from kiosk.errors import UsageError

if TYPE_CHECKING:
    from kiosk.visits.audit import Act
    from kiosk.visits.backup import Backups


@click.group("records")
def records_group() -> None:
    """Sao lưu, khôi phục, kiểm tra tệp lượt khám; khóa của tệp đã mã hóa."""


records_group.add_command(key_group)


@records_group.command("backup")
@click.argument("file", required=False, metavar="[FILE]", type=click.Path(path_type=Path))
@with_session
def backup_command(session: Session, file: Path | None) -> int:
    """Sao lưu tệp lượt khám ngay, kể cả khi quầy đang mở."""
    from kiosk.visits.audit import Act
    from kiosk.visits.backup import back_up

    kept = _backups(session)
    made = kept.make() if file is None else back_up(kept.records, file)
    note_act(session, Act.BACKUP, file=str(made))
    output = {"file": str(made), "bytes": made.stat().st_size, "training": session.settings.training}
    session.emit(output, lambda: texts.text("cli", "backed_up", session.language, file=str(made)))
    return EXIT_OK


@records_group.command("restore")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@with_session
def restore_command(session: Session, file: Path) -> int:
    """Khôi phục tệp lượt khám từ bản sao lưu; tệp đang dùng được giữ lại dưới tên khác."""
    from kiosk.app import key_place
    from kiosk.visits.audit import Act
    from kiosk.visits.backup import restore

    records = _backups(session).records
    restored = restore(file, records, key_place=key_place(session.settings))
    note_act(
        session,
        Act.RESTORE,
        file=str(file),
        former=str(restored.former) if restored.former else None,
        visits_left_behind=restored.left_behind,
        entries_lost=restored.audit_lost,
    )
    output = {
        "file": str(file),
        "records": str(records),
        "former": str(restored.former) if restored.former else None,
        "visits": restored.visits,
        "left_behind": restored.left_behind,
        "training": session.settings.training,
    }
    from kiosk.cli.text import restored_text

    session.emit(output, lambda: restored_text(output, session.language))
    return EXIT_OK


@records_group.command("check")
@with_session
def check_command(session: Session) -> int:
    """Kiểm tra tệp lượt khám có nguyên vẹn không."""
    from kiosk.visits.backup import check

    kept = _backups(session)
    found, last = check(kept.records), kept.latest()
    output = {
        "records": str(found.file),
        "ok": found.ok and found.encrypted is not False,
        "exists": found.exists,
        "schema": found.schema,
        "newer": found.newer,
        "visits": found.visits,
        "owed": found.owed,
        "bytes": found.bytes,
        "encrypted": found.encrypted,
        "problems": list(found.problems),
        "last_backup": last.isoformat() if last else None,
        "training": session.settings.training,
    }
    from kiosk.cli.text import checked_text

    session.emit(output, lambda: checked_text(output, session.language))
    return EXIT_OK if output["ok"] else EXIT_NOT_SOUND


def note_act(session: Session, act: Act, **detail: Any) -> None:
    from kiosk.app import build_reception

    with build_reception(session.settings) as reception:
        reception.note_act(act, **detail)


def _backups(session: Session) -> Backups:
    from kiosk.app import backups

    found = backups(session.settings)
    if found is None:
        raise UsageError("records_on_server")
    return found
