"""Draws a QR code as its modules, for the desk's test code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray


def modules(text: str) -> NDArray[Any]:
    """8-bit grey, one pixel a module, with the quiet zone around it; error correction M."""
    import numpy as np
    import zxingcpp

    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return np.array(zxingcpp.write_barcode_to_image(code, scale=1, add_quiet_zones=True), dtype=np.uint8)
