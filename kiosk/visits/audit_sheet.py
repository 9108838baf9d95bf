"""The audit log as a table for an inspection."""

from __future__ import annotations

from typing import Any

from kiosk import texts
from kiosk.visits.audit import AuditEntry
from kiosk.visits.audit_words import detail_of, detail_words

_WIDTHS = {
    "time": 19,
    "desk": 12,
    "who": 16,
    "act": 14,
    "act_words": 24,
    "subject": 34,
    "why": 40,
    "detail": 50,
    "detail_words": 50,
    "chain": 34,
    "sequence": 9,
    "hash": 66,
}


def heads(language: str) -> dict[str, int]:
    """Names of the columns, with their widths in XLSX."""
    return {texts.text("audit", f"column_{name}", language): width for name, width in _WIDTHS.items()}


def cells(entry: AuditEntry, language: str) -> list[Any]:
    """The codes as they went into the hash, and beside them what they say to people."""
    return [
        entry.moment.replace(tzinfo=None),
        entry.desk,
        entry.who,
        entry.act,
        texts.text("audit", entry.act, language),
        entry.subject,
        entry.why,
        entry.detail,
        detail_words(detail_of(entry), language),
        entry.chain,
        entry.sequence,
        entry.hash,
    ]


__all__ = ["cells", "heads"]
