"""Pictures into texts: every QR code in a picture, its bytes decoded as UTF-8 by us."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from kiosk.readers import opencv
from kiosk.readers.engines import Engine, EngineState, Point, Symbol, load_engine
from kiosk.readers.image_files import DEFAULT_MAX_MEGAPIXELS, read_image
from kiosk.readers.passes import (
    PLAIN,
    SECOND_ENGINE_PASSES,
    SECOND_LOOK,
    STILL_PASSES,
    Pass,
    Prepared,
    prepare,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Image = NDArray[Any]

Effort = Literal["frame", "still"]

DEFAULT_ENGINES = ("zxing", "zbar")


@dataclass(frozen=True, slots=True)
class DecodedCode:
    """`text` has U+FFFD where `data` is not UTF-8, which the card parser warns of.

    `corners` run around the symbol in the picture's pixels; empty where the engine does not tell.
    """

    text: str
    engine: str
    data: bytes
    corners: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class FileDecoding:
    """`elapsed_ms` covers decoding, not reading the file."""

    codes: tuple[DecodedCode, ...]
    elapsed_ms: float


class Decoder:
    """Reads QR codes with the engines named, in that order; one that cannot run here is left out.

    Raises ValueError for an unknown engine name. Safe to share between threads.
    """

    def __init__(self, engines: Sequence[str] = DEFAULT_ENGINES) -> None:
        unknown = set(engines) - set(DEFAULT_ENGINES)
        if unknown or not engines:
            raise ValueError(f"engines must be some of {', '.join(DEFAULT_ENGINES)}")
        self._names = tuple(dict.fromkeys(engines))

    def prepare(self) -> None:
        """Load the first engine now, so that its loading is not felt in the first picture."""
        self._engine(0)

    def decode(self, image: Image, effort: Effort = "still") -> list[DecodedCode]:
        """Every distinct code in an 8-bit BGR or grey picture, in reading order (rows, left to right).

        ``frame`` takes one plain look with the first engine; ``still`` goes on to costlier ones, and to the
        second engine when the first found nothing at all.
        """
        grey = as_grey(image)
        first = self._engine(0)
        if first is None:
            return []
        if effort == "frame":
            found = first.read(grey)
            return _codes(first.name, found)
        for place in range(len(self._names)):
            engine = self._engine(place)
            if engine is not None and (found := _read_still(engine, grey, first=place == 0)):
                return _codes(engine.name, found)
        return []

    def look(self, grey: Image, passes: Sequence[Pass]) -> list[DecodedCode]:
        """What the first engine reads in the first of `passes` that shows it anything."""
        engine = self._engine(0)
        if engine is not None:
            for prepared in prepare(grey, tuple(passes)):
                if codes := _codes(engine.name, _look(engine, prepared)):
                    return codes
        return []

    def _engine(self, place: int) -> Engine | None:
        """The engine at `place` among those that can run here."""
        usable = [engine for name in self._names if not isinstance(engine := load_engine(name), EngineState)]
        return usable[place] if place < len(usable) else None


def decode_file(
    path: Path, decoder: Decoder | None = None, *, max_megapixels: float = DEFAULT_MAX_MEGAPIXELS
) -> FileDecoding:
    """Every code in a picture file. Raises ImageError when the file cannot be opened; no code is no error."""
    decoder = decoder or Decoder()
    image = read_image(path, max_megapixels=max_megapixels)
    decoder.prepare()
    started = time.perf_counter()
    codes = decoder.decode(image)
    return FileDecoding(tuple(codes), round((time.perf_counter() - started) * 1000, 2))


def as_grey(image: Image) -> Image:
    if image.ndim == 2:
        return image
    cv2 = opencv.load()
    grey: Image = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    return grey


def _read_still(engine: Engine, grey: Image, *, first: bool) -> list[Symbol]:
    passes: tuple[Pass, ...] = (PLAIN, *STILL_PASSES) if first else SECOND_ENGINE_PASSES
    for prepared in prepare(grey, passes):
        if found := _merge([], _look(engine, prepared)):
            # A clear code may lie beside a faint one (a phone and a citizen card on one desk).
            for again in prepare(grey, (SECOND_LOOK,)):
                found = _merge(found, _look(engine, again))
            return found
    return []


def _look(engine: Engine, prepared: Prepared) -> list[Symbol]:
    return [symbol.scaled(prepared.factor) for symbol in engine.read(prepared.grey)]


def _merge(found: Sequence[Symbol], new: Iterable[Symbol]) -> list[Symbol]:
    """Add what is neither a text already found nor a second reading of a symbol already read."""
    merged = list(found)
    for symbol in new:
        if not any(symbol.data == known.data or known.covers(symbol.centre) for known in merged):
            merged.append(symbol)
    return merged


def _codes(engine: str, symbols: Iterable[Symbol]) -> list[DecodedCode]:
    return [
        DecodedCode(symbol.data.decode("utf-8", errors="replace"), engine, symbol.data, symbol.corners)
        for symbol in _in_reading_order(_merge([], symbols))
        if symbol.data
    ]


def _in_reading_order(symbols: Iterable[Symbol]) -> list[Symbol]:
    """Rows from the top; two symbols share a row when their centres differ by less than half a symbol."""
    rows: list[list[Symbol]] = []
    for symbol in sorted(symbols, key=lambda symbol: symbol.centre[1]):
        row = rows[-1] if rows else None
        if row and symbol.centre[1] - row[0].centre[1] < max(row[0].height, symbol.height) / 2:
            row.append(symbol)
        else:
            rows.append([symbol])
    return [symbol for row in rows for symbol in sorted(row, key=lambda symbol: symbol.centre[0])]
