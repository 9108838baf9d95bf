"""By what a visit is found in a day's list: a name without its accents, any part of a number. Pure."""

from __future__ import annotations

import re

from kiosk.card.model import Card
from kiosk.card.vietnamese import without_accents
from kiosk.eligibility.model import Coverage
from kiosk.visits.identity import keys_of
from kiosk.visits.queue_numbers import LAST_ROW, SPAN

LONGEST_TEXT = 400
"""Characters that are kept for searching: they lie in an index, whose entries PostgreSQL limits to 2.7 kB."""

MOST_WORDS = 8

_LABEL = re.compile(r"(?:([a-z]{1,3})-?)?(\d{1,5})")


def folded(text: str) -> str:
    """`text` as it is compared: plain Latin letters in lower case, single blanks."""
    return " ".join(without_accents(text).casefold().split())


def search_text(card: Card, coverage: Coverage | None) -> str:
    """What the list is searched in: the names and every number of the card and of the answer, folded."""
    names = [card.full_name, coverage.full_name if coverage else None]
    numbers = [key.partition(":")[2] for key in sorted(keys_of(card, coverage))]
    parts = dict.fromkeys(folded(part) for part in (*names, card.lookup_number, *numbers) if part)
    whole = [part for part in parts if not any(part != other and part in other for other in parts)]
    return " ".join(whole)[:LONGEST_TEXT]


def words_of(typed: str) -> tuple[str, ...]:
    """The words that a visit's text must all hold; none: every visit is wanted."""
    return tuple(dict.fromkeys(folded(typed).split()))[:MOST_WORDS]


def queue_number_of(typed: str) -> int | None:
    """The queue number that was typed as people read it: ``57``, ``A-007``, ``a7``; else None."""
    found = _LABEL.fullmatch(folded(typed).replace(" ", ""))
    if found is None or int(found[2]) == 0:
        return None
    row = _row_of(found[1] or "")
    return row * SPAN + int(found[2]) if row <= LAST_ROW else None


def _row_of(letters: str) -> int:
    row = 0
    for letter in letters:
        row = row * 26 + ord(letter) - ord("a") + 1
    return row


__all__ = ["folded", "queue_number_of", "search_text", "words_of"]
