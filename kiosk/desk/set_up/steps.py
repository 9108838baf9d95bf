"""The steps of the first set-up, and what each wants. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kiosk.desk.set_up.saving import PASSWORD
from kiosk.settings_editing import Entry, Key


class Step(StrEnum):
    FACILITY = "facility"
    PROFILE = "profile"
    ACCOUNT = "account"
    STAFF = "staff"
    LOOK_UP = "look_up"
    READERS = "readers"
    PRINTER = "printer"
    DESK = "desk"
    DONE = "done"


STEPS = tuple(Step)

FIELDS: Mapping[Step, tuple[Key, ...]] = {
    Step.FACILITY: (("facility", "code"), ("facility", "name")),
    Step.PROFILE: (
        ("facility", "level"),
        ("facility", "points"),
        ("facility", "former_tier"),
        ("facility", "clinic_type"),
    ),
    Step.ACCOUNT: (("gateway", "username"), PASSWORD),
    Step.STAFF: (("gateway", "staff_name"), ("gateway", "staff_citizen_id")),
    Step.PRINTER: (("ticket", "printer"),),
    Step.DESK: (("desk", "name"),),
}

REQUIRED = frozenset(
    {
        ("facility", "code"),
        ("facility", "name"),
        ("gateway", "staff_name"),
        ("gateway", "staff_citizen_id"),
        ("desk", "name"),
    }
)
_NOT_FROM_THE_SHIPPED_FILE = {("facility", "code"), ("facility", "name")}


@dataclass(frozen=True, slots=True)
class FieldView:
    key: Key
    value: str
    hint: str = ""
    secret: bool = False
    fixed_by: str = ""  # the environment variable that decides it
    choices: tuple[tuple[str, str], ...] = ()  # value and its words; chosen by the digit of its place


def first_value(entry: Entry, code: str) -> str:
    """What stands in the field at first. The invented facility is nobody's; the account follows the code."""
    key = (entry.section, entry.key)
    if key in _NOT_FROM_THE_SHIPPED_FILE and not entry.stated:
        return ""
    if key == ("gateway", "username") and not entry.shown:
        return f"{code}_BV" if code else ""
    return entry.shown


def to_save(typed: Mapping[Key, str], entries: Mapping[Key, Entry], code: str) -> dict[Key, str]:
    """What differs from what is in force; nothing that the environment decides."""
    found: dict[Key, str] = {}
    for key, text in typed.items():
        entry = entries[key]
        if entry.fixed_by:
            continue
        if entry.secret:
            if text:
                found[key] = text
        elif key == ("gateway", "username") and not entry.shown and text.strip() == first_value(entry, code):
            continue  # it follows the facility's code by itself
        elif text.strip() != entry.shown or (key in _NOT_FROM_THE_SHIPPED_FILE and not entry.stated):
            found[key] = text.strip()
    return found
