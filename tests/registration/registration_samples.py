"""Two cards of one invented person, as their QR codes say them."""

from __future__ import annotations

from kiosk.card import parse
from kiosk.registration.preparation import Draft, Entry

CITIZEN_LINE = (
    "099188000101||Nguyễn Thị Thử Nghiệm|12101988|Nữ|"
    "Số 12, Tổ 5, Phường Giả Định, Quận Mẫu, Thành phố Hà Giang|15042021"
)


def health_line(name: str = "Nguyễn Thị Thử Nghiệm", born: str = "12/10/1988", sex: str = "2") -> str:
    return (
        f"9900000101|{name.encode().hex()}|{born}|{sex}|-|99 - 999|01/01/2024|-|20/12/2023|"
        f"79999900000101|-|4|01/06/2023|a1b2c3d4e5f60718-7102|4|{'Tỉnh Mẫu'.encode().hex()}|$"
    )


def whole_draft() -> Draft:
    """Everything the app asks for, and nothing wrong with it."""
    draft = Draft().with_card(parse(health_line())).with_card(parse(CITIZEN_LINE))
    return draft.with_typed({Entry.PHONE: "0912 345 678", Entry.EMAIL: "thu.nghiem@gmail.com"})
