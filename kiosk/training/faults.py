"""The faults that the training gateway can be switched to, for training staff and for tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class FaultKind(StrEnum):
    """What goes wrong."""

    SLOW = "slow"  # the right answer after `seconds`
    DOWN = "down"  # connections are refused
    SILENCE = "silence"  # the request is taken, nothing comes back
    DRIP = "drip"  # the right answer, a byte every `seconds`
    RESET = "reset"  # the connection is reset after the request
    TRUNCATED = "truncated"  # the answer breaks off in the middle
    HUGE = "huge"  # an answer of several megabytes
    HTML = "html"  # HTTP 200 with a web page
    BAD_JSON = "bad_json"
    NOT_AN_OBJECT = "not_an_object"  # JSON, but a list
    HTTP_500 = "http_500"  # with a web page
    REDIRECT = "redirect"
    FORBIDDEN = "forbidden"  # HTTP 403 without a body: the account lacks the right
    UNAUTHORIZED_BODY = "unauthorized_body"  # HTTP 200 with maKetQua 401
    UNAUTHORIZED_STATUS = "unauthorized_status"  # HTTP 401 without a body
    LOGIN_REFUSED = "login_refused"  # the next four only answer logins
    LOGIN_FACILITY_WRONG = "login_facility_wrong"
    LOGIN_LOCKED = "login_locked"
    LOGIN_ERROR = "login_error"


class Step(StrEnum):
    """Which requests a fault meets."""

    ANY = "any"
    TOKEN = "token"  # noqa: S105 - the name of a step
    LOOKUP = "lookup"
    HISTORY = "history"
    KNOCK = "knock"  # a bare HEAD, by which the desk finds out whether somebody is there


LOGIN_CODES = {
    FaultKind.LOGIN_REFUSED: "401",
    FaultKind.LOGIN_FACILITY_WRONG: "402",
    FaultKind.LOGIN_LOCKED: "403",
    FaultKind.LOGIN_ERROR: "500",
}

_UNAUTHORIZED = {FaultKind.UNAUTHORIZED_BODY, FaultKind.UNAUTHORIZED_STATUS}
_DEFAULT_SECONDS = {FaultKind.SLOW: 2.0, FaultKind.DRIP: 0.05}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. Where `step` or `seconds` are not given, they are what fits the kind."""

    kind: FaultKind
    step: Step | None = None
    times: int | None = None  # how many requests it meets; None: all, until it is switched off
    seconds: float | None = None  # SLOW: delay; DRIP: pause between bytes; DOWN: ends by itself after these

    def meets(self, step: Step) -> bool:
        return self._step in {Step.ANY, step}

    @property
    def pause(self) -> float:
        return _DEFAULT_SECONDS.get(self.kind, 0.0) if self.seconds is None else self.seconds

    @property
    def _step(self) -> Step:
        if self.step is not None:
            return self.step
        if self.kind in LOGIN_CODES:
            return Step.TOKEN
        return Step.LOOKUP if self.kind in _UNAUTHORIZED else Step.ANY


def fault_from_json(payload: Mapping[str, Any]) -> Fault | None:
    """The fault that a trainer's request names; ``{"kind": "none"}`` is none. Raises ValueError."""
    if payload.get("kind") == "none":
        return None
    kind = FaultKind(str(payload.get("kind")))
    step = Step(payload["step"]) if payload.get("step") is not None else None
    times, seconds = payload.get("times"), payload.get("seconds")
    if times is not None and (not isinstance(times, int) or times < 1):
        raise ValueError("times: a whole number from 1")
    if seconds is not None and (not isinstance(seconds, int | float) or not 0 <= seconds <= 3600):
        raise ValueError("seconds: 0 to 3600")
    return Fault(kind, step=step, times=times, seconds=seconds)
