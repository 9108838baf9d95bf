"""The service: text in, visit out. The desk window and the command line are two thin faces of it.

::

    card = reception.read(text)              # CardParseError
    found = reception.look_up(card)          # blocks on the network; call it from a worker thread
    visit = reception.check_in(found, source)  # written to disk before it returns
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from kiosk.card.model import Card, Notice, PartialDate
from kiosk.eligibility.model import Assessment
from kiosk.gateway.model import Answer, Attempt, HistoryRow, Question
from kiosk.visits.model import Source, Status, Visit


class Gateway(Protocol):
    """What reception needs of the gateway client."""

    def look_up(self, question: Question) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Lookup:
    """A card, what was concluded about it, and the evidence."""

    card: Card
    assessment: Assessment
    attempts: tuple[Attempt, ...]
    history: tuple[HistoryRow, ...]
    warnings: tuple[Notice, ...]
    elapsed_ms: float
    already_checked_in_today: bool = False


class Reception:
    """One desk's way from a read text to a recorded visit. Safe to call from several threads."""

    def read(self, text: str) -> Card:
        """What `text` (a scan) says. Raises CardParseError."""
        raise NotImplementedError

    def read_image(self, path: Path) -> Card:
        """The card in a picture. Raises ImageError, CardParseError."""
        raise NotImplementedError

    def typed(self, number: str, full_name: str, birth_date: str) -> Card:
        """A card from the manual form. Raises UsageError or CardParseError whose values name the ``field``."""
        raise NotImplementedError

    def look_up(self, card: Card) -> Lookup:
        """Ask the gateway and conclude. Never raises for anything the network does.

        Raises UsageError ``incomplete_card`` when name or birth date is missing (values: ``field``).
        """
        raise NotImplementedError

    def check_in(self, found: Lookup, source: Source, confirm: str | None = None) -> Visit:
        """Record the visit as the verdict says; `confirm` turns ``needs_staff`` into a check-in."""
        raise NotImplementedError

    def put_aside(self, found: Lookup, source: Source) -> Visit:
        """Record the visit as held, for staff to decide later."""
        raise NotImplementedError

    def self_pay(self, card: Card, source: Source) -> Visit:
        """Record a visit outside BHYT, without a look-up."""
        raise NotImplementedError

    def recheck(self) -> Iterator[Visit]:
        """Look up now every visit that waits for the gateway."""
        raise NotImplementedError

    def visits(self, on: date | None = None, status: Status | None = None) -> Iterator[Visit]:
        raise NotImplementedError

    def owed_count(self) -> int:
        raise NotImplementedError


__all__ = ["Gateway", "Lookup", "PartialDate", "Reception"]
