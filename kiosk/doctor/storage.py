"""The visit records and the disk they lie on."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk import clock
from kiosk.app import backups, records_address, records_file, spool_file
from kiosk.disk import LEAST_FREE_BYTES, existing, in_units
from kiosk.doctor.finding import Finding, Phrase, bad, good, not_checked
from kiosk.errors import RecordsError
from kiosk.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection

BACKUP_DUE = timedelta(days=2)
"""A desk makes a backup a day; a visit that is in none after this long will be lost with the disk."""

_CONNECT_SECONDS = 5
_ADVICE = {
    "records_address",
    "records_damaged",
    "records_disk",
    "records_disk_full",
    "records_folder",
    "records_key_file",
    "records_key_keyring",
    "records_key_missing",
    "records_key_note",
    "records_key_wrong",
    "records_locked",
    "records_newer",
    "records_read_only",
    "records_unreachable",
}

# --- database


def database(settings: Settings) -> Iterator[Finding]:
    """Open what is there, look whether it is whole, and try to write; a transaction is rolled back.

    Records that do not exist yet are not created.
    """
    from sqlalchemy import make_url
    from sqlalchemy.exc import SQLAlchemyError

    from kiosk.visits.database import sqlite_url

    try:
        url = make_url(records_address(settings.records.url or sqlite_url(records_file(settings))))
        on_file = url.get_backend_name() == "sqlite"
    except (SQLAlchemyError, ValueError):  # ValueError: a port that is no number
        yield bad("database", "records_address", "advice_records_address")
        return
    if on_file and not url.database:
        yield bad("database", "records_address", "advice_records_address")
        return
    place = str(url.database) if on_file else f"{url.host or 'localhost'}/{url.database or ''}"
    try:
        if on_file and not Path(place).exists():
            finding = good("database", "records_not_yet", place=place)
        else:
            finding = _look_at(url, place)
    except (RecordsError, OSError) as error:
        code, what = (
            ("records_folder", error.strerror or "?")
            if isinstance(error, OSError)
            else (
                error.code,
                error.detail,
            )
        )
        advice = f"advice_{code}" if code in _ADVICE else "advice_records_failed"
        finding = bad("database", "records_fail", advice, place=place, what=what)
    yield finding if on_file else _with_spool(finding, spool_file(settings))


def _with_spool(finding: Finding, spool: Path) -> Finding:
    """What waits on this desk for the server is told too; where nobody can tell, that has to be mended."""
    if not spool.exists():
        return finding
    try:
        count = _visits_in(spool)
    except (RecordsError, OSError) as error:
        values = {"spool": str(spool), "what": str(error)}
        failed, advice = Phrase("spool_failed", values), Phrase("advice_spool_failed", values)
        return replace(finding, ok=False, more=failed, advice=advice)
    more = Phrase("spool_waiting", {"count": str(count)}) if count else Phrase("spool_empty")
    return replace(finding, more=more)


def _visits_in(spool: Path) -> int:
    """Raises RecordsError."""
    from kiosk.visits.database import plain_errors
    from kiosk.visits.encryption.connection import connect

    with plain_errors(str(spool)), closing(connect(spool, read_only=True)) as connection:
        made = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'visit'").fetchone()[0]
        return int(connection.execute("SELECT count(*) FROM visit").fetchone()[0]) if made else 0


def _look_at(url: URL, place: str) -> Finding:
    """Raises RecordsError."""
    from sqlalchemy import create_engine, text
    from sqlalchemy.pool import NullPool

    from kiosk.visits.database import Database, sqlite_engine
    from kiosk.visits.encryption import connection as sqlite
    from kiosk.visits.schema import HEAD

    on_file = url.get_backend_name() == "sqlite"
    if on_file:
        file = Path(str(url.database))
        engine = sqlite_engine(file, lambda: sqlite.connect(file, timeout=_CONNECT_SECONDS))
    else:
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            connect_args={"connect_timeout": _CONNECT_SECONDS},
            poolclass=NullPool,
            hide_parameters=True,
        )
    database = Database(engine, place)
    try:
        with database.read() as connection:
            if on_file:
                trouble = connection.scalar(text("PRAGMA quick_check(1)"))
                if trouble != "ok":
                    raise RecordsError("records_damaged", str(trouble))
            version = _version(connection)
            if version is None:
                return good("database", "records_empty", place=place)
            if version != HEAD and version not in _known_versions():
                raise RecordsError("records_newer", f"schema {version}, known up to {HEAD}")
            connection.execute(text("UPDATE alembic_version SET version_num = version_num"))
            connection.rollback()
    finally:
        database.close()
    behind = "records_fine" if version == HEAD else "records_older"
    return good("database", behind, place=place, version=version, head=HEAD)


def _version(connection: Connection) -> str | None:
    from sqlalchemy import inspect, text

    if not inspect(connection).has_table("alembic_version"):
        return None
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")))


def _known_versions() -> set[str]:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    import kiosk.visits.schema

    config = Config()
    folder = Path(kiosk.visits.schema.__file__).with_name("migrations")
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    return {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}


# --- backup


def backup(settings: Settings) -> Iterator[Finding]:
    """Whether every visit of former days stands in a backup too."""
    kept = backups(settings)
    if kept is None:
        yield good("backup", "backup_on_server")
        return
    values = {"folder": str(kept.folder), "records": str(kept.records)}
    if not kept.records.exists():
        yield good("backup", "backup_nothing_yet", **values)
        return
    latest = kept.latest()
    try:
        missed = _oldest_visit_after(kept.records, latest)
    except (RecordsError, ValueError):
        yield not_checked("backup", "database")
        return
    values["latest"] = clock.shown(latest) if latest else "–"
    if missed is not None and clock.now() - missed > BACKUP_DUE:
        values["since"] = f"{missed.astimezone(clock.VIETNAM):%d/%m/%Y}"
        yield bad("backup", "backup_late", "advice_backup_late", **values)
    elif latest is None:
        yield good("backup", "backup_not_due", **values)
    else:
        yield good("backup", "backup_fine", **values, count=str(len(kept.all())))


def _oldest_visit_after(records: Path, moment: datetime | None) -> datetime | None:
    """When the first visit that came after `moment` was made; of all visits where it is None.

    A backup's name has whole seconds: what was made in that second stands in it. Raises RecordsError.
    """
    from kiosk.visits.database import plain_errors
    from kiosk.visits.encryption.connection import connect

    after = moment + timedelta(seconds=1) if moment else datetime.min.replace(tzinfo=UTC)
    with plain_errors(str(records)), closing(connect(records, read_only=True)) as connection:
        rows = connection.execute("SELECT created_at FROM visit WHERE day >= ?", [f"{after.date()}"])
        found = (datetime.fromisoformat(row[0]) for row in rows)
        moments = (each if each.tzinfo else each.replace(tzinfo=UTC) for each in found)
        return min((each for each in moments if each >= after), default=None)


# --- disk


def disk(settings: Settings) -> Iterator[Finding]:
    """Free space, and whether a file can be written; a folder that does not exist yet is not created."""
    folder = settings.data_folder
    values = {"folder": str(folder)}
    try:
        place = existing(folder)
        if not place.is_dir():
            yield bad("disk", "disk_no_folder", "advice_disk_no_folder", **values, place=str(place))
            return
        free = shutil.disk_usage(place).free
        values["free"] = in_units(free)
        with tempfile.TemporaryFile(dir=place, prefix=".kiosk-doctor-") as file:
            file.write(b"\0" * 4096)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        full = error.errno in {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
        code = "disk_full" if full else "disk_not_writable"
        yield bad("disk", code, f"advice_{code}", what=error.strerror or type(error).__name__, **values)
        return
    except ValueError:  # a NUL in the path
        yield bad("disk", "disk_no_folder", "advice_disk_no_folder", **values, place=repr(str(folder)))
        return
    if free < LEAST_FREE_BYTES:
        yield bad("disk", "disk_little", "advice_disk_full", **values, least=in_units(LEAST_FREE_BYTES))
    else:
        yield good("disk", "disk_fine", **values)
