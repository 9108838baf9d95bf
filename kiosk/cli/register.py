"""`kiosk register`: the registration assistant; without options in a window of its own.

Nothing is sent and nothing is kept; the sheet is written where the command says and nowhere else.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk import clock, texts
from kiosk.card import parse
from kiosk.card.model import Card, CitizenCard, HealthCard, Notice
from kiosk.cli.options import EXIT_OK, with_session
from kiosk.cli.session import Session
from kiosk.errors import CardParseError, UsageError

if TYPE_CHECKING:
    from kiosk.registration.preparation import Draft, Preparation, Problem

EXIT_TO_CORRECT = 3

_CARD_OPTIONS = ("health_card", "citizen_card")
_CARD_CLASS = {"health_card": HealthCard, "citizen_card": CitizenCard}


@click.command("register")
@click.option("--health-card", metavar="TEXT", help="Nội dung mã QR thẻ BHYT, hoặc mã số.")
@click.option("--citizen-card", metavar="TEXT", help="Nội dung mã QR căn cước, hoặc 12 số.")
@click.option("--phone", metavar="P", help="Số điện thoại di động.")
@click.option("--email", metavar="E", help="E-mail mở được ngay.")
@click.option("--office", metavar="ID", help="Cơ quan BHXH trong config/offices.toml.")
@click.option("--sheet", metavar="FILE.pdf", type=click.Path(path_type=Path), help="Lập tờ chuẩn bị.")
@click.option("--large", is_flag=True, help="Tờ chuẩn bị chữ to, khổ A4.")
@with_session
def register_command(
    session: Session,
    health_card: str | None,
    citizen_card: str | None,
    phone: str | None,
    email: str | None,
    office: str | None,
    sheet: Path | None,
    large: bool,
) -> int:
    """Trợ lý đăng ký VssID: kiểm tra thông tin, lập tờ chuẩn bị. Không gửi, không lưu gì."""
    given = (health_card, citizen_card, phone, email, office, sheet)
    if not session.json and all(value is None for value in given):
        return _open_window(session)
    if health_card is None and citizen_card is None:
        raise UsageError("register_nothing")
    if sheet is not None and sheet.suffix.lower() != ".pdf":
        raise UsageError("sheet_format", file=str(sheet))
    from kiosk.registration.preparation import Draft, Entry, prepare

    draft, problems = _read(Draft(), {"health_card": health_card, "citizen_card": citizen_card})
    draft = draft.with_typed({Entry.PHONE: phone or "", Entry.EMAIL: email or ""})
    draft, unknown = _with_office(session, draft, office)
    prepared = prepare(draft, clock.today())
    # What a card that could not be read would have said is not missing: that card is the problem.
    own = (problem for problem in prepared.problems if problem.blocks or not problems)
    prepared = replace(prepared, problems=(*problems, *unknown, *own))
    pages = _write(session, prepared, sheet, large=large) if sheet and prepared.printable else 0
    output = _output(session, prepared, sheet if pages else None)
    session.emit(output, lambda: _for_people(output, session.language))
    return EXIT_TO_CORRECT if prepared.problems else EXIT_OK


def _open_window(session: Session) -> int:
    from kiosk.desk import run_register
    from kiosk.logs import set_up_logging

    set_up_logging()
    return run_register(session.settings)


def _read(draft: Draft, given: dict[str, str | None]) -> tuple[Draft, tuple[Problem, ...]]:
    """The draft with the cards that could be read, and what is wrong with the others."""
    from kiosk.registration.preparation import Problem

    problems = []
    for option in _CARD_OPTIONS:
        text = given[option]
        if text is None:
            continue
        try:
            draft = draft.with_card(_card(text, option))
        except (CardParseError, UsageError) as error:
            problems.append(Problem(option, error))
    return draft, tuple(problems)


def _card(text: str, option: str) -> Card:
    card = parse(text, clock.today())
    if not isinstance(card, _CARD_CLASS[option]):
        raise UsageError(f"wrong_card_{option}", field=option)
    return card


def _with_office(session: Session, draft: Draft, wanted: str | None) -> tuple[Draft, tuple[Problem, ...]]:
    if wanted is None:
        return draft, ()
    from kiosk.registration.preparation import Problem
    from kiosk.registration.tables import load_offices, offices_file

    offices = load_offices(offices_file(session.settings.data_folder))
    found = next((office for office in offices if office.id == wanted), None)
    if found is None:
        known = ", ".join(office.id for office in offices) or "–"
        return draft, (Problem("office", UsageError("office_unknown", office=wanted, known=known)),)
    return replace(draft, office=found), ()


def _write(session: Session, prepared: Preparation, file: Path, *, large: bool) -> int:
    from kiosk.desk import write_sheet
    from kiosk.registration.sheet import sheet_of

    settings = session.settings
    page = sheet_of(prepared, facility=settings.facility.name, made_on=clock.today())
    return write_sheet(page, file, large=large, cache=settings.data_folder / "cache")


def _output(session: Session, prepared: Preparation, sheet: Path | None) -> dict[str, Any]:
    from kiosk.registration.as_json import difference_as_json, fields_as_json

    def described(notice: Notice) -> dict[str, str]:
        return {"code": notice.code, "message": session.notice(notice)}

    def problem(each: Problem) -> dict[str, str]:
        return {"field": each.entry, **session.error(each.error)}

    return {
        "applicant": prepared.applicant,
        "fields": fields_as_json(prepared),
        "differences": [difference_as_json(each) for each in prepared.differences],
        "warnings": [described(notice) for notice in prepared.warnings],
        "problems": [problem(each) for each in prepared.problems],
        "email_suggestion": prepared.email_suggestion or None,
        "sheet": str(sheet) if sheet else None,
        "training": session.settings.training,
    }


def _for_people(output: dict[str, Any], language: str) -> str:
    """No values: the sheet has them, and a terminal keeps what it shows."""
    lines = [texts.text("cli", "register_problem", language, **each) for each in output["problems"]]
    lines += [f"– {each['message']}" for each in output["warnings"]]
    if output["sheet"]:
        lines.append(texts.text("cli", "register_sheet", language, file=output["sheet"]))
    elif not output["problems"]:
        lines.append(texts.text("cli", "register_sound", language))
    return "\n".join(lines)
