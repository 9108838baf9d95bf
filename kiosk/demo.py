"""`kiosk demo`: the main job on a real picture, step by step, with the training gateway."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kiosk import texts
from kiosk.cli_text import lookup_text, parsed_text, visit_text
from kiosk.errors import KioskError
from kiosk.logs import mask_number

if TYPE_CHECKING:
    from kiosk.cli_session import Session


NO_SCREEN = {"no_screen", "screen_unreachable", "qt_platform"}


class OpenDesk(Protocol):
    def __call__(self, first_scan: str | None = None, screenshot: Path | None = None) -> int: ...


def run_demo(session: Session, open_desk: OpenDesk | None) -> int:
    """Decode the shipped picture, look the card up, record the visit, then show the desk.

    Where there is no screen, a picture of the desk window is saved in the data folder instead.
    """
    from kiosk.app import decode_image, records_file
    from kiosk.training.pictures import DEMO_PICTURE
    from kiosk.visits.model import Source

    language = session.language

    def say(step: str, **values: str) -> None:
        if not session.json:
            session.print(texts.text("demo", step, language, **values))

    say("picture", file=DEMO_PICTURE.name)
    found = decode_image(session.settings, DEMO_PICTURE)
    text = found.codes[0].text
    say("decoded", characters=str(len(text)), milliseconds=f"{found.elapsed_ms:.0f}")
    with session.reception() as reception:
        card = reception.read(text)
        say("card", number=mask_number(card.lookup_number))
        parsed = session.parsed(text)
        session.emit(parsed, lambda: parsed_text(parsed, language))
        lookup = reception.look_up(card)
        say("answer", milliseconds=f"{lookup.elapsed_ms:.0f}", code=lookup.assessment.result_code or "–")
        looked_up = session.looked_up(lookup)
        session.emit(looked_up, lambda: lookup_text(looked_up, language) + "\n")
        visit = reception.check_in(lookup, Source.IMAGE)
    message = lookup.assessment.staff_message(language)
    recorded = session.visit(visit)
    session.emit(recorded, lambda: visit_text(recorded, message, language) + "\n")
    say("recorded", file=str(records_file(session.settings)))
    if open_desk is not None:
        return _show_desk(session, open_desk, text, say)
    return 0


def _show_desk(session: Session, open_desk: OpenDesk, text: str, say: Callable[..., None]) -> int:
    if has_screen():
        say("window")
        try:
            return open_desk(first_scan=text)
        except KioskError as error:
            if error.code not in NO_SCREEN:
                raise
    picture = session.settings.data_folder / "training" / "desk.png"
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    exit_code = open_desk(first_scan=text, screenshot=picture)
    session.emit(
        {"picture": str(picture)},
        lambda: texts.text("demo", "no_screen", session.language, file=str(picture)),
    )
    return exit_code


def has_screen() -> bool:
    """Whether a window can be shown: always assumed but on Linux, where a display must be named."""
    return not sys.platform.startswith("linux") or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
