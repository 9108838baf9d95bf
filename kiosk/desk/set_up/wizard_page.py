"""The page of the first set-up: one thing at a time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout

from kiosk.desk.forms import Field
from kiosk.desk.pages import Page
from kiosk.desk.scanner_test import CodePicture
from kiosk.desk.set_up.steps import FieldView, Step
from kiosk.desk.set_up.views import say
from kiosk.desk.widgets import clear, label, panel, set_or_hide
from kiosk.desk.words import KeyHint, Row, Words
from kiosk.readers.scan_test import ScanReport
from kiosk.settings_editing import Key
from kiosk.visits.model import Source

_CODE_HEIGHT = 270  # in a window of 1366 x 768
_COLUMNS = 2  # of fields, where there are more than two
_MOST_ROWS = 9  # below each other; more stand in two halves

Choices = tuple[tuple[str, str], ...]


class WizardPage(Page):
    """Draws what `Wizard` says."""

    reported = Signal(object, object, list)  # ScanReport, Source, what to do

    def __init__(self, words: Words) -> None:
        super().__init__(words)
        self._language = words.language
        self._fields: dict[Key, Field] = {}
        self._choices: dict[Key, Choices] = {}
        self._place = label("sectionTitle", wrap=False)
        self._dots = label("muted")
        self._title = label("title")
        self._text = label("lead")
        self._message = label("notice")
        self._problem = label("problem")
        self._frame, inside = panel()
        self._field_box = QGridLayout()
        self._field_box.setHorizontalSpacing(32)
        self._field_box.setVerticalSpacing(14)
        for column in range(_COLUMNS):
            self._field_box.setColumnStretch(column, 1)
        self.picture = CodePicture()
        self._rows = QGridLayout()
        self._rows.setHorizontalSpacing(24)
        self._rows.setVerticalSpacing(6)
        self._rows.setColumnStretch(1, 1)
        inside.addLayout(self._field_box)
        beside = QHBoxLayout()
        beside.setSpacing(24)
        beside.addWidget(self.picture, 2)
        told = QVBoxLayout()
        told.addStretch(1)
        told.addLayout(self._rows)
        told.addStretch(1)
        beside.addLayout(told, 3)
        inside.addLayout(beside)
        self._keys = self.key_row()
        top = QHBoxLayout()
        top.setSpacing(24)
        top.addWidget(self._place)
        top.addWidget(self._dots, 1)
        self.body.addLayout(top)
        for part in (self._title, self._text, self._keys, self._problem, self._message, self._frame):
            self.body.addWidget(part)  # the keys above what grows: they stay in sight
        self.body.addStretch(1)

    def scale(self, factor: float) -> None:
        super().scale(factor)
        self.picture.setFixedHeight(round(_CODE_HEIGHT * factor))

    def show_step(self, step: Step, place: int, steps: int, title: str, text: str) -> None:
        self._place.setText(say(self._language, "wizard_title", step=str(place), steps=str(steps)))
        self._dots.setText("  ".join("●" if number < place else "○" for number in range(steps)))
        self._dots.setAccessibleName(self._place.text())
        self._title.setText(title)
        set_or_hide(self._text, text)
        self.picture.setVisible(step is Step.READERS)
        self.show_rows(())
        self.say()
        self.setAccessibleName(f"{self._place.text()}. {title}. {text}")
        self.verticalScrollBar().setValue(0)

    # Fields

    def show_fields(self, views: Sequence[tuple[FieldView, str, str]]) -> None:
        """Each with its name and help."""
        clear(self._field_box)
        self._fields, self._choices = {}, {}
        columns = 1 if len(views) <= _COLUMNS else _COLUMNS
        for place, (view, name, help_text) in enumerate(views):
            choices = "   ".join(f"{digit} {words}" for digit, (_, words) in enumerate(view.choices, 1))
            field = Field(name, view.fixed_by or choices or help_text)
            field.edit.setText(dict(view.choices).get(view.value, view.value))
            field.edit.setAcceptDrops(False)
            field.edit.setPlaceholderText(view.hint)
            field.edit.setReadOnly(bool(view.fixed_by))
            if view.secret:
                field.edit.setEchoMode(QLineEdit.EchoMode.Password)
            self._fields[view.key] = field
            self._choices[view.key] = view.choices
            if view.choices:
                field.edit.textEdited.connect(partial(_choose_by_digit, field.edit, view.choices))
            across = 1 if columns > 1 else _COLUMNS
            row, column = divmod(place, columns)
            self._field_box.addWidget(field, row, column, 1, across, Qt.AlignmentFlag.AlignTop)
        self._show_frame()

    @property
    def edits(self) -> dict[Key, QLineEdit]:
        return {key: field.edit for key, field in self._fields.items()}

    @property
    def typed(self) -> dict[Key, str]:
        """As the settings have it: the words of a choice stand for its value."""
        return {key: self._value_of(key, edit.text()) for key, edit in self.edits.items()}

    def _value_of(self, key: Key, typed: str) -> str:
        said = typed.strip().casefold()
        return next((value for value, words in self._choices[key] if words.casefold() == said), typed)

    def show_problem_at(self, key: Key, words: str) -> None:
        field = self._fields[key]
        field.show_error(words)
        field.edit.setFocus()
        field.edit.selectAll()
        self.ensureWidgetVisible(field)

    def forget_problems(self) -> None:
        for field in self._fields.values():
            field.show_error("")

    def claim_keyboard(self) -> bool:
        """The first field that is empty, else the first; whether there is one."""
        free = [edit for edit in self.edits.values() if not edit.isReadOnly()]
        if not free:
            return False
        next((edit for edit in free if not edit.text()), free[0]).setFocus()
        return True

    def next_field(self, *, back: bool) -> None:
        free = [edit for edit in self.edits.values() if not edit.isReadOnly()]
        if free:
            here = next((place for place, edit in enumerate(free) if edit.hasFocus()), -1)
            target = free[(here + (-1 if back else 1)) % len(free)]
            target.setFocus(Qt.FocusReason.TabFocusReason)
            target.selectAll()

    # What was found

    def open_empty(self) -> None:
        """As the scanner's test asks for; the rows are the wizard's."""

    def show_report(self, found: ScanReport, source: Source, advice: Sequence[str]) -> None:
        self.reported.emit(found, source, list(advice))

    def show_rows(self, rows: Sequence[Row]) -> None:
        clear(self._rows)
        beside = len(rows) > _MOST_ROWS
        most = (len(rows) + 1) // 2 if beside else len(rows)
        self._rows.setColumnStretch(3, 1 if beside else 0)
        for place, (name, value) in enumerate(rows):
            row, column = place % most, 2 * (place // most)
            self._rows.addWidget(label("rowLabel", name), row, column, Qt.AlignmentFlag.AlignTop)
            self._rows.addWidget(label("rowValue", value), row, column + 1, Qt.AlignmentFlag.AlignTop)
        self._show_frame(rows=bool(rows))

    def _show_frame(self, *, rows: bool = False) -> None:
        self._frame.setVisible(bool(self._fields) or rows or not self.picture.isHidden())

    def say(self, message: str = "", problem: str = "") -> None:
        set_or_hide(self._message, message)
        set_or_hide(self._problem, problem)

    def show_keys(self, keys: Sequence[KeyHint]) -> None:
        self._keys.show_keys(keys)


def _choose_by_digit(edit: QLineEdit, choices: Choices, typed: str) -> None:
    """The digit of a choice puts its words in the place of what stands there."""
    digit = typed[-1:]
    if digit.isascii() and digit.isdigit() and 1 <= int(digit) <= len(choices):
        edit.setText(choices[int(digit) - 1][1])
