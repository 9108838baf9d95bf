"""What is past its term goes, for real and as a whole; what work is owed for stays."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from visit_samples import MORNING, TODAY, assessment, attempt, coverage, health_card, new_visit

from kiosk import clock
from kiosk.errors import RecordsError
from kiosk.gateway.result_codes import Verdict
from kiosk.visits import schema
from kiosk.visits.audit import Act, AuditNote
from kiosk.visits.audit_log import AuditLog, Wanted
from kiosk.visits.audit_verify import AuditReport, examine, examine_log
from kiosk.visits.backup import Backups
from kiosk.visits.database import Database
from kiosk.visits.deleting import remember
from kiosk.visits.difficulties import State
from kiosk.visits.model import Advice, Status, Visit
from kiosk.visits.notice_in_force import notice_history, notice_in_force
from kiosk.visits.records import VisitRecords
from kiosk.visits.retention import marks
from kiosk.visits.retention.automatic import let_go_of_due, upcoming
from kiosk.visits.retention.files import FILE_KINDS, PASTED, RecordFiles
from kiosk.visits.retention.rules import Rules, retention_rules
from kiosk.visits.retention.run import Outcome, Retention

RULES = retention_rules()
YEAR = timedelta(days=365)
FINDINGS = {"found": [{"rule": "too_frequent", "action": "warn"}]}


def came(records: VisitRecords, at: datetime, number: int = 7, status: Status = Status.CHECKED_IN) -> Visit:
    """A visit of that time with everything that can hang on one."""
    return records.record(
        new_visit(
            health_card(number, full_name="Phạm Thử Hạn"),
            status=status,
            created_at=at,
            attempts=(attempt(None, asked_at=at, answer='{"hoTen":"PHẠM THỬ HẠN"}'),),
            advice=Advice(findings=FINDINGS),
            picture=f"fingerprint-{number}",
        )
    )


def retention(
    records: VisitRecords, files: RecordFiles | None = None, rules: Rules = RULES, today: date = TODAY
) -> Retention:
    return Retention(records.audit.parts(), rules, files, today)


def carry_out(records: VisitRecords, today: date = TODAY, **given: object) -> Outcome:
    return retention(records, today=today).carry_out(why="test", pauses=False, **given)  # type: ignore[arg-type]


def due(records: VisitRecords) -> dict[str, int]:
    return {each.rule.kind: each.found.rows for each in retention(records).plan() if each.found.rows}


def count(records: VisitRecords, table: str) -> int:
    with records.audit.database.read() as connection:
        query = select(func.count()).select_from(schema.metadata.tables[table])
        return connection.scalars(query).one()


def test_evidence_goes_before_its_visit_and_the_visit_with_all_that_hangs_on_it(
    records: VisitRecords,
) -> None:
    old, older = came(records, MORNING - 3 * YEAR), came(records, MORNING - 6 * YEAR, 8)
    young = came(records, MORNING - timedelta(days=30), 9)
    assert due(records) == {"evidence": 2, "findings": 2, "pictures": 2, "visits": 1}

    outcome = carry_out(records)
    assert outcome.removed == {"evidence": 2, "findings": 2, "pictures": 2, "visits": 1}
    assert records.get(older.visit_id) is None
    assert records.get(old.visit_id) == replace(old, findings=None)
    assert records.attempts(old.visit_id) == ()
    assert records.get(young.visit_id) == young
    assert len(records.attempts(young.visit_id)) == 1
    assert count(records, "visit_picture") == 1
    assert due(records) == {}


@pytest.mark.parametrize(
    ("today", "gone"),
    [(date(2028, 11, 23), False), (date(2028, 11, 24), True)],
    ids=["last day", "day after"],
)
def test_a_day_ends_at_vietnams_midnight(records: VisitRecords, today: date, gone: bool) -> None:
    """Asked at 23:59 in Vietnam, when it is still afternoon in UTC; kept 24 months."""
    came(records, clock.midnight(date(2026, 11, 24)) - timedelta(minutes=1))
    removed = carry_out(records, today).removed
    assert removed.get("evidence", 0) == int(gone)
    assert removed["pictures"] == 1


def test_what_is_still_to_be_done_stays_with_its_evidence_whatever_its_age(records: VisitRecords) -> None:
    owing = came(records, MORNING - 9 * YEAR, 1, Status.PENDING)
    late = came(records, MORNING - 9 * YEAR, 2, Status.PENDING)
    doubtful = assessment(Verdict.NEEDS_STAFF, "name_mismatch")
    records.settle(late.visit_id, Status.HELD, doubtful, [], MORNING - 8 * YEAR)

    plan = {each.rule.kind: each for each in retention(records).plan()}
    assert plan["visits"].stay == {"owed": 1, "task": 1}
    assert carry_out(records).rows == 0
    assert len(records.owed()) == 1
    assert records.attempts(owing.visit_id)

    records.finish_task(late.visit_id, "Quầy 1", MORNING - 8 * YEAR)
    assert carry_out(records).removed["visits"] == 1


def test_what_stands_by_itself_goes_by_its_own_day(records: VisitRecords) -> None:
    book = records.difficulties
    doubtful = assessment(Verdict.NEEDS_STAFF, "name_mismatch")
    records.record(new_visit(health_card(5), assessment=doubtful, confirm_reason="đã xem CCCD"))
    with records.audit.writing() as connection:
        home = records.audit.home
        remember(connection, home, ["a"], MORNING - 6 * YEAR)
        remember(connection, home, ["b"], MORNING)
        for days in (4000, 10):
            values = {"mode": home.mode, "facility": home.facility, "last_number": 3}
            day = TODAY - timedelta(days=days)
            connection.execute(schema.queue_counter.insert().values(day=day, **values))
        for number, until in (("1", TODAY - timedelta(days=40)), ("2", TODAY), ("3", None)):
            values = {"mode": home.mode, "facility": home.facility, "reason": "hỏi lại"}
            added = MORNING - 3 * YEAR
            connection.execute(
                schema.watch_list.insert().values(key=f"card:{number}", until=until, added_at=added, **values)
            )
    everything = list(book.find())
    assert everything
    assert retention(records).plan()[5].stay == {"open": len(everything)}
    book.mark(everything, State.CLOSED, MORNING - 6 * YEAR, None)

    removed = carry_out(records).removed
    assert removed["difficulties"] == len(everything)
    assert {kind: removed[kind] for kind in removed if kind != "difficulties"} == {
        "watch_list": 1,
        "watch_list_open": 1,
        "queue_counters": 1,
        "erased_visits": 1,
    }


def test_nothing_of_others_is_touched(open_records: Callable[..., VisitRecords]) -> None:
    ours, others = open_records(), open_records(facility="99998")
    came(others, MORNING - 9 * YEAR)
    assert carry_out(ours).rows == 0
    assert sum(due(others).values()) == 4


def test_a_person_reads_in_the_log_who_deleted_how_much_of_what(records: VisitRecords) -> None:
    came(records, MORNING - 9 * YEAR)
    carry_out(records)
    begun, done = list(records.audit.entries())
    assert (begun.act, begun.why, done.act) == ("erase", "test", "erase")
    assert json.loads(begun.detail) == {
        "what": "retention",
        "begun": {
            "evidence": "2024-11-22",
            "findings": "2024-11-22",
            "pictures": "2025-11-22",
            "visits": "2021-11-22",
        },
    }
    assert json.loads(done.detail)["removed"] == {"evidence": 1, "findings": 1, "pictures": 1, "visits": 1}
    assert carry_out(records).rows == 0
    assert len(list(records.audit.entries())) == 2  # nothing was due: nothing is told


def test_broken_off_it_goes_on_where_it_was(records: VisitRecords) -> None:
    for number in range(40):
        came(records, MORNING - 9 * YEAR, number)
    asked = iter(range(1000))
    broken_off = carry_out(records, stop=lambda: next(asked) > 2)
    assert not broken_off.finished
    assert 0 < broken_off.rows < 160
    again = carry_out(records)
    assert again.finished
    assert broken_off.rows + again.rows == 160


def test_nothing_is_found_in_the_bytes_of_file_and_wal(
    records_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a file that is not encrypted, so that it can be looked for; the pages of the others are the same."""
    monkeypatch.setattr("kiosk.visits.database.ready_to_open", lambda *_: nullcontext(None))
    with VisitRecords.open(records_file, facility="99999", training=False) as records:
        for number in range(1, 60):
            came(records, MORNING - 6 * YEAR, number)
        wanted = [b"9900000017", "Phạm Thử Hạn".encode(), b"fingerprint-17", "PHẠM THỬ HẠN".encode()]
        assert [each for each in wanted if each not in bytes_of(records_file)] == []
        assert carry_out(records).swept
        assert [each for each in wanted if each in bytes_of(records_file)] == []
        before = records_file.stat().st_size
        records.audit.database.compact()
        assert records_file.stat().st_size < before


