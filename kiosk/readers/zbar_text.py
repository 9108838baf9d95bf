"""The way back from zbar's character-set guess to the bytes of the code.

Without its binary mode zbar reads a code's bytes as Shift-JIS, Big5, Latin-1 or UTF-8, whichever fits first,
and hands over the result in UTF-8. Vietnamese UTF-8 often "fits" Big5 or Shift-JIS, so ``Nguyễn`` comes out
with Chinese letters in it.
"""

from __future__ import annotations

import unicodedata

_GUESSES = ("cp932", "shift_jis", "big5", "big5hkscs", "latin-1", "cp1252")
_BASE_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZĐabcdefghijklmnopqrstuvwxyzđ")
_MARKS = frozenset("\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323")
_PUNCTUATION = frozenset("–—‘’“”…")


def recover_bytes(data: bytes) -> bytes | None:
    """The bytes that stood in the code, or None where that cannot be said for sure: never a wrong text.

    Sound because a wrong guess always shows: it turns the continuation bytes of UTF-8 (0x80-0xBF) into
    characters that no Vietnamese text has (controls, signs, kana, Chinese letters).
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if _is_vietnamese(text):
        return data
    candidates = {original for guess in _GUESSES if (original := _undo(text, guess)) is not None}
    return candidates.pop() if len(candidates) == 1 else None


def _undo(text: str, guess: str) -> bytes | None:
    try:
        original = text.encode(guess)
        return original if _is_vietnamese(original.decode("utf-8")) else None
    except UnicodeError:
        return None


def _is_vietnamese(text: str) -> bool:
    return all(letter.isascii() or _is_letter(letter) or letter in _PUNCTUATION for letter in text)


def _is_letter(letter: str) -> bool:
    parts = unicodedata.normalize("NFD", letter)
    return parts[0] in _BASE_LETTERS | _MARKS and _MARKS.issuperset(parts[1:])
