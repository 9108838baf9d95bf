"""What an answer means for this visit today, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kiosk.card.model import Notice, PartialDate, Sex
from kiosk.gateway.model import NewCard
from kiosk.gateway.result_codes import ResultRule, Verdict, rule_for


@dataclass(frozen=True, slots=True)
class Coverage:
    """The card that applies to this visit, as the gateway knows it."""

    card_number: str | None
    social_insurance_number: str | None
    full_name: str | None
    birth_date: PartialDate | None
    sex: Sex | None
    address: str | None
    primary_facility: str | None
    primary_facility_name: str | None
    issuing_office: str | None
    valid_from: date | None
    valid_to: date | None
    living_area: str | None
    five_years_from: date | None
    benefit_level: int | None
    new_card: NewCard | None


@dataclass(frozen=True, slots=True)
class Difference:
    """A field on which the card as read and the gateway disagree; values as in JSON (ISO dates, ``male``)."""

    field: str  # name of the field in `Coverage`
    read: str
    gateway: str
    taken: bool = False  # staff took the gateway's value


@dataclass(frozen=True, slots=True)
class Assessment:
    """The conclusion of a look-up. `reason` is a word of ``config/result_codes.toml``."""

    verdict: Verdict
    reason: str
    result_code: str | None
    coverage: Coverage | None = None
    followed_from: str | None = None  # "003" when a new card was looked up after it
    differences: tuple[Difference, ...] = ()
    warnings: tuple[Notice, ...] = ()
    staff_text_key: str = ""  # row of config/result_codes.toml that explains the verdict
    registered_here: bool | None = None  # whether the card's primary facility is this one; None: unknown

    @property
    def rule(self) -> ResultRule:
        """The row of the table of result codes that decided, with the texts for staff and technicians."""
        return rule_for(self.staff_text_key)

    def staff_message(self, language: str) -> str:
        return self.rule.staff_message(language)
