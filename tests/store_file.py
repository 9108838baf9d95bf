"""How tests look into the SQLite files of the kiosk, which are encrypted."""

from __future__ import annotations

from pathlib import Path

from kiosk.visits.encryption.connection import Connection, connect


def open_store(file: Path) -> Connection:
    """A connection to records, spool or backup, made where it is not there; begins no transaction itself.

    Never use sqlite3 for that: two SQLite libraries in one process do not know of each other's locks.
    """
    file.touch()
    return connect(file)
