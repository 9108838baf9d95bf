"""One HTTP exchange with the gateway: bounded in time and size, and never an exception.

requests' time-outs bound each single wait, so a server that sends one byte a second could hold a desk for
ever. Here every wait is also cut at the deadline of the whole exchange: for name server and connection in
``dialling``, for the answer in ``_DeadlineReader``.
"""

from __future__ import annotations

import email.utils
import http.client
import io
import ipaddress
import math
import os
import socket
import time
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import requests
import requests.utils
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NewConnectionError

from kiosk import clock
from kiosk.gateway.dialling import dial
from kiosk.gateway.failures import NETWORK_ERRORS, detail_of, failure_of
from kiosk.gateway.privacy import mask_urls_in_logs

_CHUNK = 65_536
_CONNECTIONS = 16
"""Kept alive at most; more look-ups at once open further ones."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What came of one request: a status with a body, or a failure."""

    asked_at: datetime
    elapsed_ms: float
    status: int | None = None
    body: bytes | None = None
    failure: str | None = None  # key of config/result_codes.toml
    detail: str = ""
    server_time: datetime | None = None  # the answer's Date header
    stale: bool = False  # the server had closed the idle connection that the request went out on


class Transport:
    """A pool of keep-alive connections to one gateway. Safe to use from several threads."""

    def __init__(
        self,
        base_url: str,
        *,
        connect_timeout: float,
        read_timeout: float,
        ca_file: str | None = None,
        max_answer_bytes: int,
        proxy: str = "",
    ) -> None:
        """`proxy`: an address, ``off`` for none, or empty for the environment's."""
        mask_urls_in_logs()
        self._base_url = base_url.rstrip("/")
        self._timeout = (connect_timeout, read_timeout)
        self._max_answer_bytes = max_answer_bytes
        self._session = _http_session(self._base_url, ca_file, proxy)
        own = self._session.verify if self._base_url.lower().startswith("https:") else None
        self._certificates = Path(own) if isinstance(own, str) else None

    def post(
        self,
        path: str,
        *,
        query: Mapping[str, str],
        body: bytes,
        content_type: str,
        headers: Mapping[str, str] | None = None,
        fresh: bool = False,
        deadline: float = math.inf,
        read_timeout: float | None = None,
    ) -> Exchange:
        """Send one POST and read its answer; `fresh` forbids a connection that was used before.

        The exchange as a whole takes at most the sum of both time-outs, and ends at `deadline` (monotonic).
        """
        headers = {"Content-Type": content_type, **(headers or {})}
        connect, read = self._timeout
        timeout = (connect, read if read_timeout is None else read_timeout)
        return self._exchange("POST", path, query, body, headers, timeout, fresh=fresh, deadline=deadline)

    def head(self, *, deadline: float = math.inf) -> Exchange:
        """Ask the server for nothing: any answer shows that the line and the server are there."""
        return self._exchange("HEAD", "/", {}, None, {}, self._timeout, fresh=True, deadline=deadline)

    def _exchange(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        body: bytes | None,
        headers: Mapping[str, str],
        timeout: tuple[float, float],
        *,
        fresh: bool,
        deadline: float,
    ) -> Exchange:
        asked_at, started = clock.now(), time.perf_counter()
        if self._certificates and not self._certificates.exists():
            return Exchange(
                asked_at, 0.0, failure="gateway_tls", detail="the file with certificates is missing"
            )
        now = time.monotonic()
        if now >= deadline:
            return Exchange(asked_at, 0.0, failure="gateway_timeout", detail="no time left to ask")
        state = _State(deadline=min(now + sum(timeout), deadline), fresh=fresh)
        context = _current.set(state)
        try:
            left = state.deadline - now
            waits = (min(timeout[0], left), min(timeout[1], left))
            outcome = self._send(method, path, query, body, headers, waits)
        except NETWORK_ERRORS as error:
            failure = failure_of(error)
            stale = state.reused and failure == "gateway_dropped" and not state.answered
            outcome = {"failure": failure, "detail": detail_of(error), "stale": stale}
        finally:
            _current.reset(context)
        return Exchange(asked_at, elapsed_ms=(time.perf_counter() - started) * 1000, **outcome)

    @property
    def proxy(self) -> str | None:
        """Address of the proxy that requests go through, maybe with an account in it; None without one."""
        return requests.utils.select_proxy(self._base_url, self._session.proxies)

    @property
    def ca_file(self) -> str | None:
        """The file (or folder) of trusted certificates where it is not the usual one."""
        return self._session.verify if isinstance(self._session.verify, str) else None

    def close(self) -> None:
        self._session.close()

    def _send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        body: bytes | None,
        headers: Mapping[str, str],
        timeout: tuple[float, float],
    ) -> dict[str, Any]:
        url = self._base_url + path
        if query:
            url += "?" + urlencode(query, quote_via=quote, safe="")
        with self._session.request(
            method,
            url,
            data=body,
            headers=dict(headers),
            timeout=timeout,
            allow_redirects=False,
            stream=True,
        ) as response:
            state = _current.get()
            state.answered = True
            answer = {"status": response.status_code, "server_time": _server_time(response)}
            content, complete = self._read(response)
            if not complete:
                return {**answer, "body": content, "failure": "gateway_too_large"}
            return {**answer, "body": content}

    def _read(self, response: requests.Response) -> tuple[bytes, bool]:
        """The body after decompression, and whether all of it fitted into the limit."""
        limit = self._max_answer_bytes
        if (response.raw.length_remaining or 0) > limit:
            return b"", False
        content = bytearray()
        while chunk := response.raw.read(_CHUNK, decode_content=True):
            content += chunk
            if len(content) > limit:
                return bytes(content[:limit]), False
        return bytes(content), True


