"""Any picture a patient can send becomes an upright array, or one clear error."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import tracemalloc
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from reader_samples import HEALTH_CARD, as_file, code

from kiosk.errors import ImageError
from kiosk.readers.decoder import Decoder
from kiosk.readers.image_files import decode_image, read_image
from kiosk.readers.image_headers import DamagedHeaderError, read_header

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF")


def texts(data: bytes) -> list[str]:
    return [found.text for found in Decoder(["zxing"]).decode(decode_image(data))]


def card(mode: str = "RGB") -> Image.Image:
    return Image.fromarray(code(HEALTH_CARD)).convert(mode)


def corner_marked() -> Image.Image:
    """40 x 20 pixels, black but for a white quarter at the top left."""
    pixels = np.zeros((20, 40), np.uint8)
    pixels[:10, :20] = 255
    return Image.fromarray(pixels).convert("RGB")


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_is_read_whatever_the_name_says(tmp_path: Path, format_: str) -> None:
    path = tmp_path / "Ảnh thẻ của bà Nguyễn.txt"
    path.write_bytes(as_file(card(), format_))
    image = read_image(path)
    assert image.dtype == np.uint8
    assert image.shape == (*card().size[::-1], 3)
    assert [found.text for found in Decoder().decode(image)] == [HEALTH_CARD]


@pytest.mark.parametrize(
    ("format_", "options"),
    [
        ("JPEG", {"progressive": True}),
        ("JPEG", {"icc_profile": bytes(200_000)}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"icc_profile": bytes(70_001)}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("TIFF", {"compression": "jpeg"}),
        ("TIFF", {"compression": "tiff_deflate"}),
        ("TIFF", {"big_tiff": True}),
        ("PNG", {"icc_profile": bytes(70_001)}),
    ],
)
def test_the_usual_varieties_of_a_format(format_: str, options: dict[str, object]) -> None:
    assert texts(as_file(card(), format_, **options)) == [HEALTH_CARD]


@pytest.mark.parametrize(
    ("format_", "mode"),
    [
        ("PNG", "L"),
        ("PNG", "1"),
        ("PNG", "P"),
        ("PNG", "LA"),
        ("PNG", "RGBA"),
        ("PNG", "I;16"),
        ("JPEG", "L"),
        ("JPEG", "CMYK"),
        ("BMP", "1"),
        ("BMP", "P"),
        ("BMP", "RGBA"),
        ("TIFF", "1"),
        ("TIFF", "P"),
        ("TIFF", "CMYK"),
        ("TIFF", "RGBA"),
        ("TIFF", "I;16"),
        ("TIFF", "F"),
        ("WEBP", "RGBA"),
    ],
)
def test_every_depth_and_colour_model(format_: str, mode: str) -> None:
    deep = Image.fromarray(code(HEALTH_CARD).astype(np.uint16) * 257)
    picture = deep if mode == "I;16" else card(mode)
    assert texts(as_file(picture, format_)) == [HEALTH_CARD]


@pytest.mark.parametrize("full", [1023, 4095])
def test_a_scanner_that_stores_few_bits_in_sixteen(full: int) -> None:
    shallow = (code(HEALTH_CARD).astype(np.uint32) * full // 255).astype(np.uint16)
    assert texts(as_file(Image.fromarray(shallow), "TIFF")) == [HEALTH_CARD]


@pytest.mark.parametrize("format_", ["PNG", "WEBP"])
def test_transparent_pictures_stand_on_white(format_: str) -> None:
    black_on_nothing = Image.new("RGBA", card().size, (0, 0, 0, 0))
    black_on_nothing.putalpha(Image.fromarray(255 - code(HEALTH_CARD)))
    data = as_file(black_on_nothing, format_, **({"lossless": True} if format_ == "WEBP" else {}))
    assert decode_image(data)[0, 0].tolist() == [255, 255, 255]
    assert texts(data) == [HEALTH_CARD]


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize(
    ("orientation", "size", "white"),
    [
        (1, (40, 20), "top left"),
        (2, (40, 20), "top right"),
        (3, (40, 20), "bottom right"),
        (4, (40, 20), "bottom left"),
        (5, (20, 40), "top left"),
        (6, (20, 40), "top right"),
        (7, (20, 40), "bottom right"),
        (8, (20, 40), "bottom left"),
    ],
)
def test_the_cameras_rotation_is_undone(
    format_: str, orientation: int, size: tuple[int, int], white: str
) -> None:
    tags = Image.Exif()
    tags[0x0112] = orientation
    image = decode_image(as_file(corner_marked(), format_, exif=tags))
    width, height = size
    assert image.shape == (height, width, 3)
    row = 3 if "top" in white else -4
    column = 3 if "left" in white else -4
    assert image[row, column].min() > 200
    assert (image > 128).mean() == pytest.approx(0.25, abs=0.05)


def test_of_several_pages_and_frames_the_first_counts() -> None:
    blank = Image.new("RGB", card().size, "white")
    pages = as_file(card(), "TIFF", save_all=True, append_images=[blank])
    assert texts(pages) == [HEALTH_CARD]


@pytest.mark.skipif(not hasattr(cv2, "imdecodeanimation"), reason="OpenCV before 4.11 reads no animations")
def test_of_an_animation_the_first_frame_counts() -> None:
    animation = as_file(card(), "WEBP", save_all=True, append_images=[Image.new("RGB", card().size)])
    assert texts(animation) == [HEALTH_CARD]


def png_claiming(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def jpeg_claiming(width: int, height: int) -> bytes:
    data = bytearray(as_file(card(), "JPEG"))
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def webp_claiming(width: int, height: int) -> bytes:
    data = bytearray(as_file(card("RGBA").rotate(5, fillcolor=(0, 0, 0, 0)), "WEBP"))
    assert data[12:16] == b"VP8X"
    data[24:27] = struct.pack("<I", width - 1)[:3]
    data[27:30] = struct.pack("<I", height - 1)[:3]
    return bytes(data)


def bmp_claiming(width: int, height: int) -> bytes:
    data = bytearray(as_file(card(), "BMP"))
    data[18:26] = struct.pack("<ii", width, -height)
    return bytes(data)


def tiff_claiming(width: int, height: int) -> bytes:
    entries = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1)]
    body = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + body + bytes(4)


BOMBS = {
    "png": png_claiming(60_000, 60_000),
    "png-largest": png_claiming(2**31 - 1, 2**31 - 1),
    "jpeg": jpeg_claiming(60_000, 60_000),
    "webp": webp_claiming(16_000, 16_000),
    "bmp": bmp_claiming(200_000, 200_000),
    "tiff": tiff_claiming(60_000, 60_000),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_by_its_header_without_memory(name: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(ImageError) as caught:
            decode_image(BOMBS[name])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert caught.value.code in {"image_too_large", "image_damaged"}
    assert peak < 5_000_000


def test_a_bomb_says_how_large_it_is_and_what_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(BOMBS["png"])
    with pytest.raises(ImageError) as caught:
        read_image(path, max_megapixels=12.5)
    assert caught.value.code == "image_too_large"
    assert caught.value.values == {"file": "bomb.png", "megapixels": "3600.0", "limit": "12.5"}


def test_the_limit_itself_is_allowed() -> None:
    data = as_file(Image.new("L", (1000, 500), 255), "PNG")
    assert decode_image(data, max_megapixels=0.5).shape == (500, 1000, 3)
    with pytest.raises(ImageError, match="1000 x 500"):
        decode_image(data, max_megapixels=0.49)


def test_a_second_size_in_a_tiff_does_not_slip_past_the_limit() -> None:
    small_first = [(256, 4, 1, 10), (256, 4, 1, 60_000), (257, 4, 1, 60_000)]
    body = b"".join(struct.pack("<HHII", *entry) for entry in small_first)
    header = read_header(b"II*\0" + struct.pack("<IH", 8, len(small_first)) + body + bytes(4))
    assert header is not None
    assert header.megapixels == 3600


def test_a_directory_beyond_the_end_of_the_earth() -> None:
    with pytest.raises(DamagedHeaderError, match="outside"):
        read_header(b"II+\0\x08\0\0\0" + b"\xff" * 16)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("kept", [0.02, 0.3, 0.6, 0.95])
def test_a_cut_off_file_is_refused(format_: str, kept: float) -> None:
    noise = np.random.default_rng(3).integers(0, 255, (300, 300, 3), dtype=np.uint8)
    data = as_file(Image.fromarray(noise), format_)
    with pytest.raises(ImageError) as caught:
        decode_image(data[: int(len(data) * kept)])
    assert caught.value.code == "image_damaged"


def test_a_png_with_a_flipped_bit_is_refused() -> None:
    data = bytearray(as_file(card(), "PNG"))
    data[len(data) // 2] ^= 0x10
    with pytest.raises(DamagedHeaderError, match="checksum"):
        read_header(bytes(data))
    with pytest.raises(ImageError) as caught:
        decode_image(bytes(data))
    assert caught.value.code == "image_damaged"


def test_a_jpeg_without_its_end_is_found_out_before_opencv_fills_it_with_grey() -> None:
    data = as_file(card(), "JPEG")
    with pytest.raises(DamagedHeaderError, match="no end"):
        read_header(data[: len(data) // 2])


@pytest.mark.parametrize(
    "data",
    [
        b"Khong phai anh",
        b"BM tai lieu dai hon muoi tam byte cua mot tep BMP",
        b"%PDF-1.7\n",
        b"GIF89a" + bytes(100),
        b"\x00\x00\x00 ftypheic" + bytes(100),
        bytes(1000),
        b"RIFF" + bytes(4) + b"AVI LIST" + bytes(50),
    ],
    ids=["text", "text-bm", "pdf", "gif", "heic", "zeros", "avi"],
)
def test_anything_else_is_not_a_picture(data: bytes) -> None:
    with pytest.raises(ImageError) as caught:
        decode_image(data)
    assert caught.value.code == "image_format"


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    empty = tmp_path / "empty.png"
    empty.write_bytes(b"")
    cases = {
        tmp_path / "none.png": "image_missing",
        tmp_path: "image_unreadable",
        empty: "image_empty",
        empty / "below.png": "image_unreadable",
        tmp_path / "with\0nul": "image_unreadable",
        tmp_path / ("long" * 100): "image_unreadable",
    }
    for path, expected in cases.items():
        with pytest.raises(ImageError) as caught:
            read_image(path)
        assert (path.name, caught.value.code) == (path.name, expected)
        assert caught.value.values["file"] == path.name


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are POSIX")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(ImageError) as caught:
        read_image(tmp_path / "pipe.png")
    assert caught.value.code == "image_unreadable"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_one_may_not_read(tmp_path: Path) -> None:
    path = tmp_path / "locked.png"
    path.write_bytes(as_file(card(), "PNG"))
    path.chmod(0)
    with pytest.raises(ImageError) as caught:
        read_image(path)
    assert caught.value.code == "image_unreadable"


def test_a_file_too_large_to_be_a_photograph(tmp_path: Path) -> None:
    path = tmp_path / "disk.img"
    with path.open("wb") as file:
        file.truncate(300_000_000)  # sparse: takes no space
    with pytest.raises(ImageError) as caught:
        read_image(path)
    assert caught.value.code == "image_file_too_large"


@given(
    sample=st.sampled_from([*((format_, {}) for format_ in FORMATS), ("TIFF", {"big_tiff": True})]),
    cut=st.integers(0, 3000),
    changes=st.lists(st.tuples(st.integers(0, 2999), st.integers(0, 255)), max_size=20),
)
def test_no_damage_to_a_header_raises_anything_else(
    sample: tuple[str, dict[str, bool]], cut: int, changes: list[tuple[int, int]]
) -> None:
    format_, options = sample
    data = bytearray(as_file(corner_marked(), format_, **options)[:cut])
    for place, value in changes:
        if place < len(data):
            data[place] = value
    try:
        header = read_header(bytes(data))
    except DamagedHeaderError:
        return
    assert header is None or (header.width > 0 and header.height > 0)


def test_damaged_pictures_leave_standard_error_alone(tmp_path: Path) -> None:
    """libjpeg and libpng write there from C, past Python and past OpenCV's log switch."""
    noise = np.random.default_rng(1).integers(0, 255, (120, 200, 3), dtype=np.uint8)
    flipped = bytearray(as_file(Image.fromarray(noise), "JPEG"))
    middle = len(flipped) // 2
    flipped[middle : middle + 40] = bytes(value ^ 0x5A for value in flipped[middle : middle + 40])
    (tmp_path / "flipped.jpg").write_bytes(flipped)
    (tmp_path / "cut.bmp").write_bytes(as_file(card(), "BMP")[:-50])
    (tmp_path / "cut.tif").write_bytes(as_file(card(), "TIFF")[:-50])
    (tmp_path / "bomb.tif").write_bytes(tiff_claiming(50, 50))
    program = """
import sys, pathlib
from kiosk.errors import ImageError
from kiosk.readers.image_files import read_image
for name in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    try:
        read_image(name)
        print(name.name, "read")
    except ImageError as error:
        print(name.name, error.code)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "bomb.tif image_damaged",
        "cut.bmp image_damaged",
        "cut.tif image_damaged",
        "flipped.jpg read",
    ]
