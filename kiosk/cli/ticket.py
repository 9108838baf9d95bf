"""`kiosk ticket`: the queue ticket of a recorded visit, printed or as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk import clock, texts
from kiosk.cli.options import EXIT_OK, with_session
from kiosk.cli.session import Session
from kiosk.errors import UsageError

if TYPE_CHECKING:
    from kiosk.tickets.ticket import Ticket


@click.command("ticket")
@click.argument("visit_id", required=False)
@click.option("--out", metavar="FILE", type=click.Path(path_type=Path), help="Ghi ra tệp .png hoặc .pdf.")
@click.option("--again", is_flag=True, help="Ghi trên phiếu là in lại.")
@click.option("--test", is_flag=True, help="Phiếu thử máy in, không của lượt nào.")
@with_session
def ticket_command(session: Session, visit_id: str | None, out: Path | None, again: bool, test: bool) -> int:
    """In phiếu số thứ tự của một lượt đã ghi, hoặc ghi ra tệp."""
    if test == (visit_id is not None):
        raise UsageError("usage", what="VISIT_ID | --test")
    _print_or_save(session, visit_id, out, again=again)
    return EXIT_OK


def _print_or_save(session: Session, visit_id: str | None, file: Path | None, *, again: bool) -> None:
    """To `file`, or without one to the printer that the settings name; `again` marks the slip as a reprint.

    Without a visit a slip for trying the printer. Raises KioskError, PrinterError among them.
    """
    from kiosk.desk import print_ticket, save_ticket

    settings = session.settings
    if file is None and settings.ticket.printer == "off":
        raise UsageError("ticket_off")
    ticket, group = _ticket(session, visit_id, again=again)
    if file is None:
        print_ticket(ticket, settings)
    else:
        save_ticket(ticket, file, settings)
    output = {
        "visit_id": visit_id,
        "queue_label": ticket.number,
        "priority": group,
        "file": str(file) if file else None,
        "printer": None if file else settings.ticket.printer,
        "again": again,
        "test": ticket.test,
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


def _ticket(session: Session, visit_id: str | None, *, again: bool) -> tuple[Ticket, str | None]:
    """And the word of the visit's priority group."""
    from kiosk.tickets.ticket import ticket_of, trial_ticket

    if visit_id is None:
        return trial_ticket(session.settings), None
    with session.reception() as reception:
        visit = reception.records.get(visit_id)
    if visit is None:
        raise UsageError("visit_unknown", visit_id=visit_id)
    return ticket_of(visit, session.settings, again_at=clock.now() if again else None), visit.priority
