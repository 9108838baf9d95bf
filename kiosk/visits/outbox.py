"""Owed look-ups are made here, and only here: for `kiosk recheck` and for the desk's worker alike.

::

    outbox = Outbox(records, ask)
    for visit in outbox.work_now(): ...   # every waiting visit, whatever was tried before
    visit = outbox.work_one()             # the next one that is due, or None

A row is taken with a lease, asked for outside of any transaction, and settled or given back in one. Whatever
goes wrong with one row is remembered and does not keep the others from being looked up.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk import clock
from kiosk.eligibility.model import Assessment
from kiosk.errors import KioskError, RecordsError
from kiosk.gateway.model import Attempt
from kiosk.gateway.result_codes import Retry
from kiosk.visits.leases import new_holder
from kiosk.visits.model import Advice, OwedLookup, Status, Visit
from kiosk.visits.owing import FIRST_WAIT
from kiosk.visits.records import VisitRecords

LONGEST_BACK_OFF = timedelta(minutes=10)
SET_UP_BACK_OFF = timedelta(minutes=5)
"""Between tries while the account or the staff member is refused: asking often could lock the account."""

LOOKUPS_PER_MINUTE = 60
_SOMEBODY_ELSES_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class LateAnswer:
    """What asking again came to; ``pending`` when there is still no answer that can be trusted."""

    status: Status
    assessment: Assessment
    attempts: tuple[Attempt, ...]
    advice: Advice | None = None  # None: what was advised when the patient came


def back_off(tries: int, retry: Retry, jitter: float) -> timedelta:
    """How long to wait after `tries` look-ups in vain: doubling, with a `jitter` from -1 to 1 as a fifth."""
    wait = min(FIRST_WAIT * (1 << min(tries, 10)), LONGEST_BACK_OFF)
    if retry is Retry.SETUP:
        wait = max(wait, SET_UP_BACK_OFF)
    return wait * (1 + jitter / 5)


class Outbox:
    """The owed look-ups of one facility. Several, in several processes, may work on the same records."""

    def __init__(
        self,
        records: VisitRecords,
        ask: Callable[[OwedLookup], LateAnswer],
        *,
        per_minute: int = LOOKUPS_PER_MINUTE,
        now: Callable[[], datetime] = clock.now,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._records = records
        self._ask = ask
        self._per_minute = per_minute
        self._now = now
        self._pause = pause
        self._holder = new_holder()

    def work_now(self) -> Iterator[Visit]:
        """Look up every waiting visit, oldest first, and give each with what became of it.

        A row that somebody else looks up at this moment is waited for; when that one settles it, it is not
        given here. Raises at the end what kept a row from being looked up or written.
        """
        failure: Exception | None = None
        waiting = self._records.owed_ids()
        while waiting:
            elsewhere: list[str] = []
            for visit_id in waiting:
                try:
                    owed = self._claim(visit_id)
                    visit = self._work(owed) if owed is not None else None
                except Exception as error:  # noqa: BLE001  one bad row never stops those after it
                    failure = failure or error
                    continue
                if visit is not None:
                    yield visit
                elif owed is None:
                    elsewhere.append(visit_id)
            still_owed = set(self._records.owed_ids()) if elsewhere else set()
            waiting = [visit_id for visit_id in elsewhere if visit_id in still_owed]
            if waiting:
                self._pause(_SOMEBODY_ELSES_SECONDS)
        if failure is not None:
            raise failure

    def work_one(self) -> Visit | None:
        """Look up the oldest visit that is due, unless the gateway was asked enough in this minute.

        None when there is nothing to do now. Raises what kept the row from being looked up or written; the
        next call takes another one.
        """
        now = self._now()
        if self._records.asked_since(now - timedelta(minutes=1)) >= self._per_minute:
            return None
        owed = self._claim(None)
        return self._work(owed) if owed is not None else None

    def forget_back_off(self) -> None:
        """Everything that waits is due: the gateway answers again."""
        self._records.hurry_owed()

    def _claim(self, visit_id: str | None) -> OwedLookup | None:
        try:
            return self._records.claim_owed(self._holder, self._now(), visit_id)
        except RecordsError as error:
            self._put_off(error.values.get("visit_id"))
            raise

    def _work(self, owed: OwedLookup) -> Visit | None:
        try:
            answer = self._ask(owed)
            now = self._now()
            if answer.status is Status.PENDING:
                wait = back_off(owed.attempts, answer.assessment.rule.retry, random.uniform(-1, 1))  # noqa: S311
                return self._records.still_owed(
                    owed.visit_id, answer.assessment, answer.attempts, now, now + wait
                )
            return self._records.settle(
                owed.visit_id, answer.status, answer.assessment, answer.attempts, now, answer.advice
            )
        except Exception:
            self._put_off(owed.visit_id)
            raise
        except BaseException:  # the person at the keyboard stopped it
            with suppress(KioskError):
                self._records.put_back(owed.visit_id, self._holder)
            raise

    def _put_off(self, visit_id: str | None) -> None:
        """Others get their turn first. Where not even that can be written, the lease ends by itself."""
        if visit_id is not None:
            with suppress(KioskError):
                self._records.put_back(visit_id, self._holder, self._now() + LONGEST_BACK_OFF)


__all__ = ["LateAnswer", "Outbox", "back_off"]
