"""The small parts that pages are built of."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from kiosk.desk.palette import MUTED_ON_PAGE, PANEL, READY
from kiosk.desk.words import KeyHint


def label(name: str, words: str = "", *, wrap: bool = True) -> QLabel:
    """A plain-text label; what a card says is never taken for markup."""
    made = QLabel(words)
    made.setObjectName(name)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    made.setIndent(0)  # Qt indents labels with padding by half a letter
    return made


class OneLine(QLabel):
    """A label whose end gives way where there is no room; whole in its tool tip."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__(words)
        self.setObjectName(name)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setToolTip(words)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        room = self.contentsRect()
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
        painter.end()


def panel() -> tuple[QFrame, QVBoxLayout]:
    frame = QFrame()
    frame.setObjectName("panel")
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(24, 18, 24, 18)
    layout.setSpacing(8)
    return frame, layout


def rule() -> QFrame:
    """A thin line between groups of rows."""
    line = QFrame()
    line.setObjectName("rule")
    line.setFixedHeight(1)
    return line


def clear(layout: QLayout) -> None:
    """Take everything out of `layout`."""
    while (item := layout.takeAt(0)) is not None:
        if (inner := item.layout()) is not None:
            clear(inner)
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()


def scale_layouts(root: QWidget, factor: float) -> None:
    """Margins and gaps grow and shrink with the type."""
    for layout in root.findChildren(QLayout):
        base = layout.property("base")
        if base is None:
            margins = layout.contentsMargins()
            base = [margins.left(), margins.top(), margins.right(), margins.bottom(), *_gaps(layout)]
            layout.setProperty("base", base)
        left, top, right, bottom, *gaps = (round(value * factor) for value in base)
        layout.setContentsMargins(left, top, right, bottom)
        if isinstance(layout, FlowLayout):
            layout.factor = factor
            layout.invalidate()
        elif isinstance(layout, QGridLayout):
            layout.setHorizontalSpacing(gaps[0])
            layout.setVerticalSpacing(gaps[1])
        elif gaps:
            layout.setSpacing(gaps[0])


def _gaps(layout: QLayout) -> list[int]:
    if isinstance(layout, QGridLayout):
        return [layout.horizontalSpacing(), layout.verticalSpacing()]
    return [] if isinstance(layout, FlowLayout) else [layout.spacing()]


def announce(widget: QWidget, words: str) -> None:
    """Have a screen reader say it, where one runs: the focus stays where it is."""
    if words and QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, words))


def set_or_hide(target: QLabel, words: str) -> None:
    target.setText(words)
    target.setVisible(bool(words))


def set_style(target: QWidget, sheet: str) -> None:
    """Set a style sheet only when it is another: Qt works out the whole look again even for the same one."""
    if target.styleSheet() != sheet:
        target.setStyleSheet(sheet)


