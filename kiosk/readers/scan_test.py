"""What a scanner really delivers: keys, timing and damage of one scan, and what would mend it. Pure.

The test code holds what scanners and input methods spoil: bars, ``$``, hexadecimal digits, the letter pairs
of Telex, the letter and digit pairs of VNI, accents. It begins with letters that neither method touches, has
the form of no card, and is nobody's.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from kiosk.readers.wedge import NO_FRAME, Frame

MARK = "QUAY-THU"
_TELEX = "aa aw ee oo ow uw dd as ef or ux yj"
_VNI = "a6 a8 e6 o6 o7 u7 d9 a1 e2 o3 u4 y5"
_HEX = "4e677579e1bb856e"
_DIGITS = "0123456789"
_ACCENTS = "Nguyễn Thị Thử"
_PARTS = (MARK, _TELEX, _VNI, _HEX, _DIGITS, _ACCENTS, "$")
TEST_LINE = "|".join(_PARTS)

SLOW_SECONDS = 0.05
LONG_PAUSE_SECONDS = 0.3
"""Longer pauses than this in the middle of a line cannot be told from its end everywhere."""

_ENDS = ("return", "tab", "backtab")


@dataclass(frozen=True, slots=True)
class KeyNote:
    """One key as it arrived: `kind` is character, composed (by an input method), backspace, return or tab."""

    kind: str
    at: float  # seconds of a monotonic clock
    text: str = ""
    meant: str = ""  # what the key itself proves, where it is not what arrived


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds between the keys of a scan; `longest_after` counts the characters before the longest pause."""

    shortest: float
    usual: float
    longest: float
    longest_after: int
    whole: float


@dataclass(frozen=True, slots=True)
class ScanReport:
    characters: int
    is_test: bool
    shown: str  # the test code as it arrived; of anything else only its form
    terminator: str  # return, tab, return_twice, none
    timing: Timing | None  # None where no keys were seen (serial port, camera)
    findings: tuple[str, ...]  # stable codes, worst first; empty: nothing to mend
    extra: str = ""  # what came before or after the test code


def report(text: str, keys: Sequence[KeyNote] = (), frame: Frame = NO_FRAME) -> ScanReport:
    """On `text`, a scan without its frame if it had one, and on the keys it was made of."""
    is_test = MARK.casefold() in text.casefold()
    content, extra = _without_extra(text) if is_test else (text, "")
    findings = []
    if frame and keys and frame.content("".join(key.text for key in _characters(keys))) is None:
        findings.append("not_framed")
    findings += _meddling(keys)
    if is_test:
        findings += _test_findings(content)
    if extra:
        findings.append("extra")
    findings += _manners(keys) if keys else []
    return ScanReport(
        characters=len(text),
        is_test=is_test,
        shown=text if is_test else form_of(text),
        terminator=_terminator(keys),
        timing=_timing(keys),
        findings=tuple(dict.fromkeys(findings)),
        extra=extra,
    )


def form_of(text: str) -> str:
    """A patient's code as it may be shown: every letter and digit hidden, the marks between them not."""
    return "".join("•" if character.isalnum() else character for character in text)


def _characters(keys: Sequence[KeyNote]) -> list[KeyNote]:
    return [key for key in keys if key.kind in {"character", "composed"}]


def _terminator(keys: Sequence[KeyNote]) -> str:
    ends = [key.kind for key in keys if key.kind in _ENDS]
    if not ends:
        return "none"
    return "return_twice" if len(ends) > 1 else "return" if ends[0] == "return" else "tab"


def _timing(keys: Sequence[KeyNote]) -> Timing | None:
    times = [key.at for key in _characters(keys)]
    gaps = [after - before for before, after in pairwise(times)]
    if not gaps:
        return None
    longest = max(gaps)
    return Timing(min(gaps), median(gaps), longest, gaps.index(longest) + 1, times[-1] - times[0])


def _meddling(keys: Sequence[KeyNote]) -> list[str]:
    """What stands between scanner and window, as far as the keys show it."""
    found = []
    if any(key.kind in {"composed", "backspace"} for key in keys):
        found.append("input_method")
    if any(key.meant != key.text for key in _characters(keys)):
        found.append("layout")
    return found


def _manners(keys: Sequence[KeyNote]) -> list[str]:
    """How the scanner itself types."""
    found = []
    timing = _timing(keys)
    if timing is not None and timing.longest > LONG_PAUSE_SECONDS:
        found.append("pauses")
    if timing is not None and timing.usual > SLOW_SECONDS:
        found.append("slow")
    if _terminator(keys) == "none":
        found.append("no_terminator")
    return found


def _without_extra(text: str) -> tuple[str, str]:
    """The test code by itself, and what stood before and after it."""
    start = text.casefold().find(MARK.casefold())
    end = text.rfind("|$") + 2 if "|$" in text else len(text)
    return text[start:end], (text[:start] + text[end:]).strip()


def _test_findings(text: str) -> list[str]:
    if text == TEST_LINE:
        return []
    if text.swapcase() == TEST_LINE or text in {TEST_LINE.upper(), TEST_LINE.lower()}:
        return ["caps_lock"]
    parts = text.split("|")
    if len(parts) != len(_PARTS):
        return ["cut" if TEST_LINE.startswith(text) or len(parts) > 1 else "bars_lost"]
    _, telex, vni, hexadecimal, digits, accents, _ = parts
    found = []
    if not digits.isascii():
        found.append("layout")
    elif not telex.isascii():
        found.append("telex")
    elif not vni.isascii():
        found.append("vni")
    if accents != _ACCENTS:
        plain = _plain(_ACCENTS)
        found.append("accents_lost" if accents in {plain, _ascii_only(_ACCENTS)} else "accents_damaged")
    arrived = zip((telex, vni, hexadecimal, digits), (_TELEX, _VNI, _HEX, _DIGITS), strict=True)
    if not found or any(part != sent and part.isascii() for part, sent in arrived):
        found.append("changed")
    return found


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _ascii_only(text: str) -> str:
    return "".join(character for character in text if character.isascii())
