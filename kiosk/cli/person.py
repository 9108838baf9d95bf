"""`kiosk person`: a person's data found, copied, erased at the person's request; the register of requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from kiosk import texts
from kiosk.cli.options import EXIT_OK, with_session
from kiosk.cli.session import Session
from kiosk.errors import RecordsError

if TYPE_CHECKING:
    from kiosk.reception import Reception
    from kiosk.visits.persons import Found, Person, Wanted


def who(command: Callable[..., int]) -> Callable[..., int]:
    """The options that say who is meant, in the order of the help."""
    for option in (
        click.option("--birth", help="Ngày sinh: 01/02/1990, 02/1990, 1990 …"),
        click.option("--name", help="Họ tên đầy đủ, có dấu hoặc không; cùng với --birth."),
        click.option("--number", help="Số thẻ, mã số BHXH (10 số) hoặc số CCCD."),
    ):
        command = option(command)
    return command


def handles(command: Callable[..., int]) -> Callable[..., int]:
    return click.option(
        "--person",
        "handles",
        multiple=True,
        metavar="MÃ",
        help="Mã người trong kết quả của find, khi có nhiều người; cho được nhiều lần.",
    )(command)


@click.group("person")
def person_group() -> None:
    """Dữ liệu của một người: tìm, cấp bản sao, xóa theo yêu cầu; sổ yêu cầu."""


@person_group.command("find")
@who
@with_session
def find_command(session: Session, number: str | None, name: str | None, birth: str | None) -> int:
    """Tìm một người theo số, hoặc theo họ tên và ngày sinh; kết quả được che."""
    with found_persons(session, number, name, birth) as (_, _, found):
        for person in found.persons:
            output = person_output(person, session)
            session.emit(output, lambda output=output: _person_text(output, session.language))  # type: ignore[misc]
        if not found.persons and not session.json:
            session.print(words(session, "nobody"))
    return EXIT_OK


@contextmanager
def found_persons(
    session: Session, number: str | None, name: str | None, birth: str | None
) -> Iterator[tuple[Reception, Wanted, Found]]:
    """Whoever may be meant; the search is noted. When a store was missing, that is raised at the end."""
    from kiosk.logs import mask_number
    from kiosk.visits.audit import Act
    from kiosk.visits.persons import find, wanted

    asked = wanted(number=number, full_name=name, birth_date=birth)
    with session.reception() as reception:
        subject = mask_number(number) if number else None
        found = find(reception.records, asked)
        reception.note_act(Act.PERSON, subject, None, what="find", found=len(found.persons))
        yield reception, asked, found
        for error in found.missing:
            raise RecordsError("records_partly", error.detail, place=error.values.get("place", "?"))


def person_output(person: Person, session: Session) -> dict[str, Any]:
    """A candidate, masked: enough to tell two persons of one name apart."""
    from kiosk.visits.persons import span

    days = span(person)
    return {
        "person": person.handle,
        "name": person.shown_name,
        "birth_date": person.shown_birth,
        "sex": person.sex,
        "area": person.area,
        "numbers": list(person.shown_numbers),
        "visits": len(person.visits),
        "first_day": days[0].isoformat() if days else None,
        "last_day": days[1].isoformat() if days else None,
        "doubtful": [each.visit_id for each in person.doubtful],
        "held": {store: dict(tables) for store, tables in person.counts.items()},
        "training": session.settings.training,
    }


def _person_text(output: dict[str, Any], language: str) -> str:
    sex = texts.text("fields", output["sex"], language) if output["sex"] else "–"
    head = "  ".join(
        [
            output["person"].ljust(14),
            output["name"].ljust(20),
            output["birth_date"],
            sex.ljust(4),
            (output["area"] or "–").ljust(18),
            ", ".join(output["numbers"]) or "–",
        ]
    )
    lines = [head]
    if output["visits"]:
        lines.append(
            "  "
            + texts.text(
                "person",
                "visits",
                language,
                count=str(output["visits"]),
                first=_slashed(output["first_day"]),
                last=_slashed(output["last_day"]),
            )
        )
    for store, tables in output["held"].items():
        held = ", ".join(
            f"{texts.text('person', f'table_{table}', language)} {count}" for table, count in tables.items()
        )
        lines.append(f"  {texts.text('person', f'store_{store}', language)}: {held}")
    if output["doubtful"]:
        ids = ", ".join(each[:12] for each in output["doubtful"])
        lines.append("  " + texts.text("person", "doubtful", language, visits=ids))
    return "\n".join(lines)


def _slashed(day: str) -> str:
    return "/".join(reversed(day.split("-")))


def words(session: Session, code: str, /, **values: str) -> str:
    return texts.text("person", code, session.language, **values)
