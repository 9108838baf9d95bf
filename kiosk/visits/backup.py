"""Copies of the records in an SQLite file: made while desks work, checked, kept for some days, put back.

A copy is one consistent moment (SQLite's backup interface), a single file that only this user may read, and
appears under its name only when it is whole and has been checked. PostgreSQL has its own tools.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path

from kiosk import clock
from kiosk.errors import RecordsError, UsageError
from kiosk.visits import audit_restore
from kiosk.visits.database import Database, plain_errors, sqlite_url
from kiosk.visits.encryption.connection import (
    Connection,
    SqliteError,
    attach,
    connect,
    is_encrypted,
    is_no_database,
    is_plain,
    looks_encrypted,
)
from kiosk.visits.encryption.conversion import encrypt_copy
from kiosk.visits.encryption.key import AUTO, find_key
from kiosk.visits.encryption.places import sync_folder
from kiosk.visits.retention import restoring
from kiosk.visits.schema import HEAD

_STAMP = "%Y%m%d-%H%M%S"
_SUFFIX = ".sqlite3"
_MOST_PROBLEMS = 20
_OF_THE_RECORDS = {"records_damaged", "records_locked"}
_LEFT_BEHIND_SECONDS = 3600.0
_SIDE_FILES = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look at a records file came to. Numbers are None where they cannot be read."""

    file: Path
    exists: bool
    problems: tuple[str, ...] = ()  # SQLite's words, for technicians; they name tables, never people
    schema: str | None = None
    newer: bool = False  # written by a newer version of the program
    visits: int | None = None
    owed: int | None = None
    bytes: int = 0
    encrypted: bool | None = None

    @property
    def ok(self) -> bool:
        return not self.problems and not self.newer


@dataclass(frozen=True, slots=True)
class Restored:
    """What putting a backup back came to."""

    former: Path | None  # the records as they were; None when there were none
    visits: int
    left_behind: int | None  # visits of the former records that the backup lacks; None: cannot be read
    audit_lost: int = 0  # entries of the audit log that were there and could not be kept


class Backups:
    """The daily backups of one records file in a folder, which other machines may use too."""

    def __init__(self, records: Path, folder: Path, keep: int) -> None:
        self.records = records
        self.folder = folder
        self._keep = keep
        machine = re.sub(r"[^0-9A-Za-z]+", "-", platform.node()).strip("-") or "kiosk"
        self._stem = f"{records.stem}-{records.parent.name if records.parent.name == 'training' else machine}"
        self._name = re.compile(re.escape(self._stem) + r"-(\d{8}-\d{6})" + re.escape(_SUFFIX))

    def all(self) -> list[tuple[datetime, Path]]:
        """Newest first. Files with other names are nobody's business here."""
        found = []
        with suppress(OSError):
            for file in self.folder.iterdir():
                named = self._name.fullmatch(file.name)
                with suppress(ValueError):
                    if named:
                        made_at = datetime.strptime(named[1], _STAMP).replace(tzinfo=clock.VIETNAM)
                        found.append((made_at, file))
        return sorted(found, reverse=True)

    def latest(self) -> datetime | None:
        return next((made_at for made_at, _ in self.all()), None)

    def make_daily(self, today: date) -> Path | None:
        """Make today's backup; None when it is there, or when there is nothing to back up."""
        if any(made_at.date() == today for made_at, _ in self.all()) or not self.records.exists():
            return None
        return self.make()

    def make(self) -> Path:
        """Make a backup now, and let go of the oldest beyond those that are kept. Raises RecordsError."""
        made = back_up(self.records, self.folder / f"{self._stem}-{clock.now():{_STAMP}}{_SUFFIX}")
        for _, file in self.all()[self._keep :]:
            with suppress(OSError):
                file.unlink()
        for part in self.folder.glob(f".{self._stem}-*.part*"):  # of a process that was killed
            with suppress(OSError):
                if time.time() - part.stat().st_mtime > _LEFT_BEHIND_SECONDS:
                    part.unlink()
        with suppress(RecordsError):
            self._encrypt_old()
        return made

    def _encrypt_old(self) -> None:
        """Backups from before there was encryption; one that cannot be is told by the doctor."""
        for _, file in self.all():
            with plain_errors(str(file)):
                plain = is_plain(file)
            if plain and find_key(self.records.absolute().parent) is not None:
                _replaced_by(file, partial(_copy, file, records=self.records))


def back_up(records: Path, target: Path) -> Path:
    """Copy the records while they are used; `target` is replaced when the copy is whole and sound.

    Raises RecordsError (``records_missing``, ``backup_write`` …) or UsageError ``backup_target``.
    """
    if not records.exists():
        raise RecordsError("records_missing", place=str(records))
    _refuse_target(records, target)
    _replaced_by(target, lambda part: _copy(records, part, records))
    return target


