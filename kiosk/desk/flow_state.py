"""What the desk's state machine knows, and the steps that several of its keys lead to."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.desk.stages import (
    FREE,
    CancelQuestion,
    Choosing,
    Decision,
    Effects,
    Incomplete,
    LookingUp,
    LookUp,
    ManualForm,
    Message,
    Overlay,
    Page,
    PageName,
    PriorityList,
    Read,
    Reading,
    Ready,
    Record,
    Recording,
    Scan,
    Stage,
    TakeNextAfter,
    VerdictShown,
    VisitOpened,
)
from kiosk.errors import KioskError
from kiosk.visits.model import Source, Visit

if TYPE_CHECKING:
    from kiosk.card.model import Card
    from kiosk.gateway.model import Attempt


RECORDED_PAUSE_SECONDS = 0.7
"""How long a result stays before the next in line: a Return hit twice must not confirm the next patient."""

MESSAGE_PAUSE_SECONDS = 3.0
"""How long an unreadable scan's message stays when others wait in line."""


class FlowState:
    """`stage`, `overlays`, `line` and `last_visit` are for looking at."""

    def __init__(self) -> None:
        self.stage: Stage = Ready()
        self.overlays: tuple[Overlay, ...] = ()
        self.line: deque[Scan] = deque()
        self.last_visit: Visit | None = None
        self.locked = False  # nobody is logged in: what is scanned waits, nothing of a patient is shown
        self._tickets = 0
        self._completing: int | None = None  # ticket of the check of the form over `Incomplete`

    @property
    def top(self) -> Overlay | None:
        return self.overlays[-1] if self.overlays else None

    @property
    def free(self) -> bool:
        """Whether the next patient can be taken now."""
        return isinstance(self.stage, FREE) and not self.overlays and not self.locked

    @property
    def form_open(self) -> bool:
        return isinstance(self.top, ManualForm) or (isinstance(self.stage, Incomplete) and not self.overlays)

    @property
    def choosing(self) -> bool:
        """Whether a digit or an arrow marks one of a list, and Return takes it."""
        return isinstance(self.top, PriorityList) or (isinstance(self.stage, Choosing) and not self.overlays)

    def shows(self, name: PageName) -> bool:
        return self.top == Page(name)

    @property
    def form_came_by_itself(self) -> bool:
        return isinstance(self.top, ManualForm) and bool(self.top.why) and self.top.ticket is None

    def escape(self) -> Effects:
        """Take the topmost overlay away; else put the patient aside, or give up what is under way."""
        if self.overlays:
            if isinstance(self.top, CancelQuestion) and self.top.ticket is not None:
                return ()  # a write is never abandoned
            self.overlays = self.overlays[:-1]
            return self._take_next()
        stage = self.stage
        if isinstance(stage, VerdictShown) and not stage.unrecordable:
            return self._record(stage, Decision.PUT_ASIDE)
        if isinstance(stage, Recording):
            return ()  # a write is never abandoned
        self.stage = Ready()
        return self._take_next()

    def _take_next(self) -> Effects:
        if not self.free or not self.line:
            return ()
        scan = self.line.popleft()
        if scan.refused is not None:
            return self._show_message(scan.refused)
        if scan.card is not None:
            return self._look_up(scan, scan.card)
        ticket = self._new_ticket()
        self.stage = Reading(ticket, scan)
        return (Read(ticket, scan),)

    def _look_up(
        self, scan: Scan, card: Card, scanned: Card | None = None, earlier: tuple[Attempt, ...] = ()
    ) -> Effects:
        if card.lookup_number is None or not card.full_name or card.birth_date is None:
            self.stage = Incomplete(scan, card)
            self._completing = None
            return ()
        ticket = self._new_ticket()
        self.stage = LookingUp(ticket, scan.source, card, scanned, earlier)
        return (LookUp(ticket, card),)

    def _look_up_corrected(self, wrong: VerdictShown, card: Card) -> Effects:
        """In the place of the verdict that was `wrong`; what was asked for it stays on record."""
        scanned = wrong.scanned or (wrong.found.card if wrong.source is not Source.TYPED else None)
        return self._look_up(Scan(Source.TYPED, card=card), card, scanned, wrong.found.attempts)

    def _record(self, verdict: VerdictShown, decision: Decision, confirm: str | None = None) -> Effects:
        ticket = self._new_ticket()
        verdict = replace(verdict, problem=None, unrecordable=False)
        self.stage = Recording(ticket, verdict, decision)
        return (Record(ticket, decision, verdict, confirm),)

    def _show_message(self, error: KioskError) -> Effects:
        self.stage = Message(error)
        return (TakeNextAfter(MESSAGE_PAUSE_SECONDS),) if self.line else ()

    def _new_ticket(self) -> int:
        self._tickets += 1
        return self._tickets


def gives_way(overlay: Overlay, *others: type[Overlay]) -> bool:
    """Whether opening something else takes this one away; what is being written stays."""
    if isinstance(overlay, CancelQuestion):
        return overlay.ticket is None
    return isinstance(overlay, (Page, VisitOpened, *others))
