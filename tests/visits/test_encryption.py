"""Records that can be read with their key only, and the key that is never lost by a second one."""

from __future__ import annotations

import random
import shutil
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import IO

import keyring
import pytest
from keyring.backend import KeyringBackend
from store_file import open_store
from visit_samples import attempt, health_card, new_visit

from kiosk.errors import RecordsError, UsageError
from kiosk.visits.backup import Backups, back_up, check, restore
from kiosk.visits.encryption import conversion, key, places
from kiosk.visits.encryption.connection import connect, is_encrypted, is_plain
from kiosk.visits.encryption.conversion import take_key
from kiosk.visits.encryption.key import KEY_FILE, NOTE, StoreKey, find_key, move_key, read_note
from kiosk.visits.encryption.recovery_sheet import code_of, key_of_code
from kiosk.visits.records import VisitRecords

HERE = Path(__file__).parent
posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX")


def opened(file: Path, key_place: str = "auto") -> VisitRecords:
    return VisitRecords.open(file, facility="99999", training=False, key_place=key_place)


def visits_in(file: Path) -> list[str]:
    with opened(file) as records:
        return sorted(visit.visit_id for visit in records.visits())


def trouble(file: Path) -> RecordsError:
    with pytest.raises(RecordsError) as caught:
        opened(file)
    return caught.value


@pytest.fixture
def filled(records_file: Path) -> Path:
    with opened(records_file) as records:
        for number in range(5):
            records.record(new_visit(health_card(number), visit_id=f"v{number}", attempts=(attempt(),)))
    return records_file


ALL = [f"v{number:02}" for number in range(30)]


@pytest.fixture(scope="session")
def made_plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("before") / "visits.sqlite3"
    with pytest.MonkeyPatch.context() as before:
        before.setattr("kiosk.visits.database.ready_to_open", lambda *_: nullcontext(None))
        with opened(file) as records:
            for number, name in enumerate(ALL):
                known = attempt(answer="x" * 50_000)
                records.record(new_visit(health_card(number), visit_id=name, attempts=(known,)))
    assert is_plain(file)
    assert not (file.parent / NOTE).exists()
    return file


@pytest.fixture
def plain(made_plain: Path, records_file: Path) -> Path:
    """Records as the version before wrote them."""
    shutil.copytree(made_plain.parent, records_file.parent)
    return records_file


@pytest.fixture(autouse=True)
def another_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys that another test has learnt are not known."""
    monkeypatch.setattr(key, "_known", {})


class Box(KeyringBackend):
    """A keyring as the operating system has one."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.free = threading.Event()
        self.free.set()

    def get_password(self, service: str, username: str) -> str | None:
        self.free.wait(60)
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


@pytest.fixture
def box() -> Iterator[Box]:
    before, box = keyring.get_keyring(), Box()
    keyring.set_keyring(box)
    yield box
    keyring.set_keyring(before)