class KeyButton(QFrame):
    """A key as it looks on the keyboard and what it does; may be clicked, never takes the focus."""

    pressed = Signal(str)

    def __init__(self, hint: KeyHint, *, main: bool, colour: str | None = None, wrap: bool = False) -> None:
        """`wrap`: its words may take several lines, where its width is given."""
        super().__init__()
        self._key = hint.key
        self.setAccessibleName(f"{hint.key}: {hint.label}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        words = label("mainAction" if main else "action", hint.label, wrap=wrap)
        if colour:
            words.setStyleSheet(f"color: {colour}")
        row.addWidget(label("keycap", hint.key, wrap=False), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(words, 1, Qt.AlignmentFlag.AlignVCenter)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.rect().contains(event.position().toPoint()):
            self.pressed.emit(self._key)


class FlowLayout(QLayout):
    """Items beside each other at their own size, on as many lines as they need.

    They move together, down to `closest`, where that keeps them on one line.
    """

    def __init__(self, parent: QWidget, across: int = 24, down: int = 8, closest: int | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._across, self._down = across, down
        self._closest = across if closest is None else closest
        self.factor = 1.0  # of the gaps, as `scale_layouts` sets it
        self.setContentsMargins(0, 4, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size + QSize(0, self.contentsMargins().top())

    def _place(self, rect: QRect, *, move: bool) -> int:
        x, y, line = rect.x(), rect.y() + self.contentsMargins().top(), 0
        across = self._gap(rect.width())
        for item in self._items:
            size = item.sizeHint()
            if x > rect.x() and x + size.width() > rect.right() + 1:
                x, y, line = rect.x(), y + line + round(self._down * self.factor), 0
            if move:
                item.setGeometry(QRect(QPoint(x, y), size))
            x += size.width() + across
            line = max(line, size.height())
        return y + line - rect.y()

    def _gap(self, width: int) -> int:
        """Between two items of a line."""
        across = round(self._across * self.factor)
        gaps = len(self._items) - 1
        if gaps < 1:
            return across
        left = width - sum(item.sizeHint().width() for item in self._items)
        fitting = left // gaps
        return min(fitting, across) if fitting >= round(self._closest * self.factor) else across


class KeyRow(QWidget):
    """The keys that mean something now, the main one first and larger."""

    pressed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._row = FlowLayout(self, closest=9)
        self._shown: tuple[tuple[KeyHint, ...], str | None] = ((), None)

    def show_keys(self, hints: Iterable[KeyHint], colour: str | None = None) -> None:
        hints = tuple(hints)
        if (hints, colour) == self._shown:
            return
        self._shown = (hints, colour)
        clear(self._row)
        for place, hint in enumerate(hints):
            button = KeyButton(hint, main=place == 0, colour=colour)
            button.pressed.connect(self.pressed)
            scale_layouts(button, self._row.factor)
            self._row.addWidget(button)


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
    "person": (
        ((50, 24), (58, 27), (61, 35), (58, 43), (50, 46), (42, 43), (39, 35), (42, 27), (50, 24)),
        ((29, 73), (33, 60), (43, 55), (57, 55), (67, 60), (71, 73)),
    ),
}


class ScanPicture(QWidget):
    """A phone with a code on it, drawn: what the desk is waiting for."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(140, 160)
        self.setAccessibleName("")

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = min(self.width() / 120, self.height() / 190)
        painter.translate((self.width() - 120 * side) / 2, (self.height() - 190 * side) / 2)
        painter.scale(side, side)
        ink = QColor(MUTED_ON_PAGE.text)
        painter.setPen(QPen(ink, 3.5))
        painter.setBrush(QColor(PANEL.ground))
        painter.drawRoundedRect(QRectF(14, 8, 92, 174), 13, 13)
        painter.drawLine(QPointF(51, 19), QPointF(69, 19))
        draw_sample_code(painter)
        painter.setPen(QPen(QColor(READY.text), 3.5))
        painter.drawLine(QPointF(2, 88), QPointF(118, 88))
        painter.end()


def draw_sample_code(painter: QPainter) -> None:
    """What looks like a QR code, 64 units wide, with its corner at (28, 56)."""
    ink = QColor(MUTED_ON_PAGE.text)
    painter.setPen(Qt.PenStyle.NoPen)
    for x, y in _FINDERS:
        painter.setBrush(ink)
        painter.drawRect(QRectF(x, y, 22, 22))
        painter.setBrush(QColor(PANEL.ground))
        painter.drawRect(QRectF(x + 3.5, y + 3.5, 15, 15))
        painter.setBrush(ink)
        painter.drawRect(QRectF(x + 7, y + 7, 8, 8))
    for x, y in _DOTS:
        painter.drawRect(QRectF(28 + 3.2 * x, 56 + 3.2 * y, 3.2, 3.2))


_FINDERS = ((28, 56), (69.6, 56), (28, 97.6))
_DOTS = tuple(
    (x, y)
    for x in range(20)
    for y in range(20)
    if (x * 7 + y * 5 + x * y) % 3 == 0 and not (x < 8 and (y < 8 or y > 11)) and not (x > 11 and y < 8)
)
