"""What is done with patients' data, in their own window: large type, read by touch."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QScrollArea, QScroller, QVBoxLayout, QWidget

from kiosk.desk.self_service.pages import TouchPage
from kiosk.desk.self_service.touch import TouchButton
from kiosk.desk.widgets import clear, label
from kiosk.visits.notice import NoticeWords

_ITEM = "- "
_STEP = 0.8
"""What part of a page each touch goes on: the last lines stay in sight."""


class NoticePage(TouchPage):
    """`show_notice` once it is known; the words follow the window's language."""

    def __init__(self) -> None:
        super().__init__()
        self._named: list[tuple[TouchButton, str]] = []
        self.text("touchTitle", "notice_title")
        row = QHBoxLayout()
        row.setSpacing(30)
        row.addWidget(self._make_area(), 1)
        row.addLayout(self._make_buttons())
        self.column.addLayout(row, 1)

    def _make_area(self) -> QScrollArea:
        self._area = area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = QWidget()
        body.setObjectName("page")
        self._body = QVBoxLayout(body)
        self._body.setSpacing(8)
        area.setWidget(body)
        QScroller.grabGesture(area.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        return area

    def _make_buttons(self) -> QLayout:
        column = QVBoxLayout()
        column.setSpacing(24)
        for sign, name, step in (("▲", "notice_up", -_STEP), ("▼", "notice_down", _STEP)):
            button = TouchButton(sign)
            button.clicked.connect(lambda _=False, by=step: self._scroll(by))
            self._named.append((button, name))
            column.addWidget(button)
        column.addStretch(1)
        column.addWidget(self.button("back", wants="clear"))
        return column

    def write(self, words: dict[str, str]) -> None:
        super().write(words)
        for button, code in self._named:
            button.setAccessibleName(words[code])

    def show_notice(self, words: NoticeWords, version: str) -> None:
        """From its beginning; `version` stands at the end."""
        clear(self._body)
        for section in words.sections:
            self._body.addWidget(label("touchStep", section.title))
            for line in section.lines:
                item = line.startswith(_ITEM)
                shown = f"•  {line.removeprefix(_ITEM)}" if item else line
                self._body.addWidget(label("touchText", shown))
        self._body.addWidget(label("muted", version))
        self._body.addStretch(1)
        self.to_top()

    def to_top(self) -> None:
        self._area.verticalScrollBar().setValue(0)

    def _scroll(self, step: float) -> None:
        self.touched.emit("reading")
        bar = self._area.verticalScrollBar()
        bar.setValue(bar.value() + round(step * bar.pageStep()))
