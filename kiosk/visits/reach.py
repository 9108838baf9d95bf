"""Asking a shared server and the desk's own spool, of which either may be out of reach."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from kiosk.errors import RecordsError
from kiosk.visits.shared_server import Server

_log = logging.getLogger(__name__)

T = TypeVar("T")


class Reach:
    """A place that cannot be reached says nothing, and the other one is what there is."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._told_of_spool: set[str] = set()

    @property
    def away(self) -> bool:
        """Whether the server is."""
        return self._server.trouble is not None

    def there(self, ask: Callable[[], T]) -> T | None:
        """What the server says; None while it is away."""
        try:
            return ask()
        except RecordsError:
            if not self.away:
                raise
            return None

    def here(self, ask: Callable[[], T]) -> T | None:
        """What the spool says. One that cannot be used keeps nobody from the server."""
        try:
            return ask()
        except RecordsError as error:
            if error.code == "records_row":  # one row; the spool is as it should be
                raise
            if error.code not in self._told_of_spool:
                self._told_of_spool.add(error.code)
                _log.warning("nothing can be kept on this desk: %s", error.code)
            return None


__all__ = ["Reach"]
