"""What disks, files and servers do wrong: one clear error each, and nothing half written."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy
from store_file import open_store
from visit_samples import attempt, health_card, new_visit

from kiosk import texts
from kiosk.errors import RecordsError
from kiosk.visits import database
from kiosk.visits.database import Database, sqlite_url
from kiosk.visits.encryption.connection import Connection
from kiosk.visits.model import Status
from kiosk.visits.records import VisitRecords

NOBODY = 65534
posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX rights")


def opened(place: Path | str) -> VisitRecords:
    return VisitRecords.open(place, facility="99999", training=False)


def trouble(place: Path | str) -> RecordsError:
    """The error that opening, listing and recording come to."""

    def work() -> None:
        with opened(place) as records:
            list(records.visits())
            records.record(new_visit())

    with pytest.raises(RecordsError) as caught:
        work()
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None or error.__suppress_context__
    return error


@pytest.fixture
def filled(records_file: Path) -> Path:
    """Records with twenty visits and no other process on them."""
    with opened(records_file) as records:
        for i in range(20):
            records.record(new_visit(health_card(i), attempts=(attempt(answer="x" * 4000),)))
    return records_file


@pytest.fixture
def folder_of_nobody() -> Iterator[Path]:
    """A folder used by somebody without privileges: tests often run as root, who may write anywhere."""
    folder = Path(tempfile.mkdtemp())
    # Imports what is imported late and reads the migrations, while that is allowed.
    opened(folder / "made.sqlite3").close()
    was = os.geteuid()
    if was == 0:
        for each in (folder, *folder.iterdir()):
            os.chown(each, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    try:
        yield folder
    finally:
        os.seteuid(was)
        folder.chmod(0o700)
        shutil.rmtree(folder)


def test_the_records_are_for_this_user_only(filled: Path) -> None:
    if sys.platform != "win32":
        assert filled.stat().st_mode & 0o777 == 0o600
        assert filled.parent.stat().st_mode & 0o777 == 0o700
    with opened(filled) as records:
        records.record(new_visit())
        rights = {file.name: file.stat().st_mode & 0o777 for file in filled.parent.iterdir()}
    assert f"{filled.name}-wal" in rights
    assert set(rights.values()) == {0o600} or sys.platform == "win32"


def test_writes_are_safe_against_power_loss(filled: Path) -> None:
    books = Database.open(sqlite_url(filled))
    with books.write() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    books.close()

    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 15000}


def test_a_path_may_hold_any_character(tmp_path: Path) -> None:
    file = tmp_path / "Dữ liệu 100% ?a=1 #x @y" / "lượt khám.sqlite3"

    with opened(file) as records:
        records.record(new_visit())

    assert file.is_file()


def test_a_file_of_something_else_is_damaged_and_left_alone(records_file: Path) -> None:
    records_file.parent.mkdir()
    records_file.write_text("Đây là tệp văn bản.\n" * 200)

    error = trouble(records_file)

    assert error.code == "records_damaged"
    assert error.values["place"] == str(records_file)
    assert records_file.read_text().startswith("Đây là tệp văn bản.")


def test_overwritten_pages_are_damage(filled: Path) -> None:
    content = bytearray(filled.read_bytes())
    content[8192:] = b"\xa5" * (len(content) - 8192)
    filled.write_bytes(content)

    assert trouble(filled).code == "records_damaged"


def test_a_truncated_file_is_damage(filled: Path) -> None:
    filled.write_bytes(filled.read_bytes()[:20_000])

    assert trouble(filled).code == "records_damaged"


def test_an_empty_file_is_where_records_begin(records_file: Path) -> None:
    records_file.parent.mkdir()
    records_file.touch()

    with opened(records_file) as records:
        assert records.record(new_visit()).queue_number == 1


def test_a_folder_in_the_place_of_the_file(records_file: Path) -> None:
    records_file.mkdir(parents=True)

    assert trouble(records_file).code == "records_folder"


def test_a_file_in_the_place_of_the_folder(records_file: Path) -> None:
    records_file.parent.touch()

    assert trouble(records_file).code == "records_folder"
    assert trouble(records_file / "deeper" / "visits.sqlite3").code == "records_folder"


def test_a_path_that_no_system_knows(tmp_path: Path) -> None:
    assert trouble(tmp_path / "a\0b" / "visits.sqlite3").code == "records_folder"


@posix
def test_a_folder_without_rights(folder_of_nobody: Path) -> None:
    folder_of_nobody.chmod(0o500)

    assert trouble(folder_of_nobody / "visits.sqlite3").code == "records_folder"
    assert trouble(folder_of_nobody / "deeper" / "visits.sqlite3").code == "records_folder"


@posix
def test_a_read_only_file_can_be_listed_but_not_written(folder_of_nobody: Path) -> None:
    file = folder_of_nobody / "made.sqlite3"
    with opened(file) as records:
        recorded = records.record(new_visit())
    file.chmod(0o400)

    with opened(file) as records:
        assert list(records.visits()) == [recorded]
    assert trouble(file).code == "records_read_only"


def test_a_full_disk_loses_nothing_and_goes_on_later(filled: Path) -> None:
    def no_more_pages(connection: Connection, _: object) -> None:
        connection.execute("PRAGMA max_page_count=1")  # as many as there are

    huge = new_visit(health_card(99), attempts=(attempt(answer="x" * 1_000_000),))
    sqlalchemy.event.listen(sqlalchemy.Engine, "connect", no_more_pages)
    try:
        with opened(filled) as records, pytest.raises(RecordsError) as full:
            records.record(huge)
    finally:
        sqlalchemy.event.remove(sqlalchemy.Engine, "connect", no_more_pages)

    assert full.value.code == "records_disk_full"
    with opened(filled) as records:
        assert len(list(records.visits())) == 20
        assert records.record(huge).queue_number == 21


@posix
def test_a_disk_that_refuses_to_write(filled: Path) -> None:
    import resource

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with opened(filled) as records:
        huge = new_visit(attempts=(attempt(answer="x" * 2_000_000),))
        resource.setrlimit(resource.RLIMIT_FSIZE, (filled.stat().st_size + 500_000, limits[1]))
        try:
            with pytest.raises(RecordsError) as refused:
                records.record(huge)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)

        assert refused.value.code in {"records_disk", "records_disk_full"}
        assert records.record(huge).queue_number == 21


def test_somebody_who_holds_the_file_is_named_not_waited_for_forever(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.visits.encryption.connection.LOCK_TIMEOUT_SECONDS", 0.05)
    holder = open_store(filled)
    holder.execute("BEGIN IMMEDIATE")
    try:
        with opened(filled) as records:
            assert len(list(records.visits())) == 20  # reading goes on
            with pytest.raises(RecordsError) as locked:
                records.record(new_visit())
    finally:
        holder.close()

    assert locked.value.code == "records_locked"


def test_a_new_file_that_somebody_else_holds(records_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.visits.encryption.connection.LOCK_TIMEOUT_SECONDS", 0.05)
    records_file.parent.mkdir()
    holder = open_store(records_file)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        assert trouble(records_file).code == "records_locked"
    finally:
        holder.close()


def test_a_new_file_that_somebody_else_is_about_to_leave(records_file: Path) -> None:
    records_file.parent.mkdir()
    holder = open_store(records_file)
    holder.execute("BEGIN IMMEDIATE")  # here SQLite does not wait for its turn to switch to WAL
    leaving = threading.Timer(0.1, holder.close)
    leaving.start()

    with opened(records_file) as records:
        assert records.record(new_visit()).queue_number == 1
    leaving.join()


def test_more_threads_than_connections_is_no_crash(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "POOL_TIMEOUT_SECONDS", 0.05)
    books = Database.open(sqlite_url(filled))
    held = [books._reader.connect() for _ in range(15)]
    try:
        with pytest.raises(RecordsError) as busy, books.read():
            pass
    finally:
        for connection in held:
            connection.close()
        books.close()

    assert busy.value.code == "records_locked"


def test_records_of_a_newer_program_are_refused_unchanged(filled: Path) -> None:
    with open_store(filled) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = filled.read_bytes()

    error = trouble(filled)

    assert error.code == "records_newer"
    assert "9999" in error.detail
    assert filled.read_bytes() == before


def test_a_missing_table_is_said_without_a_traceback(filled: Path) -> None:
    with open_store(filled) as connection:
        connection.execute("DROP TABLE visit_identity")
    connection.close()

    assert trouble(filled).code == "records_failed"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "visits.sqlite3",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:x?mode=ro",
        "mysql://u:pw@h/x",
        "x://",
        "postgresql://u:pw@h:port/x",
    ],
)
def test_an_address_that_cannot_hold_records(address: str) -> None:
    error = trouble(address)

    assert error.code == "records_address"
    assert "pw" not in error.detail


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg", "postgresql+psycopg2"])
def test_a_server_that_is_down(scheme: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))  # bound but not listening: refused
        port = free.getsockname()[1]
        error = trouble(f"{scheme}://kiosk:bi-mat@127.0.0.1:{port}/visits")

    assert error.code == "records_unreachable"
    assert error.values["place"] == "127.0.0.1/visits"
    assert "bi-mat" not in f"{error} {error.detail} {error.values}"


class _ServerError(Exception):
    def __init__(self, sqlstate: str | None) -> None:
        super().__init__("Key (full_name)=(Nguyễn Thử) already exists")
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("sqlstate", "code"),
    [
        ("53100", "records_disk_full"),
        ("55P03", "records_locked"),
        ("40P01", "records_locked"),
        ("25006", "records_read_only"),
        ("57P01", "records_unreachable"),
        ("28P01", "records_unreachable"),
        ("XX001", "records_damaged"),
        ("23505", "records_failed"),
    ],
)
def test_what_postgresql_says_is_understood_and_never_quoted(sqlstate: str, code: str) -> None:
    said = sqlalchemy.exc.DBAPIError("INSERT", {"full_name": "Nguyễn Thử"}, _ServerError(sqlstate))

    error = database._explained(said, "host/visits")

    assert error.code == code
    assert sqlstate in error.detail
    assert "Nguyễn" not in f"{error} {error.detail}"


def test_anything_else_of_sqlalchemy_is_a_failure_of_the_records() -> None:
    assert database._explained(sqlalchemy.exc.InvalidRequestError("x"), "p").code == "records_failed"


def test_a_half_recorded_visit_does_not_exist(filled: Path) -> None:
    with open_store(filled) as connection:
        connection.execute("DROP TABLE visit_event")  # the last thing that recording writes
    connection.close()

    with opened(filled) as records:
        with pytest.raises(RecordsError):
            records.record(new_visit(health_card(99), Status.PENDING, visit_id="half"))
        assert records.get("half") is None
        assert records.owed_summary() == (0, None)
        assert not records.already_checked_in(health_card(99), None, new_visit().created_at.date())


_CODES = [
    *{*database._SQLITE_CODES.values(), *database._POSTGRESQL_CODES.values()},
    *("records_address", "records_newer", "records_failed"),
    *("visit_unknown", "visit_not_waiting", "export_format", "export_write"),
]


@pytest.mark.parametrize("code", sorted(_CODES))
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_error_tells_people_what_to_do(code: str, language: str) -> None:
    said = texts.text("errors", code, language, place="D:/kiosk/visits.sqlite3")

    assert said != code
    assert len(said.split(". ")) > 1 or ";" in said or ":" in said
