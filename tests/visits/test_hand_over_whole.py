"""Everything that a cut-off desk wrote reaches the server, column by column, whatever columns there are.

The rows are made up from the schema, so a column that is added later is tried here without a word; a table
that is added later has to be named in one of the groups below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Column, Date, Float, Integer, Table, insert, select
from visit_samples import MORNING, TODAY

from kiosk.errors import RecordsError
from kiosk.visits import spool
from kiosk.visits.audit import Act
from kiosk.visits.database import Database
from kiosk.visits.records import VisitRecords
from kiosk.visits.schema import CleanText, Moment, audit_entry, difficulty, metadata, visit, visit_event
from kiosk.visits.spool import SharedRecords

WITH_A_VISIT = {
    "lookup_attempt",
    "owed_lookup",
    "staff_task",
    "visit",
    "visit_event",
    "visit_identity",
    "visit_picture",
}
BY_THEMSELVES = {"audit_entry", "difficulty"}
NOT_HANDED_OVER = {
    "audit_chain": "the server keeps a row of its own for each chain that it took over",
    "audit_cut": "of each log by itself",
    "erased_visit": "what was erased is refused where it would arrive; test_deleting tries it",
    "kept_visit": "an erasure needs the server, and what it leaves lies there",
    "person_request": "the register lies on the server alone",
    "queue_counter": "each row of numbers is counted where its numbers are given",
    "queue_row": "the server allots them",
    "retention_mark": "each place lets go by itself",
    "staff_account": "goes the other way: the desk has a copy",
    "waiting_cancel": "an act for the server, done there; test_spool tries it",
    "watch_list": "lies on the server alone",
}
SENSE: Mapping[str, Any] = {
    "mode": "live",
    "facility": "99999",
    "day": TODAY,
    "status": "checked_in",
    "state": "reported",
    "warnings": [{"code": "already_checked_in_today", "values": []}],
}
"""Columns whose values the program looks into on the way."""


@pytest.fixture
def desk(
    server_url: str, new_spool_folder: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> Iterator[SharedRecords]:
    monkeypatch.setattr(spool, "WATCH_SECONDS", 3600.0)
    file = new_spool_folder("a") / "spool.sqlite3"
    records = SharedRecords.open_shared(server_url, file, facility="99999", training=False)
    yield records
    records.close()


def made_up(column: Column[Any]) -> Any:
    """A value that no other column of the table has."""
    place = list(column.table.c).index(column)
    match column.type:
        case Moment():
            return MORNING + timedelta(minutes=place, microseconds=place)
        case Date():
            return date(2026, 1, 1) + timedelta(days=place)
        case JSON():
            return {column.name: ["ễ", place, None]}
        case Float():
            return place + 0.125
        case Integer():
            return 100 + place
        case CleanText():
            return f"{column.name} ệ"
    raise AssertionError(f"say what a value of {column.table.name}.{column.name} looks like")


def full_row(table: Table) -> dict[str, Any]:
    """A row with no empty cell; keys that only count are the database's."""
    return {
        column.name: SENSE.get(column.name, made_up(column))
        for column in table.c
        if column is not table.autoincrement_column
    }


def contents(database: Database, table: Table) -> list[dict[str, Any]]:
    """The rows without keys that only count, in an order of their own."""
    columns = [column for column in table.c if column is not table.autoincrement_column]
    with database.read() as connection:
        found = [dict(row) for row in connection.execute(select(*columns)).mappings()]
    return sorted(found, key=str)


def test_every_table_is_accounted_for() -> None:
    refer = {table.name for table in metadata.sorted_tables if "visit_id" in table.c}
    assert refer == WITH_A_VISIT | {"waiting_cancel", "erased_visit", "kept_visit"}
    assert set(metadata.tables) == WITH_A_VISIT | BY_THEMSELVES | set(NOT_HANDED_OVER)


@pytest.mark.parametrize("there_already", [False, True], ids=["new there", "there from a lost commit"])
def test_no_column_is_lost_on_the_way_to_the_server(
    desk: SharedRecords, server_url: str, there_already: bool
) -> None:
    tables = [table for table in metadata.sorted_tables if table.name in WITH_A_VISIT | {difficulty.name}]
    if there_already:  # the bare visit and difficulty: what was done at the desk since comes after them
        with desk._server.write() as connection:
            for table, since in ((visit, {}), (difficulty, {"state": "new"})):
                bare = {
                    column.name: full_row(table)[column.name] for column in table.c if not column.nullable
                }
                connection.execute(insert(table).values(bare | since))
    desk._server._note(RecordsError("records_unreachable", place="db.example/kiosk"))
    with desk._spool._database.write() as connection:
        for table in tables:
            connection.execute(insert(table).values(full_row(table)))
    desk.note_act(Act.EXPORT, "visits", "cho thanh tra", what="ễ")
    here = {table: contents(desk._spool._database, table) for table in [*tables, audit_entry]}
    assert all(len(rows) == 1 and None not in rows[0].values() for rows in here.values())

    desk.catch_up()

    with VisitRecords.open(server_url, facility="99999", training=False) as server:
        there = {table: contents(server._database, table) for table in here}
    for each in there[visit_event]:
        assert each in here[visit_event] or each["event"] == "handed_over"
    for table, rows in here.items():
        assert [row for row in there[table] if row in rows] == rows, table.name
        assert table is visit_event or there[table] == rows, table.name
    assert [contents(desk._spool._database, table) for table in tables] == [[]] * len(tables)
