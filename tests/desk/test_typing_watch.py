"""Whose keys are these? A person's in a field, or a scanner's that happened upon one."""

from __future__ import annotations

from kiosk.desk.typing_watch import BURST_GAP_SECONDS, TypingWatch
from kiosk.readers.wedge import Frame


def type_into(watch: TypingWatch[str], text: str, at: float, gap: float = 0.01, before: str = "") -> bool:
    return any(watch.character(character, at + place * gap, before) for place, character in enumerate(text))


def test_typing_a_name_is_typing() -> None:
    watch: TypingWatch[str] = TypingWatch()
    assert not type_into(watch, "Nguyễn Văn Mẫu", 1.0)
    assert not watch.is_number_scan(1.2)


def test_a_bar_makes_the_burst_a_scan_and_gives_back_what_stood_there_before() -> None:
    watch: TypingWatch[str] = TypingWatch()
    type_into(watch, "Ngu", 1.0, before="")
    assert type_into(watch, "9900000001|", 2.0, before="Ngu")
    assert watch.before == "Ngu"
    typed_before, keys = watch.take()
    assert (typed_before, "".join(text for text, _ in keys)) == ("", "9900000001|")


def test_slow_scanners_are_one_burst_too() -> None:
    watch: TypingWatch[str] = TypingWatch()
    assert type_into(watch, "9900000001|", 1.0, gap=BURST_GAP_SECONDS - 0.1, before="x")
    assert watch.text == "9900000001|"


def test_a_whole_number_at_return_is_a_scan_only_right_after_it() -> None:
    watch: TypingWatch[str] = TypingWatch()
    type_into(watch, "DN4799900000001", 1.0)
    assert watch.is_number_scan(1.2)
    assert not watch.is_number_scan(3.0)


def test_a_birth_date_at_return_is_no_scan() -> None:
    watch: TypingWatch[str] = TypingWatch()
    type_into(watch, "01021990", 1.0)
    assert not watch.is_number_scan(1.1)


def test_backspace_is_followed() -> None:
    watch: TypingWatch[str] = TypingWatch()
    type_into(watch, "99000000012", 1.0)
    watch.backspace()
    assert watch.text == "9900000001"


LINE = "DN4799900000001|4e67|01/02/1990|$"


def scan_behind(typed: str, gap: float) -> tuple[str, str]:
    """What stays in the field, and the scan, when a scanner starts `gap` after a person's last key."""
    watch: TypingWatch[str] = TypingWatch()
    type_into(watch, typed, 1.0, gap=0.02)
    type_into(watch, LINE[:16], 1.0 + 0.02 * (len(typed) - 1) + gap)
    own, keys = watch.take()
    return own, "".join(text for text, _ in keys)


def test_what_a_person_typed_just_before_a_scan_stays() -> None:
    assert scan_behind("Trần Văn", 0.2) == ("Trần Văn", LINE[:16])
    assert scan_behind("12", 0.1) == ("12", LINE[:16])


def test_a_number_behind_a_persons_words_is_a_scan_only_when_a_gap_and_its_pace_say_so() -> None:
    watch: TypingWatch[str] = TypingWatch()
    type_into(watch, "CCCD ", 1.0)
    type_into(watch, "079190000001", 1.05)
    assert not watch.is_number_scan(1.3), "one hand, or one program, typed both"
    watch.end()
    type_into(watch, "Tr", 2.0)
    type_into(watch, "079190000001", 2.3)
    assert watch.is_number_scan(2.5)
    assert watch.take(number=True)[0] == "Tr"


def test_a_bare_number_without_return_is_a_scan_only_at_a_scanners_pace() -> None:
    watch: TypingWatch[str] = TypingWatch()
    type_into(watch, "079190000001", 1.0, gap=0.2)
    assert not watch.is_number_scan(watch.last_at, fast=True)
    watch.end()
    type_into(watch, "079190000001", 9.0, gap=0.03)
    assert watch.is_number_scan(watch.last_at, fast=True)


def test_with_a_frame_a_bar_without_it_is_typing() -> None:
    watch: TypingWatch[str] = TypingWatch(Frame(prefix="~"))
    assert not type_into(watch, LINE, 1.0)
    assert type_into(watch, f"~{LINE}", 9.0)