def bytes_of(file: Path) -> bytes:
    return b"".join(each.read_bytes() for each in file.parent.iterdir() if each.name.startswith(file.name))


# The audit log


def examined(records: VisitRecords) -> AuditReport:
    records.audit.close()  # its anchor is written a moment behind
    return examine_log(records.audit)


def wrote(log: AuditLog, at: datetime, times: int = 1) -> None:
    for number in range(times):
        log.note(AuditNote(at, "Quầy 1", "lan", Act.EXPORT, f"visit-{number}"))


def test_the_log_lets_go_of_what_is_older_than_its_term_and_stays_provable(records: VisitRecords) -> None:
    wrote(records.audit, MORNING - 6 * YEAR, 30)
    wrote(records.audit, MORNING, 3)
    old_witness = examine(records.audit.database).heads
    assert due(records) == {"audit_log": 30}

    assert carry_out(records).removed == {"audit_log": 30}
    report = examined(records)
    assert report.faults == []
    assert [each.sequence for each in report.cuts] == [30]
    sequences = [entry.sequence for entry in records.audit.entries() if entry.act == "export"]
    assert sequences == [31, 32, 33]
    wrote(records.audit, MORNING, 2)
    assert examined(records).sound
    assert old_witness[0].sequence == 33

    carry_out(records, date(2033, 1, 1))  # all of it is old by then, the first cut's own entry too
    wrote(records.audit, MORNING + 7 * YEAR)
    report = examined(records)
    assert (report.faults, [each.sequence for each in report.cuts]) == ([], [39])


