"""What a queue ticket says. It lies about in waiting rooms: never a whole name, never a card number."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from kiosk import clock
from kiosk.errors import UsageError
from kiosk.settings import Settings
from kiosk.visits.model import NUMBERED, Visit

DOTS_PER_MM = 8
"""Receipt printers print 203 dots an inch."""

PRINTABLE_DOTS = {58: 384, 80: 576}
"""What a print head covers on paper of that width in millimetres."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """`priority` is a yes or no: which group a patient is in is nobody's business in a waiting room."""

    number: str  # as people call it out: 57, A-007
    facility: str
    desk: str
    at: datetime  # when the patient was received; aware, Vietnam's time
    priority: bool = False
    initials: str = ""
    training: bool = False
    test: bool = False  # of the printer, for nobody
    again_at: datetime | None = None  # when a reprint was made; None: the first slip
    language: str = "vi"


def ticket_of(
    visit: Visit, settings: Settings, *, again_at: datetime | None = None, language: str = ""
) -> Ticket:
    """The slip of a visit that waits with a number.

    Raises UsageError ``ticket_none``, or ``ticket_emergency``: such a patient waits for nothing.
    """
    if visit.emergency:
        raise UsageError("ticket_emergency")
    if visit.queue_label is None or not has_ticket(visit):
        raise UsageError("ticket_none", status=visit.status.value)
    return Ticket(
        number=visit.queue_label,
        facility=settings.facility.name,
        desk=visit.desk,
        at=visit.created_at,
        priority=visit.priority is not None,
        initials=initials(visit.full_name or "") if settings.ticket.initials else "",
        training=visit.training,
        again_at=again_at,
        language=language or settings.ui.language,
    )


def trial_ticket(settings: Settings) -> Ticket:
    """A slip for trying the printer."""
    return Ticket(
        number="123",
        facility=settings.facility.name,
        desk=settings.desk.name,
        at=clock.now(),
        priority=True,
        test=True,
        language=settings.ui.language,
    )


def has_ticket(visit: Visit) -> bool:
    return visit.queue_label is not None and visit.status in NUMBERED and not visit.emergency


def initials(full_name: str) -> str:
    """``N. V. A.``; at most the first two words and the last, so that it stays short."""
    words = unicodedata.normalize("NFC", full_name).split()
    if len(words) > 3:
        words = [*words[:2], words[-1]]
    return " ".join(f"{word[0].upper()}." for word in words)
