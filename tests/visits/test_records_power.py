"""Power cuts and kills, as far as software can show them: what people saw as received is there afterwards."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from visit_samples import attempt, health_card, new_visit

from kiosk.errors import RecordsError
from kiosk.visits.backup import check
from kiosk.visits.database import sqlite_url
from kiosk.visits.model import NUMBERED, Status
from kiosk.visits.records import VisitRecords

PAGE = 4096
WAL_HEADER, FRAME = 32, 24 + PAGE


def opened(file: Path) -> VisitRecords:
    return VisitRecords.open(file, facility="99999", training=False)


class TestAJournalThatBreaksOff:
    """The disk has the file and a part of the journal, as when the power goes in the middle of a write."""

    @pytest.fixture
    def cut(self, records_file: Path, tmp_path: Path) -> tuple[Path, list[int]]:
        """A copy taken under a working desk, and how long its journal was after each visit shown."""
        with opened(records_file) as desk:
            desk.owed_ids()
            lengths = []
            for number in range(8):
                status = Status.PENDING if number % 2 else Status.CHECKED_IN
                desk.record(
                    new_visit(health_card(number), status, visit_id=f"v{number}", attempts=(attempt(),))
                )
                lengths.append(journal(records_file).stat().st_size)
            copy = tmp_path / "copy" / "visits.sqlite3"
            shutil.copytree(records_file.parent, copy.parent)
        return copy, lengths

    def test_at_every_frame_each_visit_is_whole_or_not_there(
        self, cut: tuple[Path, list[int]], tmp_path: Path
    ) -> None:
        copy, lengths = cut
        whole = journal(copy).stat().st_size
        points = sorted({*range(WAL_HEADER, whole, FRAME), *lengths, whole - 1, whole - PAGE // 2})
        for point in random.sample(points, min(len(points), 12)) + lengths[-2:]:
            file = tmp_path / f"at-{point}" / "visits.sqlite3"
            shutil.copytree(copy.parent, file.parent)
            journal(file).write_bytes(journal(copy).read_bytes()[:point])
            shown = sum(length <= point for length in lengths)  # people saw these many
            self.assert_whole(file, at_least=shown)
            shutil.rmtree(file.parent)

    def test_a_frame_that_was_written_wrongly_ends_the_journal(self, cut: tuple[Path, list[int]]) -> None:
        copy, lengths = cut
        content = bytearray(journal(copy).read_bytes())
        content[lengths[4] + 24 + 100] ^= 0xFF  # in the first page after the fifth visit
        journal(copy).write_bytes(content)
        self.assert_whole(copy, at_least=5, at_most=5)

    def assert_whole(self, file: Path, *, at_least: int, at_most: int = 8) -> None:
        with opened(file) as records:
            visits = list(records.visits())
            assert at_least <= len(visits) <= at_most
            assert [visit.visit_id for visit in sorted(visits, key=lambda v: v.queue_number or 0)] == [
                f"v{number}" for number in range(len(visits))
            ]
            for visit in visits:
                assert len(records.attempts(visit.visit_id)) == len(records.events(visit.visit_id)) == 1
            pending = [visit.visit_id for visit in visits if visit.status is Status.PENDING]
            assert sorted(records.owed_ids()) == sorted(pending)
            assert records.record(new_visit(health_card(99))).queue_number == len(visits) + 1
        assert check(file).ok


def journal(file: Path) -> Path:
    return file.with_name(file.name + "-wal")


WORKER = Path(__file__).with_name("outbox_process.py")


def test_killed_rechecks_leave_nothing_taken_and_settle_nothing_twice(records_file: Path) -> None:
    owed = [f"v{number:02}" for number in range(40)]
    with opened(records_file) as records:
        for number, name in enumerate(owed):
            records.record(new_visit(health_card(number), Status.PENDING, visit_id=name))
    told: list[str] = []
    for _ in range(2):
        command = [sys.executable, str(WORKER), sqlite_url(records_file)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            told += [process.stdout.readline().strip() for _ in range(random.randrange(4))]
            process.kill()
            rest, _ = process.communicate()
            told += [line for line in rest.splitlines() if len(line) == 3]
    output = subprocess.run(
        [sys.executable, str(WORKER), sqlite_url(records_file)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,  # what the dead held is free at once
    )
    told += output.stdout.splitlines()[1:]

    assert len(told) == len(set(told))
    with opened(records_file) as records:
        assert records.owed_ids() == []
        for name in owed:
            assert [event.event for event in records.events(name)] == ["recorded", "settled"]
    assert check(records_file).ok


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one and a half megabytes."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1536k", "tmpfs", str(folder)]
    if sys.platform != "linux" or os.geteuid() != 0 or subprocess.run(mount, check=False).returncode != 0:
        pytest.skip("only root on Linux can make a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_disk_that_fills_up_keeps_what_was_shown_and_says_so(small_disk: Path) -> None:
    shown: list[str] = []

    def receive_until_it_fails(records: VisitRecords) -> None:
        while len(shown) < 2000:
            new = new_visit(health_card(len(shown)), attempts=(attempt(answer="x" * 3000),))
            shown.append(records.record(new).visit_id)

    with opened(small_disk / "visits.sqlite3") as records:
        with pytest.raises(RecordsError) as caught:
            receive_until_it_fails(records)
        assert caught.value.code == "records_disk_full"
        assert sorted(visit.visit_id for visit in records.visits()) == sorted(shown)
    with opened(small_disk / "visits.sqlite3") as records:
        numbers = sorted(visit.queue_number or 0 for visit in records.visits() if visit.status in NUMBERED)
        assert numbers == list(range(1, len(shown) + 1))
    assert check(small_disk / "visits.sqlite3").problems == ()
    assert len(shown) > 10
