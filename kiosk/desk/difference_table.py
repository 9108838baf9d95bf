"""What the sources say differently, side by side, the gateway's column marked once it is taken."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from kiosk.desk.verdict_view import Differences
from kiosk.desk.widgets import label, rule
from kiosk.desk.words import Words


class DifferenceTable(QWidget):
    """A line for the field's name, under it what each source says; the gateway is the last column."""

    def __init__(self, words: Words, differences: Differences) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        columns = len(differences.sources)
        for column, source in enumerate(differences.sources):
            grid.setColumnStretch(column, 1)
            last = column == columns - 1
            title = label("sourceTitle", words("differences_taken") if last and differences.taken else source)
            title.setProperty("taken", "true" if last and differences.taken else "false")
            grid.addWidget(title, 0, column, Qt.AlignmentFlag.AlignBottom)
        for place, (name, *values) in enumerate(differences.rows):
            row = 3 * place + 1
            grid.addWidget(rule(), row, 0, 1, columns)
            grid.addWidget(label("rowLabel", name), row + 1, 0, 1, columns)
            for column, value in enumerate(values):
                shown = label("differenceValue", value)
                given_up = differences.taken and column < columns - 1
                shown.setProperty("given_up", "true" if given_up else "false")
                grid.addWidget(shown, row + 2, column, Qt.AlignmentFlag.AlignTop)
        self.setAccessibleName(words("differences_title"))
        self.setAccessibleDescription("; ".join(_said(differences)))


def _said(differences: Differences) -> list[str]:
    said = []
    for name, *values in differences.rows:
        pairs = zip(differences.sources, values, strict=True)
        said.append(f"{name}: " + ", ".join(f"{source} {value}" for source, value in pairs))
    return said
