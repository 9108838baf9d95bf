"""Today's list and the visits on record: searching, opening one, its number in full, taking it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import QObject, QTimer

from kiosk import clock
from kiosk.desk import events
from kiosk.desk import flow as f
from kiosk.desk.events import EventStream
from kiosk.desk.health_board import HealthBoard
from kiosk.desk.late_reception import LateReception
from kiosk.desk.records_desk import RecordsDesk
from kiosk.desk.ticket_desk import TicketDesk
from kiosk.desk.visit_words import VisitDetail, say
from kiosk.desk.window import DeskWindow
from kiosk.desk.words import Words
from kiosk.desk.work import Lanes
from kiosk.errors import KioskError, UsageError
from kiosk.reception import Reception
from kiosk.visits import cancelling
from kiosk.visits.day_list import PAGE, DayPage, DayQuery, Place
from kiosk.visits.model import Status, Visit

SEARCH_AFTER_SECONDS = 0.08
"""Silence after a key; a scanner that types into the field is not searched for."""

FULL_NUMBER_SECONDS = 30
"""How long a number stands in full."""

FILTERS = (
    None, Status.PENDING, Status.HELD, Status.REFUSED,
    Status.CHECKED_IN, Status.SELF_PAY, Status.CANCELLED,
)  # fmt: skip
"""In the order F6 goes through. What is owed is shown of all days."""


class TodayDesk:
    """Everything it reads or writes goes through the records' lane; one search is under way at a time."""

    def __init__(
        self,
        words: Words,
        flow: f.Flow,
        apply: Callable[[f.Effects], None],
        window: DeskWindow,
        reception: LateReception,
        lanes: Lanes,
        board: HealthBoard,
        records: RecordsDesk,
        tickets: TicketDesk,
        stream: EventStream,
        parent: QObject,
    ) -> None:
        self._words, self._flow, self._apply, self._window = words, flow, apply, window
        self._reception, self._lanes, self._board = reception, lanes, board
        self._records, self._tickets, self._stream = records, tickets, stream
        self._page = window.today
        self._opening: f.Overlay | None = None  # the very one, to tell coming back to it from opening it
        self._wanted = DayQuery(clock.today())
        self._shown: DayQuery | None = None
        self._asking = False
        self._key_to_come = ""
        self._more: Place | None = None
        self._detail: VisitDetail | None = None
        self._in_full: str | None = None  # visit_id, on the page of one visit
        self._drawn: object = None
        self._search_timer = _timer(parent, self._search)
        self._full_timer = _timer(parent, self._hide_number)
        self._page.typed.connect(lambda _: self._search_timer.start(round(SEARCH_AFTER_SECONDS * 1000)))
        self._page.model.more_wanted.connect(self._ask_for_more)
        self._on_list: dict[str, Callable[[], None]] = {
            "up": lambda: self._move(-1),
            "down": lambda: self._move(1),
            "page_up": lambda: self._move(-self._page.page_rows),
            "page_down": lambda: self._move(self._page.page_rows),
            "return": self._open_visit,
            "day_back": lambda: self._other_day(-1),
            "day_on": lambda: self._other_day(1),
            "F6": self._next_filter,
        }
        self._on_one: dict[str, Callable[[Visit], None]] = {
            "delete": self._ask_to_cancel,
            "F5": self._show_number,
            "print": self._print_ticket,
        }

        self._of_a_choice = frozenset({"return", *self._on_one})

    # Keys

    def does(self, name: str) -> bool:
        """Whether the key means something on what is shown; it is done then."""
        flow = self._flow
        if isinstance(flow.top, f.CancelQuestion):
            return self._answer(name)
        if flow.shows(f.PageName.TODAY) and name in self._of_a_choice and self._is_behind():
            self._key_to_come = name  # what it is about is still being searched for
            return True
        if flow.shows(f.PageName.TODAY) and name in self._on_list:
            self._on_list[name]()
            return True
        if name not in self._on_one:
            return False
        visit = self._visit_shown(name)
        if visit is not None:
            self._on_one[name](visit)
        return visit is not None

    def _visit_shown(self, key: str) -> Visit | None:
        """The one that a key is about."""
        flow = self._flow
        if isinstance(flow.top, f.VisitOpened):
            return flow.top.visit
        if flow.shows(f.PageName.TODAY):
            return self._page.model.chosen_visit
        if key == "delete" and not flow.overlays and isinstance(flow.stage, f.Recorded):
            return flow.stage.visit
        return None

    def _is_behind(self) -> bool:
        """Whether the list shows something else than what stands in the field."""
        self._search_timer.stop()
        self._search()
        return self._shown != self._wanted

    # The list

    def open_or_return(self) -> None:
        """F3 opens the list anew; coming back from a visit finds it as it was left."""
        if self._flow.top is self._opening:
            self.refresh()
        else:
            self._opening = self._flow.top
            self._wanted, self._shown = DayQuery(clock.today()), None
            self._key_to_come = ""
            self._page.open_empty()
            self._ask_anew()
        self._page.search.setFocus()

    def refresh(self) -> None:
        """Something may have changed. Who has scrolled on is not taken back to the top."""
        if self._flow.shows(f.PageName.TODAY) and self._page.model.chosen < PAGE:
            self._ask()

    def _search(self) -> None:
        self._want(self._wanted)

    def _next_filter(self) -> None:
        status = FILTERS[(FILTERS.index(self._wanted.status) + 1) % len(FILTERS)]
        if status is Status.PENDING:
            self._want(replace(self._wanted, status=status, day=None))
        else:
            self._want(replace(self._wanted, status=status, day=self._wanted.day or clock.today()))

    def _other_day(self, step: int) -> None:
        if self._wanted.day is not None:
            day = min(self._wanted.day + timedelta(days=step), clock.today())
            self._want(replace(self._wanted, day=day))

    def _want(self, wanted: DayQuery) -> None:
        """With what stands in the field by now, searched for or not."""
        wanted = replace(wanted, typed=self._page.search.text())
        if wanted != self._wanted:
            self._wanted = wanted
            self._ask_anew()

    def _ask_anew(self) -> None:
        self._more = None
        self._page.show_query(self._wanted)
        self._ask()

    def _ask(self) -> None:
        if self._asking:
            return  # what is wanted by then is asked for when the answer is here
        self._asking = True
        wanted = self._wanted

        def failed(error: KioskError) -> None:
            self._asking, self._key_to_come = False, ""
            self._page.show_problem(self._words.error(error))
            if wanted != self._wanted:
                self._ask()

        self._lanes.records.do(
            lambda: self._reception.wait().day_page(wanted), lambda page: self._found(wanted, page), failed
        )

    def _found(self, wanted: DayQuery, page: DayPage) -> None:
        self._asking = False
        if wanted != self._wanted:
            self._ask()
            return
        self._more = page.more
        visits = ((page.exact,) if page.exact else ()) + page.visits
        again, self._shown = wanted == self._shown, wanted
        self._page.show_first(visits, page.total or 0, more=page.more is not None, wanted=wanted, again=again)
        self._stream.write("listed", total=page.total, shown=len(self._page.model.visits))
        self.redraw()
        key, self._key_to_come = self._key_to_come, ""
        if key:
            self.does(key)

    def _ask_for_more(self) -> None:
        wanted, place = self._wanted, self._more

        def done(page: DayPage) -> None:
            if wanted == self._wanted and place == self._more:
                self._more = page.more
                self._page.show_more(page.visits, more=page.more is not None)

        self._lanes.records.do(
            lambda: self._reception.wait().day_page(wanted, place),
            done,
            lambda _: self._page.model.no_more(),
        )

    def _move(self, rows: int) -> None:
        self._page.move_choice(rows)
        self.redraw()

    # One visit

    def _open_visit(self) -> None:
        visit = self._page.model.chosen_visit
        if visit is None:
            return
        self._in_full = None
        self._detail = VisitDetail(visit)
        self._apply(self._flow.open_visit(visit))
        self._read_detail(visit.visit_id)

    def _read_detail(self, visit_id: str) -> None:
        def job() -> VisitDetail | None:
            records = self._reception.wait().records
            visit = records.get(visit_id)
            return VisitDetail(visit, records.attempts(visit_id), records.events(visit_id)) if visit else None

        def done(detail: VisitDetail | None) -> None:
            top = self._flow.top
            if detail is not None and isinstance(top, f.VisitOpened) and top.visit.visit_id == visit_id:
                self._detail = detail
                self._page.model.change(detail.visit)
                self._apply(self._flow.open_visit(detail.visit))
                self._stream.write("visit_opened", steps=len(detail.events) + len(detail.attempts))

        self._lanes.records.do(job, done, lambda error: self._say(self._words.error(error)))

    def redraw(self) -> None:
        """What the flow does not know of: the history, the number, the ticket."""
        top = self._flow.top
        if isinstance(top, f.VisitOpened):
            self._draw_visit(top.visit)
        elif self._flow.shows(f.PageName.TODAY):
            chosen = self._page.model.chosen_visit
            self._page.show_ticket_key(on=self._tickets.on)
            note = self._tickets.note_of(chosen) if chosen else None
            self._page.show_note(note.words if note else "")
            health = self._board.health
            owed = health.owed_words(self._words, clock.now()) if health.owed else ""
            self._page.show_owed(say(self._words, "owed", what=owed) if owed else "")

    def _draw_visit(self, visit: Visit) -> None:
        if self._detail is None or self._detail.visit.visit_id != visit.visit_id:
            self._detail = VisitDetail(visit)
        detail = replace(self._detail, visit=visit)
        full = self._in_full == visit.visit_id
        note, can_print = self._tickets.note_of(visit), self._tickets.can_print(visit)
        if (detail, full, note, can_print) != self._drawn:
            self._drawn = (detail, full, note, can_print)
            self._window.visit.show_visit(detail, full=full, ticket=note, can_print=can_print)

    # A number in full: an act that is on record before it is done

    def _show_number(self, visit: Visit) -> None:
        model = self._page.model
        if visit.visit_id in {self._in_full, model.shown_in_full} or not visit.number:
            self._hide_number()
            return

        def done(_: object) -> None:
            self._full_timer.start(FULL_NUMBER_SECONDS * 1000)
            self._stream.write("number_shown", visit_id=visit.visit_id)
            if self._visit_shown("F5") != visit:
                return
            if isinstance(self._flow.top, f.VisitOpened):
                self._in_full = visit.visit_id
            else:
                model.show_in_full(visit.visit_id)
            self.redraw()

        self._lanes.records.do(
            lambda: self._reception.wait().note_number_shown(visit.visit_id),
            done,
            lambda error: self._say(self._words.error(error)),
        )

    def _hide_number(self) -> None:
        self._in_full = None
        self._page.model.show_in_full(None)
        self.redraw()

    # Taking a visit back

    def _ask_to_cancel(self, visit: Visit) -> None:
        try:
            cancelling.check(visit, clock.now())
        except UsageError as error:
            self._say(self._words.error(error))
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

        def job(reception: Reception) -> Visit:
            return reception.cancel(seen.visit_id, work.reason, seen)

        def done(visit: Visit) -> None:
            self._records.note_work()
            self._stream.write("cancelled", **events.recorded_event(visit))
            self._page.model.change(visit)
            self._apply(self._flow.cancelled(ticket, visit))
            self._records.refresh_owed()
            if isinstance(self._flow.top, f.VisitOpened):
                self._read_detail(visit.visit_id)

        self._lanes.records.do(
            lambda: job(self._reception.wait()),
            done,
            lambda error: self._apply(self._flow.cancel_failed(ticket, error)),
        )

    # What is said beside

    def _say(self, words: str) -> None:
        if self._flow.shows(f.PageName.TODAY):
            self._page.show_note(words)
        elif isinstance(self._flow.top, f.VisitOpened):
            self._window.visit.show_note(words)

    def _print_ticket(self, visit: Visit) -> None:
        if not self._tickets.print_ticket(visit) and not self._tickets.can_print(visit):
            self._say(say(self._words, "no_ticket"))


def _timer(parent: QObject, does: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.timeout.connect(does)
    return timer
