"""Draws a `View`: one page for all sections. It holds what is typed and nothing else."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
)

from kiosk.desk.forms import Field
from kiosk.desk.manage.view import Entry, Table, View
from kiosk.desk.pages import Page
from kiosk.desk.widgets import KeyButton, announce, clear, label, panel, set_or_hide
from kiosk.desk.words import Words

ROW_HEIGHT = 34  # in a window of 1366 x 768
FEWEST_ROWS = 5  # the head is one


class _Table(QTableWidget):
    """Asks for its fewest rows and gets what is left."""

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.minimumHeight())


class ManagePage(Page):
    row_clicked = Signal(int)
    choice_clicked = Signal(str)

    def __init__(self, words: Words) -> None:
        super().__init__(words)
        self._title = label("subtitle")
        self._lead = label("muted")
        self._keys = self.key_row()
        self._problem = label("problem")
        self._message = label("notice")
        self._question = label("question")
        self._choices_frame, choices = panel()
        self._choices = QGridLayout()
        self._choices.setHorizontalSpacing(30)
        self._choices.setVerticalSpacing(10)
        choices.addLayout(self._choices)
        self._entries_frame, inside = panel()
        self._entries = QGridLayout()
        self._entries.setHorizontalSpacing(28)
        self._entries.setVerticalSpacing(8)
        inside.addLayout(self._entries)
        self._fields: dict[str, Field] = {}
        self._shown_entries: tuple[tuple[str, str], ...] = ()
        self._shown_choices: tuple[object, ...] = ()
        self._shown_table: tuple[object, ...] | None = None
        self.table = self._make_table()
        self._details_frame, details = panel()
        self._details = QGridLayout()
        self._details.setHorizontalSpacing(30)
        self._details.setVerticalSpacing(4)
        self._details.setColumnStretch(1, 1)
        details.addLayout(self._details)
        self._text_frame, self._text = panel()
        for part in (
            self._title,
            self._lead,
            self._keys,
            self._problem,
            self._message,
            self._question,
            self._choices_frame,
            self._entries_frame,
            self._details_frame,
            self._text_frame,
        ):
            self.body.addWidget(part)
        self.body.addWidget(self.table, 1)
        self.body.addStretch(0)
        self._filler = self.body.count() - 1
        self._shown_details: tuple[object, ...] = ()
        self._shown_text: tuple[object, ...] = ()
        self._factor = 1.0

    def _make_table(self) -> QTableWidget:
        table = _Table(0, 0)
        table.setObjectName("manageTable")
        table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setAlternatingRowColors(True)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        table.horizontalHeader().setHighlightSections(False)
        table.cellClicked.connect(lambda row, _column: self.row_clicked.emit(row))
        return table

    def scale(self, factor: float) -> None:
        super().scale(factor)
        self._factor = factor
        rows = self.table.verticalHeader()
        rows.setMinimumSectionSize(1)
        rows.setDefaultSectionSize(round(ROW_HEIGHT * factor))
        self.table.setMinimumHeight(round(ROW_HEIGHT * factor) * FEWEST_ROWS)

    # What is typed

    @property
    def typed(self) -> dict[str, str]:
        return {name: field.edit.text() for name, field in self._fields.items()}

    @property
    def field(self) -> QLineEdit | None:
        """The one that has the keyboard."""
        return next((each.edit for each in self._fields.values() if each.edit.hasFocus()), None)

    def fill(self, name: str, words: str) -> None:
        """Put something into a field, as if it had been typed."""
        if name in self._fields:
            self._fields[name].edit.setText(words)

    def claim_keyboard(self) -> bool:
        if not self._fields:
            return False
        if self.field is None:
            first = next((each for each in self._fields.values() if not each.edit.text()), None)
            (first or next(iter(self._fields.values()))).edit.setFocus()
        return True

    def next_field(self, *, back: bool) -> None:
        fields = [each.edit for each in self._fields.values()]
        if fields:
            here = fields.index(self.field) if self.field in fields else -1
            fields[(here + (-1 if back else 1)) % len(fields)].setFocus()

    # What is shown

    def show_view(self, view: View) -> None:
        self._title.setText(view.title)
        set_or_hide(self._lead, view.lead)
        self._keys.show_keys(view.keys)
        set_or_hide(self._message, view.message)
        set_or_hide(self._question, view.question)
        set_or_hide(self._problem, view.problem)
        self._show_choices(view)
        self._show_entries(view.entries)
        self._show_table(view.table)
        self._show_details(view)
        self._show_text(view)
        self.body.setStretch(self._filler, 0 if view.table is not None else 1)
        said = " ".join(
            part for part in (f"{view.title}.", view.problem, view.message, view.question) if part
        )
        if said != self.accessibleName():
            self.setAccessibleName(said)
            announce(self, said)

    def _show_choices(self, view: View) -> None:
        self._choices_frame.setVisible(bool(view.choices))
        if view.choices == self._shown_choices:
            return
        self._shown_choices = view.choices
        clear(self._choices)
        rows = (len(view.choices) + 1) // 2
        for place, choice in enumerate(view.choices):
            button = KeyButton(choice, main=False, wrap=True)
            button.pressed.connect(self.choice_clicked)
            self._choices.addWidget(button, place % rows, place // rows)
        for column in (0, 1):
            self._choices.setColumnStretch(column, 1)

    def _show_entries(self, entries: tuple[Entry, ...]) -> None:
        self._entries_frame.setVisible(bool(entries))
        asked = tuple((entry.name, entry.label) for entry in entries)
        if asked == self._shown_entries:
            return
        self._shown_entries = asked
        clear(self._entries)
        self._fields = {entry.name: Field(entry.label, entry.hint) for entry in entries}
        for place, (entry, field) in enumerate(zip(entries, self._fields.values(), strict=True)):
            field.edit.setAcceptDrops(False)
            field.show_hint(shown=bool(entry.hint))
            if entry.secret:
                field.edit.setEchoMode(QLineEdit.EchoMode.Password)
            field.edit.setText(entry.value)
            across = 1 if len(entries) > 1 else 2
            self._entries.addWidget(field, place // 2, place % 2, 1, across, Qt.AlignmentFlag.AlignTop)
        for column in (0, 1):
            self._entries.setColumnStretch(column, 1)

    def _show_table(self, shown: Table | None) -> None:
        table = self.table
        table.setVisible(shown is not None)
        if shown is None:
            return
        content = (shown.heads, shown.rows, shown.wide)
        if content != self._shown_table:
            self._shown_table = content
            table.setColumnCount(len(shown.heads))
            table.setRowCount(len(shown.rows))
            table.setHorizontalHeaderLabels(list(shown.heads))
            for row, cells in enumerate(shown.rows):
                for column, words in enumerate(cells):
                    item = QTableWidgetItem(words)
                    item.setToolTip(words)
                    table.setItem(row, column, item)
            header = table.horizontalHeader()
            for column in range(len(shown.heads)):
                stretches = column == shown.wide
                mode = (
                    QHeaderView.ResizeMode.Stretch if stretches else QHeaderView.ResizeMode.ResizeToContents
                )
                header.setSectionResizeMode(column, mode)
        if shown.chosen is not None and shown.rows:
            table.selectRow(shown.chosen)
            said = ", ".join(cell for cell in shown.rows[shown.chosen] if cell)
            if said != table.accessibleDescription():
                table.setAccessibleDescription(said)
                announce(self, said)
            QTimer.singleShot(0, self, self._keep_in_sight)  # what is above may have grown
        else:
            table.clearSelection()
            table.setCurrentCell(-1, -1)
            self.verticalScrollBar().setValue(0)

    def _keep_in_sight(self) -> None:
        item = self.table.item(self.table.currentRow(), 0)
        if item is not None:
            self.table.scrollToItem(item)
            self.ensureWidgetVisible(self.table, 0, 0)  # where what stands above leaves it no room

    def _show_details(self, view: View) -> None:
        self._details_frame.setVisible(bool(view.details))
        if view.details == self._shown_details:
            return
        self._shown_details = view.details
        clear(self._details)
        for place, (name, value) in enumerate(view.details):
            self._details.addWidget(label("rowLabel", name), place, 0, Qt.AlignmentFlag.AlignTop)
            self._details.addWidget(label("rowValue", value), place, 1)

    def _show_text(self, view: View) -> None:
        self._text_frame.setVisible(bool(view.text))
        if view.text == self._shown_text:
            return
        self._shown_text = view.text
        clear(self._text)
        for heading, paragraph in view.text:
            if heading:
                self._text.addWidget(label("sectionTitle", heading))
            self._text.addWidget(label("rowValue", paragraph))
