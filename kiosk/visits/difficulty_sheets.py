"""The report's figures as XLSX: by cause and code, the outages, every single one. Texts are text cells."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from kiosk import texts
from kiosk.clock import VIETNAM
from kiosk.visits.difficulty_report import Report
from kiosk.visits.difficulty_words import cause_words, failures_words, kind_words, state_word, states_words
from kiosk.visits.exports import Value
from kiosk.visits.sheets import Sheet, write_book


def write_xlsx(report: Report, file: Path) -> None:
    """Write the figures to `file`, whole or not at all. Raises UsageError ``export_write``."""
    write_book(_sheets(report), file, above=_above(report))


def _above(report: Report) -> list[str]:
    """Whose figures these are, and of which days: a sheet is often passed on without its report."""
    first, last = (day.strftime("%d/%m/%Y") for day in (report.period.first, report.period.last))
    facility = report.facility_name or "–"
    whose = texts.text(
        "difficulty_report",
        "whose",
        "vi",
        facility=facility,
        code=report.facility_code,
        first=first,
        last=last,
    )
    return [_text("training"), whose] if report.training else [whose]


def _sheets(report: Report) -> tuple[Sheet, ...]:
    return (
        Sheet(
            _text("sheet_causes"),
            _heads(
                ("cause", 70),
                ("code", 24),
                ("visits", 10),
                ("times", 10),
                ("began", 18),
                ("state", 30),
            ),
            _causes(report),
        ),
        Sheet(
            _text("sheet_outages"),
            _heads(
                ("began", 18),
                ("ended", 18),
                ("failures", 50),
                ("desk", 30),
                ("affected_visits", 12),
                ("evidence", 80),
            ),
            _outages(report),
        ),
        Sheet(
            _text("sheet_all"),
            _heads(
                ("when", 18),
                ("cause", 50),
                ("code", 24),
                ("times", 8),
                ("card", 22),
                ("visit", 36),
                ("desk", 16),
                ("what", 50),
                ("state", 18),
                ("told", 18),
                ("note", 40),
            ),
            _all(report),
        ),
    )


def _heads(*columns: tuple[str, int]) -> tuple[tuple[str, int], ...]:
    """By the code of the head's text."""
    return tuple((_text(f"column_{head}"), width) for head, width in columns)


def _causes(report: Report) -> Iterator[tuple[Value, ...]]:
    for cause in report.causes:
        first = _local(min(each.first_at for each in cause.members))
        yield cause_words(cause), cause.code, cause.visits, cause.times, first, states_words(cause)


def _outages(report: Report) -> Iterator[tuple[Value, ...]]:
    for outage in report.outages:
        yield (
            _local(outage.first_at),
            _local(outage.recovered_at),
            failures_words(outage),
            ", ".join(outage.desks),
            len(outage.visits),
            ", ".join(outage.visits)[:32_000],  # a cell takes 32,767
        )


def _all(report: Report) -> Iterator[tuple[Value, ...]]:
    for each in report.difficulties:
        yield (
            _local(each.first_at),
            kind_words(each.kind),
            each.code,
            each.times,
            each.number,
            each.about_visit,
            each.desk,
            each.text,
            state_word(each.state),
            _local(each.reported_at),
            each.note,
        )


def _local(moment: datetime | None) -> datetime | None:
    return moment.astimezone(VIETNAM).replace(tzinfo=None, microsecond=0) if moment else None


def _text(code: str) -> str:
    return texts.text("difficulty_report", code, "vi")


__all__ = ["write_xlsx"]
