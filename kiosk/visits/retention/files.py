"""What is due beside the records: backups, records that a restore put aside, what a killed program left."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk import clock
from kiosk.visits.retention.kinds import Found

if TYPE_CHECKING:
    from kiosk.visits.backup import Backups

PASTED = "pasted-*.png"
"""Pictures that were pasted into the window, while they are being read."""

FILE_KINDS = ("backups", "former_records", "leftovers")

_FORMER = re.compile(r"\.before-restore-(\d{8})-\d{6}(?:-wal|-shm|-journal)?$")


@dataclass(frozen=True, slots=True)
class RecordFiles:
    """Where the files of one installation lie. `backups`: None where a server keeps the records."""

    data_folder: Path
    records: Path | None
    backups: Backups | None

    def due(self, kind: str, last_day: date) -> list[tuple[date, Path]]:
        """The files of that day or before, oldest first."""
        found = {"backups": self._backups, "former_records": self._former, "leftovers": self._leftovers}[
            kind
        ]()
        return sorted((day, file) for day, file in found if day <= last_day)

    def count(self, kind: str, last_day: date) -> Found:
        due = self.due(kind, last_day)
        return Found(len(due), due[0][0], due[-1][0]) if due else Found()

    def remove(self, kind: str, last_day: date) -> int:
        count = 0
        for _, file in self.due(kind, last_day):
            with suppress(OSError):  # in use, on a share that is away: the next time
                file.unlink()
                count += 1
        return count

    def stay(self, kind: str, last_day: date) -> Mapping[str, int]:
        """The newest backup, when even that is past its term: nobody is left without one."""
        made = self.backups.all() if kind == "backups" and self.backups is not None else []
        return {"newest": 1} if made and made[0][0].date() <= last_day else {}

    def _backups(self) -> Iterator[tuple[date, Path]]:
        for made_at, file in (self.backups.all() if self.backups is not None else [])[1:]:
            yield made_at.date(), file

    def _former(self) -> Iterator[tuple[date, Path]]:
        if self.records is None:
            return
        for file in _files(self.records.parent, f"{self.records.name}.before-restore-*"):
            named = _FORMER.search(file.name)
            with suppress(ValueError):
                if named:
                    yield date.fromisoformat(named[1]), file

    def _leftovers(self) -> Iterator[tuple[date, Path]]:
        places = [(self.data_folder, PASTED)]
        if self.records is not None:
            places += [(self.records.parent, f".{self.records.name}.*.restored*")]
        if self.backups is not None:
            places += [(self.backups.folder, f".{self.backups.records.stem}-*.part*")]
        for folder, pattern in places:
            for file in _files(folder, pattern):
                with suppress(OSError):
                    changed = datetime.fromtimestamp(min(file.stat().st_mtime, time.time()), clock.VIETNAM)
                    yield changed.date(), file


def _files(folder: Path, pattern: str) -> list[Path]:
    try:
        return [file for file in folder.glob(pattern) if file.is_file() and not file.is_symlink()]
    except (OSError, ValueError):
        return []


__all__ = ["FILE_KINDS", "PASTED", "RecordFiles"]
