"""Many desks on one PostgreSQL server: 50 x 200 check-ins, the gateway 300 ms away.

Every desk is a whole reception (gateway client over HTTP, verdict, shared records with a spool of its own)
that checks one invented patient after the other in, with a short pause between them. Several desks live in
one process, so that the machine holds them. A desk's own part is all that it does for a patient but the
waiting for the gateway.

    ./run bench desks                                    50 x 200, pauses of 1.2 s: a patient every 30 ms
    BENCH_DESKS=50x20 BENCH_PAUSE=0 ./run bench desks    as fast as they can
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from postgresql_server import PostgresqlServer, programs, running_server

DESKS_IN_A_PROCESS = 10
GATEWAY_SECONDS = float(os.environ.get("BENCH_GATEWAY_SECONDS", "0.3"))
GOAL_MS = 100.0

SETTINGS = {"fsync": "on", "full_page_writes": "on", "autovacuum": "on", "shared_buffers": "128MB"}
"""As in a hospital: a commit is on the disk."""


def number_of(place: int) -> str:
    return f"DN479{9910000000 + place}"


# The gateway: a process of its own.


def serve_gateway(patients: int) -> None:
    from kiosk.training import answers
    from kiosk.training.faults import Fault, FaultKind, Step
    from kiosk.training.gateway_server import TrainingGateway
    from kiosk.training.patients import DEMO_PATIENT

    for place in range(patients):
        number = number_of(place)
        known = replace(DEMO_PATIENT, key=number, card_number=number, citizen_id=f"{99000000000 + place:012}")
        answers._BY_NUMBER[number] = known
    gateway = TrainingGateway()
    if GATEWAY_SECONDS:
        gateway.fault = Fault(FaultKind.SLOW, step=Step.LOOKUP, seconds=GATEWAY_SECONDS)
    with gateway:
        print(gateway.base_url, flush=True)
        sys.stdin.read()


# The desks: several in a process.


def work(url: str, gateway_url: str, folder: Path, each: int, first: int, desks: int) -> None:
    from kiosk.app import build_reception
    from kiosk.settings import DeskSettings, GatewaySettings, RecordsSettings, Settings
    from kiosk.training.patients import DEMO_PATIENT
    from kiosk.visits.model import Source

    pause = float(os.environ.get("BENCH_PAUSE", "1.2"))
    birth = DEMO_PATIENT.birth_date.iso
    receptions = []
    for desk in range(first, first + desks):
        settings = Settings(
            data_dir=str(folder / str(desk)),
            desk=DeskSettings(name=f"Quầy {desk + 1}"),
            gateway=GatewaySettings(base_url=gateway_url),
            records=RecordsSettings(url=url),
        )
        reception = build_reception(settings)
        _ = reception.gateway, reception.records.sharing()
        receptions.append(reception)
    own: list[float] = []
    records: list[float] = []
    shown: list[tuple[str, int | None, bool]] = []

    def check_in_all(desk: int) -> None:
        reception = receptions[desk - first]
        for place in range(desk * each, (desk + 1) * each):
            time.sleep(random.uniform(0, 2 * pause))
            began = time.perf_counter()
            found = reception.look_up(reception.typed(number_of(place), DEMO_PATIENT.full_name, birth))
            looked_up = time.perf_counter()
            visit = reception.check_in(reception.seen_today(found), Source.TYPED)
            ended = time.perf_counter()
            records.append((ended - looked_up) * 1000)
            own.append((ended - began) * 1000 - found.elapsed_ms)
            shown.append((visit.visit_id, visit.queue_number, visit.kept_here))

    threads = [threading.Thread(target=check_in_all, args=(desk,)) for desk in range(first, first + desks)]
    print("ready", flush=True)
    sys.stdin.readline()
    cpu = time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    cpu = time.process_time() - cpu
    for reception in receptions:
        reception.close()
    print(json.dumps({"own": own, "records": records, "shown": shown, "cpu": cpu}), flush=True)


def start(*words: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, __file__, *map(str, words)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def run(server: PostgresqlServer, desks: int, each: int) -> float:
    """Let them work, hold what they showed against what the server has; p95 of a desk's own part in ms."""
    with (
        server.database() as name,
        tempfile.TemporaryDirectory() as folder,
        start("gateway", desks * each) as gateway,
    ):
        assert gateway.stdout is not None
        base_url = gateway.stdout.readline().strip()
        firsts = range(0, desks, DESKS_IN_A_PROCESS)
        common = ("work", server.url(name), base_url, folder, each)
        workers = [start(*common, first, min(DESKS_IN_A_PROCESS, desks - first)) for first in firsts]
        for worker in workers:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
        began = time.perf_counter()
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write("\n")
            worker.stdin.flush()
        results = [json.loads(worker.communicate()[0]) for worker in workers]
        seconds = time.perf_counter() - began
        gateway.communicate()
        with server.connect(name) as connection:
            there = connection.execute(
                "SELECT visit_id, queue_number FROM visit WHERE queue_number IS NOT NULL"
            ).fetchall()
    return report(desks, each, seconds, results, dict(there))


def report(
    desks: int, each: int, seconds: float, results: list[dict[str, Any]], there: dict[str, int]
) -> float:
    shown = [line for result in results for line in result["shown"]]
    lost = [line for line in shown if there.get(line[0]) != line[1]]
    numbers = Counter(there.values())
    twice = sum(1 for times in numbers.values() if times > 1)
    gaps = max(numbers, default=0) - len(numbers)
    kept = sum(1 for line in shown if line[2])
    own = [value for result in results for value in result["own"]]
    records = [value for result in results for value in result["records"]]
    cpu = sum(result["cpu"] for result in results)
    total = desks * each
    p95 = quantile(own, 95)
    print(f"{desks} desks x {each} check-ins in {seconds:.1f} s ({total / seconds:.0f} a second)")
    print(f"  shown {len(shown)} of {total}, lost {len(lost)}, numbers given twice {twice}, gaps {gaps}")
    print(f"  kept on a desk because the server took too long: {kept}")
    print(f"  a desk's own part   {figures(own)}")
    print(f"  of it records       {figures(records)}")
    print(f"  a desk's CPU time   {cpu / total * 1000:.1f} ms a check-in\n")
    return p95


def figures(values: list[float]) -> str:
    return (
        f"median {statistics.median(values):6.1f} ms   p95 {quantile(values, 95):6.1f} ms   "
        f"max {max(values):6.1f} ms"
    )


def quantile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]


def main() -> None:
    if programs() is None:
        print("desks: no PostgreSQL server on this machine\n")
        return
    desks, each = (int(part) for part in os.environ.get("BENCH_DESKS", "50x200").split("x"))
    with running_server(**SETTINGS) as server:
        alone = run(server, 1, 50)
        p95 = run(server, desks, each)
    print(f"  p95 of a desk's own part {p95:.1f} ms (goal <= {GOAL_MS:g}); of one desk alone {alone:.1f} ms")
    load = os.getloadavg()[0]
    print(f"  {os.cpu_count()} cores held desks, gateway and server; load average {load:.1f}\n")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["gateway", patients]:
            serve_gateway(int(patients))
        case ["work", url, gateway_url, folder, each, first, desks]:
            work(url, gateway_url, Path(folder), int(each), int(first), int(desks))
        case _:
            main()
