"""A page of a day's visits, and what was asked for, as values; read by `kiosk.visits.day_list`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kiosk.visits.model import Status, Visit

PAGE = 60
"""Visits on a page: more than a screen shows."""

MOST_COUNTED = 1000
"""So many visits that a search finds are counted; nobody reads through more."""


@dataclass(frozen=True, slots=True)
class DayQuery:
    """What a list is to show. `day` None: all days; `status` None: every status."""

    day: date | None
    typed: str = ""
    status: Status | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended; the next one begins behind it."""

    created_at: datetime
    visit_id: str


@dataclass(frozen=True, slots=True)
class DayPage:
    visits: tuple[Visit, ...]
    more: Place | None  # where to go on; None: that is all
    total: int | None = None  # on all pages together, see `total`; first page only
    exact: Visit | None = None  # whose queue number was typed; first page only, may stand in `visits` too
