"""Prints a ticket on a printer that has a driver in the system: any printer, not only receipt printers."""

from __future__ import annotations

from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from kiosk.desk.slip import dots_of, draw_slip, painting_on, title_of
from kiosk.errors import PrinterError
from kiosk.settings import TicketSettings
from kiosk.tickets.ticket import DOTS_PER_MM, PRINTABLE_DOTS, Ticket


def print_with_driver(ticket: Ticket, name: str, settings: TicketSettings) -> None:
    """`name` is empty for the system's default printer. Raises PrinterError."""
    info = QPrinterInfo.printerInfo(name) if name else QPrinterInfo.defaultPrinter()
    if info.isNull():
        raise PrinterError("printer_absent" if name else "printer_no_default", place=name)
    if info.state() in {QPrinter.PrinterState.Aborted, QPrinter.PrinterState.Error}:
        raise PrinterError("printer_stopped", place=info.printerName())
    printer = QPrinter(info, QPrinter.PrinterMode.HighResolution)
    printer.setCopyCount(settings.copies)
    draw_on(printer, ticket, settings.width_mm)


def draw_on(printer: QPrinter, ticket: Ticket, width_mm: int) -> None:
    """In its true size at the top of the printer's own paper; smaller where that is narrower or shorter.

    Raises PrinterError ``printer_failed``.
    """
    printer.setDocName(title_of(ticket))
    printer.setCreator("bhyt-kiosk")
    dots = PRINTABLE_DOTS[width_mm]
    height = dots_of(ticket, width_mm).height
    room = printer.pageLayout().paintRectPixels(printer.resolution())
    true_size = printer.resolution() / 25.4 / DOTS_PER_MM
    size = min(true_size, room.width() / dots, room.height() / height)
    try:
        with painting_on(printer) as painter:
            painter.scale(size, size)
            draw_slip(painter, ticket, dots)
    except OSError:
        raise PrinterError("printer_failed", place=printer.printerName()) from None
    if printer.printerState() is QPrinter.PrinterState.Error:
        raise PrinterError("printer_failed", place=printer.printerName())
