"""Keys in, scans out: how a keyboard-wedge scanner's typing is put together."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.readers.wedge import (
    CAMERA_WINDOW_SECONDS,
    HARDWARE_WINDOW_SECONDS,
    LONGEST_SCAN,
    PATIENCE_SECONDS,
    STRAY_SECONDS,
    Frame,
    KeyAssembler,
    RepeatGuard,
    ends_for_sure,
    is_bare_number,
    looks_whole,
    without_stray_start,
)

NUMBER = "DN4799900000001"
LINE = (
    "DN4799900000001|4e677579e1bb856e2056c4836e204de1baab75|01/02/1990|1|-|79 - 034|01/01/2020|-|"
    "15/12/2019|79019900000001|-|4|01/01/2025|a1b2c3d4e5f60718-7102|$"
)
NEW_LINE = (
    "9900000004|4e677579e1bb856e205468e1bb8b205468e1bbad|12/10/2001|2|-|89 - 012|01/12/2021|-|07/01/2022|"
    "89009900000004|-|4|20/09/2021|d4e5f60718293a4-7102|4|54e1bb896e6820416e204769616e67|$"
)
CITIZEN_LINE = "001099000001|199000001|Nguyễn Văn Mẫu|01021990|Nam|Số 1, Hà Nội|15042021"


class Scanner:
    """Types into an assembler on a clock of its own and collects the scans."""

    def __init__(self, frame: Frame | None = None) -> None:
        self.assembler = KeyAssembler(frame or Frame())
        self.now = 100.0
        self.scans: list[str] = []
        self.persons_keys = 0

    def wait(self, seconds: float) -> Scanner:
        """Time passes, and the desk's timer calls when it is due."""
        end = self.now + seconds
        while (due := self.assembler.deadline) is not None and due <= end:
            self.now = due
            self._keep(self.assembler.silence(self.now))
        self.now = end
        return self

    def type(self, text: str, gap: float = 0.01) -> Scanner:
        for character in text:
            self.wait(gap)
            self._keep(self.assembler.character(character, self.now))
        return self

    def press_return(self, gap: float = 0.01) -> Scanner:
        self.wait(gap)
        scanners, text = self.assembler.terminator(self.now)
        self._keep(text)
        self.persons_keys += not scanners
        return self

    def backspace(self, gap: float = 0.001) -> Scanner:
        self.wait(gap)
        self.assembler.backspace(self.now)
        return self

    def _keep(self, text: str | None) -> None:
        if text is not None:
            self.scans.append(text)


def test_a_line_with_return_is_one_scan_and_the_return_is_the_scanners() -> None:
    scanner = Scanner().type(LINE).press_return()
    assert scanner.scans == [LINE]
    assert scanner.persons_keys == 0


def test_a_line_ends_at_its_own_end_without_waiting_for_a_return() -> None:
    assert Scanner().type(LINE).scans == [LINE]


def test_a_return_by_itself_is_a_persons() -> None:
    scanner = Scanner().press_return()
    assert scanner.persons_keys == 1
    assert scanner.scans == []


def test_a_persons_return_on_the_verdict_is_a_persons_even_soon_after_the_scan() -> None:
    scanner = Scanner().type(LINE).press_return().wait(0.05).press_return()
    assert scanner.persons_keys == 1


@pytest.mark.parametrize("gap", [0.002, 0.01, 0.1])
def test_the_second_half_of_cr_lf_is_swallowed(gap: float) -> None:
    scanner = Scanner().type(LINE, gap).press_return(gap).press_return(gap)
    assert scanner.scans == [LINE]
    assert scanner.persons_keys == 0


def test_a_late_return_of_a_line_that_had_ended_is_still_the_scanners() -> None:
    scanner = Scanner().type(LINE).press_return(gap=0.3)
    assert scanner.persons_keys == 0
    assert scanner.press_return(gap=1.0).persons_keys == 1
    assert Scanner().type(LINE, gap=0.1).press_return(gap=0.55).persons_keys == 0, "slow in everything"


@pytest.mark.parametrize("line", [LINE, CITIZEN_LINE])
def test_a_scanner_without_return_does_not_swallow_a_quick_persons(line: str) -> None:
    scanner = Scanner().type(line).press_return(gap=0.4)
    assert (scanner.scans, scanner.persons_keys) == ([line], 1)


@pytest.mark.parametrize("line", [LINE, NEW_LINE, CITIZEN_LINE])
@pytest.mark.parametrize("stray", ["x", "AB", "abc"])
def test_letters_typed_just_before_a_scan_are_cut_off(stray: str, line: str) -> None:
    assert without_stray_start(stray + line) == line


