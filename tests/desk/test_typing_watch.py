"""Whose keys are these? A person's in a field, or a scanner's that happened upon one."""

from __future__ import annotations

from kiosk.desk.typing_watch import BURST_GAP_SECONDS, TypingWatch


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
