"""What can be said of a portrait or a card's picture before it is saved. OpenCV, no Qt.

No published rule for the app's pictures was found; ratio and size are proposals (docs/decisions/0021), the
limits for light and sharpness were set on drawn and disturbed pictures. So a remark never forbids anything.
The face is found by the colour of skin: the detectors that OpenCV once carried are not in its version 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.errors import KioskError
from kiosk.readers import opencv

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Image = NDArray[Any]

MOST_BYTES = 1_000_000
CARD_RATIO = 1.586  # ISO/IEC 7810 ID-1: 85.60 x 53.98 mm

_GUIDE_SHARE = 0.92  # of the frame's height or width
_DARK, _BRIGHT = 70, 205  # mean grey
_SHARP_PORTRAIT, _SHARP_CARD = 25.0, 80.0  # variance of the Laplacian, 600 pixels wide
_GLARE_SHARE = 0.004  # of the card, in one piece
_QUALITIES = (92, 85, 78, 70, 60)


class PhotoKind(StrEnum):
    PORTRAIT = "portrait"
    CARD_FRONT = "card_front"
    CARD_BACK = "card_back"

    @property
    def ratio(self) -> float:
        """Width to height; 4x6 for the portrait."""
        return 2 / 3 if self is PhotoKind.PORTRAIT else CARD_RATIO

    @property
    def least_pixels(self) -> tuple[int, int]:
        return (600, 900) if self is PhotoKind.PORTRAIT else (1200, 757)


@dataclass(frozen=True, slots=True)
class Photo:
    """`picture` is cut to the guide, or to the card's corners; `remarks` are codes, most urgent first."""

    picture: Image
    remarks: tuple[str, ...]


def guide(columns: float, rows: float, ratio: float) -> tuple[float, float, float, float]:
    """Left, top, width and height of the frame to fill, in the middle of the picture."""
    height = min(rows * _GUIDE_SHARE, columns * _GUIDE_SHARE / ratio)
    width = height * ratio
    return (columns - width) / 2, (rows - height) / 2, width, height


def look_at(frame: Image, kind: PhotoKind) -> Photo:
    """Cut `frame` (BGR) and judge it."""
    rows, columns = frame.shape[:2]
    left, top, width, height = (round(value) for value in guide(columns, rows, kind.ratio))
    inside = frame[top : top + height, left : left + width]
    remarks = []
    if kind is PhotoKind.PORTRAIT:
        picture = inside
        remarks += _light(picture) + _blur(picture, _SHARP_PORTRAIT) + _face(picture)
    else:
        corners = find_card(frame)
        picture = inside if corners is None else _straightened(frame, corners)
        remarks += [] if corners is not None else ["corners_missing"]
        remarks += _light(picture) + _blur(picture, _SHARP_CARD) + _glare(picture)
    if picture.shape[1] < kind.least_pixels[0] or picture.shape[0] < kind.least_pixels[1] - 1:
        remarks.append("too_small")
    return Photo(picture.copy(), tuple(remarks))


def as_jpeg(picture: Image) -> bytes:
    """Under `MOST_BYTES`, and nothing but pixels: no EXIF, no place, no time, no camera."""
    cv2 = opencv.load()
    while True:
        for quality in _QUALITIES:
            done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
            if not done:
                raise KioskError("photo_encode")
            if len(data) < MOST_BYTES:
                return bytes(data)
        picture = cv2.resize(picture, None, fx=0.8, fy=0.8, interpolation=cv2.INTER_AREA)


def save_photo(picture: Image, file: Path) -> None:
    """Raises UsageError ``export_write``."""
    from kiosk.visits.exports import whole_file

    data = as_jpeg(picture)
    with whole_file(file) as part:
        part.write_bytes(data)