def _http_session(base_url: str, ca_file: str | None, proxy: str) -> requests.Session:
    session = requests.Session()
    # No trust_env: requests would read .netrc too. Proxies and certificates of the environment are read here.
    session.trust_env = False
    session.proxies = _proxies(base_url, proxy)
    session.verify = (
        ca_file or os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
    )
    session.headers.update(
        {"User-Agent": "bhyt-kiosk", "Accept": "application/json", "Accept-Encoding": "gzip, deflate"}
    )
    adapter = _Adapter(pool_maxsize=_CONNECTIONS)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


def _proxies(base_url: str, proxy: str) -> dict[str, str]:
    """The proxies to use, but none for this machine: a proxy elsewhere could only misunderstand it."""
    if proxy == "off":
        return {}
    try:
        host = (urlsplit(base_url).hostname or "").rstrip(".")
        if _is_loopback(host):
            return {}
        if proxy:
            return {"http": proxy, "https": proxy}
        return dict(requests.utils.get_environ_proxies(base_url))
    except ValueError:  # an impossible address; asking will say so
        return {}


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _server_time(response: requests.Response) -> datetime | None:
    try:
        found = email.utils.parsedate_to_datetime(response.headers.get("Date", ""))
    except ValueError:
        return None
    return found if found.tzinfo else None


@dataclass(slots=True)
class _State:
    """What the connection below requests must know of, and tells about, the exchange it serves."""

    deadline: float
    fresh: bool
    reused: bool = False
    answered: bool = False


_current: ContextVar[_State] = ContextVar("exchange")


class _DeadlineReader(io.RawIOBase):
    """The socket's bytes, with every wait cut at the deadline of the exchange."""

    def __init__(self, raw: io.RawIOBase, sock: Any, deadline: float) -> None:
        self._raw, self._sock, self._deadline = raw, sock, deadline
        self._patience = sock.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(min(left, self._patience))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _DeadlineResponse(http.client.HTTPResponse):
    def __init__(self, sock: Any, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = io.BufferedReader(_DeadlineReader(self.fp.detach(), sock, _current.get().deadline))


class _WatchedConnection(HTTPConnection):
    """Tells the exchange whether its request goes out on a connection that was used before."""

    response_class = _DeadlineResponse
    _sent = 0

    def connect(self) -> None:
        self._sent = 0
        super().connect()

    def _new_conn(self) -> socket.socket:
        """Within the deadline. As errors of urllib3's own: a bare reset would count as one of the request."""
        patience = self.timeout if isinstance(self.timeout, int | float) else math.inf
        try:
            return dial(
                self._dns_host,
                self.port or 80,
                patience=patience,
                deadline=_current.get().deadline,
                options=self.socket_options or (),
            )
        except OSError as error:
            raise NewConnectionError(self, "no connection") from error

    @property
    def is_connected(self) -> bool:
        """The pool asks this before it hands out a kept connection; a false one is opened anew."""
        return super().is_connected and not (_current.get().fresh and self._sent)

    def request(self, *args: Any, **options: Any) -> None:
        _current.get().reused = self.sock is not None and self._sent > 0
        super().request(*args, **options)  # connects where it must, and so sets the count to 0
        self._sent += 1


class _WatchedTlsConnection(_WatchedConnection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _WatchedConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedTlsConnection


class _Adapter(HTTPAdapter):
    """requests' adapter on the connections above."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}

    def proxy_manager_for(self, *args: Any, **options: Any) -> Any:
        manager = super().proxy_manager_for(*args, **options)
        manager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
        return manager

    def close(self) -> None:
        """Close the connections now; urllib3 leaves that to the garbage collector."""
        for manager in (self.poolmanager, *self.proxy_manager.values()):
            for key in manager.pools.keys():  # noqa: SIM118 - not a dict; it cannot be iterated
                manager.pools[key].close()
        super().close()


__all__ = ["Exchange", "Transport"]
