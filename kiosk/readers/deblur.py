"""Undoing a known blur: Wiener's filter, for pictures with little noise left in them."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from kiosk.readers import opencv

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Image = NDArray[Any]


def out_of_focus(grey: Image, radius: float, noise: float) -> Image:
    """Undo a lens's blur, an even disc of `radius` pixels; `noise` is its share of the picture's power."""
    return _filtered(grey, "disc", radius, noise)


def smeared(grey: Image, spread: float, noise: float) -> Image:
    """Undo what defocus, motion and averaging make together: a bell of `spread` pixels."""
    return _filtered(grey, "bell", spread, noise)


def _filtered(grey: Image, shape: str, size: float, noise: float) -> Image:
    import numpy as np

    cv2 = opencv.load()
    height, width = grey.shape
    high, wide = cv2.getOptimalDFTSize(height), cv2.getOptimalDFTSize(width)
    even = cv2.copyMakeBorder(grey, 0, high - height, 0, wide - width, cv2.BORDER_REFLECT)
    spectrum = cv2.dft(even.astype(np.float32) - 128, flags=cv2.DFT_COMPLEX_OUTPUT)
    gain = _gain(high, wide, shape, size, noise)
    back = cv2.dft(spectrum * gain, flags=cv2.DFT_INVERSE | cv2.DFT_SCALE | cv2.DFT_REAL_OUTPUT)
    clear: Image = (128 + back[:height, :width]).clip(0, 255).astype(np.uint8)
    return clear


@lru_cache(maxsize=8)
def _gain(high: int, wide: int, shape: str, size: float, noise: float) -> Image:
    """Both blurs are symmetric, so the filter is real and changes no phase."""
    import numpy as np

    cv2 = opencv.load()
    half = math.ceil(size if shape == "disc" else 3 * size) + 1
    ys, xs = np.mgrid[-half : half + 1, -half : half + 1]
    distance = np.hypot(ys, xs)
    spot = (size + 0.5 - distance).clip(0, 1) if shape == "disc" else np.exp(-(distance**2) / (2 * size**2))
    around = np.zeros((high, wide), np.float32)
    around[: 2 * half + 1, : 2 * half + 1] = spot / spot.sum()
    around = np.roll(around, (-half, -half), (0, 1))
    blur = cv2.dft(around, flags=cv2.DFT_COMPLEX_OUTPUT)[..., 0]
    gain: Image = (blur / (blur * blur + noise))[..., None].astype(np.float32)
    return gain
