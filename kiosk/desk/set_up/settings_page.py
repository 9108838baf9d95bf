"""All settings: a list on one side, the chosen one with its help and its field on the other."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from kiosk.desk import palette
from kiosk.desk.pages import Page
from kiosk.desk.set_up.views import SettingLine, SettingView, say
from kiosk.desk.widgets import clear, label, panel, set_or_hide
from kiosk.desk.words import KeyHint, Words

LONGEST_VALUE = 500
_ROW_HEIGHT = 32  # in a window of 1366 x 768


class SettingsPage(Page):
    """Draws what `SettingsDesk` says. The field has the keyboard while the page is open."""

    typed = Signal(str)
    clicked = Signal(int)  # a line of the list

    def __init__(self, words: Words) -> None:
        super().__init__(words)
        self._language = words.language
        self._file = label("muted")
        self._message = label("notice")
        self._problem = label("problem")
        self._keys = self.key_row()
        self.table = QTableWidget(0, 2)
        self._dress_table()
        self.edit = QLineEdit()
        self.edit.setMaxLength(LONGEST_VALUE)
        self.edit.setAcceptDrops(False)
        self.edit.textEdited.connect(self.typed)
        self._title = label("sectionTitle")
        self._code = label("rowLabel")
        self._help = label("rowValue")
        self._options = QVBoxLayout()
        self._error = label("fieldError")
        self._allowed = label("fieldHint")
        self._origin = label("fieldHint")
        self._fixed = label("notice")
        frame, inside = panel()
        for part in (self._title, self._code, self._help, self.edit):
            inside.addWidget(part)
        inside.addLayout(self._options)
        for part in (self._error, self._allowed, self._origin, self._fixed):
            inside.addWidget(part)
        inside.addStretch(1)
        columns = QHBoxLayout()
        columns.setSpacing(16)
        columns.addWidget(self.table, 1)
        columns.addWidget(frame, 1)
        self.body.addWidget(label("subtitle", say(self._language, "settings_title")))
        self.body.addWidget(self._keys)
        self.body.addWidget(self._problem)
        self.body.addWidget(self._message)
        self.body.addLayout(columns, 1)
        self.body.addWidget(self._file)
        self.show_setting(None)
        self.show_file("")
        self.say()

    def _dress_table(self) -> None:
        table = self.table
        table.setObjectName("settingsTable")
        table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.verticalHeader().hide()
        table.horizontalHeader().hide()
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        table.setAccessibleName(say(self._language, "settings_title"))
        table.cellClicked.connect(lambda row, _column: self.clicked.emit(row))

    def scale(self, factor: float) -> None:
        super().scale(factor)
        rows = self.table.verticalHeader()
        rows.setMinimumSectionSize(1)
        rows.setDefaultSectionSize(round(_ROW_HEIGHT * factor))

    def claim_keyboard(self) -> bool:
        """Whether the field takes it."""
        if self.edit.isHidden() or self.edit.isReadOnly():
            return False
        self.edit.setFocus()
        return True

    def show_lines(self, lines: Sequence[SettingLine], chosen: int) -> None:
        table = self.table
        if table.rowCount() != len(lines):
            table.setRowCount(len(lines))
        for row, line in enumerate(lines):
            span = 2 if line.is_section else 1
            if table.columnSpan(row, 0) != span:
                table.setSpan(row, 0, 1, span)
            self._cell(row, 0, f"● {line.name}" if line.changed else line.name, bold=line.is_section)
            self._cell(row, 1, line.value)
        table.selectRow(chosen)
        QTimer.singleShot(0, self, self._keep_in_sight)  # a message above may have made the list shorter

    def _keep_in_sight(self) -> None:
        item = self.table.item(self.table.currentRow(), 0)
        if item is not None:
            self.table.scrollToItem(item)

    def _cell(self, row: int, column: int, words: str, *, bold: bool = False) -> None:
        item = self.table.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            self.table.setItem(row, column, item)
        if item.text() != words:
            item.setText(words)
            item.setToolTip(words)
        font = item.font()
        if font.bold() != bold:
            font.setBold(bold)
            item.setFont(font)
            item.setBackground(QColor(palette.TABLE_HEAD.ground))

    def show_setting(self, view: SettingView | None) -> None:
        """None: nothing could be read."""
        clear(self._options)
        if view is None:
            for part in (
                self._title,
                self._code,
                self._help,
                self._error,
                self._allowed,
                self._origin,
                self._fixed,
            ):
                set_or_hide(part, "")
            self.edit.hide()
            return
        self._title.setText(view.title)
        self._title.show()
        set_or_hide(self._code, view.code)
        set_or_hide(self._help, view.help)
        set_or_hide(self._allowed, "" if view.options or view.fixed else view.allowed)
        set_or_hide(self._origin, "" if view.fixed else view.origin)
        set_or_hide(self._fixed, view.fixed)
        self._show_options(view)
        self._show_field(view)
        self.show_problem(view.problem)

    def show_problem(self, words: str) -> None:
        """Beside the field."""
        set_or_hide(self._error, words)
        self.edit.setAccessibleDescription(words or self._help.text())

    def _show_options(self, view: SettingView) -> None:
        for place, (words, chosen) in enumerate(view.options, start=1):
            option = label("option", f"{place}   {'●' if chosen else '○'}   {words}")
            option.setProperty("chosen", "true" if chosen else "false")
            self._options.addWidget(option)

    def _show_field(self, view: SettingView) -> None:
        edit = self.edit
        edit.setVisible(not view.options)
        edit.setAccessibleName(view.title)
        edit.setReadOnly(bool(view.fixed))
        edit.setEchoMode(QLineEdit.EchoMode.Password if view.secret else QLineEdit.EchoMode.Normal)
        edit.setPlaceholderText(view.hint)
        if edit.text() != view.value:
            edit.setText(view.value)
            edit.selectAll()

    def say(self, message: str = "", problem: str = "") -> None:
        set_or_hide(self._message, message)
        set_or_hide(self._problem, problem)

    def show_file(self, words: str) -> None:
        set_or_hide(self._file, words)

    def show_keys(self, keys: Sequence[KeyHint]) -> None:
        self._keys.show_keys(keys)
