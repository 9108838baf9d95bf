"""Which version of the patients' notice was in force when: kept in the audit log, where it cannot be changed.

An entry ``notice`` is written when a version is first used at a desk: its version as the subject, its hash in
the detail. The newest entry before a moment names what was in force then.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk import clock
from kiosk.visits.audit import Act, AuditEntry
from kiosk.visits.audit_cutting import SINCE
from kiosk.visits.audit_log import AuditLog, Wanted
from kiosk.visits.notice import PatientNotice


@dataclass(frozen=True, slots=True)
class NoticeUse:
    """A version that was told to patients from a moment on."""

    since: datetime  # aware, Vietnam's time
    version: str
    hash: str
    desk: str


def notice_history(audit: AuditLog, until: datetime | None = None) -> list[NoticeUse]:
    """Every version that came into use, oldest first. Raises RecordsError.

    The log's beginning goes with its term; the version told then was noted anew (`audit_cutting`).
    """
    wanted = Wanted(acts=frozenset({Act.NOTICE.value}))
    found = dict.fromkeys(_use_of(entry) for entry in audit.entries(wanted))
    return sorted((use for use in found if until is None or use.since <= until), key=lambda use: use.since)


def notice_in_force(audit: AuditLog, at: datetime) -> NoticeUse | None:
    """What patients were told at `at` (aware); None before the first. Raises RecordsError."""
    found = notice_history(audit, at)
    return found[-1] if found else None


def changed_in_place(history: list[NoticeUse], notice: PatientNotice) -> bool:
    """Whether the same version was used with other words before."""
    return any(use.version == notice.version and use.hash != notice.hash for use in history)


@dataclass(frozen=True, slots=True)
class NoticeStanding:
    """How the notice of today stands to what was told before."""

    history: tuple[NoticeUse, ...]
    changed: bool  # other words under a version that was used already
    is_new: bool  # came into use just now


def put_in_force(audit: AuditLog, notice: PatientNotice) -> NoticeStanding:
    """See that the log knows `notice` as what is told now. Raises RecordsError.

    A text that was changed under its old version is written down all the same: that is what patients read.
    """
    history = notice_history(audit)
    changed = changed_in_place(history, notice)
    is_new = not history or (history[-1].version, history[-1].hash) != (notice.version, notice.hash)
    if is_new:
        audit.note(audit.signed(Act.NOTICE, notice.version, hash=notice.hash))
        history = notice_history(audit)
    return NoticeStanding(tuple(history), changed, is_new)


class NoticeMark:
    """Remembers beside the records what the log was told already, so that a start need not search it."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def changed(self, notice: PatientNotice) -> bool | None:
        """Whether this very text replaced another under its version; None: the log has to be asked."""
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
            known = (found["version"], found["hash"]) == (notice.version, notice.hash)
            return bool(found["changed"]) if known else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, notice: PatientNotice, *, changed: bool) -> None:
        told = {"version": notice.version, "hash": notice.hash, "changed": changed}
        with suppress(OSError):
            self._file.write_text(json.dumps(told), encoding="utf-8")


def _use_of(entry: AuditEntry) -> NoticeUse:
    since, found = entry.moment, None
    with suppress(ValueError, AttributeError, TypeError):  # somebody wrote in it; `kiosk audit verify` tells
        told = json.loads(entry.detail)
        found = told.get("hash")
        if SINCE in told:
            since = datetime.fromisoformat(told[SINCE]).astimezone(clock.VIETNAM)
    return NoticeUse(since, entry.subject or "?", str(found or "?"), entry.desk)


__all__ = [
    "NoticeMark",
    "NoticeStanding",
    "NoticeUse",
    "changed_in_place",
    "notice_history",
    "notice_in_force",
    "put_in_force",
]
