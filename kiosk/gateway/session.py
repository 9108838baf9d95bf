"""The gateway session: one login for any number of parallel look-ups, renewed before it ends.

The gateway binds a session to the caller's address and ends it after ten minutes. Whether a new login kills
the first session is unknown, so there is never more than one at a time; and a refused login is shared by all
who waited for it instead of being repeated by each: repeated wrong logins can lock the account. Who comes
later is told the same until the pause of `login_guard` is over.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from kiosk.clock import VIETNAM
from kiosk.gateway.login_guard import LoginGuard, Pause
from kiosk.gateway.model import Attempt

USUAL_LIFETIME = 600.0
"""Seconds; the server's setting ``SessionTimeLimit``."""
LOGIN_REFUSALS = frozenset({"login_refused", "login_facility_wrong", "login_locked"})
LONGEST_MARGIN = 30.0
"""Seconds before its end at which a session is renewed; a fifth of the lifetime where that is shorter."""


@dataclass(frozen=True, slots=True, eq=False)
class Token:
    """The two secrets of a session. Compared by identity: the same text after a new login is a new one."""

    access_token: str = field(repr=False)
    id_token: str = field(repr=False)
    renew_at: float  # on the clock of `Session`


@dataclass(frozen=True, slots=True)
class Login:
    """What a login came to: a token or a failure of config/result_codes.toml."""

    token: Token | None = None
    failure: str | None = None
    detail: str = ""
    attempts: tuple[Attempt, ...] = ()


class Session:
    """Holds the token; safe to use from several threads."""

    def __init__(
        self,
        log_in: Callable[[float], Login],
        guard: LoginGuard,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`log_in` gets the moment, on the monotonic clock, at which it has to give up."""
        self._log_in = log_in
        self._guard = guard
        self._clock = clock
        self._lock = threading.Lock()
        self._login = Login()
        self._count = 0

    @property
    def pause(self) -> Pause | None:
        """Why no login may be sent now; None when one may."""
        return self._guard.pause()

    @property
    def in_force(self) -> bool:
        """Whether there is a session that is not about to end."""
        token = self._login.token
        return token is not None and self._clock() < token.renew_at

    def forget(self) -> None:
        """The next look-up logs in anew, as after an outage: the line may have another address now."""
        self._login = Login()

    def login(self, rejected: Token | None = None, deadline: float = math.inf) -> Login:
        """The login in force, or a new one where there is none, it is about to end, or it is `rejected`.

        `attempts` is filled for whoever made the login, and for all when it failed. Waits for somebody else's
        login until `deadline` (monotonic).
        """
        count_before = self._count
        left = deadline - time.monotonic()
        if not self._lock.acquire(timeout=-1 if math.isinf(left) else max(left, 0.0)):
            return Login(failure="gateway_timeout", detail="waited for a login under way")
        try:
            if self._count != count_before:  # somebody logged in while we waited
                return self._shared()
            token = self._login.token
            if token is not None and token is not rejected and self._clock() < token.renew_at:
                return self._shared()
            pause = self._guard.pause()
            if pause is not None:
                return Login(failure=pause.failure, detail=_told(pause))
            self._login = self._log_in(deadline)
            self._count += 1
            if self._login.token is not None:
                self._guard.accepted()
            elif self._login.failure in LOGIN_REFUSALS:
                self._guard.refused(self._login.failure)
            return self._login
        finally:
            self._lock.release()

    def _shared(self) -> Login:
        return self._login if self._login.token is None else replace(self._login, attempts=())


def _told(pause: Pause) -> str:
    since, until = (f"{at.astimezone(VIETNAM):%H:%M:%S}" for at in (pause.refused_at, pause.until))
    return f"not asked: login refused at {since}, next login not before {until}"


def lifetime(expires_in: str | None, server_time: datetime | None) -> float:
    """Seconds a new session lasts, by ``expires_in``: a UTC time such as ``2030-01-02T01:10:00.0000000Z``.

    Counted from the server's own clock where the answer told it, since the desk's may be wrong. A time that
    is missing, unreadable or already past gives the usual lifetime; a session that ends earlier shows as 401.
    """
    try:
        end = datetime.fromisoformat(expires_in or "")
    except ValueError:
        return USUAL_LIFETIME
    end = end if end.tzinfo else end.replace(tzinfo=UTC)
    seconds = (end - (server_time or datetime.now(UTC))).total_seconds()
    return seconds if seconds > 0 else USUAL_LIFETIME


def renewal_time(start: float, seconds: float) -> float:
    """When a session that began at `start` is renewed."""
    return start + seconds - min(LONGEST_MARGIN, seconds / 5)
