"""A stream's frames into texts: the cheap look at every frame, costly ones in turn and where they pay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kiosk.readers.decoder import DecodedCode, Decoder
from kiosk.readers.hints import Advisor, Hint

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Image = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Look:
    """What one frame gave, and what to tell the person who holds the code."""

    codes: tuple[DecodedCode, ...]
    hint: Hint | None = None


class LiveDecoder:
    """Reads one stream, frame after frame, in one thread. `is_sure` says that a text parses as a card."""

    def __init__(self, decoder: Decoder | None = None, *, is_sure: Callable[[str], bool]) -> None:
        self._decoder = decoder or Decoder()
        self._is_sure = is_sure
        self._advisor = Advisor()

    def look(self, frame: Image, now: float) -> Look:
        """The codes of a frame taken at `now` (seconds of any steady clock)."""
        codes = self._decoder.decode(frame, effort="frame")
        return Look(tuple(codes), self._advisor.see(None, now))
