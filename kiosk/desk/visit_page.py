"""One visit: what is on record, and what happened to it in order."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout

from kiosk.desk.pages import SIGN_OF_STATUS, Band, Page
from kiosk.desk.visit_words import VisitDetail, facts, history, say
from kiosk.desk.widgets import clear, label, panel, scale_layouts, set_or_hide
from kiosk.desk.words import KeyHint, Row, Words
from kiosk.visits.model import Status


class VisitPage(Page):
    """Opened from the list. The number is masked until somebody asks for it."""

    def __init__(self, words: Words) -> None:
        super().__init__(words)
        self._factor = 1.0
        self._band = Band(self)
        self._note = label("notice")
        left, facts_box = panel()
        right, history_box = panel()
        self._facts = _rows_in(facts_box)
        history_box.addWidget(label("sectionTitle", say(words, "history_title")))
        self._history = _rows_in(history_box)
        columns = QHBoxLayout()
        columns.setSpacing(16)
        columns.addWidget(left, 1)
        columns.addWidget(right, 1)
        self.body.addWidget(self._band)
        self.body.addWidget(self._note)
        self.body.addLayout(columns, 1)

    def scale(self, factor: float) -> None:
        super().scale(factor)
        self._factor = factor  # for the layouts that are filled anew

    def show_visit(self, detail: VisitDetail, *, full: bool, note: str, can_print: bool) -> None:
        """`full`: the number was asked for, and that is on record."""
        visit, words = detail.visit, self.words
        sign, colours = SIGN_OF_STATUS[visit.status]
        keys = [KeyHint(words("key_escape"), words("do_back"))]
        if visit.number:
            keys.append(KeyHint("F5", say(words, "hide_number" if full else "show_number")))
        if can_print:
            keys.append(KeyHint("Ctrl+P", words("do_print_ticket")))
        if visit.status is not Status.CANCELLED:
            keys.append(KeyHint("Delete", say(words, "cancel_visit")))
        title = words(f"recorded_{visit.status.value}")
        self._band.say(title, visit.full_name or "–", tuple(keys), colours, sign=sign)
        set_or_hide(self._note, note)
        _fill(self._facts, facts(visit, words, full=full))
        _fill(self._history, history(detail, words))
        scale_layouts(self, self._factor)


def _rows_in(box: QVBoxLayout) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(18)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(1, 1)
    box.addLayout(grid)
    box.addStretch(1)
    return grid


def _fill(grid: QGridLayout, rows: Iterable[Row]) -> None:
    clear(grid)
    for place, (name, value) in enumerate(rows):
        told = label("rowValue", value)
        told.setAccessibleName(f"{name}: {value}")
        grid.addWidget(label("rowLabel", name), place, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(told, place, 1, Qt.AlignmentFlag.AlignTop)
