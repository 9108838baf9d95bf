"""The key on paper, for the hospital's safe: groups of letters, each with one that shows a mistake.

256 bits of the key and 24 of its SHA-256 are 56 letters of Crockford's base 32 (no I, L, O, U), written in 14
groups of four and a check letter. No passphrase: what is forgotten in five years opens nothing, and the safe
is what protects the sheet.
"""

from __future__ import annotations

import hashlib
import os
import re
from datetime import datetime
from pathlib import Path

from kiosk import texts
from kiosk.errors import RecordsError, UsageError
from kiosk.visits.encryption import places
from kiosk.visits.encryption.key import StoreKey, find_key, read_note

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_GROUPS = 14
_CODE = re.compile(r"(?:[0-9A-Z]{5}[ \t\r\n·.\-]+){13}[0-9A-Z]{5}", re.IGNORECASE)
_MOST_BYTES = 100_000


def code_of(key: StoreKey) -> str:
    """Two groups a line."""
    number = int.from_bytes(key.raw + hashlib.sha256(key.raw).digest()[:3], "big")
    letters = "".join(_LETTERS[number >> 5 * place & 31] for place in reversed(range(4 * _GROUPS)))
    groups = [letters[4 * each : 4 * each + 4] for each in range(_GROUPS)]
    checked = [group + _check_letter(place, group) for place, group in enumerate(groups)]
    return "\n".join(f"{one}-{other}" for one, other in zip(checked[::2], checked[1::2], strict=True))


def key_of_code(text: str) -> StoreKey:
    """The key that stands in a sheet, or was typed from one.

    Raises UsageError: ``recovery_none`` where there is no code, ``recovery_group`` naming the ``group`` that
    is mistyped, ``recovery_code`` when the whole makes no sense.
    """
    found = _CODE.search(text)
    if found is None:
        raise UsageError("recovery_none")
    groups = re.findall(r"[0-9A-Z]{5}", found[0].upper().translate(_MISREAD))
    for place, group in enumerate(groups):
        if set(group) - set(_LETTERS) or group[4] != _check_letter(place, group[:4]):
            raise UsageError("recovery_group", group=str(place + 1))
    number = 0
    for letter in "".join(group[:4] for group in groups):
        number = number << 5 | _LETTERS.index(letter)
    content = number.to_bytes(35, "big")
    key = StoreKey(content[:32])
    if hashlib.sha256(key.raw).digest()[:3] != content[32:]:
        raise UsageError("recovery_code")
    return key


def key_in(file: Path) -> StoreKey:
    """Raises UsageError as `key_of_code` does, and ``recovery_file``."""
    try:
        with file.open("rb") as stream:
            text = stream.read(_MOST_BYTES).decode("utf-8", "replace")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise UsageError("recovery_file", file=str(file), why=why) from None
    return key_of_code(text)


def write_sheet(file: Path, folder: Path, facility: str, at: datetime, language: str) -> str:
    """A sheet for the key of a folder, that only this user may read; the name of the store.

    Raises RecordsError about the key, UsageError ``recovery_file`` where the file is there or cannot be made.
    """
    key, note = find_key(folder), read_note(folder)
    if key is None or note is None:
        raise RecordsError("records_missing", "no key yet", place=str(folder))
    values = {"store": note.store, "facility": facility, "folder": str(folder), "code": code_of(key)}
    content = texts.text("cli", "recovery_sheet", language, **values, day=f"{at:%d/%m/%Y}")
    try:
        places.write_durably(file, f"{content}\n".replace("\n", os.linesep).encode("utf-8"), new=True)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise UsageError("recovery_file", file=str(file), why=why) from None
    return note.store


def _check_letter(place: int, group: str) -> str:
    return _LETTERS[hashlib.sha256(f"{place}{group}".encode()).digest()[0] & 31]
