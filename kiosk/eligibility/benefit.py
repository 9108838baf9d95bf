"""Under which object code (MA_DOITUONG_KCB) a visit would stand, and what the fund would pay. A proposal.

The final code is set after the visit (QĐ 3276/QĐ-BYT, note to PL1). What nobody at the desk knows stays
unknown: every case that is still possible is kept, and a code is only named when one is left. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from kiosk.card.model import Card, HealthCard, Notice, PartialDate
from kiosk.eligibility.benefit_rules import BenefitRules, Case, Condition, value_on
from kiosk.eligibility.model import Assessment, Coverage
from kiosk.eligibility.papers import DRUGS, Paper, PaperKind, Standing, last_day, paper_as_json, standing
from kiosk.eligibility.working_days import Calendar
from kiosk.gateway.result_codes import Verdict

Facts = Mapping[str, str | None]
"""What is known of `benefit_rules.FACTS`; None: nobody knows."""

GATEWAY = "gateway"
"""Stands among the unknown facts where the card's data were not confirmed."""

RULE = "rule"
"""Stands there where the sources do not settle which of two cases comes first."""


@dataclass(frozen=True, slots=True)
class FacilityProfile:
    """What this facility is, as far as the settings say; empty: unknown.

    `former_tier` is the tuyến before 01/01/2025, which still decides shares.
    """

    code: str
    level: str = ""  # initial, basic, specialised
    points: str = ""  # 0-100, or provisional
    former_tier: str = ""  # none, commune, district, province, central
    clinic_type: str = ""  # yes, no: licensed as a clinic, commune station or the like (code 1.2)


class Certainty(StrEnum):
    SURE = "sure"  # one case, whatever else may turn out
    USUAL = "usual"  # one case, as long as what is usual holds; `unknown` says what
    UNKNOWN = "unknown"  # several cases are possible


@dataclass(frozen=True, slots=True)
class Possibility:
    """A case that applies, or may; percentages are None where the list or the card does not say."""

    code: str
    share_percent: int | None
    paid_percent: float | None  # of costs in scope


@dataclass(frozen=True, slots=True)
class Benefit:
    """The proposal. `possible` holds every case that cannot be ruled out, in the order of the rules."""

    case: Case | None  # None: more than one is possible, or none is known
    possible: tuple[Possibility, ...]
    level: int | None
    level_percent: int | None
    share_percent: int | None
    paid_percent: float | None
    certainty: Certainty
    unknown: tuple[str, ...]  # facts that could change it
    papers: tuple[Paper, ...]
    notes: tuple[Notice, ...]  # texts in config/texts/warnings.toml

    @property
    def object_code(self) -> str | None:
        return self.case.code if self.case else None


def propose(
    card: Card,
    assessment: Assessment | None,
    papers: tuple[Paper, ...],
    *,
    on: date,
    profile: FacilityProfile,
    rules: BenefitRules,
    calendar: Calendar,
) -> Benefit | None:
    """The proposal for a visit on day `on`; None where BHYT does not cover it.

    Without an assessment the visit is outside BHYT (code 9).
    """
    if assessment is not None and assessment.verdict is Verdict.NOT_ELIGIBLE:
        return None
    coverage = assessment.coverage if assessment else None
    known = coverage or (card if isinstance(card, HealthCard) else None)
    level, raised = _level(known, on, rules)
    facts = {
        **_facts_of_papers(papers, _born(card, coverage), on, rules, calendar),
        **_facts_of_facility(profile, rules),
        "bhyt": "no" if assessment is None else "yes",
        "registered_here": _yes_no(known.primary_facility == profile.code)
        if known is not None and known.primary_facility
        else None,
        "living_area": _yes_no(bool(known.living_area)) if known is not None else None,
    }
    cases = [case for case in rules.cases if case.in_force(on)]
    open_cases, open_facts = _candidates(cases, facts)
    usual = {fact: rules.assume.get(fact) if value is None else value for fact, value in facts.items()}
    usual_cases, usual_facts = _candidates(cases, usual)
    percent = rules.percents[level] if level else None
    possible = tuple(_possibility(case, percent, on) for case in open_cases)
    chosen = usual_cases[0] if len(usual_cases) == 1 else None
    unknown = [*open_facts, *(fact for fact in usual_facts if fact not in open_facts)]
    unverified = coverage is None and assessment is not None
    if unverified:
        unknown.append(GATEWAY)
    certainty = Certainty.UNKNOWN
    if chosen is not None:
        certainty = Certainty.SURE if len(open_cases) == 1 and not unverified else Certainty.USUAL
    agreed = [_possibility(case, percent, on) for case in usual_cases]
    return Benefit(
        case=chosen,
        possible=possible,
        level=level,
        level_percent=percent,
        share_percent=_agreed({each.share_percent for each in agreed}),
        paid_percent=_agreed({each.paid_percent for each in agreed}),
        certainty=certainty,
        unknown=tuple(unknown),
        papers=papers,
        notes=(*raised, *_notes(known, on, rules), *_notes_of_papers(papers, on, rules, calendar)),
    )


