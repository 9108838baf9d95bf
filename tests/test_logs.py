"""What leaves through the log carries no secret and no person's number."""

from __future__ import annotations

import logging

import pytest

from kiosk.logs import mask_number, masked, set_up_logging

CARD = "DN4799900000001"
URL = f"/api/egw/x?token=abc%2B%3D&id_token=1-2-3&username=99999_BV&password={'0A' * 16}"


@pytest.mark.parametrize(
    ("number", "shown"),
    [(CARD, "•••••••••••0001"), ("9900000001", "••••••0001"), ("12", "12"), ("", "–"), (None, "–")],
)
def test_only_the_last_four_places_of_a_number_are_shown(number: str | None, shown: str) -> None:
    assert mask_number(number) == shown


def test_numbers_and_secrets_in_a_text_are_masked() -> None:
    text = masked(f"card {CARD}, id 079090000001, phone 0900000000 POST {URL} hash {'ab' * 16}")
    for secret in (CARD, "079090000001", "0900000000", "abc%2B", "1-2-3", "99999_BV", "0A0A", "abab"):
        assert secret not in text
    assert "0001" in text


def test_ordinary_words_and_short_numbers_stay() -> None:
    assert (
        masked("answered 000 in 1234 ms on 23/11/2026 by 99999")
        == "answered 000 in 1234 ms on 23/11/2026 by 99999"
    )


def test_everything_logged_goes_masked_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        set_up_logging("DEBUG")
        logging.getLogger("urllib3.connectionpool").debug("POST %s", URL)
        logging.getLogger("any").warning("for %s", CARD)
    finally:
        for handler in root.handlers[:]:
            root.removeHandler(handler)
        for handler in before[0]:
            root.addHandler(handler)
        root.setLevel(before[1])
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "for •••" in captured.err
    assert CARD not in captured.err
    assert "token=abc" not in captured.err
