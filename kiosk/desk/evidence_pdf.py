"""Draws the evidence of a visit as a PDF with Qt, which shapes Vietnamese and embeds the font it uses.

No window and no screen are needed; a font with Vietnamese letters is (`./run` installs one on Debian).
"""

from __future__ import annotations

from html import escape
from pathlib import Path

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import (
    QFont,
    QGuiApplication,
    QPageLayout,
    QPageSize,
    QPdfWriter,
    QTextDocument,
)

from kiosk import texts
from kiosk.desk.fonts import OFFICIAL, with_vietnamese
from kiosk.desk.offscreen import qt
from kiosk.visits.evidence import Evidence, Exchange
from kiosk.visits.exports import whole_file

_POINTS = 11
_MARGINS = QMarginsF(25, 20, 15, 20)  # millimetres
_COLUMNS = {"number": 6, "time": 15, "request": 25, "seconds": 7, "result": 47}
"""Their part of the width, in percent."""


def write_evidence(evidence: Evidence, file: Path, cache: Path) -> None:
    """Write the page to `file`, whole or not at all; `cache` is where the system's font cache may lie.

    Raises UsageError ``export_write`` or KioskError ``font_missing``.
    """
    application = qt(cache)
    font = with_vietnamese(QFont(OFFICIAL, _POINTS))
    document = QTextDocument()
    document.setDefaultFont(font)
    document.setDefaultStyleSheet("td, th { padding: 2px } p { margin: 4px 0 }")
    document.setHtml(page_html(evidence))
    paper = QPageLayout(
        QPageSize(QPageSize.PageSizeId.A4),
        QPageLayout.Orientation.Portrait,
        _MARGINS,
        QPageLayout.Unit.Millimeter,
    )
    dots_per_mm = QGuiApplication.primaryScreen().logicalDotsPerInch() / 25.4
    document.setPageSize(paper.paintRect().size() * dots_per_mm)
    document.setDocumentMargin(0)  # the paper has its own
    with whole_file(file) as part:
        writer = QPdfWriter(str(part))
        writer.setPageLayout(paper)
        writer.setTitle(evidence.title)
        writer.setCreator("bhyt-kiosk")
        document.print_(writer)
        del writer  # writes the end of the file
    del application


def page_html(evidence: Evidence) -> str:
    """The page as Qt's rich text."""
    name, code = evidence.facility[0].upper(), _text("facility_code", code=evidence.facility[1])
    made = evidence.made_at
    day = _text("day", day=f"{made:%d}", month=f"{made:%m}", year=f"{made:%Y}")
    heads = "".join(
        f"<th width='{width}%'>{_text(f'column_{column}')}</th>" for column, width in _COLUMNS.items()
    )
    training = f"<p align='center'><b>{_text('training')}</b></p>" if evidence.training else ""
    return f"""
<table width='100%'><tr>
<td width='38%' align='center'><b>{escape(name)}</b><br>{escape(code)}</td>
<td width='62%' align='center'><b>{_text("nation")}</b><br><b>{_text("motto")}</b><br><i>{day}</i></td>
</tr></table>
{training}
<p align='center'><br><b>{escape(evidence.title)}</b><br><i>{escape(evidence.basis)}</i></p>
<p align='center'>{_text("addressee")}</p>
<p><b>{_text("part_visit")}</b></p>
<table width='100%'>{"".join(_row(label, value) for label, value in evidence.visit)}</table>
<p><b>{_text("part_exchanges")}</b></p>
<table width='100%' border='1' cellspacing='0' style='font-size: 10pt'>
<tr>{heads}</tr>
{"".join(_exchange(exchange) for exchange in evidence.exchanges)}
</table>
<p><b>{_text("part_outcome")}</b></p>
<p>{escape(evidence.outcome)}</p>
<p style='font-size: 9pt'><i>{escape(evidence.footnote)}</i></p>
<table width='100%'><tr>{_signature("signed_by")}{_signature("approved_by")}</tr></table>
"""


def _row(label: str, value: str) -> str:
    return f"<tr><td width='34%'>{escape(label)}:</td><td><b>{escape(value)}</b></td></tr>"


def _exchange(exchange: Exchange) -> str:
    result = escape(exchange.result)
    if exchange.answer:
        result += f"<br><i>{_text('answer', text=escape(exchange.answer))}</i>"
    return (
        f"<tr><td align='center'>{exchange.number}</td><td>{escape(exchange.asked_at)}</td>"
        f"<td>{escape(exchange.request)}</td><td align='right'>{exchange.seconds}</td><td>{result}</td></tr>"
    )


def _signature(who: str) -> str:
    return f"<td width='50%' align='center'><b>{_text(who)}</b><br><i>{_text(f'{who}_hint')}</i></td>"


def _text(code: str, /, **values: str) -> str:
    return texts.text("evidence", code, "vi", **values)
