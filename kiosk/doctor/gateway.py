"""The gateway: the way there, the account, the right to look cards up, the staff member, and the clock.

In all there is one login and one look-up of a card that cannot exist, and neither is repeated: wrong logins
may lock an account, and BHXH restricts accounts that ask too much. Any answer about the card proves that
account, address and staff data work.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from urllib.parse import urlencode

from kiosk import clock
from kiosk.app import gateway_config
from kiosk.card.model import PartialDate
from kiosk.doctor.finding import Finding, bad, good, not_checked
from kiosk.doctor.line import TLS_TROUBLE, Line, walk
from kiosk.gateway.client import LOOKUP_PATH, TOKEN_PATH, GatewayClientConfig
from kiosk.gateway.clock_skew import CLOCK_LIMIT, clock_ahead
from kiosk.gateway.messages import FORM_TYPE, JSON_TYPE, lookup_body
from kiosk.gateway.model import Question
from kiosk.gateway.readings import answer_of, login_of
from kiosk.gateway.result_codes import Origin, result_rules
from kiosk.gateway.session import LOGIN_REFUSALS, Token
from kiosk.gateway.transport import Exchange, Transport
from kiosk.logs import mask_number
from kiosk.settings import Settings

CHECKS = ("gateway", "tls", "account", "function", "staff", "clock")

FALSE_CARD = Question("GD4799900000000", "KIỂM TRA KẾT NỐI", PartialDate(1990, 1, 1))
"""Well formed, and of nobody: no social-insurance number begins with 99."""

LONGEST_CONNECT, LONGEST_READ = 3.0, 5.0
"""Seconds; longer settings are cut, so that way, login and look-up fit into the examination's time."""

_STAFF_FAULTS = {"054": "staff_not_registered", "055": "staff_name_mismatch"}
_SERVER_FAULTS = {"100", "101", "500"}
_CERTIFICATE = {
    "expired",
    "not_yet_valid",
    "unknown_issuer",
    "wrong_name",
    "certificate",
    "no_tls",
    "ca_file",
}


def gateway(settings: Settings) -> Iterator[Finding]:
    with gateway_config(settings) as config:
        for finding in _examine(config):
            yield finding.in_training() if settings.training else finding


def _examine(config: GatewayClientConfig) -> Iterator[Finding]:
    connect, read = min(config.connect_timeout, LONGEST_CONNECT), min(config.read_timeout, LONGEST_READ)
    transport = Transport(
        config.base_url,
        connect_timeout=connect,
        read_timeout=read,
        ca_file=config.ca_file,
        max_answer_bytes=config.max_answer_bytes,
        proxy=config.proxy,
    )
    with closing(transport):
        no_login = _no_login(config)
        line = walk(
            config.base_url,
            proxy=transport.proxy,
            ca_file=transport.ca_file,
            timeout=connect,
            ask=no_login is not None,
        )
        where = _where(config, line, transport.ca_file)
        if line.trouble is not None:
            yield from _closed(line, where, no_login)
            return
        yield _tls(line, where)
        if no_login is None:
            yield from _asked(config, transport, where)
        else:
            yield good("gateway", "gateway_there", **where)
            yield no_login
            yield from (not_checked(check, "account") for check in ("function", "staff"))
            yield _clock(line.server_time, clock.now(), 0.0)


def _where(config: GatewayClientConfig, line: Line, ca_file: str | None) -> dict[str, str]:
    return {
        "url": config.base_url,
        "host": line.host,
        "port": str(line.port),
        "peer": f"{line.peer}, proxy {line.proxy}" if line.proxy else line.peer,
        "proxy": line.proxy,
        "ca_file": ca_file or "certifi",
        "what": line.what,
    }


# --- the way there


def _closed(line: Line, where: dict[str, str], no_login: Finding | None) -> Iterator[Finding]:
    trouble = str(line.trouble)
    if trouble in TLS_TROUBLE:
        yield bad("gateway", "gateway_tls_closed", "advice_mend_first", **where, first="tls")
        yield bad("tls", f"tls_{trouble}", f"advice_tls_{trouble}", **where)
        first = "tls"
    else:
        yield bad("gateway", f"gateway_{trouble}", f"advice_gateway_{trouble}", **where)
        reached = line.ends is not None or not line.encrypted
        yield _tls(line, where) if reached else not_checked("tls", "gateway")
        first = "gateway"
    yield no_login or not_checked("account", first)
    yield from (not_checked(check, first) for check in ("function", "staff", "clock"))


def _tls(line: Line, where: dict[str, str]) -> Finding:
    if not line.encrypted:
        return good("tls", "tls_none", **where)
    if line.ends is None:  # behind a proxy that is spoken to in another way
        return good("tls", "tls_by_proxy", **where)
    ends = line.ends.astimezone(clock.VIETNAM)
    days = (ends - clock.now()).days
    return good("tls", "tls_fine", **where, protocol=line.protocol, ends=f"{ends:%d/%m/%Y}", days=str(days))


# --- login and look-up


