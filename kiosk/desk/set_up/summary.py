"""What the set-up has come to, to be read once more before the desk begins."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.desk.set_up.saving import PASSWORD
from kiosk.desk.set_up.steps import FIELDS, first_value
from kiosk.desk.set_up.views import line_of, name_of, say
from kiosk.desk.words import Row
from kiosk.settings_editing import Entry, Key


def summary(entries: Mapping[Key, Entry], language: str, *, has_password: bool) -> tuple[Row, ...]:
    """A row for each setting of the wizard, in its order; numbers of persons masked, no password."""
    facility = entries["facility", "code"]
    code = facility.shown if facility.stated else ""

    def value_of(key: Key) -> str:
        if key == PASSWORD:
            return say(language, "password_there" if has_password else "password_missing")
        entry = entries[key]
        known = first_value(entry, code)
        shown = line_of(entry, None, language).value or known
        return shown if known or entry.rule.choices else "–"

    return tuple((name_of(entries[key], language), value_of(key)) for keys in FIELDS.values() for key in keys)
