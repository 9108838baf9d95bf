"""The rules of this facility: what the settings and the rule files of ``config/`` say, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from kiosk.card.model import Card
from kiosk.eligibility.abuse import AbuseRule, abuse_rules, examine, examine_staff
from kiosk.eligibility.abuse_model import Findings, Situation, StaffCount
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
    abuse: Mapping[str, AbuseRule]

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

    def examine(self, case: Situation) -> Findings:
        """What the checks against abuse find; which papers have ended is worked out here."""
        ended = (
            paper for paper in case.papers if self.paper_standing(paper, case.today)[0] is Standing.EXPIRED
        )
        return examine(replace(case, expired_papers=tuple(ended)), self.abuse)

    def examine_staff(self, count: StaffCount) -> dict[str, str] | None:
        return examine_staff(count, self.abuse)

    def paper_standing(self, paper: Paper, on: date) -> tuple[Standing, date | None]:
        last = last_day(paper, self.benefit, self.calendar)
        return standing(paper, on, self.benefit, self.calendar), last


@cache
def rules_of(profile: FacilityProfile) -> FacilityRules:
    """Raises SettingsError ``rule_file``."""
    return FacilityRules(profile, benefit_rules(), working_calendar(), abuse_rules())


__all__ = ["FacilityRules", "rules_of"]
