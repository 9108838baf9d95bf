"""What keyboards, input methods and character sets do to a scanned text, undone where that is provable.

Measured and observed damage: docs/decisions/0004-what-a-damaged-scan-may-say.md. Every function returns
None, or the text unchanged, where the original cannot be told for sure; nothing here chooses one of several.
"""

from __future__ import annotations

import html
import re
import unicodedata
from itertools import pairwise
from urllib.parse import unquote

from kiosk.card.vietnamese import TONES, is_name, is_text

# Hexadecimal fields under Telex

_TELEX = {"â": "aa", "ê": "ee", "đ": "dd", "à": "af", "è": "ef", "ầ": "aaf", "ề": "eef"}
_TELEX_UNDONE = str.maketrans({**_TELEX, **{key.upper(): value for key, value in _TELEX.items()}})
_HEX = re.compile(r"(?:[0-9a-fA-F]{2})+", re.ASCII)
_TELEX_HEX = re.compile(r"[0-9a-fA-FâêđàèầềÂÊĐÀÈẦỀ-]+")


def undo_telex(field: str) -> str | None:
    """A hexadecimal field as it was before a Telex input method joined its letters; None if it was not that.

    Hex has only a, d, e and f (the grave-tone key) that Telex touches, so each joined letter has one origin.
    """
    undone = unicodedata.normalize("NFC", field).translate(_TELEX_UNDONE)
    return undone if _HEX.fullmatch(undone) else None


def has_strange_letters(field: str) -> bool:
    """Whether letters or accents stand in a field that is ASCII on every card: an input method was on."""
    return not field.isascii() and any(
        character > "\x7f" and (character.isalpha() or unicodedata.combining(character))
        for character in field
    )


def only_telex_touched(field: str) -> bool:
    """Whether every letter of an ASCII field is one that Telex can have left there; VNI leaves others."""
    return _TELEX_HEX.fullmatch(unicodedata.normalize("NFC", field)) is not None


def text_of_hex(field: str) -> tuple[str | None, str | None]:
    """The text of a hexadecimal field and the name of the repair it took, if any.

    UTF-8 first; UTF-16LE (seen in one reader) where that gives no Vietnamese text.
    """
    if _HEX.fullmatch(field):
        return _text_of_bytes(bytes.fromhex(field))
    undone = undo_telex(field)
    if undone is not None:
        text = _utf8(bytes.fromhex(undone))
        if text is not None and is_text(text):
            return text, "repaired_telex"
    return None, None


def _text_of_bytes(raw: bytes) -> tuple[str | None, str | None]:
    text = _utf8(raw)
    if text is not None and is_text(text):
        return text, None
    wide = _utf16(raw)
    if wide is not None and is_text(wide):
        return wide, "repaired_utf16"
    return text, None


def _utf8(raw: bytes) -> str | None:
    try:
        return unicodedata.normalize("NFC", raw.decode("utf-8"))
    except UnicodeDecodeError:
        return None


def _utf16(raw: bytes) -> str | None:
    try:
        return unicodedata.normalize("NFC", raw.decode("utf-16-le"))
    except UnicodeDecodeError:
        return None


# A Vietnamese keyboard layout of the operating system

LOST = "\x00"
"""Stands for characters that cannot be told for sure; no part that holds it is read."""

_LAYOUT_DIGITS = {
    "ă": "1",
    "â": "2",
    "ê": "3",
    "ô": "4",
    "đ": "0",
    "Ă": "1",
    "Â": "2",
    "Ê": "3",
    "Ô": "4",
    "Đ": "0",
    "\u0300": "5",
    "\u0309": "6",
    "\u0303": "7",
    "\u0301": "8",
    "\u0323": "9",
}
_LAYOUT = {**_LAYOUT_DIGITS, "ư": "[", "ơ": "]", "Ư": "[", "Ơ": "]"}
_ASCII_DIGIT = re.compile(r"[0-9]")


def undo_keyboard_layout(text: str) -> str | None:
    """A scan typed on the Vietnamese layout, whose digit row gives ă â ê ô, five tone marks and đ; else None.

    Recognised by having no digit at all. Must see the characters as they arrived: normalising would put the
    marks (digits) into another order. Where a mark was joined to the letter before it, it is taken off again.
    """
    if text.isascii() or _ASCII_DIGIT.search(text):
        return None
    parts = [_apart(character) for character in text]
    arrived = [part for letter in parts for part in letter]
    touched = sum(part in _LAYOUT_DIGITS for part in arrived)
    if _were_marks_joined(text):
        arrived = _without_reordered_marks(arrived)
    line = "".join(_LAYOUT.get(part, part) for part in arrived)
    if touched < 8:  # no card, no number has fewer digits
        return None
    stripped = line.rstrip()
    if stripped.endswith("|4") and text.rstrip()[-1:] in {"Ô", "ô"}:  # Shift+4, the terminator $
        line = stripped[:-1] + "$"
    return line


