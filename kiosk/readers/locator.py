"""Where in a frame something like a QR code stands, found by texture: a patch with dense edges both ways.

Finder patterns are the first thing blur, glare and moiré destroy; the dense field of modules between them
stays visible far longer. All is done on the frame at half its size, in well under a plain look's time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kiosk.readers import opencv
from kiosk.readers.engines import Point

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Image = NDArray[Any]

CELL = 8
"""Pixels of the half-size picture that one value of the texture map stands for."""

LEAST_TEXTURE = 3.0
"""Mean steps in grey levels below which a patch is paper, skin, wall or noise."""

LEAST_SIDE = 80
"""Pixels of the dense patch, which ends within the symbol."""

MOST = 2
"""Regions looked at in a frame."""


@dataclass(frozen=True, slots=True)
class Region:
    """An upright box in the frame's pixels, wide enough to hold the symbol with its quiet zone."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def side(self) -> int:
        return max(self.right - self.left, self.bottom - self.top)

    @property
    def centre(self) -> Point:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def cut(self, grey: Image) -> Image:
        return grey[self.top : self.bottom, self.left : self.right]

    def near(self, other: Region) -> bool:
        """Whether a hand could have brought one to the other within a frame."""
        (x, y), (other_x, other_y) = self.centre, other.centre
        larger = max(self.side, other.side)
        alike = min(self.side, other.side) > 0.6 * larger
        return alike and abs(x - other_x) < larger / 2 and abs(y - other_y) < larger / 2


def locate(grey: Image) -> list[Region]:
    """The regions most like a QR code, the likeliest first."""
    import numpy as np

    cv2 = opencv.load()
    height, width = grey.shape[:2]
    if min(height, width) < 4 * CELL:
        return []
    half = cv2.resize(grey, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    # Whole cells, for then OpenCV's reduction is several times as fast.
    cells = ((half.shape[1] - 2) // CELL, (half.shape[0] - 2) // CELL)
    right, bottom = cells[0] * CELL, cells[1] * CELL
    here = half[:bottom, :right]
    across = _texture(cv2, half[:bottom, 2 : right + 2], here, cells)
    down = _texture(cv2, half[2 : bottom + 2, :right], here, cells)
    texture = np.minimum(across, down)  # print has edges both ways too, but not as dense
    texture = cv2.blur(texture, (3, 3))
    strongest = float(texture.max())
    noise = float(np.median(texture))
    if strongest < max(LEAST_TEXTURE, 2.0 * noise):
        return []
    level = max(LEAST_TEXTURE * 0.8, noise + 0.55 * (strongest - noise))
    dense = (texture > level).astype(np.uint8)
    count, _, boxes, _ = cv2.connectedComponentsWithStats(dense, connectivity=8)
    found: list[tuple[float, Region]] = []
    pixels = 2 * CELL
    for left, top, wide, high, area in boxes[1:count]:
        box_x, box_y = float(wide * pixels), float(high * pixels)
        if min(box_x, box_y) < 0.6 * LEAST_SIDE or max(box_x, box_y) < LEAST_SIDE:
            continue
        if max(box_x, box_y) > 3.0 * min(box_x, box_y) or area < 0.45 * wide * high:
            continue
        edge = 0.18 * max(box_x, box_y) + 8
        found.append(
            (
                float(area) * min(box_x, box_y) / max(box_x, box_y),
                Region(
                    max(0, int(left * pixels - edge)),
                    max(0, int(top * pixels - edge)),
                    min(width, int((left + wide) * pixels + edge)),
                    min(height, int((top + high) * pixels + edge)),
                ),
            )
        )
    return [region for _, region in sorted(found, key=lambda one: -one[0])[:MOST]]


def _texture(cv2: Any, one: Image, other: Image, cells: tuple[int, int]) -> Any:
    steps = cv2.absdiff(one, other)
    return cv2.resize(steps, cells, interpolation=cv2.INTER_AREA).astype("float32")
