"""Backups of an SQLite file: made while it is used, kept for some days, put back without losing anything."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from store_file import open_store
from visit_samples import MORNING, health_card, new_visit

from kiosk.errors import KioskError, RecordsError, UsageError
from kiosk.visits.backup import Backups, back_up, check, restore
from kiosk.visits.encryption.connection import connect
from kiosk.visits.model import Status
from kiosk.visits.records import VisitRecords


def opened(file: Path) -> VisitRecords:
    return VisitRecords.open(file, facility="99999", training=False)


def record(file: Path, *names: str) -> None:
    with opened(file) as records:
        for place, name in enumerate(names):
            records.record(new_visit(health_card(place), visit_id=name))


def names_in(file: Path) -> list[str]:
    with opened(file) as records:
        return sorted(visit.visit_id for visit in records.visits())


def names_in_backup(file: Path, of: Path) -> list[str]:
    with closing(connect(file, key_of=of, read_only=True)) as connection:
        return sorted(name for (name,) in connection.execute("SELECT visit_id FROM visit"))


def listed(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


@pytest.fixture
def filled(records_file: Path) -> Path:
    record(records_file, "a", "b")
    return records_file


@pytest.fixture
def copy(filled: Path, tmp_path: Path) -> Path:
    return back_up(filled, tmp_path / "elsewhere" / "copy.sqlite3")


class TestBackUp:
    def test_a_copy_is_taken_while_a_desk_works(self, filled: Path, tmp_path: Path) -> None:
        with opened(filled) as desk:
            desk.record(new_visit(visit_id="c"))  # still in the journal
            copy = back_up(filled, tmp_path / "copy.sqlite3")
            desk.record(new_visit(visit_id="d"))

        assert [file.name for file in tmp_path.glob("copy*")] == ["copy.sqlite3"]  # a single file
        assert names_in_backup(copy, filled) == ["a", "b", "c"]
        assert names_in(filled) == ["a", "b", "c", "d"]

    @pytest.mark.skipif(sys.platform == "win32", reason="POSIX rights")
    def test_only_this_user_may_read_it(self, copy: Path) -> None:
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
        assert stat.S_IMODE(copy.parent.stat().st_mode) == 0o700

    def test_an_older_backup_is_replaced_and_nothing_else(self, filled: Path, copy: Path) -> None:
        record(filled, "c")
        back_up(filled, copy)
        assert names_in_backup(copy, filled) == ["a", "b", "c"]

        letter = copy.with_name("thư.docx")
        letter.write_text("Kính gửi")
        for target in (letter, filled, copy.parent):
            with pytest.raises(UsageError, match="backup_target"):
                back_up(filled, target)
        assert letter.read_text() == "Kính gửi"
        assert names_in(filled) == ["a", "b", "c"]

    def test_where_nothing_can_be_written_nothing_is_left(self, filled: Path, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(RecordsError) as caught:
            back_up(filled, tmp_path / "file" / "copy.sqlite3")
        assert caught.value.code == "backup_write"

    def test_a_damaged_file_never_becomes_a_backup(self, filled: Path, tmp_path: Path) -> None:
        content = bytearray(filled.read_bytes())
        content[8192:] = b"\xa5" * (len(content) - 8192)
        filled.write_bytes(content)
        older = tmp_path / "copy.sqlite3"
        older.touch()

        with pytest.raises(RecordsError) as caught:
            back_up(filled, older)

        assert caught.value.code == "records_damaged"
        assert older.read_bytes() == b""
        assert list(tmp_path.glob(".copy*")) == []

    def test_nothing_to_back_up(self, tmp_path: Path) -> None:
        with pytest.raises(RecordsError, match="records_missing"):
            back_up(tmp_path / "none.sqlite3", tmp_path / "copy.sqlite3")
        assert list(tmp_path.iterdir()) == []


class TestDaily:
    @pytest.fixture
    def days(self) -> Iterator[_Days]:
        with time_machine.travel(MORNING, tick=False) as traveller:
            yield _Days(traveller)

    def test_one_a_day_and_the_newest_are_kept(self, filled: Path, days: _Days) -> None:
        backups = Backups(filled, filled.parent / "backups", keep=3)
        (filled.parent / "backups").mkdir()
        other = filled.parent / "backups" / "visits-other-20200101-000000.sqlite3"
        other.touch()

        for day in range(5):
            days.go_to(day)
            assert backups.make_daily(date(2026, 11, 23) + timedelta(days=day)) is not None
            assert backups.make_daily(date(2026, 11, 23) + timedelta(days=day)) is None

        assert [made_at.day for made_at, _ in backups.all()] == [27, 26, 25]
        assert backups.latest() == MORNING + timedelta(days=4)
        assert other.exists()  # another machine's
        assert names_in_backup(backups.all()[0][1], filled) == ["a", "b"]

    def test_nothing_is_made_of_nothing(self, tmp_path: Path) -> None:
        backups = Backups(tmp_path / "none.sqlite3", tmp_path / "backups", keep=3)
        assert backups.make_daily(date(2026, 11, 23)) is None
        assert backups.latest() is None


class _Days:
    def __init__(self, traveller: time_machine.Traveller) -> None:
        self._traveller = traveller

    def go_to(self, day: int) -> None:
        self._traveller.move_to(MORNING + timedelta(days=day))


class TestRestore:
    def test_the_records_are_those_of_the_backup_and_the_former_are_kept(
        self, filled: Path, copy: Path
    ) -> None:
        record(filled, "c", "d")

        restored = restore(copy, filled)

        assert (restored.visits, restored.left_behind) == (2, 2)
        assert names_in(filled) == ["a", "b"]
        assert restored.former is not None
        assert names_in(restored.former) == ["a", "b", "c", "d"]
        assert names_in_backup(copy, filled) == ["a", "b"]

    def test_no_queue_number_is_given_twice(self, filled: Path, copy: Path) -> None:
        record(filled, "c", "d")  # patients hold 3 and 4
        restore(copy, filled)

        with opened(filled) as records:
            assert records.record(new_visit(visit_id="e")).queue_number == 5

    def test_not_under_an_open_desk(self, filled: Path, copy: Path) -> None:
        before = listed(filled.parent)
        with opened(filled) as desk:
            desk.record(new_visit(visit_id="c"))
            with pytest.raises(RecordsError, match="database is locked") as caught:
                restore(copy, filled)
            assert caught.value.code == "records_in_use"
            desk.record(new_visit(visit_id="d"))
        assert names_in(filled) == ["a", "b", "c", "d"]
        assert listed(filled.parent) == before

    @pytest.mark.parametrize("damage", ["overwritten", "truncated", "text", "empty"])
    def test_over_damaged_records(self, filled: Path, copy: Path, damage: str) -> None:
        whole = filled.read_bytes()
        filled.write_bytes(
            {
                "overwritten": whole[:8192] + b"\xa5" * (len(whole) - 8192),
                "truncated": whole[:5000],
                "text": "Không phải sổ".encode(),
                "empty": b"",
            }[damage]
        )
        before = filled.read_bytes()

        restored = restore(copy, filled)

        assert names_in(filled) == ["a", "b"]
        assert restored.left_behind is None
        assert restored.former is not None
        assert restored.former.read_bytes() == before

    def test_a_journal_left_by_a_power_cut_is_kept_with_the_former_and_not_mixed_in(
        self, filled: Path, copy: Path
    ) -> None:
        journal = filled.with_name(filled.name + "-wal")
        filled.write_bytes(b"\xa5" * 4096)
        journal.write_bytes(b"a journal of other pages")

        restored = restore(copy, filled)

        assert names_in(filled) == ["a", "b"]
        assert restored.former is not None
        kept = restored.former.with_name(restored.former.name + "-wal")
        assert kept.read_bytes() == b"a journal of other pages"

    def test_where_there_are_no_records(self, filled: Path, copy: Path) -> None:
        filled.unlink()
        restored = restore(copy, filled)
        assert (restored.visits, restored.former) == (2, None)

    @pytest.mark.parametrize(
        ("made", "code"),
        [("missing", "backup_missing"), ("itself", "backup_is_records"), ("text", "backup_damaged"),
         ("another", "backup_damaged"), ("newer", "records_newer")],
    )  # fmt: skip
    def test_what_cannot_be_restored_changes_nothing(
        self, filled: Path, copy: Path, made: str, code: str
    ) -> None:
        before = listed(filled.parent)
        source = {"missing": copy.with_name("none"), "itself": filled}.get(made, copy)
        if made == "text":
            copy.write_text("Không phải sổ")
        if made == "another":
            copy.unlink()
            with closing(open_store(copy)) as connection:
                connection.execute("CREATE TABLE music (title TEXT)")
        if made == "newer":
            with closing(connect(copy, key_of=filled)) as connection, connection:
                connection.execute("UPDATE alembic_version SET version_num = '9999'")

        with pytest.raises(KioskError) as caught:
            restore(source, filled)

        assert caught.value.code == code
        assert names_in(filled) == ["a", "b"]
        assert listed(filled.parent) == before


class TestCheck:
    def test_sound_records(self, filled: Path) -> None:
        with opened(filled) as desk:
            desk.record(new_visit(health_card(9), Status.PENDING))
            found = check(filled)
        assert (found.ok, found.visits, found.owed, found.problems) == (True, 3, 1, ())

    def test_damage_is_named_and_nothing_changed(self, filled: Path) -> None:
        content = bytearray(filled.read_bytes())
        content[8192:] = b"\xa5" * (len(content) - 8192)
        filled.write_bytes(content)

        found = check(filled)

        assert not found.ok
        assert found.problems
        assert filled.read_bytes() == content

    def test_rows_whose_visit_is_gone(self, filled: Path) -> None:
        with closing(open_store(filled)) as connection, connection:
            connection.execute("DELETE FROM visit WHERE visit_id = 'a'")
        assert "visit_event row 1 refers to a row of visit that is not there" in check(filled).problems
        assert check(filled, thorough=False).ok

    def test_nothing_there_is_sound(self, tmp_path: Path) -> None:
        found = check(tmp_path / "none.sqlite3")
        assert (found.ok, found.exists) == (True, False)
        assert list(tmp_path.iterdir()) == []

    def test_a_newer_version_s_records_are_not_called_damaged(self, filled: Path) -> None:
        with closing(open_store(filled)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
        found = check(filled)
        assert (found.ok, found.newer, found.problems) == (False, True, ())
