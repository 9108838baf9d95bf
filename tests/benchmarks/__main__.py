"""`./run bench [NAME...]`: all benchmarks, or those named (`decode`, `event-loop`, `lookup`, `parse` …)."""

import sys

import bench_decode
import bench_desks
import bench_event_loop
import bench_lookup
import bench_parse
import bench_records
import bench_start
import bench_stream

BENCHMARKS = {
    "decode": bench_decode.main,
    "desks": bench_desks.main,
    "event-loop": bench_event_loop.main,
    "lookup": bench_lookup.main,
    "parse": bench_parse.main,
    "records": bench_records.main,
    "start": bench_start.main,
    "stream": bench_stream.main,
}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"unknown benchmark: {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    for name in names or list(BENCHMARKS):
        BENCHMARKS[name]()
    return 0


sys.exit(main(sys.argv[1:]))
