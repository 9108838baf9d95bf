"""`kiosk doctor`: what works here, what does not, what to do about it."""

from __future__ import annotations

import click

from kiosk.cli.options import EXIT_NOT_SOUND, EXIT_OK, with_session
from kiosk.cli.session import Session


@click.command("doctor")
@with_session
def doctor_command(session: Session) -> int:
    """Kiểm tra camera, máy quét, cổng BHXH, tài khoản, sổ khám, ổ đĩa … và cho biết cách sửa."""
    from kiosk.cli.text import finding_text, findings_summary
    from kiosk.doctor import examine
    from kiosk.logs import set_up_logging

    set_up_logging()
    bad = 0
    for finding in examine(session.settings):
        bad += not finding.ok
        output = finding.as_json(session.language)
        session.emit(output, lambda output=output: finding_text(output, session.language))  # type: ignore[misc]
    if not session.json:
        session.print(findings_summary(bad, session.language))
    return EXIT_NOT_SOUND if bad else EXIT_OK
