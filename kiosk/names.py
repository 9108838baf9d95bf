"""Names as a person types them."""

from __future__ import annotations

import unicodedata

from kiosk.errors import UsageError

LONGEST_NAME = 100
"""Characters; the longest field for a name in the hospital tables (HO_TEN, QĐ 4750) holds 255 bytes."""


def clean_name(text: str) -> str:
    """A typed name in NFC with single blanks; letters, blanks and ``' . -`` only.

    Raises UsageError ``name_missing`` or ``name_invalid`` (value ``field``: ``full_name``).
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name:
        raise UsageError("name_missing", field="full_name")
    letters = sum(character.isalpha() for character in name)
    allowed = all(character.isalpha() or character in " '.-’" for character in name)
    if not allowed or not letters or len(name) > LONGEST_NAME:
        raise UsageError("name_invalid", field="full_name")
    return name
