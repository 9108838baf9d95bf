"""The field for a number: in the groups that cards print it in, in upper case, while it is typed."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit

from kiosk.card.number_groups import as_printed
from kiosk.card.numbers import without_separators


class NumberEdit(QLineEdit):
    """Looks after blanks and case; what is typed is never refused or thrown away."""

    def __init__(self) -> None:
        super().__init__()
        self.textEdited.connect(self._tidy)

    def _tidy(self, typed: str) -> None:
        printed = as_printed(typed)
        if printed == typed:
            return
        before = len(without_separators(typed[: self.cursorPosition()]))
        self.setText(printed)
        self.setCursorPosition(_place_behind(printed, before))


def _place_behind(printed: str, characters: int) -> int:
    """Where the cursor stands behind that many characters, blanks not counted."""
    place = 0
    for character in printed:
        if characters == 0:
            break
        characters -= character != " "
        place += 1
    return place


__all__ = ["NumberEdit"]
