"""Visits in a spreadsheet."""

from __future__ import annotations

import csv
import gc
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from visit_samples import (
    MORNING,
    TODAY,
    assessment,
    coverage,
    health_card,
    new_visit,
)

from kiosk import texts
from kiosk.card.model import Notice, PartialDate
from kiosk.eligibility.model import Difference
from kiosk.errors import RecordsError, UsageError
from kiosk.gateway.result_codes import Verdict
from kiosk.visits import exports
from kiosk.visits.exports import export_visits
from kiosk.visits.model import Status, Visit
from kiosk.visits.records import VisitRecords


def rows_of_csv(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def rows_of_xlsx(file: Path) -> list[dict[Any, Any]]:
    """Every sheet's rows as head -> cell."""
    book = openpyxl.load_workbook(file)
    found = []
    for sheet in book:
        heads, *rows = sheet.iter_rows()
        names = [head.value for head in heads]
        found += [dict(zip(names, row, strict=True)) for row in rows]
    book.close()
    return found


@pytest.fixture
def visit(records: VisitRecords) -> Visit:
    found = assessment(coverage=coverage(social_insurance_number="0123456789"))
    return records.record(new_visit(assessment=found, visit_id="v1"))


def test_csv_opens_in_excel_with_vietnamese_letters(visit: Visit, tmp_path: Path) -> None:
    file = tmp_path / "visits.csv"

    assert export_visits([visit], file, "vi") == 1

    content = file.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == content.count(b"\n") == 2
    (row,) = rows_of_csv(file)
    assert next(iter(row.items())) == ("Chế độ", "Thật")
    assert row["Ngày"] == "2026-11-23"
    assert row["Thời gian tiếp nhận"] == "2026-11-23 08:30:00"
    assert row["Số thứ tự"] == "1"
    assert row["Lý do xác nhận"] == ""
    assert row["Mã kết quả"] == "000"
    assert "NGUYỄN THỬ SỐ 1" in row.values()
    assert {"DN4799900000001", "0123456789"} <= set(row.values())


def test_xlsx_holds_real_dates_and_numbers_as_text(visit: Visit, tmp_path: Path) -> None:
    file = tmp_path / "visits.XLSX"

    assert export_visits(iter([visit]), file, "en") == 1

    (row,) = rows_of_xlsx(file)
    assert row["Day"].value == datetime(2026, 11, 23)  # noqa: DTZ001
    assert row["Day"].is_date
    assert row["Checked in at"].value == datetime(2026, 11, 23, 8, 30)  # noqa: DTZ001
    assert row["Checked in at"].number_format == "dd/mm/yyyy hh:mm:ss"
    assert row["Queue no."].value == 1
    cells = {str(cell.value): cell for cell in row.values()}
    assert cells["0123456789"].data_type == "s"
    assert cells["0123456789"].number_format == "@"
    assert row["Result code"].value == "000"
    assert row["Visit id"].value == "v1"


@pytest.mark.parametrize(("account", "cell"), [("lan", "lan"), (None, "")])
def test_each_row_says_who_received_the_patient(
    visit: Visit, tmp_path: Path, account: str | None, cell: str
) -> None:
    export_visits([replace(visit, staff=account)], tmp_path / "visits.csv", "vi")

    (row,) = rows_of_csv(tmp_path / "visits.csv")
    assert row["Người tiếp nhận"] == cell


@pytest.mark.parametrize(("language", "word"), [("vi", "TẬP HUẤN"), ("en", "TRAINING")])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_training_says_so_in_the_first_column(
    visit: Visit, tmp_path: Path, language: str, word: str, ending: str
) -> None:
    file = tmp_path / f"visits.{ending}"

    export_visits([replace(visit, training=True)], file, language)

    (row,) = rows_of_csv(file) if ending == "csv" else rows_of_xlsx(file)
    first = next(iter(row.values()))
    assert (first if ending == "csv" else first.value) == word


def test_every_head_has_its_text() -> None:
    for language in ("vi", "en"):
        heads = [texts.text(*column.head, language) for column in exports._COLUMNS]
        assert len(set(heads)) == len(heads)
        assert not set(heads) & {column.key for column in exports._COLUMNS}


FORMULAS = [
    '=HYPERLINK("http://x.example")',
    "+1+1",
    "-1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "  =1+1",
    "\0=1+1",
    "＝1+1",
]


@pytest.mark.parametrize("name", FORMULAS)
def test_a_name_is_never_a_formula(visit: Visit, tmp_path: Path, name: str) -> None:
    hostile = replace(visit, full_name=name, desk=name)
    table, book = tmp_path / "visits.csv", tmp_path / "visits.xlsx"
    export_visits([hostile], table, "en")
    export_visits([hostile], book, "en")

    (row,) = rows_of_csv(table)
    assert row["Desk"].startswith("'")
    assert row[texts.text("fields", "full_name", "en")].startswith("'")
    (cells,) = rows_of_xlsx(book)
    assert cells["Desk"].data_type == "s"
    assert cells["Desk"].value.strip() == name.strip("\t\r\0 ")


def test_characters_that_a_spreadsheet_cannot_hold_are_dropped(visit: Visit, tmp_path: Path) -> None:
    odd = replace(visit, full_name="A\0\x1b\ufffe\ud800B\r\nC\u2028D", desk="#N/A")
    table, book = tmp_path / "visits.csv", tmp_path / "visits.xlsx"
    export_visits([odd], table, "en")
    export_visits([odd], book, "en")

    name = texts.text("fields", "full_name", "en")
    assert rows_of_csv(table)[0][name] == "AB C D"
    (cells,) = rows_of_xlsx(book)
    assert cells[name].value == "AB C D"
    assert (cells["Desk"].value, cells["Desk"].data_type) == ("#N/A", "s")


def test_dates_known_in_part_or_before_the_spreadsheet_s_calendar_are_texts(
    records: VisitRecords, tmp_path: Path
) -> None:
    births = [PartialDate(1990, 2), PartialDate(1990), PartialDate(1890, 2, 1), None]
    visits = [
        records.record(
            new_visit(health_card(i), assessment=assessment(coverage=coverage(i, birth_date=birth)))
        )
        for i, birth in enumerate(births)
    ]
    file = tmp_path / "visits.xlsx"
    export_visits(visits, file, "en")

    birth_date = texts.text("fields", "birth_date", "en")
    assert [row[birth_date].value for row in rows_of_xlsx(file)] == ["02/1990", "1990", "1890-02-01", None]


def test_what_staff_should_know_is_in_words(records: VisitRecords, tmp_path: Path) -> None:
    records.record(new_visit())
    found = assessment(
        Verdict.NEEDS_STAFF,
        "name_mismatch",
        coverage=coverage(),
        differences=(
            Difference("full_name", "A", "B"),
            Difference("primary_facility", "99998", "99999", taken=True),
        ),
        warnings=(Notice("already_checked_in_today"),),
    )
    visit = records.record(new_visit(status=Status.HELD, assessment=found))
    visit = records.confirm(visit.visit_id, "Đã xem căn cước")
    visit = replace(visit, rechecked_at=MORNING + timedelta(hours=1))
    file = tmp_path / "visits.csv"

    export_visits([visit], file, "vi")

    (row,) = rows_of_csv(file)
    assert row["Sai khác"] == "Họ tên: A ≠ B | Nơi ĐKKCB ban đầu: 99998 → 99999", "the second was taken"
    assert "Hôm nay" in row["Lưu ý"]
    assert row["Lý do xác nhận"] == "Đã xem căn cước"
    assert row["Lý do"] == "name_mismatch"
    assert row["Trạng thái"] == "Đã tiếp nhận"
    assert row["Tra cứu lại lúc"].startswith("2026-11-23 0")


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_no_visits_give_a_file_with_heads(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"visits.{ending}"

    assert export_visits([], file, "vi") == 0
    assert (rows_of_csv(file) if ending == "csv" else rows_of_xlsx(file)) == []
    assert file.stat().st_size > 100


def test_a_full_sheet_is_followed_by_another(
    visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "ROWS_PER_SHEET", 2)
    file = tmp_path / "visits.xlsx"

    export_visits([replace(visit, visit_id=str(i)) for i in range(5)], file, "en")

    assert [row["Visit id"].value for row in rows_of_xlsx(file)] == ["0", "1", "2", "3", "4"]
    assert len(openpyxl.load_workbook(file).sheetnames) == 3


# Files that cannot be written


@pytest.mark.parametrize("name", ["visits", "visits.pdf", "visits.xls", ".csv"])
def test_an_unknown_ending_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError) as refused:
        export_visits([], tmp_path / name, "vi")

    assert refused.value.code == "export_format"
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_leaves_nothing_behind(visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    for file in (tmp_path / "folder.csv", tmp_path / "missing" / "visits.csv"):
        with pytest.raises(UsageError) as refused:
            export_visits([visit], file, "vi")
        assert refused.value.code == "export_write"
        assert refused.value.values["file"] == str(file)
    assert [left.name for left in tmp_path.glob("*visits*.csv")] == []
    assert [left.name for left in tmp_path.glob(".*")] == []


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_an_export_that_breaks_off_keeps_the_earlier_file(
    visit: Visit, tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "temporary"
    elsewhere.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
    file = tmp_path / f"visits.{ending}"
    export_visits([visit], file, "vi")
    before = file.read_bytes()

    def broken() -> Iterator[Visit]:
        yield visit
        raise RecordsError("records_damaged")

    with pytest.raises(RecordsError):
        export_visits(broken(), file, "vi")

    assert file.read_bytes() == before
    assert [left.name for left in tmp_path.iterdir() if left.is_file()] == [file.name]
    assert list(elsewhere.iterdir()) == []  # nor does openpyxl leave patients' data there


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_patients_data_lie_in_the_target_s_folder_while_they_are_written(
    visit: Visit, tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    system, target = tmp_path / "system", tmp_path / "target"
    system.mkdir()
    target.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(system))
    seen: list[Path] = []

    def visits() -> Iterator[Visit]:
        yield visit
        seen.extend(path for path in target.rglob("*") if path.is_file())
        assert list(system.iterdir()) == []

    export_visits(visits(), target / f"visits.{ending}", "vi")

    assert seen
    assert [left.name for left in target.iterdir()] == [f"visits.{ending}"]
    assert tempfile.tempdir == str(system)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
@pytest.mark.parametrize("room", [0, 100, 2000])  # bytes, before it is full
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_full_disk_is_told_in_one_line_and_nothing_is_left(
    visit: Visit, tmp_path: Path, ending: str, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    import resource

    complaints: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", complaints.append)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, limits[1]))
    try:
        with pytest.raises(UsageError) as refused:
            export_visits([replace(visit, confirm_reason="x" * 9000)], tmp_path / f"full.{ending}", "vi")
        gc.collect()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert refused.value.code == "export_write"
    assert list(tmp_path.glob("full.*")) + list(tmp_path.glob(".*")) == []
    assert complaints == []


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_file_s_name_may_be_as_long_as_the_system_allows(visit: Visit, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"{'v' * (250 - len(ending))}.{ending}"

    assert export_visits([visit], file, "vi") == 1
    assert [left.name for left in tmp_path.glob("vvv*")] == [file.name]


def test_an_exported_file_is_for_this_user_only(visit: Visit, tmp_path: Path) -> None:
    file = tmp_path / "visits.csv"
    export_visits([visit], file, "vi")

    assert file.stat().st_mode & 0o077 == 0 or sys.platform == "win32"


def test_csv_needs_no_openpyxl(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from kiosk.visits.exports import export_visits\n"
        "export_visits([], Path(sys.argv[1]), 'vi'); print('openpyxl' in sys.modules)"
    )

    output = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "x.csv")],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert output.stdout == "False\n"


def test_the_records_are_exported_straight_from_the_listing(
    open_records: Callable[..., VisitRecords], tmp_path: Path
) -> None:
    records = open_records()
    for i in range(3):
        records.record(new_visit(health_card(i), created_at=MORNING + timedelta(minutes=i)))
    file = tmp_path / "visits.xlsx"

    assert export_visits(records.visits(on=TODAY), file, "vi") == 3
    assert [row["Số thứ tự"].value for row in rows_of_xlsx(file)] == [1, 2, 3]
