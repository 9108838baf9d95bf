"""What the person holding a code is told, and when."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.readers.hints import Advisor, Hint, View, hint_for

GOOD = View(side=260, frame_side=720, bright=200, contrast=150)


@pytest.mark.parametrize(
    ("view", "hint"),
    [
        (GOOD, None),
        (replace(GOOD, side=90), Hint.NEARER),
        (replace(GOOD, side=700), Hint.FARTHER),
        (replace(GOOD, cut_off=True), Hint.FARTHER),
        (replace(GOOD, bright=45, contrast=30), Hint.BRIGHTER_SCREEN),
        (replace(GOOD, glare=0.15), Hint.TILT_AWAY_FROM_LAMP),
        (replace(GOOD, side=90, glare=0.3, contrast=30), Hint.NEARER),  # far off, blurred, on a white screen
        (replace(GOOD, travel=0.2), Hint.HOLD_STILL),
        (replace(GOOD, side=90, bright=45, contrast=30), Hint.BRIGHTER_SCREEN),
    ],
)
def test_one_thing_is_said(view: View, hint: Hint | None) -> None:
    assert hint_for(view) is hint


def test_a_code_just_raised_gets_no_advice() -> None:
    advisor = Advisor()
    far = replace(GOOD, side=90)
    assert [advisor.see(far, now / 10) for now in range(6)] == [None] * 6
    assert advisor.see(far, 0.7) is Hint.NEARER


def test_a_hint_stays_long_enough_to_be_read_and_goes_at_once_when_read() -> None:
    advisor = Advisor()
    far = replace(GOOD, side=90)
    advisor.see(far, 0.0)
    assert advisor.see(far, 0.7) is Hint.NEARER
    assert advisor.see(None, 0.8) is Hint.NEARER
    assert advisor.see(None, 1.8) is None
    advisor.see(far, 2.0)
    assert advisor.see(far, 2.7) is Hint.NEARER
    advisor.read()
    assert advisor.hint is None
