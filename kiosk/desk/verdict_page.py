"""The page of a verdict: the band, under it the person and what needs attention."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from kiosk.desk import palette
from kiosk.desk.difference_table import DifferenceTable
from kiosk.desk.more_below import MoreBelow
from kiosk.desk.pages import Band, Page
from kiosk.desk.verdict_view import VerdictView
from kiosk.desk.widgets import KeyRow, clear, label, panel, rule, scale_layouts
from kiosk.desk.words import KeyHint, Row, Words
from kiosk.gateway.result_codes import Verdict

SIGN_OF_VERDICT = {
    Verdict.ELIGIBLE: "check",
    Verdict.NEEDS_STAFF: "warning",
    Verdict.NOT_ELIGIBLE: "cross",
    Verdict.UNDETERMINED: "clock",
}


class VerdictPage(Page):
    """The verdict as a band, under it the person and what needs attention."""

    def __init__(self, words: Words) -> None:
        super().__init__(words)
        self._factor = 1.0
        self._band = Band(self)
        self.body.addWidget(self._band)
        self._columns = columns = QHBoxLayout()
        columns.setSpacing(16)
        person, inside = panel()
        self._person_title = label("personTitle", wrap=False)
        self._name = label("personName")
        self._rows = _row_grid()
        inside.setContentsMargins(24, 14, 24, 14)
        inside.setSpacing(4)
        inside.addWidget(self._person_title)
        inside.addWidget(self._name)
        inside.addLayout(self._rows)
        inside.addStretch(1)
        self._attention, self._attention_layout = panel()
        self._patient = QWidget()
        self._patient.setLayout(columns)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.addWidget(person, 4)
        columns.addWidget(self._attention, 3)
        self._cover, covered = panel()
        self._cover.hide()
        self._any_key = KeyRow()
        covered.addStretch(1)
        covered.addWidget(label("subtitle", words("verdict_covered")))
        covered.addWidget(label("lead", words("verdict_covered_text")))
        covered.addWidget(self._any_key)
        covered.addStretch(2)
        self.body.addWidget(self._patient, 1)
        self.body.addWidget(self._cover, 1)
        self.more = MoreBelow(self, words("more_below"))

    def cover(self, covered: bool) -> None:
        """Hide who it is about: nobody is at the desk. And the keys: the next one only uncovers."""
        self._band.show_next(on=not covered)
        if covered:
            self._any_key.show_keys((KeyHint(self.words("key_any"), self.words("do_uncover")),))
        self._patient.setVisible(not covered)
        self._cover.setVisible(covered)

    def show_verdict(self, view: VerdictView) -> None:
        self._band.say(
            view.title,
            view.reason,
            _keys_of(view),
            palette.VERDICT[view.verdict],
            sign=SIGN_OF_VERDICT[view.verdict],
            advice=view.advice,
            code=view.result_code,
            question=view.question,
            problem=view.problem,
        )
        self._person_title.setText(view.person_title)
        self._name.setText(view.name)
        clear(self._rows)
        _add_rows(self._rows, view.person)
        self._show_attention(view)
        self.verticalScrollBar().setValue(0)

    def _show_attention(self, view: VerdictView) -> None:
        layout = self._attention_layout
        clear(layout)
        added = [extra.rows for extra in view.extras if extra.rows]
        self._attention.setVisible(bool(view.differences or view.warnings or added))
        person, attention = (1, 1) if view.differences or view.warnings else (4, 3)
        self._columns.setStretch(0, person)
        self._columns.setStretch(1, attention)
        if view.differences:
            layout.addWidget(label("sectionTitle", self.words("differences_title")))
            layout.addWidget(DifferenceTable(self.words, view.differences))
        if view.warnings:
            layout.addWidget(label("sectionTitle", self.words("warnings_title")))
            for warning in view.warnings:
                layout.addWidget(label("notice", warning))
        if added and layout.count():
            layout.addWidget(rule())
        grid, place = _row_grid(), 0
        grid.setHorizontalSpacing(12)
        for rows in added:
            if place:
                grid.addWidget(rule(), place, 0, 1, 2)
            place = _add_rows(grid, rows, place + 1)
        layout.addLayout(grid)
        layout.addStretch(1)
        scale_layouts(self._attention, self._factor)

    def scale(self, factor: float) -> None:
        super().scale(factor)
        self._factor = factor  # for the layouts that are made anew for each verdict


def _row_grid() -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(18)
    grid.setVerticalSpacing(5)
    grid.setColumnStretch(1, 1)
    return grid


def _add_rows(grid: QGridLayout, rows: Sequence[Row], first: int = 0) -> int:
    """From place `first` on; gives the next free one."""
    for place, (name, value) in enumerate(rows, first):
        grid.addWidget(label("rowLabel", name), place, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(label("rowValue", value), place, 1)
    return first + len(rows)


def _keys_of(view: VerdictView) -> tuple[KeyHint, ...]:
    """The main one first, Escape last, what other rooms add in between."""
    added = tuple(key for extra in view.extras for key in extra.keys)
    return (*view.keys[:-1], *added, *view.keys[-1:])
