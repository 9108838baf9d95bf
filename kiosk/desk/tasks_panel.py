"""What late answers left for a person to do: above the list of F3."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from kiosk.desk.widgets import KeyRow, label
from kiosk.desk.words import KeyHint, Words
from kiosk.visits.model import StaffTask


class TasksPanel(QFrame):
    """The task that F7 is about, and how many there are. Hidden while there is none."""

    def __init__(self, words: Words, keys: KeyRow) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._words = words
        self._tasks: tuple[StaffTask, ...] = ()
        self._chosen: str | None = None  # visit_id
        self._title = label("sectionTitle")
        self._keys = keys
        outer = QVBoxLayout(self)
        outer.setContentsMargins(20, 8, 20, 8)
        outer.setSpacing(4)
        self._task = label("notice")
        top = QHBoxLayout()
        top.setSpacing(20)
        top.addWidget(self._title, 1)
        top.addWidget(self._keys, 1)
        outer.addLayout(top)
        outer.addWidget(self._task)
        self.show_tasks(())

    @property
    def chosen(self) -> StaffTask | None:
        return next((task for task in self._tasks if task.visit.visit_id == self._chosen), None)

    @property
    def _hints(self) -> tuple[KeyHint, ...]:
        following = (KeyHint("Tab", self._words("do_next_task")),) if len(self._tasks) > 1 else ()
        return (KeyHint("F7", self._words("do_task_done")), *following)

    def show_tasks(self, tasks: Sequence[StaffTask]) -> None:
        """The choice stays with its task while others come and go."""
        self._tasks = tuple(tasks)
        if self.chosen is None:
            self._chosen = self._tasks[0].visit.visit_id if self._tasks else None
        self._draw()

    def next(self) -> None:
        ids = [task.visit.visit_id for task in self._tasks]
        if self._chosen in ids:
            self._chosen = ids[(ids.index(self._chosen) + 1) % len(ids)]
            self._draw()

    def _draw(self) -> None:
        task = self.chosen
        self.setVisible(task is not None)
        if task is None:
            self._title.clear()
            self._task.clear()
            return
        self._title.setText(self._words("tasks_title", count=str(len(self._tasks))))
        self._keys.show_keys(self._hints)
        who, what = self._words.task(task)
        self._task.setText(f"{who}\n{what}")
