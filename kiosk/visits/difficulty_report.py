"""The report to BHXH about the difficulties of a period: what it says, without how it is drawn. Pure.

No form is published; its parts are those that Vietnamese reports have: how it went, difficulties, causes,
requests, who made it, the head. Card numbers are masked; the visit's code and the evidence lead to the card.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kiosk import clock, texts
from kiosk.clock import VIETNAM, midnight
from kiosk.gateway.result_codes import rule_for
from kiosk.settings import Settings
from kiosk.visits.difficulties import (
    CARD_UNREADABLE,
    OVERRIDE,
    SUSPECTED_CARD,
    Difficulty,
    Grouping,
    Kind,
    State,
    kind_of,
    kinds,
)
from kiosk.visits.difficulty_book import DifficultyBook, VisitCounts
from kiosk.visits.model import Status
from kiosk.visits.outages import Asked, Outage, outages
from kiosk.visits.paper import Grid, Head, Line, Paper, Signatures
from kiosk.visits.records import NOT_SENT

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


@dataclass(frozen=True, slots=True)
class Period:
    """Days in Vietnam, both included."""

    first: date
    last: date


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

    @property
    def states(self) -> str:
        counts = Counter(each.state for each in self.members)
        return ", ".join(f"{state_word(state)} {counts[state]}" for state in State if counts[state])


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a report tells."""

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
    since = midnight(period.first)
    until = midnight(period.last + timedelta(days=1))
    return report_of(
        book.find(since=since, until=until),
        book.exchanges(since, until),
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
    asked = tuple(exchanges)
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
        outages=outages(asked),
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


# As a paper


def paper_of(report: Report) -> Paper:
    """The report as an official paper, in Vietnamese as such papers are."""
    made, period = report.made_at, report.period
    return Paper(
        head=Head(
            organisation=(_text("superior"), report.facility_name.upper()),
            number=_text("number"),
            nation=_text("nation"),
            motto=_text("motto"),
            place_and_day=_text("place_and_day", day=f"{made:%d}", month=f"{made:%m}", year=f"{made:%Y}"),
        ),
        banner=_text("training") if report.training else "",
        title=(
            _text("title"),
            _text("subject"),
            _text("period", first=_day(period.first), last=_day(period.last)),
        ),
        blocks=tuple(_blocks(report)),
        foot=Signatures(
            recipients=tuple(_text("recipients").split("|")),
            signed=(
                (_text("made_by"), _text("made_by_hint")),
                (_text("head"), _text("head_hint")),
            ),
        ),
    )


def _blocks(report: Report) -> Iterator[Line | Grid]:
    yield Line(_text("addressee"))
    yield Line(_text("opening", facility=report.facility_name, code=report.facility_code))
    yield Line(_text("part_1"), "heading")
    yield Line(_went(report))
    yield _visits(report)
    yield Line(_text("part_2"), "heading")
    if not report.difficulties:
        yield Line(_text("none"))
    else:
        yield from _difficulties(report)
    named = list(dict.fromkeys(cause.kind for cause in report.causes))
    yield Line(_text("part_3"), "heading")
    for kind in named:
        yield Line(
            f"- {kind_words(kind.name)}: {texts.text('difficulties', f'cause_{kind.name}', 'vi')}", "item"
        )
    if not named:
        yield Line(_text("no_causes"))
    yield Line(_text("part_4"), "heading")
    asked = [kind for kind in named if kind.to_bhxh]
    for number, kind in enumerate(asked, 1):
        yield Line(f"{number}. {texts.text('difficulties', f'request_{kind.name}', 'vi')}", "item")
    if not asked:
        yield Line(_text("no_requests"))
    yield Line(_text("closing"))
    yield Line(_text("footnote"), "note")


def _went(report: Report) -> str:
    return _text(
        "went",
        visits=_number(report.counts.visits),
        sent=_number(report.sent),
        failed=_number(report.failed),
        not_sent=_number(report.not_sent),
    )


def _visits(report: Report) -> Grid:
    counts = report.counts
    rows = [
        (_capital(texts.text("statuses", status.value, "vi")), _number(counts.status(status)))
        for status in _STATUSES
    ]
    rows += [
        (_text("received_without_answer"), _number(counts.received_without_answer)),
        (_text("answered_later"), _number(counts.answered_later)),
        (_text("affected"), _number(report.affected_visits)),
    ]
    heads = (_text("column_content"), _text("column_visits"))
    return Grid(heads, ((_text("total"), _number(counts.visits)), *rows), (75, 25), frozenset({1}))


def _difficulties(report: Report) -> Iterator[Line | Grid]:
    single = [each for each in report.difficulties if _stands_alone(each)]
    suspected = [each for each in report.difficulties if each.kind == SUSPECTED_CARD]
    parts: list[tuple[str, Line | Grid]] = [
        ("part_2_causes", _causes_table(report)),
        ("part_2_outages", _outages_table(report) if report.outages else Line(_text("no_outages"))),
    ]
    if single:
        parts.append(("part_2_single", _single_table(single)))
    if suspected:
        parts.append(("part_2_suspected", _suspected_table(suspected)))
    for number, (title, block) in enumerate(parts, 1):
        yield Line(f"{number}. {_text(title)}", "subheading")
        yield block
    if max(len(single), len(suspected)) > MOST_ROWS:
        yield Line(_text("cut", count=str(MOST_ROWS)), "note")


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
            _number(cause.visits) if cause.visits else "–",
            _number(cause.times),
            _span(cause.members),
            cause.states,
        )
        for number, cause in enumerate(report.causes, 1)
    )
    return Grid(_heads(keys), rows, (7, 28, 18, 7, 7, 19, 14), frozenset({0, 3, 4}))


