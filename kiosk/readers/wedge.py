"""Keys of a keyboard-wedge scanner put together to scans. Pure: the caller brings keys and a monotonic clock.

A scanner types like a very fast person, so this only has time and shape to go by. Both come from the field
(card-format notes, "Scanner realities"): 10 ms a character on a cable, 100 ms over slow Bluetooth, hiccups in
the middle of a line, Return, Tab or CR+LF after it, or nothing at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

SHORTEST_NUMBER = 10
"""A social-insurance number; nothing shorter is a card."""

SHORTEST_SCAN = 4
"""Characters at scanner speed that are a scan with a Return, if only one that cannot be read."""

LONGEST_SCAN = 8192
"""Characters kept of one scan; a stuck scanner may send far more."""

QUIET_SECONDS = 0.4
"""A text that looks whole is taken after this much silence (or four characters' time, if that is longer).

Scanners pause for up to 0.3 s in the middle of a line, also where what has come looks whole: behind the
number that every line begins with, and behind the seven parts of a citizen card that has more.
"""

PATIENCE_SECONDS = 2.0
"""A line that looks unfinished is taken as it is, and will be found unreadable, after this much silence."""

STRAY_SECONDS = 0.7
"""Less than a number, and then this much silence: somebody touched the keyboard."""

LATE_TERMINATOR_SECONDS = (0.35, 0.6)
"""A Return this soon after the last key of a line that ended without one is still the scanner's.

The first for a scanner on a cable: a quick person may have seen the verdict by then. The second for a slow
one.
"""

MOST_STRAY = 3
"""Characters that somebody may have typed just before a scan, by leaning on the keyboard."""

_BARE_NUMBER = re.compile(r"[0-9]{10}|[0-9]{12}|[A-Z]{2}[0-9A-Z]{13}", re.IGNORECASE)
_CITIZEN_NUMBER = re.compile(r"[0-9]{12}")
_NUMBER_AT_END = re.compile(r"(?:[A-Z]{2}[0-9]{3})?([0-9]{10})$")
_MANAGEMENT_FIELD = 9  # two or four digits of the office, then the 10 digits of the card once more
_DATE = re.compile(r"[0-9]{8}")
_FAST_PACE = 0.06


def is_bare_number(text: str) -> bool:
    """Whether `text` has the shape of a card, social-insurance or citizen number and nothing else."""
    return _BARE_NUMBER.fullmatch(re.sub(r"[\s.\-]", "", text)) is not None


def ends_for_sure(text: str) -> bool:
    """Whether `text` ends as only a whole health-card line does."""
    return text.endswith("|$") and text.count("|") >= 3


def looks_whole(text: str) -> bool:
    """Whether `text`, followed by a short silence, can be taken for a whole scan: number or citizen card.

    A health-card line without its ``$`` looks just like one that is still coming, and is waited for.
    """
    parts = text.rstrip().split("|")
    if len(parts) == 1:
        return is_bare_number(text)
    return (
        len(parts) == 7
        and _CITIZEN_NUMBER.fullmatch(parts[0].strip()) is not None
        and _DATE.fullmatch(parts[-1]) is not None
    )


def without_stray_start(text: str) -> str:
    """A line without what somebody typed just before it, where the line itself proves what is not its own.

    A health-card line holds its 10 digits twice (field 10); a citizen number has 12 digits and no letters.
    Anything else stays as it is: cutting could turn one number into another.
    """
    first, bar, rest = text.partition("|")
    parts = text.split("|")
    start = 0
    if len(parts) > _MANAGEMENT_FIELD:
        number = _NUMBER_AT_END.search(first)
        if number is not None and re.fullmatch(rf"[0-9]{{2,4}}{number[1]}", parts[_MANAGEMENT_FIELD]):
            start = number.start()
    elif (
        len(first) > 12
        and looks_whole(f"{first[-12:]}{bar}{rest}")
        and not any(character.isdigit() for character in first[:-12])
    ):
        start = len(first) - 12
    return text[start:] if start <= MOST_STRAY else text


@dataclass(frozen=True, slots=True)
class Frame:
    """What the scanner is set to send before and after each code; with either, nothing else is a scan."""

    prefix: str = ""
    suffix: str = ""

    def __bool__(self) -> bool:
        return bool(self.prefix or self.suffix)

    def content(self, text: str) -> str | None:
        """What stands in the frame; None when `text` does not. A few stray keys before the prefix are cut."""
        start = text.find(self.prefix, 0, MOST_STRAY + len(self.prefix))
        if start < 0 or not text.endswith(self.suffix):
            return None
        inside = text[start + len(self.prefix) : len(text) - len(self.suffix)]
        return inside if inside and len(text) - start > len(self.prefix) + len(self.suffix) else None


NO_FRAME = Frame()


@dataclass(slots=True)
class KeyAssembler:
    """Takes keys in the order they come and says when they made a scan.

    Every method takes the time `at` in seconds of a monotonic clock. `character`, `terminator` and `silence`
    return the scan's text when it is complete, still in its frame. `deadline` is when `silence` wants to be
    called.
    """

    frame: Frame = NO_FRAME
    _keys: list[str] = field(default_factory=list)
    _last_key: float = 0.0
    _pace: float = 0.0  # seconds a character, smoothed
    _late_terminator_until: float = 0.0  # the first one of a scan that ended without
    _second_half_until: float = 0.0  # the LF of CR+LF
    _overlong: bool = False

    @property
    def text(self) -> str:
        """What has come so far."""
        return "".join(self._keys)

    @property
    def deadline(self) -> float | None:
        if not self._keys:
            return None
        return self._last_key + self._silence_needed()

    def character(self, text: str, at: float) -> str | None:
        """A key that gave `text` (usually one character, more from an input method)."""
        finished = self.silence(at)
        if not self._keys:
            self._pace = 0.0
            self._overlong = False
        else:
            gap = min(max(at - self._last_key, 0.0), 0.25)
            self._pace = gap if len(self._keys) == 1 else 0.8 * self._pace + 0.2 * gap
        self._last_key = at
        self._late_terminator_until = self._second_half_until = 0.0
        room = LONGEST_SCAN - len(self._keys)
        self._overlong = self._overlong or len(text) > room
        self._keys.extend(text[:room])
        if finished is None and not self._overlong and self._has_ended(text):
            text = self._finish()
            self._late_terminator_until = at + self._late_seconds()
            return text
        return finished

    def _has_ended(self, last: str) -> bool:
        if not last.endswith(self.frame.suffix or "$"):
            return False
        content = self.frame.content(self.text)
        return content is not None and ends_for_sure(content)

    def backspace(self, at: float) -> None:
        """An input method takes a character back to put another in its place."""
        if self._keys:
            self._keys.pop()
            self._last_key = at

    def terminator(self, at: float) -> tuple[bool, str | None]:
        """Return, Enter or Tab: whether it belongs to a scanner, and the scan that it ended, if any.

        A key that does not belong to a scanner is a person's.
        """
        finished = self.silence(at)
        if finished is not None:
            return True, finished
        if not self._keys:
            return self._belongs_to_last_scan(at), None
        fast = len(self._keys) >= SHORTEST_SCAN and self._pace <= _FAST_PACE
        is_scan = self._is_long_enough() or fast
        text = self._finish()
        self._second_half_until = at + self._second_half_seconds()
        return True, text if is_scan else None

    def _belongs_to_last_scan(self, at: float) -> bool:
        late, second_half = at <= self._late_terminator_until, at <= self._second_half_until
        self._late_terminator_until = 0.0
        self._second_half_until = at + self._second_half_seconds() if late else 0.0
        return late or second_half

    def _late_seconds(self) -> float:
        shortest, longest = LATE_TERMINATOR_SECONDS
        return min(max(shortest, 6 * self._pace), longest)

    def _second_half_seconds(self) -> float:
        return min(max(0.025, 2.5 * self._pace), 0.25)

    def silence(self, at: float) -> str | None:
        """No key came until `at`."""
        deadline = self.deadline
        if deadline is None or at < deadline:
            return None
        is_scan = self._is_long_enough()
        text = self._finish()
        self._late_terminator_until = self._last_key + self._late_seconds() if is_scan else 0.0
        return text if is_scan else None

    def clear(self) -> None:
        """Forget what has come so far."""
        self._keys.clear()
        self._late_terminator_until = self._second_half_until = 0.0

    def _is_long_enough(self) -> bool:
        """Not so for a key that something leans on, however long."""
        return len(self._keys) >= SHORTEST_NUMBER and len(set(self._keys)) > 2

    def _silence_needed(self) -> float:
        if len(self._keys) < SHORTEST_NUMBER:
            return STRAY_SECONDS
        text = self.frame.content(self.text) if len(self._keys) < 2000 else None
        if text is None or not looks_whole(text):
            return PATIENCE_SECONDS
        return min(max(QUIET_SECONDS, 4 * self._pace), PATIENCE_SECONDS)

    def _finish(self) -> str:
        text = self.text
        self._keys.clear()
        return text


@dataclass(slots=True)
class RepeatGuard:
    """The same code within a few seconds is one scan.

    A scanner that reads twice is forgiven for `window` seconds after the scan that counted. A camera sees a
    code as long as it is held before it: with `renews`, every sighting starts the time again.
    """

    window: float
    renews: bool = False
    _seen: dict[str, float] = field(default_factory=dict)

    def is_repeat(self, text: str, at: float) -> bool:
        self._seen = {known: when for known, when in self._seen.items() if at - when < self.window}
        repeat = text in self._seen
        if not repeat or self.renews:
            self._seen[text] = at
        return repeat


HARDWARE_WINDOW_SECONDS = 2.5
CAMERA_WINDOW_SECONDS = 5.0
