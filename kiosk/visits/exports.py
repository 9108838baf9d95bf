"""Visits as a file for a spreadsheet: CSV or XLSX by the file's ending.

What came from a scanner or the gateway must not become a formula when somebody opens the file: in XLSX every
text is written as a text cell; in CSV a text that begins with ``= + - @`` (after blanks, full-width forms
too) gets an apostrophe before it. Line breaks and tabs become blanks, other control characters are dropped.

CSV has no text cells, so Excel drops leading zeros of numbers there; XLSX keeps them.
"""

from __future__ import annotations

import csv
import gc
import os
import re
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kiosk import texts
from kiosk.benefit_words import benefit_sentence, paper_words
from kiosk.eligibility.priority import group_name
from kiosk.errors import UsageError
from kiosk.visits.as_json import findings_output
from kiosk.visits.model import Visit

Value = str | int | date | datetime | None
"""One cell. A datetime is naive, in Vietnam's time: spreadsheets know no time zones."""

ROWS_PER_SHEET = 1_000_000
"""Excel takes 1,048,576; a fuller sheet is followed by another one."""

_FORMULA_STARTS = tuple("=+-@＝＋－＠")
_BLANKS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_TEXT, _DATE, _TIME = "@", "dd/mm/yyyy", "dd/mm/yyyy hh:mm:ss"


@dataclass(frozen=True, slots=True)
class _Column:
    key: str
    head: tuple[str, str]  # text table and code of the head
    width: int
    value: Callable[[Visit, str], Value]


def export_visits(visits: Iterable[Visit], file: Path, language: str) -> int:
    """Write the visits to `file` and say how many they were; the file appears whole or not at all.

    Raises UsageError ``export_format`` (unknown ending) or ``export_write``, and what `visits` raises.
    """
    heads = {texts.text(*column.head, language): column.width for column in _COLUMNS}
    return export_rows(
        heads, ([column.value(each, language) for column in _COLUMNS] for each in visits), file
    )


def export_rows(heads: Mapping[str, int], rows: Iterable[Sequence[Value]], file: Path) -> int:
    """Write a table to `file`, and say how many rows; `heads` are the columns with their widths in XLSX.

    Raises as `export_visits` does.
    """
    write = {".csv": _write_csv, ".xlsx": _write_xlsx}.get(file.suffix.lower())
    if write is None:
        raise UsageError("export_format", file=str(file))
    count = 0

    def clean_rows() -> Iterator[list[Value]]:
        nonlocal count
        for row in rows:
            count += 1
            yield [clean(value) for value in row]

    with whole_file(file) as unfinished:
        write(unfinished, heads, clean_rows())
    return count


@contextmanager
def whole_file(file: Path) -> Iterator[Path]:
    """A file that takes the name of `file` when all is written.

    Until then it lies in a folder beside `file` that only this user may read and that vanishes in any case.
    """
    try:
        with tempfile.TemporaryDirectory(
            prefix=".export-", dir=file.parent, ignore_cleanup_errors=True
        ) as folder:
            handle, name = tempfile.mkstemp(suffix=file.suffix, dir=folder)
            os.close(handle)
            unfinished = Path(name)
            yield unfinished
            with unfinished.open("rb+") as written:
                os.fsync(written.fileno())
            unfinished.replace(file)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise UsageError("export_write", why, file=str(file), why=why) from None


def _write_csv(file: Path, heads: Mapping[str, int], rows: Iterable[Sequence[Value]]) -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)  # CRLF, as RFC 4180 and Excel want it
        writer.writerow(heads)
        writer.writerows([_csv_cell(value) for value in row] for row in rows)


def _csv_cell(value: Value) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.isoformat(sep=" ", timespec="seconds")
        case date():
            return value.isoformat()
        case str() if value.lstrip().startswith(_FORMULA_STARTS):
            return f"'{value}"
        case _:
            return str(value)


def _write_xlsx(file: Path, heads: Mapping[str, int], rows: Iterable[Sequence[Value]]) -> None:
    failure: OSError | None = None
    with openpyxl_held(file.parent):
        try:
            _fill_and_save(file, heads, rows)
        except OSError as error:
            failure = OSError(
                error.errno, error.strerror
            )  # without the traceback, which keeps the book alive
        if failure is not None:
            gc.collect()
            raise failure


