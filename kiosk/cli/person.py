"""`kiosk person`: a person's data found, copied, erased at the person's request; the register of requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk import texts
from kiosk.cli.options import EXIT_OK, with_session
from kiosk.cli.person_requests import requests_group
from kiosk.cli.session import Session
from kiosk.errors import RecordsError, UsageError

if TYPE_CHECKING:
    from kiosk.reception import Reception
    from kiosk.visits.person_copy import PersonCopy
    from kiosk.visits.persons import Found, Person
    from kiosk.visits.records import VisitRecords

EXIT_NOT_ALL = 1
"""Something could not be erased now."""


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


person_group.add_command(requests_group)


@person_group.command("find")
@who
@with_session
def find_command(session: Session, number: str | None, name: str | None, birth: str | None) -> int:
    """Tìm một người theo số, hoặc theo họ tên và ngày sinh; kết quả được che."""
    with found_persons(session, number, name, birth) as (_, found):
        for person in (*found.persons, *found.alike):
            output = {**person_output(person, session), "alike": person in found.alike}
            session.emit(output, lambda output=output: _person_text(output, session.language))  # type: ignore[misc]
        if not found.persons and not session.json:
            session.print(words(session, "nobody"))
    return EXIT_OK


@person_group.command("export")
@who
@handles
@click.option(
    "--to",
    "file",
    required=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Tệp .docx hoặc .pdf (kèm một tệp .json cùng tên), hay chỉ .json.",
)
@with_session
def export_command(
    session: Session,
    number: str | None,
    name: str | None,
    birth: str | None,
    handles: tuple[str, ...],
    file: Path,
) -> int:
    """Lập bản sao đầy đủ dữ liệu của một người để giao cho chính người đó."""
    if file.suffix.lower() not in {".docx", ".pdf", ".json"}:
        raise UsageError("person_format", file=str(file))
    from kiosk.visits.audit import Act
    from kiosk.visits.person_copy import copy_of, write_json
    from kiosk.visits.person_erasing import terms_in
    from kiosk.visits.persons import chosen

    settings = session.settings
    with found_persons(session, number, name, birth) as (reception, found):
        if found.missing:
            raise found.missing[0]
        persons = chosen(found, handles)
        ids = ", ".join(person.handle for person in persons)
        reception.note_act(Act.EXPORT, ids, None, what="person", form=file.suffix.lower())
        copy = copy_of(
            reception.records,
            persons,
            terms_in(settings.data_folder),
            facility=(settings.facility.code, settings.facility.name),
            training=settings.training,
            notice=_notice(reception),
        )
        written = [file]
        if file.suffix.lower() != ".json":
            _write_paper(session, copy, file)
            written.append(file.with_suffix(".json"))
        write_json(copy, written[-1])
        output = {
            "files": [str(each) for each in written],
            "person": [person.handle for person in persons],
            "visits": len(copy.visits),
            "sent": len(copy.sent),
            "fields": list(copy.fields),
            "training": settings.training,
        }
        session.emit(
            output,
            lambda: words(session, "copied", files=", ".join(output["files"]), count=str(len(copy.visits))),  # type: ignore[arg-type]
        )
    return EXIT_OK


def _write_paper(session: Session, copy: PersonCopy, file: Path) -> None:
    from kiosk.visits.person_paper import paper_of

    if file.suffix.lower() == ".docx":
        from kiosk.visits.word_file import write_docx

        write_docx(paper_of(copy), file)
    else:
        from kiosk.desk import write_paper

        write_paper(paper_of(copy), file, session.settings)


def _notice(reception: Reception) -> tuple[str, str] | None:
    """The version of the patients' notice that is in force."""
    from kiosk import clock
    from kiosk.visits.notice_in_force import notice_in_force

    used = notice_in_force(reception.records.audit, clock.now())
    return (used.version, used.hash) if used is not None else None


