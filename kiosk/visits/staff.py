"""Who works at the desks: roles, what each may do, and what an account and its secret have to be. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kiosk.errors import UsageError
from kiosk.names import clean_name


class Role(StrEnum):
    RECEPTIONIST = "receptionist"
    SUPERVISOR = "supervisor"
    IT = "it"


class Right(StrEnum):
    """What a role may be asked for."""

    CHECK_IN = "check_in"
    OVERRIDE = "override"  # check in although the verdict is no plain yes
    CANCEL = "cancel"
    VIEW_FULL = "view_full"
    EXPORT = "export"
    AUDIT = "audit"  # read the audit log
    SETTINGS = "settings"
    STAFF = "staff"  # add and disable accounts
    PERSONS = "persons"  # find, copy and erase a person's data; breaches


_AT_THE_DESK = frozenset({Right.CHECK_IN, Right.OVERRIDE, Right.CANCEL, Right.VIEW_FULL})
_RIGHTS = {
    Role.RECEPTIONIST: _AT_THE_DESK,
    Role.SUPERVISOR: _AT_THE_DESK | {Right.EXPORT, Right.AUDIT, Right.PERSONS},
    Role.IT: frozenset(
        {Right.CHECK_IN, Right.EXPORT, Right.AUDIT, Right.SETTINGS, Right.STAFF, Right.PERSONS}
    ),
}

FREE_TRIES = 3
"""Wrong secrets in a row before the first wait."""

WAITS = tuple(timedelta(seconds=seconds) for seconds in (30, 60, 120, 300, 600, 900))
"""After each further wrong try; the last one repeats."""

_ACCOUNT = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
_CITIZEN_ID = re.compile(r"[0-9]{12}")
_PIN_LENGTHS = range(6, 10)  # 10 and 12 digits are what scanners send: an insurance or citizen number
_SHORTEST_PASSWORD, _LONGEST_SECRET = 8, 128
_UP_AND_DOWN = "01234567890 09876543210"


@dataclass(frozen=True, slots=True)
class StaffAccount:
    """A member of staff, as registered with BHXH."""

    account: str
    full_name: str
    citizen_id: str
    role: Role
    created_at: datetime  # aware
    disabled_at: datetime | None = None

    @property
    def active(self) -> bool:
        return self.disabled_at is None


def may(role: Role | None, right: Right) -> bool:
    """Whether a role has a right; None is single-user mode, in which everybody may everything."""
    return role is None or right in _RIGHTS[role]


def wait_after(wrong_tries: int) -> timedelta | None:
    """How long nobody may try again after so many wrong secrets in a row; None: at once."""
    over = wrong_tries - FREE_TRIES
    return WAITS[min(over, len(WAITS) - 1)] if over >= 0 else None


def account_name(text: str) -> str:
    """Small letters. Raises UsageError ``staff_account``."""
    name = text.strip().lower()
    if not _ACCOUNT.fullmatch(name):
        raise UsageError("staff_account", account=name)
    return name


def checked_identity(full_name: str, citizen_id: str) -> tuple[str, str]:
    """Name and citizen number as they go to the gateway.

    Raises UsageError ``name_missing``, ``name_invalid`` or ``staff_citizen_id``.
    """
    name = clean_name(full_name)
    number = re.sub(r"[\s.-]", "", citizen_id)
    if not _CITIZEN_ID.fullmatch(number):
        raise UsageError("staff_citizen_id")
    return name, number


def check_secret(secret: str) -> None:
    """A PIN of 6 to 9 digits, or a password of 8 characters or more, without what only scanners type (``|``).

    Raises UsageError ``staff_secret``.
    """
    is_pin = secret.isascii() and secret.isdigit()
    enough = len(secret) in _PIN_LENGTHS if is_pin else _SHORTEST_PASSWORD <= len(secret) <= _LONGEST_SECRET
    simple = is_pin and (len(set(secret)) == 1 or secret in _UP_AND_DOWN)
    if not enough or simple or "|" in secret or not secret.isprintable():
        raise UsageError("staff_secret")