@pytest.mark.parametrize("line", [LINE, NEW_LINE])
def test_a_digit_before_a_health_card_is_cut_off_since_the_line_holds_its_number_twice(line: str) -> None:
    assert without_stray_start(f"5{line}") == line


@pytest.mark.parametrize(
    "text",
    [
        LINE,
        NEW_LINE,
        CITIZEN_LINE,
        f"5{CITIZEN_LINE}",  # a number with a digit too many: which one is not known
        f"words and {LINE}",
        f"x{LINE.replace('79019900000001', '79019900000002')}",
        LINE[1:],
        NUMBER,
        "9900000004",
        "001099000001",
        f"x{NUMBER}",
        "9" + NUMBER,
        "",
        "|",
        "x|y",
    ],
)
def test_what_is_not_proven_to_be_stray_stays(text: str) -> None:
    assert without_stray_start(text) == text


@pytest.mark.parametrize("pause", [0.3, 1.0, PATIENCE_SECONDS - 0.1])
def test_a_pause_after_field_six_does_not_cut_the_line(pause: float) -> None:
    fields = LINE.split("|")
    first, rest = "|".join(fields[:6]), "|" + "|".join(fields[6:])
    assert Scanner().type(first).wait(pause).type(rest).scans == [LINE]


def test_a_line_of_281_characters_at_bluetooth_speed_is_one_scan() -> None:
    line = LINE.replace("|1|-|", f"|1|{'61' * ((281 - len(LINE)) // 2 + 1)}|")
    assert len(line) >= 281
    assert Scanner().type(line, gap=0.1).press_return(gap=0.1).scans == [line]


@pytest.mark.parametrize("number", [NUMBER, "9900000004", "001099000001"])
@pytest.mark.parametrize("gap", [0.01, 0.1])
def test_a_bare_number_without_return_is_taken_after_a_short_silence(number: str, gap: float) -> None:
    scanner = Scanner().type(number, gap)
    assert scanner.scans == []
    assert scanner.wait(0.5).scans == [number]


def test_a_citizen_line_without_return_is_taken_after_a_short_silence() -> None:
    assert Scanner().type(CITIZEN_LINE).wait(0.5).scans == [CITIZEN_LINE]


def test_an_unfinished_line_is_given_up_after_a_while_and_handed_on_as_it_is() -> None:
    scanner = Scanner().type(LINE[:60]).wait(PATIENCE_SECONDS - 0.1)
    assert scanner.scans == []
    assert scanner.wait(0.2).scans == [LINE[:60]]


def test_a_person_touching_keys_makes_no_scan() -> None:
    scanner = Scanner().type("a").wait(1).type("gh", gap=0.3).wait(1)
    assert scanner.scans == []


def test_a_stray_key_does_not_spoil_the_scan_after_it() -> None:
    assert Scanner().type("x").wait(STRAY_SECONDS + 0.01).type(LINE).scans == [LINE]


def test_a_key_that_something_leans_on_makes_no_scan() -> None:
    assert Scanner().type("a" * 500, gap=0.03).wait(5).scans == []


def test_a_short_code_typed_at_scanner_speed_is_a_scan_so_that_it_can_be_called_unreadable() -> None:
    assert Scanner().type("BN-0042").press_return().scans == ["BN-0042"]


def test_a_few_letters_typed_by_hand_and_return_are_no_scan() -> None:
    scanner = Scanner().type("hello", gap=0.15).press_return(0.15)
    assert scanner.scans == []


def test_backspaces_of_an_input_method_take_letters_back() -> None:
    scanner = Scanner().type(CITIZEN_LINE[:23] + "e").backspace().type("ê" + CITIZEN_LINE[23:]).press_return()
    assert scanner.scans == [CITIZEN_LINE[:23] + "ê" + CITIZEN_LINE[23:]]


def test_two_lines_glued_together_are_two_scans() -> None:
    assert Scanner().type(LINE + NEW_LINE).scans == [LINE, NEW_LINE]


