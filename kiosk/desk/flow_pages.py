"""What is laid over a patient's way: the pages, the set-up, a visit on record and taking it back."""

from __future__ import annotations

from dataclasses import replace

from kiosk.desk.flow_state import RECORDED_PAUSE_SECONDS, FlowState, gives_way
from kiosk.desk.stages import (
    CancelQuestion,
    CancelVisit,
    Effects,
    Overlay,
    Page,
    PageName,
    Ready,
    Recorded,
    SetUp,
    TakeNextAfter,
    VisitOpened,
)
from kiosk.errors import KioskError
from kiosk.visits.model import Status, Visit


class PagesFlow(FlowState):
    """None of it is about the patient who is being received; the stage under it stays."""

    def open_page(self, name: PageName) -> Effects:
        """F3, F4, F8, F9, F12. Another page's key takes the first one's place; the same key closes it."""
        if self.top == Page(name):
            return self.escape()
        others = tuple(overlay for overlay in self.overlays if not gives_way(overlay))
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


def _is_about(overlay: Overlay, visit: Visit) -> bool:
    return isinstance(overlay, VisitOpened) and overlay.visit.visit_id == visit.visit_id
