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
from kiosk.visits.model import NUMBERED, Status
from kiosk.visits.queue_numbers import LAST_ALLOTTED, queue_label
from kiosk.visits.records import ALREADY_CHECKED_IN, VisitRecords
from kiosk.visits.schema import lookup_attempt, queue_row, visit, visit_event

_Row = Mapping[Any, Any]

_GROWING = (visit_event, lookup_attempt)
"""Tables that rows are only ever added to; their own keys are numbers and differ from place to place."""

_TRIES = 100
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


class TakingRecords(VisitRecords):
    """Records that take over visits which were written elsewhere."""

    def take_over(self, bundle: Bundle) -> None:
        """Write the visit as it is, once; or bring the one that is here already up to it.

        It is here already when the line was cut after a commit: the desk could not know. Raises RecordsError,
        and nothing was changed.
        """
        with self._writing() as connection:
            if deleting.was_erased(connection, bundle.visit_id):
                return  # by request, while it lay on a desk: it leaves the spool and comes nowhere
            there = (
                connection.execute(select(visit).where(visit.c.visit_id == bundle.visit_id).with_for_update())
                .mappings()
                .first()
            )
            columns = dict(bundle.visit)
            columns["queue_number"], taken = self._number_for(connection, columns)
            if there is None:
                connection.execute(insert(visit).values(columns))
                for table in deleting.PARTS:
                    _add(connection, table, bundle.parts[table.name])
                self._arrived(connection, columns)
            else:
                self._bring_up(connection, bundle, there, columns)
            if taken or (there is not None and there["queue_number"] not in {None, columns["queue_number"]}):
                before = columns["queue_number"] if there is None else there["queue_number"]
                old = taken or queue_label(before)
                why = f"{old} -> {queue_label(columns['queue_number'])}"
                self._log(
                    connection, bundle.visit_id, clock.now(), "renumbered", Status(columns["status"]), why
                )

    def cancel_late(self, act: cancelling.Cancellation) -> None:
        """Cancel what a desk cancelled while it was cut off; it was noted in that desk's audit log then."""
        with self._writing() as connection:
            cancelling.check(self._locked(connection, act.visit_id), act.at)
            self._cancel(connection, act.visit_id, act.reason, act.desk, act.at)

    def allot_row(self, holder: str, desk: str) -> int | None:
        """The row of queue numbers that this holder gives while it is cut off; None when all are allotted."""
        mine = (queue_row.c.mode == self._mode, queue_row.c.facility == self._facility)
        with self._writing() as connection:
            for _ in range(_TRIES):
                held = select(queue_row.c.row).where(*mine, queue_row.c.holder == holder)
                found: int | None = connection.scalar(held)
                if found is not None:
                    return found
                row = (connection.scalar(select(func.max(queue_row.c.row)).where(*mine)) or 0) + 1
                if row > LAST_ALLOTTED:
                    return None
                connection.execute(
                    self._upsert(queue_row)
                    .values(
                        mode=self._mode,
                        facility=self._facility,
                        row=row,
                        holder=holder,
                        desk=desk,
                        taken_at=clock.now(),
                    )
                    .on_conflict_do_nothing()
                )
        return None

    def _number_for(self, connection: Connection, columns: _Row) -> tuple[int | None, str | None]:
        """The number the patient was given; another one, and the label of the first, where somebody has it.

        Only two desks that never met the server and drew the same lot can clash.
        """
        number: int | None = columns["queue_number"]
        somebody = select(visit.c.visit_id).where(
            visit.c.mode == columns["mode"],
            visit.c.facility == columns["facility"],
            visit.c.day == columns["day"],
            visit.c.queue_number == number,
            visit.c.visit_id != columns["visit_id"],
        )
        if number is None or connection.execute(somebody).first() is None:
            return number, None
        return self._next_number(connection, columns["day"]), queue_label(number)

    def _arrived(self, connection: Connection, columns: _Row) -> None:
        visit_id, status = columns["visit_id"], Status(columns["status"])
        keys = self._keys(connection, visit_id)
        if status in NUMBERED and self._seen(connection, keys, columns["day"], visit_id):
            notices = dict.fromkeys([*rows.notices_from_json(columns["warnings"]), ALREADY_CHECKED_IN])
            self._change(connection, visit_id, warnings=rows.notices_to_json(notices))
        self._log(connection, visit_id, clock.now(), "handed_over", status, columns["desk"])

    def _bring_up(self, connection: Connection, bundle: Bundle, there: _Row, columns: dict[str, Any]) -> None:
        visit_id = bundle.visit_id
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
            self._change(connection, visit_id, queue_number=columns["queue_number"])
            if cancelled_here:  # whatever an answer said meanwhile: a person took it back
                taken_back = (columns["cancel_reason"], columns["cancelled_by"], columns["cancelled_at"])
                self._change(connection, visit_id, **cancelling.columns(*taken_back))
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


__all__ = ["Bundle", "TakingRecords", "read_bundle", "remove_bundle"]
