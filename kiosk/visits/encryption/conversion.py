"""A file from before there was encryption becomes an encrypted one, or stays whole as it was.

It is copied (``sqlcipher_export``) beside itself while nobody else can have it open, the copy is
compared and put on the disk, and then takes the file's name in one step. Until that step the old file is
complete. Who opened the old file before that step and writes after it would write into a file without a name
(Linux): so triggers refuse every change to the old one before it loses its name.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from kiosk.errors import RecordsError, UsageError
from kiosk.visits.encryption.connection import (
    Connection,
    SqliteError,
    connect,
    is_encrypted,
    is_held,
    is_no_database,
    is_plain,
    literal,
    looks_encrypted,
    opened,
    opens_with,
)
from kiosk.visits.encryption.key import (
    KeyNote,
    StoreKey,
    find_key,
    keep_key,
    make_key,
    one_at_a_time,
    read_note,
)
from kiosk.visits.encryption.places import sync_folder

_log = logging.getLogger(__name__)

_MOVED = "kiosk_moved_"
_TABLES = r"SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'"
_SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"


@contextmanager
def ready_to_open(file: Path, place: str) -> Iterator[StoreKey | None]:
    """The key to open a store with, which is encrypted first where it was not; None: it stays as it was.

    It stays so while another process has it open, or there is no room; the next opening tries again. A file
    with nothing in it is encrypted from its first byte, with a new key where the folder has none: `place`
    says where that is kept (the setting ``records.key``). Open it inside: until then nobody converts it.
    Raises RecordsError about the key, SqliteError.
    """
    folder = file.absolute().parent
    key = find_key(folder)
    if key is not None and _opens_at_once(file, key):
        yield key
        return
    with _alone(folder):
        yield _settled(file, folder, find_key(folder), place)


def _settled(file: Path, folder: Path, key: StoreKey | None, place: str) -> StoreKey | None:
    if key is not None and opens_with(file, key):
        return key
    empty = file.stat().st_size == 0
    if key is None:
        if not looks_encrypted(file):  # a damaged one gets no key
            opened(file, None, read_only=True).close()
        _refuse_second_key(folder)
        try:
            key = make_key(folder, place)
        except (OSError, RecordsError) as error:
            if empty:
                raise
            _log.warning("%s is not encrypted: no key could be kept (%s)", file, type(error).__name__)
            return None
    if empty:
        return key
    _encrypt(file, key)
    return key if opens_with(file, key) else None


def _opens_at_once(file: Path, key: StoreKey) -> bool:
    try:
        return opens_with(file, key, timeout=1.0)
    except SqliteError as error:
        if not is_held(error):
            raise
        return False  # perhaps somebody encrypts it just now, which takes a while


def _refuse_second_key(folder: Path) -> None:
    """Raises RecordsError ``records_key_missing`` where something may be encrypted already."""
    for file in sorted(folder.glob("*.sqlite3")):
        if looks_encrypted(file) and not is_plain(file):
            raise RecordsError("records_key_missing", f"{file.name} has one", place=str(folder), store="?")


def take_key(folder: Path, key: StoreKey, place: str, *, given: bool, at: datetime) -> KeyNote:
    """Keep the key of a recovery sheet for the records in a folder, or for those that a backup will bring.

    It goes where the former was kept, where that is known and `place` was not `given`. Raises UsageError
    ``recovery_other`` when it does not open what is there, RecordsError, OSError.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(folder):
        try:
            note = read_note(folder)
        except RecordsError:  # mended by this
            note = None
        encrypted = [file for file in folder.glob("*.sqlite3") if file.stat().st_size and not is_plain(file)]
        fits = [each for each in encrypted if _fits(each, key)]
        other = note is not None and note.check != key.check
        if (encrypted and not fits) or (other and not encrypted):
            raise UsageError("recovery_other", folder=str(folder))
        kept = place if given or note is None else note.kept
        return keep_key(folder, key, kept, recovery_sheet_at=at)


def _fits(file: Path, key: StoreKey) -> bool:
    try:
        return opens_with(file, key)
    except SqliteError as error:
        if not is_no_database(error):
            raise
        return False


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    try:
        waiting = one_at_a_time(folder)
        waiting.__enter__()
    except OSError as error:  # a folder that cannot be written to; then nobody converts anything there
        _log.warning("no lock in %s: %s", folder, error.strerror)
        yield
        return
    try:
        yield
    finally:
        waiting.__exit__(None, None, None)


