"""What a person holding a code before the camera can do about it: pure, from what the locator measured."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

SMALLEST_SIDE = 110
"""Pixels: below this a card's 45 to 70 modules have no two pixels each."""

LARGEST_SHARE = 0.92
"""Of the frame's shorter side: beyond it a corner soon leaves the picture."""

DARK = 60
"""Brightest part of the symbol (0-255): a dimmed screen."""

FLAT = 40
"""Grey levels between the symbol's dark and light parts."""

GLARE_SHARE = 0.06
"""Of the symbol washed out by a lamp: error level L repairs about 7 % of it, and more is lost around."""

FAST = 0.05
"""Of the symbol's side travelled from one frame to the next: it smears over several modules."""

PATIENCE_SECONDS = 0.6
"""A code that is simply being raised to the camera needs no advice."""

STAY_SECONDS = 1.0
"""A hint stands this long at least, so that it can be read."""


class Hint(StrEnum):
    NEARER = "nearer"
    FARTHER = "farther"
    BRIGHTER_SCREEN = "brighter_screen"
    TILT_AWAY_FROM_LAMP = "tilt_away_from_lamp"
    HOLD_STILL = "hold_still"


@dataclass(frozen=True, slots=True)
class View:
    """A symbol that was located but not read.

    `side` in pixels, `frame_side` the frame's shorter side; `bright` and `contrast` in grey levels; `glare`
    the share of the symbol that is washed out; `travel` since the frame before, as a share of the side.
    """

    side: float
    frame_side: float
    bright: float
    contrast: float
    glare: float = 0.0
    travel: float = 0.0
    cut_off: bool = False


def hint_for(view: View) -> Hint | None:
    """The one thing to say, what most often helps first; None where there is nothing to say."""
    if view.cut_off or view.side > LARGEST_SHARE * view.frame_side:
        return Hint.FARTHER
    small = view.side < SMALLEST_SIDE
    if view.glare > GLARE_SHARE:  # a small, blurred code on a white screen measures like one under a lamp
        return Hint.NEARER if small else Hint.TILT_AWAY_FROM_LAMP
    if view.bright < DARK or view.contrast < FLAT:
        return Hint.BRIGHTER_SCREEN
    if view.travel > FAST:
        return Hint.HOLD_STILL
    return Hint.NEARER if small else None


class Advisor:
    """The hint to show now: none at once, none that flickers. `now` is seconds of any steady clock."""

    def __init__(self) -> None:
        self.hint: Hint | None = None
        self._since = 0.0
        self._wanted: Hint | None = None
        self._wanted_since = 0.0

    def see(self, view: View | None, now: float) -> Hint | None:
        """After a frame: `view` is None where nothing is located or everything was read."""
        wanted = None if view is None else hint_for(view)
        if wanted is not self._wanted:
            self._wanted, self._wanted_since = wanted, now
        if wanted is not self.hint:
            waited = now - self._wanted_since >= (0.0 if wanted is None else PATIENCE_SECONDS)
            if waited and (self.hint is None or now - self._since >= STAY_SECONDS):
                self.hint, self._since = wanted, now
        return self.hint

    def read(self) -> None:
        """A code was read: whatever stood there has done its work."""
        self.hint = self._wanted = None