def _fill_and_save(file: Path, heads: Mapping[str, int], rows: Iterable[Sequence[Value]]) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = _new_sheet(book, heads)
    try:
        for number, row in enumerate(rows):
            if number and number % ROWS_PER_SHEET == 0:
                sheet = _new_sheet(book, heads)
            sheet.append([xlsx_cell(sheet, value) for value in row])
    finally:  # also when `rows` breaks off: by saving, openpyxl lets go of temporary files of its own
        book.save(file)


_one_at_a_time = threading.Lock()


@contextmanager
def openpyxl_held(folder: Path) -> Iterator[None]:
    """Two things that openpyxl cannot be told, said to Python instead.

    It keeps every sheet in a temporary file until it saves: patients' data must not lie in the system's
    folder for such files. And on a full disk its finalizers complain on standard error, past every `except`.
    """
    with _one_at_a_time:
        tempdir, tempfile.tempdir = tempfile.tempdir, str(folder)
        hook, sys.unraisablehook = sys.unraisablehook, lambda _: None
        try:
            yield
        finally:
            tempfile.tempdir, sys.unraisablehook = tempdir, hook


def _new_sheet(book: Any, heads: Mapping[str, int]) -> Any:
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    for place, width in enumerate(heads.values(), start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.append([xlsx_cell(sheet, head) for head in heads])
    return sheet


def xlsx_cell(sheet: Any, value: Value) -> Any:
    from openpyxl.cell import WriteOnlyCell

    if value is None or isinstance(value, int):
        return value
    if isinstance(value, date) and value.year < 1900:  # before a spreadsheet's calendar begins
        value = value.isoformat()
    cell = WriteOnlyCell(sheet, value)  # type: ignore[arg-type]  # a date is taken; the stubs forgot it
    if isinstance(value, str):
        cell.data_type = "s"  # otherwise "=..." would be taken for a formula, "#N/A" for an error
        cell.number_format = _TEXT
    else:
        cell.number_format = _TIME if isinstance(value, datetime) else _DATE
    return cell


def clean(value: Value) -> Value:
    if not isinstance(value, str):
        return value
    return _FORBIDDEN.sub("", _BLANKS.sub(" ", value))


def _local(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=None, microsecond=0) if moment else None


def _of_coverage(field: str) -> Callable[[Visit, str], Value]:
    def value(visit: Visit, language: str) -> Value:
        del language
        found: Value = (visit.coverage or {}).get(field)
        return found

    return value


def _date_of_coverage(field: str) -> Callable[[Visit, str], Value]:
    def value(visit: Visit, language: str) -> Value:
        del language
        known = (visit.coverage or {}).get(field)
        return _date(known) if known else None

    return value


def _date(iso: str) -> Value:
    """A date; a birth date known only to the year or month stays a text, ``02/1990`` or ``1990``."""
    parts = iso.split("-")
    return date.fromisoformat(iso) if len(parts) == 3 else "/".join(reversed(parts))


def _word(table: str, field: str) -> Callable[[Visit, str], Value]:
    def value(visit: Visit, language: str) -> Value:
        word = getattr(visit, field)
        return texts.text(table, str(word), language) if word else None

    return value


def _queue_number(visit: Visit, language: str) -> Value:
    """A number; ``A-007`` stays a text."""
    del language
    label = visit.queue_label
    return visit.queue_number if label == str(visit.queue_number) else label


def _mode(visit: Visit, language: str) -> Value:
    return texts.text("exports", "mode_training" if visit.training else "mode_live", language)


def _sex(visit: Visit, language: str) -> Value:
    sex = (visit.coverage or {}).get("sex")
    return texts.text("fields", sex, language) if sex else None


def _priority(visit: Visit, language: str) -> Value:
    return group_name(visit.priority, language) if visit.priority else None


def _of_benefit(field: str) -> Callable[[Visit, str], Value]:
    def value(visit: Visit, language: str) -> Value:
        del language
        found: Value = (visit.benefit or {}).get(field)
        return found

    return value


def _benefit(visit: Visit, language: str) -> Value:
    return benefit_sentence(visit.benefit, language) if visit.benefit else None


def _papers(visit: Visit, language: str) -> Value:
    return paper_words((visit.benefit or {}).get("papers", ()), language) or None


def _findings(visit: Visit, language: str) -> Value:
    found = findings_output(visit.findings, lambda notice: texts.notice_message(notice, language))
    return " | ".join(each["message"] for each in found) or None


def _warnings(visit: Visit, language: str) -> Value:
    return " | ".join(texts.notice_message(notice, language) for notice in visit.warnings) or None


def _differences(visit: Visit, language: str) -> Value:
    shown = (
        f"{texts.text('fields', difference.field, language)}: "
        f"{difference.read} {'→' if difference.taken else '≠'} {difference.gateway}"
        for difference in visit.differences
    )
    return " | ".join(shown) or None


_COLUMNS: Sequence[_Column] = (
    _Column("mode", ("exports", "mode"), 11, _mode),
    _Column("day", ("exports", "day"), 12, lambda visit, _: visit.day),
    _Column("queue_number", ("exports", "queue_number"), 8, _queue_number),
    _Column("created_at", ("exports", "created_at"), 20, lambda visit, _: _local(visit.created_at)),
    _Column("status", ("exports", "status"), 22, _word("statuses", "status")),
    _Column("verdict", ("exports", "verdict"), 24, _word("verdicts", "verdict")),
    _Column("reason", ("exports", "reason"), 24, lambda visit, _: visit.reason),
    _Column("result_code", ("exports", "result_code"), 9, lambda visit, _: visit.result_code),
    _Column("full_name", ("fields", "full_name"), 28, lambda visit, _: visit.full_name),
    _Column("number", ("exports", "number"), 18, lambda visit, _: visit.number),
    _Column("card_number", ("fields", "card_number"), 18, _of_coverage("card_number")),
    _Column(
        "social_insurance_number",
        ("fields", "social_insurance_number"),
        14,
        _of_coverage("social_insurance_number"),
    ),
    _Column("birth_date", ("fields", "birth_date"), 12, _date_of_coverage("birth_date")),
    _Column("sex", ("fields", "sex"), 9, _sex),
    _Column("valid_from", ("fields", "valid_from"), 12, _date_of_coverage("valid_from")),
    _Column("valid_to", ("fields", "valid_to"), 12, _date_of_coverage("valid_to")),
    _Column("benefit_level", ("fields", "benefit_level"), 9, _of_coverage("benefit_level")),
    _Column("primary_facility", ("fields", "primary_facility"), 10, _of_coverage("primary_facility")),
    _Column("living_area", ("fields", "living_area"), 8, _of_coverage("living_area")),
    _Column("five_years_from", ("fields", "five_years_from"), 12, _date_of_coverage("five_years_from")),
    _Column("differences", ("exports", "differences"), 30, _differences),
    _Column("warnings", ("exports", "warnings"), 30, _warnings),
    _Column("confirm_reason", ("exports", "confirm_reason"), 30, lambda visit, _: visit.confirm_reason),
    _Column("priority", ("exports", "priority"), 24, _priority),
    _Column("object_code", ("exports", "object_code"), 10, _of_benefit("object_code")),
    _Column("benefit", ("exports", "benefit"), 30, _benefit),
    _Column("papers", ("exports", "papers"), 24, _papers),
    _Column("findings", ("exports", "findings"), 30, _findings),
    _Column("rechecked_at", ("exports", "rechecked_at"), 20, lambda visit, _: _local(visit.rechecked_at)),
    _Column("cancelled_at", ("exports", "cancelled_at"), 20, lambda visit, _: _local(visit.cancelled_at)),
    _Column("cancel_reason", ("exports", "cancel_reason"), 30, lambda visit, _: visit.cancel_reason),
    _Column("source", ("exports", "source"), 10, lambda visit, _: visit.source.value),
    _Column("desk", ("exports", "desk"), 14, lambda visit, _: visit.desk),
    _Column("staff", ("exports", "staff"), 14, lambda visit, _: visit.staff),
    _Column("visit_id", ("exports", "visit_id"), 38, lambda visit, _: visit.visit_id),
)
