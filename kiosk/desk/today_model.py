"""The rows of a day's list, as many as were asked for so far; numbers are masked in everything it gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from kiosk.desk.visit_words import list_row
from kiosk.desk.words import Words
from kiosk.visits.model import Visit

COLUMNS = ("mark", "time", "queue", "name", "number", "status", "verdict")
_MARK, _NAME = COLUMNS.index("mark"), COLUMNS.index("name")
_SAID = frozenset({Qt.ItemDataRole.DisplayRole.value, Qt.ItemDataRole.AccessibleTextRole.value})
_NOWHERE = QModelIndex()

Index = QModelIndex | QPersistentModelIndex


class TodayModel(QAbstractTableModel):
    """Holds visits, newest first, each once; one of them is chosen. Asks for more when it is scrolled to."""

    more_wanted = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._visits: list[Visit] = []
        self._more = False
        self._asked = False
        self._shown_in_full: str | None = None  # visit_id
        self._other_days = False
        self.chosen = -1

    # What is in it

    @property
    def visits(self) -> Sequence[Visit]:
        return self._visits

    @property
    def chosen_visit(self) -> Visit | None:
        return self._visits[self.chosen] if 0 <= self.chosen < len(self._visits) else None

    def fill(
        self, visits: Sequence[Visit], *, more: bool, other_days: bool = False, again: bool = False
    ) -> bool:
        """The first page; whether it is another one. The first visit is chosen.

        `again`: of the same list as before, so the choice stays with its visit where that is there.
        """
        new = list({visit.visit_id: visit for visit in visits}.values())
        if again and (new, more, other_days) == (self._visits, self._more, self._other_days):
            return False  # looked again, and all is as it was: nothing moves under anybody's eyes
        before = self.chosen_visit if again else None
        self.beginResetModel()
        self._visits = new
        self._more, self._asked, self._other_days = more, False, other_days
        ids = [visit.visit_id for visit in self._visits]
        kept = before is not None and before.visit_id in ids
        self.chosen = ids.index(before.visit_id) if before is not None and kept else 0 if ids else -1
        if not kept:
            self._shown_in_full = None
        self.endResetModel()
        return True

    def add(self, visits: Sequence[Visit], *, more: bool) -> None:
        """The next page."""
        known = {visit.visit_id for visit in self._visits}
        new = [visit for visit in visits if visit.visit_id not in known]
        self._more, self._asked = more, False
        if new:
            start = len(self._visits)
            self.beginInsertRows(QModelIndex(), start, start + len(new) - 1)
            self._visits += new
            self.endInsertRows()

    def change(self, visit: Visit) -> None:
        """It is another one now, if it is in the list."""
        for row, known in enumerate(self._visits):
            if known.visit_id == visit.visit_id:
                self._visits[row] = visit
                self._tell(row)

    def no_more(self) -> None:
        """What was asked for did not come; it may be asked for again."""
        self._asked = False

    def choose(self, row: int) -> None:
        before, self.chosen = self.chosen, max(min(row, len(self._visits) - 1), -1)
        if before != self.chosen:
            self.show_in_full(None)
            self._tell(before)
            self._tell(self.chosen)

    def show_in_full(self, visit_id: str | None) -> None:
        """The number of one visit, or of none."""
        if visit_id != self._shown_in_full:
            self._shown_in_full = visit_id
            self._tell(self.chosen)

    @property
    def shown_in_full(self) -> str | None:
        return self._shown_in_full

    def said(self, row: int) -> str:
        """A row in words, for those who hear it."""
        return ", ".join(part for part in self._row(self._visits[row])[1:] if part and part != "–")

    def _tell(self, row: int) -> None:
        if 0 <= row < len(self._visits):
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(COLUMNS) - 1))

    def _row(self, visit: Visit) -> tuple[str, ...]:
        full = visit.visit_id == self._shown_in_full
        return ("", *list_row(visit, self._words, full=full, with_day=self._other_days))

    # Qt's own

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._visits)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        if role in _SAID:
            if column == _MARK:
                return "▶" if row == self.chosen and role == Qt.ItemDataRole.DisplayRole else ""
            return self._row(self._visits[row])[column]
        if role == Qt.ItemDataRole.ToolTipRole and column == _NAME:
            return self._visits[row].full_name
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal or role not in _SAID:
            return None
        return "" if section == _MARK else self._words(f"column_{COLUMNS[section]}")

    def canFetchMore(self, parent: Index = _NOWHERE) -> bool:
        return not parent.isValid() and self._more and not self._asked

    def fetchMore(self, parent: Index = _NOWHERE) -> None:
        del parent
        self._asked = True
        self.more_wanted.emit()
