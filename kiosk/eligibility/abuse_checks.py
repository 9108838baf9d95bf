"""The checks against abuse, one small pure function each.

A check gets a `Situation` in which the data named in ``config/abuse_rules.toml`` are there, and its limits
from the same place. It gives the values of its text, or None when it finds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kiosk.card.model import PartialDate
from kiosk.card.tables import object_codes
from kiosk.eligibility.abuse_model import Situation, StaffCount
from kiosk.eligibility.papers import PaperKind
from kiosk.gateway.model import HistoryRow

Limits = Mapping[str, int | tuple[str, ...]]
Values = dict[str, str]
Check = Callable[[Situation, "Rule"], Values | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """The limits of one rule."""

    limits: Limits

    def number(self, name: str) -> int:
        value = self.limits[name]
        assert isinstance(value, int)  # noqa: S101 - checked when the file was read
        return value

    def words(self, name: str) -> tuple[str, ...]:
        value = self.limits[name]
        assert isinstance(value, tuple)  # noqa: S101 - checked when the file was read
        return value


# The person and the card


def person_not_card(case: Situation, rule: Rule) -> Values | None:
    """The card's sex is not the scan's, or its group does not fit the age."""
    if any(each.field == "sex" for each in case.assessment.differences):
        return {"field": "sex"}
    coverage = case.coverage
    if coverage is None or coverage.card_number is None or coverage.birth_date is None:
        return None
    months = _months(coverage.birth_date, case.today)
    if coverage.card_number.startswith("TE") and months > rule.number("child_most_months"):
        return {"field": "birth_date"}
    return None


_NUMBERS = {"card_number", "social_insurance_number"}


def scan_not_gateway(case: Situation, rule: Rule) -> Values | None:
    """Where the gateway itself leads from the scanned card to a new one, other numbers are no wonder."""
    coverage = case.coverage
    renewed = case.assessment.followed_from is not None or (
        coverage is not None and coverage.new_card is not None
    )
    differing = [
        each.field
        for each in case.assessment.differences
        if each.field in rule.words("fields") and not (renewed and each.field in _NUMBERS)
    ]
    return {"field": differing[0]} if differing else None


def card_group_benefit(case: Situation, _: Rule) -> Values | None:
    number = case.coverage.card_number if case.coverage else None
    group = object_codes().get(number[:2]) if number and len(number) == 15 else None
    if number is None or group is None or not number[2].isdigit() or not group.levels:
        return None
    known = int(number[2]) in group.levels
    return None if known else {"code": group.code, "level": number[2]}


def card_withdrawn(case: Situation, _: Rule) -> Values | None:
    return {} if case.assessment.reason == "card_withdrawn" else None


# Other facilities


def open_stay_elsewhere(case: Situation, rule: Rule) -> Values | None:
    since = case.now - timedelta(days=rule.number("days"))
    for row in _elsewhere(case):
        inside = row.discharged_at is None or row.discharged_at > case.now
        if inside and row.admitted_at is not None and since <= row.admitted_at <= case.now:
            return {"facility": row.facility or "–", "date": _day(row.admitted_at)}
    return None


def checked_elsewhere_since(case: Situation, rule: Rule) -> Values | None:
    since = case.now - timedelta(hours=rule.number("hours"))
    discharged = [row.discharged_at for row in case.history or () if row.discharged_at]
    since = max([since, *(moment for moment in discharged if moment <= case.now)])
    for check in case.checks or ():
        good = check.result_code in {"000", "001", "002", "003", "004"}
        if good and check.facility not in {None, case.facility} and since < check.at <= case.now:
            return {"facility": check.facility or "–", "time": f"{check.at:%H:%M %d/%m}"}
    return None


def seen_elsewhere_today(case: Situation, _: Rule) -> Values | None:
    for row in _elsewhere(case):
        if row.admitted_at is not None and row.admitted_at.date() == case.today:
            return {"facility": row.facility or "–", "time": f"{row.admitted_at:%H:%M}"}
    return None


def seen_here_today(case: Situation, _: Rule) -> Values | None:
    again = any(visit.at.date() == case.today for visit in case.records.own or ())
    return {} if again else None


def too_frequent(case: Situation, rule: Rule) -> Values | None:
    """Days with a visit, this one counted; here by our own records, elsewhere by the history."""
    days, most = rule.number("days"), rule.number("visits")
    since = case.today - timedelta(days=days)
    seen = {visit.at.date() for visit in case.records.own or ()} | {case.today}
    seen |= {row.admitted_at.date() for row in case.history or () if row.admitted_at}
    count = sum(since < each <= case.today for each in seen)
    return {"count": str(count), "days": str(days)} if count >= most else None


def many_facilities(case: Situation, rule: Rule) -> Values | None:
    days = rule.number("days")
    since = case.now - timedelta(days=days)
    known = {row.facility for row in _elsewhere(case) if row.admitted_at and row.admitted_at >= since}
    count = len(known - {None}) + 1
    return {"count": str(count), "days": str(days)} if count >= rule.number("facilities") else None


def far_apart(case: Situation, rule: Rule) -> Values | None:
    since = case.now - timedelta(minutes=rule.number("minutes"))
    for facility, moment in _moments_elsewhere(case):
        if facility[:2] != case.facility[:2] and since < moment <= case.now:
            return {"facility": facility, "time": f"{moment:%H:%M}"}
    return None


def many_checks_elsewhere(case: Situation, rule: Rule) -> Values | None:
    """Days and facilities, not calls: a desk that asks twice is one check."""
    days = rule.number("days")
    since = case.now - timedelta(days=days)
    seen = {
        (check.facility, check.at.date())
        for check in case.checks or ()
        if check.facility not in {None, case.facility} and since <= check.at <= case.now
    }
    return {"count": str(len(seen)), "days": str(days)} if len(seen) >= rule.number("checks") else None


# Pictures and papers


def picture_of_two_persons(case: Situation, _: Rule) -> Values | None:
    others = [use for use in case.records.pictures or () if not use.same_person]
    return {"date": _day(others[0].at)} if others else None


def picture_reused(case: Situation, _: Rule) -> Values | None:
    earlier = [use for use in case.records.pictures or () if use.same_person and use.at.date() < case.today]
    return {"date": _day(earlier[0].at)} if earlier else None


def paper_reused(case: Situation, _: Rule) -> Values | None:
    shown = {paper for paper in case.papers if paper.kind is PaperKind.APPOINTMENT and paper.issued_on}
    for visit in case.records.own or ():
        if shown.intersection(visit.papers):
            return {"date": _day(visit.at)}
    return None


def paper_expired(case: Situation, _: Rule) -> Values | None:
    signed = [paper.issued_on for paper in case.expired_papers if paper.issued_on]
    return {"date": _day(signed[0])} if signed else None


# Lists and people


def watch_listed(case: Situation, _: Rule) -> Values | None:
    reasons = case.records.watched or ()
    return {"reason": reasons[0]} if reasons else None


def staff_without_visits(staff: StaffCount, rule: Rule) -> Values | None:
    """The one check that is not about a patient: it is made for a day, by `kiosk checks`."""
    if staff.lookups < max(rule.number("lookups"), 1):
        return None
    without = staff.lookups - staff.visits
    if 100 * without < rule.number("percent") * staff.lookups:
        return None
    return {"count": str(without), "lookups": str(staff.lookups)}


CHECKS: Mapping[str, Check] = {
    check.__name__: check
    for check in (
        person_not_card,
        scan_not_gateway,
        card_group_benefit,
        card_withdrawn,
        open_stay_elsewhere,
        checked_elsewhere_since,
        seen_elsewhere_today,
        seen_here_today,
        too_frequent,
        many_facilities,
        far_apart,
        many_checks_elsewhere,
        picture_of_two_persons,
        picture_reused,
        paper_reused,
        paper_expired,
        watch_listed,
    )
}

LIMITS: Mapping[str, Mapping[str, type]] = {
    "person_not_card": {"child_most_months": int},
    "scan_not_gateway": {"fields": tuple},
    "open_stay_elsewhere": {"days": int},
    "checked_elsewhere_since": {"hours": int},
    "too_frequent": {"days": int, "visits": int},
    "many_facilities": {"days": int, "facilities": int},
    "far_apart": {"minutes": int},
    "many_checks_elsewhere": {"days": int, "checks": int},
    "staff_without_visits": {"lookups": int, "percent": int},
}
"""The limits each rule needs; the others need none."""


def _elsewhere(case: Situation) -> Iterator[HistoryRow]:
    return (row for row in case.history or () if row.facility not in {None, case.facility})


def _moments_elsewhere(case: Situation) -> Iterator[tuple[str, datetime]]:
    for row in _elsewhere(case):
        for moment in (row.discharged_at, row.admitted_at):
            if row.facility and moment:
                yield row.facility, moment
    for check in case.checks or ():
        if check.facility and check.facility != case.facility:
            yield check.facility, check.at


def _months(born: PartialDate, today: date) -> int:
    """The least it can be, in completed months."""
    month, day = born.month or 12, born.day or 31
    return (today.year - born.year) * 12 + today.month - month - (today.day < day)


def _day(moment: date) -> str:
    return moment.strftime("%d/%m/%Y")


__all__ = ["CHECKS", "LIMITS", "Rule"]
