"""The fault matrix: what goes wrong on the wire, what it is called, how many requests were spent on it."""

from __future__ import annotations

import gzip
import logging
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from gateway_samples import (
    ACCESS_TOKEN,
    ID_TOKEN,
    QUESTION,
    TLS_FILES,
    Close,
    RawGateway,
    RawRequest,
    Reply,
    Slowly,
    client_of,
    free_port,
    http,
)
from test_gateway_client import PASSWORD_HASH

from kiosk.gateway.failures import detail_of, failure_of
from kiosk.gateway.model import Answer
from kiosk.gateway.privacy import without_secrets
from kiosk.gateway.result_codes import Verdict, rule_for
from kiosk.training.gateway_server import PASSWORD, Fault, FaultKind, Step, TrainingGateway

GOOD = {"maKetQua": "000", "hoTen": "Nguyễn Thị Thử Nghiệm"}


def patience(failure: str | None) -> dict[str, float]:
    """Time-outs: short where the test waits for them, else long enough for a busy machine."""
    return dict.fromkeys(("connect_timeout", "read_timeout"), 0.4 if failure == "gateway_timeout" else 10.0)


@pytest.mark.parametrize("step", [Step.TOKEN, Step.LOOKUP])
@pytest.mark.parametrize(
    ("kind", "failure"),
    [
        (FaultKind.SLOW, "gateway_timeout"),
        (FaultKind.SILENCE, "gateway_timeout"),
        (FaultKind.DRIP, "gateway_timeout"),
        (FaultKind.RESET, "gateway_dropped"),
        (FaultKind.TRUNCATED, "gateway_dropped"),
        (FaultKind.HUGE, "gateway_too_large"),
        (FaultKind.HTML, "gateway_not_json"),
        (FaultKind.BAD_JSON, "gateway_not_json"),
        (FaultKind.NOT_AN_OBJECT, "gateway_bad_answer"),
        (FaultKind.HTTP_500, "gateway_http_error"),
        (FaultKind.REDIRECT, "gateway_redirect"),
        (FaultKind.FORBIDDEN, "gateway_forbidden"),
    ],
)
def test_faults_of_the_training_gateway(kind: FaultKind, failure: str, step: Step) -> None:
    with TrainingGateway() as server, client_of(server.base_url, **patience(failure)) as client:
        server.fault = Fault(kind, step=step)
        answer = client.look_up(QUESTION)
        requests = len(server.requests)
        server.fault = None
        assert client.look_up(QUESTION).result_code == "000", "the client must recover"
    repeats = 1 if failure == "gateway_dropped" else 0
    expected = (1 if step is Step.TOKEN else 2) + repeats
    assert (answer.result_code, answer.failure, requests) == (None, failure, expected)
    assert rule_for(failure).verdict is Verdict.UNDETERMINED
    assert answer.attempts[-1].failure == failure


