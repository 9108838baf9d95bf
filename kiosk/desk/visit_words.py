"""What the list and the page of one visit say, as plain values: no Qt here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from kiosk import clock
from kiosk.desk.words import Row, Words, day, masked, time_of_day
from kiosk.eligibility.priority import group_name
from kiosk.gateway.model import OTHER_STEPS, TOKEN_STEP, Attempt
from kiosk.gateway.result_codes import ResultRule, result_rules, rule_for
from kiosk.texts import text
from kiosk.visits.evidence import result_code_of
from kiosk.visits.model import NOT_SENT, Visit, VisitEvent

_WITH_REASON_WORD = frozenset({"recorded", "went_on", "settled", "still_owed"})


@dataclass(frozen=True, slots=True)
class VisitDetail:
    """A visit with all that is kept about it."""

    visit: Visit
    attempts: tuple[Attempt, ...] = ()
    events: tuple[VisitEvent, ...] = ()


def say(words: Words, code: str, /, **values: str) -> str:
    return text("today", code, words.language, **values)


def list_row(visit: Visit, words: Words, *, full: bool = False, with_day: bool = False) -> tuple[str, ...]:
    """Time, queue number, name, card, status, verdict; the card's number masked unless `full`."""
    at = visit.created_at.astimezone(clock.VIETNAM)
    status = words.status(visit.status)
    return (
        f"{at:%d/%m %H:%M}" if with_day else f"{at:%H:%M}",
        visit.queue_label or "–",
        visit.full_name or "–",
        (visit.number or "–") if full else masked(visit.number),
        say(words, "kept_here", status=status) if visit.kept_here else status,
        words(f"short_{visit.verdict}") if visit.verdict else "–",
    )


def who(visit: Visit, words: Words) -> str:
    """One line that says which visit is meant."""
    parts = [
        say(words, "number", number=visit.queue_label) if visit.queue_label else "",
        visit.full_name or "",
        masked(visit.number) if visit.number else "",
        say(words, "received", time=time_of_day(visit.created_at), date=day(visit.day)),
    ]
    return "  ·  ".join(part for part in parts if part)


def facts(visit: Visit, words: Words, *, full: bool) -> Iterator[Row]:
    """What stands in the record, as rows."""
    yield say(words, "fact_queue"), visit.queue_label or say(words, "no_queue_number")
    if visit.number:
        yield words("column_number"), visit.number if full else masked(visit.number)
    when = f"{visit.created_at.astimezone(clock.VIETNAM):%H:%M:%S %d/%m/%Y}"
    source = say(words, f"source_{visit.source.value}")
    yield say(words, "fact_received"), f"{when}, {visit.desk}, {source}"
    if visit.verdict:
        code = f" ({visit.result_code})" if visit.result_code else ""
        reason = meaning(visit.reason, words) if visit.reason else ""
        verdict = words(f"short_{visit.verdict}")
        yield words("column_verdict"), f"{verdict}{code}" + (f": {reason}" if reason else "")
    if visit.priority:
        yield words("priority_short"), group_name(visit.priority, words.language)
    if visit.confirm_reason:
        yield say(words, "fact_checked"), visit.confirm_reason
    if visit.cancel_reason:
        yield say(words, "fact_cancelled"), visit.cancel_reason
    for notice in words.notices(visit.warnings):
        yield say(words, "fact_notice"), notice


def history(detail: VisitDetail, words: Words) -> list[Row]:
    """What happened, in order: when, and what."""
    steps = [(event.at, 1, _event(event, detail.visit, words)) for event in detail.events]
    steps += [
        (attempt.asked_at, 0, what) for attempt in detail.attempts if (what := _attempt(attempt, words))
    ]
    steps.sort(key=lambda step: step[:2])
    return [(_moment(at, detail.visit), what) for at, _, what in steps]


def meaning(reason: str, words: Words) -> str:
    """What a reason word means, in short; the word itself where the table does not know it."""
    rule = _rules().get(reason)
    return _first_sentence(rule, words) if rule else reason


def _first_sentence(rule: ResultRule, words: Words) -> str:
    return rule.staff_message(words.language).split(". ", maxsplit=1)[0].rstrip(".")


@cache
def _rules() -> dict[str, ResultRule]:
    """By reason word; the first of several that share one."""
    found: dict[str, ResultRule] = {}
    for rule in result_rules().values():
        found.setdefault(rule.reason, rule)
    return found


def _event(event: VisitEvent, visit: Visit, words: Words) -> str:
    why = event.why or ""
    if event.event in _WITH_REASON_WORD and why in _rules():
        why = meaning(why, words)
    if event.event == "cancelled" and visit.cancelled_by:
        why = f"{why} – {visit.cancelled_by}"
    code = f"event_{event.event}"
    return say(words, f"{code}_why" if why else code, why=why, status=words.status(event.status))


def _attempt(attempt: Attempt, words: Words) -> str:
    """Empty for a login that went well: nobody asks for it."""
    seconds = f"{attempt.elapsed_ms / 1000:.1f}"
    if words.language == "vi":
        seconds = seconds.replace(".", ",")
    if attempt.failure is not None:
        why = _first_sentence(rule_for(attempt.failure), words)
        code = "attempt_not_sent" if attempt.failure == NOT_SENT else "attempt_failed"
        return say(words, code, why=why, seconds=seconds)
    if attempt.request == TOKEN_STEP:
        return ""
    answer = None if attempt.request in OTHER_STEPS else result_code_of(attempt.answer)
    if answer is None:
        return say(words, "attempt_answered", seconds=seconds)
    what = _first_sentence(rule_for(answer), words)
    return say(words, "attempt_code", code=answer, what=what, seconds=seconds)


def _moment(at: datetime, visit: Visit) -> str:
    moment = at.astimezone(clock.VIETNAM)
    return f"{moment:%H:%M:%S}" if moment.date() == visit.day else f"{moment:%H:%M:%S %d/%m}"
