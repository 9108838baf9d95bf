"""The gateway client: a question in, an answer with its evidence out; nothing the network does raises.

Protocol: Công văn 1923/BHXH-CNTT (KQNhanLichSuKCB2024), 1245/BHXH-CNTT (token), 2746/BHXH-CNTT (Lskcb2025).
"""

from __future__ import annotations

import hashlib
import logging
import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Self
from urllib.parse import urlencode

from kiosk import clock
from kiosk.gateway import readings
from kiosk.gateway.clock_skew import clock_ahead_by
from kiosk.gateway.co_payment import CoPayment, co_payment_body, co_payment_of
from kiosk.gateway.connectivity import Connectivity, Outcome
from kiosk.gateway.login_guard import LoginGuard, Pause
from kiosk.gateway.messages import FORM_TYPE, JSON_TYPE, lookup_body, lookup_form
from kiosk.gateway.model import HISTORY_STEP, TOKEN_STEP, Answer, Attempt, Question
from kiosk.gateway.privacy import without_secrets
from kiosk.gateway.result_codes import Retry, Verdict, rule_for
from kiosk.gateway.session import Login, Session, Token
from kiosk.gateway.transport import Exchange, Transport

TOKEN_PATH = "/api/token/take"  # noqa: S105 - a path, not a secret
LOOKUP_PATH = "/api/egw/KQNhanLichSuKCB2024"
HISTORY_PATH = "/api/egw/Lskcb2025"
CO_PAYMENT_PATH = "/api/TraCuuCCT/TraCuuTienMCCT"
CO_PAYMENT_STEP = "co-payment"

REPEAT_PAUSE = (0.15, 0.3)
"""Seconds before the one repeat of what often passes, at random, so that desks do not repeat in step."""
HISTORY_SECONDS = 4.0
"""The most that a patient waits for the history, which decides nothing."""
HISTORY_REST_SECONDS = 300.0
"""After a failure nobody waits for the history for so long."""

_FORM_REFUSED = {"205"}
_SERVER_FAULTS = {500, 502, 503, 504}
_ALWAYS_ONLINE = Connectivity()

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
    total_timeout: float = 10.0  # for one look-up with everything it needs: login, repeats, history
    ca_file: str | None = None
    max_answer_bytes: int = 1_000_000
    proxy: str = ""  # an address, "off", or empty for the environment's
    history: bool = False  # ask Lskcb2025 where the answer brings no history
    co_payment_timeout: float = 30.0
    refusals_file: Path | None = None  # shared by the processes of one data folder
    heed_refusals: bool = True  # False: the first login is sent, whatever other processes met

    @property
    def password_hash(self) -> str:
        """The MD5 that the gateway asks for; as secret as the password."""
        password = self.password.encode("utf-8", "replace")
        return hashlib.md5(password, usedforsecurity=False).hexdigest().upper()

    def login_guard(self) -> LoginGuard:
        account = f"{self.base_url}\n{self.username}\n{self.password_hash}"
        return LoginGuard(account, self.refusals_file, heed_others=self.heed_refusals)


