"""An address of a citizen card, taken apart from its end, in both divisions of the country."""

from __future__ import annotations

from datetime import date

import pytest

from kiosk.registration.addresses import Address, new_address, province_today, split_address


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("12 Lê Lợi, Phường Mẫu, Quận 1, Cần Thơ", ("Cần Thơ", "Quận 1", "Phường Mẫu", "12 Lê Lợi")),
        ("Tổ 3, Xã Mẫu, Huyện Thử, Yên Bái", ("Yên Bái", "Huyện Thử", "Xã Mẫu", "Tổ 3")),
        ("Số 5, ngõ 2, P.Mẫu, TP. Vinh, Nghệ An", ("Nghệ An", "TP. Vinh", "P.Mẫu", "Số 5, ngõ 2")),
        ("Thị trấn Mẫu, Huyện Thử, Tỉnh Hà Nam", ("Tỉnh Hà Nam", "Huyện Thử", "Thị trấn Mẫu", "")),
        ("Thôn 1, Xã Mẫu, Tỉnh Lào Cai", ("Tỉnh Lào Cai", "", "Xã Mẫu", "Thôn 1")),
    ],
)  # fmt: skip
def test_levels_that_name_themselves(text: str, parts: tuple[str, str, str, str]) -> None:
    assert split_address(text) == Address(*parts)


def test_without_words_for_the_levels_the_day_of_issue_decides_and_nobody_is_sure() -> None:
    text = "Thôn 3, Mẫu Tiến, Mẫu Vang, Đà Nẵng"
    assert split_address(text, date(2021, 4, 15)) == Address(
        "Đà Nẵng", "Mẫu Vang", "Mẫu Tiến", "Thôn 3", sure=False
    )
    assert split_address(text, date(2025, 8, 1)) == Address(
        "Đà Nẵng", "", "Mẫu Vang", "Thôn 3, Mẫu Tiến", sure=False
    )


@pytest.mark.parametrize("text", ["", " , ", "Hà Nội", "Xã Mẫu, Tỉnh Không Có"])
def test_what_cannot_be_told_is_not_called_sure(text: str) -> None:
    assert not split_address(text).sure


@pytest.mark.parametrize(
    ("old", "today"),
    [
        ("Tỉnh Yên Bái", "Lào Cai"),
        ("Lào Cai", "Lào Cai"),
        ("tp Hồ Chí Minh", "TP. Hồ Chí Minh"),
        ("Bình Dương", "TP. Hồ Chí Minh"),
        ("Bà Rịa – Vũng Tàu", "TP. Hồ Chí Minh"),
        ("Thừa Thiên-Huế", "Huế"),
        ("Thành phố Huế", "Huế"),
        ("QUẢNG TRỊ", "Quảng Trị"),
        ("Tỉnh Thử Nghiệm", None),
        ("Hà Tây", None),
    ],
)
def test_the_province_of_today(old: str, today: str | None) -> None:
    assert province_today(old) == today


def test_there_are_34_provinces() -> None:
    old = ["Hà Giang", "Cao Bằng", "Tiền Giang", "Kiên Giang", "Sóc Trăng", "Bạc Liêu", "Đắk Nông"]
    assert [province_today(name) for name in old] == [
        "Tuyên Quang", "Cao Bằng", "Đồng Tháp", "An Giang", "Cần Thơ", "Cà Mau", "Lâm Đồng",
    ]  # fmt: skip


def test_the_commune_of_today_is_never_guessed() -> None:
    old = split_address("12 Lê Lợi, Phường Mẫu, Quận 1, Bình Dương")
    assert new_address(old) == Address("TP. Hồ Chí Minh", "", "", "12 Lê Lợi", sure=False)
    new = split_address("12 Lê Lợi, Phường Mẫu, TP. Hồ Chí Minh")
    assert new_address(new) == new
