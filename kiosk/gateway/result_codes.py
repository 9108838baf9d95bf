"""The one table of result codes: what each answer or failure of the gateway means at the desk.

The rows stand in ``config/result_codes.toml`` (official list: CV 1923/BHXH-CNTT, annex 03, part 4).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from kiosk.resources import config_folder


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
    """All rows by key. A row that breaks the table's form raises ValueError naming it."""
    path = config_folder() / "result_codes.toml"
    with path.open("rb") as file:
        rows = tomllib.load(file)
    return {key: _rule(key, row) for key, row in rows.items()}


def rule_for(key: str) -> ResultRule:
    """The row of a result code or failure; an unlisted one gets the row ``unknown_code`` (undetermined)."""
    rules = result_rules()
    return rules.get(key) or rules[UNKNOWN_CODE]


def _rule(key: str, row: Mapping[str, str]) -> ResultRule:
    try:
        return ResultRule(
            key=key,
            origin=Origin(row["origin"]),
            verdict=Verdict(row["verdict"]),
            reason=row["reason"],
            staff={"vi": row["staff_vi"], "en": row["staff_en"]},
            technician=row["technician"],
            retry=Retry(row["retry"]),
        )
    except (KeyError, ValueError) as error:
        raise ValueError(f"config/result_codes.toml, [{key}]: {error}") from error
