"""`kiosk demo`: the main job on a real picture, step by step, with the training gateway."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import click

from kiosk import texts
from kiosk.cli.desk import open_desk
from kiosk.cli.options import EXIT_OK, with_session
from kiosk.cli.session import Session
from kiosk.cli.text import lookup_text, parsed_text, visit_text
from kiosk.errors import KioskError
from kiosk.logs import mask_number

NO_SCREEN = {"no_screen", "screen_unreachable", "qt_platform"}


@click.command("demo")
@click.option("--window/--no-window", default=True, help="Mở cửa sổ sau khi chạy.")
@with_session
def demo_command(session: Session, window: bool) -> int:
    """Chạy thử toàn bộ việc chính bằng ảnh mẫu và cổng tập huấn."""
    session.train()
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
    return _show_desk(session, text, say) if window else EXIT_OK


def _show_desk(session: Session, text: str, say: Callable[..., None]) -> int:
    """In a window; where there is no screen, a picture of it is saved in the data folder instead."""
    if has_screen():
        say("window")
        try:
            return open_desk(session, first_scan=text)
        except KioskError as error:
            if error.code not in NO_SCREEN:
                raise
    picture = session.settings.data_folder / "training" / "desk.png"
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    exit_code = open_desk(session, first_scan=text, screenshot=picture)
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
