"""What the sources say differently, side by side, the gateway's column marked once it is taken."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from kiosk.desk.verdict_view import Differences
from kiosk.desk.widgets import label, rule
from kiosk.desk.words import Words

_BESIDE = 2


class DifferenceTable(QWidget):
    """What each source says in a column of its own, the gateway's last.

    The field's name stands before two values; above three, for which there is no room beside it.
    """

    def __init__(self, words: Words, differences: Differences) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        columns = len(differences.sources)
        first = 1 if columns <= _BESIDE else 0
        for column, source in enumerate(differences.sources):
            grid.setColumnStretch(first + column, 1)
            last = column == columns - 1
            title = label("sourceTitle", words("differences_taken") if last and differences.taken else source)
            title.setProperty("taken", "true" if last and differences.taken else "false")
            grid.addWidget(title, 0, first + column, Qt.AlignmentFlag.AlignBottom)
        for place, (name, *values) in enumerate(differences.rows):
            row = 3 * place + 1
            grid.addWidget(rule(), row, 0, 1, first + columns)
            above = columns if not first else 1
            grid.addWidget(label("rowLabel", name), row + 1, 0, 1, above, Qt.AlignmentFlag.AlignTop)
            for column, value in enumerate(values):
                shown = label("differenceValue", value)
                if (marked := marked_words(value, values)) is not None:
                    shown.setTextFormat(Qt.TextFormat.RichText)
                    shown.setText(marked)
                given_up = differences.taken and column < columns - 1
                shown.setProperty("given_up", "true" if given_up else "false")
                grid.addWidget(shown, row + 2 - first, first + column, Qt.AlignmentFlag.AlignTop)
        self.setAccessibleName(words("differences_title"))
        self.setAccessibleDescription("; ".join(_said(differences)))


def marked_words(value: str, values: list[str]) -> str | None:
    """`value` as markup, the words underlined in which the `values` differ; None where none is to be marked.

    Of a name of several words an eye has to find the one that differs, often by an accent alone.
    """
    told = [each.split() for each in values if each != "–"]
    words = value.split()
    if len(words) < 2 or any(len(each) != len(words) for each in told):
        return None
    same = [len({each.casefold() for each in column}) == 1 for column in zip(*told, strict=True)]
    if all(same):
        return None
    pairs = zip(words, same, strict=True)
    return " ".join(escape(word) if alike else f"<u>{escape(word)}</u>" for word, alike in pairs)


def _said(differences: Differences) -> list[str]:
    said = []
    for name, *values in differences.rows:
        pairs = zip(differences.sources, values, strict=True)
        said.append(f"{name}: " + ", ".join(f"{source} {value}" for source, value in pairs))
    return said
