"""Deleting 100,000 visits past their term while patients are checked in: how long the write lock is held.

Each visit has two numbers, an answer of the gateway, two lines of its trail, findings. Another process-like
thread checks in a patient every fifth of a second; how long that takes, alone and meanwhile, is printed.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from kiosk import clock
from kiosk.card.model import HealthCard, Kind, PartialDate
from kiosk.gateway.model import Attempt
from kiosk.visits import rows, schema
from kiosk.visits.model import NewVisit, Source, Status
from kiosk.visits.records import VisitRecords
from kiosk.visits.retention.rules import retention_rules
from kiosk.visits.retention.run import Outcome, Retention

VISITS = int(os.environ.get("BENCH_VISITS", "100000"))
GOAL_MS = 50
EVERY_SECONDS = 0.2
LONG_AGO = datetime(2019, 3, 1, 0, 0, tzinfo=UTC)
ANSWER = '{"maKetQua":"000","hoTen":"' + "NGUYỄN THỬ" * 20 + '","dsLichSuKCB2018":[]}'


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "visits.sqlite3"
        with closing(VisitRecords.open(file, facility="99999", training=False)) as records:
            _fill(records)
            print(f"{VISITS:,} visits past their term on SQLite, {file.stat().st_size / 1e6:.0f} MB")
            alone = _check_ins(records, lambda: time.sleep(6.0))
            began = time.monotonic()
            outcomes: list[Outcome] = []
            meanwhile = _check_ins(records, lambda: outcomes.append(_delete(records)))
            took = time.monotonic() - began
            (outcome,) = outcomes
            met = "" if outcome.longest_ms <= GOAL_MS else f"   OVER {GOAL_MS} ms"
            print(f"  deleted {outcome.rows:,} rows in {took:.0f} s: {outcome.removed}")
            print(f"  write lock held {outcome.longest_ms:.0f} ms at the longest{met}")
            for name, took_ms in (("alone", alone), ("meanwhile", meanwhile)):
                worst, p95 = max(took_ms), statistics.quantiles(took_ms, n=20)[-1]
                print(
                    f"  {len(took_ms)} check-ins {name}: median {statistics.median(took_ms):.0f},"
                    f" p95 {p95:.0f}, longest {worst:.0f} ms"
                )
            before, began = file.stat().st_size, time.monotonic()
            records.audit.database.compact()
            seconds = time.monotonic() - began
            print(f"  --compact: {before / 1e6:.0f} -> {file.stat().st_size / 1e6:.0f} MB in {seconds:.1f} s")
        print()


def _delete(records: VisitRecords) -> Outcome:
    return Retention(records.audit.parts(), retention_rules(), None, clock.today()).carry_out(why="bench")


def _check_ins(records: VisitRecords, act: object) -> list[float]:
    """How long each took, in milliseconds, while `act` runs."""
    took: list[float] = []
    over = threading.Event()

    def patients() -> None:
        number = 0
        while not over.wait(EVERY_SECONDS):
            number += 1
            began = time.perf_counter()
            records.record(_visit(number))
            took.append((time.perf_counter() - began) * 1000)

    desk = threading.Thread(target=patients)
    desk.start()
    act()  # type: ignore[operator]
    over.set()
    desk.join()
    return took


def _visit(number: int) -> NewVisit:
    now = clock.now()
    return NewVisit(
        f"new-{now.isoformat()}",
        now,
        Source.SCAN,
        "Quầy 1",
        Status.CHECKED_IN,
        _card(number),
        attempts=(Attempt(now, 300.0, "{}", 200, ANSWER, None, ""),),
    )


def _card(number: int) -> HealthCard:
    return HealthCard(
        Kind.HEALTH_CARD,
        card_number=f"DN479{9_900_000_000 + number}",
        full_name="Nguyễn Thử",
        birth_date=PartialDate(1990, 2, 1),
    )


def _fill(records: VisitRecords) -> None:
    home = {"mode": "live", "facility": "99999"}
    for start in range(0, VISITS, 2000):
        numbers = range(start, min(start + 2000, VISITS))
        with records.audit.database.write() as connection:
            connection.execute(insert(schema.visit), [{**home, **_row(number)} for number in numbers])
            for key in ("card:DN479", "social:"):
                connection.execute(
                    insert(schema.visit_identity),
                    [{"visit_id": _id(each), "key": f"{key}{9_900_000_000 + each}"} for each in numbers],
                )
            connection.execute(
                insert(schema.lookup_attempt),
                [
                    {
                        "visit_id": _id(each),
                        "asked_at": _at(each),
                        "elapsed_ms": 300.0,
                        "request": '{"maThe":"DN4799900000001"}',
                        "http_status": 200,
                        "answer": ANSWER,
                        "detail": "",
                    }
                    for each in numbers
                ],
            )
            for event in ("recorded", "confirmed"):
                connection.execute(
                    insert(schema.visit_event),
                    [
                        {"visit_id": _id(each), "at": _at(each), "event": event, "status": "checked_in"}
                        for each in numbers
                    ],
                )


def _row(number: int) -> dict[str, object]:
    card = _card(number)
    return {
        "visit_id": _id(number),
        "day": clock.day_of(_at(number)),
        "created_at": _at(number),
        "source": "scan",
        "desk": "Quầy 1",
        "status": "checked_in",
        "verdict": "eligible",
        "number": card.card_number,
        "card": rows.card_to_json(card),
        "warnings": [],
        "findings": {"found": [], "unchecked": ["open_stay_elsewhere"]},
        **rows.assessment_columns(None, card),
    }


def _id(number: int) -> str:
    return f"{(number * 2654435761) % 2**32:08x}-{number:024d}"  # spread as random ids are


def _at(number: int) -> datetime:
    return LONG_AGO + timedelta(minutes=number)
