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

from collections import deque
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
from kiosk.visits.model import Source, Status, Visit

if TYPE_CHECKING:
    from kiosk.card.model import Card
    from kiosk.gateway.model import Attempt
    from kiosk.lookup import Lookup

RECORDED_PAUSE_SECONDS = 0.7
"""How long a result stays before the next in line: a Return hit twice must not confirm the next patient."""

MESSAGE_PAUSE_SECONDS = 3.0
"""How long an unreadable scan's message stays when others wait in line."""


class Flow:
    """The machine. `stage`, `overlays`, `line` and `last_visit` are for looking at."""

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

    def open_form(self) -> Effects:
        """F2: an empty form, whatever is open. A form that is open is emptied."""
        others = tuple(overlay for overlay in self.overlays if not _gives_way(overlay, ManualForm))
        self.overlays = (*others, ManualForm(self._new_ticket()))
        return ()

    def correct(self) -> Effects:
        """The form was filled in with the patient whose verdict it lies over."""
        if isinstance(self.top, ManualForm) and isinstance(self.stage, VerdictShown):
            self.overlays = (*self.overlays[:-1], replace(self.top, corrects=True))
        return ()

    def open_form_by_itself(self, why: str) -> Effects:
        """Nothing can be scanned: the form opens unasked, never over a patient or anything that is open."""
        if isinstance(self.stage, Ready) and not self.overlays and not self.line:
            self.overlays = (ManualForm(self._new_ticket(), why=why),)
        return ()

    def withdraw_form(self, *, form_is_empty: bool) -> Effects:
        """Something can be scanned again: a form that opened by itself and was not used gives way."""
        if self.form_came_by_itself and form_is_empty:
            self.overlays = self.overlays[:-1]
            return self._take_next()
        return ()

    @property
    def form_came_by_itself(self) -> bool:
        return isinstance(self.top, ManualForm) and bool(self.top.why) and self.top.ticket is None

    def open_page(self, name: PageName) -> Effects:
        """F3, F4, F8, F9, F12. Another page's key takes the first one's place; the same key closes it."""
        if self.top == Page(name):
            return self.escape()
        others = tuple(overlay for overlay in self.overlays if not _gives_way(overlay))
        self.overlays = (*others, Page(name))
        return ()

    def open_set_up(self) -> Effects:
        """F10 on the settings page."""
        others = tuple(overlay for overlay in self.overlays if not isinstance(overlay, (Page, SetUp)))
        self.overlays = (*others, SetUp(self._new_ticket()))
        return ()

    def open_set_up_by_itself(self) -> Effects:
        """Live work lacks something; never over a patient or anything that somebody has opened."""
        free = not self.overlays or self.form_came_by_itself
        if isinstance(self.stage, Ready) and free and not self.line:
            self.overlays = (SetUp(self._new_ticket()),)
        return ()

    def submit_form(self, number: str, full_name: str, birth_date: str) -> Effects:
        """Return in the form."""
        if isinstance(self.top, ManualForm) and self.top.ticket is None:
            ticket = self._new_ticket()
            self.overlays = (*self.overlays[:-1], replace(self.top, ticket=ticket))
            return (CheckTyped(ticket, number, full_name, birth_date),)
        if not self.overlays and isinstance(self.stage, Incomplete) and self._completing is None:
            self._completing = self._new_ticket()
            return (CheckTyped(self._completing, number, full_name, birth_date, base=self.stage.card),)
        return ()

    def typed(self, ticket: int, card: Card) -> Effects:
        """What was typed makes a card."""
        if self._completing == ticket:
            self._completing = None
            if isinstance(self.stage, Incomplete):
                return self._look_up(self.stage.scan, card, scanned=self.stage.card)
            return ()
        forms = [each for each in self.overlays if isinstance(each, ManualForm) and each.ticket == ticket]
        if not forms:
            return ()
        self.overlays = tuple(overlay for overlay in self.overlays if overlay not in forms)
        if forms[0].corrects and isinstance(self.stage, VerdictShown):
            return self._look_up_corrected(self.stage, card)
        self.line.append(Scan(Source.TYPED, card=card))
        return self._take_next()

    def typed_failed(self, ticket: int, error: KioskError) -> Effects:
        if self._completing == ticket:
            self._completing = None
            return (FormRefused(error),)
        for place, overlay in enumerate(self.overlays):
            if isinstance(overlay, ManualForm) and overlay.ticket == ticket:
                waiting = replace(overlay, ticket=None)
                self.overlays = (*self.overlays[:place], waiting, *self.overlays[place + 1 :])
                return (FormRefused(error),)
        return ()

    # Visits that are on record

    def open_visit(self, visit: Visit) -> Effects:
        """One of today's list; it is laid over the list, or takes the place of what is known of it."""
        if isinstance(self.top, VisitOpened):
            self.overlays = (*self.overlays[:-1], VisitOpened(visit))
        elif self.shows(PageName.TODAY):
            self.overlays = (*self.overlays, VisitOpened(visit))
        return ()

    def ask_to_cancel(self, visit: Visit) -> Effects:
        """Delete, on a visit of the list or on the one just recorded."""
        if visit.status is not Status.CANCELLED and not isinstance(self.top, CancelQuestion):
            self.overlays = (*self.overlays, CancelQuestion(self._new_ticket(), visit))
        return ()

    def cancel(self, reason: str) -> Effects:
        """The reason was given."""
        asked = self.top
        if not isinstance(asked, CancelQuestion) or asked.ticket is not None or not reason.strip():
            return ()
        ticket = self._new_ticket()
        self.overlays = (*self.overlays[:-1], replace(asked, ticket=ticket, problem=None))
        return (CancelVisit(ticket, asked.visit, " ".join(reason.split())),)

    def cancelled(self, ticket: int, visit: Visit) -> Effects:
        """It is on disk. What shows the visit shows it as it is now."""
        self.overlays = tuple(
            VisitOpened(visit) if _is_about(overlay, visit) else overlay
            for overlay in self.overlays
            if not (isinstance(overlay, CancelQuestion) and overlay.ticket == ticket)
        )
        if isinstance(self.stage, Recorded) and self.stage.visit.visit_id == visit.visit_id:
            self.stage = Recorded(visit)
        if self.last_visit is not None and self.last_visit.visit_id == visit.visit_id:
            self.last_visit = None
        return (TakeNextAfter(RECORDED_PAUSE_SECONDS),) if self.line else ()

    def cancel_failed(self, ticket: int, error: KioskError) -> Effects:
        self.overlays = tuple(
            replace(overlay, ticket=None, problem=error)
            if isinstance(overlay, CancelQuestion) and overlay.ticket == ticket
            else overlay
            for overlay in self.overlays
        )
        return ()

    def rest(self) -> Effects:
        """The result has been on the screen long enough."""
        if isinstance(self.stage, Recorded):
            self.stage = Ready()
        return self._take_next()

    # Steps

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


def _gives_way(overlay: Overlay, *others: type[Overlay]) -> bool:
    """Whether opening something else takes this one away; what is being written stays."""
    if isinstance(overlay, CancelQuestion):
        return overlay.ticket is None
    return isinstance(overlay, (Page, VisitOpened, *others))


def _priority_choices() -> tuple[str | None, ...]:
    from kiosk.eligibility.priority import priority_choices  # behind the window, with all that it needs

    return priority_choices()


def _is_about(overlay: Overlay, visit: Visit) -> bool:
    return isinstance(overlay, VisitOpened) and overlay.visit.visit_id == visit.visit_id


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