def find_card(frame: Image) -> Image | None:
    """The four corners of a card-shaped outline, clockwise from the top left; None where there is none."""
    import numpy as np

    cv2 = opencv.load()
    rows, columns = frame.shape[:2]
    factor = 640 / columns
    small = cv2.resize(frame, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), (5, 5), 0)
    edges = cv2.dilate(cv2.Canny(grey, 40, 120), np.ones((3, 3), np.uint8))
    contours, _ = cv2.findContours(edges, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    best, largest = None, 0.2 * small.shape[0] * small.shape[1]
    for contour in contours:
        outline = cv2.approxPolyDP(contour, 0.02 * cv2.arcLength(contour, closed=True), closed=True)
        area = cv2.contourArea(outline)
        if len(outline) == 4 and area > largest and cv2.isContourConvex(outline):
            corners = _clockwise(outline.reshape(4, 2).astype(np.float32) / factor)
            if _card_shaped(corners) and _inside(corners, columns, rows):
                best, largest = corners, area
    return best


def _clockwise(points: Image) -> Image:
    import numpy as np

    sums, differences = points.sum(axis=1), np.diff(points, axis=1).ravel()
    order = [sums.argmin(), differences.argmin(), sums.argmax(), differences.argmax()]
    return np.asarray(points[order], dtype=np.float32)


def _sides(corners: Image) -> tuple[float, float]:
    """Mean width and height."""
    import numpy as np

    lengths = [float(np.linalg.norm(corners[n] - corners[(n + 1) % 4])) for n in range(4)]
    return (lengths[0] + lengths[2]) / 2, (lengths[1] + lengths[3]) / 2


def _card_shaped(corners: Image) -> bool:
    width, height = _sides(corners)
    return height > 0 and abs(width / height / CARD_RATIO - 1) <= 0.12


def _inside(corners: Image, columns: int, rows: int) -> bool:
    edge = 0.004 * columns
    x, y = corners[:, 0], corners[:, 1]
    return bool(x.min() > edge and y.min() > edge and x.max() < columns - edge and y.max() < rows - edge)


def _straightened(frame: Image, corners: Image) -> Image:
    import numpy as np

    cv2 = opencv.load()
    width = round(_sides(corners)[0])
    height = round(width / CARD_RATIO)
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, target)
    flat: Image = cv2.warpPerspective(frame, matrix, (width, height))
    return flat


def _light(picture: Image) -> list[str]:
    cv2 = opencv.load()
    mean = float(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).mean())
    return ["too_dark"] if mean < _DARK else ["too_bright"] if mean > _BRIGHT else []


def _blur(picture: Image, least: float) -> list[str]:
    cv2 = opencv.load()
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    grey = cv2.resize(grey, (600, round(600 * grey.shape[0] / grey.shape[1])), interpolation=cv2.INTER_AREA)
    return [] if cv2.Laplacian(grey, cv2.CV_64F).var() >= least else ["blurred"]


def _glare(picture: Image) -> list[str]:
    """A blown-out patch in one piece; white print is neither so bright nor so large."""
    import numpy as np

    cv2 = opencv.load()
    small = cv2.resize(picture, (600, round(600 * picture.shape[0] / picture.shape[1])))
    burnt = (small.min(axis=2) >= 250).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(burnt)
    patches = stats[1:, cv2.CC_STAT_AREA]
    return ["glare"] if len(patches) and patches.max() > _GLARE_SHARE * burnt.size else []


def _face(picture: Image) -> list[str]:
    """Where the largest patch of skin is: a hint, as every colour of light makes skin another colour."""
    import numpy as np

    cv2 = opencv.load()
    small = cv2.resize(picture, (160, 240), interpolation=cv2.INTER_AREA)
    chroma = cv2.cvtColor(small, cv2.COLOR_BGR2YCrCb)
    skin = cv2.inRange(chroma, np.array((40, 135, 80)), np.array((250, 180, 135)))
    skin = cv2.morphologyEx(skin, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    count, _, stats, centres = cv2.connectedComponentsWithStats(skin)
    if count < 2:
        return ["face_missing"]
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    area = stats[largest, cv2.CC_STAT_AREA] / skin.size
    across, down = centres[largest] / (160, 240)
    if area < 0.04:
        return ["face_missing"]
    if abs(across - 0.5) > 0.14 or not 0.25 < down < 0.68:
        return ["face_off_centre"]
    return ["face_small"] if area < 0.09 else []
