"""The fonts of what goes on paper. Systems have different ones; all must have Vietnamese letters."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontMetricsF

from kiosk.errors import KioskError

SANS = ["Segoe UI", "Arial", "Noto Sans", "Liberation Sans", "DejaVu Sans"]

OFFICIAL = ["Times New Roman", "Liberation Serif", "Tinos", "DejaVu Serif", "Noto Serif", "DejaVu Sans"]
"""Official papers are set in Times New Roman (NĐ 30/2020/NĐ-CP, phụ lục I); systems have the others."""

_HARDEST = "ỄỰặẵ"


def with_vietnamese(font: QFont) -> QFont:
    """`font`, which has the letters. Raises KioskError ``font_missing``."""
    metrics = QFontMetricsF(font)
    # PySide's `inFont` takes a letter for another character, which one depends on the machine.
    if not all(metrics.inFontUcs4(ord(letter)) for letter in _HARDEST):
        raise KioskError("font_missing")
    return font
