"""What Vietnamese text looks like: letters, syllables, and when two names are the same name."""

from __future__ import annotations

import re
import unicodedata

TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
"""Combining grave, acute, tilde, hook above and dot below."""

_VOWELS = "aăâeêioôơuưy"
_LOWER = {
    unicodedata.normalize("NFC", vowel + tone) for vowel in _VOWELS for tone in ("", *sorted(TONES))
} | set("abcdefghijklmnopqrstuvwxyzđ")
LETTERS = frozenset(_LOWER | {letter.upper() for letter in _LOWER})
"""Every letter of Vietnamese in both cases, and f j w z of foreign names."""

_NAME_MARKS = frozenset(" '’.-")
_TEXT_MARKS = frozenset(" ',.-–/\\()&;:+#*\"°’_0123456789")

_RIMES = [
    "a",
    "ac",
    "ach",
    "ai",
    "am",
    "an",
    "ang",
    "anh",
    "ao",
    "ap",
    "at",
    "au",
    "ay",
    "e",
    "ec",
    "ech",
    "em",
    "en",
    "eng",
    "enh",
    "eo",
    "ep",
    "et",
    "eu",
    "i",
    "ia",
    "ich",
    "iec",
    "iem",
    "ien",
    "ieng",
    "iep",
    "iet",
    "ieu",
    "im",
    "in",
    "inh",
    "ip",
    "it",
    "iu",
    "o",
    "oa",
    "oac",
    "oach",
    "oai",
    "oam",
    "oan",
    "oang",
    "oanh",
    "oao",
    "oat",
    "oay",
    "oc",
    "oe",
    "oen",
    "oeo",
    "oet",
    "oi",
    "om",
    "on",
    "ong",
    "ooc",
    "oong",
    "op",
    "ot",
    "u",
    "ua",
    "uac",
    "uach",
    "uan",
    "uang",
    "uanh",
    "uat",
    "uau",
    "uay",
    "uc",
    "ue",
    "uech",
    "uen",
    "uenh",
    "uet",
    "ui",
    "um",
    "un",
    "ung",
    "uo",
    "uoc",
    "uoi",
    "uom",
    "uon",
    "uong",
    "uop",
    "uot",
    "uou",
    "up",
    "ut",
    "uu",
    "uy",
    "uya",
    "uych",
    "uyen",
    "uyet",
    "uynh",
    "uyt",
    "uyu",
    "y",
    "yem",
    "yen",
    "yet",
    "yeu",
    "ynh",
    "yt",
]
_SYLLABLE = re.compile(rf"(?:ngh?|gh|gi|ch|kh|nh|ph|qu|th|tr|[bcdghklmnpqrstvx])?(?:{'|'.join(_RIMES)})")


def is_name(text: str) -> bool:
    """Whether `text` can be a Vietnamese name: letters, blanks and ``' . -`` only, at least one letter."""
    return all(character in LETTERS or character in _NAME_MARKS for character in text) and has_letters(text)


def is_text(text: str) -> bool:
    """Whether `text` can be a Vietnamese address or place."""
    return all(character in LETTERS or character in _TEXT_MARKS for character in text)


def is_latin(text: str) -> bool:
    """Whether `text` is written in Latin letters, such as the name of a foreigner."""
    return all(
        character in LETTERS
        or character in _TEXT_MARKS
        or (character.isalpha() and unicodedata.name(character, "").startswith("LATIN"))
        for character in text
    )


def has_letters(text: str) -> bool:
    return any(character.isalpha() for character in text)


def made_of_syllables(name: str) -> bool:
    """Whether every word can be one Vietnamese syllable; ``VănAn`` and ``Nguyn`` cannot."""
    words = without_accents(name).lower().split()
    cased = all(word[1:] == word[1:].lower() or word == word.upper() for word in name.split())
    return cased and bool(words) and all(_SYLLABLE.fullmatch(word) for word in words)


def without_accents(text: str) -> str:
    """`text` in plain Latin letters: tone and vowel marks taken off, ``đ`` to ``d``."""
    apart = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(character for character in apart if not unicodedata.combining(character))


def normalise_name(name: str) -> str:
    """A name for comparing: case, blanks, composition and the place of the tone mark make no difference.

    A syllable has one tone, written over another vowel in the old and the new spelling (``hoà``, ``hòa``);
    here it stands behind the syllable.
    """
    words = unicodedata.normalize("NFC", name).upper().split()
    return " ".join(map(_tone_last, words))


def _tone_last(word: str) -> str:
    if word.isascii():
        return word
    apart = unicodedata.normalize("NFD", word)
    tones = "".join(character for character in apart if character in TONES)
    return unicodedata.normalize("NFC", "".join(c for c in apart if c not in TONES)) + tones
