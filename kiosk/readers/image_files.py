"""Picture files into arrays: PNG, JPEG, WebP, BMP and TIFF, recognised by content and not by name.

A file that is cut off is refused and not half read: a missing half may hold the second code, and staff would
never know. Flipped bits inside a complete JPEG cannot be told from noise; a code read from such a picture is
still right, because QR carries its own error correction.
"""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.errors import ImageError
from kiosk.readers import opencv
from kiosk.readers.image_headers import DamagedHeaderError, ImageHeader, read_header

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Image = NDArray[Any]

MAX_FILE_BYTES = 256_000_000
"""Larger than any photograph; keeps a disk image that was picked by mistake out of memory."""

DEFAULT_MAX_MEGAPIXELS = 50.0


def read_image(path: Path, *, max_megapixels: float = DEFAULT_MAX_MEGAPIXELS) -> Image:
    """The upright picture as 8-bit BGR. Of several pages or animation frames, the first.

    Raises ImageError, whose value ``file`` is the file's name.
    """
    try:
        return decode_image(_read_bytes(path), max_megapixels=max_megapixels)
    except ImageError as error:
        raise ImageError(error.code, error.detail, (), **{**error.values, "file": path.name}) from None


def decode_image(data: bytes, *, max_megapixels: float = DEFAULT_MAX_MEGAPIXELS) -> Image:
    """Like `read_image`, for a picture that is already in memory (pasted, dropped)."""
    if not data:
        raise ImageError("image_empty")
    try:
        header = read_header(data)
    except DamagedHeaderError as error:
        raise ImageError("image_damaged", str(error)) from None
    if header is None:
        raise ImageError("image_format")
    if header.megapixels > max_megapixels:
        raise ImageError(
            "image_too_large",
            f"{header.width} x {header.height} pixels",
            megapixels=f"{header.megapixels:.1f}",
            limit=f"{max_megapixels:g}",
        )
    return _pixels(data, header)


def _read_bytes(path: Path) -> bytes:
    """Bytes read by Python: OpenCV's own file access fails on Vietnamese names under Windows."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # a folder, but also a device or pipe that would never end
            raise ImageError("image_unreadable", "not a regular file")
        if status.st_size > MAX_FILE_BYTES:
            raise ImageError(
                "image_file_too_large",
                megabytes=f"{status.st_size / 1e6:.0f}",
                limit=f"{MAX_FILE_BYTES / 1e6:.0f}",
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise ImageError("image_missing") from None
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL in it
        reason = error.strerror if isinstance(error, OSError) else None
        raise ImageError("image_unreadable", reason or type(error).__name__) from None


def _pixels(data: bytes, header: ImageHeader) -> Image:
    import numpy as np

    cv2 = opencv.load()
    image: Image | None
    try:
        with opencv.quiet_stderr():
            # Unchanged, because the colour modes drop transparency; rotation is therefore applied below.
            image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except (cv2.error, MemoryError) as error:
        raise ImageError("image_damaged", type(error).__name__) from None
    if image is None or image.size == 0:
        raise ImageError("image_damaged", f"OpenCV could not decode this {header.format}")
    return np.ascontiguousarray(_upright(_as_bgr(image), header.orientation))


def _as_bgr(image: Image) -> Image:
    """8-bit BGR on white paper, whatever the depth and channels."""
    cv2 = opencv.load()
    colour, alpha = (image[..., :-1], image[..., -1]) if _has_alpha(image) else (image, None)
    colour = _eight_bit(colour)
    if colour.ndim == 2 or colour.shape[2] == 1:
        colour = cv2.cvtColor(colour, cv2.COLOR_GRAY2BGR)
    return colour if alpha is None else _on_white(colour, alpha)


def _has_alpha(image: Image) -> bool:
    return image.ndim == 3 and image.shape[2] in {2, 4}


def _eight_bit(image: Image) -> Image:
    """Deeper pictures are stretched over their own range: scanners store 10 or 12 bits in 16."""
    import numpy as np

    if image.dtype == np.uint8:
        return image
    cv2 = opencv.load()
    finite = np.nan_to_num(image.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    stretched: Image = cv2.normalize(finite, None, 0, 255, cv2.NORM_MINMAX, cv2.CV_8U)
    return stretched


def _on_white(colour: Image, alpha: Image) -> Image:
    import numpy as np

    full = float(np.iinfo(alpha.dtype).max) if np.issubdtype(alpha.dtype, np.integer) else 1.0
    if (alpha == full).all():
        return np.ascontiguousarray(colour)
    cover = (alpha.astype(np.float32) / full)[..., None]
    return np.asarray(colour * cover + 255.0 * (1.0 - cover), dtype=np.float32).round().astype(np.uint8)


def _upright(image: Image, orientation: int) -> Image:
    """Undo the camera's rotation (EXIF 2.3, tag 0x0112)."""
    if orientation in {5, 6, 7, 8}:
        image = image.swapaxes(0, 1)
    if orientation in {2, 3, 6, 7}:
        image = image[:, ::-1]
    if orientation in {3, 4, 7, 8}:
        image = image[::-1]
    return image
