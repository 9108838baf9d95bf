"""Records written by every version that was ever given to a hospital open in this one, with nothing lost.

``schemas/NNNN.sql`` is a dump of a small file as the version with that schema wrote it. A version that is
given out with a new schema adds its dump.
"""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from store_file import open_store
from visit_samples import MORNING, assessment, attempt, coverage, health_card, new_visit

from kiosk.visits import schema
from kiosk.visits.audit_verify import examine
from kiosk.visits.backup import back_up, check, restore
from kiosk.visits.database import Database, sqlite_url
from kiosk.visits.day_page import DayQuery
from kiosk.visits.leases import new_holder
from kiosk.visits.model import Status
from kiosk.visits.records import VisitRecords

DUMPS = sorted(Path(__file__).with_name("schemas").glob("*.sql"))


@pytest.fixture(params=DUMPS, ids=lambda dump: dump.stem)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    file = tmp_path / "visits.sqlite3"
    with closing(open_store(file)) as connection:
        connection.executescript(request.param.read_text(encoding="utf-8"))
    return file


def opened(file: Path) -> VisitRecords:
    return VisitRecords.open(file, facility="99999", training=False)


def test_the_first_schema_given_out_is_among_them() -> None:
    assert "0001" in {dump.stem for dump in DUMPS}
    assert all(dump.stem <= schema.HEAD for dump in DUMPS)


def test_everything_is_there_and_reads_as_it_was_written(old: Path) -> None:
    with opened(old) as records:
        visits = {visit.visit_id: visit for visit in records.visits()}
        assert {name: (visit.status, visit.queue_number) for name, visit in visits.items()} == {
            "checked-in": (Status.CHECKED_IN, 1),
            "pending": (Status.PENDING, 2),
            "held": (Status.HELD, None),
            "settled": (Status.CHECKED_IN, 3),
            "self-pay": (Status.SELF_PAY, 4),
        }
        assert visits["checked-in"].created_at == MORNING
        kept = visits["checked-in"].coverage
        assert kept is not None
        assert kept["card_number"] == coverage(0).card_number
        assert [owed.card for owed in records.owed()] == [health_card(1)]
        assert [event.event for event in records.events("settled")] == ["recorded", "settled"]
        assert records.attempts("settled") == (attempt(), attempt(None))
        for typed, who in (("nguyen thu so 1", ["pending"]), ("9900000000", ["checked-in"])):
            found = records.day_page(DayQuery(visits["pending"].day, typed)).visits
            assert [visit.visit_id for visit in found] == who


def test_the_tables_are_those_of_this_version(old: Path) -> None:
    database = Database.open(sqlite_url(old))
    with database.read() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), schema.metadata)
    database.close()

    assert differences == []
    assert check(old).ok


def test_work_goes_on(old: Path) -> None:
    later = MORNING + timedelta(hours=2)
    with opened(old) as records:
        assert records.record(new_visit(health_card(9), visit_id="new")).queue_number == 5
        owed = records.claim_owed(new_holder(), later)
        assert owed is not None
        settled = records.settle(owed.visit_id, Status.CHECKED_IN, assessment(), (attempt(None),), later)
        assert settled is not None
        assert records.owed_ids() == []


def test_accounts_difficulties_and_the_audit_log_come_along(tmp_path: Path) -> None:
    file = tmp_path / "visits.sqlite3"
    dump = next(dump for dump in DUMPS if dump.stem == "0008")
    with closing(open_store(file)) as connection:
        connection.executescript(dump.read_text(encoding="utf-8"))

    with opened(file) as records:
        assert records.staff.log_in("lan", "246813").full_name == "Trần Thị Lan"
        assert [entry.act for entry in records.audit.entries()] == ["staff", "self_pay", "export", "log_in"]
        assert examine(records.audit.database).sound
        about = {each.about_visit for each in records.difficulties.find()}
        assert about == {"checked-in", "pending", "held", "settled", "self-pay"}
        received = records.get("checked-in")
        assert received is not None
        assert (received.staff, received.priority) == ("lan", "aged_75")
        assert received.findings == {"found": [], "unchecked": ["picture_reused"]}


def test_an_old_backup_can_be_restored(old: Path, tmp_path: Path) -> None:
    present = tmp_path / "present" / "visits.sqlite3"
    with opened(present) as records:
        for number in range(6):
            records.record(new_visit(health_card(number)))

    restored = restore(back_up(old, tmp_path / "copy.sqlite3"), present)

    assert (restored.visits, restored.left_behind) == (5, 6)
    with opened(present) as records:
        assert records.record(new_visit(health_card(9))).queue_number == 7
