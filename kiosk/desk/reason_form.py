"""A question that is answered with a reason: one of a short list by its number, or own words."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLabel, QLineEdit, QSizePolicy

from kiosk.desk.pages import Page
from kiosk.desk.widgets import label, panel, set_or_hide
from kiosk.desk.words import KeyHint, Words

LONGEST_REASON = 120
FEWEST_LETTERS = 2


class ReasonForm(Page):
    """`say` gives the texts ``title``, ``text``, ``placeholder``, ``empty`` and ``1`` … of this question."""

    def __init__(self, words: Words, say: Callable[[str], str], reasons: int, action: str) -> None:
        super().__init__(words)
        self._say = say
        self.edit = QLineEdit()
        self.edit.setAcceptDrops(False)
        self.edit.setMaxLength(LONGEST_REASON)
        self.edit.setPlaceholderText(say("placeholder"))
        self.edit.setAccessibleName(say("title"))
        self._options: dict[str, QLabel] = {}
        self._error = label("fieldError")
        self._error.hide()
        frame, inside = panel()
        for number in map(str, range(1, reasons + 1)):
            option = label("option", f"{number}   {say(number)}")
            option.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
            self._options[number] = option
            inside.addWidget(option)
        inside.addSpacing(6)
        inside.addWidget(self.edit)
        inside.addWidget(self._error)
        self.edit.setAccessibleDescription(". ".join(option.text() for option in self._options.values()))
        keys = self.key_row()
        keys.show_keys((KeyHint(words("key_enter"), action), KeyHint(words("key_escape"), words("do_back"))))
        self.body.addWidget(label("subtitle", say("title")))
        self.body.addWidget(label("muted", say("text")))
        self.body.addWidget(frame)
        self.body.addWidget(keys)
        self.body.addStretch(1)
        self.edit.textChanged.connect(self._mark)

    @property
    def typed_in(self) -> bool:
        return True

    @property
    def reason(self) -> str:
        """The text that is kept with the visit; empty while there is none."""
        entry = self.edit.text().strip()
        if entry in self._options:
            return self._say(entry)
        return entry if sum(character.isalpha() for character in entry) >= FEWEST_LETTERS else ""

    def open_empty(self) -> None:
        self.edit.clear()
        self._mark("")

    def show_missing(self) -> None:
        set_or_hide(self._error, self._say("empty"))

    def _mark(self, entry: str) -> None:
        set_or_hide(self._error, "")
        for number, option in self._options.items():
            option.setProperty("chosen", "true" if entry.strip() == number else "false")
            option.style().unpolish(option)
            option.style().polish(option)
