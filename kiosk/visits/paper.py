"""A page of official Vietnamese form, as values: drawn as PDF by the desk, written as DOCX here.

NĐ 30/2020/NĐ-CP, phụ lục I: A4; margins 20 to 25 mm above and below, 30 to 35 mm left, 15 to 20 mm right;
Times New Roman, 13 to 14 points; the page's number in the middle above, not on the first page.
"""

from __future__ import annotations

from dataclasses import dataclass

MARGINS_MM = (20, 15, 20, 30)  # above, right, below, left
FONT = "Times New Roman"
BODY_POINTS, TABLE_POINTS = 13, 11


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph. `look`: body, heading, subheading, item, note or title."""

    text: str
    look: str = "body"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. `widths` in percent of the page's; `centred` are the columns that are."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    centred: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Head:
    """Above the text: on the left who writes and the paper's number, on the right the state and the day."""

    organisation: tuple[str, ...]  # the last line stands in bold
    number: str
    nation: str
    motto: str
    place_and_day: str


@dataclass(frozen=True, slots=True)
class Signatures:
    """Below the text. Each signature: who, and how to sign."""

    recipients: tuple[str, ...]
    signed: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Paper:
    head: Head
    banner: str  # in training mode; else empty
    title: tuple[str, ...]
    blocks: tuple[Line | Grid, ...]
    foot: Signatures


__all__ = ["Grid", "Head", "Line", "Paper", "Signatures"]
