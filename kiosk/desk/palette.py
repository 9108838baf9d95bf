"""Colours of the desk, light and dark: pairs of text and ground, each held by a test to a contrast of 4.5:1.

`use` says which of the two is meant, before a window is made; whoever asks for a colour gets that one.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.gateway.result_codes import Verdict

LIGHT, DARK = "light", "dark"
_theme = LIGHT


def use(theme: str) -> None:
    """`theme`: ``light`` or ``dark`` (the setting ``ui.theme``). What is drawn already keeps its colours."""
    global _theme  # noqa: PLW0603 - one look for the whole program, as Qt has one style
    _theme = theme


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@dataclass(frozen=True, slots=True)
class Shade:
    """A colour without text; stands in a style sheet as the one that is meant now."""

    light: str
    dark: str

    def __str__(self) -> str:
        return self.dark if _theme == DARK else self.light


@dataclass(frozen=True, slots=True)
class Pair:
    """(text, ground) in each of the two."""

    light: tuple[str, str]
    dark: tuple[str, str]

    @property
    def text(self) -> str:
        return self._now[0]

    @property
    def ground(self) -> str:
        return self._now[1]

    @property
    def _now(self) -> tuple[str, str]:
        return self.dark if _theme == DARK else self.light


def _same(text: str, ground: str) -> Pair:
    return Pair((text, ground), (text, ground))


PAGE = Pair(("#16202B", "#F3F5F8"), ("#E8EDF2", "#12181F"))
PANEL = Pair(("#16202B", "#FFFFFF"), ("#E8EDF2", "#1C242D"))
MUTED = Pair(("#4B5866", "#FFFFFF"), ("#A9B4C0", "#1C242D"))
MUTED_ON_PAGE = Pair(("#4B5866", "#F3F5F8"), ("#A9B4C0", "#12181F"))
STRIP = Pair(("#3B4652", "#E6EAEF"), ("#C3CCD6", "#232D38"))
TRAINING = _same("#FFFFFF", "#6A1B7A")
LINE = Pair(("#FFFFFF", "#26323F"), ("#FFFFFF", "#3A4958"))
KEYCAP = Pair(("#16202B", "#FFFFFF"), ("#F3F5F8", "#2B3642"))
NOTICE = Pair(("#4A3200", "#FFF3D1"), ("#FFE2A3", "#3D3010"))
PROBLEM = Pair(("#8C1515", "#FDECEC"), ("#FFC9C9", "#4A1F1F"))
HINT = Pair(("#5A5F52", "#FFFBEA"), ("#C4BFA4", "#2A281C"))
TYPED = Pair(("#16202B", "#FFFBEA"), ("#E8EDF2", "#2A281C"))
CAMERA_HINT = _same("#FFFFFF", "#16202B")
NEUTRAL = _same("#FFFFFF", "#3D4C5C")
READY = Pair(("#0B6B3A", "#FFFFFF"), ("#6FD39B", "#1C242D"))
READY_ON_STRIP = Pair(("#0B6B3A", "#E6EAEF"), ("#6FD39B", "#232D38"))
CALM = Pair(("#1B4F91", "#F3F5F8"), ("#8FB8F0", "#12181F"))
CLICK = _same("#231A00", "#F5B91F")
ODD = Pair(("#7A4E00", "#FFFFFF"), ("#FFC872", "#1C242D"))
FIELD_ERROR = Pair(("#A61B1B", "#FFFFFF"), ("#FF9E9E", "#1C242D"))
CHOSEN = _same("#16202B", "#F5B91F")
SELECTED = _same("#FFFFFF", "#1B4F91")
TABLE_HEAD = Pair(("#3B4652", "#E6EAEF"), ("#C3CCD6", "#2B3642"))
STRIPE = Pair(("#16202B", "#F8F9FB"), ("#E8EDF2", "#202934"))
POINTED_AT = Pair(("#3B4652", "#D5DBE2"), ("#C3CCD6", "#323E4B"))
LINK = Pair(("#16202B", "#FFFFFF"), ("#E8EDF2", "#1C242D"))

VERDICT = {
    Verdict.ELIGIBLE: _same("#FFFFFF", "#0B6B3A"),
    Verdict.NEEDS_STAFF: _same("#231A00", "#F5B91F"),
    Verdict.NOT_ELIGIBLE: _same("#FFFFFF", "#A81C1C"),
    Verdict.UNDETERMINED: _same("#FFFFFF", "#1B4F91"),
}

FOCUS = "#F5B91F"
BORDER = "#8391A0"
HAIRLINE = Shade("#D5DBE2", "#323E4B")


def all_pairs() -> dict[str, tuple[str, str]]:
    """Name, with the look's -> text and ground."""
    named = {name: value for name, value in globals().items() if isinstance(value, Pair)}
    named |= {f"VERDICT {verdict}": pair for verdict, pair in VERDICT.items()}
    return {f"{name} {LIGHT}": pair.light for name, pair in named.items()} | {
        f"{name} {DARK}": pair.dark for name, pair in named.items()
    }