def test_what_patients_were_told_stays_provable_when_its_entry_goes(records: VisitRecords) -> None:
    long_ago = MORNING - 6 * YEAR
    for days, version in ((0, "1"), (9, "2"), (6 * 365, "3")):
        at = long_ago + timedelta(days=days)
        records.audit.note(AuditNote(at, "Quầy 1", "lan", Act.NOTICE, version, detail={"hash": version * 64}))
    carry_out(records)
    found = notice_history(records.audit)
    assert [(use.version, use.hash) for use in found] == [("2", "2" * 64), ("3", "3" * 64)]
    assert found[0].since == long_ago + timedelta(days=9)
    assert notice_in_force(records.audit, MORNING - timedelta(days=1)) == found[0]
    assert examined(records).faults == []


def test_a_cut_broken_off_in_the_middle_is_sound_and_gone_on_with(records: VisitRecords) -> None:
    wrote(records.audit, MORNING - 6 * YEAR, 60)
    wrote(records.audit, MORNING, 3)
    asked = iter(range(1000))
    outcome = carry_out(records, stop=lambda: next(asked) > 1)
    assert 0 < outcome.removed["audit_log"] < 60
    assert examined(records).faults == []
    assert outcome.removed["audit_log"] + carry_out(records).removed["audit_log"] == 60
    assert examined(records).faults == []


def test_the_guards_refuse_to_delete_what_no_cut_names(records: VisitRecords) -> None:
    wrote(records.audit, MORNING, 3)
    with pytest.raises(RecordsError), records.audit.database.write() as connection:
        connection.execute(schema.audit_entry.delete().where(schema.audit_entry.c.sequence == 1))
    assert examined(records).sound


def test_an_unlawful_cut_is_found(records: VisitRecords) -> None:
    """By somebody who knows the tables, but whom no entry of the log tells of."""
    wrote(records.audit, MORNING, 9)
    entry = list(records.audit.entries())[4]
    with records.audit.database.write() as connection:
        values = {"chain": entry.chain, "sequence": 5, "hash": entry.hash}
        connection.execute(schema.audit_cut.insert().values(values))
        connection.execute(schema.audit_entry.delete().where(schema.audit_entry.c.sequence <= 5))
    assert [fault.code for fault in examined(records).faults] == ["cut_unrecorded"]


@pytest.mark.parametrize("changed", ["sequence", "hash"])
def test_a_cut_that_was_moved_is_found(records: VisitRecords, changed: str) -> None:
    wrote(records.audit, MORNING - 6 * YEAR, 9)
    wrote(records.audit, MORNING, 4)
    carry_out(records)
    values: Mapping[str, object] = {"sequence": 11} if changed == "sequence" else {"hash": "0" * 64}
    with records.audit.database.write() as connection:
        connection.execute(update(schema.audit_cut).values({"sequence": 10, **values}))
        limit = select(schema.audit_cut.c.sequence).scalar_subquery()
        connection.execute(schema.audit_entry.delete().where(schema.audit_entry.c.sequence <= limit))
    assert not examined(records).sound


# Beside the records


def test_backups_and_what_a_restore_or_a_killed_program_left_go_by_their_age(
    records_file: Path, tmp_path: Path
) -> None:
    with VisitRecords.open(records_file, facility="99999", training=False) as records:
        backups = Backups(records_file, tmp_path / "backups", 14)
        newest = backups.make()
        old = newest.with_name(newest.name[:-23] + "20250101-080000.sqlite3")
        old.write_bytes(newest.read_bytes())
        stranger = newest.with_name("copy.sqlite3")
        stranger.write_bytes(b"not ours")
        former = records_file.with_name(records_file.name + ".before-restore-20250101-080000")
        recent = records_file.with_name(records_file.name + f".before-restore-{clock.today():%Y%m%d}-080000")
        for file in (former, former.with_name(former.name + "-wal"), recent):
            file.write_bytes(b"old records")
        pasted = tmp_path / "pasted-x1.png"
        pasted.write_bytes(b"a picture")

        files = RecordFiles(tmp_path, records_file, backups)
        later = clock.today() + timedelta(days=3)
        found = retention(records, files, today=later).carry_out(why="test", kinds=FILE_KINDS, pauses=False)
        assert found.removed == {"backups": 1, "former_records": 2, "leftovers": 1}
        assert not any(file.exists() for file in (old, former, pasted))
        assert all(file.exists() for file in (newest, stranger, recent))

        far = clock.today() + timedelta(days=900)
        assert files.stay("backups", far) == {"newest": 1}
        assert files.remove("backups", far) == 0


