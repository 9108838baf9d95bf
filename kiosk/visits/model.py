"""A visit as it is recorded, and what is still owed for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from kiosk.visits.queue_numbers import queue_label

if TYPE_CHECKING:  # the desk's window needs a visit's words before all that a visit may hold
    from kiosk.card.model import Card, Notice
    from kiosk.eligibility.model import Assessment, Difference
    from kiosk.eligibility.papers import Paper
    from kiosk.errors import RecordsError
    from kiosk.gateway.model import Attempt, Question

NOT_SENT = "gateway_offline"
"""Failure of an attempt that is on record without anything having been sent."""


class Status(StrEnum):
    """Where a visit stands."""

    CHECKED_IN = "checked_in"
    PENDING = "pending"  # received, look-up owed
    HELD = "held"  # waits for staff
    REFUSED = "refused"  # BHYT refused; the attempt is kept
    SELF_PAY = "self_pay"
    CANCELLED = "cancelled"


NUMBERED = frozenset({Status.CHECKED_IN, Status.PENDING, Status.SELF_PAY})
"""A visit in one of these has a queue number; it keeps the number when it changes later."""

UNCONFIRMED = frozenset({Status.HELD, Status.REFUSED})
"""A visit in one of these can be confirmed by staff."""


class Source(StrEnum):
    """How the card reached the desk."""

    IMAGE = "image"
    SCAN = "scan"
    TYPED = "typed"
    CAMERA = "camera"
    WEDGE = "wedge"
    SERIAL = "serial"


@dataclass(frozen=True, slots=True)
class Advice:
    """What the desk advises beside the verdict, as JSON (eligibility.benefit and abuse). It never decides."""

    benefit: Mapping[str, Any] | None = None
    findings: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class NewVisit:
    """A check-in about to be written. Writing the same `visit_id` twice gives the first visit back."""

    visit_id: str
    created_at: datetime  # aware
    source: Source
    desk: str
    status: Status
    card: Card
    assessment: Assessment | None = None  # None: no look-up (self-pay)
    attempts: tuple[Attempt, ...] = ()
    warnings: tuple[Notice, ...] = ()
    confirm_reason: str | None = None
    priority: str | None = None  # word of a group of kiosk.eligibility.priority
    advice: Advice = Advice()
    picture: str | None = None  # fingerprint of the picture file that the card was read from
    staff: str | None = None  # account of who receives the patient; None: single-user mode
    goes_on: str | None = None  # visit_id of the visit of today that was put aside and is gone on with


@dataclass(frozen=True, slots=True)
class Visit:
    """A recorded visit. `coverage` has the shape of the contract's JSON."""

    visit_id: str
    created_at: datetime  # aware, Vietnam's time
    day: date  # in Vietnam
    facility: str
    training: bool
    source: Source
    desk: str
    status: Status
    verdict: str | None
    reason: str | None
    result_code: str | None
    followed_from: str | None
    queue_number: int | None
    full_name: str | None  # the gateway's where it gave one, else the card's
    number: str | None  # number the gateway was asked with
    coverage: Mapping[str, Any] | None
    differences: tuple[Difference, ...]
    warnings: tuple[Notice, ...]
    confirm_reason: str | None
    rechecked_at: datetime | None
    priority: str | None = None  # word of a group of kiosk.eligibility.priority
    cancelled_at: datetime | None = None
    cancelled_by: str | None = None  # desk
    cancel_reason: str | None = None
    benefit: Mapping[str, Any] | None = None
    findings: Mapping[str, Any] | None = None
    staff: str | None = None  # account of who received the patient; None: single-user mode
    kept_here: bool = False  # still in this desk's spool, not yet in the shared records

    @property
    def queue_label(self) -> str | None:
        """The queue number as people see it: ``57``, or ``A-007`` from a desk that was cut off."""
        return queue_label(self.queue_number)

    @property
    def emergency(self) -> bool:
        """Declared by a clinician: the patient does not wait with the number."""
        return bool(self.benefit and self.benefit.get("emergency"))


@dataclass(frozen=True, slots=True)
class Asked:
    """Of whom the checks against abuse ask. `but`: a visit that does not count, being the one in question."""

    keys: frozenset[str]  # identity.keys_of
    now: datetime
    picture: str | None = None
    but: str | None = None


@dataclass(frozen=True, slots=True)
class Sharing:
    """How a desk stands with the records it shares with others."""

    away: RecordsError | None  # why the server cannot be used now; None: it can
    since: datetime | None  # when that began
    waiting: int  # visits and cancellations that are kept on this desk and still to be handed over
    spool: RecordsError | None = None  # why this desk can keep none while the server is away; None: it can


@dataclass(frozen=True, slots=True)
class OwedLookup:
    """A look-up that still has to be made for a visit that was received without an answer."""

    visit_id: str
    created_at: datetime
    question: Question
    card: Card  # as read, for comparing with the late answer
    attempts: int  # looked up again this often, in vain
    papers: tuple[Paper, ...] = ()  # that the patient showed
    staff: str | None = None  # account of who received the patient


@dataclass(frozen=True, slots=True)
class StaffTask:
    """A visit that was received without an answer, and whose late answer wants a person."""

    visit: Visit
    created_at: datetime  # when the late answer came; aware, Vietnam's time
    reason: str  # reason word of the late answer


@dataclass(frozen=True, slots=True)
class VisitEvent:
    """One line of a visit's audit trail; lines are added, never changed."""

    at: datetime  # aware, Vietnam's time
    event: str
    """recorded, confirmed, settled, still_owed, task_done, cancelled, went_on, handed_over, renumbered"""
    status: Status  # after the event
    why: str | None  # what staff gave as a reason, or the reason word of the look-up
