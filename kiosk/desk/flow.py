"""What the desk is doing: one explicit state machine, without Qt, clock or threads.

::

    Ready → Reading → LookingUp → Verdict → Recording → Recorded → Ready
               │ │                                        (held, refused and self-pay too)
               │ └→ Incomplete (the code lacks name or birth date: a form asks for them) → LookingUp
               └──→ Message (unreadable: what is wrong and what to do)

Over the patient's stage may lie overlays: the manual form, the question what was checked, pages such as
today's list. Escape takes the topmost away; the stage under it goes on and is never lost.

What comes in is a method call; what has to be done outside comes back as effects. Work that takes time
carries a ticket; an answer to a ticket that is not awaited any more is dropped.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.desk.stages import (
    FREE,
    CancelQuestion,
    CancelVisit,
    CheckTyped,
    Choosing,
    Decision,
    Effect,
    Effects,
    FormRefused,
    Incomplete,
    LookingUp,
    LookUp,
    ManualForm,
    Message,
    Overlay,
    Override,
    Page,
    PageName,
    Papers,
    PriorityList,
    Read,
    Reading,
    Ready,
    Record,
    Recorded,
    Recording,
    Scan,
    SetUp,
    Stage,
    TakeNextAfter,
    VerdictShown,
    VisitOpened,
)
from kiosk.errors import KioskError
from kiosk.visits.model import Visit

if TYPE_CHECKING:
    from kiosk.card.model import Card
    from kiosk.lookup import Lookup

from kiosk.desk.flow_form import FormFlow
from kiosk.desk.flow_pages import PagesFlow
from kiosk.desk.flow_state import MESSAGE_PAUSE_SECONDS, RECORDED_PAUSE_SECONDS


class Flow(FormFlow, PagesFlow):
    """The machine: a patient's way from a scan to the record, and the keys on it."""

    # What arrives

    def scan(self, scan: Scan, *, form_is_empty: bool = False) -> Effects:
        """A new scan: taken at once when the desk is free, else put in line.

        When no patient waits under them, a page and a manual form that nobody has typed into give way; the
        question why a visit is taken back is answered first.
        """
        if self.locked:
            self.line.append(scan)
            return ()
        if isinstance(self.stage, FREE):
            self.overlays = tuple(
                overlay
                for overlay in self.overlays
                if isinstance(overlay, CancelQuestion)
                or (isinstance(overlay, ManualForm) and not (form_is_empty and overlay.ticket is None))
            )
        if isinstance(self.stage, Choosing):
            self.stage = replace(self.stage, chosen=None)  # its first digits may have marked one
        if isinstance(self.top, PriorityList):
            self._mark_priority()
        self.line.append(scan)
        return self._take_next() if len(self.line) == 1 else ()

    def take_next(self) -> Effects:
        """The pause after a result is over."""
        return self._take_next()

    def read(self, ticket: int, card: Card) -> Effects:
        stage = self.stage
        if not isinstance(stage, Reading) or stage.ticket != ticket:
            return ()
        return self._look_up(stage.scan, card)

    def read_several(self, ticket: int, cards: tuple[Card, ...]) -> Effects:
        """A picture shows the cards of several persons."""
        stage = self.stage
        if isinstance(stage, Reading) and stage.ticket == ticket:
            self.stage = Choosing(stage.scan, cards)
        return ()

    def choose(self, place: int) -> Effects:
        """Mark one of the cards that a picture shows, or of the priority groups; Return takes it."""
        stage = self.stage
        if isinstance(self.top, PriorityList):
            if 0 <= place < len(_priority_choices()):
                self.overlays = (*self.overlays[:-1], PriorityList(place))
        elif isinstance(stage, Choosing) and not self.overlays and 0 <= place < len(stage.cards):
            self.stage = replace(stage, chosen=place)
        return ()

    def choose_next(self, step: int) -> Effects:
        stage = self.stage
        if isinstance(self.top, PriorityList):
            return self.choose((self.top.marked + step) % len(_priority_choices()))
        if not isinstance(stage, Choosing):
            return ()
        if stage.chosen is None:
            return self.choose(0 if step > 0 else len(stage.cards) - 1)
        return self.choose((stage.chosen + step) % len(stage.cards))

    def read_failed(self, ticket: int, error: KioskError) -> Effects:
        if not isinstance(self.stage, Reading) or self.stage.ticket != ticket:
            return ()
        return self._show_message(error)

    def found(self, ticket: int, found: Lookup, problem: KioskError | None = None) -> Effects:
        stage = self.stage
        if isinstance(stage, LookingUp) and stage.ticket == ticket:
            found = replace(found, attempts=stage.earlier + found.attempts)
            proposal = found.proposed_priority
            priority = proposal.group.word if proposal and proposal.certain else None
            self.stage = VerdictShown(stage.source, found, problem, scanned=stage.scanned, priority=priority)
        return ()

    def look_up_failed(self, ticket: int, error: KioskError) -> Effects:
        stage = self.stage
        if not isinstance(stage, LookingUp) or stage.ticket != ticket:
            return ()
        if error.code == "incomplete_card":
            self.stage = Incomplete(Scan(stage.source, card=stage.card), stage.card)
            return ()
        return self._show_message(error)

    def recorded(self, ticket: int, visit: Visit) -> Effects:
        if not isinstance(self.stage, Recording) or self.stage.ticket != ticket:
            return ()
        self.stage = Recorded(visit)
        self.last_visit = visit
        return (TakeNextAfter(RECORDED_PAUSE_SECONDS),) if self.line else ()

    def record_failed(self, ticket: int, error: KioskError) -> Effects:
        stage = self.stage
        if isinstance(stage, Recording) and stage.ticket == ticket:
            aside = stage.decision is Decision.PUT_ASIDE
            self.stage = replace(stage.verdict, problem=error, unrecordable=aside)
        return ()

    def trouble(self, error: KioskError) -> Effects:
        """Something that concerns no patient went wrong (opening the records at start)."""
        if isinstance(self.stage, Ready):
            self.stage = Message(error)
        return ()

    # What the receptionist does

    def confirm(self) -> Effects:
        """Return. Means something on a verdict, and on what was marked in a list."""
        stage = self.stage
        if isinstance(stage, Choosing) and not self.overlays and stage.chosen is not None:
            return self._look_up(stage.scan, stage.cards[stage.chosen])
        if isinstance(self.top, PriorityList) and isinstance(stage, VerdictShown):
            self.stage = replace(stage, priority=_priority_choices()[self.top.marked])
            self.overlays = self.overlays[:-1]
            return ()
        if self.overlays or not isinstance(stage, VerdictShown):
            return ()
        if stage.found.must_be_confirmed:
            self.overlays = (Override(self._new_ticket()),)
            return ()
        return self._record(stage, Decision.CHECK_IN)

    def confirm_checked(self, what: str) -> Effects:
        """The answer to what was checked."""
        stage = self.stage
        if not isinstance(self.top, Override) or not isinstance(stage, VerdictShown) or not what.strip():
            return ()
        self.overlays = self.overlays[:-1]
        return self._record(stage, Decision.CHECK_IN, " ".join(what.split()))

    def open_papers(self) -> Effects:
        """F10, on a verdict that the papers may change."""
        stage = self.stage
        if not self.overlays and isinstance(stage, VerdictShown) and stage.found.benefit is not None:
            self.overlays = (Papers(self._new_ticket()),)
        return ()

    def take_papers(self, found: Lookup) -> Effects:
        """The papers are told: `found` is the look-up with them."""
        if isinstance(self.top, Papers) and isinstance(self.stage, VerdictShown):
            self.overlays = self.overlays[:-1]
            self.stage = replace(self.stage, found=found)
        return ()

    def ask_priority(self) -> Effects:
        """F7 on a verdict: which priority group; the same key closes the list."""
        if isinstance(self.top, PriorityList):
            return self.escape()
        if isinstance(self.stage, VerdictShown) and not self.overlays:
            self.overlays = (PriorityList(0),)
            self._mark_priority()
        return ()

    def _mark_priority(self) -> None:
        """The group that holds now; what a scan's first digits marked is forgotten with it."""
        if isinstance(self.stage, VerdictShown):
            place = _priority_choices().index(self.stage.priority)
            self.overlays = (*self.overlays[:-1], PriorityList(place))

    def self_pay(self) -> Effects:
        if self.overlays or not isinstance(self.stage, VerdictShown):
            return ()
        return self._record(self.stage, Decision.SELF_PAY)

    def take_gateway_values(self) -> Effects:
        """F5: where the gateway says something else, its values are taken; once more: they are not."""
        stage = self.stage
        if not self.overlays and isinstance(stage, VerdictShown) and stage.found.assessment.differences:
            self.stage = replace(stage, taken=not stage.taken)
        return ()

    def rest(self) -> Effects:
        """The result has been on the screen long enough."""
        if isinstance(self.stage, Recorded):
            self.stage = Ready()
        return self._take_next()


def _priority_choices() -> tuple[str | None, ...]:
    from kiosk.eligibility.priority import priority_choices  # behind the window, with all that it needs

    return priority_choices()


__all__ = [
    "MESSAGE_PAUSE_SECONDS",
    "RECORDED_PAUSE_SECONDS",
    "CancelQuestion",
    "CancelVisit",
    "CheckTyped",
    "Choosing",
    "Decision",
    "Effect",
    "Effects",
    "Flow",
    "FormRefused",
    "Incomplete",
    "LookUp",
    "LookingUp",
    "ManualForm",
    "Message",
    "Overlay",
    "Override",
    "Page",
    "PageName",
    "Papers",
    "PriorityList",
    "Read",
    "Reading",
    "Ready",
    "Record",
    "Recorded",
    "Recording",
    "Scan",
    "SetUp",
    "Stage",
    "TakeNextAfter",
    "VerdictShown",
    "VisitOpened",
]
