"""Who looked up how many cards, and how many visits followed: from the audit log and a day's visits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from kiosk.eligibility.abuse_model import StaffCount
from kiosk.visits.audit import Act, AuditEntry
from kiosk.visits.model import Visit


def staff_counts(entries: Iterable[AuditEntry], visits: Iterable[Visit]) -> dict[str, StaffCount]:
    """By account. A visit is that of whoever looked up last at its desk before it was written.

    A card looked up several times is one look-up: staff try again when a name was misspelt.
    """
    cards: dict[str, set[str | None]] = defaultdict(set)
    came: dict[str, int] = defaultdict(int)
    at_desk: dict[str, str] = {}
    acts: list[tuple[datetime, int, str, AuditEntry | None]] = [
        (entry.moment, 0, entry.desk, entry) for entry in entries if entry.act == Act.LOOK_UP
    ]
    happened = acts + [(visit.created_at, 1, visit.desk, None) for visit in visits]
    for _, _, desk, entry in sorted(happened, key=lambda each: each[:3]):
        if entry is not None:
            cards[entry.who].add(entry.subject)
            at_desk[desk] = entry.who
        elif desk in at_desk:
            came[at_desk[desk]] += 1
    return {who: StaffCount(len(found), min(came[who], len(found))) for who, found in cards.items()}


__all__ = ["staff_counts"]
