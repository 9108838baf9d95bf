"""Working days in Vietnam, with the public holidays of ``config/public_holidays.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from kiosk.rule_files import RuleFile

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """`announced`: the years whose holidays are known for sure."""

    holidays: frozenset[date]
    worked_saturdays: frozenset[date]
    announced: frozenset[int]

    def is_working_day(self, day: date) -> bool:
        if day in self.worked_saturdays:
            return True
        return day.weekday() < _SATURDAY and day not in self.holidays

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`, which itself is not counted."""
        while count:
            day += timedelta(days=1)
            count -= self.is_working_day(day)
        return day

    def is_sure_of(self, first: date, last: date) -> bool:
        return self.announced.issuperset(range(first.year, last.year + 1))


@cache
def working_calendar() -> Calendar:
    """Raises SettingsError ``rule_file``."""
    return read_calendar(RuleFile.named("public_holidays.toml"))


def read_calendar(file: RuleFile) -> Calendar:
    holidays: set[date] = set()
    worked: set[date] = set()
    announced: set[int] = set()
    file.only("", file.tables, {"year"})
    for year, row in file.table("year").items():
        head = f"year.{year}"
        if not (year.isascii() and year.isdigit() and len(year) == 4) or not isinstance(row, dict):
            file.refuse(head, "", "is no year", "a year such as [year.2027]")
        file.only(head, row, {"announced", "days", "working"})
        holidays |= _days(file, head, row, "days")
        worked |= _days(file, head, row, "working")
        if not isinstance(row.get("announced"), bool):
            file.refuse(head, "announced", "is missing", "true | false")
        if row["announced"]:
            announced.add(int(year))
    return Calendar(frozenset(holidays), frozenset(worked), frozenset(announced))


def _days(file: RuleFile, head: str, row: Mapping[str, Any], key: str) -> set[date]:
    days = row.get(key)
    if not isinstance(days, list) or any(type(day) is not date for day in days):
        file.refuse(head, key, "is no list of dates", "[2027-01-01, 2027-04-30]")
    for day in days:
        if head != f"year.{day.year}":
            file.refuse(head, key, f"{day} is of another year", f"dates of {head.removeprefix('year.')}")
    return set(days)


__all__ = ["Calendar", "read_calendar", "working_calendar"]
