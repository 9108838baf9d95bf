"""The few ESC/POS commands a ticket needs: print dots, feed, cut, ask how the printer is.

Vietnamese is always sent as dots: no two makers agree on a code page for it, and a wrong one prints garbage
without an error. Commands as in Epson's ESC/POS reference; the clones know these.
"""

from __future__ import annotations

from kiosk.tickets.bitmap import Bitmap

ROWS_PER_BAND = 128
"""A band is one raster command. Small ones suit printers with little memory, and when a transfer breaks off
the printer takes no more than the rest of one for dots."""

_START = b"\x1b@"  # ESC @: forget what another program has set
_FEED_AND_CUT = (
    b"\x1bd\x03\x1dVB\x00"  # ESC d 3, GS V 66 0: to the knife, cut; printers without one only feed
)

OFFLINE_CAUSE = b"\x10\x04\x02"  # DLE EOT 2
PAPER = b"\x10\x04\x04"  # DLE EOT 4
_FIXED_BITS, _FIXED_VALUE = 0b1001_0011, 0b0001_0010  # of every answer to DLE EOT


def job(bitmap: Bitmap, copies: int = 1) -> bytes:
    """The bytes that print `bitmap` so many times, each cut off."""
    return (_START + b"".join(_bands(bitmap)) + _FEED_AND_CUT) * copies


def _bands(bitmap: Bitmap) -> list[bytes]:
    wide = bitmap.bytes_per_row
    bands = []
    for top in range(0, bitmap.height, ROWS_PER_BAND):
        rows = min(ROWS_PER_BAND, bitmap.height - top)
        # GS v 0, mode 0 (one dot is one dot), bytes a row, rows
        head = b"\x1dv0\x00" + wide.to_bytes(2, "little") + rows.to_bytes(2, "little")
        bands.append(head + bitmap.data[top * wide : (top + rows) * wide])
    return bands


def is_answer(byte: int) -> bool:
    """Whether this can be an answer to DLE EOT."""
    return byte & _FIXED_BITS == _FIXED_VALUE


def trouble_in(offline_cause: int, paper: int) -> str | None:
    """The error code that the two answers amount to; None: the printer can print."""
    if paper & 0b0110_0000 or offline_cause & 0b0010_0000:
        return "printer_no_paper"
    if offline_cause & 0b0000_0100:
        return "printer_cover_open"
    if offline_cause & 0b0100_0000:
        return "printer_fault"
    return None
