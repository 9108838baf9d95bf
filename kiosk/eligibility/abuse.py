"""Runs the checks against abuse, as ``config/abuse_rules.toml`` sets them. They never refuse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from kiosk.eligibility.abuse_checks import CHECKS, LIMITS, Rule, staff_without_visits
from kiosk.eligibility.abuse_model import DATA, Action, Finding, Findings, Situation, StaffCount
from kiosk.eligibility.differences import COMPARED
from kiosk.rule_files import RuleFile

_ACTIONS = {action.value for action in Action}
_MOST = 100_000
_MOSTS = {"percent": 100}

STAFF = "staff"
STAFF_RULE = "staff_without_visits"


@dataclass(frozen=True, slots=True)
class AbuseRule:
    name: str
    action: Action
    data: tuple[str, ...]
    limits: Rule


def examine(case: Situation, rules: Mapping[str, AbuseRule]) -> Findings:
    found: list[Finding] = []
    unchecked: list[str] = []
    for rule in rules.values():
        if rule.action is Action.OFF or STAFF in rule.data:
            continue  # what concerns staff is no patient's: see `examine_staff`
        if not all(case.has(datum) for datum in rule.data):
            unchecked.append(rule.name)
            continue
        values = CHECKS[rule.name](case, rule.limits)
        if values is not None:
            found.append(Finding(rule.name, rule.action, tuple(values.items())))
    return Findings(tuple(found), tuple(unchecked))


def examine_staff(count: StaffCount, rules: Mapping[str, AbuseRule]) -> dict[str, str] | None:
    """The values of the text about a staff member who looks cards up without visits; None: nothing found."""
    rule = rules[STAFF_RULE]
    return None if rule.action is Action.OFF else staff_without_visits(count, rule.limits)


@cache
def abuse_rules() -> Mapping[str, AbuseRule]:
    """Raises SettingsError ``rule_file``."""
    return read_abuse_rules(RuleFile.named("abuse_rules.toml"))


def read_abuse_rules(file: RuleFile) -> Mapping[str, AbuseRule]:
    known = {*CHECKS, STAFF_RULE}
    file.only("", file.tables, known)
    for name in sorted(known):
        if name not in file.tables:
            file.refuse(name, "", "is missing", f'a table [{name}]; action = "off" switches a rule off')
    return {name: _rule(file, name, file.table(name)) for name in file.tables}


def _rule(file: RuleFile, name: str, row: Mapping[str, Any]) -> AbuseRule:
    limits = LIMITS.get(name, {})
    file.only(name, row, {"data", "action", *limits})
    data = row.get("data")
    if not isinstance(data, list) or not all(isinstance(each, str) and each in DATA for each in data):
        file.refuse(name, "data", f"{data!r} is unknown", f"a list of {', '.join(sorted(DATA))}")
    if (STAFF in data) != (name == STAFF_RULE):
        file.refuse(name, "data", f"{data!r} switches this rule off in silence", 'action = "off"')
    values: dict[str, int | tuple[str, ...]] = {}
    for key, kind in limits.items():
        if kind is int:
            values[key] = file.whole(name, row, key, 1, _MOSTS.get(key, _MOST))
        else:
            words = row.get(key)
            if not isinstance(words, list) or not all(word in COMPARED for word in words):
                file.refuse(name, key, f"{words!r} is unknown", f"a list of {', '.join(COMPARED)}")
            values[key] = tuple(words)
    action = Action(file.word(name, row, "action", _ACTIONS))
    return AbuseRule(name, action, tuple(data), Rule(values))


__all__ = ["AbuseRule", "abuse_rules", "examine", "read_abuse_rules"]
