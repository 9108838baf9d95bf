"""A patient of earlier visits, as a value; found by `kiosk.visits.known_patients`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kiosk.card.model import PartialDate

MOST_FOUND = 4
"""How many are offered: as many as an eye takes in at once."""


@dataclass(frozen=True, slots=True)
class KnownPatient:
    """Name and birth date as the gateway confirmed them, or else as they were last recorded."""

    full_name: str
    birth_date: PartialDate
    number: str = ""  # the one they were asked with last, in full
    last_seen: date | None = None
