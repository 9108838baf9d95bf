"""`kiosk difficulties`: what BHXH has to know, listed, added, marked, reported."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk import clock
from kiosk.cli.difficulties_text import (
    case_as_json,
    difficulty_as_json,
    kind_words,
    line,
    report_as_json,
    state_word,
    words,
)
from kiosk.cli.options import EXIT_OK, read_day, with_session
from kiosk.cli.session import Session
from kiosk.errors import RecordsError, UsageError

if TYPE_CHECKING:
    from kiosk.visits.difficulties import Case, State
    from kiosk.visits.difficulty_report import Period, Report
    from kiosk.visits.model import Visit
    from kiosk.visits.records import VisitRecords

_SHORTEST_ID = 4

from_option = click.option("--from", "from_", metavar="D", help="Từ ngày, như 2026-11-01 hoặc 01/11/2026.")
to_option = click.option("--to", metavar="D", help="Đến hết ngày.")


@click.group("difficulties")
def difficulties_group() -> None:
    """Khó khăn, vướng mắc báo cơ quan BHXH: danh sách, ghi thêm, báo cáo."""


@difficulties_group.command("list")
@click.option("--state", metavar="S", help="new, reported, answered hoặc closed.")
@from_option
@to_option
@click.option("--each", is_flag=True, help="Từng trường hợp, không gộp theo nguyên nhân.")
@with_session
def list_command(session: Session, state: str | None, from_: str | None, to: str | None, each: bool) -> int:
    """Các khó khăn đã ghi, gộp theo nguyên nhân và mã; mới nhất trước."""
    states = {_state(state)} if state else set()
    since = clock.midnight(read_day(from_)) if from_ else None
    until = clock.midnight(read_day(to) + timedelta(days=1)) if to else None
    from kiosk.visits.difficulties import cases

    with _records(session) as records:
        found = records.difficulties.find(states=states, since=since, until=until)
        shown = (
            [difficulty_as_json(one) for one in found]
            if each
            else [case_as_json(case) for case in cases(found)]
        )
        if not shown and not session.json:
            session.print(words(session, "list_empty"))
        for output in shown:
            session.emit(
                output | {"training": session.settings.training},
                lambda output=output: line(session, output),  # type: ignore[misc]
            )
        _all_or_say(records)
    return EXIT_OK


@difficulties_group.command("add")
@click.option(
    "--kind", metavar="K", required=True, help="Loại, như suspected_card (config/difficulties.toml)."
)
@click.option("--text", metavar="T", default="", help="Mô tả.")
@click.option("--visit", metavar="ID", help="Mã lượt khám có liên quan.")
@with_session
def add_command(session: Session, kind: str, text: str, visit: str | None) -> int:
    """Ghi thêm một khó khăn, vướng mắc."""
    from kiosk.visits.difficulties import choices, new_difficulty

    known = [each.name for each in choices()]
    if kind not in known:
        raise UsageError("difficulty_kind", value=kind, allowed=", ".join(known))
    with _records(session) as records:
        about = _visit(records, visit) if visit else None
        filed = records.difficulties.file(
            new_difficulty(
                kind,
                difficulty_id=uuid.uuid4().hex,
                at=clock.now(),
                desk=session.settings.desk.name,
                code=about.result_code if about else None,
                about_visit=visit,
                number=about.number if about else None,
                text=text,
            )
        )
    output = difficulty_as_json(filed) | {"training": session.settings.training}
    session.emit(output, lambda: line(session, output))
    return EXIT_OK


@difficulties_group.command("mark")
@click.argument("difficulty_id", metavar="ID")
@click.argument("state", metavar="reported|answered|closed")
@click.option("--note", metavar="T", help="Số công văn, người đã báo, câu trả lời …")
@with_session
def mark_command(session: Session, difficulty_id: str, state: str, note: str | None) -> int:
    """Đổi tình trạng một khó khăn cùng tất cả trường hợp gộp với nó."""
    wanted = _state(state, new=False)
    with _records(session) as records:
        case = _case_with(records, difficulty_id)
        marked = records.difficulties.mark(case.members, wanted, clock.now(), note)
    output = {
        "difficulty_id": case.case_id,
        "kind": case.kind.name,
        "state": wanted.value,
        "marked": marked,
        "training": session.settings.training,
    }
    session.emit(
        output,
        lambda: words(
            session,
            "marked",
            what=kind_words(session, case.kind.name),
            count=str(marked),
            state=state_word(session, wanted.value),
        ),
    )
    return EXIT_OK


@difficulties_group.command("report")
@click.argument("file", metavar="FILE.docx|.pdf|.xlsx", type=click.Path(path_type=Path))
@from_option
@to_option
@click.option(
    "--evidence",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    help="Lập thêm vào thư mục này bản kê PDF của từng lượt trong các đợt gián đoạn.",
)
@with_session
def report_command(
    session: Session, file: Path, from_: str | None, to: str | None, evidence: Path | None
) -> int:
    """Lập báo cáo gửi cơ quan BHXH về một kỳ (mặc định: từ đầu tháng đến hôm nay)."""
    if file.suffix.lower() not in {".docx", ".pdf", ".xlsx"}:
        raise UsageError("report_format", file=str(file))
    period = _period(read_day(from_) if from_ else None, read_day(to) if to else None)
    from kiosk.visits.audit import Act
    from kiosk.visits.difficulty_report import report_from

    with session.reception() as reception:
        records = reception.records
        reception.note_act(Act.EXPORT, what="difficulties", file=file.name)
        report = report_from(records.difficulties, session.settings, period)
        _write(session, report, file)
        pages = _write_evidence(session, records, report, evidence) if evidence else 0
        output = {
            "file": str(file),
            "evidence": pages,
            **report_as_json(report),
            "training": session.settings.training,
        }
        session.emit(
            output,
            lambda: words(
                session,
                "report_made",
                file=str(file),
                count=str(len(report.difficulties)),
                outages=str(len(report.outages)),
            ),
        )
        _all_or_say(records)
    return EXIT_OK


def _write(session: Session, report: Report, file: Path) -> None:
    from kiosk.visits.difficulty_paper import paper_of

    match file.suffix.lower():
        case ".xlsx":
            from kiosk.visits.difficulty_sheets import write_xlsx

            write_xlsx(report, file)
        case ".docx":
            from kiosk.visits.word_file import write_docx

            write_docx(paper_of(report), file)
        case _:
            from kiosk.desk import write_paper

            write_paper(paper_of(report), file, session.settings)


def _write_evidence(session: Session, records: VisitRecords, report: Report, folder: Path) -> int:
    """A page for each visit that an outage met, named by its visit_id; how many. Raises UsageError."""
    from kiosk.desk import write_evidence
    from kiosk.visits.evidence import evidence_from

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = error.strerror or "?"
        raise UsageError("export_write", why, file=str(folder), why=why) from None
    settings, pages = session.settings, 0
    for visit_id in dict.fromkeys(each for outage in report.outages for each in outage.visits):
        visit = records.get(visit_id)
        if visit is None:
            continue
        page = evidence_from(records, visit, settings.facility.name)
        write_evidence(page, folder / f"{visit_id}.pdf", settings.data_folder / "cache")
        pages += 1
    return pages


@contextmanager
def _records(session: Session) -> Iterator[VisitRecords]:
    with session.reception() as reception:
        yield reception.records


def _all_or_say(records: VisitRecords) -> None:
    """RecordsError ``records_partly`` when the server's part of what was printed is missing."""
    sharing = records.sharing()
    if sharing is not None and sharing.away is not None:
        away = sharing.away
        raise RecordsError("records_partly", away.detail, place=away.values.get("place", "?"))


