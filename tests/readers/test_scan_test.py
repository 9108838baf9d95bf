"""The scanner's test: what a scan shows of keys, timing and damage, and what it never shows."""

from __future__ import annotations

import unicodedata

import pytest

from kiosk.card import parse
from kiosk.errors import CardParseError
from kiosk.readers.scan_test import MARK, TEST_LINE, KeyNote, form_of, report
from kiosk.readers.wedge import Frame
from kiosk.training.patients import DEMO_PATIENT

PLAIN = "Nguyen Thi Thu"


def keys_of(text: str, gap: float = 0.01, end: str = "return") -> list[KeyNote]:
    keys = [KeyNote("character", place * gap, letter, letter) for place, letter in enumerate(text)]
    return [*keys, KeyNote(end, len(text) * gap)] if end else keys


def test_the_test_code_as_it_is_has_nothing_to_mend() -> None:
    found = report(TEST_LINE, keys_of(TEST_LINE))
    assert (found.is_test, found.findings, found.terminator) == (True, (), "return")
    assert found.timing is not None
    assert found.timing.usual == pytest.approx(0.01)
    assert found.shown == TEST_LINE


def test_the_test_code_is_nobodys_card() -> None:
    with pytest.raises(CardParseError, match="unknown_code"):
        parse(TEST_LINE)


@pytest.mark.parametrize(
    ("arrived", "finding"),
    [
        (TEST_LINE.replace("aa aw ee", "â ă ê"), "telex"),
        (TEST_LINE.replace("a6 a8", "â ă"), "vni"),
        (TEST_LINE.replace("0123456789", "đăâêô\u0300\u0309\u0303\u0301\u0323"), "layout"),
        (TEST_LINE.swapcase(), "caps_lock"),
        (TEST_LINE.upper(), "caps_lock"),
        (TEST_LINE.replace("Nguyễn Thị Thử", PLAIN), "accents_lost"),
        (TEST_LINE.replace("Nguyễn Thị Thử", "Nguyn Th Th"), "accents_lost"),
        (TEST_LINE.replace("Nguyễn Thị Thử", "Nguyá»…n"), "accents_damaged"),
        (TEST_LINE.replace("|", ""), "bars_lost"),
        (TEST_LINE[:50], "cut"),
        (TEST_LINE[:-2], "cut"),
        (TEST_LINE.replace("4e67", "4e76"), "changed"),
        (TEST_LINE.replace("aa aw", " aw").replace("Nguyễn Thị Thử", PLAIN), "changed"),
        (f"~{TEST_LINE}", "extra"),
        (f"{TEST_LINE}#", "extra"),
    ],
)
def test_each_kind_of_damage_is_named(arrived: str, finding: str) -> None:
    assert finding in report(arrived).findings


def test_what_the_scanner_sends_around_the_code_is_told() -> None:
    assert report(f"]Q1{TEST_LINE}").extra == "]Q1"


def test_the_timing_tells_where_the_longest_pause_was() -> None:
    keys = keys_of(TEST_LINE[:20])
    late = [KeyNote("character", key.at + 0.5, key.text, key.meant) for key in keys_of(TEST_LINE[20:])]
    found = report(TEST_LINE, [*keys[:-1], *late])
    assert found.timing is not None
    assert found.timing.longest_after == 20
    assert "pauses" in found.findings


@pytest.mark.parametrize(
    ("end", "terminator"), [("return", "return"), ("tab", "tab"), ("", "none")], ids=["cr", "tab", "none"]
)
def test_the_end_is_told(end: str, terminator: str) -> None:
    assert report(TEST_LINE, keys_of(TEST_LINE, end=end)).terminator == terminator


def test_cr_and_lf_are_two_ends() -> None:
    assert report(TEST_LINE, [*keys_of(TEST_LINE), KeyNote("return", 9.0)]).terminator == "return_twice"


@pytest.mark.parametrize("kind", ["backspace", "composed"])
def test_an_input_method_shows_in_the_keys(kind: str) -> None:
    assert "input_method" in report(TEST_LINE, [KeyNote(kind, 0.0, "x", "x"), *keys_of(TEST_LINE)]).findings


def test_a_layout_that_the_keys_themselves_prove_is_named_although_the_text_is_right() -> None:
    keys = [KeyNote("character", 0.0, "ă", "1"), *keys_of(TEST_LINE)]
    assert "layout" in report(TEST_LINE, keys).findings


def test_a_missing_frame_is_named_first() -> None:
    frame = Frame(prefix="~")
    assert report(TEST_LINE, keys_of(TEST_LINE), frame).findings[0] == "not_framed"
    assert report(TEST_LINE, keys_of(f"~{TEST_LINE}"), frame).findings == ()


def test_of_a_patients_code_only_the_form_is_shown() -> None:
    line = DEMO_PATIENT.citizen_card_line()
    found = report(line, keys_of(line))
    assert not found.is_test
    assert set(found.shown) <= set("•|/ ,-.")
    assert form_of("Nguyễn|1") == "••••••|•"


def test_no_input_method_touches_the_mark_the_code_is_known_by() -> None:
    assert unicodedata.normalize("NFC", MARK).isascii()
    assert not set(MARK.casefold()) & set("sfrxjzw")
    assert not any(pair in MARK.casefold() for pair in ("aa", "ee", "oo", "dd"))
