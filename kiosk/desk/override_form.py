"""The question what was checked, before staff confirm a verdict that needs them."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QLineEdit, QSizePolicy

from kiosk.desk.forms import LONGEST_ENTRY
from kiosk.desk.pages import Page
from kiosk.desk.widgets import label, panel, set_or_hide
from kiosk.desk.words import OVERRIDE_REASONS, KeyHint, Words


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
