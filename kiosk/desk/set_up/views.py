"""What the settings page says of each setting, as values."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kiosk.settings_editing import Entry, allowed_here
from kiosk.texts import table, text

NO_SECTION_NAME = "section_"
_MASKED_IN_THE_LIST = {"gateway.staff_citizen_id", "self_service.exit_code"}
_ANYTHING = "a text"
_NUMBER = re.compile(r"a (?P<whole>whole )?number (?:above 0|from (?P<least>\S+)) to (?P<most>\S+)")
"""How the rules of `kiosk.settings` say it."""


@dataclass(frozen=True, slots=True)
class SettingLine:
    """A line of the list. A section's own line has no `value`."""

    name: str
    value: str = ""
    changed: bool = False
    is_section: bool = False


@dataclass(frozen=True, slots=True)
class SettingView:
    """The setting that is chosen."""

    title: str
    code: str  # as it stands in the file: gateway.mode
    help: str
    allowed: str
    origin: str
    value: str
    hint: str  # in the empty field
    options: tuple[tuple[str, bool], ...]  # label, whether it is the value; empty: typed freely
    secret: bool
    fixed: str  # why it cannot be changed here
    problem: str


def say(language: str, code: str, /, **values: str) -> str:
    """A text of ``config/texts/setup.toml``."""
    return text("setup", code, language, **values)


def name_of(entry: Entry, language: str) -> str:
    return _text(entry, "", language) or entry.name


def section_name(section: str, language: str) -> str:
    code = f"{NO_SECTION_NAME}{section}"
    return text("settings", code, language) if code in table("settings") else section


def value_words(entry: Entry, value: str, language: str) -> str:
    """A value as people call it, where the texts do; ``basic`` is *cơ bản*. Else as it is typed."""
    known = table("settings")
    own = f"{entry.name.replace('.', '_')}_is_{value or 'empty'}"
    for code in (own, f"is_{value}") if entry.rule.choices else (own,):
        if code in known:
            return text("settings", code, language)
    return value or (say(language, "empty_choice") if entry.rule.choices else "")


def allowed_words(entry: Entry, language: str) -> str:
    """Choices; else what the texts say, else the rule's own words."""
    if entry.rule.choices:
        return ", ".join(value_words(entry, each, language) for each in entry.rule.choices)
    own = _text(entry, "_allowed", language)
    if own or entry.rule.allowed == _ANYTHING:
        return own
    number = _NUMBER.fullmatch(entry.rule.allowed)
    if number is None:
        return entry.rule.allowed
    code = "whole_number" if number["whole"] else "number"
    least = number["least"]
    return say(
        language, f"{code}_from" if least else f"{code}_above", least=least or "0", most=number["most"]
    )


def problem_of(entry: Entry, typed: str, language: str) -> str:
    """Empty where the setting's own rule takes what was typed."""
    if allowed_here(entry, typed):
        return ""
    return say(language, "not_allowed", allowed=allowed_words(entry, language))


def line_of(entry: Entry, draft: str | None, language: str) -> SettingLine:
    value = entry.shown if draft is None else draft
    shown = (
        entry.shown or say(language, "secret_kept") if entry.secret else value_words(entry, value, language)
    )
    if entry.name in _MASKED_IN_THE_LIST:
        shown = "•" * len(shown) if len(shown) < 10 else f"{'•' * (len(shown) - 4)}{shown[-4:]}"
    return SettingLine(name_of(entry, language), shown, changed=draft is not None)


def view_of(entry: Entry, draft: str | None, language: str, problem: str = "") -> SettingView:
    value = ("" if entry.secret else entry.shown) if draft is None else draft
    options = tuple((value_words(entry, each, language), each == value) for each in entry.rule.choices)
    fixed = say(language, "fixed_by", variable=entry.fixed_by) if entry.fixed_by else ""
    default = value_words(entry, entry.default, language) or say(language, "empty_choice")
    allowed = allowed_words(entry, language)
    bare_secret = entry.secret and not entry.shown
    hint = ""
    if entry.secret:
        hint = say(language, "was", value=entry.shown) if entry.shown else say(language, "secret_kept")
    return SettingView(
        title=name_of(entry, language),
        code=entry.name,
        help=_text(entry, "_help", language) or entry.help,
        allowed="" if bare_secret or not allowed else say(language, "allowed", allowed=allowed),
        origin=say(language, "from_own", default=default) if entry.stated else say(language, "from_default"),
        value=value,
        hint=hint,
        options=options,
        secret=bare_secret,
        fixed=fixed,
        problem=problem,
    )


def _text(entry: Entry, ending: str, language: str) -> str:
    code = entry.name.replace(".", "_") + ending
    return text("settings", code, language) if code in table("settings") else ""
