"""Today's list: searching while typing, pages, days, and the keys of what is chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import QObject

from kiosk import clock
from kiosk.desk import flow as f
from kiosk.desk.events import EventStream
from kiosk.desk.health_board import HealthBoard
from kiosk.desk.late_reception import LateReception
from kiosk.desk.single_shot import single_shot
from kiosk.desk.today_page import TodayPage
from kiosk.desk.visit_desk import VisitDesk
from kiosk.desk.visit_words import say
from kiosk.desk.words import Words
from kiosk.desk.work import Lanes
from kiosk.errors import KioskError
from kiosk.visits.day_page import PAGE, DayPage, DayQuery, Place
from kiosk.visits.model import Status

SEARCH_AFTER_SECONDS = 0.08
"""Silence after a key; a scanner that types into the field is not searched for."""

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
        page: TodayPage,
        reception: LateReception,
        lanes: Lanes,
        board: HealthBoard,
        one: VisitDesk,
        stream: EventStream,
        parent: QObject,
    ) -> None:
        self._words, self._flow, self._page = words, flow, page
        self._reception, self._lanes, self._board = reception, lanes, board
        self._one, self._stream = one, stream
        self._opening: f.Overlay | None = None  # the very one, to tell coming back to it from opening it
        self._wanted = DayQuery(clock.today())
        self._shown: DayQuery | None = None
        self._asking = False
        self._key_to_come = ""
        self._more: Place | None = None
        self._search_timer = single_shot(parent, self._search)
        self._page.typed.connect(lambda _: self._search_timer.start(round(SEARCH_AFTER_SECONDS * 1000)))
        self._page.model.more_wanted.connect(self._ask_for_more)
        self._on_list: dict[str, Callable[[], None]] = {
            "up": lambda: self._move(-1),
            "down": lambda: self._move(1),
            "page_up": lambda: self._move(-self._page.page_rows),
            "page_down": lambda: self._move(self._page.page_rows),
            "return": self._open_chosen,
            "day_back": lambda: self._other_day(-1),
            "day_on": lambda: self._other_day(1),
            "F6": self._next_filter,
        }
        self._about_the_choice = frozenset({"return", *one.keys})

    # Keys

    def does(self, name: str) -> bool:
        """Whether the key means something on what is shown; it is done then."""
        if not self._flow.shows(f.PageName.TODAY):
            return self._one.does(name)
        if name in self._about_the_choice and self._is_behind():
            self._key_to_come = name  # what it is about is still being searched for
        elif name in self._on_list:
            self._on_list[name]()
        else:
            return self._one.does(name)
        return True

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

    def _open_chosen(self) -> None:
        visit = self._page.model.chosen_visit
        if visit is not None:
            self._one.open(visit)

    def redraw(self) -> None:
        """What the flow does not know of."""
        self._one.redraw()
        if self._flow.shows(f.PageName.TODAY):
            health = self._board.health
            owed = health.owed_words(self._words, clock.now()) if health.owed else ""
            self._page.show_owed(say(self._words, "owed", what=owed) if owed else "")