REPLIES: dict[str, tuple[Reply, str | None, str | None]] = {
    # name: (bytes on the wire, result code, failure)
    "byte order mark": (http(b"\xef\xbb\xbf" + b'{"maKetQua": "000"}'), "000", None),
    "wrong content type": (http(GOOD, content_type="text/html; charset=iso-8859-1"), "000", None),
    "number as code": (http({"maKetQua": 4}), "004", None),
    "a good card on HTTP 500": (http(GOOD, "500 Internal Server Error"), None, "gateway_http_error"),
    "code on HTTP 500": (http({"maKetQua": "101"}, "500 Internal Server Error"), "101", None),
    "code on HTTP 400": (http({"maKetQua": "205"}, "400 Bad Request"), "205", None),
    "403 in the body": (http({"maKetQua": "403"}, "403 Forbidden"), "403", None),
    "unknown code": (http({"maKetQua": "Z9"}), "Z9", None),
    "null lists": (http(GOOD | {"dsLichSuKCB2018": None, "dsLichSuKT2018": None}), "000", None),
    "gzip": (
        http(gzip.compress(b'{"maKetQua": "000"}'), "200 OK", "application/json", "Content-Encoding: gzip"),
        "000",
        None,
    ),
    "no content length": (Close(b'HTTP/1.1 200 OK\r\n\r\n{"maKetQua": "000"}'), "000", None),
    "chunked": (
        b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n13\r\n{"maKetQua": "000"}\r\n0\r\n\r\n',
        "000",
        None,
    ),
    "junk after the body": (http(b'{"maKetQua": "000"}<!-- proxy -->', length=19), "000", None),
    "empty body": (http(b""), None, "gateway_not_json"),
    "no content": (b"HTTP/1.1 204 No Content\r\n\r\n", None, "gateway_not_json"),
    "latin-1 body": (http(b'{"maKetQua": "000", "hoTen": "\xe9"}'), None, "gateway_not_json"),
    "deep nesting": (http(b"[" * 100_000), None, "gateway_not_json"),
    "broken gzip": (
        http(b"no gzip", "200 OK", "application/json", "Content-Encoding: gzip"),
        None,
        "gateway_not_json",
    ),
    "a list": (http([GOOD]), None, "gateway_bad_answer"),
    "no code": (http({"ghiChu": "x"}), None, "gateway_bad_answer"),
    "code null": (http({"maKetQua": None}), None, "gateway_bad_answer"),
    "code of wrong type": (http({"maKetQua": {"a": 1}}), None, "gateway_bad_answer"),
    "error object": (http({"Message": "An error"}, "500 Internal Server Error"), None, "gateway_http_error"),
    "not found": (http("<html>", "404 Not Found", "text/html"), None, "gateway_http_error"),
    "bad gateway": (http("<html>", "502 Bad Gateway", "text/html"), None, "gateway_http_error"),
    "forbidden page": (http("<html>", "403 Forbidden", "text/html"), None, "gateway_forbidden"),
    "not HTTP": (Close(b"SSH-2.0-OpenSSH_9.2\r\n"), None, "gateway_http_error"),
    "endless status line": (Close(b"HTTP/1.1 200 " + b"x" * 100_000), None, "gateway_http_error"),
    "two lengths": (
        http(b"{}", "200 OK", "application/json", "Content-Length: 77"),
        None,
        "gateway_http_error",
    ),
    "redirect with a body": (
        http(GOOD, "307 Temporary Redirect", "application/json", "Location: http://127.0.0.1:9/"),
        None,
        "gateway_redirect",
    ),
    "length too long": (Close(http(GOOD, length=500)), None, "gateway_dropped"),
    "chunk breaks off": (
        Close(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{"),
        None,
        "gateway_dropped",
    ),
    "closed after the headers": (Close(http(b"", length=30)), None, "gateway_dropped"),
    "reset in the body": (Close(http(b"{", length=30), reset=True), None, "gateway_dropped"),
    "announced too large": (http(b"", length=10**15), None, "gateway_too_large"),
    "too large unannounced": (
        Close(b'HTTP/1.1 200 OK\r\n\r\n{"ghiChu": "' + b"x" * 200_000),
        None,
        "gateway_too_large",
    ),
    "gzip bomb": (
        http(
            gzip.compress(b'{"maKetQua": "000", "x": "' + b"0" * 20_000_000 + b'"}'),
            "200 OK",
            "application/json",
            "Content-Encoding: gzip",
        ),
        None,
        "gateway_too_large",
    ),
    "deflate bomb": (
        http(zlib.compress(b"0" * 20_000_000), "200 OK", "application/json", "Content-Encoding: deflate"),
        None,
        "gateway_too_large",
    ),
    "headers drip": (Slowly(http(GOOD), 0.05), None, "gateway_timeout"),
    "body drips": (Slowly(http(GOOD)[-40:], 0.05), None, "gateway_timeout"),
    "chunks drip": (
        Slowly(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\n \r\n" * 100, 0.01),
        None,
        "gateway_timeout",
    ),
}


@pytest.mark.parametrize("name", REPLIES)
def test_replies(name: str) -> None:
    reply, code, failure = REPLIES[name]
    with RawGateway([reply]) as server:
        with client_of(server.base_url, **patience(failure), max_answer_bytes=100_000) as client:
            answer = client.look_up(QUESTION)
        repeats = 1 if failure == "gateway_dropped" or name == "bad gateway" else 0
        assert (len(server.logins), len(server.lookups)) == (1, 1 + repeats)
    assert (answer.result_code, answer.failure) == (code, failure)
    assert (answer.attempts[-1].failure, len(answer.attempts)) == (failure, 2 + repeats)


def test_what_stands_behind_an_answer_never_answers_the_next_question() -> None:
    def reply(request: RawRequest) -> Reply:
        return http(b'{"maKetQua": "000"}' + http({"maKetQua": "110"}), length=19)

    with RawGateway([reply]) as server, client_of(server.base_url) as client:
        assert [client.look_up(QUESTION).result_code for _ in range(3)] == ["000"] * 3


def test_evidence_is_cut_at_the_limit_and_holds_no_nul() -> None:
    body = b'{"ghiChu": "\x00' + b"x" * 5000
    reply = Close(b"HTTP/1.1 200 OK\r\n\r\n" + body)
    with RawGateway([reply]) as server, client_of(server.base_url, max_answer_bytes=2000) as client:
        evidence = client.look_up(QUESTION).attempts[-1].answer
    assert evidence is not None
    assert len(evidence) == 2000
    assert "\x00" not in evidence


def test_nobody_listens() -> None:
    with client_of(f"http://127.0.0.1:{free_port()}") as client:
        answer = client.look_up(QUESTION)
    assert answer.failure == "gateway_unreachable"
    assert "ECONNREFUSED" in answer.detail


@pytest.mark.parametrize("host", ["gateway.invalid", "a..b", "x" * 70 + ".invalid", "[::zz]"])
def test_a_host_that_cannot_be(host: str) -> None:
    with client_of(f"http://{host}") as client:
        assert client.look_up(QUESTION).failure == "gateway_unreachable"


# --- TLS ---


def test_tls_with_the_hospitals_own_certificate() -> None:
    with RawGateway([http(GOOD)], tls=True) as server:
        with client_of(server.base_url, ca_file=str(TLS_FILES / "certificate.pem")) as client:
            assert client.look_up(QUESTION).result_code == "000"
            assert client.look_up(QUESTION).result_code == "000"
        assert len({request.connection for request in server.requests}) == 1


def test_an_idle_tls_connection_closed_by_the_server_is_replaced_at_once() -> None:
    def reply(request: RawRequest) -> Reply:
        return Close() if request.place == 3 else http(GOOD)

    with RawGateway([reply], tls=True) as server:
        with client_of(server.base_url, ca_file=str(TLS_FILES / "certificate.pem")) as client:
            assert [client.look_up(QUESTION).result_code for _ in range(2)] == ["000", "000"]
        assert len(server.lookups) == 3


def test_an_unknown_certificate_is_refused() -> None:
    with RawGateway([http(GOOD)], tls=True) as server:
        with client_of(server.base_url) as client:
            answer = client.look_up(QUESTION)
        assert server.requests == []
    assert answer.failure == "gateway_tls"
    assert "self-signed certificate" in answer.detail


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_certificates_from_the_environment(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, str(TLS_FILES / "certificate.pem"))
    with RawGateway([http(GOOD)], tls=True) as server, client_of(server.base_url) as client:
        assert client.look_up(QUESTION).result_code == "000"


@pytest.mark.parametrize("content", [None, "", "not a certificate"])
def test_an_unusable_file_of_certificates(content: str | None, tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    with RawGateway([], tls=True) as server, client_of(server.base_url, ca_file=str(file)) as client:
        assert client.look_up(QUESTION).failure == "gateway_tls"


def test_a_server_without_tls_behind_https() -> None:
    with RawGateway([]) as server, client_of(server.base_url.replace("http:", "https:")) as client:
        assert client.look_up(QUESTION).failure == "gateway_tls"


# --- proxies and files of the user ---


def test_a_proxy_is_used_for_the_gateway(monkeypatch: pytest.MonkeyPatch) -> None:
    with RawGateway([http(GOOD)]) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.base_url)
        monkeypatch.setenv("http_proxy", proxy.base_url)
        with client_of("http://gateway.invalid") as client:
            assert client.look_up(QUESTION).result_code == "000"
        assert proxy.requests[0].target == "http://gateway.invalid/api/token/take"


def test_a_proxy_that_lets_nobody_through(monkeypatch: pytest.MonkeyPatch) -> None:
    with RawGateway([http(b"", "403 Forbidden")]) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.base_url)
        monkeypatch.setenv("https_proxy", proxy.base_url)
        with client_of("https://gateway.invalid") as client:
            answer = client.look_up(QUESTION)
        assert {request.method for request in proxy.requests} == {"CONNECT"}
    assert answer.failure == "gateway_unreachable"


def test_a_proxy_of_the_settings_wins_over_the_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    with RawGateway([http(GOOD)]) as proxy:
        with client_of("http://gateway.invalid", proxy=proxy.base_url) as client:
            assert client.look_up(QUESTION).result_code == "000"
        with client_of("http://gateway.invalid", proxy="off") as client:
            assert client.look_up(QUESTION).failure == "gateway_unreachable"
        assert len(proxy.requests) == 2


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_is_never_asked_through_a_proxy(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    with RawGateway([http(GOOD)]) as server, client_of(server.base_url.replace("127.0.0.1", host)) as client:
        assert client.look_up(QUESTION).result_code == "000"


def test_no_password_file_of_the_user_is_sent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password something\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with RawGateway([http(GOOD)]) as server:
        with client_of(server.base_url) as client:
            client.look_up(QUESTION)
        assert all("authorization" not in request.headers for request in server.requests)


# --- secrets ---

ECHO = "Cannot reach {target} (token {token}, {quoted}, {escaped}, hash {hash})"


def echo(request: RawRequest) -> bytes:
    """An error page that quotes the request, as proxies do."""
    text = ECHO.format(
        target=request.target,
        token=ACCESS_TOKEN,
        quoted=quote(ACCESS_TOKEN, safe=""),
        escaped=ACCESS_TOKEN.replace("+", "\\u002B").replace("/", "\\/"),
        hash=PASSWORD_HASH.lower(),
    )
    return text.encode()


def leaky_replies() -> Iterator[Reply | Any]:
    yield lambda request: http(echo(request), "502 Bad Gateway", "text/html")
    yield lambda request: http({"maKetQua": "500", "ghiChu": echo(request).decode()})
    yield lambda request: http(GOOD, "200 OK", "application/json", "Broken header " + request.target)
    yield lambda request: http(b"", "302 Found", "text/html", "Location: " + request.target)
    yield lambda request: Close(b"HTTP/1.1 " + echo(request) + b"\r\n\r\n")
    yield lambda request: Close(http(b"", "200 OK", "text/html", "Content-Length: 7, 8"))
    yield from (reply for reply, _, _ in REPLIES.values() if not isinstance(reply, Slowly))


def secrets_in(text: str) -> set[str]:
    known = {ACCESS_TOKEN, quote(ACCESS_TOKEN, safe=""), ID_TOKEN, PASSWORD_HASH, PASSWORD}
    known.add(ACCESS_TOKEN.replace("+", "\\u002B").replace("/", "\\/"))
    return {secret for secret in known if re.search(re.escape(secret), text, re.IGNORECASE)}


def test_no_secret_reaches_log_or_evidence(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("urllib3", "urllib3.connectionpool", "urllib3.connection", "requests", "kiosk"):
        caplog.set_level(logging.DEBUG, logger=name)
    answers: list[Answer] = []
    for reply in leaky_replies():
        with RawGateway([reply]) as server, client_of(server.base_url, max_answer_bytes=100_000) as client:
            answers.append(client.look_up(QUESTION))
            answers.append(client.look_up(QUESTION))
            assert secrets_in(repr(client) + repr(client._settings) + repr(vars(client._session))) == set()
    formatter = logging.Formatter("%(name)s %(message)s %(exc_text)s")
    log = "\n".join(formatter.format(record) for record in caplog.records)
    assert "Failed to parse headers" in log, "urllib3 quotes the URL here"
    assert '"POST /api/egw/KQNhanLichSuKCB2024?token=***&id_token=***' in log
    assert secrets_in(log) == set()
    assert secrets_in(repr(answers)) == set()
    assert "***" in repr(answers)


def test_without_secrets_masks_parameters_and_known_texts() -> None:
    text = "GET /x?token=abc%2B&id_token=1-2&username=99999_BV&password=0F HTTP/1.1 Abcdef+/=="
    assert without_secrets(text, ["ABCDEF+/==", "x"]) == (
        "GET /x?token=***&id_token=***&username=99999_BV&password=*** HTTP/1.1 ***"
    )


# --- from exceptions to failures ---


def test_an_unforeseen_network_error_is_unreachable_and_quotes_nothing() -> None:
    error = OSError("https://host/?token=secret")
    assert failure_of(error) == "gateway_unreachable"
    assert detail_of(error) == "OSError"


def test_causes_in_a_circle_end() -> None:
    first, second = ValueError(), ConnectionResetError()
    first.__cause__, second.__cause__ = second, first
    assert failure_of(first) == "gateway_dropped"
    assert detail_of(first) == "ValueError < ConnectionResetError"