def _no_login(config: GatewayClientConfig) -> Finding | None:
    """Why no login is sent; None when one may be."""
    if not config.username or not config.password:
        return bad("account", "account_not_set", "advice_account_not_set", **_account(config))
    pause = config.login_guard().pause()
    if pause is None:
        return None
    since, until = (at.astimezone(clock.VIETNAM) for at in (pause.refused_at, pause.until))
    times = {"since": f"{since:%H:%M}", "until": f"{until:%H:%M}"}
    return bad("account", "account_paused", "advice_account_paused", **_account(config), **times)


def _account(config: GatewayClientConfig) -> dict[str, str]:
    return {"username": config.username, "python": _python()}


def _python() -> str:
    return sys.executable or "python"


def _asked(config: GatewayClientConfig, transport: Transport, where: dict[str, str]) -> Iterator[Finding]:
    form = urlencode({"username": config.username, "password": config.password_hash})
    exchange = _post(transport, TOKEN_PATH, {}, form, FORM_TYPE)
    login, _ = login_of(exchange, time.monotonic())
    failure, token = login.failure, login.token
    account = {**_account(config), "detail": login.detail or "–", "status": str(exchange.status or "–")}
    local = exchange.asked_at, exchange.elapsed_ms / 1000
    yield _clock(exchange.server_time, *local) if exchange.status else not_checked("clock", "gateway")
    if failure is not None and failure.startswith("gateway_") and failure != "gateway_forbidden":
        yield bad("gateway", f"answer_{failure}", f"advice_answer_{failure}", **where, **account)
        yield from (not_checked(check, "gateway") for check in ("account", "function", "staff"))
        return
    yield good("gateway", "gateway_fine", **where, milliseconds=f"{exchange.elapsed_ms:.0f}")
    if token is None:
        if failure in LOGIN_REFUSALS:
            config.login_guard().refused(str(failure))
        yield bad("account", f"account_{failure}", f"advice_account_{failure}", **account)
        yield from (not_checked(check, "account") for check in ("function", "staff"))
        return
    config.login_guard().accepted()
    yield good("account", "account_fine", **account)
    yield from _looked_up(config, transport, token)


def _looked_up(config: GatewayClientConfig, transport: Transport, token: Token) -> Iterator[Finding]:
    staff = {"name": config.staff_name, "citizen_id": mask_number(config.staff_citizen_id)}
    if not config.staff_name or not config.staff_citizen_id:
        yield not_checked("function", "staff")
        yield bad("staff", "staff_not_set", "advice_staff_not_set", **staff)
        return
    query = {
        "token": token.access_token,
        "id_token": token.id_token,
        "username": config.username,
        "password": config.password_hash,
    }
    body = lookup_body(FALSE_CARD, staff_name=config.staff_name, staff_citizen_id=config.staff_citizen_id)
    answer = answer_of(_post(transport, LOOKUP_PATH, query, body, JSON_TYPE))
    code = answer.result_code
    values = {"code": code or str(answer.failure), "what": answer.detail or "–"}
    if code is None or code == "401" or code in _SERVER_FAULTS:
        refused = code == "401" or answer.failure == "gateway_forbidden"
        kind = "function_refused" if refused else "function_no_answer"
        yield bad("function", kind, f"advice_{kind}", **values)
        yield not_checked("staff", "function")
        return
    rule = result_rules().get(code)
    if rule is None or rule.origin is not Origin.OFFICIAL or code == "205":
        yield good("function", "function_fine", **values)
        yield bad("staff", "staff_unclear", "advice_staff_unclear", **staff, **values)
        return
    yield good("function", "function_fine", **values)
    if code in _STAFF_FAULTS:
        kind = _STAFF_FAULTS[code]
        yield bad("staff", kind, f"advice_{kind}", **staff, **values)
    else:
        yield good("staff", "staff_fine", **staff, **values)


def _post(transport: Transport, path: str, query: dict[str, str], body: str, content_type: str) -> Exchange:
    """One request on a connection of its own, so that a dropped idle one never asks for a repeat."""
    data = body.encode("utf-8", "replace")
    return transport.post(path, query=query, body=data, content_type=content_type, fresh=True)


# --- the clock


def _clock(server_time: datetime | None, asked_at: datetime, seconds: float) -> Finding:
    """Compare with the moment at which the server answered: within `seconds` after `asked_at`."""
    if server_time is None:
        return bad("clock", "clock_no_date", "advice_clock_no_date")
    ahead = clock_ahead(server_time, asked_at, asked_at + timedelta(seconds=seconds))
    now = clock.now()
    values = {
        "now": f"{now:%H:%M:%S %d/%m/%Y}",
        "skew": str(abs(timedelta(seconds=round(ahead.total_seconds())))),
        "zone": f"{datetime.now().astimezone():%z}",
    }
    if abs(ahead) <= CLOCK_LIMIT:
        return good("clock", "clock_fine", **values)
    return bad("clock", "clock_ahead" if ahead > timedelta(0) else "clock_behind", _clock_advice(), **values)


def _clock_advice() -> str:
    return "advice_clock_windows" if sys.platform == "win32" else "advice_clock_linux"
