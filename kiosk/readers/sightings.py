"""When a code before the camera counts as one scan. Pure: times come in as seconds of any steady clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable

SAME_CODE_SECONDS = 5.0
"""The same code is one scan until it has been out of sight this long (contract, section 4)."""

AGREEMENT_SECONDS = 1.0
"""Two frames agree on a text when it was read in both within this time."""


class Sightings:
    """Turns what each frame shows into scans, each reported once.

    A text that `is_sure` (it parses as a card) counts from one frame; anything else needs a second frame that
    agrees, for a misread never repeats itself. The time of silence starts again with every sighting: a phone
    held up for twenty seconds, or put down and raised again at once, is one scan.
    """

    def __init__(self, is_sure: Callable[[str], bool]) -> None:
        self._is_sure = is_sure
        self._reported: dict[str, float] = {}
        self._unsure: dict[str, float] = {}

    def see(self, texts: Iterable[str], now: float) -> list[str]:
        """What a frame shows at `now`; the texts that are new scans."""
        self._reported = _recent(self._reported, now - SAME_CODE_SECONDS)
        self._unsure = _recent(self._unsure, now - AGREEMENT_SECONDS)
        scans = []
        for text in dict.fromkeys(texts):
            if text in self._reported:
                self._reported[text] = now
            elif text in self._unsure or self._is_sure(text):
                self._unsure.pop(text, None)
                self._reported[text] = now
                scans.append(text)
            else:
                self._unsure[text] = now
        return scans


def _recent(seen: dict[str, float], since: float) -> dict[str, float]:
    return {text: at for text, at in seen.items() if at > since}
