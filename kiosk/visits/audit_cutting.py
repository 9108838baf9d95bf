"""Lets go of the beginning of the audit log, once it is older than its term, so that the rest stays provable.

A cut is written first: into ``audit_cut`` (the last entry that may be gone, with its hash) and, in the same
transaction, into the log itself as an entry ``cut`` that names every cut in force. Only then the guards let
those entries be deleted, a few at a time. `audit_verify` takes a chain that begins behind its cut as whole
when an entry of the log says so; anything else that is missing is found as before.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select

from kiosk.visits.audit import Act, AuditNote
from kiosk.visits.audit_log import AuditLog
from kiosk.visits.home import upsert
from kiosk.visits.schema import audit_chain, audit_cut, audit_entry

SINCE = "since"
"""The key in the detail of an entry ``notice`` that was noted anew: `audit_entry.at` of the first."""

CUTS = "cuts"
"""The key in the detail of an entry ``cut``: chain -> [sequence, hash]."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """The oldest entries of a chain, which may go."""

    chain: str
    entries: int
    first: str  # `audit_entry.at` of the oldest
    last: str  # of the newest of them
    sequence: int  # of the newest of them
    hash: str


def beginnings(
    connection: Connection, log: AuditLog, before: datetime, most: Mapping[str, int] | None = None
) -> list[Beginning]:
    """What each chain holds from before that moment; the first younger entry and all behind it stay.

    `most`: how much of which chains may go at most (a spool's: what the server has); others are not cut.
    """
    written = before.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    chains = select(audit_chain.c.chain).where(*log.home.owns(audit_chain))
    found = []
    for chain in connection.scalars(chains.order_by(audit_chain.c.chain)).all():
        of_it = audit_entry.c.chain == chain
        oldest = select(audit_entry.c.at).where(of_it).order_by(audit_entry.c.sequence).limit(1)
        if (connection.scalar(oldest) or written) >= written:
            continue
        young = select(audit_entry.c.sequence).where(of_it, audit_entry.c.at >= written)
        stop = connection.scalar(young.order_by(audit_entry.c.sequence).limit(1))
        going = [of_it] if stop is None else [of_it, audit_entry.c.sequence < stop]
        if most is not None:
            going.append(audit_entry.c.sequence <= most.get(chain, 0))
        counted = select(
            func.count(),
            func.min(audit_entry.c.at),
            func.max(audit_entry.c.at),
            func.max(audit_entry.c.sequence),
        ).where(*going)
        entries, first, last, sequence = connection.execute(counted).one()
        if entries:
            digest = select(audit_entry.c.hash).where(of_it, audit_entry.c.sequence == sequence)
            found.append(Beginning(chain, entries, first, last, sequence, connection.scalars(digest).one()))
    return found


def write_cut(connection: Connection, log: AuditLog, going: list[Beginning]) -> None:
    """Say what may go, in ``audit_cut`` and in the log; last in the transaction, as every note."""
    for each in going:
        values = {"chain": each.chain, "sequence": each.sequence, "hash": each.hash}
        statement = upsert(connection, audit_cut).values(values)
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["chain"],
                set_={"sequence": each.sequence, "hash": each.hash},
                where=audit_cut.c.sequence < each.sequence,  # a cut that was broken off is gone on with
            )
        )
    mine = select(audit_cut).join(audit_chain, audit_chain.c.chain == audit_cut.c.chain)
    in_force = connection.execute(mine.where(*log.home.owns(audit_chain)).order_by(audit_cut.c.chain))
    detail: dict[str, Any] = {CUTS: {row.chain: [row.sequence, row.hash] for row in in_force}}
    entries, through = sum(each.entries for each in going), max(each.last for each in going)
    notes = [log.signed(Act.CUT, entries=entries, through=through, **detail)]
    log.add(connection, *_notice_that_stays(connection, log, going), *notes)


def _notice_that_stays(connection: Connection, log: AuditLog, going: list[Beginning]) -> list[AuditNote]:
    """What patients were told when the rest of the log begins has to stay provable: it is noted anew, with
    the moment since when it was told.
    """
    found: list[Any] = []
    for each in going:
        query = select(audit_entry.c.at, audit_entry.c.subject, audit_entry.c.detail).where(
            audit_entry.c.chain == each.chain,
            audit_entry.c.sequence <= each.sequence,
            audit_entry.c.act == Act.NOTICE.value,
        )
        found += connection.execute(query.order_by(audit_entry.c.sequence.desc()).limit(1)).all()
    if not found:
        return []
    newest = max(found, key=lambda row: row.at)
    try:
        told = dict(json.loads(newest.detail))
    except (ValueError, TypeError):  # somebody wrote in it
        told = {}
    return [log.signed(Act.NOTICE, newest.subject, **{SINCE: newest.at, **told})]


def cut_some(connection: Connection, chain: str, most: int) -> int:
    """Delete so many of the entries that a cut names, the oldest first; how many it were."""
    limit = select(audit_cut.c.sequence).where(audit_cut.c.chain == chain).scalar_subquery()
    of_it = audit_entry.c.chain == chain
    oldest = connection.scalar(select(func.min(audit_entry.c.sequence)).where(of_it))
    if oldest is None:
        return 0
    gone = connection.execute(
        delete(audit_entry)
        .where(of_it, audit_entry.c.sequence <= limit, audit_entry.c.sequence < oldest + most)
        .returning(audit_entry.c.sequence)
    )
    return len(gone.all())


__all__ = ["CUTS", "SINCE", "Beginning", "beginnings", "cut_some", "write_cut"]
