"""The field of a list that is searched while typing, and the keys that belong to the list and not to it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

LONGEST_SEARCH = 80

_DAYS = {Qt.Key.Key_Left.value: "day_back", Qt.Key.Key_Right.value: "day_on"}
_CONTROL = Qt.KeyboardModifier.ControlModifier
_NONE = Qt.KeyboardModifier.NoModifier


class SearchEdit(QLineEdit):
    """Has the keyboard while its list is open: every letter searches."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName("search")
        self.setMaxLength(LONGEST_SEARCH)
        self.setPlaceholderText(name)
        self.setAccessibleName(name)
        self.setAcceptDrops(False)  # a picture dropped here is a picture, not its address
        self.setClearButtonEnabled(False)


def key_of_list(event: QKeyEvent, field: QLineEdit | None) -> str | None:
    """The command that a key means on a list or on what was just recorded; None: a key like any other.

    Delete is never for the text being searched (Backspace is). The arrows are where nothing is typed.
    """
    key, held = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if field is not None and not isinstance(field, SearchEdit):
        return None
    if key == Qt.Key.Key_Delete and held == _NONE:
        return "delete"
    if field is not None and key in _DAYS and (held == _CONTROL or (held == _NONE and not field.text())):
        return _DAYS[key]
    return None
