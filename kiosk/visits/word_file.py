"""A `Paper` as DOCX: WordprocessingML (ECMA-376) of the few elements it needs, so without a library."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from xml.sax.saxutils import escape

from kiosk.visits.exports import whole_file
from kiosk.visits.paper import BODY_POINTS, FONT, MARGINS_MM, TABLE_POINTS, Grid, Line, Paper

_TWIPS_PER_MM = 1440 / 25.4
_PAGE = (11906, 16838)  # A4 in twips
_ABOVE, _RIGHT, _BELOW, _LEFT = (round(mm * _TWIPS_PER_MM) for mm in MARGINS_MM)
_WIDTH = _PAGE[0] - _LEFT - _RIGHT
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # in any XML
_CELL_MARGIN = 70  # twips
_SIGNING_SPACE = 1300  # twips left for a signature and a seal

_LOOKS = {
    # look: paragraph properties, bold, italic, points
    "body": ('<w:jc w:val="both"/>', 'w:firstLine="567"', False, False, BODY_POINTS),
    "heading": ("<w:keepNext/>", 'w:firstLine="567"', True, False, BODY_POINTS),
    "subheading": ("<w:keepNext/>", 'w:firstLine="567"', True, False, BODY_POINTS),
    "item": ('<w:jc w:val="both"/>', 'w:firstLine="567"', False, False, BODY_POINTS),
    "note": ('<w:jc w:val="both"/>', "", False, True, TABLE_POINTS),
}


def write_docx(paper: Paper, file: Path) -> None:
    """Write `paper` to `file`, whole or not at all. Raises UsageError ``export_write``."""
    parts = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _RELATIONS,
        "docProps/core.xml": _core(paper),
        "word/_rels/document.xml.rels": _DOCUMENT_RELATIONS,
        "word/styles.xml": _STYLES,
        "word/header1.xml": _PAGE_NUMBER,
        "word/document.xml": _document(paper),
    }
    with whole_file(file) as unfinished, zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)


def _document(paper: Paper) -> str:
    head, foot = paper.head, paper.foot
    *above, organisation = head.organisation
    left = [_paragraph(line, centred=True) for line in above]
    left += [_paragraph(organisation, centred=True, bold=True), _rule(30, of=38)]
    left += [_paragraph(head.number, centred=True)]
    right = [
        _paragraph(head.nation, centred=True, bold=True, points=12),
        _paragraph(head.motto, centred=True, bold=True),
        _rule(50, of=62),
        _paragraph(head.place_and_day, centred=True, italic=True),
    ]
    body = [_frame(((38, left), (62, right)))]
    if paper.banner:
        body.append(_paragraph(paper.banner, centred=True, bold=True, before=120))
    body += [
        _paragraph(line, centred=True, bold=True, points=14, before=240 if not place else 0)
        for place, line in enumerate(paper.title)
    ]
    body.append(_rule(25, of=100))
    body += chain.from_iterable(map(_block, paper.blocks))
    recipients = [
        _paragraph(line, bold=not place, italic=not place, points=12 if not place else 11, keep=False)
        for place, line in enumerate(foot.recipients)
    ]
    signed = [
        (
            30 if recipients else 50,
            [
                _paragraph(who, centred=True, bold=True),
                _paragraph(hint, centred=True, italic=True, points=12),
                _paragraph("", before=_SIGNING_SPACE),
            ],
        )
        for who, hint in foot.signed
    ]
    body.append(_frame((*([(40, recipients)] if recipients else []), *signed)))
    return (
        f'{_DECLARATION}<w:document xmlns:w="{_W}" xmlns:r="{_R}"><w:body>{"".join(body)}'
        '<w:sectPr><w:headerReference w:type="default" r:id="rId2"/>'
        f'<w:pgSz w:w="{_PAGE[0]}" w:h="{_PAGE[1]}"/>'
        f'<w:pgMar w:top="{_ABOVE}" w:right="{_RIGHT}" w:bottom="{_BELOW}" w:left="{_LEFT}"'
        ' w:header="567" w:footer="567" w:gutter="0"/><w:titlePg/></w:sectPr></w:body></w:document>'
    )


def _block(block: Line | Grid) -> Iterator[str]:
    if isinstance(block, Grid):
        yield _table(block)
        return
    properties, indent, bold, italic, points = _LOOKS[block.look]
    yield _paragraph(
        block.text,
        bold=bold,
        italic=italic,
        points=points,
        properties=properties,
        indent=indent,
        before=180 if block.look == "heading" else 60,
        after=60,
    )


def _paragraph(
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    points: float = BODY_POINTS,
    centred: bool = False,
    before: int = 0,
    after: int = 0,
    properties: str = "",
    indent: str = "",
    keep: bool = False,
) -> str:
    keep_next = "<w:keepNext/>" if keep or "keepNext" in properties else ""
    justify = '<w:jc w:val="center"/>' if centred else properties.replace("<w:keepNext/>", "")
    spacing = f'<w:spacing w:before="{before}" w:after="{after}"/>'
    indented = f"<w:ind {indent}/>" if indent else ""
    weight = f"{'<w:b/>' if bold else ''}{'<w:i/>' if italic else ''}"
    size = f'<w:sz w:val="{round(points * 2)}"/><w:szCs w:val="{round(points * 2)}"/>'
    return (
        f"<w:p><w:pPr>{keep_next}{spacing}{indented}{justify}</w:pPr>"
        f'<w:r><w:rPr>{weight}{size}</w:rPr><w:t xml:space="preserve">{_text(text)}</w:t></w:r></w:p>'
    )


def _rule(percent: int, *, of: int) -> str:
    """A short line in the middle of a column that takes `of` percent of the page, as under a unit's name."""
    aside = (_WIDTH * of // 100 - 2 * _CELL_MARGIN) * (100 - percent) // 200
    return (
        '<w:p><w:pPr><w:pBdr><w:top w:val="single" w:sz="6" w:space="1" w:color="auto"/></w:pBdr>'
        f'<w:spacing w:before="60" w:after="0" w:line="120" w:lineRule="exact"/>'
        f'<w:ind w:left="{aside}" w:right="{aside}"/></w:pPr></w:p>'
    )


def _frame(columns: tuple[tuple[int, list[str]], ...]) -> str:
    """Columns beside each other, without lines."""
    widths = [_WIDTH * percent // 100 for percent, _ in columns]
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{"".join(inside)}</w:tc>'
        for width, (_, inside) in zip(widths, columns, strict=True)
    )
    return _whole_table(widths, f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>", borders="")


def _table(grid: Grid) -> str:
    widths = [_WIDTH * percent // 100 for percent in grid.widths]

    def row(cells: tuple[str, ...], *, head: bool) -> str:
        inside = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
            + _paragraph(cell, bold=head, points=TABLE_POINTS, centred=head or place in grid.centred)
            + "</w:tc>"
            for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        repeated = "<w:tblHeader/>" if head else ""
        return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{inside}</w:tr>"

    rows = "".join(row(cells, head=False) for cells in grid.rows)
    return _whole_table(widths, row(grid.heads, head=True) + rows, borders=_BORDERS)


def _whole_table(widths: list[int], rows: str, *, borders: str) -> str:
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>{borders}'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar>'
        f'<w:left w:w="{_CELL_MARGIN}" w:type="dxa"/><w:right w:w="{_CELL_MARGIN}" w:type="dxa"/>'
        f"</w:tblCellMar></w:tblPr><w:tblGrid>{columns}</w:tblGrid>"
        f'{rows}</w:tbl><w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="120"'
        ' w:lineRule="exact"/></w:pPr></w:p>'  # Word wants a paragraph between two tables
    )


def _text(text: str) -> str:
    return escape(_FORBIDDEN.sub("", text))


def _core(paper: Paper) -> str:
    return (
        f'{_DECLARATION}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{_text(' '.join(paper.title))}</dc:title><dc:creator>bhyt-kiosk</dc:creator>"
        "<dc:language>vi-VN</dc:language></cp:coreProperties>"
    )


_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = f"{_OFFICE}/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_CONTENT_TYPES = (
    f'{_DECLARATION}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_TYPE}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    f'<Override PartName="/word/header1.xml" ContentType="{_TYPE}.header+xml"/>'
    '<Override PartName="/docProps/core.xml"'
    ' ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
)
_RELATIONS = (
    f'{_DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_R}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties"'
    ' Target="docProps/core.xml"/></Relationships>'
)
_DOCUMENT_RELATIONS = (
    f'{_DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_R}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId2" Type="{_R}/header" Target="header1.xml"/></Relationships>'
)
_STYLES = (
    f'{_DECLARATION}<w:styles xmlns:w="{_W}"><w:docDefaults><w:rPrDefault><w:rPr>'
    f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>'
    f'<w:sz w:val="{BODY_POINTS * 2}"/><w:szCs w:val="{BODY_POINTS * 2}"/>'
    '<w:lang w:val="vi-VN" w:eastAsia="vi-VN"/></w:rPr></w:rPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    "</w:styles>"
)
_PAGE_NUMBER = (
    f'{_DECLARATION}<w:hdr xmlns:w="{_W}"><w:p><w:pPr><w:jc w:val="center"/></w:pPr>'
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    '<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>2</w:t></w:r>'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:hdr>'
)
_BORDERS = (
    "<w:tblBorders>"
    + "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    + "</w:tblBorders>"
)

__all__ = ["write_docx"]
