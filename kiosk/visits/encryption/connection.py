"""The one place where SQLite files are opened, all by SQLCipher, whether they are encrypted or not.

Python's own ``sqlite3`` must not open them: two SQLite libraries in one process do not know of each other's
locks. For the same reason no such file is read by other means while it may be open (POSIX lets go of all
locks of a process with the first handle that is closed); whether it is encrypted, the library finds out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from kiosk.errors import RecordsError
from kiosk.visits.encryption.key import StoreKey, find_key

Connection = Any
"""A DB-API connection of sqlcipher3, which is made like those of sqlite3 and has no types."""

SqliteError: type[Exception] = dbapi2.Error
"""What sqlcipher3 raises: no kin of sqlite3.Error."""

OperationalError: type[Exception] = dbapi2.OperationalError

DRIVER = dbapi2
"""The module, for SQLAlchemy."""

LOCK_TIMEOUT_SECONDS = 15.0
"""How long one desk waits for another one's transaction, which takes milliseconds when all is well."""

_PAGE_BYTES = 4096


def connect(
    file: Path, *, key_of: Path | None = None, read_only: bool = False, timeout: float | None = None
) -> Connection:
    """Open a file that is there, encrypted or not, with the key of its folder; never makes or converts one.

    `key_of` names the records whose key it has when it lies elsewhere, as backups do. The connection begins
    no transaction by itself. Raises RecordsError about the key; SqliteError, of which SQLITE_NOTADB says that
    the file is damaged or has another key.
    """
    folder = (key_of or file).absolute().parent
    key = find_key(folder)
    if key is None and looks_encrypted(file) and not is_plain(file, timeout):
        key = find_key(folder)  # somebody may have encrypted it meanwhile
        if key is None:
            raise RecordsError("records_key_missing", "no note", place=str(folder), store="?")
    if key is not None and not opens_with(file, key, timeout):
        key = None
    return opened(file, key, read_only=read_only, timeout=timeout)


def is_plain(file: Path, timeout: float | None = None) -> bool:
    """Whether the file is a database that is not encrypted."""
    return _reads(file, None, timeout)


def opens_with(file: Path, key: StoreKey, timeout: float | None = None) -> bool:
    """False for a plain one. Raises SqliteError for one that is damaged or has another key."""
    if _reads(file, key, timeout):
        return True
    if is_plain(file, timeout):
        return False
    opened(file, key, read_only=True, timeout=timeout).close()  # somebody encrypted it between the two looks
    return True


def _reads(file: Path, key: StoreKey | None, timeout: float | None) -> bool:
    """Looks read-only: SQLite would tidy away the journal of a file that it does not understand."""
    try:
        opened(file, key, read_only=True, timeout=timeout).close()
    except dbapi2.DatabaseError as error:
        if not is_no_database(error):
            raise
        return False
    return True


def opened(
    file: Path, key: StoreKey | None, *, read_only: bool = False, timeout: float | None = None
) -> Connection:
    """The file with this key, or read as it stands where that is None; one page of it was read."""
    address = f"{file.absolute().as_uri()}?mode={'ro' if read_only else 'rw'}"
    connection = dbapi2.connect(
        address,
        uri=True,
        timeout=LOCK_TIMEOUT_SECONDS if timeout is None else timeout,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        connection.execute("PRAGMA cipher_log_level=NONE")  # it writes to standard error
        if key is not None:
            connection.execute(f'PRAGMA key = "{literal(key)}"')
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def literal(key: StoreKey | None) -> str:
    """As SQLCipher takes a key that needs no stretching (PRAGMA key, ATTACH … KEY); empty: not encrypted."""
    return "" if key is None else f"x'{key.hex}'"


def is_encrypted(connection: Connection) -> bool:
    """Whether what is written through it is encrypted."""
    return str(connection.execute("PRAGMA cipher_status").fetchone()[0]) == "1"


def attach(connection: Connection, file: Path, name: str) -> None:
    """Attach another file of the same folder under a name, with its key. Raises like `connect`."""
    other = connect(file, read_only=True)
    try:
        key = find_key(file.absolute().parent) if is_encrypted(other) else None
    finally:
        other.close()
    connection.execute(f"ATTACH DATABASE ? AS {name} KEY ?", (str(file), literal(key)))


def is_no_database(error: Exception) -> bool:
    return getattr(error, "sqlite_errorname", "") == "SQLITE_NOTADB"


def is_held(error: Exception) -> bool:
    """Whether another connection holds what was asked for."""
    return getattr(error, "sqlite_errorname", "") in {"SQLITE_BUSY", "SQLITE_LOCKED"}


def looks_encrypted(file: Path) -> bool:
    """Whether a file that is no plain database may be an encrypted one: whole pages, at least one."""
    try:
        size = file.stat().st_size
    except OSError:
        return False
    return size > 0 and size % _PAGE_BYTES == 0