def _candidates(cases: list[Case], facts: Facts) -> tuple[list[Case], list[str]]:
    """The cases that may apply, up to the first that does; and the facts that leave it open."""
    found: list[Case] = []
    open_facts: dict[str, None] = {}
    for case in cases:
        missing = _missing(case.when, facts)
        if missing is None:
            continue
        found.append(case)
        open_facts |= dict.fromkeys(missing)
        doubt = _missing(case.unsettled, facts) if case.unsettled else None
        if doubt is not None:
            open_facts |= dict.fromkeys([*doubt, RULE])
        elif not missing:
            break
    return (found, list(open_facts)) if len({case.code for case in found}) > 1 else (found, [])


def _missing(condition: Condition, facts: Facts) -> list[str] | None:
    """The unknown facts the condition hangs on (none: it holds); None when it does not hold."""
    missing = []
    for fact, values in condition.items():
        value = facts.get(fact)
        if value is None:
            missing.append(fact)
        elif value not in values:
            return None
    return missing


def _possibility(case: Case, percent: int | None, on: date) -> Possibility:
    share = case.share(on)
    paid: float | None = None
    if share is not None and (case.whole_cost or share == 0):
        paid = float(share)
    elif share is not None and percent is not None:
        paid = percent * share / 100
    return Possibility(case.code, share, paid)


def _agreed(values: set[Any]) -> Any:
    return values.pop() if len(values) == 1 else None


def _yes_no(found: bool) -> str:
    return "yes" if found else "no"


def _level(
    known: Coverage | HealthCard | None, on: date, rules: BenefitRules
) -> tuple[int | None, tuple[Notice, ...]]:
    """The benefit level that counts, and the note where it is another than the printed digit."""
    printed = known.benefit_level if known is not None else None
    if known is None or printed is None or printed not in rules.percents:
        return None, ()
    code = (known.card_number or "")[:2]
    for group in sorted(rules.groups, key=lambda group: group.since, reverse=True):
        better = rules.percents[group.level] > rules.percents[printed]
        if group.object_code == code and group.since <= on and better:
            values = (("object_code", code), ("level", str(group.level)), ("article", group.article))
            return group.level, (Notice("benefit_group_raised", values),)
    return printed, ()


def _born(card: Card, coverage: Coverage | None) -> PartialDate | None:
    return (coverage.birth_date if coverage else None) or card.birth_date


def _facts_of_papers(
    papers: tuple[Paper, ...],
    born: PartialDate | None,
    on: date,
    rules: BenefitRules,
    calendar: Calendar,
) -> dict[str, str | None]:
    kinds = {paper.kind for paper in papers}
    drugs = [DRUGS[kind] for kind in DRUGS if kind in kinds]
    may_be_newborn = (
        born is not None and born.day is not None and 0 <= (on - born.first_day).days <= rules.newborn_days
    )
    return {
        "withdrawal": _yes_no(PaperKind.WITHDRAWAL in kinds),
        "drugs": drugs[0] if drugs else "no",
        "referral": _holds(
            [each for each in papers if each.kind in {PaperKind.REFERRAL, PaperKind.REFERRAL_YEAR}],
            on, rules, calendar,
        ),
        "appointment": _holds(
            [each for each in papers if each.kind is PaperKind.APPOINTMENT], on, rules, calendar
        ),
        "residence": _yes_no(PaperKind.RESIDENCE in kinds),
        "emergency": _yes_no(PaperKind.EMERGENCY in kinds),
        "inpatient": _yes_no(PaperKind.INPATIENT in kinds),
        "donor": _yes_no(PaperKind.DONOR in kinds),
        "listed_disease": "yes" if PaperKind.LISTED_DISEASE in kinds else None,
        "newborn": "yes" if PaperKind.NEWBORN in kinds else None if may_be_newborn else "no",
    }  # fmt: skip


