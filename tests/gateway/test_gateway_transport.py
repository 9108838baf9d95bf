from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from gateway_samples import RawGateway, http

from kiosk.gateway.transport import Transport, _DeadlineReader


@contextmanager
def transport_to(server: RawGateway) -> Iterator[Transport]:
    transport = Transport(server.base_url, connect_timeout=5, read_timeout=5, max_answer_bytes=10_000)
    yield transport
    transport.close()


def test_a_kept_connection_is_used_again_unless_a_fresh_one_is_asked_for() -> None:
    with RawGateway([http(b"{}")]) as server:
        with transport_to(server) as transport:
            for fresh in (False, False, True, True, False):
                exchange = transport.post("/", query={}, body=b"", content_type="text/plain", fresh=fresh)
                assert exchange.body == b"{}"
        assert [request.connection for request in server.requests] == [1, 1, 2, 3, 3]


def test_the_servers_clock_is_told_where_it_can_be_read() -> None:
    dates = [
        "Date: Wed, 02 Jan 2030 01:10:00 GMT",
        "Date: Wed, 02 Jan 2030 01:10:00 -0000",
        "Date: soon",
        "X: y",
    ]
    replies = [http(b"{}", "200 OK", "text/plain", date) for date in dates]
    with RawGateway([*replies]) as server, transport_to(server) as transport:
        exchanges = [transport.post("/", query={}, body=b"", content_type="text/plain") for _ in dates]
    times = [exchange.server_time for exchange in exchanges]
    assert times[0] is not None
    assert times[0].isoformat() == "2030-01-02T01:10:00+00:00"
    assert times[1:] == [None, None, None]


@pytest.fixture
def silent_line() -> Iterator[socket.socket]:
    """A connection on which nothing comes, patient for a minute."""
    mine, theirs = socket.socketpair()
    with mine, theirs:
        mine.settimeout(60)
        yield mine


@pytest.mark.timeout(20)
@pytest.mark.parametrize("seconds", [-1.0, 0.05])
def test_no_wait_outlasts_the_deadline(silent_line: socket.socket, seconds: float) -> None:
    raw = silent_line.makefile("rb", buffering=0)
    with _DeadlineReader(raw, silent_line, time.monotonic() + seconds) as reader, pytest.raises(TimeoutError):
        reader.readinto(bytearray(10))
    assert raw.closed
