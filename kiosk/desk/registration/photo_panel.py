"""The camera's picture with the frame to fill, and what can be said of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QHideEvent, QImage, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.desk.palette import CAMERA_HINT, FOCUS
from kiosk.desk.preview import Preview
from kiosk.desk.registration.photo_measure import PhotoKind, guide
from kiosk.desk.widgets import clear, label


class GuidedPreview(Preview):
    """A preview with the frame over it; none over a picture that was taken, which is cut already."""

    def __init__(self) -> None:
        super().__init__()
        self.looks_for_codes = False
        self.wants_frames = False
        self._kind: PhotoKind | None = None

    def show_guide(self, kind: PhotoKind | None) -> None:
        self._kind = kind
        self.wants_frames = kind is not None
        self.update()

    def showEvent(self, event: QShowEvent) -> None:
        """It comes and goes within its page: then the camera's frames are wanted, and no more."""
        super().showEvent(event)
        self.resized.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.resized.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._kind is None or not self.shows_something:
            return
        place = self._picture_place()
        left, top, width, height = guide(place.width(), place.height(), self._kind.ratio)
        frame = QRectF(place.left() + left, place.top() + top, width, height)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for colour, thick in ((CAMERA_HINT.ground, 5), (FOCUS, 3)):  # seen on a light and on a dark ground
            painter.setPen(QPen(QColor(colour), thick, Qt.PenStyle.DashLine))
            painter.drawRect(frame)
            if self._kind is PhotoKind.PORTRAIT:
                face = QRectF(0, 0, width * 0.56, height * 0.52)
                face.moveCenter(frame.center() - QPointF(0, height * 0.08))
                painter.drawEllipse(face)
        painter.end()


class PhotoPanel(QWidget):
    """Hidden until somebody asks for it: pictures are off by default."""

    def __init__(self) -> None:
        super().__init__()
        self.preview = GuidedPreview()
        self._title = label("sectionTitle")
        self._remarks = QVBoxLayout()
        self._remarks.setSpacing(6)
        side = QVBoxLayout()
        side.addWidget(self._title)
        side.addLayout(self._remarks)
        side.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(18)
        row.addWidget(self.preview, 3)
        row.addLayout(side, 2)
        self.hide()

    def say(self, title: str, remarks: Sequence[str]) -> None:
        self._title.setText(title)
        clear(self._remarks)
        for remark in remarks:
            self._remarks.addWidget(label("notice", remark))
        self.preview.setAccessibleName(f"{title}. {' '.join(remarks)}")

    def show_taken(self, image: QImage) -> None:
        self.preview.show_guide(None)
        points = self.preview.points
        if all(points):
            image = image.scaled(
                *points, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
        self.preview.show_frame(image)

    def wipe(self) -> None:
        self.preview.show_guide(None)
        self.preview.clear_frame()
        self.say("", ())
        self.hide()
