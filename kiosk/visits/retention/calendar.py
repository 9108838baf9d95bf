"""When a term ends. Days are Vietnam's.

A term in months ends with the day of the same number in its last month, or that month's last day (as terms
are counted in civil law, BLDS 2015 Đ148); what it was for may be deleted from the day after.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Term:
    """One of the two is 0."""

    months: int = 0
    days: int = 0

    @property
    def words(self) -> str:
        """``24 months``, ``2 days``: how a term is remembered."""
        return f"{self.months} months" if self.months else f"{self.days} days"

    def is_shorter_than(self, other: Term) -> bool:
        return self._about() < other._about()

    def _about(self) -> float:
        return self.days or self.months * 365.2425 / 12


def term_of(words: str) -> Term:
    """What `Term.words` wrote. Raises ValueError."""
    number, _, unit = words.partition(" ")
    return Term(months=int(number)) if unit == "months" else Term(days=int(number))


def last_day_kept(day: date, term: Term) -> date:
    """The last day on which what began to count on `day` is kept; `date.max` where no calendar reaches."""
    try:
        return day + timedelta(days=term.days) if term.days else _months_after(day, term.months)
    except (OverflowError, ValueError):
        return date.max


def last_day_due(today: date, term: Term) -> date:
    """The latest day such that everything that began to count on it, or before, may be deleted `today`."""
    yesterday = today - timedelta(days=1)
    if term.days:
        return yesterday - timedelta(days=term.days)
    found = _months_after(yesterday, -term.months)
    if _is_last_of_month(yesterday):  # 31/03 and 29, 30, 31/08 all end on the last day of a February
        return found.replace(day=monthrange(found.year, found.month)[1])
    return found


def _months_after(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _is_last_of_month(day: date) -> bool:
    return day.day == monthrange(day.year, day.month)[1]


__all__ = ["Term", "last_day_due", "last_day_kept", "term_of"]
