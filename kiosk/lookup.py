"""What a look-up of a card came to, as it goes from the gateway to the visit."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.card.model import Card, Notice, PartialDate
from kiosk.eligibility import Assessment
from kiosk.eligibility.abuse_model import Findings, RecordsSay, findings_as_json
from kiosk.eligibility.benefit import Benefit, benefit_as_json
from kiosk.eligibility.papers import Paper
from kiosk.eligibility.priority import Proposal
from kiosk.errors import UsageError
from kiosk.gateway.model import Attempt, EarlierCheck, HistoryRow, Question
from kiosk.gateway.result_codes import Verdict
from kiosk.visits.model import Advice, Visit


@dataclass(frozen=True, slots=True)
class Lookup:
    """A card, what was concluded about it, and the evidence."""

    card: Card
    assessment: Assessment
    attempts: tuple[Attempt, ...]
    history: tuple[HistoryRow, ...]
    warnings: tuple[Notice, ...]  # the card's, then the assessment's
    elapsed_ms: float
    detail: str = ""  # for technicians
    already_checked_in_today: bool = False
    held: Visit | None = None  # was put aside today: recording goes on with it
    reused: bool = False  # answered within the last minutes, not asked again
    proposed_priority: Proposal | None = None  # the group that the birth date shows
    benefit: Benefit | None = None  # what the fund would pay, with the papers shown; a proposal
    history_known: bool = False  # whether the gateway told the history
    checks: tuple[EarlierCheck, ...] | None = None  # earlier checks by any facility; None: not told
    picture: str | None = None  # fingerprint of the picture file that the card was read from
    records_say: RecordsSay | None = None  # what the records know for the checks; None: not asked yet
    findings: Findings | None = None  # of the checks against abuse; None: not examined yet

    @property
    def birth_date(self) -> PartialDate | None:
        """The gateway's where it gave one, else the card's."""
        return birth_date_of(self.card, self.assessment)

    @property
    def papers(self) -> tuple[Paper, ...]:
        return self.benefit.papers if self.benefit else ()

    @property
    def advice(self) -> Advice:
        return Advice(
            benefit=benefit_as_json(self.benefit) if self.benefit else None,
            findings=findings_as_json(self.findings) if self.findings else None,
        )

    @property
    def must_be_confirmed(self) -> bool:
        """Whether a person has to say what was checked before the visit is confirmed."""
        if self.assessment.verdict is Verdict.NEEDS_STAFF:
            return True
        held = self.findings is not None and self.findings.holds
        return held and self.assessment.verdict is Verdict.ELIGIBLE


def question_for(card: Card) -> Question:
    """What the gateway is asked about `card`. Raises UsageError ``incomplete_card`` (value ``field``)."""
    number = card.lookup_number
    if number and card.full_name and card.birth_date:
        return Question(number=number, full_name=card.full_name, birth_date=card.birth_date)
    missing = "number" if not number else "full_name" if not card.full_name else "birth_date"
    raise UsageError("incomplete_card", notices=card.warnings, field=missing)


def birth_date_of(card: Card, assessment: Assessment) -> PartialDate | None:
    """The gateway's where it gave one, else the card's."""
    coverage = assessment.coverage
    return (coverage and coverage.birth_date) or card.birth_date
