"""The two places where the receptionist types: the manual form and the reason of an override."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from kiosk.card import parse_number
from kiosk.card.model import Card
from kiosk.desk.number_check import NumberCheck
from kiosk.desk.pages import Page
from kiosk.desk.widgets import label, panel, set_or_hide
from kiosk.desk.words import OVERRIDE_REASONS, KeyHint, Words, masked, masked_date, masked_name
from kiosk.errors import CardParseError, KioskError
from kiosk.visits.known_patients import KnownPatient

LONGEST_ENTRY = 120


class Field(QWidget):
    """A named line to type into, with a hint that gives way to what is wrong with the entry."""

    def __init__(self, name: str, hint: str) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.edit = QLineEdit()
        self.edit.setMaxLength(LONGEST_ENTRY)
        self.edit.setAccessibleName(name)
        self.edit.setAccessibleDescription(hint)
        title = label("fieldLabel", name)
        title.setBuddy(self.edit)
        self._hint = label("fieldHint", hint)
        self._error = label("fieldError")
        self._error.hide()
        for part in (title, self.edit, self._hint, self._error):
            column.addWidget(part)

    def show_error(self, words: str) -> None:
        set_or_hide(self._error, words)
        self._hint.setVisible(not words)
        self.edit.setAccessibleDescription(words or self._hint.text())


class ManualForm(Page):
    """Number, name, birth date. Tab goes round, Return submits from any field."""

    number_given = Signal(str)  # a whole number stands in the form, and no name beside it

    def __init__(self, words: Words) -> None:
        super().__init__(words)
        self._title = label("subtitle")
        self._text = label("lead")
        self._fields = {
            "number": Field(words("form_number"), words("form_number_hint")),
            "full_name": Field(words("form_name"), words("form_name_hint")),
            "birth_date": Field(words("form_birth"), words("form_birth_hint")),
        }
        self._notices = label("notice")
        self._problem = label("problem")
        keys = self.key_row()
        keys.show_keys(
            (
                KeyHint(words("key_enter"), words("do_submit")),
                KeyHint("Tab", words("do_next_field")),
                KeyHint(words("key_escape"), words("do_discard")),
            )
        )
        frame, inside = panel()
        inside.setSpacing(12)
        grid = QGridLayout()
        grid.setHorizontalSpacing(28)
        grid.setVerticalSpacing(12)
        self._check = NumberCheck(words)
        self._offer_words = label("offer")
        self._offered: tuple[str, KnownPatient] | None = None
        self._number = ""  # the whole number that stands in the form, if one does
        grid.addWidget(self._fields["number"], 0, 0)
        grid.addWidget(self._check, 1, 0, 1, 2)
        grid.addWidget(self._offer_words, 2, 0, 1, 2)
        grid.addWidget(self._fields["full_name"], 3, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._fields["birth_date"], 3, 1, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 2)
        inside.addLayout(grid)
        self.body.addWidget(self._title)
        self.body.addWidget(self._text)
        self.body.addWidget(self._notices)
        self.body.addWidget(frame)
        self.body.addWidget(self._problem)
        self.body.addWidget(keys)
        self.body.addStretch(1)
        for edit in self.edits:
            edit.setAcceptDrops(False)  # a picture dropped here is a picture, not its address
            edit.textEdited.connect(self._forget_errors)
            edit.textChanged.connect(self._follow)

    @property
    def edits(self) -> tuple[QLineEdit, ...]:
        return tuple(field.edit for field in self._fields.values())

    @property
    def number_edit(self) -> QLineEdit:
        return self._fields["number"].edit

    @property
    def values(self) -> tuple[str, str, str]:
        number, full_name, birth_date = (edit.text() for edit in self.edits)
        return number, full_name, birth_date

    @property
    def is_empty(self) -> bool:
        return not any(edit.text().strip() for edit in self.edits)

    def open_empty(self, why: str = "") -> None:
        """`why`: the words for why it opened by itself."""
        self._open(self.words("form_title"), why)

    def open_for(self, card: Card) -> None:
        """To add what `card` lacks; its number cannot be changed."""
        self._open(self.words("form_complete_title"), self.words("form_complete_text"))
        set_or_hide(self._notices, "\n".join(self.words.notices(card.warnings)))
        self.number_edit.setReadOnly(bool(card.lookup_number))
        self.number_edit.setText(masked(card.lookup_number) if card.lookup_number else "")
        self._fields["full_name"].edit.setText(card.full_name or "")
        self._fields["birth_date"].edit.setText(card.birth_date.slashed if card.birth_date else "")
        self._give_number(card.lookup_number or "")

    def _open(self, title: str, text: str) -> None:
        self._title.setText(title)
        set_or_hide(self._text, text)
        set_or_hide(self._notices, "")
        self._forget_errors()
        self.number_edit.setReadOnly(False)
        for edit in self.edits:
            edit.clear()
        self._give_number("")
        self._follow()
        self.verticalScrollBar().setValue(0)

    # Help while typing

    def _follow(self) -> None:
        """The groups of the number as it stands, and whether it is whole now."""
        if self.number_edit.isReadOnly():
            self._check.show_number("")
        else:
            typed = self.number_edit.text()
            self._check.show_number(typed)
            self._give_number(_whole_number(typed))
        self._show_offer()

    def _give_number(self, number: str) -> None:
        if number == self._number:
            return
        self._number, self._offered = number, None
        self._show_offer()
        if number:
            self.number_given.emit(number)

    def offer(self, number: str, patient: KnownPatient | None) -> bool:
        """What earlier visits know of `number`: shown masked, until somebody asks for it. Whether it is."""
        if number == self._number and patient is not None:
            self._offered = (number, patient)
            self._show_offer()
        return self._offered is not None and not self._offer_words.isHidden()

    def _show_offer(self) -> None:
        _, full_name, birth_date = self.values
        if self._offered is None or full_name.strip() or birth_date.strip():
            set_or_hide(self._offer_words, "")
            return
        patient = self._offered[1]
        name, born = masked_name(patient.full_name), masked_date(patient.birth_date)
        set_or_hide(self._offer_words, self.words("form_offer", name=name, birth=born))

    def take_offer(self) -> None:
        """Fill in what is offered, for somebody to compare with the papers and submit."""
        if self._offered is None or self._offer_words.isHidden():
            return
        patient = self._offered[1]
        self._forget_errors()
        self._fields["full_name"].edit.setText(patient.full_name)
        self._fields["birth_date"].edit.setText(patient.birth_date.slashed)
        self._fields["birth_date"].edit.setFocus()

    def take_focus(self) -> None:
        """On the first field that is empty."""
        first = next((edit for edit in self.edits if not edit.text()), self.edits[-1])
        first.setFocus()

    def next_field(self, *, back: bool) -> None:
        edits = [edit for edit in self.edits if not edit.isReadOnly()]
        here = next((place for place, edit in enumerate(edits) if edit.hasFocus()), -1)
        target = edits[(here + (-1 if back else 1)) % len(edits)]
        target.setFocus(Qt.FocusReason.TabFocusReason)
        target.selectAll()
        self.ensureWidgetVisible(target)

    def show_checking(self) -> None:
        self._forget_errors()

    def show_error(self, error: KioskError, words: str) -> None:
        """At the field that the error names, with the focus there."""
        name = error.values.get("field", "")
        field = self._fields.get(name)
        if field is None:
            set_or_hide(self._problem, words)
            return
        field.show_error(words)
        field.edit.setFocus()
        field.edit.selectAll()
        self.ensureWidgetVisible(field)

    def _forget_errors(self) -> None:
        set_or_hide(self._problem, "")
        for field in self._fields.values():
            field.show_error("")


def _whole_number(typed: str) -> str:
    try:
        return parse_number(typed).lookup_number or ""
    except CardParseError:
        return ""


class OverrideForm(Page):
    """What was checked: the number of a reason, or own words."""

    def __init__(self, words: Words) -> None:
        super().__init__(words)
        self.edit = QLineEdit()
        self.edit.setAcceptDrops(False)
        self.edit.setMaxLength(LONGEST_ENTRY)
        self.edit.setPlaceholderText(words("override_placeholder"))
        self.edit.setAccessibleName(words("override_title"))
        self._options: dict[str, QLabel] = {}
        self._error = label("fieldError")
        frame, inside = panel()
        for reason in OVERRIDE_REASONS:
            option = label("option", f"{reason}   {words(f'override_{reason}')}")
            option.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
            self._options[reason] = option
            inside.addWidget(option)
        inside.addSpacing(6)
        inside.addWidget(self.edit)
        inside.addWidget(self._error)
        keys = self.key_row()
        keys.show_keys(
            (KeyHint(words("key_enter"), words("do_confirm")), KeyHint(words("key_escape"), words("do_back")))
        )
        self.body.addWidget(label("subtitle", words("override_title")))
        self.body.addWidget(label("muted", words("override_text")))
        self.body.addWidget(frame)
        self.body.addWidget(keys)
        self.body.addStretch(1)
        self.edit.textChanged.connect(self._mark)

    @property
    def reason(self) -> str:
        """The text that is kept with the visit; empty while there is none."""
        entry = self.edit.text().strip()
        if entry in self._options:
            return self.words(f"override_{entry}")
        return entry if sum(character.isalpha() for character in entry) >= 2 else ""

    def open_empty(self) -> None:
        self.edit.clear()
        self._mark("")

    def show_missing(self) -> None:
        set_or_hide(self._error, self.words("override_empty"))

    def _mark(self, entry: str) -> None:
        set_or_hide(self._error, "")
        for reason, option in self._options.items():
            option.setProperty("chosen", "true" if entry.strip() == reason else "false")
            option.style().unpolish(option)
            option.style().polish(option)
