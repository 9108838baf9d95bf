"""`kiosk desk`: the window of the reception, or the one of those who take a number by themselves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.cli.options import with_session
from kiosk.cli.session import Session

if TYPE_CHECKING:
    from kiosk.reception import Reception


@click.command("desk")
@click.option("--self-service", is_flag=True, help="Màn hình để người bệnh tự lấy số.")
@with_session
def desk_command(session: Session, self_service: bool) -> int:
    """Mở cửa sổ quầy tiếp nhận."""
    return _open_self_service(session) if self_service else open_desk(session)


def _open_self_service(session: Session) -> int:
    from kiosk.app import build_reception, facility_rules
    from kiosk.desk import run_self_service
    from kiosk.logs import set_up_logging

    set_up_logging()
    facility_rules(session.settings)
    return run_self_service(
        session.settings,
        json_events=session.json,
        reception_factory=lambda: build_reception(session.settings, remember_offline=True),
    )


def open_desk(session: Session, first_scan: str | None = None, screenshot: Path | None = None) -> int:
    from kiosk.desk import run_desk
    from kiosk.logs import set_up_logging

    set_up_logging()

    def reception() -> Reception:
        from kiosk.app import build_reception

        return build_reception(session.settings, remember_offline=True)

    return run_desk(
        session.settings,
        json_events=session.json,
        reception_factory=reception,
        reload=session.reload,
        first_scan=first_scan,
        screenshot=screenshot,
    )
