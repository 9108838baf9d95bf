"""The QR engines behind one small interface: grey picture in, raw bytes and places out.

Engines hand over *bytes*. Both libraries guess character sets when asked for text, and guess wrong on
Vietnamese; turning bytes into text is the decoder's work.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from kiosk.readers.zbar_text import recover_bytes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    GreyImage = NDArray[Any]

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Symbol:
    """One QR code as an engine saw it; `corners` run around it in the picture's pixels."""

    data: bytes
    corners: tuple[Point, ...]

    @property
    def centre(self) -> Point:
        count = len(self.corners) or 1
        return sum(x for x, _ in self.corners) / count, sum(y for _, y in self.corners) / count

    @property
    def height(self) -> float:
        ys = [y for _, y in self.corners] or [0.0]
        return max(ys) - min(ys)

    def covers(self, point: Point) -> bool:
        """Whether `point` lies inside the symbol's bounding box."""
        xs, ys = zip(*self.corners, strict=True) if self.corners else ((), ())
        return bool(xs) and min(xs) <= point[0] <= max(xs) and min(ys) <= point[1] <= max(ys)

    def scaled(self, factor: float) -> Symbol:
        return Symbol(self.data, tuple((x * factor, y * factor) for x, y in self.corners))


class Engine(Protocol):
    """Reads QR codes (models 1 and 2; no Micro QR, no other symbologies) from an 8-bit grey picture."""

    @property
    def name(self) -> str: ...

    def read(self, grey: GreyImage) -> list[Symbol]: ...


@dataclass(frozen=True, slots=True)
class EngineState:
    """For diagnostics: whether an engine can run here, and its version or what is missing."""

    name: str
    available: bool
    detail: str


class ZxingEngine:
    """zxing-cpp: first choice, fast, reads inverted (dark-mode) codes itself."""

    name = "zxing"

    def __init__(self) -> None:
        import zxingcpp

        self._read_barcodes: Callable[..., list[Any]] = zxingcpp.read_barcodes
        formats = zxingcpp.BarcodeFormat
        # Since 3.0 "QRCode" means the whole family with Micro QR; before, it was models 1 and 2 alone.
        self._format = getattr(formats, "QRCodeModel2", formats.QRCode)

    def read(self, grey: GreyImage) -> list[Symbol]:
        return [
            Symbol(bytes(found.bytes), _corners(found.position))
            for found in self._read_barcodes(grey, formats=self._format)
        ]


def _corners(position: Any) -> tuple[Point, ...]:
    points = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return tuple((float(point.x), float(point.y)) for point in points)


class ZbarEngine:
    """zbar through pyzbar's bindings, with its character-set guessing switched off or undone.

    From 0.23.1 zbar has a binary mode that hands over bytes. Older ones (pyzbar's Windows wheels bring 0.10)
    recode everything to UTF-8 by a guess: `recover_bytes` finds the way back or gives up on the symbol.
    """

    name = "zbar"

    def __init__(self) -> None:
        from pyzbar import wrapper

        self._zbar: Any = wrapper

    def read(self, grey: GreyImage) -> list[Symbol]:
        zbar = self._zbar
        pixels = ctypes.create_string_buffer(grey.tobytes(), grey.size)
        scanner, image = zbar.zbar_image_scanner_create(), zbar.zbar_image_create()
        try:
            binary = self._configure(scanner)
            zbar.zbar_image_set_format(image, _FOURCC_Y800)
            zbar.zbar_image_set_size(image, grey.shape[1], grey.shape[0])
            zbar.zbar_image_set_data(image, ctypes.cast(pixels, ctypes.c_void_p), grey.size, None)
            if zbar.zbar_scan_image(scanner, image) <= 0:
                return []
            symbols = [self._symbol(handle, binary=binary) for handle in self._handles(image)]
        finally:
            zbar.zbar_image_destroy(image)
            zbar.zbar_image_scanner_destroy(scanner)
        return [symbol for symbol in symbols if symbol is not None]

    def _configure(self, scanner: Any) -> bool:
        """QR only; whether symbols come as bytes."""
        configure = self._zbar.zbar_image_scanner_set_config
        configure(scanner, _ALL_SYMBOLS, _CONFIG_ENABLE, 0)
        configure(scanner, _QR, _CONFIG_ENABLE, 1)
        return self.version >= _FIRST_WITH_BINARY and configure(scanner, _QR, _CONFIG_BINARY, 1) == 0

    def _handles(self, image: Any) -> list[Any]:
        handles: list[Any] = []
        handle = self._zbar.zbar_image_first_symbol(image)
        while handle:
            if handle.contents.type == _QR:
                handles.append(handle)
            handle = self._zbar.zbar_symbol_next(handle)
        return handles

    def _symbol(self, handle: Any, *, binary: bool) -> Symbol | None:
        zbar = self._zbar
        data: bytes | None = ctypes.string_at(
            zbar.zbar_symbol_get_data(handle), zbar.zbar_symbol_get_data_length(handle)
        )
        if data is not None and not binary:
            data = recover_bytes(data)
        if data is None:
            return None
        loc_x, loc_y = zbar.zbar_symbol_get_loc_x, zbar.zbar_symbol_get_loc_y
        corners = tuple(
            (float(loc_x(handle, index)), float(loc_y(handle, index)))
            for index in range(zbar.zbar_symbol_get_loc_size(handle))
        )
        return Symbol(data, corners)

    @property
    def version(self) -> tuple[int, ...]:
        """Asked past pyzbar: its binding passes two pointers where newer libraries write through three."""
        parts = [ctypes.c_uint() for _ in range(3)]
        self._zbar.LIBZBAR.zbar_version(*(ctypes.byref(part) for part in parts))
        return tuple(part.value for part in parts)


# zbar.h: zbar_symbol_type_t, zbar_config_t; the picture format is the fourcc "Y800".
_ALL_SYMBOLS = 0
_QR = 64
_CONFIG_ENABLE = 0
_CONFIG_BINARY = 4
_FIRST_WITH_BINARY = (0, 23, 1)
_FOURCC_Y800 = int.from_bytes(b"Y800", "little")

_ENGINES: dict[str, Callable[[], Engine]] = {"zxing": ZxingEngine, "zbar": ZbarEngine}


@cache
def load_engine(name: str) -> Engine | EngineState:
    """The engine, or the state that says why it cannot run here; tried once a process."""
    try:
        return _ENGINES[name]()
    except (ImportError, OSError, AttributeError) as error:  # AttributeError: a library without its functions
        return EngineState(name, available=False, detail=f"{type(error).__name__}: {error}")


def available_engines() -> tuple[EngineState, ...]:
    """Every known engine's state, for diagnostics."""
    return tuple(_state(name) for name in _ENGINES)


def _state(name: str) -> EngineState:
    engine = load_engine(name)
    if isinstance(engine, EngineState):
        return engine
    return EngineState(name, available=True, detail=_version(name))


def _version(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version({"zxing": "zxing-cpp", "zbar": "pyzbar"}[name])
    except PackageNotFoundError:
        return "?"
