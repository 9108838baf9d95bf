"""``config/benefit_rules.toml``: the cases of MA_DOITUONG_KCB and what the fund pays, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from kiosk.rule_files import RuleFile

YES_NO = frozenset({"yes", "no"})

FACTS: Mapping[str, frozenset[str]] = {
    # about the visit and what is shown at the desk
    "bhyt": YES_NO,
    "withdrawal": YES_NO,
    "drugs": frozenset({"no", "other", "declared", "proxy", "other_facility", "delivered"}),
    "referral": YES_NO,
    "residence": YES_NO,
    "appointment": YES_NO,
    "donor": YES_NO,
    "newborn": YES_NO,
    "emergency": YES_NO,
    "inpatient": YES_NO,
    "listed_disease": YES_NO,
    # about the card
    "registered_here": YES_NO,
    "living_area": YES_NO,
    # about this facility
    "level": frozenset({"initial", "basic", "specialised"}),
    "clinic_type": YES_NO,
    "points": frozenset({"provisional", "low", "middle", "high"}),
    "former_tier": frozenset({"none", "commune", "district", "province", "central"}),
}
"""What a case may ask, and the values each fact can have; a fact that nobody knows has none."""

Condition = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Dated:
    """A number that holds from a day on; None: from the beginning."""

    since: date | None
    value: int


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the list of object codes; `names` by language."""

    code: str
    names: Mapping[str, str]
    article: str
    when: Condition
    unsettled: Condition  # with these facts it is not settled that this case comes before a later one
    shares: tuple[Dated, ...]
    whole_cost: bool  # paid in full, whatever the card's level
    since: date | None
    until: date | None

    def in_force(self, on: date) -> bool:
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)

    def share(self, on: date) -> int | None:
        """In percent of the card's level; None: the list does not say."""
        return value_on(self.shares, on)


@dataclass(frozen=True, slots=True)
class GroupLevel:
    """A group of card holders whose benefit level is another than the printed digit from a day on."""

    object_code: str
    since: date
    level: int
    article: str


@dataclass(frozen=True, slots=True)
class BenefitRules:
    cases: tuple[Case, ...]  # in the order in which they are tried
    percents: Mapping[int, int]  # benefit level -> percent of costs in scope
    groups: tuple[GroupLevel, ...]
    references: tuple[Dated, ...]  # mức tham chiếu, đồng
    assume: Mapping[str, str]
    expiry_soon_days: int
    referral_working_days: int
    referral_months: int
    newborn_days: int
    middle_from: int
    middle_to: int

    def points_band(self, points: float) -> str:
        if points < self.middle_from:
            return "low"
        return "middle" if points < self.middle_to else "high"


def value_on(rows: tuple[Dated, ...], on: date) -> int | None:
    """The value of the latest row that has begun."""
    begun = [row for row in rows if row.since is None or row.since <= on]
    return max(begun, key=lambda row: row.since or date.min).value if begun else None


@cache
def benefit_rules() -> BenefitRules:
    """Raises SettingsError ``rule_file``."""
    return read_benefit_rules(RuleFile.named("benefit_rules.toml"))


def read_benefit_rules(file: RuleFile) -> BenefitRules:
    file.only("", file.tables, {"days", "points", "assume", "level", "group", "reference", "case"})
    days, points, assume = file.table("days"), file.table("points"), file.table("assume")
    file.only("days", days, {"expiry_soon", "referral_working_days", "referral_months", "newborn"})
    file.only("points", points, {"middle_from", "middle_to"})
    for fact in assume:
        file.only("assume", assume, set(FACTS))
        file.word("assume", assume, fact, set(FACTS[fact]))
    middle_from = file.whole("points", points, "middle_from", 1, 99)
    return BenefitRules(
        cases=tuple(_case(file, key, row) for key, row in file.table("case").items()),
        percents={level: _percent(file, level) for level in range(1, 6)},
        groups=tuple(_group(file, f"group#{n}", row) for n, row in _rows(file, "group")),
        references=tuple(_reference(file, f"reference#{n}", row) for n, row in _rows(file, "reference")),
        assume=dict(assume),
        expiry_soon_days=file.whole("days", days, "expiry_soon", 0, 366),
        referral_working_days=file.whole("days", days, "referral_working_days", 1, 366),
        referral_months=file.whole("days", days, "referral_months", 1, 60),
        newborn_days=file.whole("days", days, "newborn", 0, 366),
        middle_from=middle_from,
        middle_to=file.whole("points", points, "middle_to", middle_from, 100),
    )


