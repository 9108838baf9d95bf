"""The pages of F3, F8, F9 and F12."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from kiosk.desk.health_rows import StateRow
from kiosk.desk.pages import Page
from kiosk.desk.widgets import clear, label, panel
from kiosk.desk.words import KeyHint, Row, Words, day
from kiosk.visits.model import StaffTask, Visit

MOST_ROWS = 300
TASKS_SHOWN = 3
_COLUMNS = ("time", "queue", "name", "number", "status", "verdict")


class TodayPage(Page):
    """What late answers left to do, then today's visits, newest first, with masked numbers."""

    def __init__(self, words: Words) -> None:
        super().__init__(words)
        self._title = label("subtitle")
        self._count = label("muted")
        self.table = QTableWidget(0, len(_COLUMNS))
        self.table.setHorizontalHeaderLabels([words(f"column_{column}") for column in _COLUMNS])
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setAlternatingRowColors(True)
        self.table.setShowGrid(False)
        self.table.setWordWrap(True)
        self.table.verticalHeader().hide()
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_COLUMNS.index("name"), QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._keys = self.key_row()
        self._tasks: tuple[StaffTask, ...] = ()
        self._chosen: str | None = None  # visit_id
        self._tasks_frame, self._tasks_box = panel()
        self.body.addWidget(self._title)
        self.body.addWidget(self._tasks_frame)
        self.body.addWidget(self._count)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self._keys)
        self.show_tasks(())

    @property
    def chosen_task(self) -> StaffTask | None:
        """The task that F7 is about."""
        return next((task for task in self._tasks if task.visit.visit_id == self._chosen), None)

    def show_tasks(self, tasks: Sequence[StaffTask]) -> None:
        """The choice stays with its task while others come and go."""
        self._tasks = tuple(tasks)
        if self.chosen_task is None:
            self._chosen = self._tasks[0].visit.visit_id if self._tasks else None
        self._draw_tasks()

    def next_task(self) -> None:
        ids = [task.visit.visit_id for task in self._tasks]
        if self._chosen in ids:
            self._chosen = ids[(ids.index(self._chosen) + 1) % len(ids)]
            self._draw_tasks()

    def _draw_tasks(self) -> None:
        clear(self._tasks_box)
        self._tasks_frame.setVisible(bool(self._tasks))
        back = KeyHint(self.words("key_escape"), self.words("do_back"))
        if not self._tasks:
            self._keys.show_keys((back,))
            return
        self._tasks_box.addWidget(
            label("sectionTitle", self.words("tasks_title", count=str(len(self._tasks))))
        )
        chosen = [task.visit.visit_id for task in self._tasks].index(str(self._chosen))
        first = min(max(chosen - 1, 0), max(len(self._tasks) - TASKS_SHOWN, 0))
        for task in self._tasks[first : first + TASKS_SHOWN]:
            who, what = self.words.task(task)
            mark = "▶ " if task.visit.visit_id == self._chosen else ""
            self._tasks_box.addWidget(label("notice", f"{mark}{who}"))
            self._tasks_box.addWidget(label("rowLabel", what))
        done = KeyHint("F7", self.words("do_task_done"))
        following = (KeyHint("Tab", self.words("do_next_task")),) if len(self._tasks) > 1 else ()
        self._keys.show_keys((done, *following, back))

    def open_empty(self, today: date) -> None:
        self._title.setText(self.words("today_title", date=day(today)))
        self._count.setText(self.words("today_loading"))
        self.table.setRowCount(0)

    def show_visits(self, total: int, newest: Sequence[Visit]) -> None:
        if not total:
            self._count.setText(self.words("today_empty"))
        elif total > len(newest):
            self._count.setText(self.words("today_count_cut", count=str(total), shown=str(len(newest))))
        else:
            self._count.setText(self.words("today_count", count=str(total)))
        self.table.setRowCount(len(newest))
        for row, visit in enumerate(newest):
            for column, value in enumerate(self.words.visit_row(visit)):
                self.table.setItem(row, column, QTableWidgetItem(value))
        self.table.resizeRowsToContents()

    def show_error(self, words: str) -> None:
        self._count.setText(words)


