"""From an exception of the network stack to a technical failure of ``config/result_codes.toml``.

The text of such exceptions quotes the URL, which holds the session's secrets: it is never used.
"""

from __future__ import annotations

import errno
import http.client
import socket
import ssl
from collections.abc import Iterator

import requests
import urllib3.exceptions as u3

NETWORK_ERRORS = (requests.RequestException, u3.HTTPError, http.client.HTTPException, OSError, ValueError)
"""Everything that an HTTP exchange is known to raise."""

_KINDS: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((ssl.SSLEOFError, ssl.SSLZeroReturnError), "gateway_dropped"),
    ((ssl.SSLError, u3.SSLError, requests.exceptions.SSLError), "gateway_tls"),
    ((ConnectionRefusedError, socket.gaierror, u3.NameResolutionError, u3.ProxyError), "gateway_unreachable"),
    ((ConnectionError, http.client.IncompleteRead), "gateway_dropped"),
    ((TimeoutError,), "gateway_timeout"),
    ((u3.NewConnectionError,), "gateway_unreachable"),
    ((u3.TimeoutError, requests.Timeout), "gateway_timeout"),
    ((u3.DecodeError,), "gateway_not_json"),
    ((http.client.HTTPException, u3.InvalidHeader), "gateway_http_error"),
)
"""First match over the whole chain of causes wins. Mind the families: http.client.RemoteDisconnected is both
a ConnectionError and a BadStatusLine, urllib3's NewConnectionError also a TimeoutError of its own, and its
IncompleteRead one of http.client's."""


def failure_of(error: BaseException) -> str:
    """The technical failure that `error` and its causes come to."""
    causes = list(_causes(error))
    for kinds, failure in _KINDS:
        if any(isinstance(cause, kinds) for cause in causes):
            return failure
    return "gateway_unreachable"


def detail_of(error: BaseException) -> str:
    """What happened, for technicians: names of classes and of system errors only."""
    words: list[str] = []
    for cause in _causes(error):
        word = type(cause).__name__
        if isinstance(cause, ssl.SSLCertVerificationError):
            word += f" ({cause.verify_message})"
        elif isinstance(cause, ssl.SSLError) and cause.reason:
            word += f" ({cause.reason})"
        elif isinstance(cause, OSError) and (name := errno.errorcode.get(cause.errno or 0)):
            word += f" ({name})"
        if word not in words:
            words.append(word)
    return " < ".join(words)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """`error` and everything it was made from, outermost first."""
    waiting, seen = [error], set[int]()
    while waiting:
        current = waiting.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        inner = [current.__cause__, current.__context__, getattr(current, "reason", None), *current.args]
        waiting.extend(each for each in inner if isinstance(each, BaseException))
