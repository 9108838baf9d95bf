"""What the fund would pay, beside a verdict; and the papers that change it (F10)."""

from __future__ import annotations

import re
from collections.abc import Callable

from kiosk import clock
from kiosk.benefit_words import (
    benefit_doubt,
    benefit_notes,
    benefit_sentence,
    object_code_words,
    paper_words,
)
from kiosk.desk import flow as f
from kiosk.desk.late_reception import LateReception
from kiosk.desk.papers_page import PapersPage
from kiosk.desk.words import Extra, KeyHint, Row, Words, day
from kiosk.eligibility.benefit import Benefit, benefit_as_json
from kiosk.eligibility.papers import DATED, Paper, PaperKind, Standing
from kiosk.lookup import Lookup
from kiosk.reception import Reception

_SHOWN_OF_THE_PERSON = {"benefit_five_years", "benefit_living_area"}
"""Notes whose fact stands among the person's own rows; the command line and the records say them in full."""

_IN_BRACKETS = re.compile(r" \([^)]*\)")


class BenefitDesk:
    def __init__(
        self,
        words: Words,
        flow: f.Flow,
        apply: Callable[[f.Effects], None],
        page: PapersPage,
        reception: LateReception,
    ) -> None:
        self._words, self._flow, self._apply = words, flow, apply
        self._page, self._late = page, reception
        page.changed.connect(self._show)

    # Beside the verdict

    def extra(self, shown: f.VerdictShown) -> Extra:
        benefit = shown.found.benefit
        if benefit is None:
            return Extra()
        return Extra(self._rows(benefit), (KeyHint("F10", self._words("do_papers")),))

    def _rows(self, benefit: Benefit) -> tuple[Row, ...]:
        stored, language = benefit_as_json(benefit), self._words.language
        doubt = benefit_doubt(stored, language)
        told = [note for note in stored["notes"] if note["code"] not in _SHOWN_OF_THE_PERSON]
        notes = " ".join(benefit_notes({"notes": told}, language))
        code = object_code_words(stored, language) if benefit.case else ""
        rows = (
            (self._words("benefit_code"), code),
            (self._words("benefit_pays"), _unbroken(benefit_sentence(stored, language))),
            (self._words("benefit_papers"), paper_words(stored["papers"], language)),
            (self._words("benefit_notes"), " ".join(part for part in (doubt, notes) if part)),
        )
        return tuple(row for row in rows if row[1])

    # The papers

    @property
    def _found(self) -> Lookup | None:
        stage = self._flow.stage
        return stage.found if isinstance(stage, f.VerdictShown) else None

    def open(self) -> None:
        """F10; again: what was typed counts."""
        if isinstance(self._flow.top, f.Papers):
            self.take()
        else:
            self._apply(self._flow.open_papers())

    def fill(self) -> None:
        """The page was opened."""
        if self._found is not None:
            self._page.open_for(self._found.papers, clock.today())

    def take(self) -> None:
        """Return on the page: what is typed counts from now on."""
        entry, found, reception = self._page.entry, self._found, self._late.if_open
        if entry.refused:
            self._page.show_refused(entry.refused)
        elif found is not None and reception is not None:
            self._apply(self._flow.take_papers(reception.with_papers(found, entry.papers)))

    def _show(self) -> None:
        entry, found, reception = self._page.entry, self._found, self._late.if_open
        if found is None or reception is None:
            return
        benefit = reception.with_papers(found, entry.papers).benefit
        result = ""
        if benefit is not None:
            stored, language = benefit_as_json(benefit), self._words.language
            result = benefit_sentence(stored, language)
            if benefit.case:  # else the sentence names the possible codes
                result = f"{object_code_words(stored, language)}  →  {result}"
        details = {paper.kind: self._detail(paper, reception) for paper in entry.papers}
        self._page.show_entry(details, result)

    def _detail(self, paper: Paper, reception: Reception) -> str:
        """``20/11/2026 · 79034 · còn hạn đến hết 04/12/2026``"""
        if paper.kind not in DATED:
            return "✓"
        standing, last = reception.paper_standing(paper)
        known = [day(paper.issued_on) if paper.issued_on else "", paper.issuer or ""]
        if paper.kind is not PaperKind.APPOINTMENT or standing is Standing.NOT_YET:
            known.append(self._words(f"paper_{standing}", date=day(last) if last else "–"))
        return "✓ " + " · ".join(filter(None, known))


def _unbroken(sentence: str) -> str:
    """A share stays on the line of its codes."""
    kept = _IN_BRACKETS.sub(lambda found: found[0].replace(" ", "\N{NO-BREAK SPACE}"), sentence)
    return kept.replace(" %", "\N{NO-BREAK SPACE}%")
