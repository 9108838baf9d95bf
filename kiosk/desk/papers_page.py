"""F10 on a verdict: which papers the patient shows, and what the fund then pays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QSizePolicy

from kiosk.desk.pages import Page
from kiosk.desk.papers_entry import DIGIT_OF, LISTED, Entry, entry_of, read_entry
from kiosk.desk.widgets import label, panel, set_or_hide
from kiosk.desk.words import KeyHint, Words
from kiosk.eligibility.papers import Paper, PaperKind
from kiosk.texts import text

LONGEST_ENTRY = 120
ROWS = 5


class PapersPage(Page):
    """One line to type into; the list above it shows at once what is ticked."""

    changed = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__(words)
        self._today = date.min
        self.edit = QLineEdit()
        self.edit.setAcceptDrops(False)
        self.edit.setMaxLength(LONGEST_ENTRY)
        self.edit.setPlaceholderText(words("papers_placeholder"))
        self.edit.setAccessibleName(words("papers_title"))
        self._options: dict[PaperKind, QLabel] = {}
        self._error = label("fieldError")
        self._result = label("rowValue")
        frame, inside = panel()
        inside.addWidget(self.edit)
        inside.addWidget(self._error)
        inside.addWidget(self._result)
        inside.addSpacing(6)
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(2)
        for place, (_, kind) in enumerate(LISTED):
            option = label("option", self._name(kind))
            option.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
            self._options[kind] = option
            grid.addWidget(option, place % ROWS, place // ROWS, Qt.AlignmentFlag.AlignTop)
        for column in range(2):
            grid.setColumnStretch(column, 1)
        inside.addLayout(grid)
        keys = self.key_row()
        keys.show_keys(
            (
                KeyHint(words("key_enter"), words("do_take_papers")),
                KeyHint(words("key_escape"), words("do_back")),
            )
        )
        self.body.addWidget(label("subtitle", words("papers_title")))
        self.body.addWidget(label("muted", words("papers_text")))
        self.body.addWidget(frame)
        self.body.addWidget(keys)
        self.body.addStretch(1)
        self.edit.textChanged.connect(lambda _: self.changed.emit())

    @property
    def typed_in(self) -> bool:
        return True

    def _name(self, kind: PaperKind) -> str:
        return f"{DIGIT_OF[kind]}   {text('benefit', f'paper_{kind}', self.words.language)}"

    @property
    def entry(self) -> Entry:
        return read_entry(self.edit.text(), self._today)

    def open_for(self, papers: tuple[Paper, ...], today: date) -> None:
        self._today = today
        self.edit.setText(entry_of(papers))
        self.changed.emit()

    def show_entry(self, details: Mapping[PaperKind, str], result: str) -> None:
        """`details`: of each paper that is ticked, what it is worth; `result`: what the fund then pays."""
        for kind, option in self._options.items():
            option.setProperty("chosen", "true" if kind in details else "false")
            option.style().unpolish(option)
            option.style().polish(option)
            option.setText("  ".join(part for part in (self._name(kind), details.get(kind)) if part))
        self._result.setText(result)
        set_or_hide(self._error, "")
        ticked = (self._options[kind].text() for kind in details if kind in self._options)
        self.edit.setAccessibleDescription(". ".join([*ticked, result]))

    def show_refused(self, word: str) -> None:
        set_or_hide(self._error, self.words("papers_refused", word=word) if word else "")