def _replaced_by(target: Path, write: Callable[[Path], None]) -> None:
    """`write` gets an empty file, which takes the name of `target` when it is written."""
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with _explained(target):
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            part.unlink(missing_ok=True)
            os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        write(part)
        with _explained(target):
            part.replace(target)
            sync_folder(target.parent)
    finally:
        for file in (part, *_sides(part)):
            with suppress(OSError):
                file.unlink(missing_ok=True)


def restore(source: Path, records: Path, *, key_place: str = AUTO) -> Restored:
    """Put a backup in the place of the records, which are kept beside it under another name.

    No desk may be open. Queue numbers go on after the highest that was given today. Raises RecordsError, also
    ``records_in_use``; until the last step nothing has changed. `key_place` is where a new key is kept when
    the records have none (the setting ``records.key``).
    """
    _refuse_source(source, records)
    made = records.with_name(f".{records.name}.{os.getpid()}.restored")
    stamp = f"{clock.now():{_STAMP}}"
    try:
        with _explained(records):
            records.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _copy_new(source, made, records)
        Database.open(
            sqlite_url(made), key_place=key_place
        ).close()  # brings an old backup to the present schema
        _single_file(made)
        former, left_behind = None, None
        if records.exists():
            sound = _take_alone(records)
            if sound:
                left_behind = _carry_over(records, made)
            former = records.with_name(f"{records.name}.before-restore-{stamp}")
            with _explained(records):
                _keep_as(records, former)
        _let_go_again(made)
        with _explained(records):
            for side in _sides(records):  # a journal belongs to the file it was written for
                side.unlink(missing_ok=True)
            made.replace(records)
            sync_folder(records.parent)
    finally:
        for file in (made, *_sides(made)):
            with suppress(OSError):
                file.unlink(missing_ok=True)
    lost = audit_restore.rewind_anchor(records)
    return Restored(former, check(records).visits or 0, left_behind, lost)


def check(file: Path, *, thorough: bool = True, key_of: Path | None = None) -> Checked:
    """Whether the file is whole. Reads only; raises nothing that a file can cause, but RecordsError
    ``records_locked`` and those about the key. `key_of` names the records that it is a backup of.
    """
    if not file.exists():
        return Checked(file, exists=False)
    size = sum(each.stat().st_size for each in (file, *_sides(file)) if each.exists())
    try:
        with plain_errors(str(file)), closing(_open(file, key_of)) as connection:
            encrypted = is_encrypted(connection)
            pragma = "integrity_check" if thorough else "quick_check"
            problems = [str(row[0]) for row in connection.execute(f"PRAGMA {pragma}({_MOST_PROBLEMS})")]
            if problems == ["ok"]:
                problems = [*_forged(connection), *_dangling(connection)] if thorough else []
            schema, visits, owed = _numbers(connection)
    except RecordsError as error:
        if error.code == "records_locked" or error.code.startswith("records_key"):
            raise
        return Checked(file, exists=True, problems=(error.detail,), bytes=size)
    if schema is None:
        problems.append("no schema of the kiosk in it")
    newer = schema is not None and schema > HEAD
    return Checked(file, True, tuple(problems), schema, newer, visits, owed, size, encrypted)


def _numbers(connection: Connection) -> tuple[str | None, int | None, int | None]:
    """Schema, visits, owed look-ups."""
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {"alembic_version", "visit", "owed_lookup"} <= tables:
        return None, None, None
    version = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    visits = connection.execute("SELECT count(*) FROM visit").fetchone()[0]
    owed = connection.execute("SELECT count(*) FROM owed_lookup").fetchone()[0]
    return (str(version[0]) if version else None), visits, owed


def _forged(connection: Connection) -> list[str]:
    """Pages whose authentication code is not that of their content, also those that nothing refers to."""
    return [str(row[0]) for row in connection.execute("PRAGMA cipher_integrity_check")][:_MOST_PROBLEMS]


def _dangling(connection: Connection) -> list[str]:
    rows = connection.execute("PRAGMA foreign_key_check").fetchmany(_MOST_PROBLEMS)
    return [f"{row[0]} row {row[1]} refers to a row of {row[2]} that is not there" for row in rows]


def _open(file: Path, key_of: Path | None = None) -> Connection:
    """An existing file; never makes one."""
    connection = connect(file, key_of=key_of)
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def _copy(source: Path, part: Path, records: Path) -> None:
    """All pages of one moment into an empty file, with the key of `records`, checked and on the disk."""
    try:
        with (
            plain_errors(str(source)),
            closing(_open(source, records)) as read,
            closing(_open(part, records)) as copy,
        ):
            if is_encrypted(read) == is_encrypted(copy):
                read.backup(copy)
            else:
                encrypt_copy(read, part, find_key(records.absolute().parent))
            copy.execute("PRAGMA journal_mode=DELETE")  # a single file
            sound = copy.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
    except RecordsError as error:
        if error.code in _OF_THE_RECORDS or error.code.startswith("records_key"):
            raise
        raise RecordsError("backup_write", error.detail, place=str(part.parent), why=error.detail) from None
    if not sound:
        raise RecordsError("records_damaged", "quick_check of the copy", place=str(source))


