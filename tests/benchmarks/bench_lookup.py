"""What our client adds to a look-up, compared with a bare `requests` call to the same server on this machine.

Both send the same body on a kept connection to a server in another process. Ours also masks secrets, reads
every field and keeps the evidence.
"""

from __future__ import annotations

import hashlib
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from kiosk.gateway.client import LOOKUP_PATH, TOKEN_PATH, GatewayClient, GatewayClientConfig
from kiosk.gateway.messages import JSON_TYPE
from kiosk.gateway.model import Question
from kiosk.training import gateway_server as training
from kiosk.training.patients import DEMO_PATIENT

CALLS = 1000
GOAL = 1.3


def main() -> None:
    """Alternates the calls, so that a busy moment of the machine hits both."""
    question = Question(DEMO_PATIENT.card_number, DEMO_PATIENT.full_name, DEMO_PATIENT.birth_date)
    with training_gateway() as base_url, requests.Session() as session:
        config = GatewayClientConfig(
            base_url=base_url,
            username=training.USERNAME,
            password=training.PASSWORD,
            staff_name=training.STAFF_NAME,
            staff_citizen_id=training.STAFF_CITIZEN_ID,
        )
        with GatewayClient(config) as client:
            ways: dict[str, Callable[[], object]] = {
                "bare requests": bare(session, base_url, client.request_of(question)),
                "kiosk client": lambda: client.look_up(question).card or fail(),
            }
            times: dict[str, list[float]] = {name: [] for name in ways}
            for _ in range(CALLS):
                for name, ask in ways.items():
                    began = time.perf_counter()
                    ask()
                    times[name].append(time.perf_counter() - began)
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    print(f"Look-up, median of {CALLS} alternating calls")
    for name, median in medians.items():
        print(f"  {name:<30} {median * 1000:7.2f} ms")
    ratio = medians["kiosk client"] / medians["bare requests"]
    print(f"  kiosk client : bare requests = {ratio:.2f} (goal <= {GOAL:g})\n")


@contextmanager
def training_gateway() -> Iterator[str]:
    command = [str(Path(sys.executable).with_name("kiosk")), "training-gateway", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())["base_url"]
        finally:
            process.terminate()


def bare(session: requests.Session, base_url: str, body: str) -> Callable[[], object]:
    """What a program without any care sends: the answer as JSON, nothing else."""
    digest = hashlib.md5(training.PASSWORD.encode(), usedforsecurity=False).hexdigest()
    account = {"username": training.USERNAME, "password": digest}
    key = session.post(base_url + TOKEN_PATH, data=account, timeout=10).json()["APIKey"]
    query = {"token": key["access_token"], "id_token": key["id_token"], **account}
    headers = {"Content-Type": JSON_TYPE}

    def ask() -> object:
        response = session.post(
            base_url + LOOKUP_PATH, params=query, data=body.encode(), headers=headers, timeout=10
        )
        return response.json()["maThe"]

    return ask


def fail() -> object:
    raise RuntimeError("the training gateway gave no card")


if __name__ == "__main__":
    main()
