"""The audit log as a table for an inspection."""

from __future__ import annotations

from typing import Any

from kiosk import texts
from kiosk.visits.audit import AuditEntry

_WIDTHS = {
    "time": 19,
    "desk": 12,
    "who": 16,
    "act": 14,
    "subject": 34,
    "why": 40,
    "detail": 50,
    "chain": 34,
    "sequence": 9,
    "hash": 66,
}


def heads(language: str) -> dict[str, int]:
    """Names of the columns, with their widths in XLSX."""
    return {texts.text("audit", f"column_{name}", language): width for name, width in _WIDTHS.items()}


def cells(entry: AuditEntry) -> list[Any]:
    return [
        entry.moment.replace(tzinfo=None),
        entry.desk,
        entry.who,
        entry.act,
        entry.subject,
        entry.why,
        entry.detail,
        entry.chain,
        entry.sequence,
        entry.hash,
    ]


__all__ = ["cells", "heads"]
