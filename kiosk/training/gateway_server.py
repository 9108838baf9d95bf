"""The training gateway: a real HTTP server on this machine that speaks the gateway's protocol.

It knows only the invented patients, and it can be told to fail (``faults``): by the program that runs it, or
by a trainer while it is served::

    curl -d '{"kind": "slow", "seconds": 5}' http://127.0.0.1:PORT/training/fault
    curl -d '{"kind": "none"}' http://127.0.0.1:PORT/training/fault
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import signal
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self

from kiosk import clock
from kiosk.training.answers import (
    STAFF_CITIZEN_ID,
    STAFF_NAME,
    co_payment_answer,
    history_answer,
    lookup_answer,
)
from kiosk.training.exchange import (
    CO_PAYMENT_PATH,
    HISTORY_PATH,
    LOOKUP_PATH,
    TOKEN_PATH,
    Received,
    Reply,
    json_reply,
)
from kiosk.training.faults import Fault, FaultKind, Step
from kiosk.training.http_server import HttpServer
from kiosk.training.patients import TRAINING_FACILITY

USERNAME = f"{TRAINING_FACILITY}_BV"
PASSWORD = "tap-huan-99999"  # noqa: S105 - invented, opens nothing but this server

_PASSWORD_HASH = hashlib.md5(PASSWORD.encode(), usedforsecurity=False).hexdigest().upper()


@dataclass(frozen=True, slots=True)
class _SessionRow:
    access_token: str = field(repr=False)
    ends: float


class TrainingGateway:
    """The server. The port is taken at once (OSError when it is in use); `start` begins to answer."""

    def __init__(
        self, port: int = 0, *, today: Callable[[], date] = clock.today, session_seconds: float = 600.0
    ) -> None:
        self._today = today
        self._session_seconds = session_seconds
        self._lock = threading.Lock()  # for the values below; never held while waiting
        self._door = threading.RLock()  # for opening and closing the listening socket
        self._fault: Fault | None = None
        self._fault_left: int | None = None
        self._switched = threading.Event()  # set when the fault of the moment ends; wakes who waits for that
        self._sessions: dict[str, _SessionRow] = {}
        self._received: deque[Received] = deque(maxlen=10_000)
        self._http: HttpServer | None = HttpServer(self, port)
        self._port = int(self._http.server_address[1])
        self._serving: threading.Thread | None = None
        self._stopped = False

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def requests(self) -> tuple[Received, ...]:
        """Everything asked so far, oldest first."""
        with self._lock:
            return tuple(self._received)

    @property
    def fault(self) -> Fault | None:
        """What goes wrong now. Setting it ends the fault before; None lets everything go right again."""
        return self._fault

    @fault.setter
    def fault(self, fault: Fault | None) -> None:
        with self._door:
            with self._lock:
                self._switched.set()
                self._switched = threading.Event()
                self._fault = fault
                self._fault_left = fault.times if fault else None
            if fault is not None and fault.kind is FaultKind.DOWN:
                self._close_door()
                if fault.seconds is not None:
                    self._end_later(fault, fault.seconds)
            elif not self._stopped:
                self._open_door()

    def expire_sessions(self) -> None:
        """Forget every session, as the real gateway does after ten minutes or when the IP address changes."""
        with self._lock:
            self._sessions.clear()

    def start(self) -> Self:
        with self._door:
            self._open_door()
        return self

    def stop(self) -> None:
        with self._door:
            self._stopped = True
            self._switched.set()
            self._close_door()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    # For the server of requests

    def take_fault(self, step: Step) -> tuple[Fault, threading.Event] | None:
        """The fault that this request meets, and the event that ends it; counts it."""
        with self._lock:
            fault = self._fault
            if fault is None or not fault.meets(step):
                return None
            if self._fault_left is not None:
                self._fault_left -= 1
                if self._fault_left <= 0:
                    self._fault = None
            return fault, self._switched

    def answer(self, received: Received, query: Mapping[str, str], form: Mapping[str, Any]) -> Reply:
        """The right answer to a request."""
        with self._lock:
            self._received.append(received)
        if received.path == TOKEN_PATH:
            return json_reply(self._log_in(form))
        if received.path not in {LOOKUP_PATH, HISTORY_PATH, CO_PAYMENT_PATH}:
            return json_reply({"Message": "No such function (training)"}, status=404)
        if not self._session_is_good(query):
            if received.path == CO_PAYMENT_PATH:
                return Reply(b"", status=401)
            return json_reply({"maKetQua": "401", "ghiChu": "(DỮ LIỆU TẬP HUẤN) Phiên không hợp lệ"})
        if received.path == CO_PAYMENT_PATH:
            return json_reply(co_payment_answer(form))
        if received.path == LOOKUP_PATH:
            return json_reply(lookup_answer(form, self._today()))
        if "form-urlencoded" not in received.content_type:
            return json_reply({"maKetQua": "205", "ghiChu": "(DỮ LIỆU TẬP HUẤN)", "dsLichSuKCB2025": None})
        return json_reply(history_answer(form, self._today()))

    def _log_in(self, form: Mapping[str, Any]) -> dict[str, Any]:
        if form.get("username") != USERNAME or str(form.get("password", "")).upper() != _PASSWORD_HASH:
            return {"maKetQua": "401", "APIKey": None}
        access_token = "+/" + base64.b64encode(secrets.token_bytes(31)).decode()  # ends in "="
        id_token = str(uuid.uuid4())
        now, end = time.monotonic(), datetime.now(UTC) + timedelta(seconds=self._session_seconds)
        with self._lock:
            self._sessions = {key: row for key, row in self._sessions.items() if now < row.ends}
            self._sessions[id_token] = _SessionRow(access_token, now + self._session_seconds)
        return {
            "maKetQua": "200",
            "APIKey": {
                "access_token": access_token,
                "id_token": id_token,
                "token_type": "Bearer",
                "username": USERNAME,
                "expires_in": end.strftime("%Y-%m-%dT%H:%M:%S.%f") + "0Z",
            },
        }

    def _session_is_good(self, query: Mapping[str, str]) -> bool:
        with self._lock:
            row = self._sessions.get(query.get("id_token", ""))
        return (
            row is not None
            and secrets.compare_digest(row.access_token, query.get("token", ""))
            and time.monotonic() < row.ends
            and query.get("username") == USERNAME
            and query.get("password", "").upper() == _PASSWORD_HASH
        )

    # The listening socket

    def _open_door(self) -> None:
        if self._http is None:
            self._http = HttpServer(self, self._port)
        if self._serving is None:
            self._serving = threading.Thread(
                target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, name="training-gateway"
            )
            self._serving.start()

    def _close_door(self) -> None:
        http, serving = self._http, self._serving
        self._http = self._serving = None
        if http is None:
            return
        if serving is not None:
            http.shutdown()
            serving.join()
        http.hang_up()
        http.server_close()

    def _end_later(self, fault: Fault, seconds: float) -> None:
        def end() -> None:
            ended.wait(seconds)
            with self._door:
                if self._fault is fault:
                    self.fault = None

        ended = self._switched
        threading.Thread(target=end, daemon=True, name="training-gateway-fault").start()


def serve_until_stopped() -> None:
    """Block until Ctrl-C or a request to end (SIGTERM)."""
    stop = threading.Event()
    before = signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        while not stop.wait(0.2):  # a plain wait could not be interrupted on Windows
            pass
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, before)


__all__ = [
    "CO_PAYMENT_PATH",
    "HISTORY_PATH",
    "LOOKUP_PATH",
    "PASSWORD",
    "STAFF_CITIZEN_ID",
    "STAFF_NAME",
    "TOKEN_PATH",
    "USERNAME",
    "Fault",
    "FaultKind",
    "Received",
    "Step",
    "TrainingGateway",
    "serve_until_stopped",
]
