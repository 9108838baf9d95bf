"""A black picture is told from a dark room, and from a hand that passes over the lens."""

from __future__ import annotations

import numpy as np
import pytest
from reader_samples import Picture, on_desk

from kiosk.readers.darkness import DARK_SECONDS, DarkWatch


def covered_lens() -> Picture:
    """Sensor noise of a few steps and two hot pixels."""
    noise = np.random.default_rng(3).integers(0, 9, (720, 1280, 3))
    noise[80, 160] = noise[400, 640] = 255
    return noise.astype(np.uint8)


def dim_room_with_a_screen() -> Picture:
    picture = covered_lens()
    picture[300:420, 500:700] = 70
    return picture


def test_a_covered_lens_is_black_after_a_while() -> None:
    watch = DarkWatch()
    assert [watch.see(covered_lens(), at) for at in (0.0, 1.0, DARK_SECONDS)] == [False, False, True]


def test_light_ends_it_at_once_and_the_time_starts_again() -> None:
    watch = DarkWatch()
    for at in (0.0, DARK_SECONDS):
        watch.see(covered_lens(), at)
    assert not watch.see(on_desk(), 2.1)
    assert not watch.see(covered_lens(), 2.2)
    assert watch.see(covered_lens(), 2.2 + DARK_SECONDS)


@pytest.mark.parametrize("frame", [on_desk(), dim_room_with_a_screen(), np.zeros((1, 1, 3), np.uint8) + 99])
def test_what_shows_anything_is_not_black(frame: Picture) -> None:
    watch = DarkWatch()
    assert not any(watch.see(frame, at) for at in (0.0, 5.0, 10.0))
