"""Pictures of codes for the readers' tests, drawn in memory."""

from __future__ import annotations

import io
import random
from typing import Any

import cv2
import numpy as np
import segno
from numpy.typing import NDArray
from PIL import Image

Picture = NDArray[np.uint8]

HEALTH_CARD = (
    "9900000004|4e677579e1bb856e205468e1bb8b205468e1bbad|12/10/2001|2|-|89 - 012|01/12/2021|-|07/01/2022"
    "|89009900000004|-|4|20/09/2021|d4e5f60718293a4-7102|4|54e1bb896e6820416e204769616e67|$"
)
CITIZEN_CARD = "079301000002||Trần Thị Thử|03042001|Nữ|Xã Mẫu, Tỉnh Thử|02072024"

_FAMILY = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý"
_MIDDLE = "Văn Thị Hữu Đức Ngọc Thanh Minh Quốc Xuân Thùy Diễm Ngân"
_GIVEN = "Anh Bình Châu Dũng Giang Hạnh Khánh Lộc Mẫu Nghĩa Oanh Phượng Quỳnh Sơn Thử Uyên Vỹ Ý Yến Ẩn Ổn"
_PLACE = "Phường Xã Thị trấn Đường Ngõ Hẻm Thử Nghiệm Mẫu Quận Huyện Tỉnh Thành phố Đắk Thừa Thiên Huế"


def citizen_payload(chance: random.Random) -> str:
    """An invented citizen card's line, raw Vietnamese UTF-8 as on the card."""
    number = f"079099{chance.randrange(10**6):06d}"
    name = " ".join(chance.choice(words.split()) for words in (_FAMILY, _MIDDLE, _GIVEN))
    address = " ".join(chance.choice(_PLACE.split()) for _ in range(chance.randrange(4, 16)))
    old_number = chance.choice(["", "012345678"])
    return f"{number}|{old_number}|{name}|01021990|{chance.choice(['Nam', 'Nữ'])}|{address}|15042021"


def code(text: str | bytes, *, scale: int = 4, border: int = 4, **options: Any) -> Picture:
    """A crisp QR code, dark on white, grey."""
    options.setdefault("micro", False)
    if isinstance(text, str):
        options.setdefault("encoding", "utf-8")
    buffer = io.BytesIO()
    segno.make(text, **options).save(buffer, kind="png", scale=scale, border=border)
    grey = cv2.imdecode(np.frombuffer(buffer.getvalue(), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert grey is not None
    return np.asarray(grey, dtype=np.uint8)


def on_desk(*placed: tuple[Picture, int, int], size: tuple[int, int] = (1280, 720)) -> Picture:
    """Codes pasted at ``(picture, left, top)`` on a grey desk, BGR."""
    desk = np.full((size[1], size[0]), 140, np.uint8)
    for picture, left, top in placed:
        desk[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return np.asarray(cv2.cvtColor(desk, cv2.COLOR_GRAY2BGR), dtype=np.uint8)


def as_file(picture: Image.Image, format: str, **options: Any) -> bytes:  # noqa: A002 - Pillow's own word
    buffer = io.BytesIO()
    picture.save(buffer, format, **options)
    return buffer.getvalue()
