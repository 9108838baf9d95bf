"""What one check came to, in words that are filled in when they are shown (``config/texts/doctor.toml``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kiosk import texts

LABEL = "check_"
"""A check's name for people stands in the texts under this and its stable name."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text's code and the values it is filled with; the value ``first`` is another check's name."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)

    def say(self, language: str) -> str:
        values = dict(self.values)
        if "first" in values:
            values["first"] = label(values["first"], language)
        return texts.text("doctor", self.code, language, **values)


@dataclass(frozen=True, slots=True)
class Finding:
    """`advice` is what IT does next; only a check that is not `ok` has one."""

    check: str
    ok: bool
    detail: Phrase
    advice: Phrase | None = None
    more: Phrase | None = None  # said after the detail
    training: bool = False  # found on a training gateway: it says nothing about the real one

    def as_json(self, language: str) -> dict[str, str | bool | None]:
        """The object of the contract."""
        detail = "; ".join(phrase.say(language) for phrase in (self.detail, self.more) if phrase is not None)
        if self.training:
            detail = texts.text("doctor", "in_training", language, detail=detail)
        advice = None if self.advice is None else self.advice.say(language)
        return {"check": self.check, "ok": self.ok, "detail": detail, "advice": advice}

    def in_training(self) -> Finding:
        return replace(self, training=True)


def good(check: str, detail: str, /, **values: str) -> Finding:
    return Finding(check, ok=True, detail=Phrase(detail, values))


def bad(check: str, detail: str, advice: str, /, **values: str) -> Finding:
    return Finding(check, ok=False, detail=Phrase(detail, values), advice=Phrase(advice, values))


def not_checked(check: str, first: str) -> Finding:
    """`check` could not be done because of what ails the check `first`. That is never a yes."""
    return bad(check, "not_checked", "advice_mend_first", first=first)


def label(check: str, language: str) -> str:
    """The name of a check for people."""
    return texts.text("doctor", LABEL + check, language)
