"""What `./run bench` offers; the benchmarks themselves are run by hand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_benchmark_of_another_name_is_told_which_there_are() -> None:
    done = subprocess.run(
        [sys.executable, "tests/benchmarks", "speed"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )

    assert done.returncode == 2
    quick = "event-loop, lookup, parse, start, start-desk, today"
    assert f"unknown benchmark: speed; there are {quick};" in done.stderr
    assert "only when named: abuse, checks, decode, desks, hour, records, retention, stream" in done.stderr
