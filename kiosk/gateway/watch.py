"""A gateway client that does not wait for a line that is down, and finds the way back by itself.

For programs that live longer than one patient: the desk. A command asks every time.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Self

from kiosk import clock
from kiosk.gateway.client import GatewayClient
from kiosk.gateway.connectivity import GATEWAY_OFFLINE, Connectivity, outcome_of
from kiosk.gateway.login_guard import Pause
from kiosk.gateway.model import Answer, Attempt, Question

_log = logging.getLogger(__name__)

WaitFor = Callable[[threading.Event, float], bool]
"""Waits until the event is set or so many seconds are over; tells whether it is set."""


class WatchedGateway:
    """`GatewayClient` with a `Connectivity`; safe to use from several threads. Close it when done."""

    def __init__(
        self,
        client: GatewayClient,
        *,
        start: Connectivity | None = None,
        wait: WaitFor = threading.Event.wait,
    ) -> None:
        """`start` is the state to begin with; `wait` is what the probing thread waits with."""
        self._client = client
        self._wait = wait
        self._lock = threading.Lock()
        self._state = start or Connectivity()
        self._closed = threading.Event()
        self._probing: threading.Thread | None = None

    @property
    def connectivity(self) -> Connectivity:
        return self._state

    @property
    def login_pause(self) -> Pause | None:
        return self._client.login_pause

    @property
    def clock_ahead(self) -> timedelta | None:
        return self._client.clock_ahead

    def look_up(self, question: Question, *, spent: float = 0.0) -> Answer:
        """As the client does; while offline the answer is `gateway_offline`, at once."""
        state = self._state
        if state.offline_since is not None:
            return _unsent(self._client.request_of(question), state)
        answer = self._client.look_up(question, spent=spent)
        outcome = outcome_of(answer)
        if outcome is not None:
            self._change(lambda state: state.after(outcome))
        return answer

    def close(self) -> None:
        """Does not wait for a probe under way: its thread ends by itself."""
        self._closed.set()
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _change(self, change: Callable[[Connectivity], Connectivity]) -> None:
        with self._lock:
            before, self._state = self._state, change(self._state)
            left = before.online and not self._state.online
            if left:
                self._client.forget_session()
                if self._probing is None and not self._closed.is_set():
                    self._probing = threading.Thread(target=self._probe, name="gateway-probe", daemon=True)
                    self._probing.start()
        if left:
            _log.warning("gateway offline: %s", self._state.reason)
        elif not before.online and self._state.online:
            _log.warning("gateway online again")

    def _probe(self) -> None:
        while not self._wait(self._closed, self._pause()):
            outcome = self._client.probe()
            self._change(lambda state, outcome=outcome: state.after(outcome, probe=True))  # type: ignore[misc]
            with self._lock:
                if self._state.online:
                    self._probing = None
                    return

    def _pause(self) -> float:
        """A first clean probe is followed by the second at once."""
        return 0.0 if self._state.clean else self._state.probe_pause


def _unsent(request: str, state: Connectivity) -> Answer:
    """The evidence that nobody could be asked: when, about whom, and why (NĐ 188/2025 Đ38 k2)."""
    since = f"{state.offline_since:%H:%M:%S}"
    detail = f"not asked: offline since {since}, {state.reason}"
    attempt = Attempt(clock.now(), 0.0, request, None, None, GATEWAY_OFFLINE, detail=detail)
    return Answer(None, failure=GATEWAY_OFFLINE, detail=detail, attempts=(attempt,), sent=False)