def _copy_new(source: Path, made: Path, records: Path) -> None:
    with _explained(made):
        made.unlink(missing_ok=True)
        os.close(os.open(made, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    _copy(source, made, records)


def _single_file(file: Path) -> None:
    with plain_errors(str(file)), closing(_open(file)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def _take_alone(records: Path) -> bool:
    """Whether the records are sound, and now a single file that nobody has open."""
    try:
        with plain_errors(str(records)), closing(_open(records)) as connection:
            connection.execute("PRAGMA busy_timeout=2000")
            connection.execute("PRAGMA journal_mode=DELETE")  # refused while anybody else has it open
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
            return bool(_numbers(connection)[0])
    except RecordsError as error:
        if error.code == "records_locked":
            raise RecordsError("records_in_use", error.detail, place=str(records)) from None
        return False


def _carry_over(records: Path, made: Path) -> int | None:
    """Let queue numbers and the audit log go on where the former records were; how many of their visits the
    backup lacks."""
    try:
        with plain_errors(str(made)), closing(_open(made)) as connection:
            attach(connection, records, "former")
            connection.execute(
                "INSERT INTO queue_counter (mode, facility, day, last_number)"
                " SELECT mode, facility, day, last_number FROM former.queue_counter WHERE true"
                " ON CONFLICT (mode, facility, day) DO UPDATE"
                " SET last_number = max(last_number, excluded.last_number)"
            )
            with suppress(SqliteError):  # former records from before there was a log
                connection.execute("BEGIN")
                audit_restore.carry_over(connection)
                restoring.carry_over(connection)
                connection.execute("COMMIT")
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            missing: int = connection.execute(
                "SELECT count(*) FROM former.visit WHERE visit_id NOT IN (SELECT visit_id FROM main.visit)"
            ).fetchone()[0]
            return missing
    except RecordsError:  # too old or damaged for that
        return None


def _let_go_again(made: Path) -> None:
    """What was deleted since the backup was made is not brought back by it."""
    with closing(Database.open(sqlite_url(made))) as database:
        restoring.let_go_again(database)
    _single_file(made)


def _keep_as(records: Path, former: Path) -> None:
    """The same file under a second name, with what SQLite keeps beside it."""
    for file in (records, *_sides(records)):
        if file.exists():
            kept = former.with_name(former.name + file.name.removeprefix(records.name))
            try:
                os.link(file, kept)
            except OSError:  # a file system without links
                shutil.copy2(file, kept)
                with kept.open("rb+") as copied:
                    os.fsync(copied.fileno())


def _refuse_target(records: Path, target: Path) -> None:
    """A backup replaces an older one, but neither the records nor anything else."""
    try:
        taken = target.exists()
        if not taken:
            return
        other = not target.is_file() or target.samefile(records) or not _is_backup(target, records)
    except (OSError, ValueError) as error:
        raise RecordsError("backup_write", type(error).__name__, place=str(target), why=str(error)) from None
    if other:
        raise UsageError("backup_target", file=str(target))


def _refuse_source(source: Path, records: Path) -> None:
    if not source.is_file():
        raise UsageError("backup_missing", file=str(source))
    if records.exists() and source.samefile(records):
        raise UsageError("backup_is_records", file=str(source))
    checked = check(source, key_of=records)
    if checked.newer:
        raise RecordsError("records_newer", f"schema {checked.schema}, known up to {HEAD}", place=str(source))
    if not checked.ok and checked.encrypted is None and looks_encrypted(source):
        raise RecordsError("backup_other_key", "; ".join(checked.problems), file=str(source))
    if not checked.ok:
        raise RecordsError("backup_damaged", "; ".join(checked.problems), file=str(source))


def _is_backup(file: Path, records: Path) -> bool:
    try:
        connect(file, key_of=records, read_only=True).close()
    except SqliteError as error:
        if not is_no_database(error):
            raise RecordsError("backup_write", str(error), place=str(file), why=str(error)) from None
        return False
    return True


def _sides(file: Path) -> tuple[Path, ...]:
    return tuple(file.with_name(file.name + side) for side in _SIDE_FILES)


@contextmanager
def _explained(place: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise RecordsError("backup_write", type(error).__name__, place=str(place), why=why) from None


__all__ = ["Backups", "Checked", "Restored", "back_up", "check", "restore"]
