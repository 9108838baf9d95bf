"""The manual form in the desk's state machine: opened, checked, looked up in its turn."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.desk.stages import (
    CheckTyped,
    Effects,
    FormRefused,
    Incomplete,
    ManualForm,
    Ready,
    Scan,
    VerdictShown,
)
from kiosk.errors import KioskError
from kiosk.visits.model import Source

if TYPE_CHECKING:
    from kiosk.card.model import Card

from kiosk.desk.flow_state import FlowState, gives_way


class FormFlow(FlowState):
    """An answer to a ticket that nobody awaits any more is dropped."""

    def open_form(self) -> Effects:
        """F2: an empty form, whatever is open. A form that is open is emptied."""
        others = tuple(overlay for overlay in self.overlays if not gives_way(overlay, ManualForm))
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
