"""From one HTTP exchange to what it means. Pure."""

from __future__ import annotations

import json
from typing import Any

from kiosk.gateway.check_rows import read_checks
from kiosk.gateway.messages import HISTORY_LISTS, read_json, read_login, read_lookup, result_code
from kiosk.gateway.model import Answer, Attempt
from kiosk.gateway.privacy import without_secrets
from kiosk.gateway.result_codes import Verdict, rule_for
from kiosk.gateway.session import Login, Token, lifetime, renewal_time
from kiosk.gateway.transport import Exchange

_LOGIN_OK = "200"
_LOGIN_FAILURES = {"401": "login_refused", "402": "login_facility_wrong", "403": "login_locked"}
_PASSING_STATUS = {502, 503, 504}


def answer_of(exchange: Exchange) -> Answer:
    """The answer to a look-up, or to the history of one: the card is None there."""
    payload, failure = _payload(exchange)
    if exchange.status == 401 and failure is not None:
        return Answer("401", detail="HTTP 401")
    if failure is not None:
        return Answer(None, failure=failure, detail=_detail(exchange))
    code = result_code(payload)
    if (exchange.status or 0) >= 500 and rule_for(code or "").verdict is Verdict.ELIGIBLE:
        # A server that calls itself broken vouches for nobody's card.
        return Answer(None, failure="gateway_http_error", detail=_detail(exchange))
    read = read_lookup(payload)
    return Answer(
        code,
        note=read.note,
        card=read.card,
        history=read.history,
        history_known=any(isinstance(payload.get(name), list) for name in HISTORY_LISTS),
        checks=read_checks(payload) if read.card is not None else None,
        unreadable_fields=read.unreadable_fields,
        detail=_detail(exchange),
    )


def login_of(exchange: Exchange, started: float) -> tuple[Login, str | None]:
    """What a login came to, and the part of its answer that is no secret. `started`: monotonic seconds."""
    payload, failure = _payload(exchange)
    if failure is not None:
        failure = "login_refused" if exchange.status == 401 else failure
        return Login(failure=failure, detail=_detail(exchange)), None
    code = result_code(payload)
    key = read_login(payload)
    if code == _LOGIN_OK and key.access_token and key.id_token:
        seconds = lifetime(key.expires_in, exchange.server_time)
        token = Token(key.access_token, key.id_token, renewal_time(started, seconds))
        return Login(token), code_alone(exchange)
    detail = f"login: maKetQua {code}" + (" without tokens" if code == _LOGIN_OK else "")
    return Login(failure=_LOGIN_FAILURES.get(code or "", "login_error"), detail=detail), code_alone(exchange)


def may_pass(exchange: Exchange) -> bool:
    """Whether the trouble is of a kind that is often over a moment later, and the server did no work yet."""
    if exchange.status in _PASSING_STATUS:
        return _payload(exchange)[1] is not None
    return exchange.failure in {"gateway_dropped", "gateway_unreachable"}


def code_alone(exchange: Exchange) -> str | None:
    """The evidence of an answer whose other content is a secret, or none of our business."""
    payload, failure = _payload(exchange)
    return None if failure is not None else json.dumps({"maKetQua": payload["maKetQua"]})


def text_of(exchange: Exchange, secrets: tuple[str, ...]) -> str | None:
    """The raw answer as evidence; the records cannot hold NUL."""
    if exchange.body is None:
        return None
    return without_secrets(exchange.body.decode("utf-8-sig", "replace").replace("\x00", "\ufffd"), secrets)


def attempt_of(
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
