"""From a host name to an open connection, within a deadline.

The system's name resolution knows no time-out (with a dead name server it takes 10 to 30 s), and a name with
several dead addresses would cost the time-out once for each of them.
"""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading
import time
from collections.abc import Iterable
from typing import Any


def dial(
    host: str, port: int, *, patience: float, deadline: float, options: Iterable[tuple[Any, ...]] = ()
) -> socket.socket:
    """A connection to the first address of `host` that takes one.

    Each address gets `patience` seconds, all of them until `deadline` (monotonic). The socket keeps the
    time-out it was opened with. Raises OSError (socket.gaierror, TimeoutError among them) or ValueError.
    """
    trouble: OSError = TimeoutError("no time left to connect")
    for family, kind, protocol, _, address in _addresses(host, port, deadline - time.monotonic()):
        left = min(patience, deadline - time.monotonic())
        if left <= 0:
            break
        connection = socket.socket(family, kind, protocol)
        try:
            for option in options:
                connection.setsockopt(*option)
            connection.settimeout(left)
            connection.connect(address)
        except OSError as error:
            connection.close()
            trouble = error
        else:
            return connection
    raise trouble


def _addresses(host: str, port: int, seconds: float) -> list[tuple[Any, ...]]:
    host = host.strip("[]")
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return _resolved(host, port, seconds)
    return socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)


def _resolved(host: str, port: int, seconds: float) -> list[tuple[Any, ...]]:
    """Asked in a thread of its own: who waits for it goes away when the time is up."""
    answers: queue.SimpleQueue[list[tuple[Any, ...]] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM))
        except (OSError, ValueError) as error:
            answers.put(error)

    threading.Thread(target=ask, name="name-server", daemon=True).start()
    try:
        answer = answers.get(timeout=max(seconds, 0.0))
    except queue.Empty:
        raise TimeoutError("the name server does not answer") from None
    if isinstance(answer, Exception):
        raise answer
    return answer
