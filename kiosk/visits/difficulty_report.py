"""The report to BHXH about the difficulties of a period: its figures.

`difficulty_paper` makes an official paper of them, `difficulty_sheets` a workbook.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kiosk import clock
from kiosk.clock import VIETNAM, midnight
from kiosk.settings import Settings
from kiosk.visits.difficulties import (
    Difficulty,
    Kind,
    kind_of,
    kinds,
)
from kiosk.visits.difficulty_book import DifficultyBook, VisitCounts
from kiosk.visits.model import NOT_SENT
from kiosk.visits.outages import Asked, Outage, outages

AROUND = timedelta(days=1)
"""So much before and after a period is looked at, for outages over midnight to be told whole."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days in Vietnam, both included."""

    first: date
    last: date

    @property
    def since(self) -> datetime:
        return midnight(self.first)

    @property
    def until(self) -> datetime:
        """The moment after its last."""
        return midnight(self.last + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Cause:
    """A row of the summary: one kind and code."""

    kind: Kind
    code: str | None
    members: tuple[Difficulty, ...]

    @property
    def visits(self) -> int:
        return len({each.about_visit for each in self.members if each.about_visit})

    @property
    def times(self) -> int:
        return sum(each.times for each in self.members)


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a report tells. Of its outages, the first and the last may reach out of the period."""

    facility_code: str
    facility_name: str
    training: bool
    period: Period
    made_at: datetime
    counts: VisitCounts
    sent: int  # look-ups that were sent
    failed: int  # of these, without an answer
    not_sent: int  # the gateway was known to be away
    difficulties: tuple[Difficulty, ...]
    causes: tuple[Cause, ...]
    outages: tuple[Outage, ...]

    @property
    def affected_visits(self) -> int:
        return len({each.about_visit for each in self.difficulties if each.about_visit})


def report_from(book: DifficultyBook, settings: Settings, period: Period) -> Report:
    """The report as the records have it now. Raises RecordsError."""
    return report_of(
        book.find(since=period.since, until=period.until),
        book.exchanges(period.since - AROUND, period.until + AROUND),
        book.visit_counts(period.first, period.last),
        period=period,
        facility_code=settings.facility.code,
        facility_name=settings.facility.name,
        training=settings.training,
        made_at=clock.now(),
    )


def report_of(
    found: Iterable[Difficulty],
    exchanges: Iterable[Asked],
    counts: VisitCounts,
    *,
    period: Period,
    facility_code: str,
    facility_name: str,
    training: bool,
    made_at: datetime,
) -> Report:
    around = tuple(exchanges)
    asked = [each for each in around if period.since <= each.at < period.until]
    difficulties = tuple(found)
    failures = Counter(each.failure == NOT_SENT for each in asked if each.failure is not None)
    return Report(
        facility_code=facility_code,
        facility_name=facility_name,
        training=training,
        period=period,
        made_at=made_at.astimezone(VIETNAM),
        counts=counts,
        sent=len(asked) - failures[True],
        failed=failures[False],
        not_sent=failures[True],
        difficulties=difficulties,
        causes=tuple(_causes(difficulties)),
        outages=tuple(
            each for each in outages(around) if each.first_at < period.until and each.last_at >= period.since
        ),
    )


def _causes(found: Sequence[Difficulty]) -> Iterator[Cause]:
    order = list(kinds())
    grouped: dict[tuple[str, str | None], list[Difficulty]] = {}
    for each in found:
        grouped.setdefault((each.kind, each.code), []).append(each)
    made = [Cause(kind_of(kind), code, tuple(members)) for (kind, code), members in grouped.items()]
    place = {name: number for number, name in enumerate(order)}
    yield from sorted(
        made,
        key=lambda cause: (place.get(cause.kind.name, len(order)), -len(cause.members), cause.code or ""),
    )


__all__ = ["Cause", "Period", "Report", "report_from", "report_of"]
