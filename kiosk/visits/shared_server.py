"""The database that several desks share, and whether it can be reached."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from datetime import datetime

from sqlalchemy import Connection, select

from kiosk import clock
from kiosk.errors import RecordsError
from kiosk.visits.database import Database

AWAY = frozenset(
    {
        "records_unreachable",
        "records_locked",
        "records_read_only",  # a standby that has not taken over yet
        "records_disk_full",
        "records_disk",
        "records_damaged",
    }
)
"""Errors after which the server is left alone until the next look."""

SET_UP = frozenset({"records_address", "records_newer"})
"""Errors that no waiting mends: they are told, and nothing is recorded beside them."""


class Server(Database):
    """The shared database. While it is away everything fails at once, with the error that showed it."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._opened: Database | None = None
        self._opening = threading.Lock()
        self._trouble: RecordsError | None = None
        self._since: datetime | None = None

    @property
    def dialect(self) -> str:
        return "postgresql"

    @property
    def trouble(self) -> RecordsError | None:
        return self._trouble

    @property
    def since(self) -> datetime | None:
        return self._since

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with self._watched(), self._present().read() as connection:
            yield connection

    @contextmanager
    def write(self, seconds: float | None = None) -> Iterator[Connection]:
        with self._watched(), self._present().write(seconds) as connection:
            yield connection

    def is_back(self) -> bool:
        """Look for the server, while the others go on without it. Raises what no waiting mends."""
        try:
            with self._database().read() as connection:
                connection.execute(select(1))
        except RecordsError as error:
            self._note(error)
            if self._trouble is None:
                raise
            return False
        self._trouble = self._since = None
        return True

    def forget_trouble(self) -> None:
        self._trouble = None

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()

    def _present(self) -> Database:
        if self._trouble is not None:
            raise copy(self._trouble)
        return self._database()

    def _database(self) -> Database:
        with self._opening:
            if self._opened is None:
                self._opened = Database.open(self._address)
            return self._opened

    @contextmanager
    def _watched(self) -> Iterator[None]:
        try:
            yield
        except RecordsError as error:
            self._note(error)
            raise

    def _note(self, error: RecordsError) -> None:
        if error.code in AWAY:
            self._since = self._since or clock.now()
            self._trouble = self._trouble or error


__all__ = ["AWAY", "SET_UP", "Server"]