class TestTheKey:
    def test_one_of_its_owner_beside_the_records_where_there_is_no_keyring(self, filled: Path) -> None:
        note = read_note(filled.parent)
        assert note is not None
        assert note.kept == "file"
        file = filled.parent / KEY_FILE
        assert len(file.read_text().strip()) == 64
        assert file.read_text().strip() not in (filled.parent / NOTE).read_text()
        if sys.platform != "win32":
            assert stat.S_IMODE(file.stat().st_mode) == stat.S_IMODE(filled.stat().st_mode) == 0o600

    def test_in_the_keyring_where_there_is_one_and_asked_for_once(self, records_file: Path, box: Box) -> None:
        opened(records_file).close()
        assert len(box.kept) == 1
        assert list(records_file.parent.glob("*.key")) == []
        box.free.clear()  # would hang now
        opened(records_file).close()
        assert check(records_file).encrypted

    def test_a_keyring_that_hangs_is_named_and_the_next_try_hears_its_answer(
        self, records_file: Path, box: Box, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened(records_file).close()
        monkeypatch.setattr(key, "_known", {})
        monkeypatch.setattr(places, "KEYRING_SECONDS", 0.05)
        box.free.clear()
        assert trouble(records_file).code == "records_key_keyring"
        assert trouble(records_file).code == "records_key_keyring"
        box.free.set()
        monkeypatch.setattr(places, "KEYRING_SECONDS", 10.0)
        opened(records_file).close()

    def test_no_keyring_when_one_is_asked_for(self, records_file: Path) -> None:
        with pytest.raises(RecordsError) as caught:
            opened(records_file, "keyring")
        assert caught.value.code == "records_key_keyring"
        assert not (records_file.parent / NOTE).exists()

    def test_in_a_file_that_is_named_and_shared_by_two_folders(self, tmp_path: Path) -> None:
        shared = tmp_path / "keys" / "kiosk.key"
        for folder in ("a", "b"):
            opened(tmp_path / folder / "visits.sqlite3", str(shared)).close()
        assert find_key(tmp_path / "a") == find_key(tmp_path / "b")
        assert visits_in(tmp_path / "b" / "visits.sqlite3") == []

    def test_it_moves_to_the_keyring_and_back(self, filled: Path, box: Box) -> None:
        move_key(filled.parent, "keyring")
        assert not (filled.parent / KEY_FILE).exists()
        move_key(filled.parent, "file")
        assert len(visits_in(filled)) == 5

    def test_a_missing_one_is_named_and_no_second_one_made(self, filled: Path) -> None:
        for gone in (KEY_FILE, NOTE):
            (filled.parent / gone).rename(filled.parent / f"{gone}.away")
            key._known.clear()
            if gone == KEY_FILE:
                assert trouble(filled).code == "records_key_missing"
        assert trouble(filled).code == "records_key_missing"
        with pytest.raises(RecordsError) as beside:
            opened(filled.with_name("spool.sqlite3"))  # nor for another file of that folder
        assert beside.value.code == "records_key_missing"
        assert not (filled.parent / NOTE).exists()
        assert not (filled.parent / KEY_FILE).exists()

    def test_the_note_alone_can_be_lost(self, filled: Path) -> None:
        (filled.parent / NOTE).unlink()
        assert len(visits_in(filled)) == 5

    def test_another_one_is_told_from_damage(self, filled: Path) -> None:
        file = filled.parent / KEY_FILE
        right = file.read_text()
        file.write_text(StoreKey.new().hex)
        key._known.clear()
        assert trouble(filled).code == "records_key_wrong"
        file.write_text(right)
        content = bytearray(filled.read_bytes())
        content[:4096] = bytes(random.randbytes(4096))
        filled.write_bytes(content)
        assert trouble(filled).code == "records_damaged"

    def test_a_note_that_makes_no_sense(self, filled: Path) -> None:
        (filled.parent / NOTE).write_text("{")
        assert trouble(filled).code == "records_key_note"


class TestTheRecoverySheet:
    def test_it_gives_the_key_back_however_it_is_typed(self) -> None:
        made = StoreKey.new()
        sheet = f"Phiếu khôi phục, sổ 3f1c\n\n{code_of(made)}\n\nGiữ trong két"
        assert key_of_code(sheet) == made
        assert key_of_code(sheet.lower().replace("0", "o").replace("-", " ")) == made

    def test_a_mistyped_group_is_named(self) -> None:
        groups = code_of(StoreKey.new()).replace("\n", "-").split("-")
        found = 0
        for place in range(14):
            for wrong in "0123456789ABCDEF":
                mistyped = [*groups]
                mistyped[place] = wrong + groups[place][1:]
                if mistyped == groups:
                    continue
                with pytest.raises(UsageError) as caught:
                    key_of_code(" ".join(mistyped))
                assert caught.value.code in {"recovery_group", "recovery_code"}
                found += caught.value.values.get("group") == str(place + 1)
        assert found > 14 * 13

    def test_groups_that_changed_places_and_texts_without_a_code(self) -> None:
        groups = code_of(StoreKey.new()).replace("\n", "-").split("-")
        groups[0], groups[1] = groups[1], groups[0]
        for text in (" ".join(groups), "", "Kính gửi bộ phận CNTT", "AAAAA " * 13, "\0" * 50):
            with pytest.raises(UsageError):
                key_of_code(text)

    def test_on_a_new_computer_it_opens_the_backup(self, filled: Path, tmp_path: Path) -> None:
        backup = back_up(filled, tmp_path / "usb" / "visits.sqlite3")
        made = find_key(filled.parent)
        assert made is not None
        new = tmp_path / "new computer" / "visits.sqlite3"
        with pytest.raises(RecordsError) as caught:
            restore(backup, new)
        assert caught.value.code == "records_key_missing"

        take_key(new.parent, key_of_code(code_of(made)), "file", given=False, at=new_visit().created_at)
        assert restore(backup, new).visits == 5
        assert visits_in(new) == [f"v{number}" for number in range(5)]
        assert check(new).encrypted

    def test_a_backup_with_another_key_is_told_from_a_damaged_one(self, filled: Path, tmp_path: Path) -> None:
        backup = back_up(filled, tmp_path / "usb" / "visits.sqlite3")
        other = tmp_path / "other computer" / "visits.sqlite3"
        opened(other).close()
        with pytest.raises(RecordsError) as caught:
            restore(backup, other)
        assert caught.value.code == "backup_other_key"

    def test_a_lost_key_comes_back(self, filled: Path) -> None:
        made = find_key(filled.parent)
        assert made is not None
        (filled.parent / KEY_FILE).write_text(StoreKey.new().hex)
        (filled.parent / NOTE).write_text("?")
        take_key(filled.parent, made, "file", given=False, at=new_visit().created_at)
        key._known.clear()
        assert len(visits_in(filled)) == 5

    def test_a_sheet_of_other_records_changes_nothing(self, filled: Path) -> None:
        before = sorted((each.name, each.read_bytes()) for each in filled.parent.iterdir())
        with pytest.raises(UsageError) as caught:
            take_key(filled.parent, StoreKey.new(), "file", given=True, at=new_visit().created_at)
        assert caught.value.code == "recovery_other"
        assert sorted((each.name, each.read_bytes()) for each in filled.parent.iterdir()) == before


@contextmanager
def writer(file: Path, how: str) -> Iterator[Callable[[], str]]:
    """A program of the version before on the file; gives what it says to each write."""
    command = [sys.executable, str(HERE / "plain_writer.py"), str(file), how]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def pipe(stream: IO[str] | None) -> IO[str]:
            assert stream is not None
            return stream

        assert pipe(process.stdout).readline() == "ready\n"

        def write() -> str:
            pipe(process.stdin).write("\n")
            pipe(process.stdin).flush()
            return pipe(process.stdout).readline().strip()

        yield write
        pipe(process.stdin).close()


class TestRecordsFromBefore:
    def test_they_are_encrypted_when_they_are_opened_first(self, plain: Path) -> None:
        assert visits_in(plain) == ALL
        found = check(plain)
        assert (found.ok, found.encrypted, found.visits) == (True, True, 30)
        assert list(plain.parent.glob(".*encrypting*")) == []

    def test_not_while_a_program_from_before_has_them_open(self, plain: Path) -> None:
        with writer(plain, "open") as write:
            assert write() == "written"
            assert visits_in(plain) == ALL  # read and written all the same
            assert write() == "written"
            assert is_plain(plain)
        assert visits_in(plain) == ALL
        assert check(plain).encrypted
        with closing(open_store(plain)) as connection:
            written = connection.execute("SELECT count(*) FROM queue_counter WHERE day LIKE '1999-%'")
            assert written.fetchone() == (2,)

    def test_two_that_open_them_at_once_work_on_the_same_file(self, plain: Path) -> None:
        for _ in range(2):
            desks = [threading.Thread(target=visits_in, args=(plain,)) for _ in range(4)]
            for desk in desks:
                desk.start()
            for desk in desks:
                desk.join()
        assert visits_in(plain) == ALL
        assert check(plain).encrypted

    @posix
    def test_who_had_opened_the_old_file_cannot_write_into_nowhere(
        self, plain: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with writer(plain, "asleep") as write:  # has the file open, and no lock on it yet
            assert visits_in(plain) == ALL
            assert check(plain).encrypted
            assert "encrypted" in write()
        assert visits_in(plain) == ALL

    @pytest.mark.parametrize("when", ["_is_same", "_refuse_changes", "sync_folder"])
    def test_what_breaks_on_the_way_leaves_one_whole_file(
        self, plain: Path, when: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object) -> bool:
            raise OSError(28, "full")

        with monkeypatch.context() as broken:
            broken.setattr(conversion, when, full)
            assert visits_in(plain) == ALL
            with opened(plain) as records:
                records.record(new_visit(visit_id="w"))
        assert visits_in(plain) == [*ALL, "w"]
        assert check(plain).encrypted
        assert list(plain.parent.glob(".*encrypting*")) == []

    def test_killed_at_any_moment_they_are_whole(self, plain: Path, tmp_path: Path) -> None:
        command = [sys.executable, str(HERE / "encryption_process.py")]
        stopped = 0
        for number in range(6):
            file = tmp_path / f"at-{number}" / "visits.sqlite3"
            shutil.copytree(plain.parent, file.parent)
            with subprocess.Popen([*command, str(file)], stdout=subprocess.PIPE, text=True) as process:
                assert process.stdout is not None
                assert process.stdout.readline() == "begun\n"
                try:
                    process.wait(number * 0.02 + random.uniform(0, 0.02))
                except subprocess.TimeoutExpired:
                    process.kill()
                    stopped += 1
            assert visits_in(file) == ALL
            assert check(file).encrypted
            assert list(file.parent.glob(".*encrypting*")) == []
        assert stopped

    def test_killed_just_before_the_last_step_changes_are_admitted_again(
        self, plain: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with closing(open_store(plain)) as connection:
            conversion._refuse_changes(connection)
        with writer(plain, "open") as write:
            assert "encrypted" in write()
            with opened(plain) as records:  # cannot be encrypted now, and is used
                records.record(new_visit(visit_id="w"))
            assert write() == "written"
        assert visits_in(plain) == [*ALL, "w"]
        assert check(plain).encrypted

    def test_a_folder_without_room_for_a_key_is_used_as_it_was(
        self, plain: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object, **__: object) -> None:
            raise OSError(28, "full")

        with monkeypatch.context() as broken:
            broken.setattr(places, "write_durably", full)
            assert visits_in(plain) == ALL
        assert is_plain(plain)

    def test_a_backup_from_before_can_be_restored_and_old_ones_are_encrypted(
        self, plain: Path, tmp_path: Path
    ) -> None:
        backups = Backups(plain, tmp_path / "backups", keep=9)
        backups.folder.mkdir()
        old = backups.folder / f"{backups._stem}-20261101-080000.sqlite3"
        shutil.copy(plain, old)
        assert visits_in(plain) == ALL
        backups.make()
        assert not is_plain(old)
        with closing(connect(old, key_of=plain)) as connection:
            assert is_encrypted(connection)
            assert connection.execute("SELECT count(*) FROM visit").fetchone() == (30,)
        assert restore(old, plain).visits == 30


def test_check_finds_a_changed_byte_anywhere(filled: Path) -> None:
    content = bytearray(filled.read_bytes())
    place = random.randrange(len(content))
    content[place] ^= 1 << random.randrange(8)
    filled.write_bytes(content)
    assert not check(filled).ok, place
