"""Difficulties of desks on one server, while it is away and when it is back: nothing lost, nothing twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from visit_samples import MORNING, TODAY, attempt, health_card, new_visit

from kiosk.eligibility.model import Assessment
from kiosk.errors import RecordsError
from kiosk.gateway.result_codes import Verdict
from kiosk.visits import spool
from kiosk.visits.difficulties import Difficulty, State, cases, new_difficulty
from kiosk.visits.model import Status
from kiosk.visits.records import VisitRecords
from kiosk.visits.spool import SharedRecords

NO_ANSWER = Assessment(Verdict.UNDETERMINED, "gateway_timeout", None, staff_text_key="gateway_timeout")
LATER = MORNING + timedelta(hours=1)


@pytest.fixture(autouse=True)
def quiet_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests say themselves when a desk looks for its server."""
    monkeypatch.setattr(spool, "WATCH_SECONDS", 3600.0)


@pytest.fixture
def open_desk(
    server_url: str, new_spool_folder: Callable[[str], Path]
) -> Iterator[Callable[[str], SharedRecords]]:
    opened: list[SharedRecords] = []

    def opening(name: str) -> SharedRecords:
        file = new_spool_folder(name) / "spool.sqlite3"
        opened.append(SharedRecords.open_shared(server_url, file, facility="99999", training=False))
        return opened[-1]

    yield opening
    for desk in opened:
        desk.close()


@pytest.fixture
def server(server_url: str) -> Iterator[VisitRecords]:
    with VisitRecords.open(server_url, facility="99999", training=False) as records:
        yield records


def go_away(desk: SharedRecords) -> None:
    desk._server._note(RecordsError("records_unreachable", place="db.example/kiosk"))


def receive(desk: VisitRecords, number: int, name: str) -> str:
    visit = new_visit(
        health_card(number),
        Status.PENDING,
        visit_id=f"{name}-{number}",
        desk=name,
        assessment=NO_ANSWER,
        attempts=(attempt("gateway_timeout"),),
    )
    return desk.record(visit).visit_id


def suspected(name: str = "s1") -> Difficulty:
    return new_difficulty("suspected_card", difficulty_id=name, at=MORNING, desk="a", text="Ảnh khác")


def test_what_was_filed_while_cut_off_reaches_the_server_once(
    open_desk: Callable[[str], SharedRecords], server: VisitRecords
) -> None:
    one, other = open_desk("a"), open_desk("b")
    for desk, name in ((one, "a"), (other, "b")):
        go_away(desk)
        for number in range(3):
            receive(desk, number, name)
    one.difficulties.file(suspected())
    one.still_owed("a-0", NO_ANSWER, [attempt("gateway_timeout")], LATER)
    assert server.difficulties.find() == []
    assert len(one.difficulties.find()) == 4, "what this desk has, it sees"

    for desk in (one, other, one):
        desk.catch_up()

    found = server.difficulties.find()
    assert len(found) == 7
    outage, card = sorted(cases(found), key=lambda case: case.kind.name)
    assert (len(outage.members), outage.desks, outage.times) == (6, ("a", "b"), 7)
    assert card.members == (suspected(),)
    assert one.difficulties.find() == other.difficulties.find() == found
    assert one._spool.difficulties.find() == []


def test_one_that_came_twice_because_the_line_was_cut_is_one(
    open_desk: Callable[[str], SharedRecords], server: VisitRecords
) -> None:
    desk = open_desk("a")
    desk._spool.difficulties.file(suspected())
    server.difficulties.take_over(suspected())  # arrived, and the answer was lost
    server.difficulties.mark(server.difficulties.find(), State.REPORTED, LATER, "CV 12")

    desk.catch_up()

    (only,) = server.difficulties.find()
    assert (only.state, only.note, only.times) == (State.REPORTED, "CV 12", 1)
    assert desk._spool.difficulties.find() == []


def test_what_changed_on_its_way_goes_again(open_desk: Callable[[str], SharedRecords]) -> None:
    book = open_desk("a")._spool.difficulties
    book.file(suspected())
    (as_read,) = book.find()
    book.describe("s1", text="Hỏi ngày sinh không trả lời được")
    book.remove(as_read)
    assert [each.text for each in book.find()] == ["Hỏi ngày sinh không trả lời được"]


def test_marking_and_describing_reach_what_lies_here_and_there(
    open_desk: Callable[[str], SharedRecords], server: VisitRecords
) -> None:
    desk = open_desk("a")
    receive(desk, 1, "a")
    go_away(desk)
    receive(desk, 2, "a")
    desk.difficulties.file(suspected())
    assert desk.difficulties.describe("s1", text="Thẻ bị cạo sửa")
    desk._server.is_back()

    (outage,) = [case for case in cases(desk.difficulties.find()) if case.kind.name == "gateway_failure"]
    assert desk.difficulties.mark(outage.members, State.REPORTED, LATER, None) == 2
    desk.catch_up()
    assert {each.difficulty_id: each.state for each in server.difficulties.find()} == {
        **{each.difficulty_id: State.REPORTED for each in outage.members},
        "s1": State.NEW,
    }
    assert next(each.text for each in server.difficulties.find() if each.difficulty_id == "s1") == (
        "Thẻ bị cạo sửa"
    )


def test_a_report_while_cut_off_counts_what_is_here_and_all_of_it_later(
    open_desk: Callable[[str], SharedRecords],
) -> None:
    desk = open_desk("a")
    receive(desk, 1, "a")
    go_away(desk)
    receive(desk, 2, "a")
    book = desk.difficulties

    def counts() -> tuple[int, int, int, int]:
        visits = book.visit_counts(TODAY, TODAY)
        asked = list(book.exchanges(MORNING, LATER))
        return visits.visits, visits.received_without_answer, len(asked), len(book.find())

    assert counts() == (1, 1, 1, 1)
    assert book.overdue(LATER) == {"gateway_failure": MORNING}
    desk._server.is_back()
    assert counts() == (2, 2, 2, 2)
    desk.catch_up()
    assert counts() == (2, 2, 2, 2)
