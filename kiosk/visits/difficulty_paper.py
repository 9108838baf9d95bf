"""The report to BHXH as an official paper: what it says, without how it is drawn. Pure.

No form is published; its parts are those that Vietnamese reports have: how it went, difficulties, causes,
requests, who made it, the head. Card numbers are masked; the visit's code and the evidence lead to the card.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from kiosk import texts
from kiosk.clock import VIETNAM, shown
from kiosk.visits.difficulties import OVERRIDE, SUSPECTED_CARD, Difficulty, Grouping, kind_of
from kiosk.visits.difficulty_report import Report
from kiosk.visits.difficulty_words import (
    cause_words,
    dotted,
    failures_words,
    kind_words,
    report_text,
    state_word,
    states_words,
)
from kiosk.visits.model import Status
from kiosk.visits.outages import Outage
from kiosk.visits.paper import Grid, Head, Line, Paper, Signatures

MOST_ROWS = 200
"""Single cases printed; all of them stand in the XLSX."""

_VISITS_NAMED = 5
_STATUSES = (
    Status.CHECKED_IN,
    Status.PENDING,
    Status.HELD,
    Status.REFUSED,
    Status.SELF_PAY,
    Status.CANCELLED,
)


def paper_of(report: Report) -> Paper:
    """The report as an official paper, in Vietnamese as such papers are."""
    made, period = report.made_at, report.period
    return Paper(
        head=Head(
            organisation=(report_text("superior"), report.facility_name.upper()),
            number=report_text("number"),
            nation=report_text("nation"),
            motto=report_text("motto"),
            place_and_day=report_text(
                "place_and_day", day=f"{made:%d}", month=f"{made:%m}", year=f"{made:%Y}"
            ),
        ),
        banner=report_text("training") if report.training else "",
        title=(
            report_text("title"),
            report_text("subject"),
            report_text("period", first=_day(period.first), last=_day(period.last)),
        ),
        blocks=tuple(_blocks(report)),
        foot=Signatures(
            recipients=tuple(report_text("recipients").split("|")),
            signed=(
                (report_text("made_by"), report_text("made_by_hint")),
                (report_text("head"), report_text("head_hint")),
            ),
        ),
    )


def _blocks(report: Report) -> Iterator[Line | Grid]:
    yield Line(report_text("addressee"))
    yield Line(report_text("opening", facility=report.facility_name, code=report.facility_code))
    yield Line(report_text("part_1"), "heading")
    yield Line(_went(report))
    yield _visits(report)
    yield Line(report_text("part_2"), "heading")
    if not report.difficulties:
        yield Line(report_text("none"))
    else:
        yield from _difficulties(report)
    named = list(dict.fromkeys(cause.kind for cause in report.causes))
    yield Line(report_text("part_3"), "heading")
    for kind in named:
        yield Line(
            f"- {kind_words(kind.name)}: {texts.text('difficulties', f'cause_{kind.name}', 'vi')}", "item"
        )
    if not named:
        yield Line(report_text("no_causes"))
    yield Line(report_text("part_4"), "heading")
    asked = [kind for kind in named if kind.to_bhxh]
    for number, kind in enumerate(asked, 1):
        yield Line(f"{number}. {texts.text('difficulties', f'request_{kind.name}', 'vi')}", "item")
    if not asked:
        yield Line(report_text("no_requests"))
    yield Line(report_text("closing"))
    yield Line(report_text("footnote"), "note")


def _went(report: Report) -> str:
    return report_text(
        "went",
        visits=dotted(report.counts.visits),
        sent=dotted(report.sent),
        failed=dotted(report.failed),
        not_sent=dotted(report.not_sent),
    )


def _visits(report: Report) -> Grid:
    counts = report.counts
    rows = [
        (_capital(texts.text("statuses", status.value, "vi")), dotted(counts.status(status)))
        for status in _STATUSES
    ]
    rows += [
        (report_text("received_without_answer"), dotted(counts.received_without_answer)),
        (report_text("answered_later"), dotted(counts.answered_later)),
        (report_text("affected"), dotted(report.affected_visits)),
    ]
    heads = (report_text("column_content"), report_text("column_visits"))
    return Grid(heads, ((report_text("total"), dotted(counts.visits)), *rows), (75, 25), frozenset({1}))


def _difficulties(report: Report) -> Iterator[Line | Grid]:
    single = [each for each in report.difficulties if _stands_alone(each)]
    suspected = [each for each in report.difficulties if each.kind == SUSPECTED_CARD]
    parts: list[tuple[str, Line | Grid]] = [
        ("part_2_causes", _causes_table(report)),
        ("part_2_outages", _outages_table(report) if report.outages else Line(report_text("no_outages"))),
    ]
    if single:
        parts.append(("part_2_single", _single_table(single)))
    if suspected:
        parts.append(("part_2_suspected", _suspected_table(suspected)))
    for number, (title, block) in enumerate(parts, 1):
        yield Line(f"{number}. {report_text(title)}", "subheading")
        yield block
    if max(len(single), len(suspected)) > MOST_ROWS:
        yield Line(report_text("cut", count=str(MOST_ROWS)), "note")


def _stands_alone(found: Difficulty) -> bool:
    """Somebody has to look at it by itself: what a person filed with words, or about one patient."""
    if found.kind in {SUSPECTED_CARD, OVERRIDE}:
        return False
    return kind_of(found.kind).group is Grouping.EACH or found.text is not None


def _causes_table(report: Report) -> Grid:
    keys = ("number", "cause", "code", "visits", "times", "when", "state")
    rows = tuple(
        (
            str(number),
            cause_words(cause),
            cause.code or "–",
            dotted(cause.visits) if cause.visits else "–",
            dotted(cause.times),
            _span(cause.members),
            states_words(cause),
        )
        for number, cause in enumerate(report.causes, 1)
    )
    return Grid(_heads(keys), rows, (7, 28, 18, 7, 7, 19, 14), frozenset({0, 3, 4}))


def _outages_table(report: Report) -> Grid:
    keys = ("number", "began", "ended", "lasted", "failures", "affected_visits", "evidence")
    rows = tuple(
        (
            str(number),
            shown(outage.first_at),
            shown(outage.recovered_at)
            if outage.recovered_at
            else report_text("not_before", time=shown(outage.last_at)),
            _lasted(outage),
            failures_words(outage),
            dotted(len(outage.visits)),
            f"{_where(outage)}. {_named(outage.visits)}",
        )
        for number, outage in enumerate(report.outages, 1)
    )
    return Grid(_heads(keys), rows, (7, 15, 15, 9, 19, 10, 25), frozenset({0, 3, 5}))


def _single_table(found: Sequence[Difficulty]) -> Grid:
    keys = ("number", "when", "cause", "card", "visit", "what", "state")
    rows = tuple(
        (
            str(number),
            shown(each.first_at),
            kind_words(each.kind),
            each.number or "–",
            _short(each.about_visit),
            " ".join(part for part in (each.text, each.note) if part) or "–",
            state_word(each.state),
        )
        for number, each in enumerate(found[:MOST_ROWS], 1)
    )
    return Grid(_heads(keys), rows, (7, 14, 21, 14, 12, 21, 11), frozenset({0}))


def _suspected_table(found: Sequence[Difficulty]) -> Grid:
    keys = ("number", "when", "card", "reason", "visit", "told", "state")
    rows = tuple(
        (
            str(number),
            shown(each.first_at),
            each.number or "–",
            " ".join(part for part in (each.text, each.note) if part) or "–",
            _short(each.about_visit),
            shown(each.reported_at) if each.reported_at else report_text("not_told"),
            state_word(each.state),
        )
        for number, each in enumerate(found[:MOST_ROWS], 1)
    )
    return Grid(_heads(keys), rows, (7, 14, 15, 27, 12, 14, 11), frozenset({0}))


def _short(visit_id: str | None) -> str:
    """Enough of a visit's code to find it by."""
    return visit_id[:8] if visit_id else "–"


