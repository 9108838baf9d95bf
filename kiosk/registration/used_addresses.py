"""Whether an e-mail address was given for somebody else today: each mã số BHXH wants one of its own."""

from __future__ import annotations

import hmac
import os
from datetime import date


class UsedAddresses:
    """Remembers, for this day and this run of the program, what it cannot read back: keyed digests."""

    def __init__(self) -> None:
        self._key = os.urandom(32)
        self._day: date | None = None
        self._owners: dict[bytes, bytes] = {}  # digest of an address: digest of its owner's number

    def note(self, email: str, number: str, today: date) -> None:
        """`email` stands on a sheet for the owner of `number`."""
        self._begin(today)
        if email and number:
            self._owners.setdefault(self._digest(email), self._digest(number))

    def is_anothers(self, email: str, number: str, today: date) -> bool:
        self._begin(today)
        owner = self._owners.get(self._digest(email))
        return owner is not None and owner != self._digest(number)

    def _begin(self, today: date) -> None:
        if self._day != today:
            self._day = today
            self._owners.clear()

    def _digest(self, text: str) -> bytes:
        return hmac.digest(self._key, text.strip().casefold().encode(), "sha256")
