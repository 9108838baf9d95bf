"""The newest entries of the audit log, written down outside of the database.

Who cuts off the end of the log in the database has to find and change this file as well, on every machine
that has one. It says how far the log reached at least: a crash may leave it a few entries behind.
"""

from __future__ import annotations

import json
import os
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kiosk.errors import UsageError
from kiosk.visits.audit import Head

LATEST_SECONDS = 0.25
"""How long the file may be behind the log: who checks a patient in does not wait for it."""


@dataclass(frozen=True, slots=True)
class Witness:
    """Somebody's word that an entry had this hash."""

    place: str  # the file that says so
    head: Head


class Anchor:
    """One such file. Safe to use from several threads and processes; trouble with it stops nobody's work."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._writing = threading.Lock()
        self._changed = threading.Condition()
        self._newest: dict[str, Head] = {}
        self._thread: threading.Thread | None = None
        self._hurry = False

    def keep(self, head: Head) -> None:
        """Note, within LATEST_SECONDS and behind everybody's back, that the chain reaches to `head`."""
        with self._changed:
            self._newest[head.chain] = head
            if self._thread is None:
                self._thread = threading.Thread(target=self._write_later, name="audit-anchor", daemon=True)
                self._thread.start()

    def flush(self) -> None:
        """Write now what is still to be noted."""
        with self._changed:
            thread, self._hurry = self._thread, True
            self._changed.notify_all()
        if thread is not None:
            thread.join()
        self._hurry = False

    def _write_later(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._hurry, LATEST_SECONDS)
            heads, self._newest, self._thread = self._newest, {}, None
        with self._writing, suppress(OSError, UsageError):
            known = {each.chain: each for each in read_heads(self.file)} if self.file.exists() else {}
            newer = {
                chain: head
                for chain, head in heads.items()
                if chain not in known or known[chain].sequence < head.sequence
            }
            if newer:
                self._write({**known, **newer})

    def forget(self, chain: str) -> None:
        """After a restore: the chain begins anew from where the backup stands."""
        with self._writing:
            if self.file.exists():
                self._write({each.chain: each for each in read_heads(self.file) if each.chain != chain})

    def _write(self, heads: dict[str, Head]) -> None:
        part = self.file.with_name(f".{self.file.name}.{os.getpid()}.{threading.get_ident()}.part")
        chains = {name: {"sequence": head.sequence, "hash": head.hash} for name, head in heads.items()}
        with os.fdopen(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as stream:
            json.dump({"audit_chains": chains}, stream)
        part.replace(self.file)


def anchor_of(records: Path) -> Path:
    """Where the anchor of an SQLite file stands."""
    return records.with_name(f"{records.stem}.audit.json")


def witnesses(file: Path) -> list[Witness]:
    """What an anchor file says. Raises UsageError ``audit_anchor``."""
    return [Witness(str(file), head) for head in read_heads(file)]


def read_heads(file: Path) -> list[Head]:
    """Raises UsageError ``audit_anchor`` when the file is not there or makes no sense."""
    try:
        chains = json.loads(file.read_bytes())["audit_chains"]
        return [Head(str(name), int(each["sequence"]), str(each["hash"])) for name, each in chains.items()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError("audit_anchor", type(error).__name__, file=str(file)) from None
