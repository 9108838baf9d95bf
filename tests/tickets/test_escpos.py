"""The bytes of a ticket, read back by a printer that understands them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from receipt_printer import Reader

from kiosk.tickets import escpos
from kiosk.tickets.bitmap import Bitmap


@st.composite
def bitmaps(draw: st.DrawFn) -> Bitmap:
    wide, height = draw(st.sampled_from([1, 3, 48, 72])), draw(st.integers(1, 300))
    row = draw(st.binary(min_size=wide, max_size=wide))
    rows = b"".join(bytes(byte ^ (place % 251) for byte in row) for place in range(height))
    return Bitmap(wide * 8, height, rows)


@given(bitmap=bitmaps(), copies=st.integers(1, 3), cut_at=st.integers(0, 2000))
def test_every_dot_arrives_on_every_copy(bitmap: Bitmap, copies: int, cut_at: int) -> None:
    """However the transport cuts the bytes up, and whatever the dots look like."""
    data = escpos.job(bitmap, copies)
    reader = Reader()
    reader.feed(data[:cut_at])
    reader.feed(data[cut_at:])
    assert reader.slips == [bitmap] * copies
    assert not reader.unfinished


@pytest.mark.parametrize(
    ("offline_cause", "paper", "code"),
    [
        (0x12, 0x12, None),
        (0x12, 0x1E, None),  # the roll comes to its end, there is some left
        (0x12, 0x72, "printer_no_paper"),
        (0x32, 0x12, "printer_no_paper"),
        (0x16, 0x12, "printer_cover_open"),
        (0x52, 0x12, "printer_fault"),
    ],
)
def test_what_a_printer_tells_of_itself(offline_cause: int, paper: int, code: str | None) -> None:
    assert escpos.is_answer(offline_cause)
    assert escpos.is_answer(paper)
    assert escpos.trouble_in(offline_cause, paper) == code


def test_other_bytes_are_no_answer() -> None:
    assert not any(escpos.is_answer(byte) for byte in b"\x00\xff\x90AB")


def test_a_bitmap_is_whole() -> None:
    assert Bitmap(9, 1, b"\x00\x80").is_black(8, 0)
    with pytest.raises(ValueError, match="rows"):
        Bitmap(9, 2, b"\x00\x80")
