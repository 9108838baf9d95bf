"""Records in a folder of their own, and on a PostgreSQL server as well."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from postgresql_server import PostgresqlServer

from kiosk.visits.database import sqlite_url
from kiosk.visits.records import VisitRecords


@pytest.fixture
def records_file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "visits.sqlite3"


@pytest.fixture(scope="session")
def migrated_database(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """Records without a visit, to be copied: that is faster than migrating."""
    with postgresql_server.database() as name:
        VisitRecords.open(postgresql_server.url(name), facility="99999", training=False).close()
        yield name


@pytest.fixture
def server_url(postgresql_server: PostgresqlServer, migrated_database: str) -> Iterator[str]:
    """Records without a visit on the server."""
    with postgresql_server.database(migrated_database) as name:
        yield postgresql_server.url(name)


@pytest.fixture
def empty_server_url(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """A database in which there is nothing at all."""
    with postgresql_server.database() as name:
        yield postgresql_server.url(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def records_url(request: pytest.FixtureRequest, records_file: Path) -> str:
    """An address where no visit is yet."""
    url: str = request.getfixturevalue("server_url") if request.param == "postgresql" else ""
    return url or sqlite_url(records_file)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, records_file: Path) -> str:
    """An address where nothing is yet."""
    url: str = request.getfixturevalue("empty_server_url") if request.param == "postgresql" else ""
    return url or sqlite_url(records_file)


@pytest.fixture
def open_records(records_url: str) -> Iterator[Callable[..., VisitRecords]]:
    """Opens the same records as often as wanted, also for another facility or mode."""
    opened: list[VisitRecords] = []

    def opening(facility: str = "99999", training: bool = False) -> VisitRecords:
        opened.append(VisitRecords.open(records_url, facility=facility, training=training))
        return opened[-1]

    yield opening
    for records in opened:
        records.close()


@pytest.fixture
def records(open_records: Callable[..., VisitRecords]) -> VisitRecords:
    return open_records()


@pytest.fixture(scope="session")
def migrated_spool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A spool as it is before the first visit."""
    file = tmp_path_factory.mktemp("spool") / "spool.sqlite3"
    VisitRecords.open(file, facility="99999", training=False).close()
    return file


@pytest.fixture
def new_spool_folder(tmp_path: Path, migrated_spool: Path) -> Callable[[str], Path]:
    """Gives a desk's data folder by its name, with a spool copied into it: that is faster than migrating."""

    def folder(name: str) -> Path:
        if not (tmp_path / name).exists():
            shutil.copytree(migrated_spool.parent, tmp_path / name)  # with its key
        return tmp_path / name

    return folder
