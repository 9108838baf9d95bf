"""How SQLite and PostgreSQL are opened, brought to the newest schema, and what their errors mean.

Rules that everything else relies on (docs/decisions/0006-records.md):

- SQLite: WAL, ``synchronous=FULL``, and every writing transaction takes the write lock when it begins, so it
  never fails half-way because another process wrote in between.
- PostgreSQL: no wait is without an end. A server that hangs is given up after ANSWER_TIMEOUT_SECONDS, and it
  gives up a desk that hangs, so that nobody holds the counter of queue numbers.
- The schema is looked at first; Alembic is only imported when there is something to migrate.
- Only RecordsError leaves this module, and its detail never holds a value of a row.
"""

from __future__ import annotations

import errno
import json
import math
import os
import random
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import DBAPIError, DisconnectionError, SQLAlchemyError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from kiosk.errors import RecordsError
from kiosk.visits.encryption import connection as sqlite
from kiosk.visits.encryption.connection import SqliteError
from kiosk.visits.encryption.conversion import ready_to_open
from kiosk.visits.encryption.key import AUTO
from kiosk.visits.schema import HEAD

POOL_TIMEOUT_SECONDS = 30.0
"""How long a thread waits for one of the connections."""

CONNECT_TIMEOUT_SECONDS = 3
"""How long a PostgreSQL server may take to let a desk in, for each address that the URL names."""

ANSWER_TIMEOUT_SECONDS = 5.0
"""How long a transaction on PostgreSQL may take; milliseconds when all is well."""

_PING_TIMEOUT_SECONDS = 2.0
_IDLE_SECONDS = 1.0
_TICK_SECONDS = 0.1
_MIGRATION_TIMEOUT_SECONDS = 300.0

# The server ends a statement, a wait or a desk that fell silent a little before the desk itself gives up: so
# the answer says why, and no lock is held for a desk whose line is cut.
_POSTGRESQL_SESSION = """
    SET TIME ZONE 'UTC';
    SET statement_timeout = '4s';
    SET lock_timeout = '3s';
    SET idle_in_transaction_session_timeout = '4s';
    SET tcp_keepalives_idle = 10;
    SET tcp_keepalives_interval = 3;
    SET tcp_keepalives_count = 3
"""
_LITTLE_SPACE = 256 * 1024  # bytes; SQLite's journal index alone takes 32 KiB
_MIGRATION_LOCK = 0x4B494F534B  # "KIOSK", for PostgreSQL's advisory locks

_SQLITE_CODES = {
    "BUSY": "records_locked",
    "LOCKED": "records_locked",
    "PROTOCOL": "records_locked",
    "READONLY": "records_read_only",
    "PERM": "records_read_only",
    "FULL": "records_disk_full",
    "NOTADB": "records_damaged",
    "CORRUPT": "records_damaged",
    "CANTOPEN": "records_folder",
    "IOERR": "records_disk",
}
"""Part of SQLite's result name (``SQLITE_IOERR_WRITE`` -> ``IOERR``) -> our code."""

_POSTGRESQL_CODES = {
    "08": "records_unreachable",  # connection
    "28": "records_unreachable",  # account refused
    "3D": "records_unreachable",  # no such database
    "57": "records_unreachable",  # server stops or starts, or is too slow (57014)
    "53300": "records_unreachable",  # too many connections
    "25P03": "records_unreachable",  # the desk was silent for too long
    "5310": "records_disk_full",
    "55P03": "records_locked",  # lock time-out
    "40": "records_locked",  # deadlock, serialisation
    "25006": "records_read_only",
    "42501": "records_read_only",  # no right to write
    "XX001": "records_damaged",
    "XX002": "records_damaged",
}
"""Beginning of an SQLSTATE -> our code."""


def sqlite_url(file: Path) -> str:
    """The address of an SQLite file; a path may hold characters that mean something in a URL."""
    return URL.create("sqlite", database=str(file)).render_as_string(hide_password=False)


def sqlite_file(address: str) -> Path | None:
    """The file that an SQLAlchemy URL names; None for a server. Raises RecordsError ``records_address``."""
    url = _checked_url(address)
    return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None


