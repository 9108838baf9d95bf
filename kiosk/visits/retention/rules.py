"""The terms: ``config/retention.toml``, and over it the ``retention.toml`` of the hospital's data folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from kiosk.rule_files import RuleFile
from kiosk.visits.retention.calendar import Term

FILE = "retention.toml"
_MOST_MONTHS, _MOST_DAYS = 1200, 36_500
_TEXT_LENGTH = 400
_OWN_KEYS = {"months", "days", "source", "source_en"}


class Sure(StrEnum):
    """Whose word a term is."""

    LAW = "law"
    ADVICE = "advice"
    INFERENCE = "inference"
    HOSPITAL = "hospital"  # the facility's own file


SINCE: Mapping[str, str] = {
    "evidence": "asked",
    "findings": "received",
    "pictures": "received",
    "tasks": "done",
    "visits": "received",
    "difficulties": "closed",
    "watch_list": "until",
    "watch_list_open": "added",
    "queue_counters": "day",
    "staff_accounts": "disabled",
    "audit_log": "written",
    "erased_visits": "erased",
    "kept_evidence": "received",
    "kept_visits": "received",
    "person_requests": "closed",
    "backups": "made",
    "former_records": "made",
    "leftovers": "made",
}
"""Every kind of data with a term, in the order it is gone through, and from when its term counts."""

WITH: Mapping[str, str] = {
    "visit_events": "visits",
    "identities": "visits",
}
"""Kinds that go together with another."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The term of one kind of data."""

    kind: str
    term: Term
    since: str
    sure: Sure
    source: str
    source_en: str
    advised_months: int = 0

    @property
    def below_advice(self) -> bool:
        return self.advised_months > 0 and self.term.is_shorter_than(Term(months=self.advised_months))

    def source_in(self, language: str) -> str:
        return self.source if language == "vi" else self.source_en


Rules = Mapping[str, Rule]


def retention_rules(data_folder: Path | None = None) -> Rules:
    """Raises SettingsError ``rule_file``."""
    rules = read_rules(RuleFile.named(FILE))
    own = data_folder / FILE if data_folder is not None else None
    if own is not None and own.is_file():
        rules = overridden(rules, RuleFile(own))
    return rules


def read_rules(file: RuleFile) -> Rules:
    file.only("", file.tables, {*SINCE, *WITH})
    for kind, other in WITH.items():
        row = file.table(kind)
        file.only(kind, row, {"with"})
        file.word(kind, row, "with", {other})
    rules = {}
    for kind, since in SINCE.items():
        if kind not in file.tables:
            file.refuse(kind, "", "is missing", f"a table [{kind}] with months or days, since, sure, source")
        row = file.table(kind)
        file.only(kind, row, {*_OWN_KEYS, "since", "sure", "advised_months"})
        file.word(kind, row, "since", {since})
        advised = file.whole(kind, row, "advised_months", 1, _MOST_MONTHS) if "advised_months" in row else 0
        rules[kind] = Rule(
            kind=kind,
            term=_term(file, kind, row),
            since=since,
            sure=Sure(file.word(kind, row, "sure", {each.value for each in Sure})),
            source=_source(file, kind, row, "source"),
            source_en=_source(file, kind, row, "source_en"),
            advised_months=advised,
        )
    _agree(file, rules)
    return rules


def overridden(rules: Rules, own: RuleFile) -> Rules:
    """`rules` with what a hospital's own file says otherwise."""
    own.only("", own.tables, set(SINCE))
    found = dict(rules)
    for kind in own.tables:
        row, known = own.table(kind), rules[kind]
        own.only(kind, row, _OWN_KEYS)
        given = "months" in row or "days" in row
        source = _source(own, kind, row, "source") if "source" in row else None
        english = _source(own, kind, row, "source_en") if "source_en" in row else source
        found[kind] = Rule(
            kind=kind,
            term=_term(own, kind, row) if given else known.term,
            since=known.since,
            sure=Sure.HOSPITAL,
            source=source or ("cơ sở tự đặt" if given else known.source),
            source_en=english or ("set by the facility" if given else known.source_en),
            advised_months=known.advised_months,
        )
    _agree(own, found)
    return found


def _agree(file: RuleFile, rules: Rules) -> None:
    """What hangs on a visit cannot stay longer than the visit."""
    of_visits = {
        "evidence": "visits",
        "findings": "visits",
        "pictures": "visits",
        "kept_evidence": "kept_visits",
    }
    for kind, visits in of_visits.items():
        if rules[visits].term.is_shorter_than(rules[kind].term):
            head, key = (kind, "months") if kind in file.tables else (visits, "months")
            shorter = rules[visits].term.words
            file.refuse(head, key, f"{kind} would outlive its visit ({shorter})", f"at most {shorter}")


def _term(file: RuleFile, kind: str, row: Mapping[str, Any]) -> Term:
    if ("months" in row) == ("days" in row):
        file.refuse(kind, "days" if "days" in row else "months", "one of the two", "months or days")
    if "months" in row:
        return Term(months=file.whole(kind, row, "months", 1, _MOST_MONTHS))
    return Term(days=file.whole(kind, row, "days", 1, _MOST_DAYS))


def _source(file: RuleFile, kind: str, row: Mapping[str, Any], key: str) -> str:
    text = file.text(kind, row, key)
    if len(text) > _TEXT_LENGTH:
        file.refuse(kind, key, f"{len(text)} characters", f"at most {_TEXT_LENGTH} characters")
    return text


__all__ = ["FILE", "SINCE", "WITH", "Rule", "Rules", "Sure", "overridden", "read_rules", "retention_rules"]
