"""What a picture file says of itself, read without decoding it: format, size in pixels, rotation.

The size must be known before OpenCV allocates memory for it (decompression bombs), and truncation before
OpenCV fills the missing part with grey. Formats: PNG (W3C), JPEG (ITU T.81), WebP (RFC 9649), BMP
(BITMAPINFO), TIFF 6.0 and BigTIFF, EXIF 2.3.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_TIFF_SIGNATURES = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_ORIENTATION_TAG = 0x0112
_MAX_TAGS = 1000
"""More entries than any real directory has; keeps a hostile one from being walked for long."""


class DamagedHeaderError(Exception):
    """The format is known but its header or structure is broken or cut off."""


@dataclass(frozen=True, slots=True)
class ImageHeader:
    """`orientation` is the EXIF value 1-8 that a viewer still has to apply; OpenCV applies TIFF's itself."""

    format: str
    width: int
    height: int
    orientation: int = 1

    @property
    def megapixels(self) -> float:
        return self.width * self.height / 1e6


def read_header(data: bytes) -> ImageHeader | None:
    """The header of a PNG, JPEG, WebP, BMP or TIFF, recognised by content; None for anything else.

    Raises DamagedHeaderError where the file is cut off or its structure contradicts itself.
    """
    try:
        header = _recognise(data)
    except (struct.error, IndexError):
        raise DamagedHeaderError("cut off inside the header") from None
    if header is not None and (header.width < 1 or header.height < 1):
        raise DamagedHeaderError(f"impossible size {header.width} x {header.height}")
    return header


def _recognise(data: bytes) -> ImageHeader | None:
    if data.startswith(_PNG_SIGNATURE):
        return _png(data)
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    if data.startswith(b"BM") and _looks_like_bmp(data):
        return _bmp(data)
    if data.startswith(_TIFF_SIGNATURES):
        return _tiff(data)
    return None


def _png(data: bytes) -> ImageHeader:
    width = height = 0
    orientation = 1
    position = len(_PNG_SIGNATURE)
    while True:
        length, kind = struct.unpack_from(">I4s", data, position)
        end = position + 8 + length
        if kind == b"IHDR":
            width, height = struct.unpack_from(">II", data, position + 8)
            if width * height > 2**32:  # certainly a bomb; the rest need not be looked at
                return ImageHeader("png", width, height)
        (checksum,) = struct.unpack_from(">I", data, end)
        body = memoryview(data)[position + 4 : end]
        if zlib.crc32(body) != checksum:
            raise DamagedHeaderError(f"wrong checksum in chunk {kind!r}")
        if kind == b"eXIf":
            orientation = _exif_orientation(bytes(body[4:]))
        if kind == b"IEND":
            return ImageHeader("png", width, height, orientation)
        position = end + 4


def _jpeg(data: bytes) -> ImageHeader:
    size: tuple[int, int] | None = None
    orientation = 1
    for marker, position, length in _jpeg_segments(data):
        if marker in _START_OF_FRAME:
            height, width = struct.unpack_from(">HH", data, position + 1)
            size = width, height
        elif marker == 0xE1 and data[position : position + 6] == b"Exif\0\0":
            orientation = _exif_orientation(data[position + 6 : position + length])
        elif marker == 0xDA:
            if size is None:
                raise DamagedHeaderError("scan before frame header")
            if data.find(b"\xff\xd9", position) < 0:
                raise DamagedHeaderError("no end of image")
            return ImageHeader("jpeg", *size, orientation)
    raise DamagedHeaderError("no scan")


_START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """``(marker, position of the content, its length)`` up to and with the first scan."""
    position = 2
    while True:
        if data[position] != 0xFF:
            raise DamagedHeaderError("marker expected")
        while data[position] == 0xFF:
            position += 1
        marker = data[position]
        position += 1
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:
            continue
        (length,) = struct.unpack_from(">H", data, position)
        if length < 2 or marker == 0xD9:
            raise DamagedHeaderError("broken segment")
        yield marker, position + 2, length - 2
        if marker == 0xDA:
            return
        position += length


