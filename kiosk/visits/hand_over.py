"""One visit on its way from a desk's spool to the shared records, with everything that belongs to it.

What belongs to a visit is every row of every table that refers to it: a table that is added later travels
along by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select, update

from kiosk import clock
from kiosk.visits import cancelling, deleting, owing, rows, staff_tasks
from kiosk.visits.home import Home
from kiosk.visits.model import NUMBERED, Status
from kiosk.visits.queue_numbers import queue_label
from kiosk.visits.recording import ALREADY_CHECKED_IN
from kiosk.visits.schema import lookup_attempt, visit, visit_event
from kiosk.visits.transaction import Transaction

_Row = Mapping[Any, Any]

_GROWING = (visit_event, lookup_attempt)
"""Tables that rows are only ever added to; their own keys are numbers and differ from place to place."""

_ON_THE_WAY = frozenset({"handed_over", "renumbered"})


@dataclass(frozen=True, slots=True)
class Bundle:
    """A visit as it lay in a spool. The rows of the growing tables are in the order they were written."""

    visit_id: str
    visit: _Row
    parts: Mapping[str, tuple[_Row, ...]]  # by the table's name


def read_bundle(connection: Connection, visit_id: str) -> Bundle | None:
    row = connection.execute(select(visit).where(visit.c.visit_id == visit_id)).mappings().first()
    if row is None:
        return None
    parts = {table.name: _rows(connection, table, visit_id) for table in deleting.PARTS}
    return Bundle(visit_id, dict(row), parts)


def remove_bundle(connection: Connection, bundle: Bundle) -> None:
    """Take the visit out of the spool, unless something was added since it was read; then it goes again."""
    as_read = [
        select(func.count()).where(table.c.visit_id == bundle.visit_id).scalar_subquery()
        == len(bundle.parts[table.name])
        for table in _GROWING
    ]
    connection.execute(delete(visit).where(visit.c.visit_id == bundle.visit_id, *as_read))


def take_over(transaction: Transaction, bundle: Bundle) -> None:
    """Write the visit as it is, once; or bring the one that is here already up to it.

    It is here already when the line was cut after a commit: the desk could not know.
    """
    connection = transaction.connection
    if deleting.was_erased(connection, bundle.visit_id):
        return  # by request, while it lay on a desk: it leaves the spool and comes nowhere
    of_it = select(visit).where(visit.c.visit_id == bundle.visit_id).with_for_update()
    there = connection.execute(of_it).mappings().first()
    columns = dict(bundle.visit)
    columns["queue_number"], taken = _number_for(transaction, columns)
    if there is None:
        connection.execute(insert(visit).values(columns))
        for table in deleting.PARTS:
            _add(connection, table, bundle.parts[table.name])
        _arrived(transaction, columns)
    else:
        _bring_up(transaction, bundle, there, columns)
    if taken or (there is not None and there["queue_number"] not in {None, columns["queue_number"]}):
        before = columns["queue_number"] if there is None else there["queue_number"]
        old = taken or queue_label(before)
        why = f"{old} -> {queue_label(columns['queue_number'])}"
        transaction.add_event(bundle.visit_id, clock.now(), "renumbered", Status(columns["status"]), why)


def cancel_late(transaction: Transaction, act: cancelling.Cancellation) -> None:
    """Cancel what a desk cancelled while it was cut off; it was noted in that desk's audit log then."""
    found = transaction.locked(act.visit_id)
    cancelling.cancel(transaction, found, act.reason, act.desk, act.at)


def _number_for(transaction: Transaction, columns: _Row) -> tuple[int | None, str | None]:
    """The number the patient was given; another one, and the label of the first, where somebody has it.

    Only two desks that never met the server and drew the same lot can clash.
    """
    number: int | None = columns["queue_number"]
    somebody = select(visit.c.visit_id).where(
        *Home(columns["mode"], columns["facility"]).owns(visit),
        visit.c.day == columns["day"],
        visit.c.queue_number == number,
        visit.c.visit_id != columns["visit_id"],
    )
    if number is None or transaction.connection.execute(somebody).first() is None:
        return number, None
    return transaction.next_number(columns["day"]), queue_label(number)


def _arrived(transaction: Transaction, columns: _Row) -> None:
    visit_id, status = columns["visit_id"], Status(columns["status"])
    keys = transaction.keys_of(visit_id)
    if status in NUMBERED and transaction.was_seen(keys, columns["day"], visit_id):
        notices = dict.fromkeys([*rows.notices_from_json(columns["warnings"]), ALREADY_CHECKED_IN])
        transaction.change(visit_id, warnings=rows.notices_to_json(notices))
    transaction.add_event(visit_id, clock.now(), "handed_over", status, columns["desk"])


def _bring_up(transaction: Transaction, bundle: Bundle, there: _Row, columns: dict[str, Any]) -> None:
    connection, visit_id = transaction.connection, bundle.visit_id
    events_here = list(bundle.parts[visit_event.name])
    events_there = [
        row for row in _rows(connection, visit_event, visit_id) if row["event"] not in _ON_THE_WAY
    ]
    if events_there == events_here[: len(events_there)]:  # nobody went on with it there
        connection.execute(update(visit).where(visit.c.visit_id == visit_id).values(columns))
        for table in deleting.PARTS:
            if table not in _GROWING:
                connection.execute(delete(table).where(table.c.visit_id == visit_id))
                _add(connection, table, bundle.parts[table.name])
    else:
        columns["queue_number"] = columns["queue_number"] or there["queue_number"]
        cancelled_here = columns["status"] == Status.CANCELLED.value != there["status"]
        columns["status"] = columns["status"] if cancelled_here else there["status"]
        transaction.change(visit_id, queue_number=columns["queue_number"])
        if cancelled_here:  # whatever an answer said meanwhile: a person took it back
            taken_back = (columns["cancel_reason"], columns["cancelled_by"], columns["cancelled_at"])
            transaction.change(visit_id, **cancelling.columns(*taken_back))
            owing.no_longer_owe(connection, visit_id)
            staff_tasks.close_task(connection, visit_id, columns["cancelled_by"], columns["cancelled_at"])
    for table in _GROWING:
        known = _rows(connection, table, visit_id)
        _add(connection, table, [row for row in bundle.parts[table.name] if row not in known])


def _rows(connection: Connection, table: Table, visit_id: str) -> tuple[_Row, ...]:
    found = select(table).where(table.c.visit_id == visit_id).order_by(*table.primary_key)
    return tuple(_without_key(table, row) for row in connection.execute(found).mappings())


def _without_key(table: Table, row: _Row) -> dict[str, Any]:
    """The row without a number that only counts rows."""
    counted = table.autoincrement_column
    return {name: value for name, value in row.items() if counted is None or name != counted.name}


def _add(connection: Connection, table: Table, found: tuple[_Row, ...] | list[_Row]) -> None:
    if found:
        connection.execute(insert(table), [dict(row) for row in found])


__all__ = ["Bundle", "cancel_late", "read_bundle", "remove_bundle", "take_over"]
