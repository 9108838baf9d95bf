"""The program `kiosk`: all its commands, and the last line of defence around them."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click

from kiosk import __version__
from kiosk.cli.audit import audit_group
from kiosk.cli.check_in import check_in_command
from kiosk.cli.checks import checks_command
from kiosk.cli.demo import demo_command
from kiosk.cli.desk import desk_command
from kiosk.cli.difficulties import difficulties_group
from kiosk.cli.doctor import doctor_command
from kiosk.cli.lookups import co_payment_command, lookup_command, recheck_command
from kiosk.cli.notice import notice_group
from kiosk.cli.options import EXIT_BAD_INPUT, EXIT_OK
from kiosk.cli.reading import decode_command, parse_command
from kiosk.cli.records import records_group
from kiosk.cli.register import register_command
from kiosk.cli.session import OutputLost, Session
from kiosk.cli.staff import staff_group
from kiosk.cli.ticket import ticket_command
from kiosk.cli.training_gateway import training_gateway_command
from kiosk.cli.visits import visits_group
from kiosk.cli.watch_list import watch_list_group
from kiosk.errors import KioskError, UsageError

EXIT_INTERNAL, EXIT_INTERRUPTED = 70, 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="kiosk", help="Cho biết phiên bản.")
def app() -> None:
    """Quầy tiếp nhận khám chữa bệnh BHYT."""


for command in (
    decode_command,
    parse_command,
    lookup_command,
    co_payment_command,
    check_in_command,
    recheck_command,
    visits_group,
    ticket_command,
    checks_command,
    watch_list_group,
    difficulties_group,
    audit_group,
    staff_group,
    notice_group,
    records_group,
    register_command,
    doctor_command,
    training_gateway_command,
    desk_command,
    demo_command,
):
    app.add_command(command)


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code. Nothing but a fault of the program gets past the texts."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A lone surrogate (a byte that was not UTF-8) leaves as \\udcXX, which JSON reads back as it was.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    session = Session()
    session.json = "--json" in arguments[: arguments.index("--") if "--" in arguments else None]
    try:
        done = app.main(arguments or ["--help"], prog_name="kiosk", standalone_mode=False, obj=session)
        return int(done or EXIT_OK)
    except click.ClickException as error:
        return _fail(session, UsageError("usage", what=" ".join(error.format_message().split())))
    except KioskError as error:
        return _fail(session, error)
    except (KeyboardInterrupt, click.Abort):
        return EXIT_INTERRUPTED
    except OutputLost as lost:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that nothing fails again at exit
        return EXIT_OK if lost.reader_left else _fail(session, KioskError("output_lost"))
    except Exception as error:  # noqa: BLE001  the last line of defence: a clear line instead of a traceback
        _fail(session, KioskError("internal", what=_where(error)))
        return EXIT_INTERNAL


def _fail(session: Session, error: KioskError) -> int:
    described = session.error(error)
    if session.json and error.code != "output_lost":
        session.print(json.dumps({"error": described}, ensure_ascii=False))
    else:
        print(described["message"], file=sys.stderr)
    return EXIT_BAD_INPUT


def _where(error: Exception) -> str:
    """Type and place of a fault, without the exception's text, which may quote a patient's data."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__}, {place}"


__all__ = ["run"]