def _visit(records: VisitRecords, visit_id: str) -> Visit | None:
    """The visit that a difficulty is about. Raises UsageError ``visit_unknown``.

    None while the server that may have it is away: what somebody has to report waits on this machine, about
    the visit that was named.
    """
    try:
        found = records.get(visit_id)
    except RecordsError:
        sharing = records.sharing()
        if sharing is None or sharing.away is None:
            raise
        return None
    if found is None:
        raise UsageError("visit_unknown", visit_id=visit_id)
    return found


def _case_with(records: VisitRecords, beginning: str) -> Case:
    """The case that the difficulty belongs to whose id begins so. Raises UsageError."""
    from kiosk.visits.difficulties import cases

    wanted = beginning.strip().lower()
    found = records.difficulties.find(beginning=wanted) if len(wanted) >= _SHORTEST_ID else []
    if len(found) != 1:
        raise UsageError("difficulty_unknown" if not found else "difficulty_several", value=beginning)
    for case in cases(records.difficulties.find(states={found[0].state})):
        if found[0] in case.members:
            return case
    raise UsageError("difficulty_unknown", value=beginning)  # marked by somebody else just now


def _state(word: str, *, new: bool = True) -> State:
    from kiosk.visits.difficulties import State

    allowed = [state.value for state in State if new or state is not State.NEW]
    if word not in allowed:
        raise UsageError("usage", what=f"{word}: {' | '.join(allowed)}")
    return State(word)


def _period(first: date | None, last: date | None) -> Period:
    """This month so far where nothing is said. Raises UsageError."""
    from kiosk.visits.difficulty_report import Period

    last = last or max(clock.today(), first or clock.today())
    first = first or last.replace(day=1)
    if first > last:
        raise UsageError("usage", what=f"--from {first.isoformat()} > --to {last.isoformat()}")
    return Period(first, last)
