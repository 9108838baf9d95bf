"""Check-ins of several desks on one SQLite file, against a gateway 300 ms away; memory over a long day.

The desk's own part is everything but the exchange with the gateway: reading the card, the session, the
conclusion, and the visit on the disk, waiting for the other desks included.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from kiosk.gateway.client import GatewayClient, GatewayClientConfig
from kiosk.readers.decoder import decode_file
from kiosk.reception import Reception
from kiosk.training import gateway_server as training
from kiosk.training.patients import PATIENTS, TRAINING_FACILITY
from kiosk.visits.audit_log import AuditLog
from kiosk.visits.backup import check
from kiosk.visits.model import NUMBERED, Source
from kiosk.visits.records import VisitRecords

DESKS, EACH = 4, 500
LOOKUPS_AT_ONCE = (
    1  # at a desk stands one patient; three of them keep a machine of two cores busy all the time
)
LATENCY_SECONDS = 0.3
GOAL_MS = 100
LONG_DAY, WARM = 10_000, 1_000
PAIRED, WARM_UP = 1_000, 100

LINES = [each.health_card_line() for each in PATIENTS if each.result_code == "000"]

_SERVER = """
import sys
from kiosk.training.faults import Fault, FaultKind, Step
from kiosk.training.gateway_server import TrainingGateway
with TrainingGateway() as server:
    seconds = float(sys.argv[1])
    server.fault = Fault(FaultKind.SLOW, step=Step.LOOKUP, seconds=seconds) if seconds else None
    print(server.base_url, flush=True)
    sys.stdin.read()
"""


@contextmanager
def gateway(seconds: float) -> Iterator[str]:
    """The training gateway in a process of its own, that many seconds away."""
    command = [sys.executable, "-c", _SERVER, str(seconds)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.communicate("")


def desk(address: str, records: Path) -> Reception:
    config = GatewayClientConfig(
        base_url=address,
        username=training.USERNAME,
        password=training.PASSWORD,
        staff_name=training.STAFF_NAME,
        staff_citizen_id=training.STAFF_CITIZEN_ID,
    )
    made = Reception(
        facility=TRAINING_FACILITY,
        desk=f"Quầy {os.getpid()}",
        open_gateway=lambda: GatewayClient(config),
        open_records=lambda: VisitRecords.open(records, facility=TRAINING_FACILITY, training=True),
        decode_image=decode_file,
    )
    made._look_ups._recent.get = lambda _question: None  # type: ignore[assignment,method-assign]  # every scan is a look-up
    return made


def check_in(reception: Reception, line: str) -> tuple[float, str, int | None]:
    """Milliseconds of our own, the visit, its queue number."""
    began = time.perf_counter()
    found = reception.seen_today(reception.look_up(reception.read(line)))
    visit = reception.check_in(found, Source.WEDGE)
    total = (time.perf_counter() - began) * 1000
    return total - sum(attempt.elapsed_ms for attempt in found.attempts), visit.visit_id, visit.queue_number


def work(address: str, records: Path, count: int) -> None:
    """One desk: a process of its own. Prints what it showed to people."""
    with desk(address, records) as reception, ThreadPoolExecutor(LOOKUPS_AT_ONCE) as pool:
        reception.owed_count()
        print("ready", flush=True)
        sys.stdin.readline()
        lines = (LINES[place % len(LINES)] for place in range(count))
        print(json.dumps(list(pool.map(lambda line: check_in(reception, line), lines))), flush=True)


def several_desks(folder: Path) -> None:
    file = folder / "visits.sqlite3"
    with gateway(LATENCY_SECONDS) as address:
        command = [sys.executable, __file__, address, str(file), str(EACH)]
        pipe = subprocess.PIPE
        desks = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(DESKS)]
        for each in desks:
            assert each.stdout is not None
            assert each.stdout.readline() == "ready\n"
        began = time.perf_counter()
        for each in desks:
            assert each.stdin is not None
            each.stdin.write("\n")
            each.stdin.flush()
        shown = [tuple(row) for each in desks for row in json.loads(each.communicate()[0])]
        seconds = time.perf_counter() - began
    with closing(VisitRecords.open(file, facility=TRAINING_FACILITY, training=True)) as records:
        kept = {visit.visit_id: visit for visit in records.visits()}
    lost = sum(visit_id not in kept or kept[visit_id].queue_number != number for _, visit_id, number in shown)
    numbers = Counter((v.day, v.queue_number) for v in kept.values() if v.status in NUMBERED)
    own = sorted(row[0] for row in shown)
    p95 = own[int(len(own) * 0.95)]
    print(
        f"{DESKS} desks x {EACH} check-ins on one SQLite file, gateway {LATENCY_SECONDS * 1000:.0f} ms away"
    )
    print(f"  check-ins {len(shown)}, lost {lost}, queue numbers given twice {len(kept) - len(numbers)}")
    print(f"  integrity: {'sound' if check(file).ok else 'DAMAGED'}; {len(shown) / seconds:.1f} check-ins/s")
    print(
        f"  own part: median {statistics.median(own):.1f} ms, p95 {p95:.1f} ms (goal <= {GOAL_MS}),", end=" "
    )
    print(f"worst {own[-1]:.1f} ms\n")


def long_day(folder: Path) -> None:
    rss = {}
    with gateway(0) as address, desk(address, folder / "long.sqlite3") as reception:
        began = time.perf_counter()
        for place in range(LONG_DAY + 1):
            if place in {0, WARM, LONG_DAY // 2, LONG_DAY}:
                rss[place] = resident_megabytes()
            if place < LONG_DAY:
                check_in(reception, LINES[place % len(LINES)])
        seconds = time.perf_counter() - began
    print(f"{LONG_DAY:,} check-ins in one process, {seconds:.0f} s")
    for place, megabytes in rss.items():
        print(f"  resident after {place:>6,}: {megabytes:7.1f} MB")
    print(f"  from {WARM:,} to {LONG_DAY:,}: {rss[LONG_DAY] - rss[WARM]:+.1f} MB\n")


def audit_share(folder: Path) -> None:
    """What the audit log costs: check-ins with it and without it by turns, so that both meet the same day."""
    cpu: dict[bool, list[float]] = {True: [], False: []}
    add: Any = AuditLog.add
    with gateway(0) as address, desk(address, folder / "audit.sqlite3") as reception:
        put: Any = reception._audit.put
        for place in range(PAIRED + WARM_UP):
            noted = place // 2 % 2 == 0
            AuditLog.add = add if noted else _nothing  # type: ignore[method-assign,assignment]
            reception._audit.put = put if noted else _nothing  # type: ignore[method-assign,assignment]
            began = time.process_time()
            check_in(reception, LINES[place % len(LINES)])
            if place >= WARM_UP:
                cpu[noted].append((time.process_time() - began) * 1000)
    AuditLog.add = add  # type: ignore[method-assign]
    with_log, without = statistics.median(cpu[True]), statistics.median(cpu[False])
    share = with_log / without - 1
    print(f"{PAIRED} check-ins, every second pair without the audit log")
    print(
        f"  processor time: {without:.1f} ms without, {with_log:.1f} ms with it, {share:+.1%} (goal <= 10 %)"
    )


def _nothing(*_: object) -> None:
    pass


def resident_megabytes() -> float:
    """Of this process; nan where /proc does not tell."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return float("nan")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        several_desks(Path(folder))
        long_day(Path(folder))
        audit_share(Path(folder))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        work(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
