"""The sheet from the window: its picture, and the system's printer. Imported when somebody comes so far."""

from __future__ import annotations

from PySide6.QtCore import QSizeF, Qt
from PySide6.QtGui import QAbstractTextDocumentLayout, QColor, QImage, QPainter, QPalette
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from kiosk.desk.registration.sheet_paper import laid_out, margins_of, paper_of, put_on_paper
from kiosk.errors import PrinterError
from kiosk.registration.sheet import Sheet

_DOTS_PER_MM = 6


def picture_of(sheet: Sheet, *, large: bool) -> QImage:
    """The first page as it will be on paper."""
    paper, margins = paper_of(large=large), margins_of(large=large)
    inside = QSizeF(
        paper.width() - margins.left() - margins.right(), paper.height() - margins.top() - margins.bottom()
    )
    document = laid_out(sheet, inside, large=large)
    image = QImage(
        round(paper.width() * _DOTS_PER_MM), round(paper.height() * _DOTS_PER_MM), QImage.Format.Format_RGB32
    )
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.translate(margins.left() * _DOTS_PER_MM, margins.top() * _DOTS_PER_MM)
    scale = inside.width() * _DOTS_PER_MM / document.pageSize().width()
    painter.scale(scale, scale)
    painter.setClipRect(0, 0, round(document.pageSize().width()), round(document.pageSize().height()))
    context = QAbstractTextDocumentLayout.PaintContext()
    context.palette.setColor(QPalette.ColorRole.Text, Qt.GlobalColor.black)  # paper, also in a dark window
    document.documentLayout().draw(painter, context)
    painter.end()
    return image


def print_sheet(sheet: Sheet, *, large: bool) -> str:
    """On the system's default printer, whose name is given back.

    Raises PrinterError or KioskError ``font_missing``.
    """
    info = QPrinterInfo.defaultPrinter()
    if info.isNull():
        raise PrinterError("sheet_no_printer")
    if info.state() in {QPrinter.PrinterState.Aborted, QPrinter.PrinterState.Error}:
        raise PrinterError("printer_stopped", place=info.printerName())
    printer = QPrinter(info, QPrinter.PrinterMode.HighResolution)
    printer.setDocName(sheet.title)
    printer.setCreator("bhyt-kiosk")
    put_on_paper(sheet, printer, large=large)
    if printer.printerState() is QPrinter.PrinterState.Error:
        raise PrinterError("printer_failed", place=info.printerName())
    return info.printerName()
