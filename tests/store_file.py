"""How tests look into the SQLite files of the kiosk, which are encrypted."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from kiosk.visits.encryption.connection import Connection, connect
from kiosk.visits.encryption.key import NOTE


def open_store(file: Path) -> Connection:
    """A connection to records, spool or backup, made where it is not there; begins no transaction itself.

    Never use sqlite3 for that: two SQLite libraries in one process do not know of each other's locks.
    """
    file.touch()
    owner = next((each for each in file.parents if (each / NOTE).exists()), file.parent)  # of a backup
    return connect(file, key_of=owner / "visits.sqlite3")


def decrypted(file: Path) -> bytes:
    """All that is in a store, as a file that is not encrypted."""
    copy = file.with_name(f"{file.name}.decrypted")
    with closing(open_store(file)) as connection:
        connection.execute("ATTACH DATABASE ? AS plain KEY ''", (str(copy),))
        connection.execute("SELECT sqlcipher_export('plain')").fetchone()
        connection.execute("DETACH DATABASE plain")
    content = copy.read_bytes()
    copy.unlink()
    return content


def content_of(file: Path) -> bytes:
    """What stands in a file for who has the key."""
    return decrypted(file) if file.suffix == ".sqlite3" else file.read_bytes()
