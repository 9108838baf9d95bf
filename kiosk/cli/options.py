"""What several commands share: their options, their exit codes, how they read a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, Concatenate

import click

from kiosk.cli.session import Session
from kiosk.errors import CardParseError, UsageError

EXIT_OK, EXIT_BAD_INPUT = 0, 2
EXIT_NOT_SOUND = 1
EXIT_OF_VERDICT = {"eligible": 0, "needs_staff": 3, "not_eligible": 4, "undetermined": 5}

as_json = click.option("--json", "json_", is_flag=True, help="Mỗi dòng một đối tượng JSON.")
name_option = click.option("--name", help="Họ tên có dấu.")
birth_option = click.option("--birth", help="Ngày sinh: 01/02/1990, 02/1990, 1990 …")


def with_session(command: Callable[Concatenate[Session, ...], int]) -> Callable[..., int]:
    """Add ``--json`` and hand `command` the session begun with it.

    What stands before a group's command counts as if behind it: ``visits --on 2026-11-23 export FILE``.
    """

    @as_json
    @click.pass_context
    @wraps(command)
    def begun(context: click.Context, /, *, json_: bool, **given: Any) -> int:
        above = context.parent.params if context.parent else {}
        session = context.ensure_object(Session)
        session.begin(json_output=json_ or above.get("json_", False))
        found = {name: above.get(name) if value is None else value for name, value in given.items()}
        return command(session, **found)

    return begun


def read_day(text: str) -> date:
    """A whole day in any form of a birth date. Raises UsageError ``date_invalid``."""
    from kiosk.card import parse_birth_date

    try:
        day = parse_birth_date(text).whole_day
    except CardParseError:
        day = None
    if day is None:
        raise UsageError("date_invalid", value=text)
    return day
