"""Tickets as they are drawn: every letter is there, nothing is cut, and what must show from afar does."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtGui import QImage, QPageSize
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot

from kiosk import clock
from kiosk.desk import fonts
from kiosk.desk.driver_printing import draw_on, print_with_driver
from kiosk.desk.slip import dots_of, save_slip
from kiosk.errors import KioskError, PrinterError, UsageError
from kiosk.settings import TicketSettings
from kiosk.tickets.bitmap import Bitmap
from kiosk.tickets.ticket import Ticket

AT = datetime(2026, 11, 23, 8, 15, tzinfo=clock.VIETNAM)
TICKET = Ticket("57", "Bệnh viện Đa khoa tỉnh Mẫu", "Quầy 1", AT)

pytestmark = pytest.mark.usefixtures("qtbot")


def black_rows(bitmap: Bitmap) -> list[bool]:
    wide = bitmap.bytes_per_row
    return [any(bitmap.data[y * wide : (y + 1) * wide]) for y in range(bitmap.height)]


def tallest(bitmap: Bitmap) -> int:
    """Rows of the tallest thing between two white rows."""
    best = run = 0
    for black in black_rows(bitmap):
        run = run + 1 if black else 0
        best = max(best, run)
    return best


def touches_an_edge(bitmap: Bitmap) -> bool:
    """Whether something other than a rule across the paper reaches its left or right edge."""
    rows = [y for y in range(bitmap.height) if not all(bitmap.is_black(x, y) for x in range(bitmap.width))]
    return any(bitmap.is_black(x, y) for y in rows for x in (0, bitmap.width - 1))


@pytest.mark.parametrize(("width_mm", "dots"), [(58, 384), (80, 576)])
@pytest.mark.parametrize("number", ["7", "57", "1024", "A-007", "AAA-012"])
def test_the_number_is_the_largest_thing_on_it_and_whole(width_mm: int, dots: int, number: str) -> None:
    bitmap = dots_of(replace(TICKET, number=number), width_mm)
    assert bitmap.width == dots
    assert tallest(bitmap) >= dots * (0.2 if len(number) < 6 else 0.12)
    assert not touches_an_edge(bitmap)
    assert not any(black_rows(bitmap)[-8:]), "there is white before the knife"


@pytest.mark.parametrize("width_mm", [58, 80])
@pytest.mark.parametrize(
    "facility",
    [
        "Trung tâm Y tế khu vực Mẫu Thị Trấn và Phòng khám Đa khoa Liên xã số Hai, Bệnh viện vệ tinh",
        "Viện" * 20,
        "",
    ],
)
def test_a_long_name_goes_on_in_the_next_line(width_mm: int, facility: str) -> None:
    bitmap = dots_of(replace(TICKET, facility=facility, desk="Q" * 60), width_mm)
    assert not touches_an_edge(bitmap)


@pytest.mark.parametrize(
    "changed",
    [
        {"priority": True},
        {"initials": "N. V. A."},
        {"training": True},
        {"test": True},
        {"again_at": AT + timedelta(minutes=5)},
        {"language": "en"},
        {"number": "58"},
        {"desk": "Quầy 2"},
        {"at": AT + timedelta(minutes=1)},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_everything_a_ticket_says_can_be_seen(changed: dict[str, object]) -> None:
    ticket = replace(TICKET, **changed)  # type: ignore[arg-type]
    assert dots_of(ticket, 80) != dots_of(TICKET, 80)
    assert dots_of(ticket, 80) == dots_of(ticket, 80), "and is always drawn alike"


def test_accents_are_drawn() -> None:
    assert dots_of(replace(TICKET, facility="Bệnh viện"), 58) != dots_of(
        replace(TICKET, facility="Benh vien"), 58
    )


@pytest.mark.parametrize("width_mm", [58, 80])
def test_a_picture_shows_the_dots_that_are_printed(tmp_path: Path, width_mm: int) -> None:
    file = tmp_path / "phiếu.png"
    save_slip(TICKET, file, width_mm)
    picture, dots = QImage(str(file)), dots_of(TICKET, width_mm)
    assert (picture.width(), picture.height()) == (dots.width, dots.height)
    step = range(0, dots.width, 3)
    for y in range(0, dots.height, 3):
        assert [picture.pixelColor(x, y).lightness() < 128 for x in step] == [
            dots.is_black(x, y) for x in step
        ]


def test_a_page_is_as_wide_as_the_paper(tmp_path: Path) -> None:
    file = tmp_path / "phiếu.pdf"
    save_slip(TICKET, file, 58)
    content = file.read_bytes()
    assert content.startswith(b"%PDF-")
    assert b"/FontFile" in content, "printed elsewhere it has its letters with it"
    assert b"/MediaBox [0 0 164" in content, "58 mm are 164 points"


@pytest.mark.parametrize(("file", "code"), [("x.jpg", "ticket_format"), ("no/x.png", "export_write")])
def test_what_cannot_be_written(tmp_path: Path, file: str, code: str) -> None:
    with pytest.raises(UsageError) as refused:
        save_slip(TICKET, tmp_path / file, 80)
    assert refused.value.code == code
    assert list(tmp_path.iterdir()) == []


def test_without_vietnamese_letters_nothing_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_HARDEST", "\U0010fffd")
    with pytest.raises(KioskError) as refused:
        dots_of(TICKET, 80)
    assert refused.value.code == "font_missing"


@pytest.mark.parametrize(
    "paper", [QPageSize.PageSizeId.A4, QPageSize.PageSizeId.A7, QPageSize.PageSizeId.B10]
)
def test_a_printer_with_a_driver_gets_it_on_its_own_paper(
    tmp_path: Path, paper: QPageSize.PageSizeId
) -> None:
    file = tmp_path / "printed.pdf"
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFileName(str(file))
    printer.setPageSize(QPageSize(paper))
    draw_on(printer, TICKET, 80)
    content = file.read_bytes()
    assert content.rstrip().endswith(b"%%EOF")
    assert content.count(b"/Type /Page\n") == 1
    assert b"NumCopies" not in content


@pytest.mark.qt_log_ignore("QPainter::begin")
def test_what_a_driver_cannot_write_is_told(tmp_path: Path, qtbot: QtBot) -> None:
    printer = QPrinter()
    printer.setOutputFileName(str(tmp_path / "no" / "printed.pdf"))
    with pytest.raises(PrinterError) as refused:
        draw_on(printer, TICKET, 80)
    assert refused.value.code == "printer_failed"


@pytest.mark.parametrize(
    ("name", "code"), [("No Such Printer", "printer_absent"), ("", "printer_no_default")]
)
def test_a_printer_that_the_system_does_not_have(name: str, code: str) -> None:
    if not name and slip_default():
        pytest.skip("this machine has a default printer")
    with pytest.raises(PrinterError) as refused:
        print_with_driver(TICKET, name, TicketSettings())
    assert refused.value.code == code


def slip_default() -> bool:
    from PySide6.QtPrintSupport import QPrinterInfo

    return not QPrinterInfo.defaultPrinter().isNull()