def test_a_megabyte_of_a_stuck_scanner_is_bounded() -> None:
    assembler = KeyAssembler()
    for place in range(1_000_000 // 5):
        assembler.character("ab0|x", place * 0.001)
    assert len(assembler.text) == LONGEST_SCAN
    scanners, text = assembler.terminator(200.0)
    assert scanners
    assert text is not None
    assert len(text) == LONGEST_SCAN
    assert assembler.text == ""


@pytest.mark.parametrize("line", [LINE, NEW_LINE])
def test_no_beginning_of_a_health_card_looks_whole_past_its_number(line: str) -> None:
    number = line.index("|")
    assert not any(looks_whole(line[:end]) for end in range(number + 1, len(line)))


@pytest.mark.parametrize("text", ["DN 4 79 99 000 00001", "dn4799900000001", "9900000004", "001099000001"])
def test_numbers_as_printed_are_numbers(text: str) -> None:
    assert is_bare_number(text)


@pytest.mark.parametrize("text", ["", "01021990", "Nguyen Van", "12345678901", LINE])
def test_other_texts_are_no_numbers(text: str) -> None:
    assert not is_bare_number(text)


def test_a_dollar_at_the_end_of_a_name_ends_no_line() -> None:
    assert not ends_for_sure("a|$")
    assert ends_for_sure(LINE)


FIRST_FIELD_PAUSE = 0.39
"""A longer pause right after a whole number cannot be told from the end of a bare number."""


@given(
    line=st.sampled_from([LINE, NEW_LINE]),
    pace=st.floats(0, 0.1),
    pauses=st.dictionaries(st.integers(0, len(NEW_LINE)), st.floats(0, PATIENCE_SECONDS - 0.1), max_size=8),
)
def test_whatever_the_timing_a_whole_line_is_exactly_one_scan(
    line: str, pace: float, pauses: dict[int, float]
) -> None:
    scanner = Scanner()
    for place, character in enumerate(line):
        longest = FIRST_FIELD_PAUSE if place <= line.index("|") else PATIENCE_SECONDS
        scanner.type(character, min(pauses.get(place, pace), longest))
    scanner.press_return(pace)
    assert scanner.scans == [line]
    assert scanner.persons_keys == 0


NEW_CITIZEN_LINE = f"{CITIZEN_LINE}||Trần Văn Thử|Lê Thị Thử|"


@pytest.mark.parametrize("line", [LINE, NEW_LINE, CITIZEN_LINE, NEW_CITIZEN_LINE])
def test_a_pause_of_300_ms_anywhere_cuts_nothing(line: str) -> None:
    for place in range(1, len(line)):
        scanner = Scanner().type(line[:place], gap=0.002).wait(0.3).type(line[place:]).press_return()
        assert scanner.scans == [line], place


FRAME = Frame(prefix="~", suffix="#")


@pytest.mark.parametrize("content", [LINE, CITIZEN_LINE, NUMBER])
def test_a_framed_scan_keeps_its_frame_until_somebody_takes_it_off(content: str) -> None:
    framed = f"~{content}#"
    assert Scanner(FRAME).type(framed).wait(0.5).scans == [framed], "without a Return"
    assert Scanner(FRAME).type(framed).press_return().scans == [framed]
    assert FRAME.content(framed) == content


def test_a_line_in_a_frame_ends_with_the_frame_and_not_before() -> None:
    scanner = Scanner(FRAME).type(f"~{LINE}")
    assert scanner.scans == []
    assert scanner.type("#").scans == [f"~{LINE}#"]
    assert Scanner(Frame(prefix="~")).type(f"~{LINE}").scans == [f"~{LINE}"]


@pytest.mark.parametrize("text", [LINE, f"~{LINE}", f"{LINE}#", "~#", "#~", f"abcd~{NUMBER}#", ""])
def test_what_is_not_framed_as_the_setting_says_has_no_content(text: str) -> None:
    assert FRAME.content(text) is None


def test_keys_that_somebody_leaned_on_before_the_prefix_are_cut_off() -> None:
    assert FRAME.content(f"xy~{NUMBER}#") == NUMBER
    assert Frame(prefix="]Q1").content(f"xyz]Q1{NUMBER}") == NUMBER
    assert Frame(suffix="##").content("##") is None


@given(chunks=st.lists(st.integers(1, 40), min_size=1, max_size=30))
def test_whatever_the_chunks_an_input_method_sends_the_line_is_whole(chunks: list[int]) -> None:
    assembler, scans, place, at = KeyAssembler(), [], 0, 1.0
    for size in [*chunks, len(CITIZEN_LINE)]:
        if chunk := CITIZEN_LINE[place : place + size]:
            scans.append(assembler.character(chunk, at))
        place, at = place + size, at + 0.01
    scans.append(assembler.terminator(at)[1])
    assert [scan for scan in scans if scan] == [CITIZEN_LINE]


def repeats(guard: RepeatGuard, times: Iterable[float]) -> list[bool]:
    return [guard.is_repeat(LINE, at) for at in times]


def test_the_same_code_within_two_and_a_half_seconds_is_one_scan() -> None:
    guard = RepeatGuard(HARDWARE_WINDOW_SECONDS)
    assert repeats(guard, [0, 1, 2.4, 2.6]) == [False, True, True, False]
    assert not guard.is_repeat(NEW_LINE, 2.7)


def test_a_code_held_before_a_camera_is_one_scan_as_long_as_it_is_held() -> None:
    guard = RepeatGuard(CAMERA_WINDOW_SECONDS, renews=True)
    assert repeats(guard, [0, 4, 8, 12.9, 18]) == [False, True, True, True, False]
