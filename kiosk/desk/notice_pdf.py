"""Draws the patients' notice for a wall: A4, type that is read from a metre away."""

from __future__ import annotations

from html import escape
from pathlib import Path

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QFont, QGuiApplication, QPageLayout, QPageSize, QPdfWriter, QTextDocument

from kiosk import texts
from kiosk.desk.fonts import SANS, with_vietnamese
from kiosk.visits.exports import whole_file
from kiosk.visits.notice import NoticeWords, Section

_POINTS, _SHORT_POINTS = 15, 30
_MARGINS = QMarginsF(18, 16, 18, 16)  # millimetres
_ITEM = "- "


def write_notice(
    words: NoticeWords, version: str, file: Path, *, facility: str, language: str, short: bool
) -> int:
    """Write it to `file`, whole or not at all, and say its pages; `version` is the line at its end.

    Raises UsageError ``export_write`` or KioskError ``font_missing``.
    """
    points = _SHORT_POINTS if short else _POINTS
    document = QTextDocument()
    document.setDefaultFont(with_vietnamese(QFont(SANS, points)))
    document.setHtml(notice_html(words, version, facility, language, short=short, points=points))
    paper = QPageLayout(
        QPageSize(QPageSize.PageSizeId.A4),
        QPageLayout.Orientation.Portrait,
        _MARGINS,
        QPageLayout.Unit.Millimeter,
    )
    document.setPageSize(
        paper.paintRect().size() * QGuiApplication.primaryScreen().logicalDotsPerInch() / 25.4
    )
    document.setDocumentMargin(0)  # the paper has its own
    pages = document.pageCount()
    with whole_file(file) as part:
        writer = QPdfWriter(str(part))
        writer.setPageLayout(paper)
        writer.setTitle(texts.text("notice", "title", language))
        writer.setCreator("bhyt-kiosk")
        document.print_(writer)
        del writer  # writes the end of the file
    return pages


def notice_html(
    words: NoticeWords, version: str, facility: str, language: str, *, short: bool, points: int
) -> str:
    """The page as Qt's rich text. What a hospital wrote is text and never markup."""
    title = escape(texts.text("notice", "title", language))
    body = f"<p>{escape(words.short)}</p>" if short else "".join(map(_section, words.sections))
    return f"""
<p align='center' style='font-size: {points}pt'><b>{escape(facility.upper())}</b></p>
<p align='center' style='font-size: {round(points * (1.3 if short else 1.6))}pt'><b>{title}</b></p>
{body}
<p style='font-size: 9pt'>{escape(version)}</p>
"""


def _section(section: Section) -> str:
    item = "margin: 2px 0 2px 22px; text-indent: -16px"
    lines = "".join(
        f"<p style='{item}'>•&nbsp; {escape(line.removeprefix(_ITEM))}</p>"
        if line.startswith(_ITEM)
        else f"<p style='margin: 2px 0'>{escape(line)}</p>"
        for line in section.lines
    )
    return f"<p style='margin: 12px 0 2px 0'><b>{escape(section.title)}</b></p>{lines}"
