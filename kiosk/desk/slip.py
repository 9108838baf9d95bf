"""Draws a queue ticket with Qt, which shapes Vietnamese: to dots, to a file, on a printer with a driver.

No window is needed, and any thread may do it once `offscreen.qt` or the window has started Qt.
"""

from __future__ import annotations

import errno
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPageSize,
    QPaintDevice,
    QPainter,
    QPainterPath,
    QPdfWriter,
    QPen,
    QPolygonF,
    QTransform,
)

from kiosk import texts
from kiosk.desk.fonts import SANS, with_vietnamese
from kiosk.errors import UsageError
from kiosk.tickets.bitmap import Bitmap
from kiosk.tickets.ticket import DOTS_PER_MM, PRINTABLE_DOTS, Ticket
from kiosk.visits.exports import whole_file

_LONGEST = 4000
"""Dots; more than the longest names fill on the narrowest paper."""

_OUTLINE = 1000.0
"""Size of the number's outline before it is made as large as it goes."""

_BLACK, _WHITE = QColor(0, 0, 0), QColor(255, 255, 255)
_DARK_BELOW = 150
"""Of 255: a print head knows no grey, and thin strokes must not break."""

_NARROW_PART = 0.8
"""How much smaller letters are on 58 mm than on 80 mm."""


@contextmanager
def painting_on(device: QPaintDevice) -> Iterator[QPainter]:
    """A painter that has let go of `device` whatever happens; Qt crashes when the device goes first.

    Raises OSError when the device cannot be painted on.
    """
    painter = QPainter()
    if not painter.begin(device):
        raise OSError(errno.EIO, os.strerror(errno.EIO))
    try:
        yield painter
    finally:
        painter.end()


def dots_of(ticket: Ticket, width_mm: int) -> Bitmap:
    """The ticket as a receipt printer prints it. Raises KioskError ``font_missing``."""
    image = _image_of(ticket, width_mm)
    black = QImage(image.size(), QImage.Format.Format_Grayscale8)
    with painting_on(black) as painter:
        painter.drawImage(0, 0, image)
    return _packed(black)


def _packed(grey: QImage) -> Bitmap:
    import numpy as np

    width, height = grey.width(), grey.height()
    rows = np.frombuffer(grey.constBits(), np.uint8).reshape(height, grey.bytesPerLine())[:, :width]
    return Bitmap(width, height, np.packbits(rows < _DARK_BELOW, axis=1).tobytes())


def save_slip(ticket: Ticket, file: Path, width_mm: int) -> None:
    """Write the ticket as PNG or PDF, whole or not at all. Raises KioskError, also UsageError."""
    ending = file.suffix.lower()
    if ending not in {".png", ".pdf"}:
        raise UsageError("ticket_format", file=str(file))
    with whole_file(file) as part:
        if ending == ".pdf":
            _save_pdf(ticket, part, width_mm)
        elif not _as_image(dots_of(ticket, width_mm)).save(str(part)):
            raise OSError(errno.EIO, os.strerror(errno.EIO))  # Qt says no more than "not saved"


def _as_image(bitmap: Bitmap) -> QImage:
    """The dots as printed, with the edges that the print head leaves white."""
    image = QImage(bitmap.data, bitmap.width, bitmap.height, bitmap.bytes_per_row, QImage.Format.Format_Mono)
    image.setColorTable([_WHITE.rgb(), _BLACK.rgb()])
    return image.copy()


def _save_pdf(ticket: Ticket, file: Path, width_mm: int) -> None:
    dots = PRINTABLE_DOTS[width_mm]
    height = _image_of(ticket, width_mm).height()
    edge = (width_mm - dots / DOTS_PER_MM) / 2
    writer = QPdfWriter(str(file))
    writer.setPageSize(
        QPageSize(QSizeF(width_mm, height / DOTS_PER_MM + 2 * edge), QPageSize.Unit.Millimeter)
    )
    writer.setPageMargins(QMarginsF(edge, edge, edge, edge))
    writer.setTitle(title_of(ticket))
    writer.setCreator("bhyt-kiosk")
    with painting_on(writer) as painter:
        painter.scale(writer.logicalDpiX() / 25.4 / DOTS_PER_MM, writer.logicalDpiY() / 25.4 / DOTS_PER_MM)
        draw_slip(painter, ticket, dots)
    del writer  # writes the end of the file


def title_of(ticket: Ticket) -> str:
    """The name of the job in a print queue."""
    return texts.text("ticket", "title", ticket.language, number=ticket.number)


def _image_of(ticket: Ticket, width_mm: int) -> QImage:
    image = QImage(PRINTABLE_DOTS[width_mm], _LONGEST, QImage.Format.Format_RGB32)
    image.fill(_WHITE)
    with painting_on(image) as painter:
        height = draw_slip(painter, ticket, image.width())
    return image.copy(0, 0, image.width(), min(math.ceil(height), _LONGEST))


def draw_slip(painter: QPainter, ticket: Ticket, width: int) -> float:
    """Draw from the painter's origin down, one unit a dot; the height that was used.

    Raises KioskError ``font_missing``.
    """
    return _Slip(painter, width, ticket.language).draw(ticket)


