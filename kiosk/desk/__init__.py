"""The receptionist's window: the only room that imports Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.errors import KioskError
from kiosk.settings import Settings

if TYPE_CHECKING:
    from kiosk.desk.camera_watch import CameraFactory
    from kiosk.reception import Reception
    from kiosk.registration.sheet import Sheet
    from kiosk.tickets.ticket import Ticket
    from kiosk.visits.evidence import Evidence
    from kiosk.visits.notice import NoticeWords
    from kiosk.visits.paper import Paper


def run_desk(
    settings: Settings,
    *,
    json_events: bool,
    reception_factory: Callable[[], Reception],
    reload: Callable[[], Settings],
    camera_factory: CameraFactory | None = None,
    first_scan: str | None = None,
    screenshot: Path | None = None,
) -> int:
    """Show the window until it is closed, and return the exit code.

    `reload` reads the settings when the window is opened again with changed ones; `reception_factory` follows
    them. `camera_factory` stands in for the camera that the settings name. `first_scan` is taken as if it had
    been scanned. With `screenshot`, a picture of what came of it is saved there and the window closes.

    Raises KioskError ``no_screen``, ``screen_unreachable`` or ``qt_platform`` where no window can be shown;
    Qt by itself would abort the process.
    """
    from kiosk.desk.screen import need_a_screen

    need_a_screen()
    try:
        from kiosk.desk.application import show_desk
    except ImportError as error:
        raise KioskError("qt_platform", str(error), missing=str(error).split(":")[0]) from None

    return show_desk(
        settings,
        json_events=json_events,
        reception_factory=reception_factory,
        reload=reload,
        camera_factory=camera_factory,
        first_scan=first_scan,
        screenshot=screenshot,
    )


def write_evidence(evidence: Evidence, file: Path, cache: Path) -> None:
    """Write the evidence of a visit as a PDF; needs no screen. Raises KioskError, also ``qt_platform``."""
    try:
        from kiosk.desk.evidence_pdf import write_evidence as write
    except ImportError as error:
        raise KioskError("qt_platform", str(error), missing=str(error).split(":")[0]) from None

    write(evidence, file, cache)


def run_register(settings: Settings) -> int:
    """Show the registration assistant until its window is closed, and return the exit code.

    Raises KioskError ``no_screen``, ``screen_unreachable`` or ``qt_platform``.
    """
    from kiosk.desk.screen import need_a_screen

    need_a_screen()
    try:
        from kiosk.desk.application import show_register
    except ImportError as error:
        raise KioskError("qt_platform", str(error), missing=str(error).split(":")[0]) from None

    return show_register(settings, json_events=False)


def run_self_service(
    settings: Settings, *, json_events: bool, reception_factory: Callable[[], Reception]
) -> int:
    """Show the patients' own window until staff close it, and return the exit code.

    Raises KioskError ``no_screen``, ``screen_unreachable`` or ``qt_platform``.
    """
    from kiosk.desk.screen import need_a_screen

    need_a_screen()
    try:
        from kiosk.desk.application import show_self_service
    except ImportError as error:
        raise KioskError("qt_platform", str(error), missing=str(error).split(":")[0]) from None

    return show_self_service(settings, json_events=json_events, reception_factory=reception_factory)


def write_sheet(sheet: Sheet, file: Path, *, large: bool, cache: Path) -> int:
    """Write a preparation sheet as a PDF and say its pages; needs no screen. Raises KioskError."""
    try:
        from kiosk.desk.registration.sheet_paper import write_sheet as write
    except ImportError as error:
        raise KioskError("qt_platform", str(error), missing=str(error).split(":")[0]) from None

    return write(sheet, file, large=large, cache=cache)


def save_ticket(ticket: Ticket, file: Path, settings: Settings) -> None:
    """Write a queue ticket as PNG or PDF; needs no screen. Raises KioskError."""
    with _qt(settings):
        from kiosk.desk.slip import save_slip

        save_slip(ticket, file, settings.ticket.width_mm)


def print_ticket(ticket: Ticket, settings: Settings) -> None:
    """Print a queue ticket on the printer of the settings; needs no screen. Raises KioskError."""
    with _qt(settings):
        from kiosk.desk.slip_printing import print_slip

        print_slip(ticket, settings.ticket)


def write_paper(paper: Paper, file: Path, settings: Settings) -> int:
    """Write an official paper as PDF and say its pages; needs no screen. Raises KioskError."""
    with _qt(settings):
        from kiosk.desk.paper_pdf import write_paper as write

        return write(paper, file, settings.data_folder / "cache")


def write_notice(
    words: NoticeWords, version: str, file: Path, settings: Settings, language: str, *, short: bool
) -> int:
    """Write the patients' notice as PDF for a wall and say its pages; needs no screen. Raises KioskError."""
    with _qt(settings):
        from kiosk.desk.notice_pdf import write_notice as write

        facility = settings.facility.name
        return write(words, version, file, facility=facility, language=language, short=short)


@contextmanager
def _qt(settings: Settings) -> Iterator[None]:
    """Qt for something that shows nothing. Raises KioskError ``qt_platform`` where a library is missing."""
    try:
        from kiosk.desk.offscreen import qt
    except ImportError as error:
        raise KioskError("qt_platform", str(error), missing=str(error).split(":")[0]) from None
    application = qt(settings.data_folder / "cache")
    yield
    del application


__all__ = [
    "print_ticket",
    "run_desk",
    "run_register",
    "run_self_service",
    "save_ticket",
    "write_evidence",
    "write_notice",
    "write_paper",
    "write_sheet",
]
