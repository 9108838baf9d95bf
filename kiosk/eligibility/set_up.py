"""The rules of this facility: what the settings and the rule files of ``config/`` say, read once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from kiosk.card.model import Card
from kiosk.eligibility.benefit import Benefit, FacilityProfile, propose
from kiosk.eligibility.benefit_rules import BenefitRules, benefit_rules
from kiosk.eligibility.model import Assessment
from kiosk.eligibility.papers import Paper, Standing, last_day, standing
from kiosk.eligibility.working_days import Calendar, working_calendar


@dataclass(frozen=True, slots=True)
class FacilityRules:
    profile: FacilityProfile
    benefit: BenefitRules
    calendar: Calendar

    def propose(
        self, card: Card, assessment: Assessment | None, papers: tuple[Paper, ...], on: date
    ) -> Benefit | None:
        return propose(
            card,
            assessment,
            papers,
            on=on,
            profile=self.profile,
            rules=self.benefit,
            calendar=self.calendar,
        )

    def paper_standing(self, paper: Paper, on: date) -> tuple[Standing, date | None]:
        last = last_day(paper, self.benefit, self.calendar)
        return standing(paper, on, self.benefit, self.calendar), last


@cache
def rules_of(profile: FacilityProfile) -> FacilityRules:
    """Raises SettingsError ``rule_file``."""
    return FacilityRules(profile, benefit_rules(), working_calendar())


__all__ = ["FacilityRules", "rules_of"]
