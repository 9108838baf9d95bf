"""The audit log: who did what, bound together so that nobody can change it unseen."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import pytest
from sqlalchemy import text
from store_file import open_store
from visit_samples import MORNING, assessment, health_card, new_visit

from kiosk.errors import RecordsError, UsageError
from kiosk.gateway.result_codes import Verdict
from kiosk.visits.audit import HASHED, Act, Actor, AuditEntry, Head, entry_after, hash_of, signed
from kiosk.visits.audit_anchor import Anchor, Witness, anchor_of, witnesses
from kiosk.visits.audit_guards import in_force
from kiosk.visits.audit_log import Wanted
from kiosk.visits.audit_verify import AuditFault, examine, witnesses_in_backup
from kiosk.visits.backup import back_up, check, restore
from kiosk.visits.database import Database, sqlite_url
from kiosk.visits.encryption.connection import DRIVER, Connection
from kiosk.visits.model import Status
from kiosk.visits.records import VisitRecords

GUARDS = in_force("sqlite")
DOUBTFUL = assessment(Verdict.NEEDS_STAFF, "name_mismatch")


def acts(records: VisitRecords) -> list[tuple[str, str | None, str | None]]:
    return [(entry.act, entry.subject, entry.why) for entry in records.audit.entries()]


def test_an_act_says_who_did_what_when_where_and_why(records: VisitRecords) -> None:
    records.act_for(Actor(desk="Quầy 2", account="lan"))
    records.note_act(Act.EXPORT, why="BHXH hỏi", file="visits.xlsx", count=3)

    (entry,) = records.audit.entries()
    assert (entry.act, entry.who, entry.desk, entry.why) == ("export", "lan", "Quầy 2", "BHXH hỏi")
    assert json.loads(entry.detail) == {"file": "visits.xlsx", "count": 3}
    assert (entry.sequence, entry.previous) == (1, "0" * 64)
    assert entry.hash == hash_of(asdict(entry))


def test_without_accounts_the_user_of_the_operating_system_is_named(records: VisitRecords) -> None:
    records.note_act(Act.SETTINGS)
    (entry,) = records.audit.entries()
    assert entry.who.startswith("os:")


@pytest.mark.parametrize(
    "slip",
    ["DN4799900000001", "9900000001", "001099000001", "thẻ DN4799900000001, đt 0990000001"],
)
def test_a_number_that_slips_in_is_masked(records: VisitRecords, slip: str) -> None:
    records.note_act(Act.OVERRIDE, slip, f"đã xem {slip}", said=[slip], more={"of": slip})
    (entry,) = records.audit.entries()
    shown = json.dumps(asdict(entry) | {"chain": "", "previous": "", "hash": ""}, ensure_ascii=False)
    assert "9900000" not in shown
    assert "0001" in shown


def test_overrides_and_cancels_note_themselves_with_the_visit(records: VisitRecords) -> None:
    held = records.record(new_visit(status=Status.HELD, assessment=DOUBTFUL))
    records.confirm(held.visit_id, "đã xem CCCD")
    records.confirm(held.visit_id, "lần nữa")  # checked in already: nothing is done, nothing noted
    records.cancel(held.visit_id, "người bệnh về", "Quầy 1", MORNING)
    at_once = records.record(new_visit(health_card(2), assessment=DOUBTFUL, confirm_reason="biết người này"))
    paying = records.record(new_visit(health_card(3), status=Status.SELF_PAY))
    records.record(new_visit(health_card(4)))

    assert acts(records) == [
        ("override", held.visit_id, "đã xem CCCD"),
        ("cancel", held.visit_id, "người bệnh về"),
        ("override", at_once.visit_id, "biết người này"),
        ("self_pay", paying.visit_id, None),
    ]


def test_what_is_not_written_is_not_noted_and_what_is_not_noted_is_not_written(
    records: VisitRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = records.record(new_visit(status=Status.HELD, assessment=DOUBTFUL))

    def broken(*_: object) -> None:
        raise RecordsError("records_disk_full")

    monkeypatch.setattr(records.audit, "_append", broken)
    with pytest.raises(RecordsError):
        records.confirm(held.visit_id, "đã xem CCCD")
    found = records.get(held.visit_id)
    assert found is not None
    assert found.status is Status.HELD
    assert acts(records) == []


def test_the_same_visit_again_is_not_noted_again(records: VisitRecords) -> None:
    visit = new_visit(status=Status.SELF_PAY)
    looked_up = records.audit.signed(Act.LOOK_UP, "••••••0001")
    records.record(visit, (looked_up,))
    records.record(visit, (looked_up,))
    assert [act for act, _, _ in acts(records)] == ["look_up", "self_pay"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET who = 'mai'",
        "DELETE FROM audit_entry",
        "DELETE FROM audit_chain",
        "UPDATE audit_chain SET sequence = 1",
        (
            "INSERT INTO audit_entry SELECT chain, 9, at, mode, facility, desk, who, act, subject, why,"
            " detail, previous, hash FROM audit_entry WHERE sequence = 1"
        ),
    ],
)
def test_the_database_itself_refuses_to_change_the_log(records: VisitRecords, statement: str) -> None:
    for _ in range(3):
        records.note_act(Act.EXPORT)
    with pytest.raises(RecordsError), records.audit.database.write() as connection:
        connection.execute(text(statement))
    assert examine(records.audit.database).sound


def test_sqlite_refuses_to_replace_a_row(log: Path) -> None:
    with closing(open_store(log)) as connection, pytest.raises(DRIVER.IntegrityError):
        connection.execute("REPLACE INTO audit_entry SELECT * FROM audit_entry WHERE sequence = 2")


def test_several_desks_write_one_chain_without_forks(open_records: Callable[..., VisitRecords]) -> None:
    desks = [open_records() for _ in range(4)]
    for number, desk in enumerate(desks):
        desk.act_for(Actor(desk=f"Quầy {number}"))

    def work(desk: VisitRecords) -> None:
        for number in range(10):
            desk.record(new_visit(health_card(number), status=Status.SELF_PAY))

    threads = [threading.Thread(target=work, args=(desk,)) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    report = examine(desks[0].audit.database)
    assert (report.sound, report.entries, len(report.heads)) == (True, 40, 1)


def test_other_facilities_and_training_have_chains_of_their_own(
    open_records: Callable[..., VisitRecords],
) -> None:
    live, trial, other = open_records(), open_records(training=True), open_records("01001")
    for records in (live, trial, other):
        records.note_act(Act.EXPORT)
    assert [len(list(records.audit.entries())) for records in (live, trial, other)] == [1, 1, 1]
    assert len(examine(live.audit.database).heads) == 3


def test_the_list_is_filtered(records: VisitRecords) -> None:
    records.act_for(Actor(account="lan"))
    records.note_act(Act.OVERRIDE, "one")
    records.act_for(Actor(account="mai"))
    records.note_act(Act.OVERRIDE, "two")
    records.note_act(Act.EXPORT)

    def subjects(wanted: Wanted) -> list[str | None]:
        return [entry.subject for entry in records.audit.entries(wanted)]

    assert subjects(Wanted(acts=frozenset({"override"}))) == ["one", "two"]
    assert subjects(Wanted(who="mai")) == ["two", None]
    assert subjects(Wanted(subject="one")) == ["one"]
    (first, *_) = records.audit.entries()
    assert subjects(Wanted(until=first.moment)) == []
    assert subjects(Wanted(since=first.moment)) == ["one", "two", None]


def test_a_long_log_is_read_page_by_page(records: VisitRecords, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.visits.audit_log._PAGE", 3)
    monkeypatch.setattr("kiosk.visits.audit_verify._PAGE", 3)
    records.audit.note(*(records.audit.signed(Act.EXPORT, str(number)) for number in range(10)))
    assert [entry.subject for entry in records.audit.entries()] == [str(number) for number in range(10)]
    assert examine(records.audit.database).entries == 10


# Somebody with the file in hand, a database tool and time.


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A file with a log of eight entries, closed: one single file, as an intruder would take it."""
    file = tmp_path / "visits.sqlite3"
    with VisitRecords.open(file, facility="99999", training=False) as records:
        records.act_for(Actor(desk="Quầy 1", account="lan"))
        for number in range(1, 9):
            records.note_act(Act.OVERRIDE, f"visit-{number}", f"lý do {number}", verdict="needs_staff")
    with closing(open_store(file)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    return file


@pytest.fixture
def by_hand(log: Path) -> Iterator[Connection]:
    """The log without its guards; they are back, as they were, when the test looks at it."""
    with closing(open_store(log)) as connection:
        for name in GUARDS:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection


def verdict_on(log: Path, *outside: Witness, guarded: bool = True) -> list[AuditFault]:
    if not guarded:
        with closing(open_store(log)) as connection:
            for guard in GUARDS.values():
                connection.execute(guard)
    with closing(Database.open(sqlite_url(log))) as database:
        return examine(database, [*witnesses(anchor_of(log)), *outside]).faults


def first_of(log: Path, *outside: Witness) -> tuple[str, int | None]:
    fault = verdict_on(log, *outside, guarded=False)[0]
    return fault.code, fault.sequence


def test_an_untouched_log_is_sound(log: Path) -> None:
    assert verdict_on(log) == []


@pytest.mark.parametrize(
    "column", ["at", "mode", "facility", "desk", "who", "act", "subject", "why", "detail", "previous", "hash"]
)
def test_a_changed_entry_is_found_and_named(log: Path, by_hand: Connection, column: str) -> None:
    by_hand.execute(f"UPDATE audit_entry SET {column} = {column} || 'x' WHERE sequence = 4")
    code, sequence = first_of(log)
    assert sequence == 4
    assert code == ("link_broken" if column == "previous" else "entry_changed")


@pytest.mark.parametrize("column", ["at", "desk", "detail", "previous", "hash"])
def test_a_text_that_is_no_text_any_more_is_found(log: Path, by_hand: Connection, column: str) -> None:
    """The same bytes as a blob: one flipped bit before the row's values does that."""
    by_hand.execute(f"UPDATE audit_entry SET {column} = CAST({column} AS BLOB) WHERE sequence = 4")
    code, sequence = first_of(log)
    assert sequence == 4
    assert code == ("link_broken" if column == "previous" else "entry_changed")


@pytest.mark.parametrize("emptied", ["subject", "why"])
def test_an_emptied_field_is_found(log: Path, by_hand: Connection, emptied: str) -> None:
    by_hand.execute(f"UPDATE audit_entry SET {emptied} = NULL WHERE sequence = 4")
    assert first_of(log) == ("entry_changed", 4)


@pytest.mark.parametrize("removed", [1, 4, 7])
def test_a_removed_entry_is_found(log: Path, by_hand: Connection, removed: int) -> None:
    by_hand.execute("DELETE FROM audit_entry WHERE sequence = ?", (removed,))
    assert first_of(log) == ("entry_missing", removed)


def test_a_removed_entry_is_found_when_the_others_move_up(log: Path, by_hand: Connection) -> None:
    by_hand.execute("DELETE FROM audit_entry WHERE sequence = 4")
    for sequence in range(5, 9):
        by_hand.execute("UPDATE audit_entry SET sequence = ? WHERE sequence = ?", (sequence - 1, sequence))
    assert first_of(log) == ("link_broken", 4)


def test_two_entries_that_changed_places_are_found(log: Path, by_hand: Connection) -> None:
    for before, after in ((3, 99), (5, 3), (99, 5)):
        by_hand.execute("UPDATE audit_entry SET sequence = ? WHERE sequence = ?", (after, before))
    assert first_of(log) == ("link_broken", 3)


@pytest.mark.parametrize("left", [7, 3, 0])
def test_a_cut_end_is_found(log: Path, by_hand: Connection, left: int) -> None:
    by_hand.execute("DELETE FROM audit_entry WHERE sequence > ?", (left,))
    assert first_of(log) == ("end_missing", left + 1)


@pytest.mark.parametrize("left", [7, 3])
def test_a_cut_end_is_found_when_the_mark_was_moved_with_it(
    log: Path, by_hand: Connection, left: int
) -> None:
    cut(by_hand, left)
    assert first_of(log) == ("witness_beyond", left + 1)


def cut(by_hand: Connection, left: int) -> None:
    by_hand.execute("DELETE FROM audit_entry WHERE sequence > ?", (left,))
    by_hand.execute(
        "UPDATE audit_chain SET sequence = ?1, hash = (SELECT hash FROM audit_entry WHERE sequence = ?1)",
        (left,),
    )


def test_a_cut_end_is_found_by_a_backup_when_the_anchor_was_moved_too(
    log: Path, by_hand: Connection, tmp_path: Path
) -> None:
    backup = back_up(log, tmp_path / "backups" / "copy.sqlite3")
    cut(by_hand, 3)
    anchor_of(log).unlink()
    anchored_at(log, by_hand)
    assert verdict_on(log, guarded=False) == []  # what no mark outside tells of cannot be found
    (fault,) = verdict_on(log, *witnesses_in_backup(backup, log))
    assert (fault.code, fault.sequence, fault.place) == ("witness_beyond", 4, str(backup))


def anchored_at(log: Path, by_hand: Connection) -> None:
    row = by_hand.execute("SELECT chain, sequence, hash FROM audit_chain").fetchone()
    anchor = Anchor(anchor_of(log))
    anchor.keep(Head(*row))
    anchor.flush()


def test_a_log_written_anew_with_right_hashes_is_found_from_outside(log: Path, by_hand: Connection) -> None:
    rows = by_hand.execute("SELECT * FROM audit_entry ORDER BY sequence").fetchall()
    by_hand.execute("DELETE FROM audit_entry")
    previous = "0" * 64
    for row in rows:
        entry = asdict(AuditEntry(*row)) | {"who": "mai", "previous": previous}
        previous = entry["hash"] = hash_of(entry)
        by_hand.execute(f"INSERT INTO audit_entry VALUES ({','.join('?' * 13)})", tuple(entry.values()))
    by_hand.execute("UPDATE audit_chain SET hash = ?", (previous,))
    assert first_of(log) == ("witness_differs", 8)


def test_a_row_put_in_at_the_end_is_found(log: Path, by_hand: Connection) -> None:
    head = Head(*by_hand.execute("SELECT chain, sequence, hash FROM audit_chain").fetchone())
    entry = entry_after(head, signed(Actor(account="lan"), Act.EXPORT), mode="live", facility="99999")
    by_hand.execute(f"INSERT INTO audit_entry VALUES ({','.join('?' * 13)})", tuple(asdict(entry).values()))
    assert first_of(log) == ("end_unknown", 9)


def test_a_row_put_in_between_is_found(log: Path, by_hand: Connection) -> None:
    by_hand.execute(
        "INSERT INTO audit_entry SELECT chain, 0, at, mode, facility, desk, who, act, subject, why, detail,"
        " previous, hash FROM audit_entry WHERE sequence = 2"
    )
    assert first_of(log) == ("entry_foreign", 1)


def test_an_emptied_log_is_found(log: Path, by_hand: Connection) -> None:
    by_hand.execute("DELETE FROM audit_entry")
    by_hand.execute("DELETE FROM audit_chain")
    assert first_of(log) == ("chain_missing", 1)


@pytest.mark.parametrize("column", ["chain", "mode", "facility", "origin", "hash"])
def test_a_changed_mark_is_found(log: Path, by_hand: Connection, column: str) -> None:
    by_hand.execute(f"UPDATE audit_chain SET {column} = {column} || 'x'")
    assert verdict_on(log, guarded=False) != []


def test_an_entry_moved_to_another_chain_is_found(log: Path, by_hand: Connection) -> None:
    by_hand.execute("UPDATE audit_entry SET chain = 'other' WHERE sequence = 8")
    assert {fault.code for fault in verdict_on(log, guarded=False)} >= {"end_missing", "chain_unknown"}


@pytest.mark.parametrize("guard", GUARDS)
def test_a_guard_that_was_removed_or_weakened_is_found(log: Path, guard: str) -> None:
    with closing(open_store(log)) as connection:
        connection.execute(f"DROP TRIGGER {guard}")
        connection.execute(GUARDS[guard].replace("BEGIN SELECT RAISE(ABORT,", "BEGIN SELECT ifnull(1,"))
    assert [(fault.code, fault.place) for fault in verdict_on(log)] == [("guard_missing", guard)]


def test_every_flipped_bit_of_an_entry_is_found(log: Path, by_hand: Connection) -> None:
    """A sample of them, another one in each run."""
    columns = [*HASHED, "hash"]
    read = ", ".join(f"CAST({column} AS BLOB)" for column in columns)
    entries = [
        dict(zip(columns, row, strict=True)) for row in by_hand.execute(f"SELECT {read} FROM audit_entry")
    ]
    bits = [
        (entry, column, place)
        for entry in entries
        for column in columns
        for place in range(8 * len(entry[column] or b""))
    ]
    seed = random.randrange(1 << 30)
    for entry, column, place in random.Random(seed).sample(bits, 60):
        damaged = bytearray(entry[column])
        damaged[place // 8] ^= 1 << place % 8
        try:
            exchange(by_hand, column, entry, {**entry, column: bytes(damaged)})
        except DRIVER.IntegrityError:  # a sequence that another entry has
            continue
        found = is_found(log)
        exchange(by_hand, column, {**entry, column: bytes(damaged)}, entry)
        assert found, f"bit {place} of {column} in {entry}, seed {seed}"
    assert not is_found(log)


def test_every_flipped_bit_of_the_file_is_found(log: Path) -> None:
    whole = log.read_bytes()
    seed = random.randrange(1 << 30)
    for place in random.Random(seed).sample(range(8 * len(whole)), 30):
        damaged = bytearray(whole)
        damaged[place // 8] ^= 1 << place % 8
        log.write_bytes(damaged)
        assert not check(log).ok, f"bit {place}, seed {seed}"


def exchange(by_hand: Connection, column: str, old: dict[str, bytes], new: dict[str, bytes]) -> None:
    change = f"UPDATE audit_entry SET {column} = CAST(? AS TEXT)"
    its = "CAST(chain AS BLOB) = ? AND CAST(sequence AS BLOB) = ?"
    done = by_hand.execute(f"{change} WHERE {its}", (new[column], old["chain"], old["sequence"]))
    assert done.rowcount == 1


def is_found(log: Path) -> bool:
    try:
        return {fault.code for fault in verdict_on(log)} > {"guard_missing"}
    except RecordsError as error:
        return error.code == "records_damaged"


def test_work_goes_on_without_the_anchor(log: Path) -> None:
    anchor_of(log).write_text("{", encoding="utf-8")
    with VisitRecords.open(log, facility="99999", training=False) as records:
        records.note_act(Act.EXPORT)
    with pytest.raises(UsageError) as refused:
        witnesses(anchor_of(log))
    assert refused.value.code == "audit_anchor"
    anchor_of(log).unlink()
    with VisitRecords.open(log, facility="99999", training=False) as records:
        records.note_act(Act.EXPORT)  # goes on, and anchors again
    assert verdict_on(log) == []


# Backups


def test_what_was_noted_since_a_backup_goes_on_behind_it(log: Path, tmp_path: Path) -> None:
    backup = back_up(log, tmp_path / "copy.sqlite3")
    with VisitRecords.open(log, facility="99999", training=False) as records:
        records.note_act(Act.EXPORT, "since")

    assert restore(backup, log).audit_lost == 0

    with VisitRecords.open(log, facility="99999", training=False) as records:
        records.note_act(Act.RESTORE)
        assert [act for act, _, _ in acts(records)][-2:] == ["export", "restore"]
    assert verdict_on(log, *witnesses_in_backup(backup, log)) == []


def test_what_a_restore_could_not_keep_is_counted(log: Path, tmp_path: Path) -> None:
    backup = back_up(log, tmp_path / "copy.sqlite3")
    with VisitRecords.open(log, facility="99999", training=False) as records:
        for _ in range(3):
            records.note_act(Act.EXPORT)
    log.write_bytes(b"not a database any more")

    assert restore(backup, log).audit_lost == 3

    with VisitRecords.open(log, facility="99999", training=False) as records:
        records.note_act(Act.RESTORE, entries_lost=3)
    assert verdict_on(log, *witnesses_in_backup(backup, log)) == []


def test_an_emptied_file_gets_its_log_back_from_a_backup(log: Path, tmp_path: Path) -> None:
    """The former records are sound and have another chain: both are kept."""
    backup = back_up(log, tmp_path / "copy.sqlite3")
    log.unlink()
    with VisitRecords.open(log, facility="99999", training=False) as records:
        records.note_act(Act.EXPORT, "another chain")

    restore(backup, log)

    with VisitRecords.open(log, facility="99999", training=False) as records:
        assert "another chain" in [subject for _, subject, _ in acts(records)]
        assert len(examine(records.audit.database).heads) == 2
    assert verdict_on(log) == []
