"""The gateway and the records of a reception, opened when they are first needed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from kiosk.gateway.connectivity import Connectivity
from kiosk.gateway.login_guard import Pause
from kiosk.gateway.model import Answer, Question
from kiosk.visits.audit import Actor

if TYPE_CHECKING:
    from kiosk.visits.records import VisitRecords


class Gateway(Protocol):
    """What reception needs of the gateway client."""

    def look_up(self, question: Question, *, spent: float = 0.0) -> Answer:
        """`spent`: seconds that this patient has waited already."""
        ...

    @property
    def connectivity(self) -> Connectivity: ...

    @property
    def login_pause(self) -> Pause | None: ...

    @property
    def clock_ahead(self) -> timedelta | None: ...


class Connections:
    """`kiosk lookup` needs no database, `kiosk visits` no gateway. Safe to use from several threads."""

    def __init__(
        self,
        open_gateway: Callable[[], AbstractContextManager[Gateway]],
        open_records: Callable[[], VisitRecords],
        actor: Actor,
    ) -> None:
        """`actor` signs what is written in the records."""
        self._open_gateway, self._open_records, self._actor = open_gateway, open_records, actor
        self._gateway_context: AbstractContextManager[Gateway] | None = None
        self._gateway: Gateway | None = None
        self._records: VisitRecords | None = None
        self._opening = threading.Lock()
        self._opening_records = threading.Lock()

    @property
    def connectivity(self) -> Connectivity:
        """What is remembered of the line; online where nothing is remembered or nobody was asked yet."""
        return self._gateway.connectivity if self._gateway is not None else Connectivity()

    @property
    def login_pause(self) -> Pause | None:
        """Why no login is sent for now; None when one may be."""
        return self._gateway.login_pause if self._gateway is not None else None

    @property
    def clock_ahead(self) -> timedelta | None:
        """How far this machine's clock is ahead of the gateway's; None while no answer told its time."""
        return self._gateway.clock_ahead if self._gateway is not None else None

    @property
    def gateway(self) -> Gateway:
        with self._opening:
            if self._gateway is None:
                self._gateway_context = self._open_gateway()
                self._gateway = self._gateway_context.__enter__()
            return self._gateway

    @property
    def records(self) -> VisitRecords:
        """The visit records. Raises RecordsError when they cannot be opened."""
        with self._opening_records:
            if self._records is None:
                self._records = self._open_records()
                self._records.act_for(self._actor)
            return self._records

    def close_gateway(self) -> None:
        """It may be used again afterwards; so may the records."""
        with self._opening:
            if self._gateway_context is not None:
                self._gateway_context.__exit__(None, None, None)
                self._gateway_context = self._gateway = None

    def close_records(self) -> None:
        with self._opening_records:
            if self._records is not None:
                self._records.close()
                self._records = None


__all__ = ["Connections", "Gateway"]
