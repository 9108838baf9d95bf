"""`kiosk lookup`, `kiosk co-payment` and `kiosk recheck`: what the gateway says now."""

from __future__ import annotations

import click

from kiosk import texts
from kiosk.cli.options import EXIT_OF_VERDICT, EXIT_OK, birth_option, name_option, with_session
from kiosk.cli.session import Session
from kiosk.errors import UsageError


@click.command("lookup")
@click.argument("number")
@name_option
@birth_option
@with_session
def lookup_command(session: Session, number: str, name: str | None, birth: str | None) -> int:
    """Tra cứu thẻ trên cổng BHXH, không ghi lượt khám."""
    from kiosk.cli.text import lookup_text

    with session.reception() as reception:
        found = reception.look_up(reception.typed(number, name or "", birth or ""))
        output = session.looked_up(found)
        # Before the reception is closed: the verdict does not wait for the audit log's disk.
        session.emit(output, lambda: lookup_text(output, session.language))
    return EXIT_OF_VERDICT[found.assessment.verdict]


@click.command("co-payment")
@click.argument("number")
@name_option
@birth_option
@with_session
def co_payment_command(session: Session, number: str, name: str | None, birth: str | None) -> int:
    """Tra cứu số tiền cùng chi trả lũy kế trong năm (MCCT)."""
    if not session.settings.gateway.co_payment:
        raise UsageError("co_payment_off")
    from kiosk.app import ask_co_payment
    from kiosk.cli.text import co_payment_text
    from kiosk.lookup import question_for

    with session.reception() as reception:
        question = question_for(reception.typed(number, name or "", birth or ""))
    found = ask_co_payment(session.settings, question)
    output = {
        "result_code": found.result_code,
        "reason": found.reason,
        "accumulated": found.accumulated,
        "elapsed_ms": round(found.elapsed_ms, 1),
        "training": session.settings.training,
    }
    session.emit(output, lambda: co_payment_text(output, session.language))
    return EXIT_OK if found.answered else EXIT_OF_VERDICT["undetermined"]


@click.command("recheck")
@with_session
def recheck_command(session: Session) -> int:
    """Tra cứu lại ngay các lượt còn nợ tra cứu."""
    from kiosk.cli.text import rechecked_text

    count = 0
    with session.reception(heed_refusals=False) as reception:
        for visit in session.all_or_say(reception, reception.recheck()):
            count += 1
            output = {
                "visit_id": visit.visit_id,
                "status": visit.status,
                "verdict": visit.verdict,
                "result_code": visit.result_code,
                "reason": visit.reason,
            }
            session.emit(output, lambda visit=visit: rechecked_text(session.visit(visit), session.language))  # type: ignore[misc]
    if count == 0 and not session.json:
        session.print(texts.text("cli", "nothing_owed", session.language))
    return EXIT_OK
