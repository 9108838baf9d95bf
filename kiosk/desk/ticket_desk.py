"""Tickets at the desk: printed behind the window once a visit is on record, and again when somebody asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kiosk import clock
from kiosk.desk.events import EventStream
from kiosk.desk.words import NO_TICKET, TicketNote, Words
from kiosk.desk.work import Lane
from kiosk.errors import KioskError
from kiosk.settings import Settings
from kiosk.tickets.ticket import Ticket, has_ticket, ticket_of
from kiosk.visits.model import Visit

_REMEMBERED = 500
"""Visits whose first slip is still to come, or whose printing is told of."""


class TicketDesk:
    """`send` prints and may take long, `prepare` loads what it needs beforehand: on the settings' printer.

    `changed` is called when a note has changed; `on_result` is told what came of each ticket: None, or what
    went wrong.
    """

    def __init__(
        self,
        settings: Settings,
        words: Words,
        lane: Lane,
        stream: EventStream,
        *,
        send: Callable[[Ticket], None] | None = None,
        prepare: Callable[[], None] | None = None,
        on_result: Callable[[KioskError | None], None],
        changed: Callable[[], None],
    ) -> None:
        self._settings, self._words, self._lane, self._stream = settings, words, lane, stream
        self._send, self._prepare = send or self._print, prepare or self._load
        self._on_result, self._changed = on_result, changed
        self._notes: dict[str, TicketNote] = {}  # by visit_id
        self._unprinted: dict[str, None] = {}  # recorded here, and no slip of them is about

    def _print(self, ticket: Ticket) -> None:
        from kiosk.desk.slip_printing import print_slip

        print_slip(ticket, self._settings.ticket)

    def _load(self) -> None:
        from kiosk.desk.slip_printing import get_ready

        get_ready(self._settings.ticket)

    @property
    def on(self) -> bool:
        """Whether there is a printer at all."""
        return self._settings.ticket.printer != "off"

    def get_ready(self) -> None:
        """Before the first patient, where there is a printer."""
        if self.on:
            self._lane.do(self._prepare, lambda _: None, self._on_result)

    def note_of(self, visit: Visit) -> TicketNote:
        return self._notes.get(visit.visit_id, NO_TICKET)

    def can_print(self, visit: Visit | None) -> bool:
        return self.on and visit is not None and has_ticket(visit)

    def recorded(self, visit: Visit, *, language: str = "") -> None:
        """A visit has just been written; its ticket is printed by itself where the settings say so."""
        if not has_ticket(visit):
            return
        _keep(self._unprinted, visit.visit_id, None)
        if self.on and self._settings.ticket.automatic:
            self.print_ticket(visit, language=language)

    def print_ticket(self, visit: Visit, *, language: str = "") -> bool:
        """Print the ticket of a visit, marked "printed again" unless it is the first. Returns at once.

        False when there is no printer, or the visit has no number to wait with. `language` is the patient's.
        """
        if not self.can_print(visit) or self._notes.get(visit.visit_id) == self._printing:
            return False
        visit_id, first = visit.visit_id, visit.visit_id in self._unprinted
        again_at = None if first else clock.now()
        ticket = ticket_of(visit, self._settings, again_at=again_at, language=language)
        self._say(visit_id, self._printing)

        def done(_: object) -> None:
            self._unprinted.pop(visit_id, None)
            self._tell(visit_id, None, first=first)

        self._lane.do(
            lambda: self._send(ticket), done, lambda error: self._tell(visit_id, error, first=first)
        )
        return True

    @property
    def _printing(self) -> TicketNote:
        return TicketNote(self._words("ticket_printing"))

    def _tell(self, visit_id: str, error: KioskError | None, *, first: bool) -> None:
        self._stream.write(
            "ticket", visit_id=visit_id, again=not first, problem=error.code if error else None
        )
        self._on_result(error)
        if error is None:
            self._say(
                visit_id, TicketNote(self._words("ticket_printed" if first else "ticket_printed_again"))
            )
        else:
            why = self._words.error(error)
            self._say(visit_id, TicketNote(self._words("ticket_failed", why=why), trouble=True))

    def _say(self, visit_id: str, note: TicketNote) -> None:
        _keep(self._notes, visit_id, note)
        self._changed()


def _keep(kept: dict[str, Any], key: str, value: Any) -> None:
    kept.pop(key, None)
    kept[key] = value
    while len(kept) > _REMEMBERED:
        del kept[next(iter(kept))]