def _percent(file: RuleFile, level: int) -> int:
    head = f"level.{level}"
    row = file.table(head, file.table("level"), str(level))
    file.only(head, row, {"percent"})
    return file.whole(head, row, "percent", 0, 100)


def _rows(file: RuleFile, head: str) -> list[tuple[int, Mapping[str, Any]]]:
    rows = file.tables.get(head, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        file.refuse(head, "", "is no list of tables", f"[[{head}]]")
    return list(enumerate(rows, start=1))


def _group(file: RuleFile, head: str, row: Mapping[str, Any]) -> GroupLevel:
    file.only(head, row, {"object_code", "since", "level", "article"})
    since = file.day(head, row, "since")
    if since is None:
        file.refuse(head, "since", "is missing", "a date such as 2026-01-01")
    return GroupLevel(
        object_code=file.text(head, row, "object_code"),
        since=since,
        level=file.whole(head, row, "level", 1, 5),
        article=file.text(head, row, "article"),
    )


def _reference(file: RuleFile, head: str, row: Mapping[str, Any]) -> Dated:
    file.only(head, row, {"since", "dong", "article"})
    file.text(head, row, "article")
    return Dated(file.day(head, row, "since"), file.whole(head, row, "dong", 1, 10**9))


_CASE_KEYS = {
    "code", "vi", "en", "article", "when", "unsettled", "share", "whole_cost", "since", "until",
}  # fmt: skip


def _case(file: RuleFile, key: str, row: Any) -> Case:
    head = f'case."{key}"'
    if not isinstance(row, dict):
        file.refuse(head, "", "is no table", f"[{head}]")
    file.only(head, row, _CASE_KEYS)
    when = _condition(file, head, row, "when")
    if not when:
        file.refuse(head, "when", "is missing", 'at least one fact, such as { registered_here = "yes" }')
    whole_cost = row.get("whole_cost", False)
    if not isinstance(whole_cost, bool):
        file.refuse(head, "whole_cost", f"{whole_cost!r} is no flag", "true | false")
    since, until = file.day(head, row, "since"), file.day(head, row, "until")
    if since is not None and until is not None and until < since:
        file.refuse(head, "until", f"{until} lies before {since}", f"a day from {since} on")
    return Case(
        code=file.text(head, {"code": row.get("code", key)}, "code"),
        names={language: file.text(head, row, language) for language in ("vi", "en")},
        article=file.text(head, row, "article"),
        when=when,
        unsettled=_condition(file, head, row, "unsettled"),
        shares=_shares(file, head, row),
        whole_cost=whole_cost,
        since=since,
        until=until,
    )


def _condition(file: RuleFile, head: str, row: Mapping[str, Any], key: str) -> Condition:
    given = row.get(key, {})
    if not isinstance(given, dict):
        file.refuse(head, key, "is no table of facts", '{ registered_here = "yes" }')
    found: dict[str, frozenset[str]] = {}
    for fact, value in given.items():
        if fact not in FACTS:
            file.refuse(head, key, f"unknown fact {fact!r}", ", ".join(sorted(FACTS)))
        values = value if isinstance(value, list) else [value]
        if not values or not all(isinstance(each, str) and each in FACTS[fact] for each in values):
            file.refuse(head, key, f"{fact} = {value!r} is unknown", " | ".join(sorted(FACTS[fact])))
        found[fact] = frozenset(values)
    return found


def _shares(file: RuleFile, head: str, row: Mapping[str, Any]) -> tuple[Dated, ...]:
    given = row.get("share", [])
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        file.refuse(head, "share", "is no list", "[{ since = 2026-07-01, percent = 50 }]")
    for each in given:
        if set(each) - {"since", "percent"}:
            file.refuse(head, "share", f"unknown key in {sorted(each)}", "since, percent")
    found = tuple(
        Dated(file.day(head, {"share": each.get("since")}, "share"), _share_percent(file, head, each))
        for each in given
    )
    if len({each.since for each in found}) < len(found):
        file.refuse(head, "share", "two rows of one day", "each `since` once")
    return found


def _share_percent(file: RuleFile, head: str, each: Mapping[str, Any]) -> int:
    return file.whole(head, {"share": each.get("percent")}, "share", 0, 100)


__all__ = ["FACTS", "BenefitRules", "Case", "Dated", "benefit_rules", "read_benefit_rules", "value_on"]
