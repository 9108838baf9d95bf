"""`kiosk ticket`: the queue ticket of a recorded visit, printed or as a file."""

from __future__ import annotations

from pathlib import Path

from kiosk import clock, texts
from kiosk.cli_session import Session
from kiosk.errors import UsageError


def print_or_save(session: Session, visit_id: str, file: Path | None, *, again: bool) -> None:
    """To `file`, or without one to the printer that the settings name; `again` marks the slip as a reprint.

    Raises KioskError, PrinterError among them.
    """
    from kiosk.desk import print_ticket, save_ticket
    from kiosk.tickets.ticket import ticket_of

    settings = session.settings
    if file is None and settings.ticket.printer == "off":
        raise UsageError("ticket_off")
    with session.reception() as reception:
        visit = reception.records.get(visit_id)
    if visit is None:
        raise UsageError("visit_unknown", visit_id=visit_id)
    ticket = ticket_of(visit, settings, again_at=clock.now() if again else None)
    if file is None:
        print_ticket(ticket, settings)
    else:
        save_ticket(ticket, file, settings)
    output = {
        "visit_id": visit_id,
        "queue_label": ticket.number,
        "priority": visit.priority,
        "file": str(file) if file else None,
        "printer": None if file else settings.ticket.printer,
        "again": again,
        "training": settings.training,
    }
    session.emit(
        output,
        lambda: texts.text(
            "cli",
            "ticket_saved" if file else "ticket_printed",
            session.language,
            number=ticket.number,
            place=str(file) if file else settings.ticket.printer,
        ),
    )
