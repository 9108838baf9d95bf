"""The report's figures as XLSX: by cause and code, the outages, every single one. Texts are text cells."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk import texts
from kiosk.clock import VIETNAM
from kiosk.visits.difficulty_report import Report
from kiosk.visits.difficulty_words import cause_words, failures_words, kind_words, state_word, states_words
from kiosk.visits.exports import Value, clean, openpyxl_held, whole_file, xlsx_cell


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    columns: tuple[tuple[str, int], ...]  # text code of the head, width
    rows: Iterator[tuple[Value, ...]]


def write_xlsx(report: Report, file: Path) -> None:
    """Write the figures to `file`, whole or not at all. Raises UsageError ``export_write``."""
    failure: OSError | None = None
    with whole_file(file) as unfinished, openpyxl_held(unfinished.parent):
        try:
            _save(_sheets(report), unfinished, above=_above(report))
        except OSError as error:
            failure = OSError(error.errno, error.strerror)  # its traceback would keep the book alive
        if failure is not None:
            gc.collect()
            raise failure


def _save(sheets: Sequence[_Sheet], file: Path, *, above: Sequence[str]) -> None:
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    try:
        for each in sheets:
            made: Any = book.create_sheet(each.name)
            made.freeze_panes = f"A{len(above) + 2}"
            for place, (_, width) in enumerate(each.columns, start=1):
                made.column_dimensions[get_column_letter(place)].width = width
            for line in above:
                made.append([xlsx_cell(made, clean(line))])
            made.append([xlsx_cell(made, _text(f"column_{head}")) for head, _ in each.columns])
            for row in each.rows:
                made.append([xlsx_cell(made, clean(value)) for value in row])
    finally:
        book.save(file)


def _above(report: Report) -> list[str]:
    """Whose figures these are, and of which days: a sheet is often passed on without its report."""
    first, last = (day.strftime("%d/%m/%Y") for day in (report.period.first, report.period.last))
    facility = report.facility_name or "–"
    whose = texts.text(
        "difficulty_report",
        "whose",
        "vi",
        facility=facility,
        code=report.facility_code,
        first=first,
        last=last,
    )
    return [_text("training"), whose] if report.training else [whose]


def _sheets(report: Report) -> tuple[_Sheet, ...]:
    return (
        _Sheet(
            _text("sheet_causes"),
            (("cause", 70), ("code", 24), ("visits", 10), ("times", 10), ("began", 18), ("state", 30)),
            _causes(report),
        ),
        _Sheet(
            _text("sheet_outages"),
            (("began", 18), ("ended", 18), ("failures", 50), ("desk", 30), ("affected_visits", 12),
             ("evidence", 80)),
            _outages(report),
        ),
        _Sheet(
            _text("sheet_all"),
            (("when", 18), ("cause", 50), ("code", 24), ("times", 8), ("card", 22), ("visit", 36),
             ("desk", 16), ("what", 50), ("state", 18), ("told", 18), ("note", 40)),
            _all(report),
        ),
    )  # fmt: skip


def _causes(report: Report) -> Iterator[tuple[Value, ...]]:
    for cause in report.causes:
        first = _local(min(each.first_at for each in cause.members))
        yield cause_words(cause), cause.code, cause.visits, cause.times, first, states_words(cause)


def _outages(report: Report) -> Iterator[tuple[Value, ...]]:
    for outage in report.outages:
        yield (
            _local(outage.first_at),
            _local(outage.recovered_at),
            failures_words(outage),
            ", ".join(outage.desks),
            len(outage.visits),
            ", ".join(outage.visits)[:32_000],  # a cell takes 32,767
        )


def _all(report: Report) -> Iterator[tuple[Value, ...]]:
    for each in report.difficulties:
        yield (
            _local(each.first_at),
            kind_words(each.kind),
            each.code,
            each.times,
            each.number,
            each.about_visit,
            each.desk,
            each.text,
            state_word(each.state),
            _local(each.reported_at),
            each.note,
        )


def _local(moment: datetime | None) -> datetime | None:
    return moment.astimezone(VIETNAM).replace(tzinfo=None, microsecond=0) if moment else None


def _text(code: str) -> str:
    return texts.text("difficulty_report", code, "vi")


__all__ = ["write_xlsx"]