@person_group.command("erase")
@who
@handles
@click.option("--confirm", metavar="CĂN CỨ", help="Xóa thật, với căn cứ này; thiếu nó thì chỉ cho xem trước.")
@click.option("--request", metavar="MÃ", help="Yêu cầu trong sổ mà việc xóa này hoàn thành.")
@with_session
def erase_command(
    session: Session,
    number: str | None,
    name: str | None,
    birth: str | None,
    handles: tuple[str, ...],
    confirm: str | None,
    request: str | None,
) -> int:
    """Xóa dữ liệu của một người theo yêu cầu; phần luật buộc giữ được cất riêng."""
    if confirm is not None and not confirm.strip():
        raise UsageError("erase_reason")
    from kiosk import clock
    from kiosk.cli.person_text import erased_text, plan_text
    from kiosk.visits.person_erasing import bring_together, erase, erase_plan, plan_as_json, terms_in
    from kiosk.visits.person_requests import Outcome, RequestBook
    from kiosk.visits.persons import chosen

    terms = terms_in(session.settings.data_folder)
    with found_persons(session, number, name, birth, first=bring_together) as (reception, found):
        if found.missing:
            raise found.missing[0]
        persons, records = chosen(found, handles), reception.records
        handled = {
            "person": [person.handle for person in persons],
            "files": [str(file) for file in files_beside(session)],
            "training": session.settings.training,
        }
        if confirm is None:
            plan = erase_plan(records, persons, terms)
            output = {**handled, "erased": False, **plan_as_json(plan)}
            session.emit(output, lambda: plan_text(plan, handled["files"], session.language))  # type: ignore[arg-type]
            return EXIT_OK
        book = RequestBook(records.audit)
        asked = book.get(request) if request is not None else None
        done = erase(
            records,
            persons,
            terms,
            why=" ".join(confirm.split()),
            request=asked.request_id if asked else None,
        )
        if asked is not None and asked.open and not done.waiting:
            book.close(asked.request_id, Outcome.DONE, clock.today())
        output = {**handled, "erased": True, **plan_as_json(done.plan), "swept": done.swept}
        session.emit(output, lambda: erased_text(done, handled["files"], session.language))  # type: ignore[arg-type]
    return EXIT_NOT_ALL if done.waiting else EXIT_OK


def files_beside(session: Session) -> list[Path]:
    """The backups and former records that still hold what the records let go of."""
    from kiosk.app import backups

    kept = backups(session.settings)
    if kept is None:
        return []
    former = sorted(kept.records.parent.glob(f"{kept.records.name}.before-restore-*"))
    sides = ("-wal", "-shm", "-journal")
    return [file for _, file in kept.all()] + [file for file in former if not file.name.endswith(sides)]


@contextmanager
def found_persons(
    session: Session,
    number: str | None,
    name: str | None,
    birth: str | None,
    first: Callable[[VisitRecords], None] | None = None,
) -> Iterator[tuple[Reception, Found]]:
    """Whoever may be meant; the search is noted. When a store was missing, that is raised at the end."""
    from kiosk.logs import mask_number
    from kiosk.visits.audit import Act
    from kiosk.visits.persons import find, wanted

    asked = wanted(number=number, full_name=name, birth_date=birth)
    with session.reception() as reception:
        if first is not None:
            first(reception.records)
        subject = mask_number(number) if number else None
        found = find(reception.records, asked)
        reception.note_act(Act.PERSON, subject, None, what="find", found=len(found.persons))
        yield reception, found
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
    if output["alike"]:
        lines.append("  " + texts.text("person", "alike", language))
    if output["doubtful"]:
        ids = ", ".join(each[:12] for each in output["doubtful"])
        lines.append("  " + texts.text("person", "doubtful", language, visits=ids))
    return "\n".join(lines)


def _slashed(day: str) -> str:
    return "/".join(reversed(day.split("-")))


def words(session: Session, code: str, /, **values: str) -> str:
    return texts.text("person", code, session.language, **values)
