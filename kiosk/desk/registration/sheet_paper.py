"""The preparation sheet on paper: A5, or A4 in large print. As PDF without a window, or through a printer."""

from __future__ import annotations

from html import escape
from pathlib import Path

from PySide6.QtCore import QMarginsF, QSizeF, QUrl
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QGuiApplication,
    QImage,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPdfWriter,
    QTextDocument,
)

from kiosk.desk.offscreen import qt
from kiosk.errors import KioskError
from kiosk.readers.qr_writer import modules
from kiosk.registration.sheet import Block, Line, Sheet
from kiosk.visits.exports import whole_file

_FAMILIES = ["Segoe UI", "Noto Sans", "DejaVu Sans", "Arial"]
_HARDEST = "ỄỰặẵ"
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
    """The sheet as large as it goes on one page; in large print as many pages as it takes."""
    dots = QGuiApplication.primaryScreen().logicalDotsPerInch() / 25.4
    codes = [(link, _code(link.url)) for link in sheet.links]
    for points in (_LARGE_POINTS,) if large else _SIZES:
        font = QFont(_FAMILIES)
        font.setPointSizeF(points)
        # PySide's `inFont` takes a letter for another character, which one depends on the machine.
        if not all(QFontMetrics(font).inFontUcs4(ord(letter)) for letter in _HARDEST):
            raise KioskError("font_missing")
        document = QTextDocument()
        document.setDefaultFont(font)
        document.setDefaultStyleSheet("p { margin: 0 } td { padding: 0 }")
        for number, (_, image) in enumerate(codes):
            document.addResource(QTextDocument.ResourceType.ImageResource, QUrl(f"code:{number}"), image)
        document.setDocumentMargin(0)  # the paper has its own
        document.setHtml(page_html(sheet, code_pixels=round((26 if large else 19) * dots)))
        document.setPageSize(millimetres * dots)
        if document.pageCount() == 1:
            break
    return document


def _code(url: str) -> QImage:
    grey = modules(url).repeat(_CODE_PIXELS, axis=0).repeat(_CODE_PIXELS, axis=1)
    rows, columns = grey.shape
    return QImage(grey.tobytes(), columns, rows, columns, QImage.Format.Format_Grayscale8).copy()


def page_html(sheet: Sheet, *, code_pixels: int) -> str:
    """The page as Qt's rich text. What a card or a person says is text and never markup."""
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
{"".join(map(_block, sheet.blocks))}
<table width='100%' style='margin-top: 3px'><tr>
<td valign='middle'><table cellpadding='4' border='1' cellspacing='0' style='border-style: solid'><tr>
<td><b>! {escape(sheet.warning)}</b></td></tr></table>
{escape(sheet.privacy)}<br>{escape(sheet.footer)}</td>{codes}
</tr></table>
"""


def _block(block: Block) -> str:
    rows, sentences = [], []
    for line in block.lines:
        if line.label:
            rows.append(_row(line))
        else:
            sentences.append(f"<p>{escape(line.text)}</p>")
    values = f"<table width='100%' cellspacing='0'>{''.join(rows)}</table>" if rows else ""
    return f"<p style='margin-top: 3px'><b>{escape(block.title)}</b></p>{values}{''.join(sentences)}"


def _row(line: Line) -> str:
    value = escape(line.text) or "." * 44
    value = f"<b>{value}</b>" if line.strong and line.text else value
    return f"<tr><td width='34%'>{escape(line.label)}:</td><td>{value}</td></tr>"
