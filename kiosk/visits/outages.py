"""When the gateway could not be asked: windows of failed look-ups between answered ones. Pure.

A desk's window opens with a failure and closes with that desk's next answer. It ends early where nothing was
asked for GAP: nobody knows what was in between. Windows of several desks that overlap are one outage; a desk
alone in it, while others were answered, points to its own line.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kiosk.gateway.model import HISTORY_STEP, TOKEN_STEP
from kiosk.gateway.result_codes import Retry, rule_for

GAP = timedelta(minutes=30)
"""Failures further apart than this, with nothing asked in between, are two outages."""

FEWEST = 2
"""So many failures make an outage; one alone is a hitch."""

SHORTEST = timedelta(minutes=1)
"""Of one patient alone: the tries of one look-up are a hitch too."""

_GATEWAY_ERROR = "gateway_error"
"""Reason of the codes by which the gateway says itself that it cannot answer."""

_CODE = re.compile(r'"maKetQua"\s*:\s*("(?:[^"\\]|\\.)*"|-?\d+)')


@dataclass(frozen=True, slots=True)
class Asked:
    """One exchange that says whether the gateway could be asked; `failure` why not, None when it answered."""

    at: datetime
    desk: str
    visit_id: str
    failure: str | None


@dataclass(frozen=True, slots=True)
class Outage:
    """A window in which look-ups failed."""

    first_at: datetime  # first failure
    last_at: datetime  # last one
    recovered_at: datetime | None  # first answer after it; None: nobody asked, or still so
    failures: tuple[tuple[str, int], ...]  # code, how often; most frequent first
    desks: tuple[str, ...]
    visits: tuple[str, ...]
    answered_elsewhere: bool = False  # other desks were answered meanwhile

    @property
    def count(self) -> int:
        return sum(count for _, count in self.failures)


def asked(
    at: datetime, desk: str, visit_id: str, request: str, failure: str | None, answer: str | None
) -> Asked | None:
    """What an exchange of the records says of the gateway; None when that is nothing.

    Nothing: the history, a login that went well, a session that had ended, an account that is refused.
    """
    if request == HISTORY_STEP or (request == TOKEN_STEP and failure is None):
        return None
    if failure is not None:
        return None if rule_for(failure).retry is Retry.SETUP else Asked(at, desk, visit_id, failure)
    code = _code_of(answer or "")
    if rule_for(code).retry is Retry.LOGIN:
        return None
    return Asked(at, desk, visit_id, code if rule_for(code).reason == _GATEWAY_ERROR else None)


def _code_of(answer: str) -> str:
    found = _CODE.search(answer)
    return str(json.loads(found.group(1))) if found else ""


def outages(exchanges: Iterable[Asked]) -> tuple[Outage, ...]:
    """The outages in `exchanges`, in order of time."""
    by_desk: dict[str, list[Asked]] = {}
    for each in sorted(set(exchanges), key=lambda each: (each.at, each.failure or "")):
        by_desk.setdefault(each.desk, []).append(each)
    windows = [window for asked_here in by_desk.values() for window in _of_one_desk(asked_here)]
    answers = [each for asked_here in by_desk.values() for each in asked_here if each.failure is None]
    merged = _merged(sorted(windows, key=lambda window: window.first_at))
    return tuple(
        replace(window, answered_elsewhere=_was_answered(window, answers))
        for window in merged
        if window.count >= FEWEST and (len(window.visits) > 1 or _end(window) - window.first_at >= SHORTEST)
    )


def _of_one_desk(exchanges: list[Asked]) -> list[Outage]:
    windows: list[Outage] = []
    run: list[Asked] = []
    for each in exchanges:
        if run and (each.failure is None or each.at - run[-1].at > GAP):
            soon = each.failure is None and each.at - run[-1].at <= GAP
            windows.append(_window(run, each.at if soon else None))
            run = []
        if each.failure is not None:
            run.append(each)
    if run:
        windows.append(_window(run, None))
    return windows


def _window(run: list[Asked], recovered_at: datetime | None) -> Outage:
    return Outage(
        first_at=run[0].at,
        last_at=run[-1].at,
        recovered_at=recovered_at,
        failures=tuple(Counter(each.failure or "" for each in run).most_common()),
        desks=(run[0].desk,),
        visits=tuple(dict.fromkeys(each.visit_id for each in run)),
    )


def _merged(windows: list[Outage]) -> list[Outage]:
    found: list[Outage] = []
    for window in windows:
        if found and window.first_at <= _end(found[-1]):
            found[-1] = _both(found[-1], window)
        else:
            found.append(window)
    return found


def _both(one: Outage, other: Outage) -> Outage:
    counts = Counter(dict(one.failures)) + Counter(dict(other.failures))
    last = max(one, other, key=_end)
    return Outage(
        first_at=min(one.first_at, other.first_at),
        last_at=max(one.last_at, other.last_at),
        recovered_at=last.recovered_at,
        failures=tuple(counts.most_common()),
        desks=tuple(sorted({*one.desks, *other.desks})),
        visits=tuple(dict.fromkeys((*one.visits, *other.visits))),
    )


def _end(window: Outage) -> datetime:
    return window.recovered_at or window.last_at


def _was_answered(window: Outage, answers: list[Asked]) -> bool:
    return any(
        window.first_at < each.at < window.last_at and each.desk not in window.desks for each in answers
    )


__all__ = ["Asked", "Outage", "asked", "outages"]