class StatePage(Page):
    """The state of everything, one line each, with what to do where something is wrong."""

    def __init__(self, words: Words) -> None:
        super().__init__(words)
        frame, inside = panel()
        self._grid = self._rows_of(inside)
        keys = self.key_row()
        keys.show_keys(
            (
                KeyHint(words("key_escape"), words("do_back")),
                KeyHint("F7", words("state_test_hint")),
                KeyHint("F4", words("do_camera")),
                KeyHint("F5", words("do_check_up")),
            )
        )
        self._rows: tuple[StateRow, ...] = ()
        self._asked = ""
        self._asked_row: QLabel | None = None
        self._check_up_title = label("sectionTitle")
        self._check_up_frame, check_up = panel()
        self._check_up = self._rows_of(check_up)
        self._check_up_title.hide()
        self._check_up_frame.hide()
        self.body.addWidget(label("subtitle", words("state_title")))
        self.body.addWidget(keys)  # above what grows: they stay in sight when a check-up fills the page
        self.body.addWidget(self._check_up_title)
        self.body.addWidget(self._check_up_frame)
        self.body.addWidget(frame)
        self.body.addStretch(1)

    def showEvent(self, event: QShowEvent) -> None:
        """From the top, where the keys are, however far it was scrolled when it was last open."""
        super().showEvent(event)
        if not event.spontaneous():
            self.verticalScrollBar().setValue(0)
            if self._asked:
                QTimer.singleShot(0, self, lambda: self.show_matter(self._asked))  # once it is laid out

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            self._asked, self._rows = "", ()

    def show_check_up(self, title: str, rows: Sequence[Row]) -> None:
        """What `kiosk doctor` has found so far, above the rest: it was asked for."""
        self._check_up_title.setText(title)
        self._check_up_title.show()
        self._check_up_frame.setVisible(bool(rows))
        self._fill(self._check_up, rows)
        self.verticalScrollBar().setValue(0)

    def show_rows(self, rows: Sequence[StateRow]) -> None:
        if tuple(rows) == self._rows:
            return
        self._rows = tuple(rows)
        self._draw_rows()

    def show_matter(self, matter: str) -> None:
        """Mark its rows and bring the first of them into sight; with "" none is marked."""
        self._asked = matter
        self._draw_rows()
        if self._asked_row is not None:
            self.ensureWidgetVisible(self._asked_row, 0, 40)

    def _draw_rows(self) -> None:
        clear(self._grid)
        self._asked_row = None
        for place, row in enumerate(self._rows):
            asked = row.matter == self._asked
            look = "rowTrouble" if row.trouble else "rowAsked" if asked else "rowValue"
            value = label(look, f"{'▶ ' if asked else ''}{'! ' if row.trouble else ''}{row.value}")
            value.setAccessibleName(f"{row.name}: {row.value}")
            self._grid.addWidget(label("rowLabel", row.name), place, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(value, place, 1)
            if asked and self._asked_row is None:
                self._asked_row = value

    @staticmethod
    def _rows_of(inside: QVBoxLayout) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(36)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        inside.addLayout(grid)
        return grid

    @staticmethod
    def _fill(grid: QGridLayout, rows: Sequence[Row]) -> None:
        clear(grid)
        for place, (name, value) in enumerate(rows):
            grid.addWidget(label("rowLabel", name), place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label("rowValue", value), place, 1)


class NotYetPage(Page):
    """A part that this version does not have, said plainly."""

    def __init__(self, words: Words, title: str) -> None:
        super().__init__(words)
        keys = self.key_row()
        keys.show_keys((KeyHint(words("key_escape"), words("do_back")),))
        self.body.addStretch(2)
        self.body.addWidget(label("title", title))
        self.body.addWidget(label("lead", words("not_yet")))
        self.body.addWidget(keys)
        self.body.addStretch(3)
