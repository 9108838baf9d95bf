"""Visits that are deleted leave nothing behind: no row, no bytes in the file, no way back by a spool."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing, nullcontext
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from visit_samples import MORNING, assessment, attempt, coverage, health_card, new_visit

from kiosk.gateway.result_codes import Verdict
from kiosk.visits import deleting
from kiosk.visits.database import Database, sqlite_url
from kiosk.visits.deleting import PARTS, Erased, Stays, erase, sweep
from kiosk.visits.hand_over import read_bundle, take_over
from kiosk.visits.model import Status, Visit
from kiosk.visits.records import VisitRecords
from kiosk.visits.schema import difficulty, visit

LATER = MORNING + timedelta(days=400)
FOUND = assessment(Verdict.ELIGIBLE, coverage=coverage(7))


def erased(records: VisitRecords, *visit_ids: str, even_today: bool = False) -> Erased:
    with records.audit.writing() as connection:
        return erase(connection, records.audit.home, visit_ids, LATER, even_today=even_today)


def received(records: VisitRecords, number: int = 7, status: Status = Status.CHECKED_IN) -> Visit:
    return records.record(
        new_visit(
            health_card(number, full_name="Phạm Thử Xóa"),
            status=status,
            attempts=(attempt(answer='{"hoTen": "PHẠM THỬ XÓA"}'),),
            picture=f"fingerprint-{number}",
        )
    )


def rows_left(records: VisitRecords) -> int:
    with records.audit.database.read() as connection:
        return sum(
            connection.scalar(select(func.count()).select_from(table)) or 0 for table in (visit, *PARTS)
        )


def test_a_visit_goes_with_everything_that_hangs_on_it(records: VisitRecords) -> None:
    gone, stays = received(records), received(records, 8)
    before = rows_left(records)
    assert erased(records, gone.visit_id) == Erased((gone.visit_id,), {})
    assert records.get(gone.visit_id) is None
    assert records.get(stays.visit_id) == stays
    assert rows_left(records) == before / 2


def test_what_work_is_owed_for_stays_and_says_why(records: VisitRecords) -> None:
    owing = received(records, 1, Status.PENDING)
    answered_late = received(records, 2, Status.PENDING)
    records.settle(
        answered_late.visit_id, Status.HELD, assessment(Verdict.NEEDS_STAFF, "name_mismatch"), [], MORNING
    )
    today = records.record(new_visit(health_card(3), created_at=LATER))

    done = erased(records, owing.visit_id, answered_late.visit_id, today.visit_id, "nobody-knows-it")
    assert done == Erased(
        (),
        {
            owing.visit_id: Stays.OWED,
            answered_late.visit_id: Stays.TASK,
            today.visit_id: Stays.TODAY,
        },
    )
    assert erased(records, today.visit_id, even_today=True).deleted == (today.visit_id,)


def test_visits_of_another_facility_are_never_touched(open_records: Callable[..., VisitRecords]) -> None:
    ours, others = open_records(), open_records(facility="99998")
    theirs = received(others)
    assert erased(ours, theirs.visit_id) == Erased()
    assert others.get(theirs.visit_id) == theirs


def test_a_difficulty_outlives_its_visit_without_a_link_to_the_person(records: VisitRecords) -> None:
    held = records.record(
        new_visit(
            health_card(5),
            assessment=assessment(Verdict.NEEDS_STAFF, "name_mismatch"),
            confirm_reason="đã xem",
        )
    )
    erased(records, held.visit_id)
    with records.audit.database.read() as connection:
        kept = connection.execute(select(difficulty.c.about_visit, difficulty.c.number)).all()
    assert kept
    assert set(kept) == {(None, None)}


def test_nothing_of_it_is_found_in_the_bytes_of_the_file(
    records_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a file that is not encrypted, so that it can be looked for; the pages of the others are the same."""
    monkeypatch.setattr("kiosk.visits.database.ready_to_open", lambda *_: nullcontext(None))
    with VisitRecords.open(records_file, facility="99999", training=False) as records:
        visits = [received(records, number) for number in range(1, 40)]
        wanted = [b"9900000017", "Phạm Thử Xóa".encode(), b"fingerprint-17", "PHẠM THỬ XÓA".encode()]
        assert all(each in bytes_of(records_file) for each in wanted)
        erased(records, *(each.visit_id for each in visits))
        assert sweep(records.audit.database)
        assert [each for each in wanted if each in bytes_of(records_file)] == []


def bytes_of(file: Path) -> bytes:
    return b"".join(
        each.read_bytes()
        for each in file.parent.iterdir()
        if each.name.startswith(file.name) and each.exists()
    )


def test_sweeping_waits_for_nobody_and_says_when_somebody_reads(records_file: Path) -> None:
    with VisitRecords.open(records_file, facility="99999", training=False) as records:
        received(records)
        with closing(Database.open(sqlite_url(records_file))) as other, other.read() as connection:
            connection.execute(select(visit)).first()
            received(records, 8)
            assert not sweep(records.audit.database)
        assert sweep(records.audit.database)
        assert records_file.with_name(records_file.name + "-wal").stat().st_size == 0


def test_a_spool_that_hands_it_over_later_brings_nobody_back(
    records: VisitRecords, records_url: str, tmp_path: Path
) -> None:
    with (
        VisitRecords.open(tmp_path / "spool.sqlite3", facility="99999", training=False) as spool,
        closing(Database.open(records_url)) as database,
    ):
        waiting = received(spool)
        with spool.audit.database.read() as connection:
            bundle = read_bundle(connection, waiting.visit_id)
        assert bundle is not None
        erased(records, waiting.visit_id)  # it never came here
        there = VisitRecords(database, facility="99999", training=False)
        with there.writing() as transaction:
            take_over(transaction, bundle)
    assert records.get(waiting.visit_id) is None


def test_erasing_twice_is_erasing_once(records: VisitRecords) -> None:
    gone = received(records)
    erased(records, gone.visit_id)
    assert erased(records, gone.visit_id) == Erased()
    with records.audit.database.read() as connection:
        assert deleting.was_erased(connection, gone.visit_id)
        assert not deleting.was_erased(connection, "another")


@pytest.mark.parametrize("count", [0, 1, 501])
def test_any_number_at_once(records: VisitRecords, count: int) -> None:
    ids = [f"unknown-{number}" for number in range(count)]
    assert erased(records, *ids) == Erased()


def test_a_visit_of_a_day_to_come_stays(records: VisitRecords) -> None:
    """Written while the clock was ahead."""
    ahead = records.record(new_visit(created_at=LATER + timedelta(days=9)))
    assert erased(records, ahead.visit_id).stay == {ahead.visit_id: Stays.TODAY}
    assert ahead.day == date(2028, 1, 6)
