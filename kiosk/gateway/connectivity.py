"""Whether the gateway is worth waiting for, concluded from its last answers. Pure: no clock, no network.

A desk that lets every patient wait for the same time-out has a queue within minutes. So after a few bad
answers it stops asking, receives patients at once (the look-up is owed) and lets a probe find the way back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from kiosk.gateway.result_codes import Retry, rule_for

if TYPE_CHECKING:
    from kiosk.gateway.model import Answer

WINDOW = 5
"""Look-ups that are remembered."""
ERRORS_TO_LEAVE = 2
"""So many errors among them, and the gateway counts as offline."""
CLEAN_TO_RETURN = 2
"""So many clean answers in a row, and it counts as online again."""
SLOW_SECONDS = 7.0
"""The same holds when the last five answers took longer than this on average."""
FIRST_PROBE_SECONDS = 5.0
LONGEST_PROBE_SECONDS = 60.0

GATEWAY_OFFLINE = "gateway_offline"
"""Failure of a look-up that was not even sent."""
GATEWAY_SLOW = "gateway_slow"
"""Reason of being offline when answers come, but too late to wait for."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one look-up or probe went. `failure` is a key of config/result_codes.toml, None when answered."""

    at: datetime
    seconds: float
    failure: str | None = None


def outcome_of(answer: Answer) -> Outcome | None:
    """What `answer` says about the line; None when nothing was sent.

    A refused account, a missing right or an unregistered staff member are answers: the line is well.
    """
    if not answer.sent or not answer.attempts:
        return None
    failure = answer.failure if answer.failure and rule_for(answer.failure).retry is Retry.LATER else None
    return Outcome(answer.attempts[-1].asked_at, answer.elapsed_ms / 1000, failure)


@dataclass(frozen=True, slots=True)
class Connectivity:
    """The state of the line. `after` gives the next one; times are those of the outcomes."""

    recent: tuple[Outcome, ...] = ()  # oldest first, at most `WINDOW`
    offline_since: datetime | None = None
    reason: str = ""  # failure that led offline, or `GATEWAY_SLOW`; "" while online
    returns: int = 0  # times that probes led back online without a clean look-up since
    clean: int = 0  # clean probes in a row while offline
    slow_seconds: float = SLOW_SECONDS

    @property
    def online(self) -> bool:
        return self.offline_since is None

    @property
    def probe_pause(self) -> float:
        """Seconds to the next probe; longer each time that probes were well and look-ups were not."""
        return float(min(FIRST_PROBE_SECONDS * 2 ** max(self.returns - 1, 0), LONGEST_PROBE_SECONDS))

    def after(self, outcome: Outcome, *, probe: bool = False) -> Connectivity:
        """The state once `outcome` is known: of a look-up, or of a `probe` sent while offline."""
        if self.online:
            return self if probe else self._after_look_up(outcome)
        clean = self.clean + 1 if self._is_clean(outcome) else 0
        if clean < CLEAN_TO_RETURN:
            return replace(self, clean=clean)
        returns = self.returns + 1 if probe else 0
        return Connectivity(returns=returns, slow_seconds=self.slow_seconds)

    def _after_look_up(self, outcome: Outcome) -> Connectivity:
        recent = (*self.recent, outcome)[-WINDOW:]
        returns = 0 if self._is_clean(outcome) else self.returns
        errors = [each for each in recent if each.failure is not None]
        # After a return that only probes vouch for, one bad look-up is enough.
        if outcome.failure is not None and len(errors) >= (1 if self.returns else ERRORS_TO_LEAVE):
            return replace(self._offline(outcome), reason=outcome.failure)
        answered = [each.seconds for each in recent if each.failure is None]
        enough = len(answered) == WINDOW or (self.returns > 0 and bool(answered))
        if enough and sum(answered) / len(answered) > self.slow_seconds:
            return self._offline(outcome)
        return replace(self, recent=recent, returns=returns)

    def _offline(self, outcome: Outcome) -> Connectivity:
        return Connectivity(
            offline_since=outcome.at,
            reason=GATEWAY_SLOW,
            returns=self.returns,
            slow_seconds=self.slow_seconds,
        )

    def _is_clean(self, outcome: Outcome) -> bool:
        return outcome.failure is None and outcome.seconds <= self.slow_seconds
