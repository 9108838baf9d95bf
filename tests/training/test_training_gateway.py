from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from kiosk.training.faults import Fault, FaultKind, Step, fault_from_json
from kiosk.training.gateway_server import (
    PASSWORD,
    STAFF_CITIZEN_ID,
    STAFF_NAME,
    USERNAME,
    TrainingGateway,
)
from kiosk.training.patients import DEMO_PATIENT

PATIENCE = 20.0
"""Seconds after which what should come is said not to have come."""

PASSWORD_HASH = hashlib.md5(PASSWORD.encode(), usedforsecurity=False).hexdigest()
BODY = {
    "maThe": DEMO_PATIENT.card_number,
    "hoTen": DEMO_PATIENT.full_name,
    "ngaySinh": DEMO_PATIENT.birth_date.slashed,
    "hoTenCb": STAFF_NAME,
    "cccdCb": STAFF_CITIZEN_ID,
}


class Caller:
    """Speaks the protocol by hand."""

    def __init__(self, server: TrainingGateway, http: requests.Session) -> None:
        self.server, self.http = server, http
        self.key: dict[str, str] = {}

    def post(self, path: str, timeout: float = PATIENCE, **options: Any) -> requests.Response:
        return self.http.post(self.server.base_url + path, timeout=timeout, allow_redirects=False, **options)

    def log_in(self, **changes: str) -> dict[str, Any]:
        form = {"username": USERNAME, "password": PASSWORD_HASH} | changes
        answer: dict[str, Any] = self.post("/api/token/take", data=form).json()
        self.key = answer["APIKey"] or {}
        return answer

    def query(self, **changes: str) -> dict[str, str]:
        return {
            "token": self.key["access_token"],
            "id_token": self.key["id_token"],
            "username": USERNAME,
            "password": PASSWORD_HASH,
        } | changes

    def look_up(self, **changes: str) -> str:
        query = self.query(**changes)
        return str(self.post("/api/egw/KQNhanLichSuKCB2024", params=query, json=BODY).json()["maKetQua"])


@pytest.fixture
def server() -> Iterator[TrainingGateway]:
    with TrainingGateway() as running:
        yield running


@pytest.fixture
def caller(server: TrainingGateway) -> Iterator[Caller]:
    with requests.Session() as http:
        http.trust_env = False
        yield Caller(server, http)


def test_a_login_by_form_or_json(caller: Caller) -> None:
    account = {"username": USERNAME, "password": PASSWORD_HASH.upper()}
    for response in (
        caller.post("/api/token/take", data=account),
        caller.post("/api/token/take", json=account),
    ):
        answer = response.json()
        key = answer["APIKey"]
        assert answer["maKetQua"] == "200"
        assert {"+", "/", "="} <= set(key["access_token"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z", key["expires_in"])
        assert 590 < (datetime.fromisoformat(key["expires_in"]) - datetime.now(UTC)).total_seconds() <= 600


def test_a_wrong_account(caller: Caller) -> None:
    assert caller.log_in(password="0" * 32) == {"maKetQua": "401", "APIKey": None}
    assert caller.log_in(username="99998_BV")["maKetQua"] == "401"
    assert caller.post("/api/token/take", data=b"\xff").json()["maKetQua"] == "401"


def test_a_look_up_needs_the_whole_session(caller: Caller) -> None:
    caller.log_in()
    assert caller.look_up() == "000"
    for field in ("token", "id_token", "username", "password"):
        assert caller.look_up(**{field: "something"}) == "401"
    caller.server.expire_sessions()
    assert caller.look_up() == "401"


def test_a_session_ends_with_its_time(caller: Caller) -> None:
    caller.server._session_seconds = 0.0
    caller.log_in()
    assert caller.look_up() == "401"


def test_the_history_call_takes_a_form_only(caller: Caller) -> None:
    caller.log_in()
    path = "/api/egw/Lskcb2025"
    assert caller.post(path, params=caller.query(), data=BODY).json()["maKetQua"] == "000"
    assert caller.post(path, params=caller.query(), json=BODY).json()["maKetQua"] == "205"


def test_other_paths_and_sizes_are_refused(caller: Caller) -> None:
    assert caller.post("/api/other").status_code == 404
    assert caller.post("/api/token/take", data=b"x" * 70_000).status_code == 413


def test_the_log_of_requests_holds_no_secret(caller: Caller) -> None:
    caller.log_in()
    caller.look_up()
    login, look_up = caller.server.requests
    assert (login.path, login.body) == ("/api/token/take", {"username": USERNAME})
    assert (look_up.path, look_up.body) == ("/api/egw/KQNhanLichSuKCB2024", BODY)
    assert login.connection == look_up.connection
    assert PASSWORD_HASH.lower() not in repr(caller.server.requests).lower()
    assert caller.key["access_token"] not in repr(caller.server.requests)


def test_a_fault_meets_only_its_step_and_only_so_often(caller: Caller) -> None:
    caller.server.fault = Fault(FaultKind.UNAUTHORIZED_BODY, times=2)
    assert caller.log_in()["maKetQua"] == "200"
    assert [caller.look_up() for _ in range(3)] == ["401", "401", "000"]
    assert caller.server.fault is None


@pytest.mark.parametrize(
    ("kind", "login_code"),
    [
        (FaultKind.LOGIN_REFUSED, "401"),
        (FaultKind.LOGIN_FACILITY_WRONG, "402"),
        (FaultKind.LOGIN_LOCKED, "403"),
        (FaultKind.LOGIN_ERROR, "500"),
    ],
)
def test_login_faults(caller: Caller, kind: FaultKind, login_code: str) -> None:
    caller.server.fault = Fault(kind)
    assert caller.log_in()["maKetQua"] == login_code


def test_a_trainer_switches_faults_while_it_is_served(caller: Caller) -> None:
    caller.log_in()
    switched = caller.post(
        "/training/fault", data=json.dumps({"kind": "http_500", "step": "lookup", "times": 1})
    )
    assert switched.json() == {"training": True, "fault": "http_500"}
    assert (
        caller.http.get(caller.server.base_url + "/training", timeout=PATIENCE).json()["fault"] == "http_500"
    )
    status = caller.post("/api/egw/KQNhanLichSuKCB2024", params=caller.query(), json=BODY).status_code
    assert (status, caller.look_up()) == (500, "000")
    assert caller.post("/training/fault", json={"kind": "none"}).json()["fault"] == "none"


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"kind": "x"},
        {"kind": "slow", "step": "x"},
        {"kind": "slow", "times": 0},
        {"kind": "slow", "seconds": -1},
    ],
)
def test_a_fault_nobody_knows_changes_nothing(caller: Caller, wrong: dict[str, object]) -> None:
    answer = caller.post("/training/fault", json=wrong)
    assert answer.status_code == 400
    assert "none" in answer.json()["kinds"]
    assert caller.server.fault is None


