"""What the audit log holds: who did what, when, where and why, each entry bound to the one before it.

Pure: how entries are kept stands in ``audit_log``, how they are examined in ``audit_verify``. What the chain
finds and what it cannot find: docs/decisions/0026-audit.md.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from kiosk import clock
from kiosk.gateway.model import Staff
from kiosk.visits.staff import Role


class Act(StrEnum):
    """What was done. The words are stable: inspections and other programs filter by them."""

    LOOK_UP = "look_up"  # the gateway was asked about a person
    VIEW_FULL = "view_full"  # a masked number was shown in full
    OVERRIDE = "override"  # checked in although the verdict was not a plain yes
    SELF_PAY = "self_pay"  # BHYT taken off a visit
    CANCEL = "cancel"
    EXPORT = "export"  # data of patients, or this log, left the program as a file
    SETTINGS = "settings"
    STAFF = "staff"  # an account was added, changed or disabled
    LOG_IN = "log_in"
    LOG_IN_REFUSED = "log_in_refused"
    LOG_OUT = "log_out"
    LOCK = "lock"
    BACKUP = "backup"
    RESTORE = "restore"
    ERASE = "erase"  # real deletion of personal data
    NOTICE = "notice"  # a version of the patients' notice came into use
    REVIEW = "review"  # a supervisor looked at a section of the managing page
    CUT = "cut"  # the oldest entries of this log, older than their term, were let go of
    PERSON = "person"  # a person's data were looked for, or what they ask for was noted


GENESIS = "0" * 64
"""What the first entry of a chain names as the hash before it."""

HASHED = (
    "chain",
    "sequence",
    "at",
    "mode",
    "facility",
    "desk",
    "who",
    "act",
    "subject",
    "why",
    "detail",
    "previous",
)
"""The columns that go into an entry's hash, in this order."""

# A card number, social-insurance number, citizen number or phone; a visit_id has letters and is none.
_PERSONAL_NUMBER = re.compile(r"(?<![0-9A-Za-z])(?:[A-Za-z]{2}[0-9])?[0-9]{9,15}(?![0-9A-Za-z])")


@dataclass(slots=True)
class Actor:
    """Who acts at a desk; one object shared by everything at that desk, changed by logging in and out."""

    desk: str = ""
    account: str | None = None  # None: nobody is logged in, or there are no accounts
    staff: Staff | None = None  # how the account is known at the gateway
    role: Role | None = None
    _user: str = field(default="", repr=False)

    @property
    def who(self) -> str:
        """The account logged in; without one the operating system's user, as ``os:name``."""
        if self.account is not None:
            return self.account
        if not self._user:
            try:
                self._user = f"os:{getpass.getuser()}"
            except (OSError, KeyError, ImportError):  # a user without a name
                self._user = "os:?"
        return self._user


@dataclass(frozen=True, slots=True)
class AuditNote:
    """An act about to be written down. Numbers of persons in it are masked by `signed`."""

    at: datetime  # aware
    desk: str
    who: str
    act: Act
    subject: str | None = None  # a visit_id, a masked number, an account
    why: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """An entry of the log, as it is kept."""

    chain: str
    sequence: int
    at: str  # UTC, ISO 8601 with microseconds and Z
    mode: str
    facility: str
    desk: str
    who: str
    act: str
    subject: str | None
    why: str | None
    detail: str  # compact JSON
    previous: str
    hash: str

    @property
    def moment(self) -> datetime:
        """`at` in Vietnam's time."""
        return datetime.fromisoformat(self.at).astimezone(clock.VIETNAM)


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry of a chain: all before it are as they were when this was noted."""

    chain: str
    sequence: int
    hash: str


def signed(
    actor: Actor, act: Act, subject: str | None = None, why: str | None = None, **detail: Any
) -> AuditNote:
    """`act` as done now by who is logged in. Full numbers that slipped in are masked, in every text."""
    return AuditNote(
        at=clock.now(),
        desk=actor.desk,
        who=actor.who,
        act=act,
        subject=None if subject is None else without_numbers(subject),
        why=None if why is None else without_numbers(why),
        detail={name: _without_numbers(value) for name, value in detail.items()},
    )


def without_numbers(text: str) -> str:
    return _PERSONAL_NUMBER.sub(lambda found: "•" * (len(found.group()) - 4) + found.group()[-4:], text)


def _without_numbers(value: Any) -> Any:
    match value:
        case str():
            return without_numbers(value)
        case list() | tuple():
            return [_without_numbers(each) for each in value]
        case dict():
            return {name: _without_numbers(each) for name, each in value.items()}
        case _:
            return value


def entry_after(head: Head, note: AuditNote, *, mode: str, facility: str) -> AuditEntry:
    """`note` as the next entry of the chain that stands at `head`."""
    values: dict[str, Any] = {
        "chain": head.chain,
        "sequence": head.sequence + 1,
        "at": note.at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "mode": mode,
        "facility": facility,
        "desk": _clean(note.desk),
        "who": _clean(note.who),
        "act": note.act.value,
        "subject": _clean(note.subject),
        "why": _clean(note.why),
        "detail": _clean(json.dumps(note.detail, ensure_ascii=False, separators=(",", ":"), sort_keys=True)),
        "previous": head.hash,
    }
    return AuditEntry(**values, hash=hash_of(values))


def hash_of(values: Mapping[str, Any]) -> str:
    """SHA-256 over the JSON list of the HASHED columns, UTF-8, without blanks; lower-case hexadecimal."""
    canonical = json.dumps([values[name] for name in HASHED], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


def _clean(text: str | None) -> str | None:
    """As the database keeps it (`schema.CleanText`), so that the hash is of what can be read again."""
    return None if text is None else text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
