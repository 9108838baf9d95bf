"""Whether the audit log is as it was written: every entry, their order, the end, and what guards it.

The database is read without trusting it: as raw bytes, row by row. What is found is a list of faults, the
first bad row first; the examination goes on behind a bad row, so that one fault does not hide another.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from kiosk.errors import RecordsError, UsageError
from kiosk.visits.audit import GENESIS, HASHED, Act, Head, hash_of
from kiosk.visits.audit_anchor import Witness, witnesses
from kiosk.visits.audit_cutting import CUTS
from kiosk.visits.audit_guards import in_force
from kiosk.visits.audit_log import AuditLog
from kiosk.visits.database import Database
from kiosk.visits.encryption.connection import SqliteError, connect

MOST_FAULTS = 50
"""No more are told: a log of which half is gone need not be listed."""

_PAGE = 2000
_COLUMNS = (*HASHED, "hash")
_GUARDS_ON_SERVER = """
    SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE relname IN ('audit_entry', 'audit_chain', 'audit_cut') AND NOT tgisinternal AND tgenabled = 'O'
"""


@dataclass(frozen=True, slots=True)
class AuditFault:
    """One thing that is not as it was written."""

    code: str
    """One of: entry_changed, entry_missing, entry_foreign, link_broken, end_missing, end_unknown,
    chain_missing, chain_unknown, cut_differs, cut_unrecorded, witness_beyond, witness_differs,
    witness_missing, witness_unreadable, guard_missing, unreadable. Their texts: config/texts/audit.toml."""
    chain: str | None = None
    sequence: int | None = None  # the first row it concerns
    place: str | None = None  # the file that says otherwise, or the guard that is gone


@dataclass(frozen=True, slots=True)
class _Mark:
    """What ``audit_chain`` says of a chain."""

    head: Head
    mode: str
    facility: str
    origin: str


@dataclass(slots=True)
class AuditReport:
    """What an examination came to."""

    entries: int = 0
    heads: list[Head] = field(default_factory=list)
    faults: list[AuditFault] = field(default_factory=list)
    witnesses: int = 0  # places outside that were compared
    cuts: list[Head] = field(default_factory=list)  # the last entry that was let go of, by chain
    recorded_cuts: set[Head] = field(default_factory=set)  # as entries of the log say

    @property
    def sound(self) -> bool:
        return not self.faults


def examine_log(log: AuditLog, elsewhere: Iterable[Witness] = ()) -> AuditReport:
    """Examine a log's database, and compare it with its anchor and with what is said elsewhere."""
    if log.anchor is not None:
        log.anchor.flush()  # what this process still has to note there must not look like a missing witness
    said, trouble = list(elsewhere), []
    anchor = log.anchor.file if log.anchor is not None else None
    if anchor is not None and anchor.exists():
        try:
            said += witnesses(anchor)
        except UsageError:
            trouble.append(AuditFault("witness_unreadable", place=str(anchor)))
    report = examine(log.database, said)
    if anchor is not None and not anchor.exists() and log.database.dialect == "sqlite" and report.entries:
        trouble.append(AuditFault("witness_missing", place=str(anchor)))
    report.faults += trouble
    return report


def examine(database: Database, said: Iterable[Witness] = ()) -> AuditReport:
    """Examine every chain in a database. Only ``records_locked`` and an unreachable server raise."""
    expected: dict[str, list[Witness]] = defaultdict(list)
    for witness in said:
        expected[witness.head.chain].append(witness)
    report = AuditReport(witnesses=sum(map(len, expected.values())))
    try:
        report.faults += _guards_missing(database)
        marks, cuts = _marks(database), _cuts(database)
        chains = list(dict.fromkeys([*marks, *_chains(database), *cuts]))
    except RecordsError as error:
        return _unreadable(report, error, None, None)
    for chain in chains:
        mark, cut = marks.get(chain), cuts.get(chain)
        _Examination(database, chain, mark, expected.pop(chain, []), report, cut).run()
    report.cuts = list(cuts.values())
    report.faults += [
        AuditFault("cut_unrecorded", cut.chain, cut.sequence)
        for cut in report.cuts
        if cut not in report.recorded_cuts
    ]
    for chain, of_it in expected.items():
        report.faults += [
            AuditFault("chain_missing", chain, 1, each.place) for each in of_it if each.head.sequence
        ]
    del report.faults[MOST_FAULTS:]
    return report


