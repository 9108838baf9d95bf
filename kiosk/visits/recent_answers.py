"""Good answers of the last minutes, so that a card scanned twice is asked for once.

BHXH restricts accounts that ask too much. Answers are kept in this process's memory only, and forgotten after
five minutes: they are a patient's data. A visit that uses one keeps its evidence, marked as used again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.gateway.model import Answer, Attempt, Question

KEPT_SECONDS = 300.0
MOST_KEPT = 500


@dataclass(frozen=True, slots=True)
class RecentAnswer:
    """The answer that decided, the code that led to it, and the exchange that brought it."""

    answer: Answer
    followed_from: str | None
    evidence: tuple[Attempt, ...]


class RecentAnswers:
    """Safe to use from several threads."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._kept: dict[Question, tuple[float, RecentAnswer]] = {}  # oldest first

    def keep(self, question: Question, recent: RecentAnswer) -> None:
        with self._lock:
            self._kept.pop(question, None)
            self._kept[question] = (self._now(), recent)
            self._forget()

    def get(self, question: Question) -> RecentAnswer | None:
        with self._lock:
            self._forget()
            found = self._kept.get(question)
            return found[1] if found else None

    def _forget(self) -> None:
        too_old = self._now() - KEPT_SECONDS
        for question, (kept_at, _) in list(self._kept.items()):
            if kept_at > too_old and len(self._kept) <= MOST_KEPT:
                break
            del self._kept[question]
