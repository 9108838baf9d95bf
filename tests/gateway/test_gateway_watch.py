"""The desk's gateway: what it does while the line is down, over real sockets."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from gateway_samples import QUESTION, RawGateway, client_of, http

from kiosk.gateway.connectivity import GATEWAY_SLOW, Connectivity
from kiosk.gateway.watch import WatchedGateway
from kiosk.training.gateway_server import Fault, FaultKind, Step, TrainingGateway


class Pace:
    """Stands in for the waiting of the probing thread: each step of a test lets one probe go."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self._go = threading.Semaphore(0)
        self.waits = threading.Semaphore(0)

    def wait(self, closed: threading.Event, seconds: float) -> bool:
        self.asked.append(seconds)
        self.waits.release()
        self._go.acquire(timeout=20)
        return closed.is_set()

    def let_one_go(self) -> None:
        """Returns when the probe is over and the thread waits again."""
        self._go.release()
        assert self.waits.acquire(timeout=20)

    def end(self) -> None:
        self._go.release()


@contextmanager
def watched(base_url: str, pace: Pace, **changes: object) -> Iterator[WatchedGateway]:
    with client_of(base_url, **changes) as client, WatchedGateway(client, wait=pace.wait) as gateway:
        yield gateway
        thread = gateway._probing
        gateway.close()
        pace.end()
        if thread is not None:
            thread.join(20)


def joined(gateway: WatchedGateway, pace: Pace) -> None:
    """Let the last probe go: the thread ends when the line is back."""
    thread = gateway._probing
    assert thread is not None
    pace.end()
    thread.join(20)
    assert not thread.is_alive()


def test_offline_patients_do_not_wait_and_a_probe_finds_the_way_back() -> None:
    pace = Pace()
    with TrainingGateway() as server, watched(server.base_url, pace) as gateway:
        assert gateway.look_up(QUESTION).result_code == "000"
        server.fault = Fault(FaultKind.HTML)
        failures = [gateway.look_up(QUESTION).failure for _ in range(4)]
        assert failures == ["gateway_not_json"] * 2 + ["gateway_offline"] * 2
        assert pace.waits.acquire(timeout=20)
        asked = len(server.requests)
        assert gateway.look_up(QUESTION).failure == "gateway_offline"
        assert len(server.requests) == asked

        pace.let_one_go()  # the page is still there
        assert gateway.connectivity.reason == "gateway_not_json"
        server.fault = None
        pace.let_one_go()
        assert gateway.connectivity.clean == 1
        joined(gateway, pace)
        assert gateway.connectivity == Connectivity(returns=1)
        assert gateway.look_up(QUESTION).result_code == "000"
    assert pace.asked == [5.0, 5.0, 0.0]


def test_one_failing_look_up_leaves_the_next_patient_asked_for() -> None:
    pace = Pace()
    with TrainingGateway() as server, watched(server.base_url, pace) as gateway:
        server.fault = Fault(FaultKind.HTML, times=1)
        assert gateway.look_up(QUESTION).failure == "gateway_not_json"
        assert gateway.look_up(QUESTION).result_code == "000"
        assert gateway.connectivity.online


def test_the_evidence_of_a_look_up_that_was_not_sent() -> None:
    pace = Pace()
    with TrainingGateway() as server, watched(server.base_url, pace) as gateway:
        server.fault = Fault(FaultKind.DOWN)
        for _ in range(2):
            gateway.look_up(QUESTION)
        answer = gateway.look_up(QUESTION)
    (attempt,) = answer.attempts
    assert json.loads(attempt.request)["maThe"] == QUESTION.number
    assert (attempt.failure, attempt.http_status, attempt.answer) == ("gateway_offline", None, None)
    assert "offline since" in attempt.detail
    assert "gateway_unreachable" in attempt.detail
    assert not answer.sent


def test_an_outage_costs_one_login_however_long_it_lasts() -> None:
    pace = Pace()
    with RawGateway([http("<html>", content_type="text/html")]) as server:
        with watched(server.base_url, pace) as gateway:
            for _ in range(2):
                gateway.look_up(QUESTION)
            assert pace.waits.acquire(timeout=20)
            pace.let_one_go()
            joined(gateway, pace)
        assert [request.method for request in server.requests[-2:]] == ["POST", "HEAD"]
        assert (len(server.logins), gateway.connectivity.returns) == (2, 1)


def test_a_wrong_account_does_not_count_as_a_line_that_is_down() -> None:
    pace = Pace()
    with TrainingGateway() as server, watched(server.base_url, pace, password="wrong") as gateway:
        for _ in range(4):
            assert gateway.look_up(QUESTION).failure == "login_refused"
        assert gateway.connectivity.online
        assert gateway.login_pause is not None
        assert len(server.requests) == 1


def test_answers_that_take_too_long_lead_offline() -> None:
    with TrainingGateway() as server, client_of(server.base_url) as client:
        pace = Pace()
        gateway = WatchedGateway(client, start=Connectivity(slow_seconds=1e-6), wait=pace.wait)
        for _ in range(5):
            assert gateway.look_up(QUESTION).result_code == "000"
        assert gateway.connectivity.reason == GATEWAY_SLOW
        thread = gateway._probing
        gateway.close()
        pace.end()
        assert thread is not None
        thread.join(20)


@pytest.mark.parametrize("kind", [FaultKind.SILENCE, FaultKind.HTTP_500])
def test_a_training_fault_that_meets_everything_meets_the_knock(kind: FaultKind) -> None:
    with (
        TrainingGateway() as server,
        client_of(server.base_url, read_timeout=1.0, connect_timeout=1.0) as client,
    ):
        assert [client.probe().failure for _ in range(2)] == [None, None]
        server.fault = Fault(kind)
        assert client.probe().failure in {"gateway_timeout", "gateway_http_error"}
        server.fault = Fault(kind, step=Step.LOOKUP)
        assert client.probe().failure is None
