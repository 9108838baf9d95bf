"""Under the number's field: what its groups say, in one line, and each group that is wrong by itself."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from kiosk.card.number_groups import Group, State, number_groups
from kiosk.desk.widgets import label, set_or_hide
from kiosk.desk.words import Words

MOST_GROUPS = 5
_SIGNS = {State.ODD: "!", State.WRONG: "✗"}


class NumberCheck(QWidget):
    """The rows are made once and filled again: the form must not flicker at every key."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._meaning = label("numberMeaning")
        self._about = label("fieldHint")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._meaning)
        column.addWidget(self._about)
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(2, 1)
        column.addLayout(grid)
        self._rows: list[tuple[QLabel, QLabel, QLabel]] = []
        for row in range(MOST_GROUPS):
            parts = (
                label("groupSign", wrap=False),
                label("groupText", wrap=False),
                label("groupWords"),
            )
            for place, part in enumerate(parts):
                part.hide()
                grid.addWidget(part, row, place, Qt.AlignmentFlag.AlignTop if place < 2 else _ANYWHERE)
            self._rows.append(parts)

    def show_number(self, typed: str) -> None:
        groups = number_groups(typed)[:MOST_GROUPS]
        meaning, about = meaning_of(groups, self._words), about_object_code(groups, self._words)
        set_or_hide(self._meaning, meaning)
        set_or_hide(self._about, about)
        doubtful = [group for group in groups if group.state in _SIGNS]
        for row, parts in enumerate(self._rows):
            if row < len(doubtful):
                self._fill(parts, doubtful[row])
            for part in parts:
                part.setVisible(row < len(doubtful))
        said = [meaning, about, *(f"{group.text}: {words_of(group, self._words)}" for group in doubtful)]
        self.setAccessibleDescription(". ".join(part for part in said if part))

    def _fill(self, parts: tuple[QLabel, QLabel, QLabel], group: Group) -> None:
        values = (_SIGNS[group.state], group.text, words_of(group, self._words))
        for part, value in zip(parts, values, strict=True):
            part.setText(value)
            if part.property("state") != group.state.value:
                part.setProperty("state", group.state.value)
                part.style().unpolish(part)
                part.style().polish(part)


_ANYWHERE = Qt.AlignmentFlag(0)


def meaning_of(groups: tuple[Group, ...], words: Words) -> str:
    """``DN · mức 4 (80 %) · TP. Hồ Chí Minh · đủ 15 ký tự``; groups in doubt are left to their own rows."""
    return " · ".join(_short(group, words) for group in groups if group.state not in _SIGNS)


def about_object_code(groups: tuple[Group, ...], words: Words) -> str:
    """Who has such a card."""
    known = next((group for group in groups if group.part == "object_code"), None)
    if known is None or known.state is not State.GOOD:
        return ""
    return words("group_object_code_about", object_code=known.text, **dict(known.values))


def _short(group: Group, words: Words) -> str:
    if group.state is State.GOOD:
        if group.part == "object_code":
            return group.text
        if group.part == "benefit_level":
            return words(f"level_{group.text}")
        if group.part == "serial":
            return words("group_serial_whole")
    return words_of(group, words)


def words_of(group: Group, words: Words) -> str:
    """What a group says, or what is wrong with it and what to do."""
    values = dict(group.values)
    if group.problem:
        return words(f"group_{group.problem}", **values)
    if group.part == "benefit_level":
        return words(f"benefit_{group.text}")
    if group.part == "citizen_birth":
        values["sex"] = words.field(values["sex"])
    if group.state is State.PENDING and group.part != "digits":
        return words(f"group_{group.part}_pending", **values)
    return words(f"group_{group.part}", **values)