def _webp(data: bytes) -> ImageHeader:
    (declared,) = struct.unpack_from("<I", data, 4)
    if declared + 8 > len(data):
        raise DamagedHeaderError("cut off")
    width = height = 0
    orientation = 1
    position = 12
    while position + 8 <= len(data):
        kind, length = struct.unpack_from("<4sI", data, position)
        body = position + 8
        if kind in _WEBP_SIZES:
            # A canvas and a picture in it both tell a size; the larger counts against the limit.
            own_width, own_height = _WEBP_SIZES[kind](data, body)
            width, height = max(width, own_width), max(height, own_height)
        elif kind == b"EXIF":
            content = data[body : body + length]
            orientation = _exif_orientation(content.removeprefix(b"Exif\0\0"))
        position = body + length + length % 2
    return ImageHeader("webp", width, height, orientation)


def _vp8x_size(data: bytes, body: int) -> tuple[int, int]:
    return _u24(data, body + 4) + 1, _u24(data, body + 7) + 1


def _vp8_size(data: bytes, body: int) -> tuple[int, int]:
    width, height = struct.unpack_from("<HH", data, body + 6)
    return width & 0x3FFF, height & 0x3FFF


def _vp8l_size(data: bytes, body: int) -> tuple[int, int]:
    (bits,) = struct.unpack_from("<I", data, body + 1)
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


_WEBP_SIZES: dict[bytes, Callable[[bytes, int], tuple[int, int]]] = {
    b"VP8X": _vp8x_size,
    b"VP8 ": _vp8_size,
    b"VP8L": _vp8l_size,
}


def _u24(data: bytes, position: int) -> int:
    return data[position] | data[position + 1] << 8 | data[position + 2] << 16


def _looks_like_bmp(data: bytes) -> bool:
    """``BM`` also begins ordinary text; the size of the second header tells them apart."""
    return len(data) < 18 or struct.unpack_from("<I", data, 14)[0] in {12, 16, 40, 52, 56, 64, 108, 124}


def _bmp(data: bytes) -> ImageHeader:
    pixels, header_size = struct.unpack_from("<II", data, 10)
    if header_size == 12:
        width, height, _planes, depth = struct.unpack_from("<HHHH", data, 18)
        compression = 0
    else:
        width, height, _planes, depth, compression = struct.unpack_from("<iiHHI", data, 18)
    height = abs(height)  # negative: rows from the top
    header = ImageHeader("bmp", width, height)
    row = (width * depth + 31) // 32 * 4
    if compression == 0 and header.megapixels < 10_000 and len(data) < pixels + row * height:
        raise DamagedHeaderError("cut off")
    return header


def _tiff(data: bytes) -> ImageHeader:
    width = height = 0
    for tag, value in _tiff_numbers(data):
        # Taking the largest of repeated tags, so that no second one slips past the limit.
        if tag == 0x0100:
            width = max(width, value)
        elif tag == 0x0101:
            height = max(height, value)
    return ImageHeader("tiff", width, height)


def _tiff_numbers(data: bytes) -> Iterator[tuple[int, int]]:
    """``(tag, value)`` of the single whole numbers in the first directory of a TIFF or EXIF block."""
    order = "<" if data[:2] == b"II" else ">"
    big = struct.unpack_from(order + "H", data, 2)[0] == 43
    first = struct.unpack_from(order + ("Q" if big else "I"), data, 8 if big else 4)[0]
    if first > len(data):
        raise DamagedHeaderError("directory lies outside the file")
    count = struct.unpack_from(order + ("Q" if big else "H"), data, first)[0]
    if count > _MAX_TAGS:
        raise DamagedHeaderError("impossible directory")
    entry = first + (8 if big else 2)
    for _ in range(count):
        tag, kind = struct.unpack_from(order + "HH", data, entry)
        code = {1: "B", 3: "H", 4: "I", 16: "Q"}.get(kind)
        if code:
            yield tag, struct.unpack_from(order + code, data, entry + (12 if big else 8))[0]
        entry += 20 if big else 12


def _exif_orientation(block: bytes) -> int:
    """1-8; 1 where the block is missing, damaged or says something else: a bad tag spoils no picture."""
    if not block.startswith(_TIFF_SIGNATURES):
        return 1
    try:
        found = dict(_tiff_numbers(block)).get(_ORIENTATION_TAG, 1)
    except (struct.error, DamagedHeaderError):
        return 1
    return found if 1 <= found <= 8 else 1
