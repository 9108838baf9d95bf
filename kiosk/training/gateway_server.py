"""The training gateway: a real HTTP server on this machine that speaks the gateway's protocol.

It knows only the invented patients, and it can be told to fail (``faults``): by the program that runs it, or
by a trainer while it is served::

    curl -d '{"kind": "slow", "seconds": 5}' http://127.0.0.1:PORT/training/fault
    curl -d '{"kind": "none"}' http://127.0.0.1:PORT/training/fault
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import secrets
import signal
import socket
import struct
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from kiosk import clock
from kiosk.training.answers import (
    STAFF_CITIZEN_ID,
    STAFF_NAME,
    co_payment_answer,
    history_answer,
    lookup_answer,
)
from kiosk.training.faults import LOGIN_CODES, Fault, FaultKind, Step, fault_from_json
from kiosk.training.patients import TRAINING_FACILITY

USERNAME = f"{TRAINING_FACILITY}_BV"
PASSWORD = "tap-huan-99999"  # noqa: S105 - invented, opens nothing but this server

TOKEN_PATH = "/api/token/take"  # noqa: S105 - a path
LOOKUP_PATH = "/api/egw/KQNhanLichSuKCB2024"
HISTORY_PATH = "/api/egw/Lskcb2025"
CO_PAYMENT_PATH = "/api/TraCuuCCT/TraCuuTienMCCT"
FAULT_PATH = "/training/fault"

_LONGEST_REQUEST = 65_536
_LONGEST_SILENCE = 3600.0
_HTML = b"<!DOCTYPE html><html><body><h1>Service Unavailable (training)</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it came in, without secrets."""

    method: str
    path: str  # without query
    body: Mapping[str, Any]
    content_type: str
    connection: int  # requests on the same kept connection have the same number


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer about to be sent."""

    body: bytes
    status: int = 200
    content_type: str = "application/json; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()


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
        self._switched = (
            threading.Event()
        )  # set when the fault of the moment ends; wakes who waits because of it
        self._sessions: dict[str, _SessionRow] = {}
        self._received: deque[Received] = deque(maxlen=10_000)
        self._http: _HttpServer | None = _HttpServer(self, port)
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

    # --- what the request handlers use ---

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
            return _json(self._log_in(form))
        if received.path not in {LOOKUP_PATH, HISTORY_PATH, CO_PAYMENT_PATH}:
            return _json({"Message": "No such function (training)"}, status=404)
        if not self._session_is_good(query):
            if received.path == CO_PAYMENT_PATH:
                return Reply(b"", status=401)
            return _json({"maKetQua": "401", "ghiChu": "(DỮ LIỆU TẬP HUẤN) Phiên không hợp lệ"})
        if received.path == CO_PAYMENT_PATH:
            return _json(co_payment_answer(form))
        if received.path == LOOKUP_PATH:
            return _json(lookup_answer(form, self._today()))
        if "form-urlencoded" not in received.content_type:
            return _json({"maKetQua": "205", "ghiChu": "(DỮ LIỆU TẬP HUẤN)", "dsLichSuKCB2025": None})
        return _json(history_answer(form, self._today()))

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

    # --- the listening socket ---

    def _open_door(self) -> None:
        if self._http is None:
            self._http = _HttpServer(self, self._port)
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


_SESSION_HEADERS = {"token": "accessToken", "id_token": "tokenId", "password": "passwordHash"}
_STEPS = {TOKEN_PATH: Step.TOKEN, LOOKUP_PATH: Step.LOOKUP, HISTORY_PATH: Step.HISTORY}
_PASSWORD_HASH = hashlib.md5(PASSWORD.encode(), usedforsecurity=False).hexdigest().upper()


@dataclass(frozen=True, slots=True)
class _SessionRow:
    access_token: str = field(repr=False)
    ends: float


def _json(payload: object, status: int = 200) -> Reply:
    return Reply(json.dumps(payload, ensure_ascii=False).encode(), status)


class _HttpServer(ThreadingHTTPServer):
    """Knows its open connections, so that it can hang up."""

    request_queue_size = 128
    allow_reuse_address = os.name == "posix"  # elsewhere it would let two servers share one port

    def __init__(self, gateway: TrainingGateway, port: int) -> None:
        self.gateway = gateway
        self._open: dict[Any, threading.Thread] = {}
        self._open_lock = threading.Lock()
        self._counted = 0
        super().__init__(("127.0.0.1", port), _Handler)

    def next_connection(self) -> int:
        with self._open_lock:
            self._counted += 1
            return self._counted

    def process_request(self, request: Any, client_address: Any) -> None:
        thread = threading.Thread(
            target=self.process_request_thread, args=(request, client_address), daemon=True
        )
        with self._open_lock:
            self._open[request] = thread
        thread.start()

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._open_lock:
                self._open.pop(request, None)

    def hang_up(self) -> None:
        """Close every open connection and wait for its thread (but never for the own one)."""
        with self._open_lock:
            connections = dict(self._open)
        for connection in connections:
            with contextlib.suppress(OSError):  # already closed by the other side
                connection.shutdown(socket.SHUT_RDWR)
        for thread in connections.values():
            if thread is not threading.current_thread():
                thread.join(timeout=5)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # an answer leaves in one piece
    server: _HttpServer
    server_version = "TrainingGateway"
    sys_version = ""

    def setup(self) -> None:
        super().setup()
        self._number = self.server.next_connection()

    def log_message(self, *_: object) -> None:
        """Nothing: request lines hold session secrets."""

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > _LONGEST_REQUEST:
            self.close_connection = True
            self._send(_json({"Message": "Content-Length missing or too large (training)"}, status=413))
            return
        body = self.rfile.read(int(length))
        path, query = self._path()
        content_type = self.headers.get("Content-Type", "")
        form = _form(body, content_type)
        if path == CO_PAYMENT_PATH:  # this call carries its session in headers
            query = {key: self.headers.get(name, "") for key, name in _SESSION_HEADERS.items()}
            query["username"] = str(form.get("username"))
        if path == FAULT_PATH:
            self._switch_fault(_form(body, "application/json"))
            return
        visible = {key: value for key, value in form.items() if key != "password"}
        received = Received("POST", path, visible, content_type, self._number)
        reply = self.server.gateway.answer(received, query, form)
        met = self.server.gateway.take_fault(_STEPS.get(path, Step.LOOKUP))
        if met is None:
            self._send(reply)
        else:
            self._fail(met[0], met[1], reply)

    def do_GET(self) -> None:
        fault = self.server.gateway.fault
        self._send(_json({"training": True, "fault": fault.kind if fault else "none"}))

    def do_HEAD(self) -> None:
        """A knock at the door; a fault that meets every request meets it too."""
        met = self.server.gateway.take_fault(Step.KNOCK)
        reply = Reply(b"", status=204)
        if met is None:
            self._send(reply)
        else:
            self._fail(met[0], met[1], reply)

    def _path(self) -> tuple[str, dict[str, str]]:
        parts = urlsplit(self.path)
        return parts.path, {key: values[-1] for key, values in parse_qs(parts.query).items()}

    def _switch_fault(self, payload: Mapping[str, Any]) -> None:
        """A trainer's request; ``down`` ends by itself after a minute, since nobody could switch it off."""
        try:
            fault = fault_from_json(payload)
        except ValueError as error:
            known = ["none", *FaultKind]
            self._send(_json({"error": str(error), "kinds": known}, status=400))
            return
        if fault is not None and fault.kind is FaultKind.DOWN and fault.seconds is None:
            fault = Fault(FaultKind.DOWN, seconds=60.0)
        self.close_connection = True
        self._send(_json({"training": True, "fault": fault.kind if fault else "none"}))
        self.server.gateway.fault = fault

    def _send(self, reply: Reply, *, announced: int | None = None) -> None:
        """Send an answer; `announced` lies about its length."""
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body) if announced is None else announced))
        for name, value in reply.headers:
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)
        self.wfile.flush()

    def _fail(self, fault: Fault, ended: threading.Event, reply: Reply) -> None:
        kind = fault.kind
        if kind in _INSTEAD:
            self._send(_INSTEAD[kind])
        elif kind in LOGIN_CODES:
            self._send(_json({"maKetQua": LOGIN_CODES[kind], "APIKey": None}))
        elif kind is FaultKind.SLOW:
            ended.wait(fault.pause)
            self._send(reply)
        elif kind is FaultKind.DRIP:
            self._drip(fault.pause, ended, reply)
        else:
            self._break_off(kind, ended, reply)

    def _drip(self, pause: float, ended: threading.Event, reply: Reply) -> None:
        self._send(Reply(b""), announced=len(reply.body))
        for place in range(len(reply.body)):
            if ended.wait(pause):
                self.close_connection = True
                return
            self.wfile.write(reply.body[place : place + 1])
            self.wfile.flush()

    def _break_off(self, kind: FaultKind, ended: threading.Event, reply: Reply) -> None:
        self.close_connection = True
        if kind is FaultKind.TRUNCATED:
            self._send(Reply(reply.body[: len(reply.body) // 2]), announced=len(reply.body))
        elif kind is FaultKind.RESET:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            socket.close(self.connection.detach())
        else:  # SILENCE
            ended.wait(_LONGEST_SILENCE)


_INSTEAD = {
    FaultKind.HTML: Reply(_HTML, content_type="text/html"),
    FaultKind.HTTP_500: Reply(_HTML, status=500, content_type="text/html"),
    FaultKind.BAD_JSON: Reply(b'{"maKetQua": "000", "maThe": '),
    FaultKind.NOT_AN_OBJECT: Reply(b'["000"]'),
    FaultKind.HUGE: Reply(b'{"maKetQua": "000", "ghiChu": "' + b"x" * 5_000_000 + b'"}'),
    FaultKind.REDIRECT: Reply(b"", status=302, headers=(("Location", "/elsewhere"),)),
    FaultKind.FORBIDDEN: Reply(b"", status=403),
    FaultKind.UNAUTHORIZED_BODY: _json(
        {"maKetQua": "401", "ghiChu": "(DỮ LIỆU TẬP HUẤN) Phiên không hợp lệ"}
    ),
    FaultKind.UNAUTHORIZED_STATUS: Reply(b"", status=401),
}


def _form(body: bytes, content_type: str) -> dict[str, Any]:
    """The fields of a form or JSON body; nothing when it is neither."""
    try:
        text = body.decode("utf-8-sig")
        if "form-urlencoded" in content_type:
            return {key: values[-1] for key, values in parse_qs(text).items()}
        payload = json.loads(text)
    except ValueError:
        return {}
    return payload if isinstance(payload, dict) else {}


__all__ = [
    "PASSWORD",
    "STAFF_CITIZEN_ID",
    "STAFF_NAME",
    "USERNAME",
    "Fault",
    "FaultKind",
    "Received",
    "Step",
    "TrainingGateway",
    "serve_until_stopped",
]
