"""Draws a `Paper` as PDF with Qt: the same page that `kiosk.visits.word_file` writes as DOCX."""

from __future__ import annotations

from html import escape
from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QFont,
    QGuiApplication,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextDocument,
)

from kiosk.desk.fonts import OFFICIAL, with_vietnamese
from kiosk.desk.offscreen import qt
from kiosk.visits.exports import whole_file
from kiosk.visits.paper import BODY_POINTS, MARGINS_MM, TABLE_POINTS, Grid, Line, Paper

_DOTS_PER_INCH = 300
_ABOVE, _RIGHT, _BELOW, _LEFT = MARGINS_MM
_NUMBER_MM = 12.0  # the page's number, below the upper edge
_INDENT = "text-indent: 28px"
_SIGNED_PERCENT = (30, 44)
_LOOKS = {
    "body": ("justify", _INDENT, ""),
    "heading": ("left", f"{_INDENT}; margin-top: 12px", "b"),
    "subheading": ("left", _INDENT, "b"),
    "item": ("justify", _INDENT, ""),
    "note": ("justify", f"font-size: {TABLE_POINTS}pt", "i"),
}


def write_paper(paper: Paper, file: Path, cache: Path) -> int:
    """Write the paper to `file`, whole or not at all, and say its pages; `cache` is for the system's fonts.

    Raises UsageError ``export_write`` or KioskError ``font_missing``.
    """
    application = qt(cache)
    font = with_vietnamese(QFont(OFFICIAL, BODY_POINTS))
    document = QTextDocument()
    document.setDefaultFont(font)
    document.setDefaultStyleSheet("td, th { padding: 2px } p { margin: 4px 0 }")
    document.setHtml(page_html(paper))
    document.setDocumentMargin(0)  # the paper has its own
    layout = QPageLayout(
        QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0)
    )
    dots = QGuiApplication.primaryScreen().logicalDotsPerInch() / 25.4
    size = QSizeF(210 - _LEFT - _RIGHT, 297 - _ABOVE - _BELOW) * dots
    document.setPageSize(size)
    with whole_file(file) as part:
        writer = QPdfWriter(str(part))
        writer.setResolution(_DOTS_PER_INCH)
        writer.setPageLayout(layout)
        writer.setTitle(" ".join(paper.title))
        writer.setCreator("bhyt-kiosk")
        _print(document, writer, size, dots)
        del writer  # writes the end of the file
    pages = document.pageCount()
    del application
    return pages


def _print(document: QTextDocument, writer: QPdfWriter, size: QSizeF, dots: float) -> None:
    """Page by page: the number stands above the text, from the second page on (NĐ 30/2020/NĐ-CP)."""
    painter = QPainter(writer)
    scale = _DOTS_PER_INCH / 25.4 / dots
    painter.scale(scale, scale)
    figures = QFont(document.defaultFont())
    figures.setPixelSize(round(BODY_POINTS * dots * 25.4 / 72))  # points would be scaled twice
    for number in range(document.pageCount()):
        if number:
            writer.newPage()
            painter.setFont(figures)
            above = QRectF(_LEFT * dots, _NUMBER_MM * dots, size.width(), 8 * dots)
            painter.drawText(above, Qt.AlignmentFlag.AlignHCenter, str(number + 1))
        painter.save()
        painter.translate(_LEFT * dots, _ABOVE * dots - number * size.height())
        shown = QRectF(0, number * size.height(), size.width(), size.height())
        painter.setClipRect(shown)
        context = QAbstractTextDocumentLayout.PaintContext()
        context.clip = shown
        context.palette.setColor(context.palette.ColorRole.Text, Qt.GlobalColor.black)
        document.documentLayout().draw(painter, context)
        painter.restore()
    painter.end()


def page_html(paper: Paper) -> str:
    """The page as Qt's rich text. What staff wrote is text and never markup."""
    head, foot = paper.head, paper.foot
    *above, organisation = map(escape, head.organisation)
    left = "<br>".join([*above, f"<b>{organisation}</b>", "――――", escape(head.number)])
    right = (
        f"<span style='font-size: 12pt; white-space: pre'><b>{escape(head.nation)}</b></span><br>"
        f"<b>{escape(head.motto)}</b><br>――――――――――<br><i>{escape(head.place_and_day)}</i>"
    )
    banner = f"<p align='center'><b>{escape(paper.banner)}</b></p>" if paper.banner else ""
    title = "<br>".join(f"<b>{escape(line)}</b>" for line in paper.title)
    recipients = "<br>".join(
        f"<b><i>{escape(line)}</i></b>" if not place else escape(line)
        for place, line in enumerate(foot.recipients)
    )
    signed = "".join(
        f"<td width='32%' align='center'><b>{escape(who)}</b><br><i>{escape(hint)}</i><br><br><br><br></td>"
        for who, hint in foot.signed
    )
    return f"""
<table width='100%'><tr>
<td width='38%' align='center'>{left}</td><td width='62%' align='center'>{right}</td>
</tr></table>
{banner}
<p align='center' style='font-size: 14pt'><br>{title}<br>――――――</p>
{"".join(map(_block, paper.blocks))}
<table width='100%'><tr>
<td width='26%' style='font-size: {TABLE_POINTS}pt'>{recipients}</td>{signed}
</tr></table>
"""


def _block(block: Line | Grid) -> str:
    if isinstance(block, Grid):
        return _table(block)
    align, style, tag = _LOOKS[block.look]
    text = f"<{tag}>{escape(block.text)}</{tag}>" if tag else escape(block.text)
    return f"<p align='{align}' style='{style}'>{text}</p>"


def _table(grid: Grid) -> str:
    heads = "".join(
        f"<th width='{width}%'>{escape(head)}</th>"
        for head, width in zip(grid.heads, grid.widths, strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td align='{'center' if place in grid.centred else 'left'}'>{escape(cell)}</td>"
            for place, cell in enumerate(cells)
        )
        + "</tr>"
        for cells in grid.rows
    )
    return (
        f"<table width='100%' border='1' cellspacing='0' style='font-size: {TABLE_POINTS - 1}pt;"
        f" border-collapse: collapse; border-style: solid'><thead><tr>{heads}</tr></thead>{rows}</table>"
    )