class Database:
    """An open database at the newest schema. Safe to use from several threads."""

    def __init__(self, engine: Engine, place: str) -> None:
        on_server = engine.dialect.name == "postgresql"  # where BEGIN and ROLLBACK are two more ways there
        self._reader = engine.execution_options(isolation_level="AUTOCOMMIT") if on_server else engine
        self._writer = engine.execution_options(kiosk_writes=True)
        self._place = place

    @classmethod
    def open(cls, address: str, *, key_place: str = AUTO) -> Database:
        """Open the database at an SQLAlchemy URL; create, encrypt and migrate it where needed.

        `key_place` is where the key of a new file is kept (the setting ``records.key``). Raises RecordsError.
        """
        url = _checked_url(address)
        if url.get_backend_name() == "sqlite":
            database = cls._open_file(Path(str(url.database)), key_place)
        else:
            database = cls(_postgresql_engine(url), f"{url.host or 'localhost'}/{url.database or ''}")
        try:
            database._bring_to_head()
        except BaseException:
            database.close()
            raise
        return database

    @classmethod
    def _open_file(cls, file: Path, key_place: str) -> Database:
        _create_file(file)
        try:
            with plain_errors(str(file)), ready_to_open(file, key_place) as key:
                database = cls(sqlite_engine(file, lambda: sqlite.opened(file, key)), str(file))
                try:
                    _switch_to_wal(database._reader)  # from here on nobody encrypts a file that is not
                except BaseException:
                    database.close()
                    raise
        except OSError as error:
            raise _of_the_disk(error, file) from None
        return database

    def close(self) -> None:
        self._reader.dispose()

    @property
    def dialect(self) -> str:
        return self._reader.dialect.name

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with (
            plain_errors(self._place),
            self._reader.connect() as connection,
            _answered_within(ANSWER_TIMEOUT_SECONDS, connection),
        ):
            yield connection
            connection.rollback()  # here and not on the way back to the pool, where nobody looks at the clock

    @contextmanager
    def write(self, seconds: float | None = None) -> Iterator[Connection]:
        """One transaction: all of it is on the disk afterwards, or nothing.

        On PostgreSQL it may take `seconds` (ANSWER_TIMEOUT_SECONDS). When the connection is lost in the
        middle, nobody knows which of the two it is: look again.
        """
        with (
            plain_errors(self._place),
            self._writer.connect() as connection,
            _answered_within(seconds or ANSWER_TIMEOUT_SECONDS, connection),
            connection.begin(),
        ):
            yield connection

    def empty_wal(self) -> bool:
        """SQLite: bring the WAL, which still holds pages as they were, into the file and cut it to nothing.

        Waits for nobody: False while another connection reads or writes. A server looks after its own.
        """
        if self.dialect != "sqlite":
            return True
        with self._alone("PRAGMA busy_timeout=0", "PRAGMA wal_checkpoint(TRUNCATE)") as rows:
            return not rows or not rows[0][0]

    def compact(self) -> None:
        """SQLite: write the file anew, without free pages. Nobody can write meanwhile."""
        if self.dialect == "sqlite":
            with self._alone("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                pass

    @contextmanager
    def _alone(self, *statements: str) -> Iterator[list[Any]]:
        """Statements that stand outside of every transaction; the rows of the last."""
        with plain_errors(self._place):
            pooled = self._writer.raw_connection()
            try:
                connection: sqlite.Connection = pooled.driver_connection
                rows: list[Any] = []
                for statement in statements:
                    rows = connection.execute(statement).fetchall()
                yield rows
            finally:
                connection.execute(f"PRAGMA busy_timeout={sqlite.LOCK_TIMEOUT_SECONDS * 1000:.0f}")
                pooled.close()

    @classmethod
    def as_it_is(cls, address: str) -> Database | None:
        """What is there at the newest schema, else None. Creates and migrates nothing."""
        url = _checked_url(address)
        file = Path(str(url.database)) if url.get_backend_name() == "sqlite" else None
        if file is not None and not file.exists():
            return None
        if file is None:
            engine = _postgresql_engine(url)
        else:
            engine = sqlite_engine(file, partial(sqlite.connect, file))
        database = cls(engine, str(file or url.host or "localhost"))
        try:
            with database.read() as connection:
                current = _version(connection) == HEAD
        except BaseException:
            database.close()
            raise
        if not current:
            database.close()
        return database if current else None

    def _bring_to_head(self) -> None:
        with self.read() as connection:
            if _version(connection) == HEAD:
                return
        with self.write(_MIGRATION_TIMEOUT_SECONDS) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(
                    text(
                        "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0;"
                        " SET LOCAL idle_in_transaction_session_timeout = 0"
                    )
                )
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            version = _version(connection)  # again: another process may have been faster
            if version != HEAD:
                _migrate(connection, version, self._place)


def _checked_url(address: str) -> URL:
    try:
        url = make_url(address)
        backend = url.get_backend_name()
    except (SQLAlchemyError, ValueError):  # ValueError: a port that is no number
        raise RecordsError("records_address", "not an SQLAlchemy URL") from None
    if backend == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    kept = url.database and not url.database.startswith((":memory:", "file:")) and not url.query
    if backend == "sqlite" and kept:
        return url.set(drivername="sqlite+pysqlite")
    raise RecordsError("records_address", f"not usable for records: {backend}")


def sqlite_engine(file: Path, connect: Callable[[], sqlite.Connection]) -> Engine:
    """For a file that is there; `connect` knows its key."""
    engine = create_engine(
        sqlite_url(file),
        module=sqlite.DRIVER,
        creator=connect,
        pool_timeout=POOL_TIMEOUT_SECONDS,
        json_serializer=_compact_json,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: sqlite.Connection, record: object) -> None:
        del record
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten, here and in indexes

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("kiosk_writes", False):
            _take_write_lock(connection.connection.driver_connection)
        else:
            connection.exec_driver_sql("BEGIN")

    return engine


def _take_write_lock(connection: sqlite.Connection) -> None:
    """BEGIN IMMEDIATE, asking again after a few random milliseconds while another desk writes.

    SQLite's own waiting sleeps ever longer, so under load one desk is passed over by the others for seconds.
    """
    deadline = time.monotonic() + sqlite.LOCK_TIMEOUT_SECONDS
    connection.execute("PRAGMA busy_timeout=0")
    try:
        while not _succeeds(connection, "BEGIN IMMEDIATE", deadline):
            time.sleep(random.uniform(0.0005, 0.004))  # noqa: S311 - no secret
    finally:
        connection.execute(f"PRAGMA busy_timeout={sqlite.LOCK_TIMEOUT_SECONDS * 1000:.0f}")


def _succeeds(connection: sqlite.Connection, statement: str, deadline: float) -> bool:
    """Whether the statement was executed; False while somebody holds the database, until the deadline."""
    try:
        connection.execute(statement)
    except sqlite.OperationalError as error:
        if not sqlite.is_held(error) or time.monotonic() > deadline:
            raise
        return False
    return True


def _postgresql_engine(url: URL) -> Engine:
    defaults = {
        "connect_timeout": CONNECT_TIMEOUT_SECONDS,
        "keepalives_idle": 10,
        "keepalives_interval": 3,
        "keepalives_count": 3,
        "tcp_user_timeout": 5000,  # milliseconds
        "application_name": "bhyt-kiosk",
    }
    engine = create_engine(
        url,
        connect_args={name: value for name, value in defaults.items() if name not in url.query},
        pool_size=2,  # a hundred desks share a server that lets in a hundred connections by default
        max_overflow=4,
        pool_timeout=POOL_TIMEOUT_SECONDS,
        json_serializer=_compact_json,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, record: object) -> None:
        del record
        with _cut_off_after(_PING_TIMEOUT_SECONDS, connection):
            connection.execute(_POSTGRESQL_SESSION)
            connection.commit()

    @event.listens_for(engine, "checkin")
    def _note(connection: Any, record: Any) -> None:
        del connection
        record.info["used"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _look_alive(connection: Any, record: Any, proxy: object) -> None:
        """A connection that lay idle is tried first, as `pool_pre_ping` does, but not for ever."""
        del proxy
        if time.monotonic() - record.info.get("used", math.inf) < _IDLE_SECONDS:
            return
        try:
            with _cut_off_after(_PING_TIMEOUT_SECONDS, connection):
                connection.autocommit = True  # no BEGIN and ROLLBACK around it
                connection.execute("SELECT 1")
                connection.autocommit = False
        except _connection_errors():
            raise DisconnectionError from None

    return engine


def _connection_errors() -> tuple[type[Exception], ...]:
    """What psycopg raises when a connection does not work; imported late, few desks need it."""
    import psycopg

    return (psycopg.OperationalError, psycopg.InterfaceError)


@contextmanager
def _answered_within(seconds: float, connection: Connection) -> Iterator[None]:
    """On PostgreSQL: what waits inside for longer fails as a lost connection does."""
    if connection.dialect.name == "postgresql":
        with _cut_off_after(seconds, connection.connection.driver_connection):
            yield
    else:
        yield


@contextmanager
def _cut_off_after(seconds: float, connection: Any) -> Iterator[None]:
    """Shut the socket of a psycopg connection when what is done inside takes longer.

    Neither libpq nor TCP ends a wait for a machine that takes every byte and answers none: a hung server, a
    firewall that forgot the connection.
    """
    token = _watchdog.begin(time.monotonic() + seconds, connection)
    try:
        yield
    finally:
        _watchdog.end(token)


class _Watchdog:
    """One thread that shuts the connections whose time is over, while there are any to watch.

    A thread for each transaction would cost more than the transaction.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watched: dict[object, tuple[float, Any]] = {}
        self._awake = False

    def begin(self, deadline: float, connection: Any) -> object:
        token = object()
        with self._lock:
            self._watched[token] = (deadline, connection)
            if not self._awake:
                self._awake = True
                threading.Thread(target=self._work, name="records-watchdog", daemon=True).start()
        return token

    def end(self, token: object) -> None:
        with self._lock:  # waits for a connection that is being shut just now
            self._watched.pop(token, None)

    def _work(self) -> None:
        seen = True
        while True:
            time.sleep(_TICK_SECONDS)
            with self._lock:
                if not (seen or self._watched):
                    self._awake = False
                    return
                seen = bool(self._watched)
                now = time.monotonic()
                for token, (deadline, connection) in list(self._watched.items()):
                    if deadline <= now:
                        del self._watched[token]
                        _shut(connection)


_watchdog = _Watchdog()


def _shut(connection: Any) -> None:
    with (
        suppress(OSError, *_connection_errors()),  # closed by itself meanwhile
        socket.fromfd(connection.fileno(), socket.AF_INET, socket.SOCK_STREAM) as line,
    ):
        line.shutdown(socket.SHUT_RDWR)


def _compact_json(value: Any) -> str:
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return written.encode("utf-8", "replace").decode("utf-8")


def _create_file(file: Path) -> None:
    """An empty file that only this user may read (SQLite gives its WAL the same rights), in such a folder.

    The file is never opened when it exists: closing it would drop the locks this process has on it (POSIX).
    """
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        if not file.parent.is_dir() or file.is_dir():
            raise RecordsError("records_folder", "file or folder", place=str(file)) from None
    except OSError as error:
        raise _of_the_disk(error, file) from None
    except ValueError as error:  # a NUL in the path
        raise RecordsError("records_folder", str(error), place=repr(str(file))) from None


def _of_the_disk(error: OSError, file: Path) -> RecordsError:
    full = error.errno in {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}  # no quotas on Windows
    code = "records_disk_full" if full else "records_folder"
    return RecordsError(code, error.strerror or type(error).__name__, place=str(file))


def _switch_to_wal(engine: Engine) -> None:
    """Once in a database's life. SQLite does not wait for other processes here, so this does.

    On a file system without shared memory the mode stays as it is; that is slower, and as durable.
    """
    deadline = time.monotonic() + sqlite.LOCK_TIMEOUT_SECONDS
    pooled = engine.raw_connection()
    try:
        connection: sqlite.Connection = pooled.driver_connection
        if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
            return
        while not _succeeds(connection, "PRAGMA journal_mode=WAL", deadline):
            time.sleep(0.01)
    finally:
        pooled.close()


def _version(connection: Connection) -> str | None:
    """The migration this database stands at; None when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return version


_one_migration_at_a_time = threading.Lock()
"""Alembic keeps what it works on in globals: two databases opened by two threads would mix them up."""


def _migrate(connection: Connection, version: str | None, place: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    folder = Path(__file__).with_name("migrations")
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        raise RecordsError("records_newer", f"schema {version}, known up to {HEAD}", place=place)
    with _one_migration_at_a_time:
        command.upgrade(config, HEAD)


@contextmanager
def plain_errors(place: str) -> Iterator[None]:
    """What the database or its driver raises inside, as a RecordsError about `place`."""
    try:
        yield
    except (SQLAlchemyError, SqliteError) as error:
        if isinstance(error, StatementError) and isinstance(error.orig, ValueError):
            raise error.orig from None  # found before the database was asked: a fault of the program
        raise _explained(error, place) from None


def _explained(error: Exception, place: str) -> RecordsError:
    if isinstance(error, PoolTimeout):
        return RecordsError("records_locked", "no free connection", place=place)
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    if isinstance(cause, SqliteError):
        name = getattr(cause, "sqlite_errorname", "")
        code = _SQLITE_CODES.get(name.split("_")[1] if name else "", "records_failed")
        if code == "records_disk" and _is_full(Path(place)):  # SQLite calls some of that an I/O error
            code = "records_disk_full"
        return RecordsError(code, f"{name or type(cause).__name__}: {cause}", place=place)
    if isinstance(error, DBAPIError):
        state = str(getattr(cause, "sqlstate", None) or "")
        return RecordsError(_postgresql_code(state, error), f"{type(cause).__name__} {state}", place=place)
    return RecordsError("records_failed", type(error).__name__, place=place)


def _is_full(file: Path) -> bool:
    try:
        return shutil.disk_usage(file.parent).free < _LITTLE_SPACE
    except OSError:
        return False


def _postgresql_code(state: str, error: DBAPIError) -> str:
    kinds = {kind.__name__ for kind in type(error.orig).__mro__}  # ConnectionTimeout is an OperationalError
    if error.connection_invalidated or (not state and "OperationalError" in kinds):
        return "records_unreachable"
    return next(
        (code for start, code in _POSTGRESQL_CODES.items() if state.startswith(start)), "records_failed"
    )
