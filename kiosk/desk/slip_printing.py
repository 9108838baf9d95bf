"""Sends a ticket to the printer that the settings name. Slow, and for a worker: a printer may say nothing."""

from __future__ import annotations

from kiosk import clock
from kiosk.desk.slip import dots_of
from kiosk.errors import UsageError
from kiosk.settings import TicketSettings
from kiosk.tickets.printers import ReceiptPrinter, SystemPrinter, print_dots, printer_of
from kiosk.tickets.ticket import Ticket


def get_ready(settings: TicketSettings) -> None:
    """Load fonts and all that drawing needs: 0.1 s that the first patient's slip would cost the window."""
    dots_of(Ticket("0", "", "", clock.now()), settings.width_mm)


def print_slip(ticket: Ticket, settings: TicketSettings) -> None:
    """When this returns the printer, or the system's print queue, has all of it.

    Raises PrinterError, UsageError ``ticket_off``, KioskError ``font_missing``.
    """
    match printer_of(settings.printer):
        case None:
            raise UsageError("ticket_off")
        case ReceiptPrinter() as receipt_printer:
            print_dots(dots_of(ticket, settings.width_mm), receipt_printer, copies=settings.copies)
        case SystemPrinter(name):
            from kiosk.desk.driver_printing import print_with_driver

            print_with_driver(ticket, name, settings)
