"""A picture of dots as a receipt printer takes it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bitmap:
    """Rows from the top, each of whole bytes, the leftmost dot first; 1 is black.

    Raises ValueError when `data` has not ``height`` rows.
    """

    width: int  # dots
    height: int
    data: bytes

    def __post_init__(self) -> None:
        if len(self.data) != self.bytes_per_row * self.height:
            raise ValueError("the data do not fill the rows")

    @property
    def bytes_per_row(self) -> int:
        return (self.width + 7) // 8

    def is_black(self, x: int, y: int) -> bool:
        return bool(self.data[y * self.bytes_per_row + x // 8] >> (7 - x % 8) & 1)
