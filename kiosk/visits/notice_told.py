"""What the patients' notice takes from the settings and from the terms of retention."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from kiosk import clock, texts
from kiosk.settings import Settings
from kiosk.visits.audit_log import AuditLog
from kiosk.visits.notice import LANGUAGES, PatientNotice, Told, read_notice
from kiosk.visits.notice_in_force import NoticeMark, NoticeStanding, put_in_force
from kiosk.visits.retention.calendar import Term
from kiosk.visits.retention.rules import retention_rules

TOLD_KINDS = ("visits", "evidence", "audit_log", "backups")
"""What a patient asks for; other kinds of ``config/retention.toml`` hold less of a person, or go sooner."""


def notice_of(settings: Settings, file: Path | None = None) -> PatientNotice:
    """The notice as patients of this facility read it. Raises SettingsError ``rule_file``."""
    facility = settings.facility
    contact = facility.contact.strip()
    return read_notice(
        Told(
            facility=facility.name,
            code=facility.code,
            contact={each: contact or texts.text("notice", "contact_nobody", each) for each in LANGUAGES},
            terms={each: terms_told(settings.data_folder, each) for each in LANGUAGES},
        ),
        file,
    )


def terms_told(data_folder: Path, language: str) -> tuple[str, ...]:
    """How long what patients care about is kept, as the terms in force say. Raises SettingsError."""
    rules = retention_rules(data_folder)
    return tuple(
        texts.text("notice", f"kept_{kind}", language, term=_in_words(rules[kind].term, language))
        for kind in TOLD_KINDS
    )


def _in_words(term: Term, language: str) -> str:
    years, months = divmod(term.months, 12)
    if years and not months:
        return texts.text("notice", "term_years", language, count=str(years))
    unit, count = ("months", term.months) if term.months else ("days", term.days)
    return texts.text("notice", f"term_{unit}", language, count=str(count))


def notice_mark(settings: Settings) -> NoticeMark:
    """The mark beside the records of these settings."""
    folder = settings.data_folder / "training" if settings.training else settings.data_folder
    return NoticeMark(folder / "notice-in-force.json")


def notice_now(settings: Settings, audit: AuditLog) -> tuple[PatientNotice, NoticeStanding]:
    """What patients are told now; from now on the audit log says so. Raises SettingsError, RecordsError."""
    notice = notice_of(settings)
    standing = put_in_force(audit, notice)
    notice_mark(settings).keep(notice, changed=standing.changed)
    return notice, standing


def notice_used(settings: Settings, audit: AuditLog) -> tuple[PatientNotice, bool]:
    """What patients are told now, and whether it was changed under a version that was used before.

    The log is searched only where the mark beside the records has not got it.

    Raises SettingsError, RecordsError.
    """
    notice = notice_of(settings)
    changed = notice_mark(settings).changed(notice)
    if changed is None:
        changed = notice_now(settings, audit)[1].changed
    return notice, changed


def warnings_of(
    settings: Settings, notice: PatientNotice, standing: NoticeStanding, language: str
) -> list[str]:
    """What staff have to do about the notice, in words; none when all is well."""
    found = []
    if standing.changed:
        found.append(texts.text("notice", "changed", language, version=notice.version))
    if not settings.facility.contact.strip():
        found.append(texts.text("notice", "no_contact", language))
    return found


def version_line(notice: PatientNotice, since: date | None, language: str) -> str:
    """Under the notice: which version it is, since when, and the first places of its hash."""
    if since is None or since == clock.today():
        told = texts.text("notice", "in_force_now", language)
    else:
        told = texts.text("notice", "in_force_since", language, date=since.strftime("%d/%m/%Y"))
    return texts.text(
        "notice", "version_line", language, version=notice.version, since=told, hash=notice.hash[:12]
    )


__all__ = [
    "notice_mark",
    "notice_now",
    "notice_of",
    "notice_used",
    "terms_told",
    "version_line",
    "warnings_of",
]
