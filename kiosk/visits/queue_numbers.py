"""Queue numbers: one row for everybody, and a row of its own for each desk that is cut off.

A queue number is an integer, unique in its facility and day. Numbers that a desk gives while the shared
records cannot be reached lie in that desk's own hundred thousand, and people see a letter instead of it:
``100007`` is ``A-007``, ``200001`` is ``B-001``, ``2700012`` is ``AA-012``.
"""

from __future__ import annotations

SPAN = 100_000
"""Numbers in a row; no facility receives more people in a day."""

LAST_ALLOTTED = 26 + 26 * 26
"""The rows ``A`` to ``ZZ`` are allotted by the shared records, each to one desk."""

LAST_ROW = LAST_ALLOTTED + 26**3
"""``AAA`` to ``ZZZ`` are drawn by lot, by a desk that has not met the shared records yet."""


def queue_label(number: int | None) -> str | None:
    """The number as people see it and call it out."""
    if number is None:
        return None
    row, place = divmod(number, SPAN)
    return f"{row_letters(row)}-{place:03}" if row else str(place)


def row_letters(row: int) -> str:
    """1: ``A``, 26: ``Z``, 27: ``AA``."""
    letters = ""
    while row:
        row, rest = divmod(row - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
