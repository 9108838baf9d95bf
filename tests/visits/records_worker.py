"""A process of its own that works on the records: started by the tests, killed by some of them.

    records_worker.py URL record COUNT PREFIX    records visits, prints "<visit_id> <queue number>" for each
    records_worker.py URL settle VISIT_ID...     settles visits, prints the ids it won

It says "ready" when everything is imported, and begins (opens the records) at a line on standard input.
"""

from __future__ import annotations

import sys

from visit_samples import MORNING, assessment, attempt, health_card, new_visit

from kiosk.visits.model import Status
from kiosk.visits.records import VisitRecords


def main(url: str, what: str, *words: str) -> None:
    print("ready", flush=True)
    sys.stdin.readline()
    with VisitRecords.open(url, facility="99999", training=False) as records:
        if what == "record":
            for i in range(int(words[0])):
                status = (Status.PENDING, Status.CHECKED_IN, Status.HELD)[i % 3]
                new = new_visit(health_card(i), status, visit_id=f"{words[1]}-{i:04}", attempts=(attempt(),))
                visit = records.record(new)
                print(visit.visit_id, visit.queue_number or "-", flush=True)
        else:
            for visit_id in words:
                if records.settle(visit_id, Status.CHECKED_IN, assessment(), (attempt(None),), MORNING):
                    print(visit_id, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
