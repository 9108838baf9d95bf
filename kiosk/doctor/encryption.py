"""Whether who gets hold of the disk, a backup or the line to the server can read the records."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from kiosk.app import backups, key_folder, records_address, records_on_disk, spool_file
from kiosk.doctor.finding import Finding, bad, good
from kiosk.errors import RecordsError
from kiosk.settings import Settings

_ENCRYPTED_LINE = {"require", "verify-ca", "verify-full"}
_ABOUT_THE_KEY = "records_key_"


def encryption(settings: Settings) -> Iterator[Finding]:
    """The records and what lies beside them, or what waits here for a server and the line to it."""
    file = None
    try:
        file = records_on_disk(settings)
        finding = _of_line(settings) if file is None else None
        yield finding or _of_file(settings, file or spool_file(settings))
    except RecordsError as error:
        if error.code.startswith(_ABOUT_THE_KEY):
            yield bad("encryption", "encryption_no_key", f"advice_{error.code}", **_values(error))
        else:
            yield bad("encryption", "not_checked", "advice_mend_first", first="database")


def _values(error: RecordsError) -> dict[str, str]:
    return {"place": "?", "why": error.detail, **error.values}


def _of_line(settings: Settings) -> Finding | None:
    """None where nobody on the way to the server can read along."""
    from sqlalchemy import make_url

    address = make_url(records_address(settings.records.url))
    host = str(address.query.get("host") or address.host or "")
    near = host in {"", "localhost", "127.0.0.1", "::1"} or host.startswith("/")
    mode = str(address.query.get("sslmode") or os.environ.get("PGSSLMODE") or "prefer")
    if near or mode in _ENCRYPTED_LINE or "service" in address.query:
        return None
    return bad("encryption", "encryption_line", "advice_encryption_line", host=host, mode=mode)


def _of_file(settings: Settings, file: Path) -> Finding:
    """Raises RecordsError."""
    from kiosk.visits.database import plain_errors
    from kiosk.visits.encryption import key as keys
    from kiosk.visits.encryption.connection import connect, is_encrypted
    from kiosk.visits.encryption.places import others_may_read

    values = {"place": str(file), "folder": str(file.absolute().parent)}
    if not file.exists():
        return good("encryption", "encryption_not_yet", **values)
    with plain_errors(str(file)), closing(connect(file, read_only=True)) as connection:
        encrypted = is_encrypted(connection)
    note = keys.read_note(key_folder(settings))
    if not encrypted or note is None:
        return bad("encryption", "encryption_plain", "advice_encryption_plain", **values)
    key_file = note.key_file(key_folder(settings))
    values |= {"kept": str(key_file or "keyring")}
    if key_file is not None and note.kept == keys.FILE and others_may_read(key_file):
        return bad("encryption", "encryption_open_key", "advice_encryption_open_key", **values)
    if settings.training:
        return good("encryption", "encryption_fine", **values)
    if note.kept == keys.FILE and settings.records.key == keys.AUTO:
        return bad("encryption", "encryption_beside", "advice_encryption_beside", **values)
    if note.recovery_sheet_at is None:
        return bad("encryption", "encryption_no_sheet", "advice_encryption_no_sheet", **values)
    readable = [each.name for each in _left_plain(settings, file)]
    if readable:
        values["files"] = ", ".join(readable)
        return bad("encryption", "encryption_left", "advice_encryption_left", **values)
    return good("encryption", "encryption_fine", **values)


def _left_plain(settings: Settings, file: Path) -> Iterator[Path]:
    """Copies from before there was encryption."""
    from kiosk.visits.database import plain_errors
    from kiosk.visits.encryption.connection import is_plain

    kept = backups(settings)
    copies = [each for _, each in kept.all()] if kept is not None else []
    for copy in [*copies, *sorted(file.parent.glob(f"{file.name}.before-restore-*"))]:
        if copy.name.endswith(("-wal", "-shm", "-journal")):
            continue
        with plain_errors(str(copy)):
            if is_plain(copy):
                yield copy