class _Examination:
    """Of one chain."""

    def __init__(
        self,
        database: Database,
        chain: str,
        mark: _Mark | None,
        witnesses: list[Witness],
        report: AuditReport,
        cut: Head | None,
    ) -> None:
        self._database, self._chain, self._mark = database, chain, mark
        self._cut = cut
        self._begins = 1  # the first entry that is there
        self._witnesses, self._report = witnesses, report
        self._last = Head(chain, 0, GENESIS)
        self._of = (mark.mode, mark.facility) if mark else None  # whose log; then as the last entry says
        self._seen: dict[int, str] = {}  # hashes that somebody asks for

    def run(self) -> None:
        asked_for = {witness.head.sequence for witness in self._witnesses}
        if self._mark is not None:
            asked_for.add(self._mark.head.sequence)
        try:
            for row in _rows(self._database, self._chain):
                if self._last.sequence == 0:
                    self._begin_behind_cut(row)
                self._look_at(row)
                if self._last.sequence in asked_for:
                    self._seen[self._last.sequence] = self._last.hash
                if len(self._report.faults) > MOST_FAULTS:
                    return
        except RecordsError as error:
            _unreadable(self._report, error, self._chain, self._last.sequence + 1)
            return
        if self._last.sequence == 0 and self._cut is not None:  # nothing of it is left
            self._go_on_from(self._cut)
        self._look_at_end()
        for witness in self._witnesses:
            self._compare(witness)
        self._report.heads.append(self._last)

    def _begin_behind_cut(self, row: dict[str, Any]) -> None:
        """Entries that a cut names need not be there; while they are being deleted, a part of them is."""
        sequence, cut = row["sequence"], self._cut
        if cut is None or not isinstance(sequence, int) or not 1 < sequence <= cut.sequence + 1:
            return
        if sequence == cut.sequence + 1:
            self._go_on_from(cut)
        else:
            self._go_on_from(Head(self._chain, sequence - 1, str(row["previous"])))

    def _go_on_from(self, head: Head) -> None:
        self._last, self._begins = head, head.sequence + 1
        self._seen[head.sequence] = head.hash

    def _look_at(self, row: dict[str, Any]) -> None:
        self._report.entries += 1
        sequence = row["sequence"]
        if not isinstance(sequence, int) or sequence <= self._last.sequence:
            self._fault("entry_foreign", self._last.sequence + 1)
            return
        if sequence != self._last.sequence + 1:
            self._fault("entry_missing", self._last.sequence + 1)
        elif row["previous"] != self._last.hash:
            self._fault("link_broken", sequence)
        values = {name: _text(row[name]) for name in _COLUMNS if name != "sequence"} | {"sequence": sequence}
        as_written = all(not isinstance(value, bytes) for value in values.values())
        if not as_written or hash_of(values) != values["hash"]:
            self._fault("entry_changed", sequence)
        elif values["act"] == Act.CUT:
            self._report.recorded_cuts |= _cuts_in(values["detail"])
        self._of = (values["mode"], values["facility"])
        self._last = Head(self._chain, sequence, str(values["hash"]))
        if self._cut is not None and sequence == self._cut.sequence and self._last != self._cut:
            self._fault("cut_differs", sequence)

    def _look_at_end(self) -> None:
        if self._mark is None:
            self._fault("chain_unknown", 1)
            return
        known = self._mark.head
        if known.sequence > self._last.sequence:
            self._fault("end_missing", self._last.sequence + 1)
        elif known.sequence and self._seen.get(known.sequence) != known.hash:
            self._fault("end_unknown", known.sequence)
        elif self._last.sequence > known.sequence:
            now = _marks(self._database).get(self._chain)  # others may have added meanwhile
            if now is None or now.head.sequence < self._last.sequence:
                self._fault("end_unknown", known.sequence + 1)
        of_this_chain = (self._mark.origin or self._chain) == self._chain
        if not of_this_chain or (self._mark.mode, self._mark.facility) != self._of:
            self._fault("chain_unknown", 1)

    def _compare(self, witness: Witness) -> None:
        head = witness.head
        if head.sequence > self._last.sequence:
            self._fault("witness_beyond", self._last.sequence + 1, witness.place)
        elif head.sequence < self._begins - 1:
            return  # it speaks of an entry that is older than the log's term
        elif head.sequence and self._seen.get(head.sequence) != head.hash:
            self._fault("witness_differs", head.sequence, witness.place)

    def _fault(self, code: str, sequence: int, place: str | None = None) -> None:
        self._report.faults.append(AuditFault(code, self._chain, sequence, place))


def _rows(database: Database, chain: str) -> Iterator[dict[str, Any]]:
    """The rows in their order; on SQLite texts come as bytes, because a flipped bit is no UTF-8."""
    last: Any = None
    while True:
        with database.read() as connection:
            page = _page(connection, chain, last)
        for row in page:
            values = dict(zip(_COLUMNS, row, strict=True))
            values["previous"] = _name(values["previous"])
            yield values
        if len(page) < _PAGE:
            return
        last = page[-1][1]


