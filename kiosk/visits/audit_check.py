"""The audit log examined with everything outside that says where it stood: backups, copies kept elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from kiosk.visits.audit_anchor import witnesses
from kiosk.visits.audit_log import AuditLog
from kiosk.visits.audit_verify import AuditReport, examine_log, witnesses_in_backup
from kiosk.visits.backup import Backups


def examine_all(audit: AuditLog, kept: Backups | None, known: Iterable[Path] = ()) -> Iterator[AuditReport]:
    """Each log in a database of its own. Raises RecordsError, or UsageError for a copy that is none."""
    elsewhere = [witness for file in known for witness in witnesses(file)]
    if kept is not None:
        for _, file in kept.all():
            elsewhere += witnesses_in_backup(file, kept.records)
    for log in audit.parts():
        yield examine_log(log, elsewhere)
        elsewhere = []  # the first log is the one that is shared and backed up


__all__ = ["examine_all"]
