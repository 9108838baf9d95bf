"""Records in a folder of their own; on PostgreSQL too when ``TEST_POSTGRESQL_URL`` names a database."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from kiosk.visits.database import sqlite_url
from kiosk.visits.records import VisitRecords

_POSTGRESQL = os.environ.get("TEST_POSTGRESQL_URL", "")
_DATABASES = ["sqlite", *(["postgresql"] if _POSTGRESQL else [])]


@pytest.fixture
def records_file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "visits.sqlite3"


@pytest.fixture(params=_DATABASES)
def records_url(request: pytest.FixtureRequest, records_file: Path) -> Iterator[str]:
    """An address where nothing is yet."""
    if request.param == "sqlite":
        yield sqlite_url(records_file)
        return
    name = f"kiosk_{uuid.uuid4().hex}"
    server = create_engine(make_url(_POSTGRESQL), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(_POSTGRESQL).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


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
