"""Who gives which queue numbers: the day's counter, and the row of numbers of a desk that is cut off.

What a row is stands in `queue_numbers`.
"""

from __future__ import annotations

import secrets
import uuid
from datetime import date

from sqlalchemy import Connection, func, insert, select, update

from kiosk import clock
from kiosk.visits.home import Home, upsert
from kiosk.visits.queue_numbers import LAST_ALLOTTED, LAST_ROW, SPAN
from kiosk.visits.schema import queue_counter, queue_row

_TRIES = 100


def next_number(connection: Connection, home: Home, day: date, row_of_numbers: int) -> int:
    """The day's next queue number; given back when the transaction fails, so there are no gaps."""
    statement = (
        upsert(connection, queue_counter)
        .values(**home.columns, day=day, last_number=1)
        .on_conflict_do_update(
            index_elements=["mode", "facility", "day"],
            set_={"last_number": queue_counter.c.last_number + 1},
        )
        .returning(queue_counter.c.last_number)
    )
    number: int = connection.execute(statement).scalar_one()
    return row_of_numbers * SPAN + number


def allot_row(connection: Connection, home: Home, holder: str, desk: str) -> int | None:
    """On the server: the row that this holder gives while it is cut off; None when all are allotted."""
    for _ in range(_TRIES):
        held = select(queue_row.c.row).where(*home.owns(queue_row), queue_row.c.holder == holder)
        found: int | None = connection.scalar(held)
        if found is not None:
            return found
        highest = select(func.max(queue_row.c.row)).where(*home.owns(queue_row))
        row = (connection.scalar(highest) or 0) + 1
        if row > LAST_ALLOTTED:
            return None
        connection.execute(
            upsert(connection, queue_row)
            .values(**home.columns, row=row, holder=holder, desk=desk, taken_at=clock.now())
            .on_conflict_do_nothing()
        )
    return None


def own_row(connection: Connection, home: Home, machine: str) -> tuple[str, int]:
    """In a spool: the holder's name and the row of this machine's spool; one drawn by lot where it has none.

    A spool on a machine of another name is a copy (a disk image): it gets a row of its own.
    """
    mine = select(queue_row).where(*home.owns(queue_row), queue_row.c.desk == machine)
    found = connection.execute(mine).first()
    if found is not None:
        return found.holder, found.row
    holder, lot = uuid.uuid4().hex, LAST_ALLOTTED + 1 + secrets.randbelow(LAST_ROW - LAST_ALLOTTED)
    values = {"row": lot, "holder": holder, "desk": machine, "taken_at": clock.now()}
    connection.execute(insert(queue_row).values(**home.columns, **values))
    return holder, lot


def change_row(connection: Connection, home: Home, holder: str, row: int) -> None:
    """In a spool: the server allotted this row."""
    mine = (*home.owns(queue_row), queue_row.c.holder == holder)
    connection.execute(update(queue_row).where(*mine).values(row=row))


__all__ = ["allot_row", "change_row", "next_number", "own_row"]
