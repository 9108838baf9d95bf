"""The groups of a number under its field, each with what it says or what is wrong with it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from kiosk.card.number_groups import Group, State, number_groups
from kiosk.desk.widgets import label
from kiosk.desk.words import Words

MOST_GROUPS = 5
_SIGNS = {State.GOOD: "✓", State.PENDING: "…", State.ODD: "!", State.WRONG: "✗"}


class NumberCheck(QWidget):
    """A row a group. The rows are made once and filled again: the form must not flicker at every key."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(2, 1)
        self._rows: list[tuple[QLabel, QLabel, QLabel]] = []
        for row in range(MOST_GROUPS):
            parts = (
                label("groupSign", wrap=False),
                label("groupText", wrap=False),
                label("groupWords"),
            )
            for column, part in enumerate(parts):
                part.hide()
                grid.addWidget(
                    part, row, column, Qt.AlignmentFlag.AlignTop if column < 2 else Qt.AlignmentFlag(0)
                )
            self._rows.append(parts)

    def show_number(self, typed: str) -> None:
        groups = number_groups(typed)[:MOST_GROUPS]
        for row, parts in enumerate(self._rows):
            if row < len(groups):
                self._fill(parts, groups[row])
            for part in parts:
                part.setVisible(row < len(groups))
        self.setAccessibleDescription(". ".join(words_of(group, self._words) for group in groups))

    def _fill(self, parts: tuple[QLabel, QLabel, QLabel], group: Group) -> None:
        for part, text in zip(
            parts, (_SIGNS[group.state], group.text, words_of(group, self._words)), strict=True
        ):
            part.setText(text)
            if part.property("state") != group.state.value:
                part.setProperty("state", group.state.value)
                part.style().unpolish(part)
                part.style().polish(part)


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
