"""The gateway client: a question in, an answer with its evidence out; nothing the network does raises.

Protocol: Công văn 1923/BHXH-CNTT (KQNhanLichSuKCB2024) and Công văn 1245/BHXH-CNTT (token).
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self
from urllib.parse import urlencode

from kiosk.gateway.messages import (
    FORM_TYPE,
    JSON_TYPE,
    lookup_body,
    read_json,
    read_login,
    read_lookup,
    result_code,
)
from kiosk.gateway.model import Answer, Attempt, Question
from kiosk.gateway.privacy import without_secrets
from kiosk.gateway.result_codes import Retry, rule_for
from kiosk.gateway.session import Login, Session, Token, lifetime, renewal_time
from kiosk.gateway.transport import Exchange, Transport

TOKEN_PATH = "/api/token/take"  # noqa: S105 - a path, not a secret
LOOKUP_PATH = "/api/egw/KQNhanLichSuKCB2024"
TOKEN_STEP = "token"  # noqa: S105 - the name of the step in the evidence

_LOGIN_OK = "200"
_LOGIN_FAILURES = {"401": "login_refused", "402": "login_facility_wrong", "403": "login_locked"}

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GatewayClientConfig:
    """Where the gateway is and who asks. Times in seconds."""

    base_url: str
    username: str
    password: str = field(repr=False)
    staff_name: str
    staff_citizen_id: str
    connect_timeout: float = 3.0
    read_timeout: float = 8.0
    ca_file: str | None = None
    max_answer_bytes: int = 1_000_000


class GatewayClient:
    """Looks cards up. Safe to use from several threads; close it when done."""

    def __init__(self, settings: GatewayClientConfig) -> None:
        self._settings = settings
        password = settings.password.encode("utf-8", "replace")
        self._password_hash = hashlib.md5(password, usedforsecurity=False).hexdigest().upper()
        self._transport = Transport(
            settings.base_url,
            connect_timeout=settings.connect_timeout,
            read_timeout=settings.read_timeout,
            ca_file=settings.ca_file,
            max_answer_bytes=settings.max_answer_bytes,
        )
        self._session = Session(self._log_in)

    def look_up(self, question: Question) -> Answer:
        """Ask for a card. After a refused session: one new login and one repeat, then the answer stands."""
        started = time.perf_counter()
        attempts: list[Attempt] = []
        answer = self._ask(question, attempts)
        elapsed_ms = (time.perf_counter() - started) * 1000
        return replace(answer, attempts=tuple(attempts), elapsed_ms=elapsed_ms)

    def close(self) -> None:
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, question: Question, attempts: list[Attempt]) -> Answer:
        if not self._settings.username or not self._settings.password:
            return Answer(None, failure="account_not_set", detail="gateway.username or password is empty")
        body = lookup_body(
            question, staff_name=self._settings.staff_name, staff_citizen_id=self._settings.staff_citizen_id
        )
        answer, refused = self._ask_in_session(body, attempts)
        if refused is not None:
            answer, _ = self._ask_in_session(body, attempts, refused)
        return answer

    def _ask_in_session(
        self, body: str, attempts: list[Attempt], rejected: Token | None = None
    ) -> tuple[Answer, Token | None]:
        """The answer, and the token when a new one may help."""
        login = self._session.login(rejected)
        attempts += login.attempts
        if login.token is None:
            return Answer(None, failure=login.failure, detail=login.detail), None
        answer = self._ask_once(body, login.token, attempts)
        renew = rule_for(answer.result_code or answer.failure or "").retry is Retry.LOGIN
        return answer, login.token if renew else None

    def _ask_once(self, body: str, token: Token, attempts: list[Attempt]) -> Answer:
        secrets = (token.access_token, token.id_token, self._password_hash)
        query = {
            "token": token.access_token,
            "id_token": token.id_token,
            "username": self._settings.username,
            "password": self._password_hash,
        }
        for exchange in self._post(LOOKUP_PATH, query, body, JSON_TYPE):
            answer = _lookup_answer(exchange)
            answer = replace(answer, note=answer.note and without_secrets(answer.note, secrets))
            evidence = None if exchange.body is None else _as_text(exchange.body, secrets)
            attempts.append(_attempt(exchange, body, evidence, answer.failure, answer.detail))
            _log.info("look-up: %s in %.0f ms", answer.result_code or answer.failure, exchange.elapsed_ms)
        return answer

    def _log_in(self) -> Login:
        form = urlencode({"username": self._settings.username, "password": self._password_hash})
        attempts: list[Attempt] = []
        for exchange in self._post(TOKEN_PATH, {}, form, FORM_TYPE):
            started = time.monotonic() - exchange.elapsed_ms / 1000
            login, evidence = _login(exchange, started)
            attempts.append(_attempt(exchange, TOKEN_STEP, evidence, login.failure, login.detail))
            _log.info("login: %s in %.0f ms", login.failure or "done", exchange.elapsed_ms)
        return replace(login, attempts=tuple(attempts))

    def _post(self, path: str, query: Mapping[str, str], body: str, content_type: str) -> list[Exchange]:
        """One exchange; two when the first met a kept connection that the server had already closed."""
        data = body.encode("utf-8", "replace")
        exchanges = [self._transport.post(path, query=query, body=data, content_type=content_type)]
        if exchanges[0].stale:
            exchanges.append(
                self._transport.post(path, query=query, body=data, content_type=content_type, fresh=True)
            )
        return exchanges


def _lookup_answer(exchange: Exchange) -> Answer:
    payload, failure = _payload(exchange)
    if exchange.status == 401 and failure is not None:
        return Answer("401", detail="HTTP 401")
    if failure is not None:
        return Answer(None, failure=failure, detail=_detail(exchange))
    read = read_lookup(payload)
    return Answer(
        result_code(payload),
        note=read.note,
        card=read.card,
        history=read.history,
        unreadable_fields=read.unreadable_fields,
        detail=_detail(exchange),
    )


def _login(exchange: Exchange, started: float) -> tuple[Login, str | None]:
    """What a login came to, and the part of its answer that is no secret. `started`: monotonic seconds."""
    payload, failure = _payload(exchange)
    if failure is not None:
        failure = "login_refused" if exchange.status == 401 else failure
        return Login(failure=failure, detail=_detail(exchange)), None
    code = result_code(payload)
    evidence = json.dumps({"maKetQua": payload["maKetQua"]})
    key = read_login(payload)
    if code == _LOGIN_OK and key.access_token and key.id_token:
        seconds = lifetime(key.expires_in, exchange.server_time)
        return Login(Token(key.access_token, key.id_token, renewal_time(started, seconds))), evidence
    detail = f"login: maKetQua {code}" + (" without tokens" if code == _LOGIN_OK else "")
    return Login(failure=_LOGIN_FAILURES.get(code or "", "login_error"), detail=detail), evidence


def _payload(exchange: Exchange) -> tuple[Any, str | None]:
    """The answer as JSON object with a result code, whatever the HTTP status; or why there is none."""
    if exchange.failure is not None:
        return None, exchange.failure
    status = exchange.status or 0
    if 300 <= status < 400:
        return None, "gateway_redirect"
    try:
        payload, is_json = read_json(exchange.body or b""), True
    except ValueError:
        payload, is_json = None, False
    if result_code(payload) is not None:
        return payload, None
    if status == 403:
        return None, "gateway_forbidden"
    if not 200 <= status < 300:
        return None, "gateway_http_error"
    return None, "gateway_bad_answer" if is_json else "gateway_not_json"


def _detail(exchange: Exchange) -> str:
    status = f"HTTP {exchange.status}" if exchange.status not in {None, 200} else ""
    return ": ".join(part for part in (status, exchange.detail) if part)


def _attempt(
    exchange: Exchange, request: str, answer: str | None, failure: str | None, detail: str
) -> Attempt:
    return Attempt(
        asked_at=exchange.asked_at,
        elapsed_ms=exchange.elapsed_ms,
        request=request,
        http_status=exchange.status,
        answer=answer,
        failure=failure,
        detail=detail,
    )


def _as_text(body: bytes, secrets: tuple[str, ...]) -> str:
    """A raw answer as evidence; NUL is what no database takes."""
    return without_secrets(body.decode("utf-8-sig", "replace").replace("\x00", "\ufffd"), secrets)


__all__ = ["GatewayClient", "GatewayClientConfig"]
