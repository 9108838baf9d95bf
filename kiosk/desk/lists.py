"""The page of F12."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
)

from kiosk.desk.health import Matter
from kiosk.desk.health_rows import StateRow
from kiosk.desk.pages import Page
from kiosk.desk.widgets import clear, label, panel
from kiosk.desk.words import KeyHint, Row, Words
from kiosk.texts import text

_OF_THE_PLACE = frozenset({Matter.MODE, Matter.FACILITY, Matter.VERSION})
"""What this desk is, beside how its parts are doing."""


class StatePage(Page):
    """The state of everything, one line each, with what to do where something is wrong."""

    def __init__(self, words: Words) -> None:
        super().__init__(words)
        parts, inside = panel()
        self._parts = self._rows_of(inside)
        place, inside = panel()
        self._place = self._rows_of(inside)
        for layout in (parts.layout(), place.layout()):
            cast("QVBoxLayout", layout).addStretch(1)
        self._place.setHorizontalSpacing(18)
        columns = QHBoxLayout()
        columns.setSpacing(16)
        columns.addWidget(parts, 5)
        columns.addWidget(place, 2)
        keys = self.key_row()
        keys.show_keys(
            (
                KeyHint(words("key_escape"), words("do_back")),
                KeyHint("F7", words("state_test_hint")),
                KeyHint("F4", words("do_camera")),
                KeyHint("F5", words("do_check_up")),
                KeyHint("F10", text("setup", "do_settings", words.language)),
                KeyHint("F6", text("manage", "do_manage", words.language)),
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
        self.body.addLayout(columns)
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
            self._check_up_title.hide()  # it told of that moment; what is so now stands first the next time
            self._check_up_frame.hide()

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
        clear(self._parts)
        clear(self._place)
        self._asked_row = None
        for place, row in enumerate(self._rows):
            grid = self._place if row.matter in _OF_THE_PLACE and not row.trouble else self._parts
            asked = row.matter == self._asked
            look = "rowTrouble" if row.trouble else "rowAsked" if asked else "rowValue"
            value = label(look, f"{'▶ ' if asked else ''}{'! ' if row.trouble else ''}{row.value}")
            value.setAccessibleName(f"{row.name}: {row.value}")
            grid.addWidget(label("rowLabel", row.name), place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, place, 1)
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
