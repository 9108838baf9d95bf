"""What a shared server and a desk's spool say, as one answer; what lies in both counts as what waits here.

A page of the day's list is merged in `day_list`, patients that were found in `known_patients`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from heapq import merge

from kiosk.eligibility.abuse_model import RecordsSay
from kiosk.visits.model import OwedLookup, StaffTask, Visit


def kept(found: Visit) -> Visit:
    return replace(found, kept_here=True)


def visits(here: Iterable[Visit], there: Iterable[Visit]) -> Iterator[Visit]:
    """Both come oldest first, and so does the answer."""
    waiting = [kept(found) for found in here]
    known = {found.visit_id for found in waiting}
    others = (found for found in there if found.visit_id not in known)
    yield from merge(waiting, others, key=lambda found: (found.created_at, found.visit_id))


def owed(here: Iterable[OwedLookup], there: Iterable[OwedLookup]) -> list[OwedLookup]:
    """Oldest first."""
    both = {each.visit_id: each for each in (*there, *here)}
    return sorted(both.values(), key=lambda each: (each.created_at, each.visit_id))


def tasks(here: Iterable[StaffTask], there: Iterable[StaffTask]) -> list[StaffTask]:
    """This desk's first."""
    waiting = [replace(task, visit=kept(task.visit)) for task in here]
    known = {task.visit.visit_id for task in waiting}
    return [*waiting, *(task for task in there if task.visit.visit_id not in known)]


def summaries(*known: tuple[int, datetime | None] | None) -> tuple[int, datetime | None]:
    """How many there are, and since when the oldest is."""
    told = [each for each in known if each is not None]
    oldest = min((moment for _, moment in told if moment is not None), default=None)
    return sum(count for count, _ in told), oldest


def known_for_checks(here: RecordsSay | None, there: RecordsSay | None) -> RecordsSay:
    """Without the server nothing is known for sure."""
    if there is None:
        return RecordsSay()
    here = here or RecordsSay()
    return replace(
        there,
        own=(*(here.own or ()), *(there.own or ())),
        pictures=None if there.pictures is None else (*(here.pictures or ()), *there.pictures),
    )


__all__ = ["kept", "known_for_checks", "owed", "summaries", "tasks", "visits"]
