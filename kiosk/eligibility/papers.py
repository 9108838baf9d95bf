"""What a patient shows at the desk besides the card, as the receptionist ticks it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from kiosk.card import parse_birth_date
from kiosk.eligibility.benefit_rules import BenefitRules
from kiosk.eligibility.working_days import Calendar
from kiosk.errors import CardParseError, UsageError


class PaperKind(StrEnum):
    """A paper or circumstance, in the order of the desk's list."""

    REFERRAL = "referral"  # phiếu chuyển cơ sở KCB, 10 working days
    REFERRAL_YEAR = "referral_year"  # the same for a disease of TT 01/2025 PL III, one year
    APPOINTMENT = "appointment"  # phiếu hẹn khám lại
    RESIDENCE = "residence"  # proof of a change of stay
    EMERGENCY = "emergency"  # declared by a clinician, not by the desk
    INPATIENT = "inpatient"
    LISTED_DISEASE = "listed_disease"  # of TT 01/2025 PL I or PL II, as this facility's level asks
    NEWBORN = "newborn"
    DONOR = "donor"
    DRUGS = "drugs"  # only picks up drugs by appointment
    DRUGS_DECLARED = "drugs_declared"
    DRUGS_PROXY = "drugs_proxy"
    DRUGS_OTHER_FACILITY = "drugs_other_facility"
    DRUGS_DELIVERED = "drugs_delivered"
    WITHDRAWAL = "withdrawal"  # of a payment request; never at reception


DATED = frozenset({PaperKind.REFERRAL, PaperKind.REFERRAL_YEAR, PaperKind.APPOINTMENT})
"""Papers with a date and an issuer on them."""

DRUGS: Mapping[PaperKind, str] = {
    PaperKind.DRUGS: "other",
    PaperKind.DRUGS_DECLARED: "declared",
    PaperKind.DRUGS_PROXY: "proxy",
    PaperKind.DRUGS_OTHER_FACILITY: "other_facility",
    PaperKind.DRUGS_DELIVERED: "delivered",
}


@dataclass(frozen=True, slots=True)
class Paper:
    """`issued_on`: day of signing; `issuer`: 5-character code of the facility that wrote it."""

    kind: PaperKind
    issued_on: date | None = None
    issuer: str | None = None


class Standing(StrEnum):
    """What a paper is worth today."""

    IN_FORCE = "in_force"
    EXPIRED = "expired"
    NOT_YET = "not_yet"  # signed in the future
    UNDATED = "undated"


def last_day(paper: Paper, rules: BenefitRules, calendar: Calendar) -> date | None:
    """The last day on which the paper holds; None for papers without an end, or without a date."""
    if paper.issued_on is None:
        return None
    if paper.kind is PaperKind.REFERRAL:
        return calendar.add_working_days(paper.issued_on, rules.referral_working_days)
    if paper.kind is PaperKind.REFERRAL_YEAR:
        return _months_later(paper.issued_on, rules.referral_months)
    return None


def standing(paper: Paper, on: date, rules: BenefitRules, calendar: Calendar) -> Standing:
    if paper.kind not in DATED:
        return Standing.IN_FORCE
    if paper.issued_on is None:
        return Standing.UNDATED if paper.kind is not PaperKind.APPOINTMENT else Standing.IN_FORCE
    if paper.issued_on > on:
        return Standing.NOT_YET
    last = last_day(paper, rules, calendar)
    return Standing.EXPIRED if last is not None and on > last else Standing.IN_FORCE


def _months_later(day: date, months: int) -> date:
    """The same day so many months later, or the month's last one (29/02 and the like)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in range(day.day, 27, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    return date(year, month + 1, min(day.day, 28))


_ISSUER = re.compile(r"[0-9]{2}[0-9A-Z][0-9]{2}")


def read_paper(text: str, today: date) -> Paper:
    """``referral:20/11/2026:79034``: kind, day of signing, issuer; the last two may be left out.

    Raises UsageError ``paper_invalid`` (value ``paper``).
    """
    kind, _, rest = text.strip().partition(":")
    issued, _, issuer = rest.partition(":")
    try:
        return dated_paper(PaperKind(kind.strip().lower()), issued, issuer, today)
    except ValueError:
        raise UsageError("paper_invalid", paper=text) from None


def dated_paper(kind: PaperKind, issued: str, issuer: str, today: date) -> Paper:
    """A paper from what was typed; a date without its year is the latest one. Raises ValueError."""
    issued, issuer = issued.strip(), issuer.strip().upper()
    if (issued or issuer) and kind not in DATED:
        raise ValueError("this paper has no date and no issuer")
    if issuer and not _ISSUER.fullmatch(issuer):
        raise ValueError("not a facility code")
    return Paper(kind, _day(issued, today) if issued else None, issuer or None)


def _day(text: str, today: date) -> date:
    short = re.fullmatch(r"([0-9]{1,2})[/. -]?([0-9]{2}|(?<=[/. -])[0-9])", text)
    if short:
        day, month = int(short[1]), int(short[2])
        this_year = date(today.year, month, day)
        return this_year if this_year <= today else date(today.year - 1, month, day)
    try:
        found = parse_birth_date(text).whole_day
    except CardParseError:
        raise ValueError("no date") from None
    if found is None:
        raise ValueError("a day is missing")
    return found


def paper_as_json(paper: Paper) -> dict[str, Any]:
    return {
        "kind": paper.kind.value,
        "issued_on": paper.issued_on.isoformat() if paper.issued_on else None,
        "issuer": paper.issuer,
    }


def paper_from_json(stored: Mapping[str, Any]) -> Paper:
    """Raises KeyError or ValueError for what `paper_as_json` did not write."""
    issued = stored["issued_on"]
    return Paper(PaperKind(stored["kind"]), date.fromisoformat(issued) if issued else None, stored["issuer"])


__all__ = [
    "DATED",
    "Paper",
    "PaperKind",
    "Standing",
    "dated_paper",
    "last_day",
    "paper_as_json",
    "paper_from_json",
    "read_paper",
    "standing",
]
