"""The one table of result codes: what each answer or failure of the gateway means at the desk.

The rows stand in ``config/result_codes.toml`` (official list: CV 1923/BHXH-CNTT, annex 03, part 4).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from kiosk.rule_files import RuleFile


class Verdict(StrEnum):
    """What a look-up means for the visit."""

    ELIGIBLE = "eligible"
    NEEDS_STAFF = "needs_staff"
    NOT_ELIGIBLE = "not_eligible"
    UNDETERMINED = "undetermined"


class Retry(StrEnum):
    """Whether the client asks again by itself."""

    NONE = "none"
    LOGIN = "login"  # take a new token and repeat once
    LATER = "later"  # the look-up is owed
    SETUP = "setup"  # owed, but only once IT has mended the set-up


class Origin(StrEnum):
    """Where a row of the table comes from."""

    OFFICIAL = "official"  # the 26 codes of CV 1923/BHXH-CNTT
    UNOFFICIAL = "unofficial"  # old functions, or seen in one program only
    FAILURE = "failure"  # technical: there was no answer that can be trusted
    KIOSK = "kiosk"  # concluded here from the answer's content


@dataclass(frozen=True, slots=True)
class ResultRule:
    """One row: a code or failure, and what follows from it."""

    key: str
    origin: Origin
    verdict: Verdict
    reason: str
    staff: Mapping[str, str]  # language -> what happened and what to do next
    technician: str
    retry: Retry

    def staff_message(self, language: str) -> str:
        return self.staff.get(language) or self.staff["vi"]


UNKNOWN_CODE = "unknown_code"


@cache
def result_rules() -> Mapping[str, ResultRule]:
    """All rows by key. Raises SettingsError ``rule_file``."""
    return read_result_rules(RuleFile.named("result_codes.toml"))


def read_result_rules(file: RuleFile) -> Mapping[str, ResultRule]:
    rules = {key: _rule(file, key, row) for key, row in file.rows()}
    if UNKNOWN_CODE not in rules:
        file.refuse(UNKNOWN_CODE, "", "is missing", f"a table [{UNKNOWN_CODE}]")
    return rules


def rule_for(key: str) -> ResultRule:
    """The row of a result code or failure; an unlisted one gets the row ``unknown_code`` (undetermined)."""
    rules = result_rules()
    return rules.get(key) or rules[UNKNOWN_CODE]


def _rule(file: RuleFile, key: str, row: Mapping[str, Any]) -> ResultRule:
    file.only(key, row, {"origin", "verdict", "reason", "staff_vi", "staff_en", "technician", "retry"})
    return ResultRule(
        key=key,
        origin=Origin(file.word(key, row, "origin", set(Origin))),
        verdict=Verdict(file.word(key, row, "verdict", set(Verdict))),
        reason=file.text(key, row, "reason"),
        staff={"vi": file.text(key, row, "staff_vi"), "en": file.text(key, row, "staff_en")},
        technician=file.text(key, row, "technician"),
        retry=Retry(file.word(key, row, "retry", set(Retry))),
    )
