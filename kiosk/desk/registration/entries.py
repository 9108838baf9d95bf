"""The fields of one step: filled by the scans, corrected and completed by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from kiosk.desk.forms import Field
from kiosk.desk.registration.views import AssistantWords
from kiosk.registration.preparation import Entry

_LONG = {Entry.FULL_NAME, Entry.EMAIL, Entry.STREET}
_ON_A_NEW_LINE = {Entry.PROVINCE, Entry.PHONE}
_ACROSS = 3


class EntriesForm(QWidget):
    """Three fields beside each other, in the app's order."""

    def __init__(self, words: AssistantWords, entries: Sequence[Entry]) -> None:
        super().__init__()
        self.setObjectName("entries")
        self._fields = {entry: Field(words.desk.field(entry), _hint(words, entry)) for entry in entries}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(10)
        row = column = 0
        for entry, field in self._fields.items():
            span = 2 if entry in _LONG else 1
            if column + span > _ACROSS or (column and entry in _ON_A_NEW_LINE):
                row, column = row + 1, 0
            grid.addWidget(field, row, column, 1, span, Qt.AlignmentFlag.AlignTop)
            column += span
        for each in range(_ACROSS):
            grid.setColumnStretch(each, 1)
        for edit in self.edits:
            edit.setAcceptDrops(False)
            edit.setCursorMoveStyle(Qt.CursorMoveStyle.VisualMoveStyle)

    @property
    def edits(self) -> tuple[QLineEdit, ...]:
        return tuple(field.edit for field in self._fields.values())

    @property
    def values(self) -> dict[Entry, str]:
        return {entry: field.edit.text() for entry, field in self._fields.items()}

    def fill(self, values: Mapping[Entry, str]) -> None:
        for entry, field in self._fields.items():
            field.edit.setText(values.get(entry, ""))
            field.edit.setCursorPosition(0)

    def wipe(self) -> None:
        for field in self._fields.values():
            field.edit.setText("")  # `clear` could be undone
            field.show_error("")

    def show_remarks(self, remarks: Mapping[str, str]) -> QLineEdit | None:
        """By entry; gives the first field that has one, for the focus."""
        first = None
        for entry, field in self._fields.items():
            field.show_error(remarks.get(entry, ""))
            if first is None and remarks.get(entry):
                first = field.edit
        return first

    def take_focus(self) -> None:
        """On the first field that is empty."""
        first = next((edit for edit in self.edits if not edit.text()), self.edits[0])
        first.setFocus()

    def next_field(self, *, back: bool) -> QLineEdit:
        here = next((place for place, edit in enumerate(self.edits) if edit.hasFocus()), -1)
        target = self.edits[(here + (-1 if back else 1)) % len(self.edits)]
        target.setFocus(Qt.FocusReason.TabFocusReason)
        target.selectAll()
        return target


def _hint(words: AssistantWords, entry: Entry) -> str:
    code = f"hint_{entry}"
    found = words(code)
    return "" if found == code else found
