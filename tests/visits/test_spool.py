"""A desk whose server goes away and comes back: nothing lost, nothing twice, no number given twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hanging_line import Line, line_to
from postgresql_server import PostgresqlServer
from sqlalchemy import Connection, make_url, text, update
from visit_samples import MORNING, TIMED_OUT, TODAY, assessment, attempt, citizen_card, health_card, new_visit

from kiosk import clock
from kiosk.errors import RecordsError, UsageError
from kiosk.gateway.result_codes import Verdict
from kiosk.visits import database, day_list, delivery, hand_over, spool
from kiosk.visits.audit import Act, Actor
from kiosk.visits.audit_verify import examine, examine_log
from kiosk.visits.database import Database
from kiosk.visits.day_page import DayQuery
from kiosk.visits.model import Status, Visit
from kiosk.visits.records import ALREADY_CHECKED_IN, VisitRecords
from kiosk.visits.schema import visit as visit_table
from kiosk.visits.spool import SharedRecords
from kiosk.visits.staff import Role
from kiosk.visits.transaction import Transaction


@pytest.fixture(autouse=True)
def quiet_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests say themselves when a desk looks for its server."""
    monkeypatch.setattr(spool, "WATCH_SECONDS", 3600.0)


@pytest.fixture
def line(postgresql_server: PostgresqlServer) -> Iterator[Line]:
    with line_to(postgresql_server.port) as line:
        yield line


@pytest.fixture
def open_desk(
    server_url: str, line: Line, new_spool_folder: Callable[[str], Path]
) -> Iterator[Callable[..., SharedRecords]]:
    """Opens the records as the desk of this name has them; all desks reach the server over one line."""
    opened: list[SharedRecords] = []
    url = make_url(server_url).set(port=line.port).render_as_string(hide_password=False)

    def opening(name: str = "a", **changes: str) -> SharedRecords:
        folder = new_spool_folder(name)
        opened.append(
            SharedRecords.open_shared(
                changes.get("url", url), folder / "spool.sqlite3", facility="99999", training=False
            )
        )
        return opened[-1]

    yield opening
    for desk in opened:
        desk.close()


@pytest.fixture
def server(server_url: str) -> Iterator[VisitRecords]:
    """What really lies on the server."""
    with VisitRecords.open(server_url, facility="99999", training=False) as records:
        yield records


