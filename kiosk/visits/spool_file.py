"""The SQLite file in which a desk keeps what waits for a shared server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from pathlib import Path

from sqlalchemy import Connection

from kiosk.errors import RecordsError
from kiosk.visits.database import Database, sqlite_url
from kiosk.visits.encryption.key import AUTO


class SpoolFile(Database):
    """The spool's database. Until it could be opened everything fails at once, with the error that told."""

    def __init__(self, file: Path, key_place: str = AUTO) -> None:
        self.file = file
        self._key_place = key_place
        self._address = sqlite_url(file)
        self._opened: Database | None = None
        self._usable = False
        self._trouble = RecordsError("records_folder", "not opened yet", place=str(file))

    @property
    def dialect(self) -> str:
        return "sqlite"

    @property
    def trouble(self) -> RecordsError | None:
        return None if self._usable else self._trouble

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with self._present().read() as connection:
            yield connection

    @contextmanager
    def write(self, seconds: float | None = None) -> Iterator[Connection]:
        with self._present().write(seconds) as connection:
            yield connection

    def empty_wal(self) -> bool:
        return self._present().empty_wal()

    def compact(self) -> None:
        self._present().compact()

    def opened(self) -> Database:
        """For what has to be done before it is `ready`."""
        if self._opened is None:
            self._opened = Database.open(self._address, key_place=self._key_place)
        return self._opened

    def ready(self) -> None:
        self._usable = True

    def cannot_be_used(self, error: RecordsError) -> None:
        self._trouble, self._usable = error, False

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()

    def _present(self) -> Database:
        if not self._usable or self._opened is None:
            raise copy(self._trouble)
        return self._opened


__all__ = ["SpoolFile"]
