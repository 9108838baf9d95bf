"""The page of F3: a day's visits, searched while typing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QTableView

from kiosk import clock
from kiosk.desk import palette
from kiosk.desk.pages import Page
from kiosk.desk.search_edit import SearchEdit
from kiosk.desk.tasks_panel import TasksPanel
from kiosk.desk.today_model import COLUMNS, TodayModel
from kiosk.desk.visit_words import say
from kiosk.desk.widgets import label, set_or_hide
from kiosk.desk.words import KeyHint, Words, day
from kiosk.visits.day_page import MOST_COUNTED, DayQuery
from kiosk.visits.model import StaffTask, Visit

ROW_HEIGHT = 36  # in a window of 1366 x 768
FEWEST_ROWS = 4  # the head is one
_ALL = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows


class _Table(QTableView):
    """Asks for its fewest rows and gets what is left: the keys below stay in sight."""

    nothing = ""  # what stands in the middle while there is no row

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.minimumHeight())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.nothing and self.model().rowCount() == 0:
            painter = QPainter(self.viewport())
            painter.setPen(QColor(palette.MUTED.text))
            painter.setFont(self.font())
            centred = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.viewport().rect(), int(centred), self.nothing)
            painter.end()


class TodayPage(Page):
    """Tasks, search, what is owed, and the list. The field has the keyboard; arrows move in the list."""

    typed = Signal(str)

    def __init__(self, words: Words) -> None:
        super().__init__(words)
        self._title = label("subtitle", wrap=False)
        self._tasks = TasksPanel(words, self.key_row())
        self.search = SearchEdit(say(words, "search"))
        self._filter = label("filter", wrap=False)
        self._count = label("muted", wrap=False)
        self._owed = label("owed")
        self._problem = label("problem")
        self.note = label("notice")
        self.model = TodayModel(words)
        self.table = self._table()
        self._keys = self.key_row()
        top = QHBoxLayout()
        top.setSpacing(20)
        top.addWidget(self._title, 1)
        top.addWidget(self._count, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        line = QHBoxLayout()
        line.setSpacing(16)
        line.addWidget(self.search, 1)
        line.addWidget(self._filter, 0)
        self.body.setSpacing(10)
        self.body.addLayout(top)
        self.body.addWidget(self._tasks)
        self.body.addLayout(line)
        self.body.addWidget(self._owed)
        self.body.addWidget(self._problem)
        self.body.addWidget(self.note)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self._keys)
        self.search.textChanged.connect(self.typed)
        for part in (self._owed, self._problem, self.note):
            part.hide()
        self._has_ticket = False
        self._show_keys()

    @property
    def scrolled(self) -> QAbstractItemView:
        return self.table

    @property
    def typed_in(self) -> bool:
        return True

    def _table(self) -> _Table:
        table = _Table()
        table.setModel(self.model)
        table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setAlternatingRowColors(True)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.setAccessibleName(say(self.words, "list"))
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setResizeContentsPrecision(0)  # by the rows in sight; a thousand are not measured
        header.setSectionResizeMode(COLUMNS.index("name"), QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        table.clicked.connect(lambda index: self.choose(index.row()))
        return table

    def scale(self, factor: float) -> None:
        super().scale(factor)
        height = round(ROW_HEIGHT * factor)
        self.table.verticalHeader().setDefaultSectionSize(height)
        self.table.setMinimumHeight(height * FEWEST_ROWS)

    # Tasks

    @property
    def chosen_task(self) -> StaffTask | None:
        """The task that F7 is about."""
        return self._tasks.chosen

    def show_tasks(self, tasks: Sequence[StaffTask]) -> None:
        self._tasks.show_tasks(tasks)

    def next_task(self) -> None:
        self._tasks.next()

    # The list

    def open_empty(self) -> None:
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self.model.fill((), more=False)
        self._count.setText(say(self.words, "loading"))
        self.table.nothing = ""
        set_or_hide(self._problem, "")

    def show_query(self, wanted: DayQuery) -> None:
        """Which day and which status the list is of."""
        today = clock.today()
        if wanted.day is None:
            title = say(self.words, "all_days")
        elif wanted.day == today:
            title = say(self.words, "title", date=day(today))
        else:
            title = say(self.words, "other_day", date=day(wanted.day))
        status = self.words.status(wanted.status) if wanted.status else say(self.words, "every_status")
        self._title.setText(title)
        self._filter.setText(say(self.words, "filter", status=status))
        self._filter.setProperty("on", "true" if wanted.status else "false")
        self._filter.style().unpolish(self._filter)
        self._filter.style().polish(self._filter)

    def show_first(
        self, visits: Sequence[Visit], total: int, *, more: bool, wanted: DayQuery, again: bool
    ) -> None:
        """`again`: the same was asked for before, so the choice stays."""
        changed = self.model.fill(visits, more=more, other_days=wanted.day is None, again=again)
        searched = bool(wanted.typed.strip() or wanted.status)
        if not total:
            words = say(self.words, "nobody_found" if searched else "empty")
        elif wanted.typed.strip() and total > MOST_COUNTED:
            words = say(self.words, "many", count=str(MOST_COUNTED))
        else:
            words = say(self.words, "found" if searched else "count", count=str(total))
        self._count.setText(words if total else "")
        self.table.nothing = "" if total else words
        self.table.setAccessibleDescription(self.table.nothing)
        self.table.viewport().update()
        self._show_keys()
        set_or_hide(self._problem, "")
        if changed:
            self._follow_choice()

    def show_more(self, visits: Sequence[Visit], *, more: bool) -> None:
        self.model.add(visits, more=more)

    def show_owed(self, words: str) -> None:
        """What is owed, of whatever day; empty: nothing."""
        set_or_hide(self._owed, words)

    def show_note(self, words: str) -> None:
        """About the visit that is chosen."""
        set_or_hide(self.note, words)

    def show_problem(self, words: str) -> None:
        set_or_hide(self._problem, words)
        self._count.setText("")

    def show_ticket_key(self, *, on: bool) -> None:
        if on != self._has_ticket:
            self._has_ticket = on
            self._show_keys()

    def change(self, visit: Visit) -> None:
        self.model.change(visit)

    def choose(self, row: int) -> None:
        self.model.choose(row)
        self._follow_choice()

    def move_choice(self, rows: int) -> None:
        if self.model.visits:
            self.choose(max(self.model.chosen + rows, 0))

    @property
    def page_rows(self) -> int:
        """How many rows are in sight."""
        height = self.table.verticalHeader().defaultSectionSize()
        return max(self.table.viewport().height() // max(height, 1) - 1, 1)

    def _follow_choice(self) -> None:
        row = self.model.chosen
        if row < 0:
            self.table.clearSelection()
            self.search.setAccessibleDescription("")
            return
        index = self.model.index(row, 0)
        self.table.selectionModel().setCurrentIndex(index, _ALL)
        self.table.scrollTo(index)
        if row >= len(self.model.visits) - 1 and self.model.canFetchMore():
            self.model.fetchMore()
        self._tell(self.model.said(row))

    def _tell(self, words: str) -> None:
        """To those who hear: the field keeps the keyboard, so a screen reader does not follow the list."""
        if words != self.search.accessibleDescription():
            self.search.setAccessibleDescription(words)
            if QAccessible.isActive():
                QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.search, words))

    def _show_keys(self) -> None:
        words = self.words
        ticket = (KeyHint("Ctrl+P", words("do_print_ticket")),) if self._has_ticket else ()
        of_a_visit = (
            KeyHint(words("key_enter"), say(words, "open_visit")),
            KeyHint("F5", say(words, "show_number")),
            *ticket,
            KeyHint("Delete", say(words, "cancel_visit")),
        )
        back = KeyHint(words("key_escape"), words("do_back"))
        other_day = KeyHint("Ctrl+← →", say(words, "go_to_day"))
        self._keys.show_keys((*of_a_visit, other_day, back) if not self.table.nothing else (back, other_day))
