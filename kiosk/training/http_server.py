"""The training gateway's side of HTTP: connections that can be hung up, answers that go wrong by order."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import struct
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

from kiosk.training.exchange import (
    CO_PAYMENT_PATH,
    FAULT_PATH,
    HISTORY_PATH,
    LOOKUP_PATH,
    TOKEN_PATH,
    Received,
    Reply,
    json_reply,
)
from kiosk.training.faults import LOGIN_CODES, Fault, FaultKind, Step, fault_from_json

_LONGEST_REQUEST = 65_536
_LONGEST_SILENCE = 3600.0
_HTML = b"<!DOCTYPE html><html><body><h1>Service Unavailable (training)</h1></body></html>"
_SESSION_HEADERS = {"token": "accessToken", "id_token": "tokenId", "password": "passwordHash"}
_STEPS = {TOKEN_PATH: Step.TOKEN, LOOKUP_PATH: Step.LOOKUP, HISTORY_PATH: Step.HISTORY}


class Answers(Protocol):
    """Who knows what to answer, and what goes wrong now."""

    fault: Fault | None

    def answer(self, received: Received, query: Mapping[str, str], form: Mapping[str, Any]) -> Reply:
        """The right answer to a request."""
        ...

    def take_fault(self, step: Step) -> tuple[Fault, threading.Event] | None:
        """The fault that this request meets, and the event that ends it; counts it."""
        ...


class HttpServer(ThreadingHTTPServer):
    """Knows its open connections, so that it can hang up."""

    request_queue_size = 128
    allow_reuse_address = os.name == "posix"  # elsewhere it would let two servers share one port

    def __init__(self, gateway: Answers, port: int) -> None:
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
    server: HttpServer
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
            self._send(json_reply({"Message": "Content-Length missing or too large (training)"}, status=413))
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
        self._send(json_reply({"training": True, "fault": fault.kind if fault else "none"}))

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
            self._send(json_reply({"error": str(error), "kinds": known}, status=400))
            return
        if fault is not None and fault.kind is FaultKind.DOWN and fault.seconds is None:
            fault = Fault(FaultKind.DOWN, seconds=60.0)
        self.close_connection = True
        self._send(json_reply({"training": True, "fault": fault.kind if fault else "none"}))
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
            self._send(json_reply({"maKetQua": LOGIN_CODES[kind], "APIKey": None}))
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
    FaultKind.UNAUTHORIZED_BODY: json_reply(
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


__all__ = ["HttpServer"]
