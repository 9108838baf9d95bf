"""Phone numbers and e-mail addresses: what is taken, what is asked about, what is refused and why."""

from __future__ import annotations

import pytest

from kiosk.errors import UsageError
from kiosk.registration.contacts import check_email, check_phone


@pytest.mark.parametrize(
    "typed",
    ["0912345678", "0912 345 678", "0912.345.678", "+84912345678", "84 912 345 678", "0084912345678",
     "+84 0912345678", "０９１２３４５６７８"],
)  # fmt: skip
def test_a_mobile_number_in_any_usual_form(typed: str) -> None:
    assert check_phone(typed).value == "0912345678"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "phone_missing"),
        (" - ", "phone_missing"),
        ("091234567", "phone_length"),
        ("09123456789", "phone_length"),
        ("01623456789", "phone_old"),
        ("02438123456", "phone_not_mobile"),
        ("0612345678", "phone_not_mobile"),
        ("0912 34S 678", "phone_letters"),
    ],
)
def test_what_is_no_mobile_number(typed: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        check_phone(typed)


def test_an_unknown_prefix_is_only_asked_about() -> None:
    found = check_phone("0951234567")
    assert (found.value, [notice.code for notice in found.notices]) == (
        "0951234567",
        ["phone_prefix_unknown"],
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("an@gmial.com", "an@gmail.com"),
        ("an@gmail.con", "an@gmail.com"),
        ("an@gmai.com", "an@gmail.com"),
        ("An.Mau@YAHO.com", "An.Mau@yahoo.com"),
        ("an@yahoo.com.vm", "an@yahoo.com.vn"),
        ("an@hotmial.con", "an@hotmail.com"),
        ("an@benhvien.con", "an@benhvien.com"),
    ],
)
def test_a_slip_in_the_domain_is_asked_about_with_what_was_meant(typed: str, meant: str) -> None:
    found = check_email(typed)
    assert found.suggestion == meant
    assert [notice.code for notice in found.notices] == ["email_near_miss"]
    assert found.value.lower() == typed.lower(), "it may be right all the same"


@pytest.mark.parametrize(
    "typed", ["an@gmail.com", "an@mail.com", "an@truong.edu.vn", "an+bhxh@outlook.com.vn", "an@gmx.com"]
)
def test_a_sound_address_is_left_in_peace(typed: str) -> None:
    found = check_email(f"  {typed}. ")
    assert (found.value, found.notices, found.suggestion) == (typed, (), "")


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "email_missing"),
        ("an", "email_without_at"),
        ("an@", "email_without_domain"),
        ("an@gmail", "email_without_domain"),
        ("an@.com", "email_without_domain"),
        ("nguyễn@gmail.com", "email_accents"),
        ("a n@gmail.com", "email_invalid"),
        ("an@mau@gmail.com", "email_invalid"),
        ("@gmail.com", "email_invalid"),
        (".an@gmail.com", "email_invalid"),
        ("an@127.0.0.1", "email_invalid"),
        ("a" * 65 + "@gmail.com", "email_invalid"),
    ],
)
def test_what_is_no_address(typed: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        check_email(typed)
