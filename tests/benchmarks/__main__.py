"""`./run bench [NAME...]`: the benchmarks named, or all that take less than minutes."""

import sys

import bench_abuse
import bench_checks
import bench_decode
import bench_desks
import bench_event_loop
import bench_hour
import bench_lookup
import bench_parse
import bench_records
import bench_retention
import bench_start
import bench_start_desk
import bench_stream
import bench_today

BENCHMARKS = {
    "abuse": bench_abuse.main,
    "checks": bench_checks.main,
    "decode": bench_decode.main,
    "desks": bench_desks.main,
    "event-loop": bench_event_loop.main,
    "hour": bench_hour.main,
    "lookup": bench_lookup.main,
    "parse": bench_parse.main,
    "records": bench_records.main,
    "retention": bench_retention.main,
    "start": bench_start.main,
    "start-desk": bench_start_desk.main,
    "stream": bench_stream.main,
    "today": bench_today.main,
}

TAKE_MINUTES = {"abuse", "checks", "decode", "desks", "hour", "records", "retention", "stream"}
"""Only when named; KIOSK_BENCH_SCENES, BENCH_DESKS, BENCH_SCANS and BENCH_VISITS make them shorter."""


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        quick = ", ".join(name for name in BENCHMARKS if name not in TAKE_MINUTES)
        slow = ", ".join(sorted(TAKE_MINUTES))
        print(f"unknown benchmark: {', '.join(unknown)}; there are {quick};", file=sys.stderr)
        print(f"of some minutes each, only when named: {slow}", file=sys.stderr)
        return 2
    for name in names or [name for name in BENCHMARKS if name not in TAKE_MINUTES]:
        BENCHMARKS[name]()
    return 0


sys.exit(main(sys.argv[1:]))