def _outages_table(report: Report) -> Grid:
    keys = ("number", "began", "ended", "lasted", "failures", "affected_visits", "evidence")
    rows = tuple(
        (
            str(number),
            _moment(outage.first_at),
            _moment(outage.recovered_at)
            if outage.recovered_at
            else _text("not_before", time=_moment(outage.last_at)),
            _lasted(outage),
            failures_words(outage),
            _number(len(outage.visits)),
            f"{_where(outage)}. {_named(outage.visits)}",
        )
        for number, outage in enumerate(report.outages, 1)
    )
    return Grid(_heads(keys), rows, (7, 15, 15, 9, 20, 8, 26), frozenset({0, 3, 5}))


def _single_table(found: Sequence[Difficulty]) -> Grid:
    keys = ("number", "when", "cause", "card", "visit", "what", "state")
    rows = tuple(
        (
            str(number),
            _moment(each.first_at),
            kind_words(each.kind),
            each.number or "–",
            short(each.about_visit),
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
            _moment(each.first_at),
            each.number or "–",
            " ".join(part for part in (each.text, each.note) if part) or "–",
            short(each.about_visit),
            _moment(each.reported_at) if each.reported_at else _text("not_told"),
            state_word(each.state),
        )
        for number, each in enumerate(found[:MOST_ROWS], 1)
    )
    return Grid(_heads(keys), rows, (7, 14, 15, 27, 12, 14, 11), frozenset({0}))


# Words


def kind_words(kind: str, language: str = "vi") -> str:
    return texts.text("difficulties", f"kind_{kind}", language)


def state_word(state: State, language: str = "vi") -> str:
    return texts.text("difficulties", f"state_{state.value}", language)


def cause_words(cause: Cause) -> str:
    """The kind, and what its code means."""
    kind = kind_words(cause.kind.name)
    meaning = _meaning(cause.kind.name, cause.code) if cause.code else ""
    return f"{kind}: {meaning}" if meaning else kind


def _meaning(kind: str, code: str) -> str:
    if kind == CARD_UNREADABLE:
        text = texts.text("errors", code, "vi")
        return "" if text == code else _first_sentence(text)
    if code in _OWN_CODES:
        return _text(f"code_{code}")
    rule = rule_for(code)
    return _first_sentence(rule.staff_message("vi")) if rule.key == code else _text("code_unknown")


def _first_sentence(text: str) -> str:
    return text.split(". ", maxsplit=1)[0].rstrip(".")


_OWN_CODES = frozenset({"gateway_field_unreadable"})


def failures_words(outage: Outage) -> str:
    total = _number(outage.count)
    return f"{total} ({', '.join(f'{code}: {_number(count)}' for code, count in outage.failures)})"


def short(visit_id: str | None) -> str:
    """Enough of a visit's code to find it by."""
    return visit_id[:8] if visit_id else "–"


def _where(outage: Outage) -> str:
    where = ", ".join(outage.desks)
    return _text("alone", desks=where) if outage.answered_elsewhere else where


def _named(visits: Sequence[str]) -> str:
    named = ", ".join(map(short, visits[:_VISITS_NAMED]))
    rest = len(visits) - _VISITS_NAMED
    return (
        _text("visits_more", visits=named, count=_number(rest)) if rest > 0 else _text("visits", visits=named)
    )


def _lasted(outage: Outage) -> str:
    minutes = round(((outage.recovered_at or outage.last_at) - outage.first_at).total_seconds() / 60)
    if minutes < 1:
        return _text("under_a_minute")
    hours, rest = divmod(minutes, 60)
    return (
        _text("hours", hours=str(hours), minutes=f"{rest:02}")
        if hours
        else _text("minutes", minutes=str(rest))
    )


def _heads(keys: Sequence[str]) -> tuple[str, ...]:
    return tuple(_text(f"column_{key}") for key in keys)


def _span(found: Sequence[Difficulty]) -> str:
    first, last = min(each.first_at for each in found), max(each.last_at for each in found)
    if _moment(first) == _moment(last):
        return _moment(first)
    if _day(first.astimezone(VIETNAM)) == _day(last.astimezone(VIETNAM)):
        return f"{first.astimezone(VIETNAM):%H:%M}–{_moment(last)}"
    return f"{_moment(first)} – {_moment(last)}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%H:%M %d/%m/%Y}"


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _number(count: int) -> str:
    return f"{count:,}".replace(",", ".")


def _text(code: str, /, **values: str) -> str:
    return texts.text("difficulty_report", code, "vi", **values)


__all__ = ["Period", "Report", "paper_of", "report_of"]
