"""The strip at the bottom, drawn: small segments, each with its sign, on as many lines as they need."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from kiosk.desk import palette
from kiosk.desk.health import say
from kiosk.desk.health_strip import Segment, Sign
from kiosk.desk.widgets import FlowLayout, Icon, clear, label
from kiosk.desk.words import Words

_SIGN_SIZE = 17  # in a window of 1366 x 768
_COLOURS = {
    Sign.GOOD: palette.READY_ON_STRIP,
    Sign.TROUBLE: palette.PROBLEM,
    Sign.WAITING: palette.STRIP,
    Sign.OFF: palette.STRIP,
}


class _Sign(Icon):
    def scale(self, factor: float) -> None:
        self._size = max(round(_SIGN_SIZE * factor), 12)
        self.updateGeometry()


class SegmentButton(QFrame):
    """A sign and a few words; a click asks what to do. Never takes the focus: F12 is its key."""

    clicked = Signal(str)  # the matter

    def __init__(self, segment: Segment, words: Words, factor: float) -> None:
        super().__init__()
        self._matter = segment.matter
        self.setObjectName("segment")
        self.setProperty("trouble", "true" if segment.sign is Sign.TROUBLE else "false")
        told = say(words, "segment_opens", text=segment.text)
        self.setAccessibleName(told)
        self.setToolTip(told)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        row = QHBoxLayout(self)
        row.setContentsMargins(round(8 * factor), round(2 * factor), round(8 * factor), round(2 * factor))
        row.setSpacing(round(6 * factor))
        sign = _Sign(segment.sign, _COLOURS[segment.sign].text)
        sign.scale(factor)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignVCenter)
        self._text = label("segmentText", segment.text, wrap=False)
        self._text.setProperty("trouble", "true" if segment.sign is Sign.TROUBLE else "false")
        row.addWidget(self._text, 1, Qt.AlignmentFlag.AlignVCenter)

    def fit(self, width: int) -> None:
        """A segment that is wider than the whole strip breaks into lines, between words."""
        self._text.setWordWrap(False)
        self.setMaximumWidth(16_777_215)
        self.setMinimumWidth(0)
        if self.sizeHint().width() > width:
            self._text.setWordWrap(True)
            self.setFixedWidth(width)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        if self._text.wordWrap() and self.hasHeightForWidth():
            hint = QSize(self.maximumWidth(), self.heightForWidth(self.maximumWidth()))
        return hint

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.rect().contains(event.position().toPoint()):
            self.clicked.emit(str(self._matter))


class StripBar(QFrame):
    """Rebuilt only when something is said differently."""

    clicked = Signal(str)  # the matter of the segment

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.setObjectName("strip")
        self._words = words
        self._segments: tuple[Segment, ...] = ()
        self._factor = 1.0
        self._inside = QWidget()
        self._inside.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._row = FlowLayout(self._inside, across=8, down=2)
        self._frame = QHBoxLayout(self)
        self._frame.setContentsMargins(20, 2, 20, 5)
        self._frame.addWidget(self._inside)

    @property
    def segments(self) -> tuple[Segment, ...]:
        return self._segments

    def show_segments(self, segments: tuple[Segment, ...]) -> None:
        if segments != self._segments:
            self._segments = segments
            self._build()

    def scale(self, factor: float) -> None:
        self._factor = factor
        self._build()

    def _build(self) -> None:
        clear(self._row)
        for segment in self._segments:
            button = SegmentButton(segment, self._words, self._factor)
            button.clicked.connect(self.clicked)
            self._row.addWidget(button)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        margins = self._frame.contentsMargins()
        room = self.width() - margins.left() - margins.right()
        for button in self._inside.findChildren(SegmentButton):
            button.fit(room)
