"""The way to the gateway's door, step by step: name server, connection, proxy, TLS. Nothing is asked there.

`kiosk.gateway.transport` takes the same way in one go and can only say that it failed.
"""

from __future__ import annotations

import base64
import errno
import http.client
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote, urlsplit

_MOST_HEADERS = 65_536

# OpenSSL's X509_V_ERR_…
_CERTIFICATE_TROUBLE = {
    9: "not_yet_valid",
    10: "expired",
    18: "unknown_issuer",  # self-signed
    19: "unknown_issuer",  # self-signed one in the chain
    20: "unknown_issuer",
    21: "unknown_issuer",
    62: "wrong_name",
    64: "wrong_name",  # an IP address
}


TLS_TROUBLE = {*_CERTIFICATE_TROUBLE.values(), "certificate", "no_tls", "ca_file"}


@dataclass(frozen=True, slots=True)
class Line:
    """How far one got. `trouble` is None when the door stands open.

    ``dns``, ``refused``, ``no_route``, ``no_connection`` (no answer in time), ``proxy``, ``dropped``,
    ``silent`` (connected, no word); or of the certificate: ``expired``, ``not_yet_valid``,
    ``unknown_issuer``, ``wrong_name``, ``certificate``, ``no_tls`` (something else answers), ``ca_file``
    (the file of trusted certificates cannot be read).
    """

    host: str
    port: int
    proxy: str = ""  # without its account
    peer: str = ""  # the address that was connected to
    trouble: str | None = None
    what: str = ""  # for technicians
    encrypted: bool = False
    protocol: str = ""
    ends: datetime | None = None  # of the server's certificate
    server_time: datetime | None = None
    status: int | None = None


def walk(base_url: str, *, proxy: str | None, ca_file: str | None, timeout: float, ask: bool = False) -> Line:
    """Go to the gateway's door. With `ask`, a HEAD without account data is sent for status and clock.

    `proxy` is an address such as ``http://user:password@host:3128``; each wait lasts `timeout` at most.
    """
    parts = urlsplit(base_url)
    encrypted = parts.scheme == "https"
    line = Line(parts.hostname or "", parts.port or (443 if encrypted else 80), encrypted=encrypted)
    door = (line.host, line.port)
    if proxy:
        proxy_parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        try:
            door = (proxy_parts.hostname or "", proxy_parts.port or 8080)
        except ValueError:
            return replace(line, trouble="proxy", proxy="?", what="impossible address")
        line = replace(line, proxy=f"{door[0]}:{door[1]}")
    try:
        socket.getaddrinfo(*door, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return replace(line, trouble="proxy" if proxy else "dns", what=door[0])
    try:
        connection = socket.create_connection(door, timeout=timeout)
    except OSError as error:
        trouble = _why_not_connected(error)
        return replace(line, trouble="proxy" if proxy else trouble, what=_name_of(error))
    with connection:
        line = replace(line, peer=connection.getpeername()[0])
        if proxy and (encrypted or ask):
            if proxy_parts.scheme != "http":
                return line  # what such a proxy does shows with the login
            if encrypted and (refusal := _tunnel(connection, line, _authorization(proxy))):
                return replace(line, trouble="proxy", what=refusal)
        if not encrypted:
            return _asked(connection, line) if ask and not proxy else line
        return _through_tls(connection, line, ca_file, ask=ask)


def _why_not_connected(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return "no_connection"
    return "refused" if isinstance(error, ConnectionRefusedError) else "no_route"


def _name_of(error: OSError) -> str:
    return errno.errorcode.get(error.errno or 0) or type(error).__name__


def _authorization(proxy: str) -> str:
    parts = urlsplit(proxy)
    if parts.username is None:
        return ""
    account = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return f"Proxy-Authorization: Basic {base64.b64encode(account.encode()).decode()}\r\n"


def _tunnel(connection: socket.socket, line: Line, authorization: str) -> str:
    """Ask the proxy for a way through; why it gives none, or nothing."""
    host = f"[{line.host}]" if ":" in line.host else line.host
    target = f"{host}:{line.port}"
    request = f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{authorization}\r\n"
    answer = b""
    try:
        connection.sendall(request.encode("latin-1", "replace"))
        while b"\r\n\r\n" not in answer and len(answer) < _MOST_HEADERS:
            part = connection.recv(4096)
            if not part:
                return "closed"
            answer += part
    except OSError as error:
        return _name_of(error)
    words = answer.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
    status = words[1] if len(words) > 1 else "?"
    return "" if status == "200" else f"HTTP {status[:3]}"


def _through_tls(connection: socket.socket, line: Line, ca_file: str | None, *, ask: bool) -> Line:
    import certifi
    from urllib3.util.ssl_ import create_urllib3_context

    context = create_urllib3_context()
    try:
        context.load_verify_locations(ca_file or certifi.where())
    except (OSError, ssl.SSLError) as error:
        return replace(line, trouble="ca_file", what=_name_of(error))
    try:
        secured = context.wrap_socket(connection, server_hostname=line.host)
    except ssl.SSLCertVerificationError as error:
        trouble = _CERTIFICATE_TROUBLE.get(error.verify_code, "certificate")
        return replace(line, trouble=trouble, what=error.verify_message)
    except TimeoutError:
        return replace(line, trouble="no_tls", what="timeout")
    except ssl.SSLError as error:
        return replace(line, trouble="no_tls", what=error.reason or type(error).__name__)
    except OSError as error:
        return replace(line, trouble="dropped", what=_name_of(error))
    with secured:
        certificate = secured.getpeercert() or {}
        line = replace(line, protocol=secured.version() or "", ends=_moment(certificate.get("notAfter")))
        return _asked(secured, line) if ask else line


def _moment(text: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(text)), UTC)
    except ValueError:
        return None


def _asked(connection: socket.socket, line: Line) -> Line:
    """The line with the server's clock and the status it gave; a server that says nothing is in trouble."""
    request = f"HEAD / HTTP/1.1\r\nHost: {line.host}\r\nUser-Agent: bhyt-kiosk\r\nConnection: close\r\n\r\n"
    try:
        connection.sendall(request.encode("latin-1", "replace"))
        with _response(connection) as response:
            return replace(line, status=response.status, server_time=_server_time(response))
    except TimeoutError:
        return replace(line, trouble="silent")
    except (OSError, http.client.HTTPException) as error:
        return replace(line, trouble="dropped", what=type(error).__name__)


@contextmanager
def _response(connection: socket.socket) -> Iterator[http.client.HTTPResponse]:
    response = http.client.HTTPResponse(connection, method="HEAD")
    try:
        response.begin()
        yield response
    finally:
        response.close()


def _server_time(response: http.client.HTTPResponse) -> datetime | None:
    try:
        found = parsedate_to_datetime(response.headers.get("Date", ""))
    except ValueError:
        return None
    return found if found.tzinfo else None
