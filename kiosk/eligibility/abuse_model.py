"""What the checks against abuse know, and what they find. Pure values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from kiosk.card.model import Card, Notice
from kiosk.eligibility.model import Assessment, Coverage
from kiosk.eligibility.papers import Paper
from kiosk.gateway.model import EarlierCheck, HistoryRow

PREFIX = "abuse_"
"""How the stable codes of findings begin, among the warnings of a visit."""


class Action(StrEnum):
    OFF = "off"
    NOTE = "note"  # kept with the visit
    WARN = "warn"  # also shown
    HOLD = "hold"  # also asks what was checked


@dataclass(frozen=True, slots=True)
class OwnVisit:
    """An earlier visit of the person here."""

    at: datetime
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True)
class PictureUse:
    """An earlier visit whose card was read from the same picture file."""

    at: datetime
    same_person: bool


@dataclass(frozen=True, slots=True)
class StaffCount:
    """What a staff member did on a day."""

    lookups: int
    visits: int


@dataclass(frozen=True, slots=True)
class RecordsSay:
    """What the facility's own records know; None: they cannot be asked now."""

    own: tuple[OwnVisit, ...] | None = None  # newest first
    pictures: tuple[PictureUse, ...] | None = None  # None also when the card came from no picture
    watched: tuple[str, ...] | None = None  # the reasons of the watch list's entries for this person


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything a rule may look at. `history`, `checks` and what records say: None is "no data"."""

    now: datetime
    facility: str
    card: Card
    assessment: Assessment
    history: tuple[HistoryRow, ...] | None = None
    checks: tuple[EarlierCheck, ...] | None = None
    records: RecordsSay = RecordsSay()
    papers: tuple[Paper, ...] = ()
    expired_papers: tuple[Paper, ...] = ()

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def coverage(self) -> Coverage | None:
        return self.assessment.coverage

    def has(self, datum: str) -> bool:
        """Whether there is what a rule's ``data`` names."""
        match datum:
            case "coverage":
                return self.coverage is not None
            case "history":
                return self.history is not None
            case "checks":
                return self.checks is not None
            case "own":
                return self.records.own is not None
            case "pictures":
                return self.records.pictures is not None
            case "watch_list":
                return self.records.watched is not None
            case _:
                return True


DATA = frozenset({"coverage", "history", "checks", "own", "pictures", "watch_list", "papers", "staff"})


@dataclass(frozen=True, slots=True)
class Finding:
    rule: str
    action: Action
    values: tuple[tuple[str, str], ...] = ()  # what its text is filled with; no full number

    @property
    def notice(self) -> Notice:
        return Notice(PREFIX + self.rule, self.values)


@dataclass(frozen=True, slots=True)
class Findings:
    """`unchecked`: rules that are on and had no data: not "nothing found"."""

    found: tuple[Finding, ...] = ()
    unchecked: tuple[str, ...] = ()

    @property
    def shown(self) -> tuple[Notice, ...]:
        return tuple(each.notice for each in self.found if each.action is not Action.NOTE)

    @property
    def holds(self) -> bool:
        return any(each.action is Action.HOLD for each in self.found)


def findings_as_json(findings: Findings) -> dict[str, Any]:
    """What is kept with a visit."""
    return {
        "found": [
            {"rule": each.rule, "action": each.action.value, "values": dict(each.values)}
            for each in findings.found
        ],
        "unchecked": list(findings.unchecked),
    }


__all__ = [
    "DATA",
    "PREFIX",
    "Action",
    "Finding",
    "Findings",
    "OwnVisit",
    "PictureUse",
    "RecordsSay",
    "Situation",
    "StaffCount",
    "findings_as_json",
]