def encrypt_copy(source: Connection, made: Path, key: StoreKey | None) -> None:
    """All that `source` shows at one moment, into an empty file with this key. Raises SqliteError."""
    source.execute("ATTACH DATABASE ? AS encrypted KEY ?", (str(made), literal(key)))
    try:
        source.execute("BEGIN")
        source.execute("SELECT sqlcipher_export('encrypted')").fetchone()
        source.execute("COMMIT")
    except BaseException:
        if source.in_transaction:
            source.execute("ROLLBACK")
        raise
    finally:
        source.execute("DETACH DATABASE encrypted")


def _encrypt(file: Path, key: StoreKey) -> None:
    """Whatever goes wrong, there is one whole file that can be used, encrypted or not."""
    for left in file.parent.glob(f".{file.name}.*.encrypting*"):  # of a process that was killed
        with suppress(OSError):
            left.unlink()
    made = file.with_name(f".{file.name}.{os.getpid()}.encrypting")
    try:
        done = _exchanged(file, made, key)
    except (SqliteError, OSError) as error:
        if isinstance(error, SqliteError) and is_no_database(error):
            raise
        _log.warning("%s stays as it was: %s", file, getattr(error, "sqlite_errorname", type(error).__name__))
        done = False
    finally:
        for part in (made, *(made.with_name(made.name + side) for side in ("-wal", "-shm", "-journal"))):
            with suppress(OSError):
                part.unlink(missing_ok=True)
    if not done:
        _admit_changes(file)


def _exchanged(file: Path, made: Path, key: StoreKey) -> bool:
    with closing(opened(file, None, timeout=0)) as plain:
        plain.execute("PRAGMA synchronous=FULL")
        plain.execute("PRAGMA locking_mode=EXCLUSIVE")  # what it locks stays locked until it closes
        if not _is_alone(plain):
            return False
        for name in _triggers(plain):  # of a process that was killed
            plain.execute(f'DROP TRIGGER "{name}"')
        os.close(os.open(made, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        encrypt_copy(plain, made, key)
        with closing(opened(made, key)) as copy:
            if not _is_same(plain, copy):
                _log.error("the encrypted copy of %s differs from it", file)
                return False
        with made.open("rb+") as written:
            os.fsync(written.fileno())
        _refuse_changes(plain)
    made.replace(file)  # Windows: fails when somebody opened it in between, and it stays as it was
    sync_folder(file.parent)
    return True


def _is_alone(plain: Connection) -> bool:
    try:
        if plain.execute("PRAGMA journal_mode=DELETE").fetchone()[0] != "delete":
            return False
        plain.execute("BEGIN EXCLUSIVE")
        plain.execute("COMMIT")
    except SqliteError as error:
        if not is_held(error):
            raise
        return False
    return True


def _is_same(plain: Connection, copy: Connection) -> bool:
    if plain.execute(_SCHEMA).fetchall() != copy.execute(_SCHEMA).fetchall():
        return False
    tables = [row[0] for row in plain.execute(_TABLES)]
    counts = [f'SELECT count(*) FROM "{name}"' for name in tables]  # noqa: S608  names of our own tables
    return (
        is_encrypted(copy)
        and all(plain.execute(count).fetchone() == copy.execute(count).fetchone() for count in counts)
        and copy.execute("PRAGMA cipher_integrity_check").fetchone() is None
        and copy.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
    )


def _triggers(plain: Connection) -> list[str]:
    named = plain.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    return [row[0] for row in named if row[0].startswith(_MOVED)]


def _refuse_changes(plain: Connection) -> None:
    plain.execute("BEGIN IMMEDIATE")
    for number, (table,) in enumerate(plain.execute(_TABLES).fetchall()):
        for change in ("INSERT", "UPDATE", "DELETE"):
            plain.execute(
                f'CREATE TRIGGER {_MOVED}{number}_{change.lower()} BEFORE {change} ON "{table}"'
                " BEGIN SELECT RAISE(ABORT, 'the records were encrypted: start the program again'); END"
            )
    plain.execute("COMMIT")


def _admit_changes(file: Path) -> None:
    """Take the triggers away again where the exchange did not happen after all."""
    with closing(connect(file)) as plain:
        if is_encrypted(plain) or not _triggers(plain):
            return
        plain.execute("BEGIN IMMEDIATE")
        for name in _triggers(plain):
            plain.execute(f'DROP TRIGGER "{name}"')
        plain.execute("COMMIT")
