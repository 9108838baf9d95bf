"""A window that is held up does not make a scanner pause."""

from __future__ import annotations

from kiosk.desk.key_clock import KeyClock
from kiosk.readers.wedge import KeyAssembler

LINE = "9900000004|4e67|12/10/2001|$"


def test_a_line_that_piled_up_while_the_window_was_held_up_is_one_scan() -> None:
    clock, assembler, scans = KeyClock(), KeyAssembler(), []
    for place, character in enumerate(LINE):
        stamp = 5000 + 10 * place
        delivered = 100.0 + 0.01 * place + (3.0 if place > 4 else 0.0)
        scans.append(assembler.character(character, clock.time_of(stamp, delivered)))
    assert [scan for scan in scans if scan] == [LINE]


def test_a_key_is_never_later_than_its_delivery_and_catches_up() -> None:
    clock = KeyClock()
    assert clock.time_of(1000, 50.0) == 50.0  # delivered late: it was pressed before
    assert clock.time_of(1400, 50.0) == 50.0
    assert clock.time_of(2400, 51.0) == 51.0


def test_without_stamps_or_after_they_start_again_the_window_s_clock_counts() -> None:
    clock = KeyClock()
    assert clock.time_of(0, 1.0) == 1.0
    assert clock.time_of(0, 2.0) == 2.0
    assert clock.time_of(9000, 3.0) == 3.0
    assert clock.time_of(5, 4.0) == 4.0