def test_pasted_pictures_are_known_by_the_name_that_the_desk_gives_them() -> None:
    from kiosk.desk.words import PASTED as PREFIX

    assert PASTED.startswith(PREFIX)


# What is remembered


def test_a_term_is_announced_once_and_anew_when_it_gets_shorter(records: VisitRecords) -> None:
    home = records.audit.home

    def announced(rules: Rules, at: datetime) -> datetime:
        with records.audit.database.write() as connection:
            marks.announce(connection, home, rules, at)
        with records.audit.database.read() as connection:
            return marks.marks(connection, home)["visits"].announced_at

    def with_months(months: int) -> Rules:
        rule = RULES["visits"]
        return {**RULES, "visits": replace(rule, term=replace(rule.term, months=months))}

    first = MORNING
    assert announced(RULES, first) == first
    assert announced(RULES, first + YEAR) == first
    assert announced(with_months(72), first + YEAR) == first
    assert announced(with_months(60), first + 2 * YEAR) == first + 2 * YEAR


def test_of_several_desks_one_takes_the_day(open_records: Callable[..., VisitRecords]) -> None:
    def takes(records: VisitRecords, at: datetime) -> bool:
        database: Database = records.audit.database
        with database.write() as connection:
            return marks.take_the_day(connection, records.audit.home, at)

    one, two = open_records(), open_records()
    night = clock.midnight(date(2026, 11, 24))
    assert [takes(one, MORNING), takes(two, MORNING), takes(one, night - timedelta(seconds=1))] == [
        True,
        False,
        False,
    ]
    assert takes(two, night)


def test_findings_that_were_seen_by_a_report_are_gone_from_the_visit_only(records: VisitRecords) -> None:
    kept = came(records, MORNING - 3 * YEAR)
    assert kept.findings == FINDINGS
    carry_out(records)
    found = records.get(kept.visit_id)
    assert found is not None
    assert (found.findings, found.coverage, found.full_name) == (None, kept.coverage, kept.full_name)
    assert coverage(7).full_name


# By itself


def by_itself(records: VisitRecords, notice_days: int = 30) -> Outcome | None:
    return let_go_of_due(records.audit.parts(), RULES, None, notice_days, lambda: False)


def test_a_desk_deletes_by_itself_once_a_day_and_only_what_was_announced(
    records: VisitRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    came(records, MORNING - 9 * YEAR)
    days: list[Outcome | None] = []
    for day in range(33):
        monkeypatch.setattr(clock, "now", lambda day=day: MORNING + timedelta(days=day))
        with records.audit.database.read() as connection:
            before = upcoming(connection, records.audit.home, RULES, 30)
        days += [by_itself(records), by_itself(records)]
        assert (before.from_day is None) == (day >= 30)
    assert days[1::2] == [None] * 33  # the day is done already
    removed = [outcome.rows for outcome in days[::2] if outcome is not None]
    assert removed == [0] * 30 + [4, 0, 0]
    assert {entry.who for entry in records.audit.entries()} == {"kiosk"}


def test_killed_in_the_middle_it_leaves_whole_visits_and_the_next_run_does_the_rest(
    records_file: Path,
) -> None:
    with VisitRecords.open(records_file, facility="99999", training=False) as records:
        wrote(records.audit, MORNING - 6 * YEAR, 20)
        for number in range(300):
            came(records, MORNING - 6 * YEAR, number)
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("retention_process.py")), str(records_file)],
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "deleting\n"
        process.kill()

    with VisitRecords.open(records_file, facility="99999", training=False) as records:
        left = [each.visit_id for each in records.visits()]
        assert 0 < len(left) < 300
        assert all(records.attempts(visit_id) for visit_id in left)
        assert count(records, "visit_identity") == 2 * len(left)
        assert carry_out(records).finished
        assert list(records.visits()) == []
        assert due(records) == {}
        assert examined(records).faults == []
        told = [json.loads(entry.detail) for entry in records.audit.entries(Wanted(frozenset({"erase"})))]
        assert [*map(list, told)] == [["begun", "what"], ["begun", "what"], ["finished", "removed", "what"]]
