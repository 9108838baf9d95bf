"""An XLSX file of several sheets: rows of plain values, every text a text cell, whole or not at all."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.visits.exports import Value, clean, openpyxl_held, whole_file, xlsx_cell


@dataclass(frozen=True, slots=True)
class Sheet:
    """`columns`: head and width of each."""

    name: str
    columns: Sequence[tuple[str, int]]
    rows: Iterable[Sequence[Value]]


def write_book(sheets: Sequence[Sheet], file: Path, *, above: Sequence[str] = ()) -> None:
    """Write `sheets` to `file`; the lines `above` stand over the heads of each.

    Raises UsageError ``export_write``.
    """
    failure: OSError | None = None
    with whole_file(file) as unfinished, openpyxl_held(unfinished.parent):
        try:
            _save(sheets, unfinished, above)
        except OSError as error:
            failure = OSError(error.errno, error.strerror)  # its traceback would keep the book alive
        if failure is not None:
            gc.collect()
            raise failure


def _save(sheets: Sequence[Sheet], file: Path, above: Sequence[str]) -> None:
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
            made.append([xlsx_cell(made, head) for head, _ in each.columns])
            for row in each.rows:
                made.append([xlsx_cell(made, clean(value)) for value in row])
    finally:
        book.save(file)


__all__ = ["Sheet", "write_book"]
