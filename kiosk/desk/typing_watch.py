"""Tells a scan that lands in a text field from a person's typing. Pure.

A person's keys, and those of a program that fills the form, belong to the field. A scanner's do not. Two
things no person types give it away: a ``|``, which stands in every card line and in no number, name or date;
and a whole number ended by Return where no number is asked for. Then the fields go back to what they held
before the burst of keys began.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from kiosk.readers.wedge import is_bare_number

BURST_GAP_SECONDS = 0.5
"""A longer pause than this between two keys begins a new burst; slow Bluetooth scanners need 0.1 s a key."""

Snapshot = TypeVar("Snapshot")


@dataclass(slots=True)
class TypingWatch(Generic[Snapshot]):
    """Follows the keys that go to text fields; `before` is what the fields held when the burst began."""

    before: Snapshot | None = None
    _keys: list[tuple[str, float]] = field(default_factory=list)

    def begins_burst(self, at: float) -> bool:
        return not self._keys or at - self._keys[-1][1] > BURST_GAP_SECONDS

    def character(self, text: str, at: float, fields: Snapshot) -> bool:
        """Note a key before the field gets it. Whether the burst it belongs to is a scan."""
        if self.begins_burst(at):
            self._keys.clear()
            self.before = fields
        self._keys.append((text, at))
        return "|" in text

    def backspace(self) -> None:
        if self._keys:
            self._keys.pop()

    def is_number_scan(self, at: float) -> bool:
        """At Return: whether the burst is a bare number, as a scanner of printed bar codes sends it."""
        return bool(self._keys) and at - self._keys[-1][1] <= BURST_GAP_SECONDS and is_bare_number(self.text)

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self._keys)

    def take(self) -> list[tuple[str, float]]:
        """The keys of the burst, which is over."""
        keys, self._keys = self._keys, []
        return keys

    def end(self) -> None:
        self._keys.clear()
        self.before = None
