"""The camera's picture, and over it what the person holding a code can do."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk.desk.widgets import label, set_or_hide

_HINT_SHARE = 0.94  # of the picture's width


class Preview(QWidget):
    """Draws frames that come in its own size; `resized` says that size in the screen's points."""

    resized = Signal()
    looks_for_codes = True  # whether the hints for holding a code are shown over it
    wants_frames = True

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(240, 160)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._image: QImage | None = None
        self._hint = label("cameraHint")
        self._hint.setParent(self)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.hide()

    @property
    def points(self) -> tuple[int, int]:
        """What a picture should measure; nothing while nobody can see it."""
        if not self.isVisible():
            return (0, 0)
        ratio = self.devicePixelRatio()
        return (round(self.width() * ratio), round(self.height() * ratio))

    @property
    def shows_something(self) -> bool:
        return self._image is not None

    def show_frame(self, image: QImage) -> None:
        image.setDevicePixelRatio(self.devicePixelRatio())
        moved = self._image is None or self._image.size() != image.size()
        self._image = image
        if moved:
            self._place_hint()
        self.update()

    def show_hint(self, words: str) -> None:
        set_or_hide(self._hint, words)
        self._hint.setAccessibleName(words)
        self._place_hint()

    def clear_frame(self) -> None:
        self._image = None
        self.show_hint("")
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_hint()
        self.resized.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._image is None:
            return
        painter = QPainter(self)
        painter.drawImage(self._picture_place(), self._image)
        painter.end()

    def _picture_place(self) -> QRect:
        """A frame made for another size, as after a resize, is fitted once more until the next one comes."""
        if self._image is None:
            return self.rect()
        size = self._image.deviceIndependentSize().toSize()
        if size.width() > self.width() or size.height() > self.height():
            size = size.scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        corner = QPoint((self.width() - size.width()) // 2, (self.height() - size.height()) // 2)
        return QRect(corner, size)

    def _place_hint(self) -> None:
        """At the lower edge of the picture, where it hides the least of what is held up."""
        picture = self._picture_place()
        width = round(picture.width() * _HINT_SHARE)
        height = self._hint.heightForWidth(width)
        gap = (picture.width() - width) // 2
        size = QSize(width, height)
        self._hint.setGeometry(QRect(QPoint(picture.left() + gap, picture.bottom() - gap - height), size))
