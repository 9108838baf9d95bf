"""Several processes on one set of records, and processes that die."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from store_file import open_store
from visit_samples import health_card, new_visit

from kiosk.visits.database import sqlite_url
from kiosk.visits.model import NUMBERED, Status
from kiosk.visits.records import VisitRecords

WORKER = Path(__file__).with_name("records_worker.py")
DESKS = 4


@contextmanager
def worker(url: str, *words: str) -> Iterator[subprocess.Popen[str]]:
    """A worker that has imported everything and waits for `go`."""
    command = [sys.executable, str(WORKER), url, *words]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def finish(process: subprocess.Popen[str]) -> list[list[str]]:
    """The lines a worker printed until its end, in words."""
    output, errors = process.communicate(timeout=90)
    assert process.returncode == 0, errors
    return [line.split() for line in output.splitlines()]


def numbers_in(url: str) -> list[int]:
    with VisitRecords.open(url, facility="99999", training=False) as records:
        return sorted(visit.queue_number for visit in records.visits() if visit.queue_number is not None)


def test_four_desks_open_an_empty_folder_at_once_and_share_one_row_of_numbers(empty_url: str) -> None:
    with ExitStack() as stack:
        desks = [
            stack.enter_context(worker(empty_url, "record", "12", f"desk{desk}")) for desk in range(DESKS)
        ]
        for desk in desks:
            go(desk)
        printed = [line for desk in desks for line in finish(desk)]

    numbers = sorted(int(number) for _, number in printed if number != "-")
    assert len(printed) == DESKS * 12
    assert numbers == list(range(1, DESKS * 8 + 1))  # two of three are received
    assert numbers_in(empty_url) == numbers


@pytest.mark.parametrize("round_", range(3))
def test_an_empty_folder_is_made_once_however_the_desks_race(records_file: Path, round_: int) -> None:
    url = sqlite_url(records_file.with_name(f"{round_}.sqlite3"))
    errors: list[Exception] = []
    barrier = threading.Barrier(DESKS)

    def start() -> None:
        barrier.wait()
        try:
            VisitRecords.open(url, facility="99999", training=False).close()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=start) for _ in range(DESKS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert numbers_in(url) == []


def test_an_owed_look_up_is_settled_by_exactly_one_process(records_url: str) -> None:
    with VisitRecords.open(records_url, facility="99999", training=False) as records:
        owed = [
            records.record(new_visit(health_card(i), Status.PENDING, visit_id=f"v{i:02}")).visit_id
            for i in range(20)
        ]
        with worker(records_url, "settle", *owed) as one, worker(records_url, "settle", *owed) as other:
            go(one)
            go(other)
            won = [*finish(one), *finish(other)]

        assert sorted(visit_id for (visit_id,) in won) == owed
        assert records.owed() == []
        assert all([event.event for event in records.events(v)] == ["recorded", "settled"] for v in owed)
        assert all(len(records.attempts(v)) == 2 for v in owed)  # both asked, both answers are kept


def test_a_killed_desk_leaves_whole_visits_only(records_file: Path) -> None:
    url = sqlite_url(records_file)
    printed: dict[str, str] = {}
    for round_ in range(10):
        with worker(url, "record", "1000", f"round{round_}") as desk:
            assert desk.stdout is not None
            go(desk)
            for _ in range(random.randrange(5)):
                visit_id, number = desk.stdout.readline().split()
                printed[visit_id] = number
            threading.Event().wait(random.uniform(0, 0.03))  # any moment of opening, migrating, writing
            desk.kill()
            rest, _ = desk.communicate()
            for line in rest.splitlines(keepends=True):
                if line.endswith("\n"):  # the last one may be cut
                    visit_id, number = line.split()
                    printed[visit_id] = number

    with VisitRecords.open(url, facility="99999", training=False) as records:
        visits = {visit.visit_id: visit for visit in records.visits()}
        assert (
            printed.items() <= {key: str(visit.queue_number or "-") for key, visit in visits.items()}.items()
        )
        assert {owed.visit_id for owed in records.owed()} == {
            visit.visit_id for visit in visits.values() if visit.status is Status.PENDING
        }
        for visit in visits.values():
            assert len(records.attempts(visit.visit_id)) == len(records.events(visit.visit_id)) == 1
            assert (visit.queue_number is not None) == (visit.status in NUMBERED)
    numbers = numbers_in(url)
    assert numbers == list(range(1, len(numbers) + 1))
    connection = open_store(records_file)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()


def test_a_desk_that_starts_again_needs_no_alembic(records_file: Path) -> None:
    url = sqlite_url(records_file)
    VisitRecords.open(url, facility="99999", training=False).close()
    program = (
        "import sys; from kiosk.visits.records import VisitRecords\n"
        "records = VisitRecords.open(sys.argv[1], facility='99999', training=False)\n"
        "print(list(records.visits()), sorted({'alembic', 'openpyxl'} & set(sys.modules)))\n"
    )

    output = subprocess.run(
        [sys.executable, "-c", program, url], capture_output=True, text=True, check=True, timeout=60
    )

    assert output.stdout == "[] []\n"
