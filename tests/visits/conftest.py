"""Records in a folder of their own, and on a PostgreSQL server as well."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from postgresql_server import PostgresqlServer

from kiosk.visits.database import sqlite_url
from kiosk.visits.records import VisitRecords


@pytest.fixture
def records_file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "visits.sqlite3"


@pytest.fixture
def server_url(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """An empty database on the server."""
    with postgresql_server.database() as name:
        yield postgresql_server.url(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def records_url(request: pytest.FixtureRequest, records_file: Path) -> str:
    """An address where nothing is yet."""
    if request.param == "sqlite":
        return sqlite_url(records_file)
    url: str = request.getfixturevalue("server_url")
    return url


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
