"""Ways to prepare a picture so that a code the plain look misses becomes readable.

Chosen from measurements on photographed screens: blur-then-sharpen breaks moiré, enlarging helps small and
messenger-compressed codes, CLAHE and flattening help glare and uneven light, reducing helps huge, noisy
photographs. Each pass is a pure function of the grey picture and says by what factor it changed the size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from kiosk.readers import opencv
from kiosk.readers.deblur import out_of_focus, smeared

if TYPE_CHECKING:
    from numpy.typing import NDArray

    GreyImage = NDArray[Any]

LARGE = 2000
"""Longest side in pixels on which the costly passes work; larger pictures are reduced to it first."""

SMALL = 700
"""Pictures below this are enlarged threefold too: crops and thumbnails sent by messenger."""


@dataclass(frozen=True, slots=True)
class Pass:
    """`apply` gives the prepared picture; `longest` is the side above which the picture is reduced first."""

    name: str
    apply: Callable[[GreyImage], GreyImage]
    scale: float = 1.0
    longest: int = LARGE
    only_below: int | None = None
    only_above: int | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """`factor` brings places in `grey` back to the original picture."""

    name: str
    grey: GreyImage
    factor: float


def _same(grey: GreyImage) -> GreyImage:
    return grey


def _resized(grey: GreyImage, scale: float) -> GreyImage:
    cv2 = opencv.load()
    how = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    resized: GreyImage = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=how)
    return resized


def _smoothed_then_sharpened(grey: GreyImage, blur: float, radius: float, amount: float) -> GreyImage:
    """The blur melts moiré and noise, the unsharp mask (wider than the blur) brings the modules back."""
    cv2 = opencv.load()
    smooth = cv2.GaussianBlur(grey, (0, 0), blur)
    wide = cv2.GaussianBlur(smooth, (0, 0), radius)
    sharp: GreyImage = cv2.addWeighted(smooth, 1 + amount, wide, -amount, 0)
    return sharp


_sharpened = partial(_smoothed_then_sharpened, blur=1.2, radius=2.0, amount=1.5)
_strongly_sharpened = partial(_smoothed_then_sharpened, blur=1.5, radius=3.0, amount=2.0)


def _enlarged_and_sharpened(grey: GreyImage) -> GreyImage:
    return _strongly_sharpened(_resized(grey, 1.5))


def _enlarged_and_deblurred(grey: GreyImage) -> GreyImage:
    return _smoothed_then_sharpened(_resized(grey, 1.5), blur=2.5, radius=4.0, amount=3.0)


def _equalised(grey: GreyImage) -> GreyImage:
    equal: GreyImage = opencv.load().createCLAHE(clipLimit=3.0, tileGridSize=(8, 8)).apply(grey)
    return _strongly_sharpened(equal)


def _flattened(grey: GreyImage) -> GreyImage:
    """Divided by its own background, so that glare and shadow become one even paper."""
    cv2 = opencv.load()
    side = max(15, min(grey.shape[:2]) // 12 | 1)
    background = cv2.blur(grey, (side, side))
    flat: GreyImage = cv2.divide(grey, background, scale=128)
    return flat


def _flattened_and_doubled(grey: GreyImage) -> GreyImage:
    return _smoothed_then_sharpened(_resized(_flattened(grey), 2.0), blur=2.0, radius=4.0, amount=2.0)


def _framed(grey: GreyImage) -> GreyImage:
    """With the quiet zone that a tight crop has lost."""
    cv2 = opencv.load()
    edge = max(16, max(grey.shape[:2]) // 12)
    framed: GreyImage = cv2.copyMakeBorder(grey, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=255)
    return framed


PLAIN = Pass("plain", _same, longest=100_000)
STILL_PASSES = (
    Pass("reduced", _same, longest=1000, only_above=1400),
    Pass("enlarged-sharpened", _enlarged_and_sharpened, scale=1.5),
    Pass("enlarged-deblurred", _enlarged_and_deblurred, scale=1.5),
    Pass("equalised", _equalised),
    Pass("sharpened", _sharpened),
    Pass("enlarged", partial(_resized, scale=1.5), scale=1.5),
    Pass("flattened-2x", _flattened_and_doubled, scale=2.0, longest=1600),
    Pass("enlarged-3x", partial(_resized, scale=3.0), scale=3.0, only_below=SMALL),
    Pass("framed", _framed),
)
"""In the order of what they still find: measured greedily on drawn scenes of blur, moiré, glare and tilt."""

LIVE_PASSES = (
    Pass("enlarged-sharpened", _enlarged_and_sharpened, scale=1.5, longest=480),
    Pass("flattened-2x", _flattened_and_doubled, scale=2.0, longest=360),
    Pass("enlarged-deblurred", _enlarged_and_deblurred, scale=1.5, longest=480),
    Pass("equalised", _equalised, longest=640),
    Pass("enlarged", partial(_resized, scale=2.0), scale=2.0, longest=360),
    Pass("sharpened", _sharpened, longest=640),
)
"""For the region of a frame in which something like a code was located, one each frame."""

WIDE_PASSES = (
    Pass("sharpened", _sharpened, longest=800),
    Pass("equalised", _equalised, longest=800),
)
"""For whole frames in which nothing was located, now and then."""

_unsmeared = Pass("unsmeared", partial(smeared, spread=3.0, noise=0.03))
MERGED_PASSES = (
    _unsmeared,
    Pass("focused", partial(out_of_focus, radius=4.0, noise=0.03)),
    _unsmeared,
    Pass("unsmeared a little", partial(smeared, spread=1.5, noise=0.03)),
)
"""For pictures merged from several frames: little noise is left in them, so they bear undoing the blur.

The first reads nearly all that can be read, so it comes every other time."""

SECOND_LOOK = Pass("second look", _sharpened)
"""For further codes once one was found: what finds most without enlarging, a few milliseconds."""

SECOND_ENGINE_PASSES = (
    Pass("plain", _same),
    Pass("inverted", lambda grey: 255 - grey),  # zbar reads no light-on-dark codes itself
    Pass("reduced", _same, longest=1000, only_above=1400),
    Pass("sharpened", _sharpened),
)


def prepare(grey: GreyImage, passes: tuple[Pass, ...]) -> Iterator[Prepared]:
    """The prepared pictures, each made only when it is asked for."""
    longest = max(grey.shape[:2])
    for step in passes:
        if step.only_below is not None and longest >= step.only_below:
            continue
        if step.only_above is not None and longest <= step.only_above:
            continue
        reduction = min(1.0, step.longest / longest)
        base = grey if reduction == 1.0 else _resized(grey, reduction)
        yield Prepared(step.name, step.apply(base), 1 / (reduction * step.scale))
