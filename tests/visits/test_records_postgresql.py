"""What only a server does: many connections at once, limits of its own, dying in the middle of the work."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from hanging_line import line_to
from postgresql_server import PostgresqlServer
from sqlalchemy import make_url, text
from visit_samples import MORNING, health_card, new_visit

from kiosk.errors import RecordsError
from kiosk.visits import database, leases, spool
from kiosk.visits.database import Database
from kiosk.visits.model import Status, Visit
from kiosk.visits.records import VisitRecords
from kiosk.visits.schema import visit
from kiosk.visits.spool import SharedRecords


@pytest.fixture
def server(server_url: str) -> Iterator[VisitRecords]:
    with VisitRecords.open(server_url, facility="99999", training=False) as records:
        yield records


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 100
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def nothing_waits(desk: SharedRecords) -> bool:
    return desk.sharing().waiting == 0


def together(*acts: Callable[[], None]) -> None:
    """Do them at once, in a thread each; raises what the first of them raised."""
    errors: list[BaseException] = []

    def guarded(act: Callable[[], None]) -> None:
        try:
            act()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def test_queue_numbers_of_eight_connections_have_no_gap_even_where_some_roll_back(
    server_url: str, server: VisitRecords
) -> None:
    def take_a_number_and_fail(records: VisitRecords) -> None:
        with records.writing() as transaction:
            raise ZeroDivisionError(transaction.next_number(MORNING.date()))

    def one_desk(desk: int) -> None:
        with VisitRecords.open(server_url, facility="99999", training=False) as records:
            for n in range(12):
                if n % 4 == 3:
                    with pytest.raises(ZeroDivisionError):
                        take_a_number_and_fail(records)
                else:
                    records.record(new_visit(health_card(desk * 100 + n)))

    together(*[lambda desk=desk: one_desk(desk) for desk in range(8)])

    numbers = sorted(found.queue_number or 0 for found in server.visits())
    assert numbers == list(range(1, 8 * 9 + 1))


def test_an_owed_row_that_somebody_takes_is_passed_over_and_not_waited_for(
    server_url: str, server: VisitRecords
) -> None:
    for n in range(2):
        server.record(new_visit(health_card(n), Status.PENDING, visit_id=f"v{n}"))
    taking = Database.open(server_url)

    with taking.write() as connection:
        row = leases.claim(connection, visit.c.facility == "99999", holder="a", at=MORNING, visit_id="v0")
        assert row is not None
        other = server.claim_owed("b", MORNING, "v0")
        next_one = server.claim_owed("b", MORNING, "v1")
    taking.close()

    assert other is None
    assert next_one is not None
    assert next_one.visit_id == "v1"


def test_a_lock_that_is_not_given_back_is_waited_for_only_so_long(
    server_url: str, server: VisitRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.record(new_visit(health_card(1)))
    monkeypatch.setattr(database, "_POSTGRESQL_SESSION", "SET lock_timeout = '50ms'")
    other = VisitRecords.open(server_url, facility="99999", training=False)

    with server._database.write() as connection:
        connection.execute(text("UPDATE queue_counter SET last_number = last_number"))
        with pytest.raises(RecordsError) as told:
            other.record(new_visit(health_card(2), visit_id="late"))
    other.close()

    assert told.value.code == "records_locked"
    assert server.get("late") is None


def test_a_statement_that_never_ends_is_ended_by_the_desk_where_the_server_does_not(
    server_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "ANSWER_TIMEOUT_SECONDS", 0.1)
    books = Database.open(server_url)

    with pytest.raises(RecordsError) as told, books.read() as connection:
        connection.execute(text("SELECT pg_sleep(3)"))
    with books.read() as connection:  # on a new connection
        one = connection.scalar(text("SELECT 1"))
    books.close()

    assert told.value.code == "records_unreachable"
    assert one == 1


def test_a_server_that_takes_the_call_and_says_nothing_is_given_up(
    server_url: str, postgresql_server: PostgresqlServer
) -> None:
    with line_to(postgresql_server.port) as line:
        line.fall_silent()
        url = make_url(server_url).set(port=line.port, query={"connect_timeout": "2"})
        with pytest.raises(RecordsError) as told:
            VisitRecords.open(url.render_as_string(hide_password=False), facility="99999", training=False)

    assert told.value.code == "records_unreachable"


def test_a_server_that_dies_in_the_middle_of_the_work_takes_nothing_along(
    server_url: str,
    postgresql_server: PostgresqlServer,
    new_spool_folder: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two desks check in while the server is killed and started again: what they showed is there, once."""
    monkeypatch.setattr(spool, "WATCH_SECONDS", 0.05)
    monkeypatch.setattr(database, "CONNECT_TIMEOUT_SECONDS", 30)  # slow is not dead; dead refuses at once
    monkeypatch.setattr(database, "ANSWER_TIMEOUT_SECONDS", 30.0)
    desks = [
        SharedRecords.open_shared(
            server_url, new_spool_folder(name) / "spool.sqlite3", facility="99999", training=False
        )
        for name in ("a", "b")
    ]
    shown: list[Visit] = []
    ended = threading.Event()

    def check_in(desk: SharedRecords) -> None:
        n = 0
        while not ended.is_set():
            n += 1
            shown.append(desk.record(new_visit(health_card(n))))

    def kill() -> None:
        try:
            wait_until(lambda: len(shown) >= 8)
            postgresql_server.stop("immediate")
            try:
                wait_until(lambda: shown[-1].kept_here)
            finally:
                postgresql_server.start()
            wait_until(lambda: not shown[-1].kept_here)
        finally:
            ended.set()

    try:
        together(kill, *[lambda desk=desk: check_in(desk) for desk in desks])
        for desk in desks:
            desk.catch_up()
            wait_until(partial(nothing_waits, desk))
    finally:
        for desk in desks:
            desk.close()

    with VisitRecords.open(server_url, facility="99999", training=False) as records:
        there = {found.visit_id: found.queue_label for found in records.visits()}
    assert there == {found.visit_id: found.queue_label for found in shown}
    assert len(set(there.values())) == len(there)
    assert {label[0] for label in there.values() if label and "-" in label} <= {"A", "B"}
