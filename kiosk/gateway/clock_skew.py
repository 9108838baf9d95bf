"""How far this machine's clock is off, by the ``Date`` header of the gateway's answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the desk's strip needs the limit long before anybody needs HTTP
    from kiosk.gateway.transport import Exchange

CLOCK_LIMIT = timedelta(seconds=60)
"""A clock that is further off than this writes wrong times into records, at midnight a wrong day."""


def clock_ahead(server_time: datetime, earliest: datetime, latest: datetime) -> timedelta:
    """How far this clock is ahead of the server's, negative when it is behind.

    `earliest` and `latest`, on this clock, are the moments between which the server wrote its time.
    """
    if earliest > server_time + timedelta(seconds=1):  # the header is cut to whole seconds
        return earliest - server_time
    return min(latest - server_time, timedelta(0))


def clock_ahead_by(exchange: Exchange) -> timedelta | None:
    """None where the answer told no time, or there was none."""
    if exchange.server_time is None:
        return None
    answered_by = exchange.asked_at + timedelta(milliseconds=exchange.elapsed_ms)
    return clock_ahead(exchange.server_time, exchange.asked_at, answered_by)
