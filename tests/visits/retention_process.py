"""Deletes what is due in a records file, and says so when the first rows are gone: to be killed then."""

from __future__ import annotations

import sys
from pathlib import Path

from kiosk import clock
from kiosk.visits.records import VisitRecords
from kiosk.visits.retention.rules import retention_rules
from kiosk.visits.retention.run import Retention


def main(file: str) -> None:
    asked = 0

    def told() -> bool:
        """Asked before each transaction; never stops by itself."""
        nonlocal asked
        asked += 1
        if asked == 6:
            print("deleting", flush=True)
        return False

    with VisitRecords.open(Path(file), facility="99999", training=False) as records:
        retention = Retention(records.audit.parts(), retention_rules(), None, clock.today())
        retention.carry_out(why="killed", stop=told)


main(sys.argv[1])
