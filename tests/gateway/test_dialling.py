from __future__ import annotations

import math
import socket
import time

import pytest

from kiosk.gateway.dialling import dial


def soon() -> float:
    return time.monotonic() + 20


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[127.0.0.1]"])
def test_a_name_or_an_address_leads_to_a_connection_with_its_options(host: str) -> None:
    option = (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with dial(host, port, patience=math.inf, deadline=soon(), options=[option]) as connection:
            assert connection.getpeername() == ("127.0.0.1", port)
            assert connection.getsockopt(*option[:2]) != 0
            assert 0 < (connection.gettimeout() or 0) <= 20


def test_nobody_waits_for_a_name_server_beyond_the_deadline() -> None:
    with pytest.raises(TimeoutError):
        dial("localhost", 9, patience=5, deadline=time.monotonic() - 1)


def test_nobody_connects_beyond_the_deadline() -> None:
    with pytest.raises(TimeoutError):
        dial("127.0.0.1", 9, patience=5, deadline=time.monotonic() - 1)


def test_what_the_name_server_says_is_told() -> None:
    with pytest.raises(socket.gaierror):
        dial("gateway.invalid", 443, patience=5, deadline=soon())


def test_a_refusal_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ConnectionRefusedError):
        dial("127.0.0.1", port, patience=5, deadline=soon())
