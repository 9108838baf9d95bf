"""A stream's frames into texts: the cheap look at every frame, one costly look in turn, and merged frames.

A frame costs one plain look, the locator, and one extra pass: on the region that the locator points at, or,
every few frames, on the whole frame at reduced size. What a region's single frames do not give up, several of
them merged may.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kiosk.readers.decoder import DecodedCode, Decoder, as_grey
from kiosk.readers.hints import Advisor, Hint, View
from kiosk.readers.locator import Region, locate
from kiosk.readers.merge import Merger
from kiosk.readers.passes import LIVE_PASSES, MERGED_PASSES, WIDE_PASSES, Pass

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Image = NDArray[Any]

WIDE_EVERY = 8
"""Frames between extra looks at a whole frame in which nothing was located."""

PATIENCE = 24
"""Frames that something located at one place gets a costly look at every time; then every `SELDOM` one."""

SELDOM = 5

SHARPEST = 3
"""Of the merged frames; where focus comes and goes, a few good ones beat the mean of all."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one frame gave, and what to tell the person who holds the code."""

    codes: tuple[DecodedCode, ...]
    hint: Hint | None = None


class LiveDecoder:
    """Reads one stream, frame after frame, in one thread. `is_sure` says that a text parses as a card.

    A text from merged frames is given only when it is sure: it counts as one frame, and a later merge that
    agreed with it would be made of the same frames.
    """

    def __init__(
        self, decoder: Decoder | None = None, *, is_sure: Callable[[str], bool], merging: bool = True
    ) -> None:
        self._decoder = decoder or Decoder()
        self._is_sure = is_sure
        self._merger = Merger() if merging else None
        self._advisor = Advisor()
        self._turn = 0
        self._before: Region | None = None
        self._stayed = 0

    def look(self, frame: Image, now: float) -> Look:
        """The codes of a frame taken at `now` (seconds of any steady clock)."""
        grey = as_grey(frame)
        self._turn += 1
        if codes := self._decoder.decode(grey, effort="frame"):
            return self._read(codes)
        regions = locate(grey)
        if not regions:
            self._before = None
            if self._merger is not None:
                self._merger.forget(now)
            wide = self._turn % WIDE_EVERY == 0
            extra = WIDE_PASSES[self._turn // WIDE_EVERY % len(WIDE_PASSES)]
            if wide and (codes := self._decoder.look(grey, (extra,))):
                return self._read(codes)
            return Look((), self._advisor.see(None, now))
        here = self._before is not None and regions[0].near(self._before)
        self._stayed = self._stayed + 1 if here else 1
        if self._stayed <= PATIENCE or self._stayed % SELDOM == 0:
            codes = self._try_hard(grey, regions, now)
            if codes:
                return self._read(codes)
        view = _view(grey, regions[0], self._before)
        self._before = regions[0]
        return Look((), self._advisor.see(view, now))

    def _try_hard(self, grey: Image, regions: Sequence[Region], now: float) -> list[DecodedCode]:
        region = regions[self._turn // len(LIVE_PASSES) % len(regions)]
        extra = LIVE_PASSES[self._turn % len(LIVE_PASSES)]
        return self._in_region(grey, region, extra) or self._merge(grey, regions[0], now)

    def _in_region(self, grey: Image, region: Region, extra: Pass) -> list[DecodedCode]:
        return [
            replace(code, corners=tuple((x + region.left, y + region.top) for x, y in code.corners))
            for code in self._decoder.look(region.cut(grey), (extra,))
        ]

    def _merge(self, grey: Image, region: Region, now: float) -> list[DecodedCode]:
        merger = self._merger
        if merger is None or not merger.add(grey, region, now):
            return []
        extra = MERGED_PASSES[self._turn % len(MERGED_PASSES)]
        merged = merger.merged(best=SHARPEST if self._turn % 3 == 0 and merger.frames > SHARPEST else None)
        codes = [] if merged is None else self._decoder.look(merged, (extra,))
        return [
            replace(code, corners=merger.place(code.corners)) for code in codes if self._is_sure(code.text)
        ]

    def _read(self, codes: list[DecodedCode]) -> Look:
        if self._merger is not None:
            self._merger.reset()
        self._before = None
        self._advisor.read()
        return Look(tuple(codes), self._advisor.hint)


def _view(grey: Image, region: Region, before: Region | None) -> View:
    import numpy as np

    patch = region.cut(grey)
    edge_y, edge_x = patch.shape[0] // 6, patch.shape[1] // 6
    inner = patch[edge_y : patch.shape[0] - edge_y : 2, edge_x : patch.shape[1] - edge_x : 2]
    dark, bright = np.percentile(inner, (5, 95))
    travel = 0.0
    if before is not None:
        (x, y), (x0, y0) = region.centre, before.centre
        travel = max(abs(x - x0), abs(y - y0)) / region.side
    height, width = grey.shape[:2]
    touches = region.left == 0 or region.top == 0 or region.right == width or region.bottom == height
    return View(
        side=region.side / 1.36,
        frame_side=min(height, width),
        bright=float(bright),
        contrast=float(bright - dark),
        glare=float((inner > 250).mean()),
        travel=travel,
        cut_off=touches and region.side > 0.6 * min(height, width),
    )
