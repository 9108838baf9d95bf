"""The small parts that pages are built of."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from kiosk.desk.words import KeyHint


def label(name: str, words: str = "", *, wrap: bool = True) -> QLabel:
    """A plain-text label; what a card says is never taken for markup."""
    made = QLabel(words)
    made.setObjectName(name)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    return made


def panel() -> tuple[QFrame, QVBoxLayout]:
    frame = QFrame()
    frame.setObjectName("panel")
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(24, 18, 24, 18)
    layout.setSpacing(8)
    return frame, layout


def clear(layout: QLayout) -> None:
    """Take everything out of `layout`."""
    while (item := layout.takeAt(0)) is not None:
        if (inner := item.layout()) is not None:
            clear(inner)
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()


def set_or_hide(target: QLabel, words: str) -> None:
    target.setText(words)
    target.setVisible(bool(words))


class KeyButton(QFrame):
    """A key as it looks on the keyboard and what it does; may be clicked, never takes the focus."""

    pressed = Signal(str)

    def __init__(self, hint: KeyHint, *, main: bool, colour: str | None = None) -> None:
        super().__init__()
        self._key = hint.key
        self.setAccessibleName(f"{hint.key}: {hint.label}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        words = label("mainAction" if main else "action", hint.label)
        words.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        if colour:
            words.setStyleSheet(f"color: {colour}")
        row.addWidget(label("keycap", hint.key, wrap=False), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(words, 1, Qt.AlignmentFlag.AlignVCenter)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.rect().contains(event.position().toPoint()):
            self.pressed.emit(self._key)


class KeyRow(QWidget):
    """The keys that mean something now, the main one first and larger."""

    pressed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 6, 0, 0)
        self._row.setSpacing(30)

    def show_keys(self, hints: Iterable[KeyHint], colour: str | None = None) -> None:
        clear(self._row)
        for place, hint in enumerate(hints):
            button = KeyButton(hint, main=place == 0, colour=colour)
            button.pressed.connect(self.pressed)
            self._row.addWidget(button, 0)
        self._row.addStretch(1)


class Icon(QWidget):
    """A sign drawn by hand, so that it looks the same with any font."""

    def __init__(self, sign: str = "", colour: str = "#000000", size: int = 84) -> None:
        super().__init__()
        self._sign, self._colour, self._size = sign, colour, size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_sign(self, sign: str, colour: str) -> None:
        self._sign, self._colour = sign, colour
        self.update()

    def scale(self, factor: float) -> None:
        self._size = max(round(84 * factor), 24)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(self._size, self._size)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = min(self.width(), self.height())
        painter.scale(side / 100, side / 100)
        pen = QPen(QColor(self._colour), 9)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._sign == "warning":
            painter.drawPolygon([QPointF(50, 10), QPointF(94, 88), QPointF(6, 88)])
        else:
            painter.drawEllipse(QRectF(7, 7, 86, 86))
        for stroke in _STROKES.get(self._sign, ()):
            painter.drawPolyline([QPointF(x, y) for x, y in stroke])
        painter.end()


_STROKES: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "check": (((29, 52), (44, 67), (72, 35)),),
    "cross": (((34, 34), (66, 66)), ((66, 34), (34, 66))),
    "warning": (((50, 38), (50, 60)), ((50, 74), (50, 75))),
    "clock": (((50, 25), (50, 52), (68, 62)),),
    "pause": (((39, 34), (39, 66)), ((61, 34), (61, 66))),
}