def hang_up(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server falls silent; waiting for it is made short."""
    monkeypatch.setattr(database, "_PING_TIMEOUT_SECONDS", 0.1)
    monkeypatch.setattr(database, "ANSWER_TIMEOUT_SECONDS", 0.1)
    monkeypatch.setattr(spool, "_QUICK_SECONDS", 0.0)
    line.fall_silent()


def speak_again(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """And it may take its time: on a busy machine a tenth of a second is soon over."""
    monkeypatch.setattr(database, "_PING_TIMEOUT_SECONDS", 2.0)
    monkeypatch.setattr(database, "ANSWER_TIMEOUT_SECONDS", 5.0)
    line.speak_again()


def go_away(desk: SharedRecords) -> None:
    """As if the server had just refused this desk."""
    desk._server._note(RecordsError("records_unreachable", place="db.example/kiosk"))


def come_back(*desks: SharedRecords) -> None:
    for desk in desks:
        desk.catch_up()
        assert desk.sharing().away is None


def ids(found: Iterator[Visit]) -> list[str]:
    return [visit.visit_id for visit in found]


def test_while_the_server_is_there_everything_lies_on_it(
    open_desk: Callable[..., SharedRecords], server: VisitRecords
) -> None:
    one, other = open_desk("a"), open_desk("b")

    first = one.record(new_visit(health_card(1), visit_id="v1"))
    second = other.record(new_visit(health_card(2), visit_id="v2"))

    assert (first.queue_label, second.queue_label) == ("1", "2")
    assert not first.kept_here
    assert ids(server.visits()) == [first.visit_id, second.visit_id]
    assert one.sharing() == other.sharing() == replace(one.sharing(), away=None, since=None, waiting=0)


def test_cut_off_desks_go_on_with_letters_of_their_own(
    open_desk: Callable[..., SharedRecords], server: VisitRecords
) -> None:
    one, other, same_desk = open_desk("a"), open_desk("b"), open_desk("a")
    for desk in (one, other, same_desk):
        go_away(desk)

    visits = [desk.record(new_visit(health_card(n))) for n, desk in enumerate((one, other, same_desk, one))]

    assert [visit.queue_label for visit in visits] == ["A-001", "B-001", "A-002", "A-003"]
    assert len({visit.queue_number for visit in visits}) == 4
    assert all(visit.kept_here for visit in visits)
    assert one.sharing().waiting == 3
    assert list(server.visits()) == []

    come_back(one, other, same_desk)

    assert {(visit.visit_id, visit.queue_label) for visit in server.visits()} == {
        (visit.visit_id, visit.queue_label) for visit in visits
    }
    assert one.sharing().waiting == other.sharing().waiting == 0
    assert one.record(new_visit(health_card(9))).queue_label == "1"


def test_what_was_done_here_arrives_whole(
    open_desk: Callable[..., SharedRecords], server: VisitRecords
) -> None:
    desk = open_desk()
    go_away(desk)
    held = desk.record(new_visit(health_card(1), Status.HELD, attempts=(attempt(),), priority="aged_75"))
    confirmed = desk.confirm(held.visit_id, "đã xem CCCD")
    owing = desk.record(new_visit(health_card(2), Status.PENDING, attempts=(attempt(), attempt())))
    refused = desk.record(new_visit(health_card(3), Status.PENDING))
    late = assessment(Verdict.NOT_ELIGIBLE, "card_expired", result_code="010")
    desk.settle(refused.visit_id, Status.REFUSED, late, (attempt(None),), MORNING + timedelta(hours=1))

    come_back(desk)

    for visit_id in (held.visit_id, owing.visit_id, refused.visit_id):
        assert server.get(visit_id) == replace(desk.get(visit_id) or held, kept_here=False)
        assert [event.event for event in server.events(visit_id)][-1] == "handed_over"
    there = server.get(held.visit_id)
    assert there is not None
    assert (there.status, there.queue_label) == (Status.CHECKED_IN, confirmed.queue_label)
    assert (there.confirm_reason, there.priority) == ("đã xem CCCD", "aged_75")
    assert server.owed_ids() == [owing.visit_id]
    assert len(server.attempts(owing.visit_id)) == 2
    assert [task.visit.visit_id for task in server.tasks()] == [refused.visit_id]
    assert server.already_checked_in(health_card(2), None, TODAY)


def test_an_owed_look_up_made_here_is_done_there_by_any_desk(
    open_desk: Callable[..., SharedRecords], server: VisitRecords
) -> None:
    desk, other = open_desk("a"), open_desk("b")
    go_away(desk)
    owing = desk.record(new_visit(health_card(1), Status.PENDING))
    taken = desk.claim_owed("me", clock.now(), owing.visit_id)
    assert taken is not None

    come_back(desk)  # while the look-up is under way

    assert other.claim_owed("somebody", clock.now(), owing.visit_id) is None  # the lease came along
    settled = desk.settle(owing.visit_id, Status.CHECKED_IN, assessment(), (attempt(None),), MORNING)
    assert settled is not None
    assert settled.queue_label == owing.queue_label
    assert server.owed_ids() == other.owed_ids() == []


def test_the_same_person_at_two_cut_off_desks_is_noticed_at_the_latest_on_the_server(
    open_desk: Callable[..., SharedRecords], server: VisitRecords
) -> None:
    one, other = open_desk("a"), open_desk("b")
    first = one.record(new_visit(health_card(1)))
    go_away(other)
    again = other.record(new_visit(health_card(1)))
    assert again.warnings == ()

    come_back(other)

    found = server.get(again.visit_id)
    assert found is not None
    assert found.warnings == (ALREADY_CHECKED_IN,)
    assert server.get(first.visit_id) == first


def test_recording_the_same_visit_again_gives_the_first_back_wherever_it_lies(
    open_desk: Callable[..., SharedRecords], server: VisitRecords
) -> None:
    desk = open_desk()
    go_away(desk)
    new = new_visit(health_card(1))

    first = desk.record(new)
    desk._server.forget_trouble()
    again = desk.record(new)
    come_back(desk)
    there = desk.record(new)

    assert first == again == replace(there, kept_here=True)
    assert ids(desk.visits()) == ids(server.visits()) == [new.visit_id]


# The line is cut in the middle.


@pytest.mark.parametrize("word", [b"INSERT INTO visit ", b"INSERT INTO queue_counter", b"COMMIT"])
def test_a_line_cut_in_the_middle_of_a_check_in_costs_nothing(
    open_desk: Callable[..., SharedRecords], server: VisitRecords, line: Line, word: bytes
) -> None:
    desk = open_desk()
    line.cut_after(word)

    visit = desk.record(new_visit(health_card(1), visit_id="v1"))
    after = desk.record(new_visit(health_card(2), visit_id="v2"))

    assert (visit.queue_number, after.queue_number) == (1, 2)
    assert ids(server.visits()) == [visit.visit_id, after.visit_id]
    assert desk.sharing().waiting == 0


def test_a_commit_whose_answer_was_lost_is_found_again_at_the_hand_over(
    open_desk: Callable[..., SharedRecords], server: VisitRecords
) -> None:
    """The server has the visit with number 1, but the desk gave its own: the patient's number counts."""
    desk = open_desk()
    new = new_visit(health_card(1), Status.HELD)
    received = new_visit(health_card(2))
    server.record(new)
    server.record(received)
    go_away(desk)
    given = desk.record(received)
    desk.record(new)
    desk.confirm(new.visit_id, "đã xem CCCD")

    come_back(desk)

    found, confirmed = server.get(received.visit_id), server.get(new.visit_id)
    assert found is not None
    assert confirmed is not None
    assert (found.queue_label, confirmed.queue_label) == ("A-001", "A-002")
    assert confirmed.status is Status.CHECKED_IN
    assert given.queue_label == "A-001"
    assert [event.event for event in server.events(received.visit_id)] == ["recorded", "renumbered"]
    assert server.events(received.visit_id)[-1].why == "1 -> A-001"
    assert [event.event for event in server.events(new.visit_id)] == ["recorded", "confirmed"]
    assert ids(server.visits()) == sorted([new.visit_id, received.visit_id])


def test_what_others_did_with_a_visit_in_doubt_stays(
    open_desk: Callable[..., SharedRecords], server: VisitRecords
) -> None:
    desk = open_desk()
    new = new_visit(health_card(1), Status.PENDING)
    server.record(new)
    go_away(desk)
    desk.record(new)
    server.settle(new.visit_id, Status.CHECKED_IN, assessment(), (attempt(None),), MORNING)

    come_back(desk)

    found = server.get(new.visit_id)
    assert found is not None
    assert (found.status, found.queue_label) == (Status.CHECKED_IN, "A-001")
    assert server.owed_ids() == []
    assert [event.event for event in server.events(new.visit_id)] == ["recorded", "settled", "renumbered"]


def test_a_hand_over_that_was_cut_off_is_done_once(
    open_desk: Callable[..., SharedRecords], server: VisitRecords, line: Line
) -> None:
    desk = open_desk()
    go_away(desk)
    visits = [desk.record(new_visit(health_card(n), Status.PENDING, attempts=(attempt(),))) for n in range(4)]
    desk._server.forget_trouble()
    line.cut_after(b"COMMIT")

    handed = desk.hand_over()
    assert handed == 0
    assert desk.sharing().waiting == 4  # nobody knows whether the first one arrived
    come_back(desk)

    assert sorted(ids(server.visits())) == sorted(visit.visit_id for visit in visits)
    assert desk.sharing().waiting == 0
    assert all(len(server.attempts(visit.visit_id)) == 1 for visit in visits)
    assert all([e.event for e in server.events(v.visit_id)] == ["recorded", "handed_over"] for v in visits)


def test_two_processes_of_a_desk_hand_over_at_once(
    open_desk: Callable[..., SharedRecords], server: VisitRecords
) -> None:
    one, other = open_desk("a"), open_desk("a")
    go_away(one)
    visits = [one.record(new_visit(health_card(n))) for n in range(20)]
    threads = [threading.Thread(target=desk.catch_up) for desk in (one, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    come_back(one)

    assert sorted(ids(server.visits())) == sorted(visit.visit_id for visit in visits)
    assert one.sharing().waiting == 0
    assert all([e.event for e in server.events(v.visit_id)] == ["recorded", "handed_over"] for v in visits)


def test_what_is_done_to_a_visit_during_its_hand_over_is_not_lost(
    open_desk: Callable[..., SharedRecords], server: VisitRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk()
    go_away(desk)
    held = desk.record(new_visit(health_card(1), Status.HELD))
    desk._server.forget_trouble()

    def meanwhile_confirmed(transaction: Transaction, bundle: hand_over.Bundle) -> None:
        hand_over.take_over(transaction, bundle)
        if desk._spool.events(held.visit_id)[-1].event == "recorded":
            desk._spool.confirm(held.visit_id, "đã xem CCCD")

    monkeypatch.setattr(delivery, "take_over", meanwhile_confirmed)
    desk.hand_over()
    assert desk.sharing().waiting == 1
    desk.hand_over()

    found = server.get(held.visit_id)
    assert found is not None
    assert (found.status, found.queue_label) == (Status.CHECKED_IN, "A-001")
    assert [e.event for e in server.events(held.visit_id)] == ["recorded", "handed_over", "confirmed"]
    assert desk.sharing().waiting == 0


def test_one_bad_row_keeps_none_waiting(
    open_desk: Callable[..., SharedRecords], server: VisitRecords, caplog: pytest.LogCaptureFixture
) -> None:
    desk = open_desk()
    go_away(desk)
    bad, *good = [desk.record(new_visit(health_card(n), visit_id=f"v{n}")) for n in range(4)]
    with desk._spool._database.write() as connection:
        connection.execute(text("UPDATE visit SET warnings = 'no JSON' WHERE visit_id = 'v0'"))

    come_back(desk)
    desk.catch_up()

    assert ids(server.visits()) == [visit.visit_id for visit in good]
    assert desk.sharing().waiting == 1
    assert [record.getMessage() for record in caplog.records].count(
        f"visit {bad.visit_id} stays on this desk for now: JSONDecodeError"
    ) == 1
    assert "DN479" not in caplog.text


# A server that is silent, down, full, or not there yet.


def test_a_server_that_hangs_is_left_alone_after_one_wait(
    open_desk: Callable[..., SharedRecords],
    server: VisitRecords,
    line: Line,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = open_desk()
    before = desk.record(new_visit(health_card(1)))
    hang_up(line, monkeypatch)

    kept = desk.record(new_visit(health_card(2)))
    line_was_tried = len(line._others)
    more = [desk.record(new_visit(health_card(n))) for n in range(3, 6)]

    assert kept.queue_label == "A-001"
    assert all(visit.kept_here for visit in more)
    assert len(line._others) == line_was_tried  # nobody waited for the server again
    trouble = desk.sharing().away
    assert trouble is not None
    assert trouble.code == "records_unreachable"
    assert not desk._server.is_back()
    assert ids(desk.visits()) == sorted(visit.visit_id for visit in [kept, *more])

    speak_again(line, monkeypatch)
    come_back(desk)
    assert sorted(ids(server.visits())) == sorted(v.visit_id for v in [before, kept, *more])


def test_a_server_that_is_shut_off_and_started_again(
    open_desk: Callable[..., SharedRecords], server_url: str, postgresql_server: PostgresqlServer
) -> None:
    desk = open_desk(url=server_url)
    before = desk.record(new_visit(health_card(1)))
    postgresql_server.stop("immediate")
    try:
        kept = desk.record(new_visit(health_card(2), Status.PENDING))
        assert kept.kept_here
        assert ids(desk.visits()) == [kept.visit_id]
        assert desk.owed_summary()[0] == 1
        assert not desk._server.is_back()
    finally:
        postgresql_server.start()

    come_back(desk)
    after = desk.record(new_visit(health_card(3)))

    assert ids(desk.visits()) == sorted(v.visit_id for v in (before, kept, after))
    assert [v.queue_label for v in (before, kept, after)] == ["1", "A-001", "2"]


def test_the_desk_finds_the_way_back_by_itself(
    open_desk: Callable[..., SharedRecords], server: VisitRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "WATCH_SECONDS", 0.02)
    desk = open_desk()
    handed_over = threading.Event()
    remove = hand_over.remove_bundle

    def removed(connection: Connection, bundle: hand_over.Bundle) -> None:
        remove(connection, bundle)
        handed_over.set()

    monkeypatch.setattr(delivery, "remove_bundle", removed)
    desk._spool.record(new_visit(health_card(1), visit_id="v1"))

    assert handed_over.wait(60)
    assert ids(server.visits()) == ["v1"]


def test_a_desk_that_never_met_its_server_draws_a_row_of_three_letters(
    open_desk: Callable[..., SharedRecords], line: Line, server: VisitRecords, tmp_path: Path
) -> None:
    away = "postgresql+psycopg://kiosk:bi-mat@127.0.0.1:1/kiosk"
    desk = open_desk("new", url=away)
    first = desk.record(new_visit(health_card(1)))
    assert first.queue_label is not None
    assert len(first.queue_label) == len("AAA-001")
    assert "bi-mat" not in f"{desk.sharing()} {desk.sharing().away!r}"
    desk.close()

    desk = open_desk("new")

    assert server.get(first.visit_id) is not None
    go_away(desk)
    assert desk.record(new_visit(health_card(2))).queue_label == "A-002"


def test_a_number_drawn_twice_is_given_once(
    open_desk: Callable[..., SharedRecords], server: VisitRecords
) -> None:
    """Two desks that never met the server drew the same lot: the later one's visit gets another number."""
    desk = open_desk()
    somebody = server.record(new_visit(health_card(1)))
    with server._database.write() as connection:
        connection.execute(update(visit_table).values(queue_number=100_001))
    go_away(desk)
    given = desk.record(new_visit(health_card(2)))

    come_back(desk)

    found = server.get(given.visit_id)
    assert given.queue_label == "A-001"
    assert found is not None
    assert found.queue_label == "2"
    assert server.events(given.visit_id)[-1].why == "A-001 -> 2"
    assert [v.queue_label for v in server.visits() if v.visit_id == somebody.visit_id] == ["A-001"]


def test_a_copied_spool_gives_other_numbers(
    open_desk: Callable[..., SharedRecords], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk image with the kiosk on it, put on another machine."""
    original = open_desk("image")
    monkeypatch.setattr("platform.node", lambda: "another-machine")
    copy = open_desk("image")
    for desk in (original, copy):
        go_away(desk)

    labels = [desk.record(new_visit(health_card(n))).queue_label for n, desk in enumerate((original, copy))]

    assert labels == ["A-001", "B-002"]


def test_a_server_of_a_newer_program_is_told_and_nothing_recorded_beside_it(
    open_desk: Callable[..., SharedRecords], server: VisitRecords, tmp_path: Path
) -> None:
    with server._database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(RecordsError) as told:
        open_desk()

    assert told.value.code == "records_newer"


def test_a_server_that_takes_no_writing_is_gone_round(
    open_desk: Callable[..., SharedRecords], server: VisitRecords, server_url: str
) -> None:
    """A standby that has not taken over yet."""
    desk = open_desk()
    name = make_url(server_url).database
    with server._database.write() as connection:
        connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
    desk._server._database()._reader.dispose()

    kept = desk.record(new_visit(health_card(1)))

    assert kept.kept_here
    trouble = desk.sharing().away
    assert trouble is not None
    assert trouble.code == "records_read_only"


def test_while_the_server_is_away_its_visits_cannot_be_changed_and_that_is_said(
    open_desk: Callable[..., SharedRecords],
) -> None:
    desk = open_desk()
    there = desk.record(new_visit(health_card(1), Status.HELD))
    go_away(desk)

    with pytest.raises(RecordsError) as told:
        desk.confirm(there.visit_id, "đã xem CCCD")
    assert told.value.code == "records_unreachable"
    desk._server.forget_trouble()
    with pytest.raises(UsageError):
        desk.confirm("nobody", "x")


def test_all_that_is_asked_while_away_is_answered_from_here(
    open_desk: Callable[..., SharedRecords],
) -> None:
    desk = open_desk()
    desk.record(new_visit(health_card(1), Status.PENDING, attempts=(attempt(),)))
    go_away(desk)
    kept = desk.record(new_visit(citizen_card(), Status.PENDING, attempts=(attempt(),)))

    assert desk.already_checked_in(citizen_card(), None, TODAY)
    assert not desk.already_checked_in(health_card(1), None, TODAY)
    assert [owed.visit_id for owed in desk.owed()] == desk.owed_ids() == [kept.visit_id]
    assert desk.asked_since(MORNING - timedelta(minutes=1)) == 1
    assert desk.last_written_at() == MORNING
    assert len(desk.attempts(kept.visit_id)) == 1
    assert desk.get(kept.visit_id) == kept
    desk.hurry_owed()
    desk.put_back(kept.visit_id, "me")
    assert desk.still_owed(kept.visit_id, TIMED_OUT, (), MORNING) is not None
    assert not desk.finish_task(kept.visit_id, "Quầy 1", MORNING)
    assert desk.cancel(kept.visit_id, "nhầm", "Quầy 1", MORNING).status is Status.CANCELLED


def cancelled(records: VisitRecords, visit_id: str) -> tuple[Status, str | None, list[str]]:
    found = records.get(visit_id)
    assert found is not None
    return found.status, found.cancel_reason, records.owed_ids()


def test_a_patient_put_aside_while_cut_off_goes_on_and_is_one_visit_on_the_server(
    open_desk: Callable[..., SharedRecords], server: VisitRecords
) -> None:
    desk = open_desk()
    go_away(desk)
    aside = desk.record(new_visit(status=Status.HELD, visit_id="v1"))
    held = desk.held_today(health_card(1), None, aside.day)
    assert held is not None
    done = desk.record(new_visit(created_at=MORNING + timedelta(minutes=9), goes_on=held.visit_id))
    assert (done.visit_id, done.queue_label, done.kept_here) == ("v1", "A-001", True)
    come_back(desk)
    (there,) = server.visits()
    assert (there.visit_id, there.status, there.queue_label) == ("v1", Status.CHECKED_IN, "A-001")


def test_whoever_was_put_aside_on_a_server_that_is_away_is_received_all_the_same(
    open_desk: Callable[..., SharedRecords], server: VisitRecords
) -> None:
    desk = open_desk()
    desk.record(new_visit(status=Status.HELD, visit_id="v1"))
    go_away(desk)
    assert desk.held_today(health_card(1), None, TODAY) is None
    done = desk.record(new_visit(visit_id="v2", goes_on="v1"))  # seen just before the line was cut
    assert (done.visit_id, done.status, done.kept_here) == ("v2", Status.CHECKED_IN, True)
    come_back(desk)
    assert {visit.visit_id: visit.status for visit in server.visits()} == {
        "v1": Status.HELD,
        "v2": Status.CHECKED_IN,
    }


def test_a_cancellation_made_while_cut_off_reaches_the_server(
    open_desk: Callable[..., SharedRecords], server: VisitRecords
) -> None:
    desk = open_desk()
    go_away(desk)
    kept = desk.record(new_visit(status=Status.PENDING, visit_id="v1", attempts=(attempt(),)))
    desk.cancel("v1", "Quét nhầm người", "Quầy 1", MORNING)
    come_back(desk)

    assert cancelled(server, "v1") == (Status.CANCELLED, "Quét nhầm người", [])
    there = server.get("v1")
    assert there is not None
    assert (there.queue_number, there.cancelled_at) == (kept.queue_number, MORNING)
    assert desk.sharing().waiting == 0


def test_a_visit_that_was_handed_over_is_cancelled_there_at_once_or_later(
    open_desk: Callable[..., SharedRecords], server: VisitRecords
) -> None:
    desk = open_desk()
    first = desk.record(new_visit(health_card(1), visit_id="v1"))
    assert not desk.cancel("v1", "Quét nhầm người", "Quầy 1", MORNING).kept_here
    second = desk.record(new_visit(health_card(2), Status.PENDING, visit_id="v2", attempts=(attempt(),)))
    assert (first.kept_here, second.kept_here) == (False, False)

    go_away(desk)
    with pytest.raises(RecordsError):
        desk.cancel("v2", "nobody has seen it", "Quầy 1", MORNING)
    gone = desk.cancel("v2", "Người bệnh ra về", "Quầy 1", MORNING, second)
    assert (gone.status, gone.kept_here, desk.sharing().waiting) == (Status.CANCELLED, True, 1)
    with pytest.raises(UsageError) as too_late:
        desk.cancel("v2", "hôm qua", "Quầy 1", MORNING + timedelta(days=1), second)
    assert too_late.value.code == "visit_other_day"
    answer = (Status.REFUSED, assessment(Verdict.NOT_ELIGIBLE, "card_expired"), (attempt(None),))
    server.settle("v2", *answer, MORNING + timedelta(minutes=1))  # another desk has the late answer meanwhile
    come_back(desk)

    assert cancelled(server, "v1") == (Status.CANCELLED, "Quét nhầm người", [])
    assert cancelled(server, "v2") == (Status.CANCELLED, "Người bệnh ra về", [])
    assert server.tasks() == []
    assert desk.sharing().waiting == 0


def test_a_cancellation_whose_answer_was_lost_is_done_once(
    open_desk: Callable[..., SharedRecords], server: VisitRecords
) -> None:
    desk = open_desk()
    seen = desk.record(new_visit(visit_id="v1"))
    desk.cancel("v1", "nhầm", "Quầy 1", MORNING)
    go_away(desk)
    desk.cancel("v1", "nhầm", "Quầy 1", MORNING, seen)  # the desk does not know; it has seen it as it was
    come_back(desk)

    assert [event.event for event in server.events("v1")] == ["recorded", "cancelled"]
    assert desk.sharing().waiting == 0


def test_a_cancellation_here_wins_over_an_answer_that_came_there(
    open_desk: Callable[..., SharedRecords], server: VisitRecords
) -> None:
    """The commit got no answer, so the visit lies in both places; each goes its own way until they meet."""
    desk = open_desk()
    new = new_visit(status=Status.PENDING, visit_id="v1", attempts=(attempt(),))
    server.record(new)
    go_away(desk)
    desk.record(new)
    desk.cancel("v1", "Quét nhầm người", "Quầy 1", MORNING)
    server.settle("v1", Status.REFUSED, assessment(Verdict.NOT_ELIGIBLE, "card_expired"), (), MORNING)
    come_back(desk)

    assert cancelled(server, "v1") == (Status.CANCELLED, "Quét nhầm người", [])
    assert server.tasks() == []
    assert {event.event for event in server.events("v1")} >= {"settled", "cancelled"}


def test_the_list_of_a_day_holds_what_waits_here_and_what_lies_there(
    open_desk: Callable[..., SharedRecords], server: VisitRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(day_list, "PAGE", 2)
    desk = open_desk()
    for number in range(3):
        at = MORNING + timedelta(minutes=2 * number)
        server.record(new_visit(health_card(number), visit_id=f"there-{number}", created_at=at))
    go_away(desk)
    for number in range(2):
        at = MORNING + timedelta(minutes=2 * number + 1)
        desk.record(new_visit(health_card(8 + number), visit_id=f"here-{number}", created_at=at))
    assert ids(iter(desk.day_page(DayQuery(TODAY)).visits)) == ["here-1", "here-0"]
    desk._server.forget_trouble()

    first = desk.day_page(DayQuery(TODAY))
    second = desk.day_page(DayQuery(TODAY), first.more)
    third = desk.day_page(DayQuery(TODAY), second.more)

    assert [ids(iter(page.visits)) for page in (first, second, third)] == [
        ["there-2", "here-1"],
        ["there-1", "here-0"],
        ["there-0"],
    ]
    assert [visit.kept_here for visit in first.visits] == [False, True]
    assert (first.total, third.more) == (5, None)


def test_the_database_forgets_a_desk_that_falls_silent_in_a_transaction(
    server_url: str, server: VisitRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it would hold the counter of queue numbers for all the others."""
    monkeypatch.setattr(database, "_POSTGRESQL_SESSION", "SET idle_in_transaction_session_timeout = '50ms'")
    silent = Database.open(server_url)

    def fall_silent() -> None:
        with silent.write() as connection:
            connection.execute(text("SELECT 1"))
            threading.Event().wait(0.5)
            connection.execute(text("SELECT 1"))

    with pytest.raises(RecordsError) as told:
        fall_silent()
    silent.close()

    assert told.value.code == "records_unreachable"
    assert server.record(new_visit(health_card(1))).queue_number == 1


# A spool that cannot be used.


def spoil(folder: Path) -> bytes:
    """The spool of this desk is no database any more; what it was."""
    file = folder / "spool.sqlite3"
    before = file.read_bytes()
    file.write_bytes(b"not a database" * 1000)
    return before


def test_a_spool_that_cannot_be_opened_keeps_nobody_from_the_server(
    open_desk: Callable[..., SharedRecords], server: VisitRecords, new_spool_folder: Callable[[str], Path]
) -> None:
    folder = new_spool_folder("a")
    whole = spoil(folder)
    desk = open_desk("a")

    held = desk.record(new_visit(health_card(1), Status.HELD))
    owing = desk.record(new_visit(health_card(2), Status.PENDING))
    desk.confirm(held.visit_id, "đã xem CCCD")
    taken = desk.claim_owed("me", clock.now())
    desk.hurry_owed()

    assert ids(desk.visits()) == ids(server.visits()) == sorted([held.visit_id, owing.visit_id])
    assert taken is not None
    assert desk.known_patient(frozenset()) is None
    assert desk.hand_over() == 0
    told = desk.sharing()
    assert told.away is None
    assert told.spool is not None
    assert told.spool.code == "records_damaged"
    assert told.spool.values["place"] == str(folder / "spool.sqlite3")

    go_away(desk)
    with pytest.raises(RecordsError) as nowhere:
        desk.record(new_visit(health_card(3)))
    assert nowhere.value.code == "records_damaged"

    (folder / "spool.sqlite3").write_bytes(whole)
    come_back(desk)
    assert desk.sharing().spool is None
    go_away(desk)
    assert desk.record(new_visit(health_card(3))).queue_label == "A-001"


def test_a_spool_mended_while_the_server_is_away_gives_no_number_of_the_common_row(
    open_desk: Callable[..., SharedRecords], new_spool_folder: Callable[[str], Path]
) -> None:
    folder = new_spool_folder("a")
    whole = spoil(folder)
    desk = open_desk("a")
    (folder / "spool.sqlite3").write_bytes(whole)
    go_away(desk)

    desk._own_row.settle()

    label = desk.record(new_visit(health_card(1))).queue_label
    assert label is not None
    assert label.rstrip("0123456789") not in {"", "-"}


def test_neither_server_nor_spool_is_told_at_once(
    open_desk: Callable[..., SharedRecords], new_spool_folder: Callable[[str], Path]
) -> None:
    spoil(new_spool_folder("a"))

    with pytest.raises(RecordsError) as told:
        open_desk("a", url="postgresql+psycopg://kiosk@127.0.0.1:1/kiosk")

    assert told.value.code == "records_damaged"


# The audit log of a desk that was cut off


def test_what_was_noted_while_cut_off_is_handed_over_whole(
    open_desk: Callable[..., SharedRecords], server: VisitRecords
) -> None:
    desk = open_desk()
    desk.act_for(Actor(desk="Quầy 1", account="lan"))
    desk.note_act(Act.EXPORT, "before")
    go_away(desk)
    held = desk.record(new_visit(status=Status.HELD))
    desk.confirm(held.visit_id, "đã xem CCCD")
    desk.note_act(Act.EXPORT, "away")
    assert [entry.subject for entry in server.audit.entries()] == ["before"]
    assert [entry.subject for entry in desk.audit.entries()] == [held.visit_id, "away"]

    desk.catch_up()
    desk.note_act(Act.EXPORT, "after")

    for records in (server, desk):
        found = [(entry.subject, entry.who) for entry in records.audit.entries()]
        assert found == [(subject, "lan") for subject in ("before", held.visit_id, "away", "after")]
    assert (examine(server.audit.database).sound, len(examine(server.audit.database).heads)) == (True, 2)

    go_away(desk)
    desk.note_act(Act.EXPORT, "away again")
    desk.catch_up()
    desk.catch_up()
    assert [entry.subject for entry in server.audit.entries()][-2:] == ["after", "away again"]
    desk.audit.close()  # the anchors are written a moment behind
    assert [examine_log(log).faults for log in desk.audit.parts()] == [[], []]


def test_a_log_that_does_not_follow_on_the_servers_is_not_taken(
    open_desk: Callable[..., SharedRecords], server: VisitRecords
) -> None:
    desk = open_desk()
    go_away(desk)
    desk.note_act(Act.EXPORT, "first")
    (entry,) = desk._spool.audit.entries()
    forged = replace(entry, sequence=2, previous="0" * 64)
    with pytest.raises(RecordsError) as refused, server.audit.writing() as connection:
        server.audit.take_over(connection, [entry, forged])
    assert refused.value.code == "audit_hand_over"
    assert list(server.audit.entries()) == []


# Staff accounts while the server is away


def test_people_log_in_while_the_server_is_away(
    open_desk: Callable[..., SharedRecords], server: VisitRecords
) -> None:
    server.staff.add("lan", "Trần Thị Lan", "001190000011", Role.RECEPTIONIST, "246813")
    server.staff.add("mai", "Lê Mai", "001190000012", Role.IT, "135790")
    desk = open_desk()
    desk.catch_up()
    go_away(desk)

    assert [each.account for each in desk.staff.accounts()] == ["lan", "mai"]
    assert desk.staff.log_in("lan", "246813").full_name == "Trần Thị Lan"
    with pytest.raises(UsageError):
        desk.staff.log_in("lan", "246814")
    with pytest.raises(RecordsError):  # accounts change on the server alone
        desk.staff.disable("lan")

    server.staff.disable("lan")
    desk.catch_up()
    go_away(desk)
    with pytest.raises(UsageError):
        desk.staff.log_in("lan", "246813")
    assert [entry.act for entry in server.audit.entries()].count("log_in") == 1
