"""`kiosk person requests`: what persons ask for, and by when it is due by law."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kiosk import clock, texts
from kiosk.cli.options import EXIT_OK, read_day, with_session
from kiosk.cli.session import Session

if TYPE_CHECKING:
    from kiosk.visits.person_requests import PersonRequest

EXIT_OVERDUE = 1


@click.group("requests", invoke_without_command=True)
@click.option("--json", "json_", is_flag=True, help="Mỗi dòng một đối tượng JSON.")
@click.pass_context
def requests_group(context: click.Context, /, **given: Any) -> int:
    """Sổ yêu cầu của người bệnh, gấp nhất trước; thoát 1 khi có yêu cầu quá hạn."""
    return EXIT_OK if context.invoked_subcommand else _list(**given)


@with_session
def _list(session: Session) -> int:
    from kiosk.visits.person_requests import RequestBook

    with session.reception() as reception:
        found = RequestBook(reception.records.audit).all()
    for each in found:
        _show(session, each)
    if not found and not session.json:
        session.print(texts.text("person", "no_requests", session.language))
    return EXIT_OVERDUE if any(each.is_overdue(clock.today()) for each in found) else EXIT_OK


@requests_group.command("add")
@click.argument("kind", metavar="LOẠI")
@click.option("--about", required=True, help='Của ai, như "N. T. An, thẻ đuôi 0001"; số đầy đủ sẽ bị che.')
@click.option("--received", help="Ngày nhận; mặc định hôm nay.")
@click.option("--note", help="Ghi chú, như số công văn đến.")
@with_session
def add_command(session: Session, kind: str, about: str, received: str | None, note: str | None) -> int:
    """Ghi một yêu cầu: see, correct, copy, withdraw, restrict hoặc delete."""
    from kiosk.visits.person_requests import RequestBook

    day = read_day(received) if received else clock.today()
    with session.reception() as reception:
        return _show(session, RequestBook(reception.records.audit).add(kind, about, day, note))


@requests_group.command("answered")
@click.argument("request", metavar="MÃ")
@with_session
def answered_command(session: Session, request: str) -> int:
    """Đã trả lời người yêu cầu là đã nhận và sẽ làm gì."""
    from kiosk.visits.person_requests import RequestBook

    with session.reception() as reception:
        return _show(session, RequestBook(reception.records.audit).answered(request, clock.today()))


@requests_group.command("close")
@click.argument("request", metavar="MÃ")
@click.option("--refused", metavar="LÝ DO", help="Từ chối, với lý do; thiếu nó nghĩa là đã làm xong.")
@with_session
def close_command(session: Session, request: str, refused: str | None) -> int:
    """Kết thúc một yêu cầu."""
    from kiosk.visits.person_requests import Outcome, RequestBook

    outcome = Outcome.DONE if refused is None else Outcome.REFUSED
    with session.reception() as reception:
        book = RequestBook(reception.records.audit)
        return _show(session, book.close(request, outcome, clock.today(), refused))


def _show(session: Session, found: PersonRequest) -> int:
    from kiosk.visits.person_requests import request_as_json

    output = {**request_as_json(found, clock.today()), "training": session.settings.training}
    session.emit(output, lambda: _line(found, session.language))
    return EXIT_OK


def _line(found: PersonRequest, language: str) -> str:
    due = found.next_date()
    if due is None:
        state = texts.text("person", f"request_{found.outcome}", language, date=f"{found.closed_on:%d/%m/%Y}")
    else:
        code = "request_due" if found.answered_on is not None else "request_answer"
        code = "request_overdue" if found.is_overdue(clock.today()) else code
        state = texts.text("person", code, language, date=f"{due:%d/%m/%Y}", due=f"{found.due_on:%d/%m/%Y}")
    return "  ".join(
        part
        for part in (
            found.request_id[:8],
            f"{found.received_on:%d/%m/%Y}",
            texts.text("person", f"kind_{found.kind}", language).ljust(14),
            found.about.ljust(28),
            state,
            found.reason or found.note or "",
        )
        if part
    )


__all__ = ["requests_group"]