def _page(connection: Connection, chain: str, last: Any) -> list[Any]:
    raw = connection.dialect.name == "sqlite"
    columns = ", ".join(name if name == "sequence" or not raw else _text_only(name) for name in _COLUMNS)
    after = "" if last is None else "AND sequence > :last "
    query = f"SELECT {columns} FROM audit_entry WHERE chain = :chain {after}ORDER BY sequence LIMIT {_PAGE}"  # noqa: S608  no value from outside
    values = {"chain": chain} if last is None else {"chain": chain, "last": last}
    return list(connection.execute(text(query), values))


def _text_only(column: str) -> str:
    """The bytes of a text; of what is no text, though its bytes may be those of one, a byte that is none."""
    return f"CASE WHEN typeof({column}) IN ('text', 'null') THEN CAST({column} AS BLOB) ELSE x'FF' END"


def _text(value: Any) -> Any:
    """Text as it was written, or the bytes where they are none."""
    if not isinstance(value, bytes):
        return value
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value


def _marks(database: Database) -> dict[str, _Mark]:
    columns = [_raw(database, name) for name in ("chain", "hash", "mode", "facility", "origin")]
    query = f"SELECT sequence, {', '.join(columns)} FROM audit_chain ORDER BY origin, chain"  # noqa: S608  no value from outside
    with database.read() as connection:
        rows = [[_name(value) for value in row] for row in connection.execute(text(query))]
    return {
        chain: _Mark(Head(chain, sequence, digest), mode, facility, origin)
        for sequence, chain, digest, mode, facility, origin in rows
    }


def _cuts(database: Database) -> dict[str, Head]:
    query = f"SELECT sequence, {_raw(database, 'chain')}, {_raw(database, 'hash')} FROM audit_cut"  # noqa: S608  no value from outside
    with database.read() as connection:
        rows = [[_name(value) for value in row] for row in connection.execute(text(query))]
    return {chain: Head(chain, sequence, digest) for sequence, chain, digest in rows}


def _cuts_in(detail: Any) -> set[Head]:
    """What an entry ``cut`` says; nothing where it makes no sense."""
    try:
        named = json.loads(detail)[CUTS].items()
        return {Head(str(chain), int(sequence), str(digest)) for chain, (sequence, digest) in named}
    except (ValueError, KeyError, TypeError, AttributeError):
        return set()


def _chains(database: Database) -> list[str]:
    query = f"SELECT DISTINCT {_raw(database, 'chain')} FROM audit_entry"  # noqa: S608  no value from outside
    with database.read() as connection:
        return sorted(_name(chain) for chain in connection.scalars(text(query)))


def _raw(database: Database, column: str) -> str:
    return f"CAST({column} AS BLOB)" if database.dialect == "sqlite" else column


def _name(value: Any) -> Any:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _guards_missing(database: Database) -> list[AuditFault]:
    """On SQLite a guard counts only as it was made; on a server by its name, and when it is switched on."""
    damage = "ok"
    wanted = in_force(database.dialect)
    with database.read() as connection:
        if database.dialect == "sqlite":
            made = set(connection.scalars(text("SELECT sql FROM sqlite_master WHERE type = 'trigger'")))
            found = {name for name, guard in wanted.items() if guard in made}
            damage = str(connection.scalars(text("PRAGMA integrity_check('audit_entry')")).first())
        else:
            found = set(connection.scalars(text(_GUARDS_ON_SERVER)))
    faults = [AuditFault("guard_missing", place=name) for name in sorted(wanted.keys() - found)]
    return faults if damage == "ok" else [AuditFault("unreadable", place=damage), *faults]


def _unreadable(
    report: AuditReport, error: RecordsError, chain: str | None, sequence: int | None
) -> AuditReport:
    if error.code in {"records_locked", "records_unreachable"}:
        raise error
    report.faults.append(AuditFault("unreadable", chain, sequence, error.detail))
    return report


def witnesses_in_backup(file: Path, records: Path) -> list[Witness]:
    """Where the chains stood when a backup of `records` was made; none where the file tells nothing."""
    query = "SELECT chain, max(sequence), hash FROM audit_entry GROUP BY chain"  # SQLite: hash of that row
    try:
        with closing(connect(file, key_of=records, read_only=True)) as connection:
            rows = connection.execute(query).fetchall()
    except (
        RecordsError,
        SqliteError,
    ):  # from before there was a log, or damaged; `records check` tells
        return []
    return [
        Witness(str(file), Head(str(chain), int(sequence), str(digest))) for chain, sequence, digest in rows
    ]
