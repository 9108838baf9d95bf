"""Owed look-ups: taken by one worker at a time, put off when in vain, settled once, shown to staff."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import text
from visit_samples import MORNING, TIMED_OUT, assessment, attempt, health_card, new_visit

from kiosk import clock
from kiosk.errors import RecordsError
from kiosk.gateway.result_codes import Retry, Verdict
from kiosk.visits import leases
from kiosk.visits.database import Database
from kiosk.visits.model import OwedLookup, Status
from kiosk.visits.outbox import LONGEST_BACK_OFF, LateAnswer, Outbox, back_off
from kiosk.visits.records import VisitRecords

LATER = MORNING + timedelta(minutes=5)

ELIGIBLE = LateAnswer(Status.CHECKED_IN, assessment(), (attempt(None),))
SILENT = LateAnswer(Status.PENDING, TIMED_OUT, (attempt(),))
REFUSED = LateAnswer(Status.REFUSED, assessment(Verdict.NOT_ELIGIBLE, "card_expired"), (attempt(None),))


def owe(records: VisitRecords, *names: str) -> None:
    """Receive patients without an answer, a second apart."""
    for place, name in enumerate(names):
        records.record(
            new_visit(
                health_card(place),
                Status.PENDING,
                visit_id=name,
                created_at=MORNING + timedelta(seconds=place),
                attempts=(attempt(),),
            )
        )


class Gateway:
    """Answers as told, and remembers for whom it was asked."""

    def __init__(self, answer: LateAnswer = ELIGIBLE) -> None:
        self.answer = answer
        self.answers: dict[str, LateAnswer | Exception] = {}
        self.asked: list[str] = []

    def __call__(self, owed: OwedLookup) -> LateAnswer:
        self.asked.append(owed.visit_id)
        answer = self.answers.get(owed.visit_id, self.answer)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def outbox(records: VisitRecords, gateway: Gateway) -> Outbox:
    return Outbox(records, gateway, now=lambda: LATER, pause=lambda _: None)


def test_everything_that_waits_is_looked_up_oldest_first(
    records: VisitRecords, outbox: Outbox, gateway: Gateway
) -> None:
    owe(records, "b", "a", "c")

    settled = list(outbox.work_now())

    assert gateway.asked == ["b", "a", "c"]
    assert [(visit.visit_id, visit.status) for visit in settled] == [
        (name, Status.CHECKED_IN) for name in "bac"
    ]
    assert records.owed_ids() == []
    assert records.tasks() == []


def test_what_is_still_undetermined_is_given_too_and_put_off(
    records: VisitRecords, outbox: Outbox, gateway: Gateway
) -> None:
    owe(records, "a")
    gateway.answer = SILENT

    assert [visit.status for visit in outbox.work_now()] == [Status.PENDING]

    assert outbox.work_one() is None  # not due
    assert [visit.status for visit in outbox.work_now()] == [Status.PENDING]  # a person asked for it
    assert records.owed()[0].attempts == 2
    assert [event.event for event in records.events("a")] == ["recorded", "still_owed", "still_owed"]
    assert len(records.attempts("a")) == 3


def test_back_off_doubles_up_to_a_limit_that_leases_know_of() -> None:
    waits = [back_off(tries, Retry.LATER, 0) for tries in range(20)]

    assert waits[0] == timedelta(seconds=30)
    assert all(later in {2 * earlier, LONGEST_BACK_OFF} for earlier, later in pairwise(waits))
    assert back_off(3, Retry.LATER, -1) < waits[3] < back_off(3, Retry.LATER, 1)
    assert back_off(1000, Retry.LATER, 1) < leases.LONGEST_WAIT
    assert back_off(0, Retry.SETUP, 0) == timedelta(minutes=5)  # the account must not be locked


def test_a_patient_just_received_is_not_asked_for_again_at_once(
    records: VisitRecords, gateway: Gateway
) -> None:
    owe(records, "a")
    at = [MORNING + timedelta(seconds=10)]
    outbox = Outbox(records, gateway, now=lambda: at[0])

    assert outbox.work_one() is None
    at[0] += timedelta(seconds=30)
    assert outbox.work_one() is not None


def test_the_gateway_is_back(records: VisitRecords, outbox: Outbox, gateway: Gateway) -> None:
    owe(records, "a")
    gateway.answer = SILENT
    list(outbox.work_now())
    gateway.answer = ELIGIBLE
    assert outbox.work_one() is None

    records.hurry_owed()

    assert outbox.work_one() is not None


def test_the_account_is_spared(records: VisitRecords, gateway: Gateway) -> None:
    """All desks together, patients at the desk included; a minute later the worker goes on."""
    owe(records, "a", "b", "c")
    at = [MORNING + timedelta(seconds=50)]  # three exchanges are on record in this minute
    worker = Outbox(records, gateway, per_minute=3, now=lambda: at[0])

    assert worker.work_one() is None
    at[0] = MORNING + timedelta(seconds=61)
    assert worker.work_one() is not None


class TestOneRowOneWorker:
    def test_a_row_is_taken_once(self, open_records: Callable[..., VisitRecords]) -> None:
        one, other = open_records(), open_records()
        owe(one, "a", "b")

        taken = [records.claim_owed(leases.new_holder(), LATER) for records in (one, other, one)]

        assert [owed and owed.visit_id for owed in taken] == ["a", "b", None]

    def test_a_row_that_is_put_back_is_free(self, records: VisitRecords) -> None:
        owe(records, "a")
        records.claim_owed("one", LATER)
        records.put_back("a", "other")  # not his
        assert records.claim_owed("third", LATER) is None
        records.put_back("a", "one")
        assert records.claim_owed("third", LATER) is not None

    def test_a_lease_ends_by_itself(self, records: VisitRecords) -> None:
        owe(records, "a")
        records.claim_owed("elsewhere/1/x", LATER)

        assert records.claim_owed("me", LATER + leases.LEASE / 2) is None
        assert records.claim_owed("me", LATER + leases.LEASE) is not None

    def test_a_clock_set_back_holds_nothing_up(self, records: VisitRecords) -> None:
        owe(records, "a", "b")
        yesterday = LATER - timedelta(days=1)
        records.claim_owed("elsewhere/1/x", LATER)
        records.still_owed("b", TIMED_OUT, (), LATER, LATER + timedelta(minutes=10))

        assert records.claim_owed("me", yesterday) is not None
        assert records.claim_owed("me", yesterday) is not None

    @pytest.mark.skipif(sys.platform == "win32", reason="there the lease ends by itself")
    def test_what_a_killed_process_held_is_free_at_once(self, records: VisitRecords) -> None:
        owe(records, "a")
        with subprocess.Popen([sys.executable, "-c", ""]) as gone:
            gone.wait()
        records.claim_owed(f"{platform.node()}/{gone.pid}/x", LATER)

        assert records.claim_owed("me", LATER) is not None

    def test_only_a_process_of_this_machine_is_known_to_be_gone(self) -> None:
        assert not leases.is_gone(leases.new_holder())
        assert not leases.is_gone(f"another-machine/{2**30}/x")
        assert not leases.is_gone("nonsense")
        assert not leases.is_gone(f"{platform.node()}/{os.getppid()}/x")

    def test_what_another_desk_looks_up_now_is_waited_for(
        self, open_records: Callable[..., VisitRecords], gateway: Gateway
    ) -> None:
        mine, theirs = open_records(), open_records()
        owe(mine, "a", "b", "c")
        for name in ("a", "b"):
            theirs.claim_owed("them", LATER, name)
        pauses: list[float] = []

        def they_go_on(seconds: float) -> None:
            pauses.append(seconds)
            theirs.settle("a", Status.CHECKED_IN, assessment(), (), LATER)
            theirs.still_owed("b", TIMED_OUT, (), LATER)

        settled = list(Outbox(mine, gateway, now=lambda: LATER, pause=they_go_on).work_now())

        assert len(pauses) == 1
        assert [visit.visit_id for visit in settled] == ["c", "b"]
        assert gateway.asked == ["c", "b"]


class TestOneBadRow:
    def test_a_fault_in_looking_up_is_raised_after_the_others(
        self, records: VisitRecords, outbox: Outbox, gateway: Gateway
    ) -> None:
        owe(records, "a", "b", "c")
        gateway.answers["a"] = ValueError("a fault of the program")
        settled: list[str] = []

        with pytest.raises(ValueError, match="a fault"):
            settled.extend(visit.visit_id for visit in outbox.work_now())

        assert gateway.asked == ["a", "b", "c"]
        assert records.owed_ids() == ["a"]
        assert outbox.work_one() is None  # put off

    def test_a_row_that_makes_no_sense(self, records: VisitRecords, records_url: str, outbox: Outbox) -> None:
        owe(records, "a", "b")
        books = Database.open(records_url)
        with books.write() as connection:
            connection.execute(text("UPDATE owed_lookup SET birth_date = 'hôm qua' WHERE visit_id = 'a'"))
        books.close()

        with pytest.raises(RecordsError) as caught:
            list(outbox.work_now())

        assert (caught.value.code, caught.value.values["visit_id"]) == ("records_row", "a")
        assert records.owed_ids() == ["a"]
        assert outbox.work_one() is None

    def test_a_person_who_stops_it_leaves_nothing_taken(
        self, records: VisitRecords, gateway: Gateway
    ) -> None:
        owe(records, "a")

        def stopped(owed: OwedLookup) -> LateAnswer:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            list(Outbox(records, stopped, now=lambda: LATER).work_now())

        assert records.claim_owed("me", LATER) is not None


class TestALateNo:
    @pytest.fixture
    def refused(self, records: VisitRecords, outbox: Outbox, gateway: Gateway) -> VisitRecords:
        owe(records, "a", "b")
        gateway.answers["a"] = REFUSED
        list(outbox.work_now())
        return records

    def test_it_becomes_a_task_and_keeps_what_the_patient_was_told(self, refused: VisitRecords) -> None:
        (task,) = refused.tasks()

        assert (task.visit.visit_id, task.reason) == ("a", "card_expired")
        assert (task.visit.status, task.visit.queue_number) == (Status.REFUSED, 1)
        assert task.created_at == LATER

    def test_it_is_done_once_and_by_whom_is_kept(self, refused: VisitRecords) -> None:
        assert refused.finish_task("a", "Quầy 2", LATER)
        assert not refused.finish_task("a", "Quầy 3", LATER)
        assert not refused.finish_task("b", "Quầy 3", LATER)
        assert refused.tasks() == []
        last = refused.events("a")[-1]
        assert (last.event, last.why, last.status) == ("task_done", "Quầy 2", Status.REFUSED)

    def test_confirming_or_cancelling_the_visit_does_it_too(self, refused: VisitRecords) -> None:
        confirmed = refused.confirm("a", "Đã xem thẻ mới")

        assert (confirmed.status, confirmed.queue_number) == (Status.CHECKED_IN, 1)
        assert refused.tasks() == []

    def test_another_facility_sees_nothing_of_it(
        self, refused: VisitRecords, open_records: Callable[..., VisitRecords]
    ) -> None:
        other = open_records(facility="01001")

        assert other.tasks() == []
        assert not other.finish_task("a", "Quầy 1", clock.now())
        assert other.claim_owed("me", LATER) is None
        assert other.asked_since(MORNING - timedelta(days=1)) == 0
