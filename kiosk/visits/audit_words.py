"""What an entry of the audit log says to people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from kiosk import clock, texts
from kiosk.gateway.result_codes import ResultRule, result_rules
from kiosk.visits.audit import AuditEntry

_OF_TABLES = {"verdict": "verdicts", "was": "statuses", "status": "statuses", "role": "cli_staff"}
"""Where the words of a detail's value stand."""

_BY_KIND = {"begun", "removed"}  # of retention: kind -> last day, or how many
_MOMENTS = {"through", "since"}
_HASHES = {"cuts"}  # for `kiosk audit verify`, not for people


def detail_of(entry: AuditEntry) -> dict[str, Any]:
    """What else was noted; somebody may have written in it (`verify` tells), so it may be any text."""
    try:
        found = json.loads(entry.detail)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"text": entry.detail}


def detail_words(detail: Mapping[str, Any], language: str) -> str:
    """The detail in words: ``cần kiểm tra · Họ tên không khớp với thẻ``; nothing where nothing was noted."""
    told = (_told(name, value, language) for name, value in detail.items() if value not in (None, "", {}, []))
    return " · ".join(each for each in told if each)


def _told(name: str, value: Any, language: str) -> str:
    word = str(value)
    if name in _HASHES:
        return ""
    if name in _BY_KIND and isinstance(value, dict):
        word = ", ".join(
            f"{_kind(kind, language)} {_day(each) if isinstance(each, str) else each}"
            for kind, each in value.items()
        )
    elif name in _MOMENTS:
        word = _day(word)
    elif name == "finished":
        word = texts.text("settings", f"is_{word.lower()}", language).lower()
    if name == "reason":
        rule = _rules().get(word)
        return _first_sentence(rule, language) if rule else word
    if name in _OF_TABLES:
        word = texts.text(_OF_TABLES[name], word, language).lower()
    elif name == "what":
        known = texts.text("audit", f"what_{word}", language)
        return word if known == f"what_{word}" else known
    code = f"detail_{name}"
    shown = texts.text("audit", code, language, value=word)
    return f"{name} {word}" if shown == code else shown


def _kind(kind: str, language: str) -> str:
    """A kind of data of config/retention.toml, without what stands behind its name."""
    return texts.text("retention", kind, language).partition(":")[0].partition(" (")[0]


def _day(text: str) -> str:
    """A day or a moment as people write its day in Vietnam; anything else as it stands."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{when.astimezone(clock.VIETNAM) if when.tzinfo else when:%d/%m/%Y}"


def _first_sentence(rule: ResultRule, language: str) -> str:
    return rule.staff_message(language).split(". ", maxsplit=1)[0].rstrip(".")


@cache
def _rules() -> dict[str, ResultRule]:
    """By reason word; the first of several that share one."""
    found: dict[str, ResultRule] = {}
    for rule in result_rules().values():
        found.setdefault(rule.reason, rule)
    return found


__all__ = ["detail_of", "detail_words"]