def _where(outage: Outage) -> str:
    where = ", ".join(outage.desks)
    return report_text("alone", desks=where) if outage.answered_elsewhere else where


def _named(visits: Sequence[str]) -> str:
    named = ", ".join(map(_short, visits[:_VISITS_NAMED]))
    rest = len(visits) - _VISITS_NAMED
    return (
        report_text("visits_more", visits=named, count=dotted(rest))
        if rest > 0
        else report_text("visits", visits=named)
    )


def _lasted(outage: Outage) -> str:
    minutes = round(((outage.recovered_at or outage.last_at) - outage.first_at).total_seconds() / 60)
    if minutes < 1:
        return report_text("under_a_minute")
    hours, rest = divmod(minutes, 60)
    return (
        report_text("hours", hours=str(hours), minutes=f"{rest:02}")
        if hours
        else report_text("minutes", minutes=str(rest))
    )


def _heads(keys: Sequence[str]) -> tuple[str, ...]:
    return tuple(report_text(f"column_{key}") for key in keys)


def _span(found: Sequence[Difficulty]) -> str:
    first, last = min(each.first_at for each in found), max(each.last_at for each in found)
    if shown(first) == shown(last):
        return shown(first)
    if _day(first.astimezone(VIETNAM)) == _day(last.astimezone(VIETNAM)):
        return f"{first.astimezone(VIETNAM):%H:%M}–{shown(last)}"
    return f"{shown(first)} – {shown(last)}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


__all__ = ["paper_of"]
