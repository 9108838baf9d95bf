"""The program `kiosk`: all its commands, and the last line of defence around them."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click

from kiosk import __version__
from kiosk.cli.lazy_group import LazyGroup
from kiosk.cli.options import EXIT_BAD_INPUT, EXIT_OK
from kiosk.cli.session import OutputLost, Session
from kiosk.errors import KioskError, UsageError

EXIT_INTERNAL, EXIT_INTERRUPTED = 70, 130


COMMANDS = {
    "audit": "kiosk.cli.audit:audit_group",
    "breach": "kiosk.cli.breach:breach_group",
    "check-in": "kiosk.cli.check_in:check_in_command",
    "checks": "kiosk.cli.checks:checks_command",
    "co-payment": "kiosk.cli.lookups:co_payment_command",
    "decisions": "kiosk.cli.decisions:decisions_command",
    "decode": "kiosk.cli.reading:decode_command",
    "demo": "kiosk.cli.demo:demo_command",
    "desk": "kiosk.cli.desk:desk_command",
    "difficulties": "kiosk.cli.difficulties:difficulties_group",
    "doctor": "kiosk.cli.doctor:doctor_command",
    "lookup": "kiosk.cli.lookups:lookup_command",
    "notice": "kiosk.cli.notice:notice_group",
    "parse": "kiosk.cli.reading:parse_command",
    "person": "kiosk.cli.person:person_group",
    "recheck": "kiosk.cli.lookups:recheck_command",
    "records": "kiosk.cli.records:records_group",
    "register": "kiosk.cli.register:register_command",
    "retention": "kiosk.cli.retention:retention_group",
    "staff": "kiosk.cli.staff:staff_group",
    "ticket": "kiosk.cli.ticket:ticket_command",
    "training-gateway": "kiosk.cli.training_gateway:training_gateway_command",
    "visits": "kiosk.cli.visits:visits_group",
    "watch-list": "kiosk.cli.watch_list:watch_list_group",
}
"""Where each command stands; only the one that is asked for is imported."""


@click.group(
    cls=LazyGroup,
    places=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(__version__, prog_name="kiosk", help="Cho biết phiên bản.")
def app() -> None:
    """Quầy tiếp nhận khám chữa bệnh BHYT."""


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
