"""Helpers of the gateway's tests: a client, and a server that sends exactly the bytes it is told to."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from kiosk.card.model import PartialDate
from kiosk.gateway.client import GatewayClient, GatewayClientConfig
from kiosk.gateway.model import Question
from kiosk.training.gateway_server import PASSWORD, STAFF_CITIZEN_ID, STAFF_NAME, USERNAME

QUESTION = Question("GD4799900000101", "Nguyễn Thị Thử Nghiệm", PartialDate(1988, 10, 12))
TLS_FILES = Path(__file__).parent / "tls"

ACCESS_TOKEN = "c2lnbg+/nature:9=="
ID_TOKEN = "00000000-0000-4000-8000-00000000abcd"
TOKENS = {"access_token": ACCESS_TOKEN, "id_token": ID_TOKEN, "token_type": "Bearer", "username": USERNAME}


@contextmanager
def client_of(base_url: str, **changes: Any) -> Iterator[GatewayClient]:
    """A client with the training account and short time-outs."""
    values: dict[str, Any] = {
        "base_url": base_url,
        "username": USERNAME,
        "password": PASSWORD,
        "staff_name": STAFF_NAME,
        "staff_citizen_id": STAFF_CITIZEN_ID,
        "connect_timeout": 2.0,
        "read_timeout": 5.0,
    }
    with GatewayClient(GatewayClientConfig(**values | changes)) as client:
        yield client


def http(
    body: bytes | str | dict[str, Any] | list[Any] = b"",
    status: str = "200 OK",
    content_type: str = "application/json",
    *headers: str,
    length: int | None = None,
) -> bytes:
    """An HTTP answer as bytes; `length` lies about the body's."""
    if isinstance(body, dict | list):
        body = json.dumps(body, ensure_ascii=False)
    data = body.encode() if isinstance(body, str) else body
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Type: {content_type}",
        f"Content-Length: {len(data) if length is None else length}",
        *headers,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


LOGIN_ANSWER = http({"maKetQua": "200", "APIKey": TOKENS | {"expires_in": "2999-01-01T00:00:00.0000000Z"}})


@dataclass(frozen=True)
class RawRequest:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    connection: int
    place: int  # 1 for the first request of its connection

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return {key: values[-1] for key, values in parse_qs(urlsplit(self.target).query).items()}

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return {key: values[-1] for key, values in parse_qs(self.body.decode()).items()}


@dataclass(frozen=True)
class Close:
    """Send `data` and close the connection, by a reset if wanted."""

    data: bytes = b""
    reset: bool = False


@dataclass(frozen=True)
class Slowly:
    """Send `data` byte by byte."""

    data: bytes
    pause: float = 0.03


@dataclass(frozen=True)
class Silence:
    """Send nothing and keep the connection open."""


Reply = bytes | Close | Slowly | Silence
Script = Callable[[RawRequest], Reply]


@dataclass
class RawGateway:
    """A server on 127.0.0.1. Logins get `login`; each look-up the next of `replies`, the last one for ever.

    A reply may also be a function of the request.
    """

    replies: list[Reply | Script]
    login: Reply | Script = LOGIN_ANSWER
    tls: bool = False
    requests: list[RawRequest] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._connections: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]

    @property
    def base_url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def logins(self) -> list[RawRequest]:
        return [each for each in self.requests if each.path.endswith("/api/token/take")]

    @property
    def lookups(self) -> list[RawRequest]:
        return [each for each in self.requests if not each.path.endswith("/api/token/take")]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._threads[0].join()
        for connection in self._connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads[1:]:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
                if not self._welcome(connection):
                    continue
            except OSError:
                return
            self._connections.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection, len(self._connections)))
            self._threads.append(thread)
            thread.start()

    def _welcome(self, connection: socket.socket) -> bool:
        """Whether a connection is served; OSError ends the accepting."""
        return True

    def _serve(self, connection: socket.socket, number: int) -> None:
        try:
            if self.tls:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(TLS_FILES / "certificate.pem", TLS_FILES / "key.pem")
                connection = context.wrap_socket(connection, server_side=True)
            with connection, connection.makefile("rb") as stream:
                if stream.peek(1)[:1] == b"\x16":  # a TLS greeting to a server without TLS
                    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                    return
                place = 0
                while (request := self._read(stream, number, place := place + 1)) is not None:
                    if not self._reply(connection, self._reply_to(request)):
                        return
        except OSError:
            return
        finally:
            connection.close()

    def _read(self, stream: Any, number: int, place: int) -> RawRequest | None:
        first = stream.readline().decode("latin-1").split()
        if not first:
            return None
        headers: dict[str, str] = {}
        while line := stream.readline().decode("latin-1").strip():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        body = stream.read(int(headers.get("content-length", "0")))
        return RawRequest(first[0], first[1], headers, body, number, place)

    def _reply_to(self, request: RawRequest) -> Reply:
        with self._lock:
            self.requests.append(request)
            if request.path.endswith("/api/token/take"):
                reply = self.login
            else:
                reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        return reply if isinstance(reply, Reply) else reply(request)

    def _reply(self, connection: socket.socket, reply: Reply) -> bool:
        """Whether the connection stays open."""
        if isinstance(reply, bytes):
            connection.sendall(reply)
            return True
        if isinstance(reply, Slowly):
            for place in range(len(reply.data)):
                connection.sendall(reply.data[place : place + 1])
                if self._stopped.wait(reply.pause):
                    return False
            return True
        if isinstance(reply, Silence):
            self._stopped.wait(30)
            return False
        connection.sendall(reply.data)
        if reply.reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False


def free_port() -> int:
    """A port where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
