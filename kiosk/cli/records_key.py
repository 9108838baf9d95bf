"""`kiosk records key`: the key of the encrypted records, on paper for the safe and back from it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kiosk import clock, texts
from kiosk.cli.options import EXIT_OK, with_session
from kiosk.cli.session import Session
from kiosk.errors import RecordsError, UsageError


@click.group("key")
def key_group() -> None:
    """Khóa của sổ lượt khám đã mã hóa: phiếu khôi phục để trong két, nhập lại, chuyển chỗ giữ."""


@key_group.command("export")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@with_session
def export_command(session: Session, file: Path) -> int:
    """Ghi phiếu khôi phục ra FILE để in, cất vào két, rồi xóa tệp. Ai có phiếu thì đọc được sổ."""
    from kiosk.app import key_folder
    from kiosk.cli.records import note_act
    from kiosk.visits.audit import Act
    from kiosk.visits.encryption.key import sheet_made
    from kiosk.visits.encryption.recovery_sheet import write_sheet

    folder = key_folder(session.settings)
    if file.absolute().parent.resolve().is_relative_to(folder.resolve()):
        raise UsageError("recovery_beside", file=str(file))
    now = clock.now()
    store = write_sheet(file, folder, session.settings.facility.name, now, session.language)
    note_act(session, Act.EXPORT, what="records key", file=str(file))
    sheet_made(folder, now)
    output = {"file": str(file), "store": store}
    session.emit(output, lambda: texts.text("cli", "key_exported", session.language, file=str(file)))
    return EXIT_OK


@key_group.command("import")
@click.argument("sheet", metavar="SHEET")
@click.option("--keep", metavar="PLACE", help="auto, keyring, file, hoặc đường dẫn tệp khóa.")
@with_session
def import_command(session: Session, sheet: str, keep: str | None) -> int:
    """Nhập khóa từ phiếu khôi phục; SHEET là tệp, hoặc - để gõ mã (xong: Ctrl+D; Windows: Ctrl+Z, Enter)."""
    from kiosk.app import key_folder, key_place
    from kiosk.visits.encryption.conversion import take_key
    from kiosk.visits.encryption.recovery_sheet import key_in, key_of_code

    key = key_of_code(sys.stdin.read()) if sheet == "-" else key_in(Path(sheet))
    place = keep or key_place(session.settings)
    folder = key_folder(session.settings)
    try:
        note = take_key(folder, key, place, given=keep is not None, at=clock.now())
    except OSError as error:
        raise RecordsError("records_key_file", place=str(folder), why=error.strerror or "?") from None
    output = {"store": note.store, "kept": note.kept, "folder": str(folder)}
    session.emit(output, lambda: texts.text("cli", "key_imported", session.language, folder=str(folder)))
    return EXIT_OK


@key_group.command("move")
@click.argument("place", metavar="PLACE")
@with_session
def move_command(session: Session, place: str) -> int:
    """Chuyển chỗ giữ khóa: keyring, file, hoặc đường dẫn tệp khóa. Đóng quầy trước."""
    from kiosk.app import key_folder
    from kiosk.visits.encryption.key import move_key

    folder = key_folder(session.settings)
    try:
        note = move_key(folder, place)
    except OSError as error:
        raise RecordsError("records_key_file", place=str(folder), why=error.strerror or "?") from None
    output = {"store": note.store, "kept": note.kept, "folder": str(folder)}
    session.emit(output, lambda: texts.text("cli", "key_moved", session.language, kept=note.kept))
    return EXIT_OK
