"""One visit on record: opened with its history, its number in full, its ticket again, taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject

from kiosk import clock
from kiosk.desk import events
from kiosk.desk import flow as f
from kiosk.desk.events import EventStream
from kiosk.desk.late_reception import LateReception
from kiosk.desk.records_desk import RecordsDesk
from kiosk.desk.single_shot import single_shot
from kiosk.desk.ticket_desk import TicketDesk
from kiosk.desk.visit_words import VisitDetail, say
from kiosk.desk.window import DeskWindow
from kiosk.desk.words import Words
from kiosk.desk.work import Lanes
from kiosk.errors import UsageError
from kiosk.visits.model import Visit

FULL_NUMBER_SECONDS = 30
"""How long a number stands in full."""


class VisitDesk:
    """The visit that is chosen in today's list, opened over it, or just recorded."""

    def __init__(
        self,
        words: Words,
        flow: f.Flow,
        apply: Callable[[f.Effects], None],
        window: DeskWindow,
        reception: LateReception,
        lanes: Lanes,
        records: RecordsDesk,
        tickets: TicketDesk,
        stream: EventStream,
        parent: QObject,
    ) -> None:
        self._words, self._flow, self._apply, self._window = words, flow, apply, window
        self._reception, self._lanes, self._records = reception, lanes, records
        self._tickets, self._stream = tickets, stream
        self._list = window.today
        self._detail: VisitDetail | None = None
        self._in_full: str | None = None  # visit_id, on the page of one visit
        self._said = ("", "")  # visit_id, and what was said about it
        self._drawn: object = None
        self._full_timer = single_shot(parent, self._hide_number)
        self._does: dict[str, Callable[[Visit], None]] = {
            "delete": self._ask_to_cancel,
            "F5": self._show_number,
            "print": self._print_ticket,
        }
        self.keys = frozenset(self._does)

    def does(self, name: str) -> bool:
        """Whether the key means something on what is shown; it is done then."""
        if isinstance(self._flow.top, f.CancelQuestion):
            return self._answer(name)
        visit = self._visit_of(name) if name in self._does else None
        if visit is not None:
            self._does[name](visit)
        return visit is not None

    def _visit_of(self, key: str) -> Visit | None:
        """The one that a key is about."""
        flow = self._flow
        if isinstance(flow.top, f.VisitOpened):
            return flow.top.visit
        if flow.shows(f.PageName.TODAY):
            return self._list.model.chosen_visit
        if key == "delete" and not flow.overlays and isinstance(flow.stage, f.Recorded):
            return flow.stage.visit
        return None

    # Opened

    def open(self, visit: Visit) -> None:
        """Over the list; what happened to it follows."""
        self._in_full = None
        self._detail = VisitDetail(visit)
        self._apply(self._flow.open_visit(visit))
        self._read_detail(visit)

    def _read_detail(self, visit: Visit) -> None:
        visit_id = visit.visit_id

        def job() -> VisitDetail | None:
            records = self._reception.wait().records
            found = records.get(visit_id)
            return VisitDetail(found, records.attempts(visit_id), records.events(visit_id)) if found else None

        def done(detail: VisitDetail | None) -> None:
            top = self._flow.top
            if detail is not None and isinstance(top, f.VisitOpened) and top.visit.visit_id == visit_id:
                self._detail = detail
                self._list.model.change(detail.visit)
                self._apply(self._flow.open_visit(detail.visit))
                self._stream.write("visit_opened", steps=len(detail.events) + len(detail.attempts))

        self._lanes.records.do(job, done, lambda error: self._say(self._words.error(error), visit))

    def redraw(self) -> None:
        """What the flow does not know of: the history, the number, the ticket, what went wrong."""
        top = self._flow.top
        if isinstance(top, f.VisitOpened):
            self._draw_visit(top.visit)
        elif self._flow.shows(f.PageName.TODAY):
            self._list.show_ticket_key(on=self._tickets.on)
            chosen = self._list.model.chosen_visit
            self._list.show_note(self._note_of(chosen) if chosen else "")

    def _note_of(self, visit: Visit) -> str:
        about, said = self._said
        return said if about == visit.visit_id else self._tickets.note_of(visit).words

    def _draw_visit(self, visit: Visit) -> None:
        if self._detail is None or self._detail.visit.visit_id != visit.visit_id:
            self._detail = VisitDetail(visit)
        detail = replace(self._detail, visit=visit)
        full = self._in_full == visit.visit_id
        note, can_print = self._note_of(visit), self._tickets.can_print(visit)
        if (detail, full, note, can_print) != self._drawn:
            self._drawn = (detail, full, note, can_print)
            self._window.visit.show_visit(detail, full=full, note=note, can_print=can_print)

    # A number in full: an act that is on record before it is done

    def _show_number(self, visit: Visit) -> None:
        model = self._list.model
        if visit.visit_id in {self._in_full, model.shown_in_full} or not visit.number:
            self._hide_number()
            return

        def done(_: object) -> None:
            self._full_timer.start(FULL_NUMBER_SECONDS * 1000)
            self._stream.write("number_shown", visit_id=visit.visit_id)
            if self._visit_of("F5") != visit:
                return
            if isinstance(self._flow.top, f.VisitOpened):
                self._in_full = visit.visit_id
            else:
                model.show_in_full(visit.visit_id)
            self.redraw()

        self._lanes.records.do(
            lambda: self._reception.wait().note_number_shown(visit.visit_id),
            done,
            lambda error: self._say(self._words.error(error), visit),
        )

    def _hide_number(self) -> None:
        self._in_full = None
        self._list.model.show_in_full(None)
        self.redraw()

    # Taking a visit back

    def _ask_to_cancel(self, visit: Visit) -> None:
        from kiosk.visits import cancelling  # brings the database in; by now the records are open

        try:
            cancelling.check(visit, clock.now())
        except UsageError as error:
            self._say(self._words.error(error), visit)
        else:
            self._apply(self._flow.ask_to_cancel(visit))

    def _answer(self, name: str) -> bool:
        if name == "return":
            reason = self._window.cancel.reason
            if reason:
                self._apply(self._flow.cancel(reason))
            else:
                self._window.cancel.show_missing()
        return name == "return"

    def cancel(self, work: f.CancelVisit) -> None:
        ticket, seen = work.ticket, work.visit

        def done(visit: Visit) -> None:
            self._records.note_work()
            self._stream.write("cancelled", **events.recorded_event(visit))
            self._list.model.change(visit)
            self._apply(self._flow.cancelled(ticket, visit))
            self._records.refresh_owed()
            if isinstance(self._flow.top, f.VisitOpened):
                self._read_detail(visit)

        self._lanes.records.do(
            lambda: self._reception.wait().cancel(seen.visit_id, work.reason, seen),
            done,
            lambda error: self._apply(self._flow.cancel_failed(ticket, error)),
        )

    # What is said of it

    def _say(self, words: str, about: Visit) -> None:
        self._said = (about.visit_id, words)
        self.redraw()

    def _print_ticket(self, visit: Visit) -> None:
        self._said = ("", "")
        if not self._tickets.print_ticket(visit) and not self._tickets.can_print(visit):
            self._say(say(self._words, "no_ticket"), visit)
