"""Runs the fault matrix and writes docs/fault-matrix.md from it; see tests/gateway/fault_matrix.py.

    .venv/bin/python scripts/print_fault_matrix.py

Read the difference before committing it: the tests hold the program to what the document says.
"""

# ruff: noqa: INP001 - a script, not a package
from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "gateway"))

import fault_matrix as matrix  # noqa: E402

from kiosk.training.patients import TRAINING_FACILITY  # noqa: E402
from kiosk.visits.records import VisitRecords  # noqa: E402

HEAD = f"""# What the kiosk does when the gateway fails

Written by `scripts/print_fault_matrix.py` from runs over real sockets; `tests/gateway/test_fault_matrix.py`
runs the same table and compares. One look-up with `gateway.history = true`, then the check-in. Columns:

- *At*: the step that the fault meets: login (`token`), card (`look-up`) or earlier visits (`history`).
- *Sent*: requests by step, logins + look-ups + histories, that the kiosk sent or tried to send.
- *Kept as evidence*: the recorded exchanges that were no ordinary answer. Every exchange is recorded with its
  time; of the history only the result code.
- *Seconds*: measured; rows that wait with time-outs of {matrix.CONNECT_SECONDS} s to connect, \
{matrix.READ_SECONDS} s to answer and {matrix.TOTAL_SECONDS} s in
  total. With the defaults (3, 8, 10 s) those take longer: 3 s where connecting hangs, 8 s in silence, 10 s
  where bytes drip. No row exceeds `gateway.total_timeout_seconds`; a history takes 4 s of them at most.

`none` is the run without any fault. The name server is asked when the first connection is made, so an unknown
host name shows at the login only. Every fault at login or look-up leads to `undetermined` and a received
patient (`pending`), or to the right verdict after a repeat; no fault of the history changes a verdict. In the
desk a second failure among five look-ups takes it offline, and a refused login pauses (see operations.md):
the rows are those of the first look-up.

"""


def main() -> None:
    lines = [
        "| " + " | ".join((*matrix.COLUMNS, "Seconds")) + " |",
        "|---" * len(matrix.COLUMNS) + "|---|",
    ]
    with (
        tempfile.TemporaryDirectory() as folder,
        VisitRecords.open(
            Path(folder) / "visits.sqlite3", facility=TRAINING_FACILITY, training=True
        ) as records,
    ):
        for step, fault in matrix.cases():
            run = matrix.run(fault, step, records)
            lines.append("| " + " | ".join((*run.row, f"{run.seconds:.1f}")) + " |")
    (ROOT / "docs" / "fault-matrix.md").write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
