"""What the receptionist types on the list of papers, such as ``1 20/11 79034 5``: no Qt here."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from kiosk.eligibility.papers import DATED, Paper, PaperKind, dated_paper

LISTED: tuple[tuple[str, PaperKind], ...] = (
    ("1", PaperKind.REFERRAL),
    ("2", PaperKind.REFERRAL_YEAR),
    ("3", PaperKind.APPOINTMENT),
    ("4", PaperKind.RESIDENCE),
    ("5", PaperKind.EMERGENCY),
    ("6", PaperKind.INPATIENT),
    ("7", PaperKind.LISTED_DISEASE),
    ("8", PaperKind.NEWBORN),
    ("9", PaperKind.DONOR),
    ("0", PaperKind.DRUGS),
)
"""The papers of the desk's list, each by its digit; rarer kinds come over the command line only."""

_KIND_OF = dict(LISTED)
DIGIT_OF = {kind: digit for digit, kind in LISTED}
_CODE = re.compile(r"[0-9]{2}[0-9A-Za-z][0-9]{2}")


@dataclass(frozen=True, slots=True)
class Entry:
    """`papers` as far as they are understood; `refused`: the first word that is not."""

    papers: tuple[Paper, ...]
    refused: str = ""


def read_entry(text: str, today: date) -> Entry:
    """A digit ticks a paper (again: takes it away); a date or facility code belongs to the one before it."""
    papers: dict[PaperKind, Paper] = {}
    last: Paper | None = None
    for word in re.split(r"[\s,;]+", text.strip()):
        if not word:
            continue
        kind = _KIND_OF.get(word)
        if kind is not None:
            last = None if papers.pop(kind, None) else Paper(kind)
            if last is not None:
                papers[kind] = last
            continue
        detailed = _with_detail(last, word, today)
        if detailed is None:
            return Entry(tuple(papers.values()), word)
        papers[detailed.kind] = last = detailed
    return Entry(tuple(papers.values()))


def _with_detail(paper: Paper | None, word: str, today: date) -> Paper | None:
    if paper is None or paper.kind not in DATED:
        return None
    try:
        if _CODE.fullmatch(word):
            return replace(paper, issuer=dated_paper(paper.kind, "", word, today).issuer)
        return replace(paper, issued_on=dated_paper(paper.kind, word, "", today).issued_on)
    except ValueError:
        return None


def entry_of(papers: tuple[Paper, ...]) -> str:
    """The entry that says these papers; `read_entry` gives the same back."""
    words: list[str] = []
    for paper in papers:
        if paper.kind in DIGIT_OF:
            words.append(DIGIT_OF[paper.kind])
            words += [f"{paper.issued_on:%d/%m/%Y}"] if paper.issued_on else []
            words += [paper.issuer] if paper.issuer else []
    return " ".join(words)


__all__ = ["DIGIT_OF", "LISTED", "Entry", "entry_of", "read_entry"]
