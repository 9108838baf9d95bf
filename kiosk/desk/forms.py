"""The form in which the receptionist types a card."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from kiosk.card import parse_number
from kiosk.card.model import Card
from kiosk.card.number_groups import as_printed
from kiosk.card.numbers import without_separators
from kiosk.desk.number_check import NumberCheck
from kiosk.desk.number_edit import NumberEdit
from kiosk.desk.offers import Offers
from kiosk.desk.pages import Page
from kiosk.desk.widgets import announce, label, panel, set_or_hide
from kiosk.desk.words import KeyHint, Words, masked
from kiosk.errors import CardParseError, KioskError
from kiosk.visits.known_patient import KnownPatient

LONGEST_ENTRY = 120

SHORTEST_NUMBER, SHORTEST_NAME = 4, 3
"""Characters from which on earlier patients are searched: the last four places of a number, a short name."""

SEARCH_AFTER_MILLISECONDS = 200
"""Silence after a key; nobody reads a list that changes with every letter."""

Part = tuple[str, str]
"""Of a number, without blanks, and of a name."""


class Field(QWidget):
    """A named line to type into, with a hint that gives way to what is wrong with the entry."""

    def __init__(self, name: str, hint: str, edit: QLineEdit | None = None) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.edit = edit or QLineEdit()
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

    def show_hint(self, *, shown: bool) -> None:
        self._hint.setVisible(shown)

    def show_error(self, words: str) -> None:
        set_or_hide(self._error, words)
        self._hint.setVisible(not words)
        self.edit.setAccessibleDescription(words or self._hint.text())


class ManualForm(Page):
    """Number, name, birth date. Tab goes round, Return submits from any field."""

    number_given = Signal(str)  # a whole number stands in the form, and no name beside it
    part_given = Signal(str, str)  # a part of a number, of a name or of both: who may that be?
    correcting = Signal()  # the patient on the screen was taken into the form

    def __init__(self, words: Words) -> None:
        super().__init__(words)
        self._title = label("subtitle")
        self._text = label("lead")
        self._fields = {
            "number": Field(words("form_number"), words("form_number_hint"), NumberEdit()),
            "full_name": Field(words("form_name"), words("form_name_hint")),
            "birth_date": Field(words("form_birth"), words("form_birth_hint")),
        }
        self._notices = label("notice")
        self._problem = label("problem")
        self._keys = self.key_row()
        frame, inside = panel()
        inside.setSpacing(12)
        grid = QGridLayout()
        grid.setHorizontalSpacing(28)
        grid.setVerticalSpacing(12)
        self._check = NumberCheck(words)
        self._offers = Offers(words)
        self._number = ""  # the whole number that stands in the form, if one does
        self._known: tuple[str, KnownPatient] | None = None  # who has that number
        self._on_screen: KnownPatient | None = None  # whose verdict the form lies over
        self._part: Part | None = None  # what earlier patients are searched by
        self._search_timer = QTimer(self)
        self._search_timer.setSingleShot(True)
        self._search_timer.timeout.connect(self._ask_for_part)
        grid.addWidget(self._fields["number"], 0, 0)
        grid.addWidget(self._check, 1, 0, 1, 2)
        grid.addWidget(self._fields["full_name"], 2, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._fields["birth_date"], 2, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._offers, 3, 0, 1, 2)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 2)
        inside.addLayout(grid)
        self.body.addWidget(self._title)
        self.body.addWidget(self._text)
        self.body.addWidget(self._notices)
        self.body.addWidget(frame)
        self.body.addWidget(self._problem)
        self.body.addWidget(self._keys)
        self.body.addStretch(1)
        for edit in self.edits:
            edit.setAcceptDrops(False)  # a picture dropped here is a picture, not its address
            edit.textEdited.connect(self._forget_errors)
            edit.textChanged.connect(self._follow)

    @property
    def typed_in(self) -> bool:
        return True

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
        self._on_screen = self._known = None
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
        """What the number says as it stands, whether it is whole now, and who may be meant."""
        if self.number_edit.isReadOnly():
            self._fields["number"].show_hint(shown=False)
            self._check.show_number("")
        else:
            typed = self.number_edit.text()
            self._fields["number"].show_hint(shown=not typed.strip())
            self._check.show_number(typed)
            self._give_number(_whole_number(typed))
        self._follow_part()
        self._show_offer()

    def _give_number(self, number: str) -> None:
        if number == self._number:
            return
        self._number, self._known = number, None
        if number:
            self.number_given.emit(number)

    def _follow_part(self) -> None:
        number, full_name, birth_date = self.values
        part = (without_separators(number), " ".join(full_name.split()))
        enough = len(part[0]) >= SHORTEST_NUMBER or len(part[1]) >= SHORTEST_NAME
        knows_more = self._number or self.number_edit.isReadOnly() or birth_date.strip()
        wanted = part if enough and not knows_more else None
        if wanted != self._part:
            self._part = wanted
            self._search_timer.stop()
            if wanted is not None:
                self._search_timer.start(SEARCH_AFTER_MILLISECONDS)

    def _ask_for_part(self) -> None:
        if self._part is not None:
            self.part_given.emit(*self._part)

    def offer(self, number: str, patient: KnownPatient | None) -> bool:
        """Who has the whole `number`: shown masked, until somebody asks for it. Whether it is."""
        if number == self._number and patient is not None:
            self._known = (number, patient)
            self._show_offer()
        return self._known is not None and self._offers.shown

    def offer_found(self, number: str, full_name: str, patients: list[KnownPatient]) -> bool:
        """Who was found by these parts. Whether anybody is offered."""
        if (number, full_name) != self._part:
            return False
        self._offers.show_several(patients, full_name)
        self._show_keys()
        return self._offers.shown

    def offer_on_screen(self, patient: KnownPatient) -> None:
        """The patient whose verdict the form lies over, to be corrected and looked up again."""
        self._on_screen = patient
        self._show_offer()

    def _show_offer(self) -> None:
        """Who stands for what is in the form now; who was found by a part stays while that part does."""
        _, full_name, birth_date = self.values
        named = full_name.strip() or birth_date.strip()
        if self._known is not None and self._number == self._known[0] and not named:
            self._offers.show_one(self._known[1])
        elif self._on_screen is not None and self.is_empty:
            self._offers.show_one(self._on_screen, "form_offer_on_screen")
        elif self._part is None or self._search_timer.isActive():
            self._offers.clear()
        self._show_keys()

    def _show_keys(self) -> None:
        submits = "do_fill_in" if self._offers.marked else "do_submit"
        self._keys.show_keys(
            (
                KeyHint(self.words("key_enter"), self.words(submits)),
                KeyHint("Tab", self.words("do_next_field")),
                KeyHint(self.words("key_escape"), self.words("do_discard")),
            )
        )

    def move_offer(self, step: int) -> None:
        """↓ and ↑: take the one that is offered, or mark one of several."""
        on_screen = self._on_screen is not None and self.is_empty
        patient = self._offers.step(step)
        if patient is not None:
            self._fill_in(patient)
            if on_screen:
                self._title.setText(self.words("form_correct_title"))
                self.correcting.emit()
        self._show_keys()
        self.ensureWidgetVisible(self._offers)

    def take_marked(self) -> bool:
        """Return: fill in the patient that is marked. False when none is."""
        patient = self._offers.marked
        if patient is not None:
            self._fill_in(patient)
        return patient is not None

    def _fill_in(self, patient: KnownPatient) -> None:
        """For somebody to compare with the papers and submit."""
        self._forget_errors()
        if patient.number and not self.number_edit.isReadOnly():
            self.number_edit.setText(as_printed(patient.number))
        self._fields["full_name"].edit.setText(patient.full_name)
        self._fields["birth_date"].edit.setText(patient.birth_date.slashed)
        self._offers.clear()
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
        announce(self, words)
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
