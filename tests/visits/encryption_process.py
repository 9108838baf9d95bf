"""Opens records from before there was encryption, for tests that kill it while they are encrypted.

encryption_process.py FILE       prints "begun" when it starts to and "done" when they are open
"""

from __future__ import annotations

import sys
from pathlib import Path

from kiosk.visits.records import VisitRecords


def main(file: str) -> None:
    print("begun", flush=True)
    with VisitRecords.open(Path(file), facility="99999", training=False):
        print("done", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
