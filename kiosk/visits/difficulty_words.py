"""What kinds, states, causes and outages are called in the report to BHXH."""

from __future__ import annotations

from collections import Counter

from kiosk import texts
from kiosk.gateway.result_codes import rule_for
from kiosk.visits.difficulties import CARD_UNREADABLE, State
from kiosk.visits.difficulty_report import Cause
from kiosk.visits.outages import Outage


def states_words(cause: Cause) -> str:
    """How many of its difficulties stand in which state."""
    counts = Counter(each.state for each in cause.members)
    return ", ".join(f"{state_word(state)} {counts[state]}" for state in State if counts[state])


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
        return report_text(f"code_{code}")
    rule = rule_for(code)
    return _first_sentence(rule.staff_message("vi")) if rule.key == code else report_text("code_unknown")


def _first_sentence(text: str) -> str:
    return text.split(". ", maxsplit=1)[0].rstrip(".")


_OWN_CODES = frozenset({"gateway_field_unreadable"})


def failures_words(outage: Outage) -> str:
    total = dotted(outage.count)
    return f"{total} ({', '.join(f'{code}: {dotted(count)}' for code, count in outage.failures)})"


def dotted(count: int) -> str:
    """As numbers are written in Vietnamese: ``12.345``."""
    return f"{count:,}".replace(",", ".")


def report_text(code: str, /, **values: str) -> str:
    return texts.text("difficulty_report", code, "vi", **values)