class _Slip:
    """A pen that goes down the paper."""

    def __init__(self, painter: QPainter, width: int, language: str) -> None:
        self._painter, self._width, self._language = painter, float(width), language
        self._part = 1.0 if width >= PRINTABLE_DOTS[80] else _NARROW_PART
        self._y = 0.0
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(_BLACK)

    def draw(self, ticket: Ticket) -> float:
        if ticket.training:
            self._box(self._text("training"), 27, filled=True)
            self._down(12)
        if ticket.test:
            self._box(self._text("test"), 27, filled=True)
            self._down(12)
        self._line(ticket.facility, 32, bold=True)
        self._line(ticket.desk, 30)
        self._down(10)
        self._rule()
        self._down(12)
        self._line(self._text("queue_number"), 34, bold=True)
        self._number(ticket.number)
        if ticket.priority:
            self._down(8)
            self._box(self._text("priority"), 54, filled=True, stars=True)
            self._down(14)
        if ticket.initials:
            self._line(ticket.initials, 38)
        self._line(self._text("please_wait"), 36, bold=True)
        self._down(10)
        self._rule()
        self._down(8)
        self._line(f"{ticket.at:%H:%M}   {ticket.at:%d/%m/%Y}", 32)
        if ticket.again_at is not None:
            self._down(6)
            self._box(self._text("again", time=f"{ticket.again_at:%H:%M}"), 30, filled=False)
        self._down(16)
        return self._y

    def _text(self, code: str, **values: str) -> str:
        return texts.text("ticket", code, self._language, **values)

    def _down(self, dots: float) -> None:
        self._y += dots * self._part

    def _line(self, text: str, size: float, *, bold: bool = False) -> None:
        """Centred; a text that is too wide goes on in the next line, and one long word becomes smaller."""
        flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
        font = _font(size * self._part, bold=bold)
        longest = max(map(QFontMetricsF(font).horizontalAdvance, text.split()), default=0.0)
        if longest > self._width:
            font = _font(size * self._part * self._width / longest * 0.98, bold=bold)
        self._painter.setFont(font)
        room = QRectF(0, self._y, self._width, _LONGEST)
        needed = self._painter.boundingRect(room, flags, text)
        self._painter.drawText(room, flags, text)
        self._y += needed.height()

    def _number(self, number: str) -> None:
        """As large as the width allows; as an outline, without the room a font keeps for accents."""
        font = _font(_OUTLINE, bold=True)
        # With hinting, what was drawn before it decides where its edges are.
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        outline = QPainterPath()
        outline.addText(QPointF(0, 0), font, number)
        ink = outline.boundingRect()
        size = min(230 * self._part / _OUTLINE, self._width * 0.94 / ink.width())
        self._down(14)
        place = QTransform.fromTranslate(self._width / 2, self._y).scale(size, size)
        self._painter.fillPath(place.translate(-ink.center().x(), -ink.y()).map(outline), _BLACK)
        self._y += ink.height() * size
        self._down(22)

    def _box(self, text: str, size: float, *, filled: bool, stars: bool = False) -> None:
        """A framed or black box around a text, with a star on each side where it should show from afar."""
        font = _font(size * self._part, bold=True)
        metrics = QFontMetricsF(font)
        star = metrics.capHeight() * 0.75 if stars else 0.0
        most = self._width - 4 - (4 * star if stars else 0) - metrics.height() * 0.6
        if metrics.horizontalAdvance(text) > most:
            font = _font(size * self._part * most / metrics.horizontalAdvance(text), bold=True)
            metrics = QFontMetricsF(font)
        words = metrics.horizontalAdvance(text)
        wide = words + metrics.height() * 0.6 + 4 * star
        box = QRectF((self._width - wide) / 2, self._y + 2, wide, metrics.height() * 1.16)
        painter = self._painter
        painter.setPen(QPen(_BLACK, 3))
        painter.setBrush(_BLACK if filled else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 8, 8)
        ink = _WHITE if filled else _BLACK
        painter.setPen(ink)
        painter.setFont(font)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)
        if stars:
            painter.setBrush(ink)
            painter.setPen(Qt.PenStyle.NoPen)
            for side in (-1, 1):
                centre = QPointF(box.center().x() + side * (words / 2 + 1.5 * star), box.center().y())
                painter.drawPolygon(_star(centre, star))
        painter.setPen(_BLACK)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        self._y += box.height() + 4

    def _rule(self) -> None:
        self._painter.fillRect(QRectF(0, self._y, self._width, 2), _BLACK)
        self._y += 2


def _font(pixels: float, *, bold: bool) -> QFont:
    font = QFont(SANS)
    font.setPixelSize(max(round(pixels), 1))
    font.setBold(bold)
    return with_vietnamese(font)


def _star(centre: QPointF, radius: float) -> QPolygonF:
    points = []
    for corner in range(10):
        far = radius if corner % 2 == 0 else radius * 0.4
        angle = math.pi * corner / 5 - math.pi / 2
        points.append(QPointF(centre.x() + far * math.cos(angle), centre.y() + far * math.sin(angle)))
    return QPolygonF(points)
