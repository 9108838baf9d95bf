"""A proposal of `kiosk.eligibility.benefit` in words, from the shape in which a visit keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kiosk.card.model import Notice
from kiosk.texts import notice_message, text

MOST_NAMED = 3
"""So many possible codes are named; of more, only what is missing."""

_OF_FACILITY = {"level", "points", "former_tier", "clinic_type"}


def benefit_sentence(stored: Mapping[str, Any], language: str) -> str:
    """What the fund pays, such as ``80 % × 50 % = 40 % phần trong phạm vi``, or why that is not known."""
    if stored["object_code"] == "9":
        return text("benefit", "sentence_outside", language)
    paid = stored["paid_percent"]
    if paid is None and stored["certainty"] == "unknown":
        return _open_sentence(stored, language)
    level, share = stored["level_percent"], stored["share_percent"]
    if share is None:
        return text("benefit", "sentence_not_stated", language)
    values = {"level": _percent(level), "share": _percent(share), "paid": _percent(paid)}
    if stored["whole_cost"]:
        return text("benefit", "sentence_whole", language, **values)
    if level is None:
        code = "sentence_nothing" if share == 0 else "sentence_no_level"
        return text("benefit", code, language, **values)
    return text("benefit", "sentence", language, **values)


def _open_sentence(stored: Mapping[str, Any], language: str) -> str:
    possible = stored["possible"]
    known = len({each["object_code"] for each in possible}) <= MOST_NAMED and possible
    if not known or any(each["paid_percent"] is None for each in possible):
        return text("benefit", "sentence_open", language)
    codes: dict[float, dict[str, None]] = {}
    for each in possible:
        codes.setdefault(each["paid_percent"], {})[each["object_code"]] = None
    *others, last = (
        text("benefit", "option", language, paid=_percent(paid), codes=", ".join(codes[paid]))
        for paid in sorted(codes)
    )
    options = text("benefit", "options", language, others=", ".join(others), last=last) if others else last
    return text("benefit", "sentence_options", language, options=options)


def benefit_doubt(stored: Mapping[str, Any], language: str) -> str:
    """What the proposal hangs on; empty when it is sure."""
    if stored["certainty"] == "sure" or not stored["unknown"]:
        return ""
    unknown = list(stored["unknown"])
    if len(_OF_FACILITY.intersection(unknown)) > 1:
        unknown = ["facility", *(fact for fact in unknown if fact not in _OF_FACILITY)]
    named = "; ".join(text("benefit", f"fact_{fact}", language) for fact in unknown)
    if stored["certainty"] == "unknown":
        return text("benefit", "doubt_unknown", language, facts=named)
    other = {
        f"{each['object_code']}: {_percent(each['paid_percent'])} %"
        for each in stored["possible"]
        if each["object_code"] != stored["object_code"] and each["paid_percent"] is not None
    }
    code = "doubt_usual_other" if len(other) == 1 else "doubt_usual"
    return text("benefit", code, language, facts=named, other="".join(other))


def object_code_words(stored: Mapping[str, Any], language: str) -> str:
    """``1.14 – Tự đến, ngoại trú …``; without a code, those that are possible."""
    if stored["object_code"] is not None:
        names = stored["case"] or {}
        return f"{stored['object_code']} – {names.get(language) or names.get('vi', '')}".removesuffix(" – ")
    codes = list(dict.fromkeys(each["object_code"] for each in stored["possible"]))
    if not codes or len(codes) > MOST_NAMED:
        return text("benefit", "code_open", language)
    return text("benefit", "code_options", language, codes=", ".join(codes))


def benefit_notes(stored: Mapping[str, Any], language: str) -> tuple[str, ...]:
    return tuple(_note(note, language) for note in stored["notes"])


def _note(note: Mapping[str, Any], language: str) -> str:
    return notice_message(Notice(note["code"], tuple(note["values"].items())), language)


def paper_words(papers: Iterable[Mapping[str, Any]], language: str) -> str:
    """``Phiếu chuyển (10 ngày làm việc): 20/11/2026, 79034; Cấp cứu``."""
    shown = []
    for paper in papers:
        issued = "/".join(reversed((paper["issued_on"] or "").split("-")))
        beside = ", ".join(part for part in (issued, paper["issuer"]) if part)
        name = text("benefit", f"paper_{paper['kind']}", language)
        shown.append(f"{name}: {beside}" if beside else name)
    return "; ".join(shown)


def benefit_output(stored: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The ``benefit`` object of ``check-in``, ``lookup`` and ``visits``."""
    shown = {name: value for name, value in stored.items() if name not in {"case", "notes", "whole_cost"}}
    return {
        **shown,
        "case": (stored["case"] or {}).get(language) or None,
        "sentence": benefit_sentence(stored, language),
        "doubt": benefit_doubt(stored, language) or None,
        "notes": [{"code": note["code"], "message": _note(note, language)} for note in stored["notes"]],
    }


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:g}".replace(".", ",")


__all__ = [
    "benefit_doubt",
    "benefit_notes",
    "benefit_output",
    "benefit_sentence",
    "object_code_words",
    "paper_words",
]