class GatewayClient:
    """Looks cards up. Safe to use from several threads; close it when done."""

    def __init__(self, settings: GatewayClientConfig) -> None:
        self._settings = settings
        self._password_hash = settings.password_hash
        self._transport = Transport(
            settings.base_url,
            connect_timeout=settings.connect_timeout,
            read_timeout=settings.read_timeout,
            ca_file=settings.ca_file,
            max_answer_bytes=settings.max_answer_bytes,
            proxy=settings.proxy,
        )
        self._session = Session(self._log_in, settings.login_guard())
        self._history_type = FORM_TYPE
        self._history_rests_until = 0.0
        self._clock_ahead: timedelta | None = None

    @property
    def connectivity(self) -> Connectivity:
        """A bare client remembers nothing and asks every time; see `kiosk.gateway.watch`."""
        return _ALWAYS_ONLINE

    @property
    def login_pause(self) -> Pause | None:
        """Why no login may be sent now; None when one may."""
        return self._session.pause

    @property
    def clock_ahead(self) -> timedelta | None:
        """How far this machine's clock is ahead by the last answer; None while none told the time."""
        return self._clock_ahead

    def look_up(self, question: Question, *, spent: float = 0.0) -> Answer:
        """Ask for a card. After a refused session: one new login and one repeat, then the answer stands.

        Takes `total_timeout` at the most, less the seconds `spent` on this patient before.
        """
        started = time.perf_counter()
        deadline = time.monotonic() + max(self._settings.total_timeout - spent, 0.0)
        attempts: list[Attempt] = []
        if not self._settings.username or not self._settings.password:
            detail = "gateway.username or password is empty"
            return Answer(None, failure="account_not_set", detail=detail, sent=False)
        body = self.request_of(question)
        answer = self._in_session(
            lambda token: self._ask_once(body, token, attempts, deadline), body, attempts, deadline
        )
        if self._wants_history(answer):
            answer = self._with_history(answer, question, attempts, deadline)
        elapsed_ms = (time.perf_counter() - started) * 1000
        return replace(answer, attempts=tuple(attempts), elapsed_ms=elapsed_ms)

    def request_of(self, question: Question) -> str:
        """The body that asks `question`, as it stands in the evidence."""
        return lookup_body(question, **self._staff(question))

    def co_payment(self, question: Question) -> CoPayment:
        """The accumulated co-payment, asked once: no repeat but after a refused session."""
        if not self._settings.username or not self._settings.password:
            return CoPayment(None, failure="account_not_set")
        started, attempts = time.perf_counter(), list[Attempt]()
        deadline = time.monotonic() + self._settings.co_payment_timeout
        body = co_payment_body(question, username=self._settings.username).encode("utf-8", "replace")
        found = CoPayment(None)

        def ask(token: Token) -> Answer:
            nonlocal found
            headers = {
                "accessToken": token.access_token,
                "tokenId": token.id_token,
                "passwordHash": self._password_hash,
            }
            exchange = self._transport.post(
                CO_PAYMENT_PATH,
                query={},
                body=body,
                content_type=JSON_TYPE,
                headers=headers,
                fresh=True,  # since it is not repeated when an idle connection was closed
                deadline=deadline,
                read_timeout=self._settings.co_payment_timeout,
            )
            found = co_payment_of(exchange)
            _log.info("co-payment: %s in %.0f ms", found.reason, exchange.elapsed_ms)
            return Answer(found.result_code, failure=found.failure)

        answer = self._in_session(ask, CO_PAYMENT_STEP, attempts, deadline)
        if answer.result_code is None and found.failure is None:  # it did not come to the question
            found = CoPayment(None, failure=answer.failure)
        return replace(found, elapsed_ms=(time.perf_counter() - started) * 1000)

    def probe(self) -> Outcome:
        """Find out whether the gateway is there, without spending a look-up.

        A login when none is in force and one may be sent, since it passes through the gateway's own program;
        else a bare HEAD, which any answer but a server fault contents.
        """
        deadline = time.monotonic() + self._settings.total_timeout
        started, at = time.perf_counter(), clock.now()
        has_account = bool(self._settings.username and self._settings.password)
        if has_account and not self._session.in_force and self._session.pause is None:
            login = self._session.login(deadline=deadline)
            failed = login.failure is not None and rule_for(login.failure).retry is Retry.LATER
            failure = login.failure if failed else None
        else:
            exchange = self._transport.head(deadline=deadline)
            failure = exchange.failure or (
                "gateway_http_error" if exchange.status in _SERVER_FAULTS else None
            )
        return Outcome(at, time.perf_counter() - started, failure)

    def forget_session(self) -> None:
        """The next look-up logs in anew, as after an outage: the line may have another address now."""
        self._session.forget()

    def close(self) -> None:
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _staff(self, question: Question) -> dict[str, str]:
        asks = question.staff
        return {
            "staff_name": self._settings.staff_name if asks is None else asks.full_name,
            "staff_citizen_id": self._settings.staff_citizen_id if asks is None else asks.citizen_id,
        }

    # One request within a session

    def _in_session(
        self, ask: Callable[[Token], Answer], step: str, attempts: list[Attempt], deadline: float
    ) -> Answer:
        """`ask` with a session; once more with a new one when the first is refused."""
        answer, refused = self._try_in_session(ask, step, attempts, deadline)
        if refused is not None:
            answer, _ = self._try_in_session(ask, step, attempts, deadline, refused)
        return answer

    def _try_in_session(
        self,
        ask: Callable[[Token], Answer],
        step: str,
        attempts: list[Attempt],
        deadline: float,
        rejected: Token | None = None,
    ) -> tuple[Answer, Token | None]:
        """The answer, and the token when a new one may help."""
        login = self._session.login(rejected, deadline)
        attempts += login.attempts
        if login.token is None:
            sent = bool(attempts)
            if not login.attempts:
                attempts.append(
                    Attempt(clock.now(), 0.0, step, None, None, login.failure, detail=login.detail)
                )
            return Answer(None, failure=login.failure, detail=login.detail, sent=sent), None
        answer = ask(login.token)
        renew = rule_for(answer.result_code or answer.failure or "").retry is Retry.LOGIN
        return answer, login.token if renew else None

    def _ask_once(self, body: str, token: Token, attempts: list[Attempt], deadline: float) -> Answer:
        secrets = self._secrets(token)
        for exchange in self._post(LOOKUP_PATH, self._query(token), body, JSON_TYPE, deadline):
            answer = readings.answer_of(exchange)
            answer = replace(answer, note=answer.note and without_secrets(answer.note, secrets))
            evidence = readings.text_of(exchange, secrets)
            attempts.append(readings.attempt_of(exchange, body, evidence, answer.failure, answer.detail))
            _log.info("look-up: %s in %.0f ms", answer.result_code or answer.failure, exchange.elapsed_ms)
        return answer

    def _query(self, token: Token) -> dict[str, str]:
        return {
            "token": token.access_token,
            "id_token": token.id_token,
            "username": self._settings.username,
            "password": self._password_hash,
        }

    def _secrets(self, token: Token) -> tuple[str, ...]:
        return token.access_token, token.id_token, self._password_hash

    def _log_in(self, deadline: float) -> Login:
        form = urlencode({"username": self._settings.username, "password": self._password_hash})
        attempts: list[Attempt] = []
        for exchange in self._post(TOKEN_PATH, {}, form, FORM_TYPE, deadline):
            started = time.monotonic() - exchange.elapsed_ms / 1000
            login, evidence = readings.login_of(exchange, started)
            attempts.append(readings.attempt_of(exchange, TOKEN_STEP, evidence, login.failure, login.detail))
            _log.info("login: %s in %.0f ms", login.failure or "done", exchange.elapsed_ms)
        return replace(login, attempts=tuple(attempts))

    def _post(
        self, path: str, query: Mapping[str, str], body: str, content_type: str, deadline: float
    ) -> Iterator[Exchange]:
        """One exchange; two when the first met trouble that is often over at once.

        A kept connection that the server had already closed is replaced without waiting. What timed out is
        not repeated: it may have cost a look-up, and BHXH restricts accounts that ask too much.
        """
        data = body.encode("utf-8", "replace")
        exchange = self._transport.post(
            path, query=query, body=data, content_type=content_type, deadline=deadline
        )
        self._note_clock(exchange)
        yield exchange
        if not exchange.stale:
            pause = random.uniform(*REPEAT_PAUSE)  # noqa: S311 - nothing secret depends on it
            if not readings.may_pass(exchange) or time.monotonic() + pause >= deadline:
                return
            time.sleep(pause)
        exchange = self._transport.post(
            path, query=query, body=data, content_type=content_type, fresh=True, deadline=deadline
        )
        self._note_clock(exchange)
        yield exchange

    def _note_clock(self, exchange: Exchange) -> None:
        ahead = clock_ahead_by(exchange)
        self._clock_ahead = self._clock_ahead if ahead is None else ahead

    # The history, which is optional

    def _wants_history(self, answer: Answer) -> bool:
        if not self._settings.history or answer.card is None or answer.history:
            return False
        rule = rule_for(answer.result_code or "")
        return rule.verdict is Verdict.ELIGIBLE and time.monotonic() >= self._history_rests_until

    def _with_history(
        self, answer: Answer, question: Question, attempts: list[Attempt], deadline: float
    ) -> Answer:
        """`answer` with the rows of Lskcb2025; as it is, with the reason, when they cannot be had."""
        deadline = min(deadline, time.monotonic() + HISTORY_SECONDS)
        found = self._in_session(
            lambda token: self._ask_history(question, token, attempts, deadline),
            HISTORY_STEP,
            attempts,
            deadline,
        )
        if found.result_code == "000":
            return replace(
                answer,
                history=found.history,
                history_known=True,
                unreadable_fields=answer.unreadable_fields + found.unreadable_fields,
            )
        self._history_rests_until = time.monotonic() + HISTORY_REST_SECONDS
        return replace(answer, history_failure=found.failure or found.result_code)

    def _ask_history(
        self, question: Question, token: Token, attempts: list[Attempt], deadline: float
    ) -> Answer:
        """As a form, which was seen to work; as JSON, which the document says, when that is refused."""
        answer = self._ask_history_once(question, token, self._history_type, attempts, deadline)
        if self._history_type == FORM_TYPE and answer.result_code in _FORM_REFUSED:
            other = self._ask_history_once(question, token, JSON_TYPE, attempts, deadline)
            if other.result_code == "000":
                self._history_type = JSON_TYPE
            return other
        return answer

    def _ask_history_once(
        self, question: Question, token: Token, content_type: str, attempts: list[Attempt], deadline: float
    ) -> Answer:
        write = lookup_form if content_type == FORM_TYPE else lookup_body
        body = write(question, **self._staff(question))
        for exchange in self._post(HISTORY_PATH, self._query(token), body, content_type, deadline):
            answer = readings.answer_of(exchange)
            if exchange.status in {400, 415} and answer.failure is not None:
                answer = Answer("205", detail=answer.detail)
            evidence = readings.code_alone(exchange)  # the rows are the patient's other illnesses
            attempts.append(
                readings.attempt_of(exchange, HISTORY_STEP, evidence, answer.failure, answer.detail)
            )
            _log.info("history: %s in %.0f ms", answer.result_code or answer.failure, exchange.elapsed_ms)
        return answer


__all__ = ["GatewayClient", "GatewayClientConfig"]
