"""The preparation sheet on paper: A5, or A4 in large print. As PDF without a window, or through a printer."""

from __future__ import annotations

from html import escape
from pathlib import Path

from PySide6.QtCore import QMarginsF, QSizeF, QUrl
from PySide6.QtGui import (
    QFont,
    QGuiApplication,
    QImage,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPdfWriter,
    QTextDocument,
)

from kiosk.desk.fonts import SANS, with_vietnamese
from kiosk.desk.offscreen import qt
from kiosk.readers.qr_writer import modules
from kiosk.registration.sheet import Block, Line, Sheet
from kiosk.visits.exports import whole_file

_SIZES = (9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.5)
"""Points tried on A5 until all stands on one page."""

_LARGE_POINTS = 16.0
_MARGINS = QMarginsF(8, 7, 8, 7)  # millimetres
_LARGE_MARGINS = QMarginsF(14, 12, 14, 12)
_CODE_PIXELS = 6  # a module; the code is shown smaller, so that it stays sharp on paper


def write_sheet(sheet: Sheet, file: Path, *, large: bool, cache: Path) -> int:
    """Write the sheet to `file`, whole or not at all, and say its pages; `cache` is for the system's fonts.

    Raises UsageError ``export_write`` or KioskError ``font_missing``.
    """
    application = qt(cache)
    with whole_file(file) as part:
        writer = QPdfWriter(str(part))
        writer.setTitle(sheet.title)
        writer.setCreator("bhyt-kiosk")
        pages = put_on_paper(sheet, writer, large=large)
        del writer  # writes the end of the file
    del application
    return pages


def put_on_paper(sheet: Sheet, device: QPagedPaintDevice, *, large: bool) -> int:
    """Print `sheet` on `device` and say how many pages it took. Raises KioskError ``font_missing``."""
    layout = QPageLayout(
        _page_size(large=large),
        QPageLayout.Orientation.Portrait,
        margins_of(large=large),
        QPageLayout.Unit.Millimeter,
    )
    device.setPageLayout(layout)
    document = laid_out(sheet, layout.paintRect(QPageLayout.Unit.Millimeter).size(), large=large)
    document.print_(device)
    return document.pageCount()


def paper_of(*, large: bool) -> QSizeF:
    """In millimetres."""
    return _page_size(large=large).size(QPageSize.Unit.Millimeter)


def margins_of(*, large: bool) -> QMarginsF:
    """In millimetres."""
    return _LARGE_MARGINS if large else _MARGINS


def _page_size(*, large: bool) -> QPageSize:
    return QPageSize(QPageSize.PageSizeId.A4 if large else QPageSize.PageSizeId.A5)


def laid_out(sheet: Sheet, millimetres: QSizeF, *, large: bool) -> QTextDocument:
    """The sheet as large as it goes on one page; in large print as many pages as it takes, no part torn."""
    dots = QGuiApplication.primaryScreen().logicalDotsPerInch() / 25.4
    code_pixels = round((26 if large else 19) * dots)
    codes = [_code(link.url) for link in sheet.links]

    def lay_out(points: float, first_on_page: frozenset[int] = frozenset()) -> QTextDocument:
        document = QTextDocument()
        document.setDefaultFont(_font(points))
        document.setDefaultStyleSheet("p { margin: 0 } td { padding: 0 }")
        for number, image in enumerate(codes):
            document.addResource(QTextDocument.ResourceType.ImageResource, QUrl(f"code:{number}"), image)
        document.setDocumentMargin(0)  # the paper has its own
        document.setHtml(page_html(sheet, code_pixels=code_pixels, first_on_page=first_on_page))
        document.setPageSize(millimetres * dots)
        return document

    if large:
        document, first = lay_out(_LARGE_POINTS), frozenset[int]()
        while (torn := torn_parts(document, sheet) - first) and len(first) < len(sheet.blocks):
            first |= {min(torn)}
            document = lay_out(_LARGE_POINTS, first)
        return document
    for points in _SIZES:
        document = lay_out(points)
        if document.pageCount() == 1:
            break
    return document


def _font(points: float) -> QFont:
    """Raises KioskError ``font_missing``."""
    font = QFont(SANS)
    font.setPointSizeF(points)
    return with_vietnamese(font)


def torn_parts(document: QTextDocument, sheet: Sheet) -> set[int]:
    """The parts of the sheet that begin on one page and end on another; the last one ends with the paper."""
    titles = [block.title for block in sheet.blocks]
    pages: dict[int, set[int]] = {}
    part, place = -1, document.begin()
    while place.isValid():
        if part + 1 < len(titles) and place.text() == titles[part + 1]:
            part += 1
        box = document.documentLayout().blockBoundingRect(place)
        height = document.pageSize().height()
        pages.setdefault(part, set()).update(
            (int((box.top() + 1) // height), int((box.bottom() - 1) // height))
        )
        place = place.next()
    return {part for part, found in pages.items() if part >= 0 and len(found) > 1}


def _code(url: str) -> QImage:
    grey = modules(url).repeat(_CODE_PIXELS, axis=0).repeat(_CODE_PIXELS, axis=1)
    rows, columns = grey.shape
    return QImage(grey.tobytes(), columns, rows, columns, QImage.Format.Format_Grayscale8).copy()


def page_html(sheet: Sheet, *, code_pixels: int, first_on_page: frozenset[int] = frozenset()) -> str:
    """The page as Qt's rich text; the parts of `first_on_page` begin a new one.

    What a card or a person says is text and never markup.
    """
    codes = "".join(
        f"<td align='center' width='{code_pixels + 12}'><img src='code:{number}' width='{code_pixels}' "
        f"height='{code_pixels}'><br><b>{escape(link.label)}</b></td>"
        for number, link in enumerate(sheet.links)
    )
    return f"""
<table width='100%'><tr>
<td><span style='font-size: large'><b>{escape(sheet.title)}</b></span><br>{escape(sheet.person)}</td>
<td align='right' width='38%'><b>■ {escape(sheet.keep_private)}</b></td>
</tr></table>
<table width='100%' cellpadding='3' bgcolor='#e6e6e6'><tr><td><b>{escape(sheet.today)}</b></td></tr></table>
{"".join(_block(block, first=place in first_on_page) for place, block in enumerate(sheet.blocks))}
<table width='100%' style='margin-top: 3px'><tr>
<td valign='middle'><table cellpadding='4' border='1' cellspacing='0' style='border-style: solid'><tr>
<td><b>! {escape(sheet.warning)}</b></td></tr></table>
{escape(sheet.privacy)}<br>{escape(sheet.footer)}</td>{codes}
</tr></table>
"""


def _block(block: Block, *, first: bool) -> str:
    rows, sentences = [], []
    for line in block.lines:
        if line.label:
            rows.append(_row(line))
        else:
            sentences.append(f"<p>{escape(line.text)}</p>")
    values = f"<table width='100%' cellspacing='0'>{''.join(rows)}</table>" if rows else ""
    above = "page-break-before: always" if first else "margin-top: 3px"
    return f"<p style='{above}'><b>{escape(block.title)}</b></p>{values}{''.join(sentences)}"


def _row(line: Line) -> str:
    value = escape(line.text) or "." * 44
    value = f"<b>{value}</b>" if line.strong and line.text else value
    return f"<tr><td width='34%'>{escape(line.label)}:</td><td>{value}</td></tr>"
