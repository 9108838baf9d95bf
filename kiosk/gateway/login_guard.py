"""Keeps a refused login from being repeated until the account is locked.

After a refusal only IT can help, and nobody knows how many wrong logins BHXH bears. So one process pauses,
longer after each refusal; and the processes of one data folder together (every `kiosk lookup` is one) send at
most `MOST_REFUSALS` in `TOGETHER_SECONDS`. Other account data and `kiosk recheck` begin anew;
`kiosk doctor` heeds the others and tells of the pause.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from kiosk import clock

PAUSES = (60.0, 300.0, 900.0, 3600.0)
"""Seconds without a login after the first, second … refusal that one process met."""
MOST_REFUSALS = 3
TOGETHER_SECONDS = 600.0

SHARED_REFUSAL = "login_refused"
"""The refusal that counts across processes: a wrong password. The others lock nothing."""

_MOST_KEPT = 20


@dataclass(frozen=True, slots=True)
class Pause:
    """No login for now: what the last one came to, when, and when the next one may be sent."""

    failure: str
    refused_at: datetime
    until: datetime


class LoginGuard:
    """One account's refusals. `file` is shared by the processes of a data folder; None shares nothing."""

    def __init__(
        self,
        account: str,
        file: Path | None = None,
        *,
        heed_others: bool = True,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._account, self._file, self._heed_others = account, file, heed_others
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._count = 0
        self._own: Pause | None = None
        self._own_ends = 0.0

    def pause(self) -> Pause | None:
        """Why no login may be sent now; None when one may."""
        with self._lock:
            if self._own is not None and self._monotonic() < self._own_ends:
                return self._own
            return self._others() if self._heed_others and self._count == 0 else None

    def refused(self, failure: str) -> Pause:
        """A login was refused just now."""
        with self._lock:
            seconds = PAUSES[min(self._count, len(PAUSES) - 1)]
            self._count += 1
            now = clock.now()
            self._own = Pause(failure, now, now + timedelta(seconds=seconds))
            self._own_ends = self._monotonic() + seconds
            if failure == SHARED_REFUSAL:
                self._keep(now)
            return self._own

    def accepted(self) -> None:
        """The account is well: nothing that was before counts any more."""
        with self._lock:
            self._own, self._count = None, 0
            if self._file is not None:
                with contextlib.suppress(OSError):
                    self._file.unlink(missing_ok=True)

    def _others(self) -> Pause | None:
        """The pause that the refusals in the file ask for; the oldest that counts ends it."""
        now = clock.now()
        recent = [at for at in self._kept() if timedelta(0) <= now - at < timedelta(seconds=TOGETHER_SECONDS)]
        if len(recent) < MOST_REFUSALS:
            return None
        until = recent[-MOST_REFUSALS] + timedelta(seconds=TOGETHER_SECONDS)
        return Pause(SHARED_REFUSAL, recent[-1], until)

    def _kept(self) -> list[datetime]:
        """Times of refusals of this very account; none when the file is missing, damaged or of another."""
        try:
            kept: Any = json.loads(self._file.read_bytes()) if self._file is not None else {}
            times = [datetime.fromisoformat(each) for each in kept["refused_at"]]
            mine = kept["account"] == self._mark(kept["salt"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return []
        return sorted(each for each in times if each.tzinfo) if mine else []

    def _keep(self, at: datetime) -> None:
        if self._file is None:
            return
        times = [*self._kept(), at][-_MOST_KEPT:]
        salt = f"{at.timestamp():.6f}"
        content = {
            "account": self._mark(salt),
            "salt": salt,
            "refused_at": [each.isoformat() for each in times],
        }
        with contextlib.suppress(OSError):  # a folder that cannot be written costs only this memory
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.write_text(json.dumps(content), encoding="utf-8")

    def _mark(self, salt: str) -> str:
        """Tells account data apart without telling them: 16 bits give no password away."""
        digest = hashlib.sha256(f"{salt}\n{self._account}".encode("utf-8", "replace"))
        return digest.hexdigest()[:4]
