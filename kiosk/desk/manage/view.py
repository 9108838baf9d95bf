"""What the managing page shows, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.desk.words import KeyHint, Row


@dataclass(frozen=True, slots=True)
class Entry:
    """A line to type into. `value`: what stands there when it appears."""

    name: str
    label: str
    hint: str = ""
    value: str = ""
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A list; the marked row stands whole above it (`View.details`). `wide`: the column that stretches."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    chosen: int | None = None
    wide: int = 0


@dataclass(frozen=True, slots=True)
class View:
    """The page from top to bottom. What is empty is not shown."""

    title: str
    lead: str = ""
    keys: tuple[KeyHint, ...] = ()
    problem: str = ""
    message: str = ""
    question: str = ""
    choices: tuple[KeyHint, ...] = ()
    entries: tuple[Entry, ...] = ()
    table: Table | None = None
    details: tuple[Row, ...] = ()
    text: tuple[Row, ...] = ()  # headings with their paragraphs


__all__ = ["Entry", "Table", "View"]
