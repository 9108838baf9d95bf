"""The desk's thread for owed look-ups."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from visit_samples import MORNING, TIMED_OUT, assessment, health_card, new_visit

from kiosk.errors import KioskError, RecordsError
from kiosk.visits import outbox_worker
from kiosk.visits.model import OwedLookup, Status, Visit
from kiosk.visits.outbox import LateAnswer, Outbox
from kiosk.visits.outbox_worker import OutboxWorker
from kiosk.visits.records import VisitRecords

LATER = MORNING + timedelta(minutes=5)
ELIGIBLE = LateAnswer(Status.CHECKED_IN, assessment(), ())
SILENT = LateAnswer(Status.PENDING, TIMED_OUT, ())
WAIT = 20  # seconds at most; nothing waits that long when all is well


class Watched:
    """A worker on some records, and what it told."""

    def __init__(self, records: VisitRecords) -> None:
        self.records = records
        self.answers: dict[str, LateAnswer | Exception | threading.Event] = {}
        self.visits: list[Visit] = []
        self.troubles: list[KioskError] = []
        self.online = True
        self.told = threading.Semaphore(0)
        self.worker = OutboxWorker(
            self._outbox, may_ask=lambda: self.online, on_visit=self._on_visit, on_trouble=self._on_trouble
        )

    def _outbox(self) -> Outbox:
        return Outbox(self.records, self._ask, now=lambda: LATER)

    def _ask(self, owed: OwedLookup) -> LateAnswer:
        answer = self.answers.get(owed.visit_id, ELIGIBLE)
        if isinstance(answer, threading.Event):
            self.told.release()
            answer.wait(WAIT)
            return ELIGIBLE
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _on_visit(self, visit: Visit) -> None:
        self.visits.append(visit)
        self.told.release()

    def _on_trouble(self, error: KioskError) -> None:
        self.troubles.append(error)
        self.told.release()

    def wait(self, times: int = 1) -> None:
        for _ in range(times):
            assert self.told.acquire(timeout=WAIT)


def owe(records: VisitRecords, *names: str) -> None:
    for place, name in enumerate(names):
        at = MORNING + timedelta(seconds=place)
        records.record(new_visit(health_card(place), Status.PENDING, visit_id=name, created_at=at))


@pytest.fixture
def watched(open_records: Callable[..., VisitRecords], monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    monkeypatch.setattr(outbox_worker, "IDLE_SECONDS", 0.02)
    monkeypatch.setattr(outbox_worker, "TROUBLE_SECONDS", 0.02)
    made = Watched(open_records())
    yield made
    assert made.worker.stop(WAIT)


def test_what_is_due_is_looked_up_one_after_the_other(watched: Watched) -> None:
    owe(watched.records, "a", "b")
    watched.worker.start()
    watched.wait(2)
    assert [visit.visit_id for visit in watched.visits] == ["a", "b"]
    owe(watched.records, "c")
    watched.worker.wake()
    watched.wait()
    assert watched.visits[-1].visit_id == "c"


def test_a_fault_with_one_visit_does_not_end_it(watched: Watched, caplog: pytest.LogCaptureFixture) -> None:
    owe(watched.records, "a", "b", "c")
    watched.answers["a"] = ValueError("Nguyễn Thử")
    watched.answers["b"] = RecordsError("records_locked")
    watched.worker.start()
    watched.wait(2)
    assert [error.code for error in watched.troubles] == ["records_locked"]
    assert [visit.visit_id for visit in watched.visits] == ["c"]
    assert "ValueError" in caplog.text
    assert "Nguyễn" not in caplog.text


def test_nobody_is_asked_while_the_gateway_is_away_and_all_at_once_when_it_is_back(watched: Watched) -> None:
    owe(watched.records, "a")
    watched.records.still_owed("a", TIMED_OUT, (), LATER, LATER + timedelta(minutes=9))
    looked = threading.Event()

    def away() -> bool:
        looked.set()
        return watched.online

    watched.online = False
    watched.worker._may_ask = away
    watched.worker.start()
    assert looked.wait(WAIT)
    assert watched.visits == []
    watched.online = True
    watched.wait()
    assert [visit.visit_id for visit in watched.visits] == ["a"]


def test_stopping_waits_for_nobody_and_takes_nothing_more(watched: Watched) -> None:
    owe(watched.records, "a", "b")
    answer = threading.Event()
    watched.answers["a"] = answer
    watched.worker.start()
    watched.wait()
    assert not watched.worker.stop(0)
    answer.set()
    assert watched.worker.stop(WAIT)
    assert watched.records.owed_ids() == ["b"]  # its answer was written, nothing else was begun
