"""Several frames of one symbol into one clearer picture of it.

A phone held by hand moves: glare, moiré, noise and the direction of blur differ from frame to frame, the
modules do not. Frames are aligned to the first to parts of a pixel (tracked corners, then a homography),
flattened, and averaged with weights that trust sharp frames and distrust washed-out places. Noise falls with
the number of frames, so the mean bears a sharpening that a single frame does not.

What cannot be aligned well is another symbol, or the same one after a jerk: merging begins anew with it, so
two symbols do not mix. (Were they to: the code's own error correction refuses the mixture.)
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kiosk.readers import opencv
from kiosk.readers.engines import Point
from kiosk.readers.locator import Region

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Image = NDArray[Any]

MOST_FRAMES = 12
SIDE = 720
"""Longest side of the merged picture in pixels: 5 or more for every module of a card's code."""

LEAST_LIKENESS = 0.45
"""Correlation of a flattened, aligned frame with the mean; two different codes reach about 0.25."""

MOST_MISSES = 2

FORGET_SECONDS = 1.0
_POINTS = 160


@dataclass(frozen=True, slots=True)
class _Patch:
    """`values` are multiplied by their `weights` already."""

    values: Image
    weights: Image
    sharpness: float


class Merger:
    """Collects the frames of one symbol: `MOST_FRAMES` patches at most, of at most `SIDE` pixels."""

    def __init__(self) -> None:
        self._patches: deque[_Patch] = deque()
        self._values: Any = 0.0  # sums over the patches
        self._weights: Any = 0.0
        self._anchor: Image | None = None
        self._origin: tuple[int, int] = (0, 0)
        self._scale = 1.0
        self._region: Region | None = None
        self._last_seen = 0.0
        self._misses = 0

    @property
    def frames(self) -> int:
        return len(self._patches)

    def reset(self) -> None:
        self._patches.clear()
        self._values = self._weights = 0.0
        self._anchor = self._region = None
        self._misses = 0

    def add(self, grey: Image, region: Region, now: float) -> bool:
        """Take a frame's `region` in; False where it does not fit.

        A frame that cannot be aligned is left out, for it may be the same symbol smeared by a jerk; after
        `MOST_MISSES` of them merging begins anew. One that fits but shows other modules begins anew at once.
        """
        self.forget(now)
        anchor, before = self._anchor, self._region
        joined = (
            anchor is not None
            and before is not None
            and region.near(before)
            and self._join(anchor, grey, region)
        )
        if joined:
            self._misses = 0
        else:
            self._misses += 1
            if anchor is None or self._misses > MOST_MISSES:
                self._begin(grey, region)
        self._region, self._last_seen = region, now
        return joined

    def forget(self, now: float) -> None:
        """After a frame without the symbol."""
        if self._anchor is not None and now - self._last_seen > FORGET_SECONDS:
            self.reset()

    def merged(self, *, best: int | None = None) -> Image | None:
        """The mean of all frames, or of the `best` sharpest, as a grey picture; None where there is none."""
        import numpy as np

        if not self._patches:
            return None
        if best is None:
            values, weights = self._values, self._weights
        else:
            patches = sorted(self._patches, key=lambda patch: -patch.sharpness)[:best]
            values = np.sum([patch.values for patch in patches], axis=0)
            weights = np.sum([patch.weights for patch in patches], axis=0)
        mean = values / np.maximum(weights, 1e-3)
        grey: Image = (128 + 62 * mean).clip(0, 255).astype(np.uint8)
        return grey

    def place(self, corners: tuple[Point, ...]) -> tuple[Point, ...]:
        """Corners in the merged picture, as places in the frame that merging began with."""
        left, top = self._origin
        return tuple((x / self._scale + left, y / self._scale + top) for x, y in corners)

    def _begin(self, grey: Image, region: Region) -> None:
        cv2 = opencv.load()
        self.reset()
        self._anchor = region.cut(grey).copy()
        self._origin = (region.left, region.top)
        self._scale = min(3.0, SIDE / region.side)
        large = cv2.resize(self._anchor, None, fx=self._scale, fy=self._scale, interpolation=cv2.INTER_CUBIC)
        self._keep(self._patch(large))

    def _join(self, anchor: Image, grey: Image, region: Region) -> bool:
        cv2 = opencv.load()
        new = _window(cv2, grey, region.centre, anchor.shape)
        turn = _alignment(cv2, anchor, new)
        if turn is None:
            return False
        large = self._warped(cv2, new, turn)
        patch = self._patch(large)
        if _likeness(patch.values, self._values) < LEAST_LIKENESS:
            self._misses = MOST_MISSES
            return False
        self._keep(patch)
        return True

    def _keep(self, patch: _Patch) -> None:
        if len(self._patches) == MOST_FRAMES:
            oldest = self._patches.popleft()
            self._values -= oldest.values
            self._weights -= oldest.weights
        self._values = self._values + patch.values
        self._weights = self._weights + patch.weights
        self._patches.append(patch)

    def _warped(self, cv2: Any, new: Image, turn: Image) -> Image:
        import numpy as np

        enlarge = np.diag([1 / self._scale, 1 / self._scale, 1.0])
        side = self._patches[0].values.shape
        warped: Image = cv2.warpPerspective(
            new, turn @ enlarge, (side[1], side[0]), flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )  # fmt: skip
        return warped

    def _patch(self, large: Image) -> _Patch:
        """Flattened to mean 0 and spread 1 in every neighbourhood, with the trust each pixel deserves."""
        import numpy as np

        cv2 = opencv.load()
        values = large.astype(np.float32)
        around = (max(large.shape) // 8 | 1, max(large.shape) // 8 | 1)
        mean = cv2.blur(values, around)
        spread = np.sqrt(np.maximum(cv2.blur(values * values, around) - mean * mean, 4.0))
        flat = ((values - mean) / spread).clip(-2.5, 2.5)
        strong = float(np.percentile(spread[::8, ::8], 75))
        trust = (spread / max(strong, 1e-3)).clip(0.05, 1.0) ** 2
        trust = trust * np.where(values > 250, 0.1, 1.0)
        # Detail that survives a smoothing is the modules' own, not noise.
        smooth = cv2.GaussianBlur(flat, (0, 0), 1.5)
        sharpness = float(np.abs(cv2.Laplacian(smooth, cv2.CV_32F)).mean())
        weights = (trust * sharpness**2).astype(np.float32)
        return _Patch(flat * weights, weights, sharpness)


def _window(cv2: Any, grey: Image, centre: Point, shape: tuple[int, ...]) -> Image:
    """Whole pixels of the frame around `centre`; what lies outside repeats the edge."""
    height, width = shape[:2]
    middle = round(centre[0]) + (width - 1) % 2 / 2, round(centre[1]) + (height - 1) % 2 / 2
    window: Image = cv2.getRectSubPix(grey, (width, height), middle)
    return window


def _likeness(one: Image, other: Image) -> float:
    import numpy as np

    inner = [slice(size // 6, -(size // 6), 2) for size in one.shape]
    a, b = one[inner[0], inner[1]], other[inner[0], inner[1]]
    return float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum() + 1e-9))


def _alignment(cv2: Any, anchor: Image, new: Image) -> Image | None:
    """The homography that takes the anchor's pixels to the new picture's; None where they do not match."""
    import numpy as np

    base, other = _even(cv2, anchor), _even(cv2, new)
    points = cv2.goodFeaturesToTrack(base, _POINTS, 0.02, 5)
    if points is None or len(points) < 20:
        return None
    shift = _shift(cv2, base, other)
    options = {"winSize": (21, 21), "maxLevel": 2, "flags": cv2.OPTFLOW_USE_INITIAL_FLOW}
    guess = (points + np.array(shift)).astype(np.float32)
    moved, ok, _ = cv2.calcOpticalFlowPyrLK(base, other, points, guess, **options)
    kept = ok.ravel() == 1
    if kept.sum() < 16:
        return None
    turn, inliers = cv2.findHomography(points[kept], moved[kept], cv2.RANSAC, 1.5, maxIters=500)
    if turn is None or inliers.sum() < max(14, 0.35 * len(points)):
        return None
    homography: Image = turn
    return homography


def _even(cv2: Any, grey: Image) -> Image:
    """Smoothed against noise and moiré, contrast stretched: what tracking wants."""
    smooth = cv2.GaussianBlur(grey, (0, 0), 1.2)
    even: Image = cv2.normalize(smooth, None, 0, 255, cv2.NORM_MINMAX)
    return even


def _shift(cv2: Any, base: Image, other: Image) -> tuple[float, float]:
    """By how much the whole patch moved, in pixels."""
    import numpy as np

    window = cv2.createHanningWindow(base.shape[1::-1], cv2.CV_32F)
    (x, y), _ = cv2.phaseCorrelate(base.astype(np.float32), other.astype(np.float32), window)
    return float(x), float(y)
