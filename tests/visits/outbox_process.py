"""A process that looks up everything owed, for tests that kill it.

outbox_process.py URL       prints "ready", then each visit it settled
"""

from __future__ import annotations

import sys

from visit_samples import assessment, attempt

from kiosk.visits.model import Status
from kiosk.visits.outbox import LateAnswer, Outbox
from kiosk.visits.records import VisitRecords

ELIGIBLE = LateAnswer(Status.CHECKED_IN, assessment(), (attempt(None),))


def main(url: str) -> None:
    with VisitRecords.open(url, facility="99999", training=False) as records:
        print("ready", flush=True)
        for visit in Outbox(records, lambda _: ELIGIBLE).work_now():
            print(visit.visit_id, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
