"""Which printer the settings name, and printing dots on a receipt printer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.errors import PrinterError
from kiosk.tickets import escpos
from kiosk.tickets.bitmap import Bitmap
from kiosk.tickets.channels import (
    Address,
    Channel,
    DeviceAddress,
    SerialAddress,
    TcpAddress,
    open_channel,
)

RAW_PORT = 9100
SERIAL_BAUD = 9600
"""What most receipt printers are delivered with."""


@dataclass(frozen=True, slots=True)
class SystemPrinter:
    """A printer with a driver; without a name the system's default one."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptPrinter:
    """A printer that is sent ESC/POS bytes."""

    address: Address


Printer = SystemPrinter | ReceiptPrinter


def printer_of(setting: str) -> Printer | None:
    """What `ticket.printer` names; None for ``off``. The setting has been checked by its rule."""
    kind, _, rest = setting.partition(":")
    if kind == "system":
        return SystemPrinter(rest)
    if kind != "escpos":
        return None
    if rest.startswith("tcp://"):
        host, _, port = rest.removeprefix("tcp://").partition(":")
        return ReceiptPrinter(TcpAddress(host, int(port) if port else RAW_PORT))
    if rest.startswith("serial:") or rest.upper().startswith("COM"):
        name, _, baud = rest.removeprefix("serial:").partition(",")
        return ReceiptPrinter(SerialAddress(name, int(baud) if baud else SERIAL_BAUD))
    return ReceiptPrinter(DeviceAddress(rest))


def print_dots(
    bitmap: Bitmap,
    printer: ReceiptPrinter,
    *,
    copies: int = 1,
    opening: Callable[[Address], Channel] = open_channel,
) -> None:
    """Send `bitmap`; when this returns the printer has taken all of it. Raises PrinterError.

    A printer that tells how it is, is asked before and after: paper that ran out is no ticket. One that tells
    nothing is believed.
    """
    with opening(printer.address) as channel:
        talks = ask(channel)
        channel.send(escpos.job(bitmap, copies))
        if talks and not ask(channel):
            raise PrinterError("printer_cut", place=printer.address.place)
        channel.finish()


def ask(channel: Channel) -> bool:
    """Whether the printer tells how it is. Raises PrinterError when it tells that it cannot print."""
    cause = channel.ask(escpos.OFFLINE_CAUSE)
    paper = channel.ask(escpos.PAPER) if cause is not None else None
    if cause is None or paper is None:
        return False
    code = escpos.trouble_in(cause, paper)
    if code is not None:
        raise PrinterError(code, place=channel.place)
    return True