def until(condition: Callable[[], bool]) -> bool:
    """Wait for a condition; whether it came."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True


def refused(server: TrainingGateway) -> bool:
    try:
        socket.create_connection(
            ("127.0.0.1", int(server.base_url.rsplit(":", 1)[1])), timeout=PATIENCE
        ).close()
    except ConnectionRefusedError:
        return True
    except ConnectionError:  # just closing
        return False
    return False


def test_down_refuses_connections_until_switched_off(caller: Caller) -> None:
    address = caller.server.base_url
    caller.server.fault = Fault(FaultKind.DOWN)
    assert refused(caller.server)
    caller.server.fault = None
    assert caller.server.base_url == address
    assert caller.log_in()["maKetQua"] == "200"


def test_down_by_a_trainer_ends_by_itself(caller: Caller) -> None:
    caller.post("/training/fault", json={"kind": "down", "seconds": 1.0})
    assert until(lambda: refused(caller.server))
    assert until(lambda: not refused(caller.server))
    assert caller.log_in()["maKetQua"] == "200"


def test_without_seconds_a_trainers_down_lasts_a_minute(server: TrainingGateway, caller: Caller) -> None:
    caller.post("/training/fault", json={"kind": "down"})
    assert until(lambda: server.fault is not None)
    assert server.fault == Fault(FaultKind.DOWN, seconds=60.0)


@pytest.mark.parametrize("kind", [FaultKind.SILENCE, FaultKind.SLOW, FaultKind.DRIP])
def test_switching_a_fault_off_frees_who_waits(caller: Caller, kind: FaultKind) -> None:
    caller.server.fault = Fault(kind, seconds=30)
    outcome: list[object] = []

    def ask() -> None:
        try:
            outcome.append(caller.log_in())
        except requests.RequestException as error:
            outcome.append(error)

    waiting = threading.Thread(target=ask)
    waiting.start()
    assert until(lambda: len(caller.server.requests) == 1)
    caller.server.fault = None
    waiting.join(PATIENCE)
    assert len(outcome) == 1


def test_a_port_in_use_is_an_os_error(server: TrainingGateway) -> None:
    with pytest.raises(OSError):  # noqa: PT011 - its number differs between systems
        TrainingGateway(port=int(server.base_url.rsplit(":", 1)[1]))


def test_it_can_be_stopped_before_it_was_started_and_twice() -> None:
    server = TrainingGateway()
    server.stop()
    server.stop()
    server.fault = None
    assert refused(server)


@pytest.mark.parametrize(
    ("kind", "step", "meets"),
    [
        (FaultKind.HTML, None, {Step.TOKEN, Step.LOOKUP}),
        (FaultKind.UNAUTHORIZED_STATUS, None, {Step.LOOKUP}),
        (FaultKind.LOGIN_LOCKED, None, {Step.TOKEN}),
        (FaultKind.HTML, Step.TOKEN, {Step.TOKEN}),
    ],
)
def test_which_requests_a_fault_meets(kind: FaultKind, step: Step | None, meets: set[Step]) -> None:
    assert {each for each in (Step.TOKEN, Step.LOOKUP) if Fault(kind, step=step).meets(each)} == meets


def test_a_fault_from_json() -> None:
    assert fault_from_json({"kind": "none"}) is None
    assert fault_from_json({"kind": "slow", "seconds": 1, "times": 2, "step": "token"}) == Fault(
        FaultKind.SLOW, step=Step.TOKEN, times=2, seconds=1
    )
    assert Fault(FaultKind.SLOW).pause > Fault(FaultKind.DRIP).pause > 0


SERVE = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in what a shell starts in the background
from kiosk.training.gateway_server import TrainingGateway, serve_until_stopped
with TrainingGateway() as server:
    print(server.base_url, flush=True)
    serve_until_stopped()
print("stopped", flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_stopped(ending: signal.Signals) -> None:
    command = [sys.executable, "-W", "error", "-c", SERVE]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        address = process.stdout.readline().strip()
        assert requests.get(address + "/training", timeout=PATIENCE).json() == {
            "training": True,
            "fault": "none",
        }
        process.send_signal(ending)
        try:
            output, errors = process.communicate(timeout=30)
        finally:
            process.kill()
        assert (output, errors) == ("stopped\n", "")
    assert process.returncode == 0
