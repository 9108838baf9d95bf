"""The key of a folder of records: found, made once, checked, taken over from a recovery sheet.

All SQLite files in a folder have one key of 256 random bits. A note beside them (``records-key.json``) says
where it is kept and by which check it is known, and holds no secret::

    {"version": 1, "store": "3f1c…", "kept": "keyring", "check": "9b02…", "recovery_sheet_at": null}

``kept`` is ``keyring``, ``file`` (``records.key`` beside the note) or the path of a key file. The note is
what counts for records that are there; the setting ``records.key`` only says where a new key goes. A second
key is never made while there may be something that only the first one opens.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path

from kiosk.errors import RecordsError
from kiosk.visits.encryption import places

NOTE = "records-key.json"
KEY_FILE = "records.key"
AUTO, KEYRING, FILE = "auto", "keyring", "file"

_VERSION = 1
_LABEL = b"bhyt-kiosk records key"


@dataclass(frozen=True, slots=True)
class StoreKey:
    """256 bits. Never shown, logged or compared by other means than its check."""

    raw: bytes = field(repr=False)

    @classmethod
    def new(cls) -> StoreKey:
        return cls(secrets.token_bytes(32))

    @classmethod
    def of_hex(cls, text: str) -> StoreKey | None:
        """None for anything that is no key."""
        return cls(bytes.fromhex(text)) if re.fullmatch(r"[0-9A-Fa-f]{64}", text) else None

    @property
    def hex(self) -> str:
        return self.raw.hex()

    @property
    def check(self) -> str:
        """By which the key is known again; tells nothing of it."""
        return hmac.new(self.raw, _LABEL, hashlib.sha256).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class KeyNote:
    """What stands beside the records about their key."""

    store: str
    kept: str
    check: str
    recovery_sheet_at: str | None = None  # ISO 8601, when the first one was made or used

    @property
    def account(self) -> str:
        """Under which the key stands in the keyring."""
        return f"records-key {self.store}"

    def key_file(self, folder: Path) -> Path | None:
        if self.kept == KEYRING:
            return None
        return folder / KEY_FILE if self.kept == FILE else Path(self.kept)


_known: dict[str, StoreKey] = {}
"""Check -> key: a keyring is asked once in the life of a process."""


def read_note(folder: Path) -> KeyNote | None:
    """None where there is no note. Raises RecordsError ``records_key_note``."""
    file = folder / NOTE
    try:
        read = json.loads(file.read_bytes())
        note = KeyNote(
            str(read["store"]), str(read["kept"]), str(read["check"]), read.get("recovery_sheet_at")
        )
    except FileNotFoundError:
        return _note_of_bare_key(folder)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RecordsError("records_key_note", type(error).__name__, place=str(file)) from None
    if not re.fullmatch(r"[0-9a-f]{16}", note.store) or not note.kept or not note.check:
        raise RecordsError("records_key_note", "not understood", place=str(file))
    return note


def _note_of_bare_key(folder: Path) -> KeyNote | None:
    """The note is written last, and somebody may tidy it away: a key file beside it says as much."""
    key = StoreKey.of_hex(places.from_file(folder / KEY_FILE))
    return None if key is None else KeyNote(_store_of(key), FILE, key.check)


def _store_of(key: StoreKey) -> str:
    return hmac.new(key.raw, _LABEL + b" store", hashlib.sha256).hexdigest()[:16]


def write_note(folder: Path, note: KeyNote) -> None:
    """Raises OSError."""
    written = json.dumps({"version": _VERSION, **asdict(note)}, indent=1)
    places.write_durably(folder / NOTE, written.encode() + b"\n")


def find_key(folder: Path) -> StoreKey | None:
    """The key of the records in a folder; None where there is none yet.

    Raises RecordsError: ``records_key_missing`` when it is not where it is said to be, ``records_key_wrong``
    when another one is there, ``records_key_keyring``, ``records_key_file`` or ``records_key_note`` when
    nobody can tell.
    """
    note = read_note(folder)
    if note is None:
        return None
    known = _known.get(note.check)
    if known is not None:
        return known
    file = note.key_file(folder)
    place = str(file or folder)
    text = places.from_keyring(note.account, place) if file is None else places.from_file(file)
    if not text:
        raise RecordsError("records_key_missing", f"no key at {place}", place=place, store=note.store)
    key = StoreKey.of_hex(text)
    if key is None or key.check != note.check:
        raise RecordsError("records_key_wrong", "its check differs", place=place, store=note.store)
    _known[note.check] = key
    return key


def make_key(folder: Path, place: str) -> StoreKey:
    """A new key for a folder that has none, kept where `place` (the setting ``records.key``) says.

    To be called by one process at a time. Raises RecordsError ``records_key_keyring``, OSError.
    """
    key = _laid_ready(place) or StoreKey.new()
    keep_key(folder, key, place)
    return key


def keep_key(
    folder: Path, key: StoreKey, place: str, *, recovery_sheet_at: datetime | None = None
) -> KeyNote:
    """Keep this key for the folder; the note is written when the key is safely there.

    Another one beside the records, which does not open them, is put aside under another name.
    """
    bare = folder / KEY_FILE
    if recovery_sheet_at and places.from_file(bare) not in {"", key.hex}:
        bare.rename(bare.with_name(f"{KEY_FILE}.other-{recovery_sheet_at:%Y%m%d-%H%M%S}"))
    made_at = recovery_sheet_at.isoformat(timespec="seconds") if recovery_sheet_at else None
    note = KeyNote(_store_of(key), _kept_at(place), key.check, made_at)
    note = _put(folder, key, note, or_file=place == AUTO)
    write_note(folder, note)
    _known[note.check] = key
    return note


def sheet_made(folder: Path, at: datetime) -> None:
    """Note that there is a recovery sheet. Raises OSError, RecordsError."""
    note = read_note(folder)
    if note is not None:
        write_note(folder, replace(note, recovery_sheet_at=at.isoformat(timespec="seconds")))


def move_key(folder: Path, place: str) -> KeyNote:
    """Keep the key elsewhere, and no longer where it was. Raises RecordsError, OSError."""
    key, was = find_key(folder), read_note(folder)
    if key is None or was is None:
        raise RecordsError("records_missing", "no key yet", place=str(folder))
    note = _put(folder, key, replace(was, kept=_kept_at(place)), or_file=False)
    write_note(folder, note)
    former = was.key_file(folder)
    if former is not None and former != note.key_file(folder):
        former.unlink(missing_ok=True)
    return note


def _put(folder: Path, key: StoreKey, note: KeyNote, *, or_file: bool) -> KeyNote:
    if note.kept == KEYRING:
        try:
            places.into_keyring(note.account, key.hex, str(folder))
        except RecordsError:
            if not or_file:
                raise
            note = replace(note, kept=FILE)
    file = note.key_file(folder)
    if file is not None:
        there = places.from_file(file)
        if not there:
            places.into_file(file, key.hex)
        elif StoreKey.of_hex(there) != key:  # several folders may share a key file that a path names
            raise RecordsError("records_key_wrong", "another key is there", place=str(file), store=note.store)
    return note


def _kept_at(place: str) -> str:
    """What the note says: two words, or a whole path."""
    if place in {AUTO, KEYRING, FILE}:
        return KEYRING if place == AUTO else place
    return str(Path(place).expanduser().absolute())


def _laid_ready(place: str) -> StoreKey | None:
    """The key that IT has laid into the file it names; None where there is none yet."""
    if place in {AUTO, KEYRING, FILE}:
        return None
    text = places.from_file(Path(place).expanduser())
    key = StoreKey.of_hex(text)
    if text and key is None:
        raise RecordsError("records_key_wrong", "not a key", place=place, store="?")
    return key


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Between the processes of this computer; ends with the process that holds it. Raises OSError."""
    with _making_file(folder / ".records-key.lock") as descriptor:
        _lock(descriptor)
        yield


@contextmanager
def _making_file(file: Path) -> Iterator[int]:
    descriptor = os.open(file, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        while True:  # gives up after ten seconds by itself
            try:
                msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
            except OSError:
                continue
            return
    import fcntl

    fcntl.flock(descriptor, fcntl.LOCK_EX)
