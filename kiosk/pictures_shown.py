"""From which picture file a card was read, until it is looked up. The pictures themselves are not kept."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable
from pathlib import Path

from kiosk.card.model import Card

_BLOCK = 1 << 20


def fingerprint(path: Path) -> str | None:
    """SHA-256 of the file's bytes; None when it cannot be read any more."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError:
        return None
    return digest.hexdigest()


class PicturesShown:
    """Knows the last picture only. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: dict[str, str] = {}  # number -> fingerprint

    def note(self, path: Path, cards: Iterable[Card]) -> None:
        found = fingerprint(path)
        with self._lock:
            self._of = {card.lookup_number: found for card in cards if found and card.lookup_number}

    def take(self, card: Card) -> str | None:
        """The fingerprint of the picture that showed the card; asked again, it was another way."""
        with self._lock:
            return self._of.pop(card.lookup_number or "", None)


__all__ = ["PicturesShown", "fingerprint"]
