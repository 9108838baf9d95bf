"""The preparation sheet on paper."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSizeF
from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from pytestqt.qtbot import QtBot

from kiosk.card import parse
from kiosk.desk import fonts
from kiosk.desk.registration import paper_work, sheet_paper
from kiosk.desk.registration.paper_work import picture_of
from kiosk.desk.registration.sheet_paper import page_html, put_on_paper, write_sheet
from kiosk.errors import KioskError, PrinterError
from kiosk.readers.decoder import Decoder
from kiosk.registration.preparation import Draft, Entry, prepare
from kiosk.registration.sheet import ANDROID_URL, IOS_URL, Sheet, sheet_of
from kiosk.registration.tables import Office
from kiosk.training.patients import DEMO_PATIENT

TODAY = date(2026, 11, 23)
LONG = "rất dài để xem một tờ A5 còn chứa được không "


def sheet(**typed: str) -> Sheet:
    draft = Draft().with_card(parse(DEMO_PATIENT.health_card_line()))
    draft = draft.with_card(parse(DEMO_PATIENT.citizen_card_line()))
    entries = {Entry.PHONE: "0912345678", Entry.EMAIL: "thu@gmail.com"}
    draft = draft.with_typed({**entries, **{Entry(name): text for name, text in typed.items()}})
    return sheet_of(prepare(draft, TODAY), facility="Bệnh viện Mẫu", made_on=TODAY)


def test_the_store_codes_can_be_read_from_the_paper(qtbot: QtBot) -> None:
    image = picture_of(sheet(), large=False).convertToFormat(QImage.Format.Format_Grayscale8)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    found = {code.text for code in Decoder(("zxing",)).decode(pixels[:, : image.width()].copy())}
    assert found == {ANDROID_URL, IOS_URL}


@pytest.mark.parametrize("large", [False, True])
def test_one_page_of_a5_whatever_stands_on_it_and_large_print_as_many_as_it_takes(
    qtbot: QtBot, tmp_path: Path, large: bool
) -> None:
    long = sheet(
        street=LONG * 2, commune=LONG, commune_new=LONG, district=LONG, province=LONG, province_new=LONG
    )
    pages = write_sheet(long, tmp_path / "sheet.pdf", large=large, cache=tmp_path)
    assert (pages == 1) is not large


def test_in_large_print_no_part_is_torn_between_pages(qtbot: QtBot) -> None:
    for street in ("", LONG, LONG * 2):
        made = sheet(street=street)
        document = sheet_paper.laid_out(made, QSizeF(182, 273), large=True)
        assert document.pageCount() == 2
        assert sheet_paper.torn_parts(document, made) == set()


def test_what_a_person_typed_is_text_and_never_markup() -> None:
    html = page_html(sheet(street="<b>12</b> & <img src='x'>"), code_pixels=80)
    assert "&lt;b&gt;12&lt;/b&gt; &amp; &lt;img" in html


def test_a_missing_font_is_told(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_HARDEST", "\U0010fffd")
    with pytest.raises(KioskError, match="font_missing"):
        write_sheet(sheet(), tmp_path / "sheet.pdf", large=False, cache=tmp_path)
    assert list(tmp_path.glob("*.pdf")) == []


def test_an_office_with_a_long_name_is_whole_on_the_sheet() -> None:
    office = Office("a", "BHXH " + LONG, LONG, LONG)
    draft = Draft(office=office)
    made = sheet_of(prepare(draft, TODAY), facility="Mẫu", made_on=TODAY)
    assert office.name in page_html(made, code_pixels=80)


@pytest.mark.parametrize("large", [False, True])
def test_a_printer_gets_the_same_pages(qtbot: QtBot, tmp_path: Path, large: bool) -> None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    pages = put_on_paper(sheet(), printer, large=large)
    printed = (tmp_path / "printed.pdf").read_bytes()
    assert pages == (2 if large else 1) == len(re.findall(rb"/Type\s*/Page\b", printed))


def test_without_a_default_printer_nothing_is_printed_and_it_is_told(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QPrinterInfo, "defaultPrinter", staticmethod(QPrinterInfo))
    with pytest.raises(PrinterError, match="sheet_no_printer"):
        paper_work.print_sheet(sheet(), large=False)