def _were_marks_joined(text: str) -> bool:
    """Whether a tone mark is joined to a letter among digits, not only in a name, where it belongs."""
    for place, part in enumerate(text.split("|")):
        composed = any(len(_apart(character)) > 1 for character in part)
        plain = [character for character in part if character.isascii() and character.isalpha()]
        if composed and (place == 0 or all(character in "abcdefABCDEF" for character in plain)):
            return True
    return False


def _without_reordered_marks(arrived: list[str]) -> list[str]:
    """Normalising, which joined marks to letters, also puts the dot below before other marks.

    So a dot (9) right before another mark (5-8) may have stood behind it: nobody knows the two digits, unless
    a mark before a dot somewhere shows that nothing was normalised.
    """
    dot, others = "\u0323", TONES - {"\u0323"}
    if any(one in others and two == dot for one, two in pairwise(arrived)):
        return arrived
    unsure = {at for at, (one, two) in enumerate(pairwise(arrived)) if one == dot and two in others}
    return [LOST if at in unsure or at - 1 in unsure else part for at, part in enumerate(arrived)]


def _apart(character: str) -> list[str]:
    """A letter and the tone marks joined to it; the marks that make ă â ê ô ơ ư stay on their letter."""
    if character in _LAYOUT or character.isascii():
        return [character]
    apart = unicodedata.normalize("NFD", character)
    tones = [mark for mark in apart if mark in _LAYOUT_DIGITS]
    letter = unicodedata.normalize("NFC", "".join(mark for mark in apart if mark not in _LAYOUT_DIGITS))
    return [letter, *tones]


# Texts of citizen cards that are not UTF-8 any more

_CP1252_HIGH = {
    bytes([byte]).decode("cp1252"): byte
    for byte in range(0x80, 0x100)
    if byte not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}
}
_CONTINUATIONS = "".join(
    re.escape(character)
    for character, byte in _CP1252_HIGH.items()
    if byte < 0xC0 and character not in "’–°\xa0"
)
_MOJIBAKE = re.compile(rf"[ÃÄÅÆáâ][{_CONTINUATIONS}\x80-\x9f]")
_FOREIGN = re.compile("[\ufffd\ud800-\udfff]")
_LEAKED = re.compile(r"(?:0(?:1(?:2[89]|[3-9]\d)|2(?:[0-4]\d|5[0-5])))+", re.ASCII)
_DIGIT_RUN = re.compile(r"\d+", re.ASCII)


def has_foreign_bytes(text: str) -> bool:
    """Whether bytes that are not UTF-8 stand in `text`, as lone surrogates or replacement characters."""
    return not text.isascii() and _FOREIGN.search(text) is not None


def undo_mojibake(text: str) -> str | None:
    """`text` whose UTF-8 bytes were shown as CP1252 (undefined bytes as control characters); else None."""
    raw = bytearray()
    for character in text:
        byte = _CP1252_HIGH.get(character, ord(character))
        if byte > 0xFF:
            return None
        raw.append(byte)
    found = _utf8(bytes(raw))
    return found if found is not None and found != text and is_text(found) else None


def has_mojibake(line: str) -> bool:
    """Whether two characters stand there that are a UTF-8 letter shown as CP1252, and no Vietnamese text."""
    return _MOJIBAKE.search(line) is not None


def undo_alt_codes(text: str) -> str:
    """`text` with each run of leaked Alt codes (``0`` and the byte, 0128-0255) back as the letters they were.

    A run that is no UTF-8 of Vietnamese letters is left: it may be a house number, or bytes are missing.
    """
    return _DIGIT_RUN.sub(lambda run: _letters_of_codes(run.group()) or run.group(), text)


def _letters_of_codes(run: str) -> str | None:
    if len(run) % 4 or not _LEAKED.fullmatch(run):
        return None
    letters = _utf8(bytes(int(run[place : place + 4]) for place in range(0, len(run), 4)))
    return letters if letters is not None and is_name(letters) else None


def has_leaked_codes(text: str) -> bool:
    """Whether a run of digits holds a byte that starts a UTF-8 letter (0194-0244), as leaked Alt codes do."""
    return any(
        0xC2 <= int(run[place : place + 4]) <= 0xF4
        for run in _DIGIT_RUN.findall(text)
        for place in range(len(run) - 3)
        if run[place] == "0"
    )


def _unquoted(text: str) -> str:
    """Percent encoding undone; ``+`` is a blank where the text has no other (forms send it so)."""
    blanks_as_plus = "+" in text and " " not in text and "%20" not in text
    return unquote(text.replace("+", " ") if blanks_as_plus else text, errors="strict")


_WEB_CODED = re.compile(r"%[0-9A-Fa-f]{2}|&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,10});")


def undo_web_encoding(text: str) -> str | None:
    """`text` without HTML entities and percent encoding that other software put in; None if it had none."""
    if not _WEB_CODED.search(text):
        return None
    try:
        undone = _unquoted(text) if re.search(r"%[0-9A-Fa-f]{2}", text) else text
    except UnicodeDecodeError:
        return None
    undone = html.unescape(undone)
    return undone if undone != text else None
