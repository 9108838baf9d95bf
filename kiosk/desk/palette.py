"""Colours of the desk, as pairs of text and ground; a test holds every pair to a contrast of 4.5:1."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.gateway.result_codes import Verdict


@dataclass(frozen=True, slots=True)
class Pair:
    text: str
    ground: str

    @property
    def contrast(self) -> float:
        """WCAG 2.2 contrast ratio, 1 to 21."""
        light, dark = sorted((_luminance(self.text), _luminance(self.ground)), reverse=True)
        return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


PAGE = Pair("#16202B", "#F3F5F8")
PANEL = Pair("#16202B", "#FFFFFF")
MUTED = Pair("#4B5866", "#FFFFFF")
MUTED_ON_PAGE = Pair("#4B5866", "#F3F5F8")
STRIP = Pair("#3B4652", "#E6EAEF")
TRAINING = Pair("#FFFFFF", "#6A1B7A")
LINE = Pair("#FFFFFF", "#26323F")
KEYCAP = Pair("#16202B", "#FFFFFF")
NOTICE = Pair("#4A3200", "#FFF3D1")
PROBLEM = Pair("#8C1515", "#FDECEC")
HINT = Pair("#5A5F52", "#FFFBEA")
CAMERA_HINT = Pair("#FFFFFF", "#16202B")
NEUTRAL = Pair("#FFFFFF", "#3D4C5C")
READY = Pair("#0B6B3A", "#FFFFFF")
READY_ON_STRIP = Pair("#0B6B3A", "#E6EAEF")
CLICK = Pair("#231A00", "#F5B91F")
ODD = Pair("#7A4E00", "#FFFFFF")
FIELD_ERROR = Pair("#A61B1B", "#FFFFFF")
CHOSEN = Pair("#16202B", "#F5B91F")
TABLE_HEAD = Pair("#3B4652", "#E6EAEF")
LINK = Pair("#16202B", "#F3F5F8")

VERDICT = {
    Verdict.ELIGIBLE: Pair("#FFFFFF", "#0B6B3A"),
    Verdict.NEEDS_STAFF: Pair("#231A00", "#F5B91F"),
    Verdict.NOT_ELIGIBLE: Pair("#FFFFFF", "#A81C1C"),
    Verdict.UNDETERMINED: Pair("#FFFFFF", "#1B4F91"),
}

FOCUS = "#F5B91F"
BORDER = "#8391A0"
HAIRLINE = "#D5DBE2"


def all_pairs() -> dict[str, Pair]:
    named = {name: value for name, value in globals().items() if isinstance(value, Pair)}
    return named | {f"VERDICT {verdict}": pair for verdict, pair in VERDICT.items()}
