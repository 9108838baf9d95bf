"""The audit log when a backup is put in the place of the records: what was noted since goes on behind it."""

from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path

from kiosk.errors import RecordsError, UsageError
from kiosk.visits.audit import GENESIS
from kiosk.visits.audit_anchor import Anchor, anchor_of, read_heads
from kiosk.visits.encryption.connection import Connection, SqliteError, connect

_MARK = "SELECT sequence, hash FROM {}.audit_chain WHERE chain = ?"


def carry_over(connection: Connection) -> None:
    """Add what the attached database ``former`` has noted after the end of ``main``; where main's chain is
    another one, former's is taken in whole. Raises SqliteError, also when former has no log.
    """
    marks = connection.execute("SELECT mode, facility, origin, chain, sequence, hash FROM former.audit_chain")
    for mode, facility, origin, chain, sequence, digest in marks.fetchall():
        row = connection.execute(_MARK.format("main"), (chain,)).fetchone()
        at, last = row or (0, GENESIS)
        if at >= sequence or not _follows(connection, chain, at, last):
            continue
        if row is None:
            own = (mode, facility, origin)
            query = "SELECT 1 FROM main.audit_chain WHERE (mode, facility, origin) = (?, ?, ?)"
            taken = connection.execute(query, own).fetchone()
            connection.execute(
                "INSERT INTO main.audit_chain (mode, facility, origin, chain, sequence, hash)"
                " VALUES (?, ?, ?, ?, 0, ?)",
                (mode, facility, chain if taken else origin, chain, GENESIS),
            )
        at = max(at, _let_go_of_beginning(connection, chain))
        connection.execute(
            "INSERT INTO main.audit_entry SELECT * FROM former.audit_entry"
            " WHERE chain = ? AND sequence > ? ORDER BY sequence",
            (chain, at),
        )
        connection.execute(
            "UPDATE main.audit_chain SET sequence = ?, hash = ? WHERE chain = ?", (sequence, digest, chain)
        )


def _follows(connection: Connection, chain: str, at: int, last: str) -> bool:
    """A cut reaches further than what main has: then nothing of main's entries is left to compare."""
    if at == 0 or at < _cut_of(connection, chain)[0]:
        return True
    query = "SELECT hash FROM former.audit_entry WHERE chain = ? AND sequence = ?"
    row = connection.execute(query, (chain, at)).fetchone()
    return (row[0] if row is not None else _cut_of(connection, chain)[1]) == last


def _cut_of(connection: Connection, chain: str) -> tuple[int, str]:
    """How far former let go of the beginning of a chain (`audit_cutting`)."""
    query = "SELECT 1 FROM former.sqlite_master WHERE name = 'audit_cut'"
    if connection.execute(query).fetchone() is None:
        return 0, GENESIS
    cut = connection.execute("SELECT sequence, hash FROM former.audit_cut WHERE chain = ?", (chain,))
    return cut.fetchone() or (0, GENESIS)


def _let_go_of_beginning(connection: Connection, chain: str) -> int:
    """Cut main where former is cut; how far."""
    sequence, digest = _cut_of(connection, chain)
    if sequence:
        connection.execute(
            "INSERT INTO main.audit_cut (chain, sequence, hash) VALUES (?, ?, ?) ON CONFLICT (chain)"
            " DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash"
            " WHERE audit_cut.sequence < excluded.sequence",
            (chain, sequence, digest),
        )
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute(
            "DELETE FROM main.audit_entry WHERE chain = ? AND sequence <= ?", (chain, sequence)
        )
    return sequence


def rewind_anchor(records: Path) -> int:
    """Let the anchor say what the restored file holds; how many entries it knew that are not there."""
    anchor = Anchor(anchor_of(records))
    if not anchor.file.exists():
        return 0
    try:
        known = read_heads(anchor.file)
        with closing(connect(records, read_only=True)) as connection:
            there = dict(connection.execute("SELECT chain, sequence FROM audit_chain").fetchall())
    except (UsageError, RecordsError, SqliteError):
        return 0
    lost = 0
    for head in known:
        missing = head.sequence - there.get(head.chain, 0)
        if missing > 0:
            lost += missing
            with suppress(OSError, UsageError):
                anchor.forget(head.chain)
    return lost
