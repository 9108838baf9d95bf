"""Tells a scan that lands in a text field from a person's typing. Pure.

A person's keys, and those of a program that fills the form, belong to the field. A scanner's do not. Two
things no person types give it away: a ``|``, which stands in every card line and in no number, name or date;
and a whole number, where no number is asked for, that is ended by Return or came faster than hands are. Then
the fields go back to what they held before the scan began. What a person typed just before it stays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar

from kiosk.readers.wedge import NO_FRAME, QUIET_SECONDS, Frame, is_bare_number

BURST_GAP_SECONDS = 0.5
"""A longer pause than this between two keys begins a new burst; slow Bluetooth scanners need 0.1 s a key."""

FAST_PACE_SECONDS = 0.06
"""No hand keeps this up for ten keys; scanners on a cable need 0.002 to 0.05 s a key."""

HAND_GAP_SECONDS = 0.1
"""From a person's last key to a scanner's first; a program that types both leaves no such gap."""

SILENCE_SECONDS = QUIET_SECONDS
"""A bare number without Return is over after this."""

_NUMBER_LENGTHS = (15, 12, 10)
_NUMBER_AT_END = re.compile(r"[A-Z]{2}[0-9]{3}[0-9A-Z]{10}|[0-9]{12}|[0-9]{10}", re.IGNORECASE)

Snapshot = TypeVar("Snapshot")


class Typed(NamedTuple):
    """A key that went to a field: what the field got, what the key itself proves, and when."""

    shown: str
    meant: str
    at: float


@dataclass(slots=True)
class TypingWatch(Generic[Snapshot]):
    """Follows the keys that go to text fields; `before` is what the fields held when the burst began."""

    frame: Frame = NO_FRAME
    before: Snapshot | None = None
    _keys: list[Typed] = field(default_factory=list)

    def begins_burst(self, at: float) -> bool:
        return not self._keys or at - self._keys[-1].at > BURST_GAP_SECONDS

    def character(self, text: str, at: float, fields: Snapshot, meant: str | None = None) -> bool:
        """Note a key before the field gets it. Whether the burst it belongs to is a scan."""
        if self.begins_burst(at):
            self._keys.clear()
            self.before = fields
        self._keys.append(Typed(text, meant or text, at))
        return "|" in text and self.frame.prefix in self.text

    def backspace(self) -> None:
        if self._keys:
            self._keys.pop()

    def is_number_scan(self, at: float, *, fast: bool = False) -> bool:
        """Whether the burst, just ended by Return, is a bare number as a scanner of bar codes sends it.

        With `fast`, only when it came faster than hands are. Behind a person's own keys it has to be fast.
        """
        if not self._keys or at - self._keys[-1].at > BURST_GAP_SECONDS:
            return False
        start = self._start_of_number(self._keys)
        return self._is_number(self._keys[start:]) and (
            (start == 0 and not fast) or self._is_fast(self._keys[start:])
        )

    @property
    def text(self) -> str:
        return "".join(key.meant for key in self._keys)

    @property
    def last_at(self) -> float:
        """When the last key of the burst came."""
        return self._keys[-1].at if self._keys else 0.0

    def take(self, *, number: bool = False) -> tuple[str, list[tuple[str, float]]]:
        """The burst, which is a scan: what a person typed just before it, and the scan's keys."""
        keys, self._keys = self._keys, []
        start = self._start_of_number(keys) if number else self._start_of_line(keys)
        return "".join(key.shown for key in keys[:start]), [(key.meant, key.at) for key in keys[start:]]

    def end(self) -> None:
        self._keys.clear()
        self.before = None

    @property
    def is_fast(self) -> bool:
        """Whether the burst came faster than hands are; a password may hold anything."""
        return len(self._keys) > 1 and self._is_fast(self._keys)

    def _is_number(self, keys: list[Typed]) -> bool:
        content = self.frame.content("".join(key.meant for key in keys))
        return content is not None and is_bare_number(content)

    @staticmethod
    def _is_fast(keys: list[Typed]) -> bool:
        return keys[-1].at - keys[0].at <= FAST_PACE_SECONDS * max(len(keys) - 1, 1)

    def _start_of_line(self, keys: list[Typed]) -> int:
        """Where a line begins: at its frame, or at the number that stands before its first bar."""
        if any(len(key.meant) != 1 for key in keys):
            return 0
        text = "".join(key.meant for key in keys)
        if self.frame.prefix:
            return max(text.find(self.frame.prefix), 0)
        bar = text.find("|")
        end = len(text) if bar < 0 else bar
        starts = [
            end - length
            for length in _NUMBER_LENGTHS
            if length <= end and _NUMBER_AT_END.fullmatch(text[end - length : end])
        ]
        if not starts or 0 in starts:
            return 0
        return max(starts, key=lambda start: keys[start].at - keys[start - 1].at)

    def _start_of_number(self, keys: list[Typed]) -> int:
        """Where a bare number begins; 0 unless a gap sets it off from what was typed before."""
        start = self._start_of_line(keys)
        if start == 0:
            return 0
        longest = max((after.at - key.at for key, after in pairwise(keys[start:])), default=0.0)
        gap = keys[start].at - keys[start - 1].at
        return start if gap >= HAND_GAP_SECONDS and gap > 2 * longest else 0