def _holds(papers: list[Paper], on: date, rules: BenefitRules, calendar: Calendar) -> str | None:
    found = {standing(paper, on, rules, calendar) for paper in papers}
    if Standing.IN_FORCE in found:
        return "yes"
    return None if Standing.UNDATED in found else "no"


def _facts_of_facility(profile: FacilityProfile, rules: BenefitRules) -> dict[str, str | None]:
    points = profile.points
    return {
        "level": profile.level or None,
        "clinic_type": profile.clinic_type or None,
        "former_tier": profile.former_tier or None,
        "points": points if points == "provisional" else rules.points_band(float(points)) if points else None,
    }


def _notes(known: Coverage | HealthCard | None, on: date, rules: BenefitRules) -> Iterator[Notice]:
    if known is None:
        return
    if known.valid_to is not None and 0 <= (known.valid_to - on).days <= rules.expiry_soon_days:
        yield Notice("benefit_expires_soon", (("date", _slashed(known.valid_to)),))
    reference = value_on(rules.references, on)
    if known.five_years_from is not None and known.five_years_from <= on and reference is not None:
        amount = f"{6 * reference:,}".replace(",", ".")
        yield Notice("benefit_five_years", (("date", _slashed(known.five_years_from)), ("amount", amount)))
    if known.living_area:
        yield Notice("benefit_living_area", (("area", known.living_area),))


def _notes_of_papers(
    papers: tuple[Paper, ...], on: date, rules: BenefitRules, calendar: Calendar
) -> Iterator[Notice]:
    for paper in papers:
        last = last_day(paper, rules, calendar)
        match standing(paper, on, rules, calendar):
            case Standing.UNDATED:
                yield Notice("benefit_referral_undated")
            case Standing.NOT_YET:
                yield Notice("benefit_paper_not_yet")
            case Standing.EXPIRED if last is not None:
                yield Notice("benefit_referral_expired", (("date", _slashed(last)),))
            case Standing.IN_FORCE if last is not None:
                yield Notice("benefit_referral_until", (("date", _slashed(last)),))
        sure = last is None or calendar.is_sure_of(paper.issued_on or last, last)
        if paper.kind is PaperKind.REFERRAL and not sure:
            yield Notice("benefit_holidays_unsure")


def _slashed(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def benefit_as_json(benefit: Benefit) -> dict[str, Any]:
    """What is kept with a visit; `benefit_words` adds the sentence in the reader's language."""
    case = benefit.case
    return {
        "object_code": benefit.object_code,
        "case": dict(case.names) if case else None,
        "article": case.article if case else None,
        "possible": [
            {"object_code": each.code, "share_percent": each.share_percent, "paid_percent": each.paid_percent}
            for each in benefit.possible
        ],
        "benefit_level": benefit.level,
        "level_percent": benefit.level_percent,
        "share_percent": benefit.share_percent,
        "paid_percent": benefit.paid_percent,
        "whole_cost": case.whole_cost if case else False,
        "certainty": benefit.certainty.value,
        "unknown": list(benefit.unknown),
        "papers": [paper_as_json(paper) for paper in benefit.papers],
        "emergency": any(paper.kind is PaperKind.EMERGENCY for paper in benefit.papers),
        "notes": [{"code": note.code, "values": dict(note.values)} for note in benefit.notes],
    }


__all__ = ["Benefit", "Certainty", "FacilityProfile", "Possibility", "benefit_as_json", "propose"]
