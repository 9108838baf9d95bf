"""A day's list, and the form's known patients, over 100,000 visits on SQLite, against a page by its keys.

All 100,000 are of one day, which is the worst case: another day's visits cost nothing.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from kiosk.card.model import HealthCard, Kind, PartialDate
from kiosk.visits import rows
from kiosk.visits.day_page import PAGE, DayQuery, Place
from kiosk.visits.model import Source, Status
from kiosk.visits.records import VisitRecords
from kiosk.visits.schema import visit
from kiosk.visits.searching import words_of

VISITS = 100_000
ROUNDS = 31
GOAL_MS = 50
MORNING = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
DAY = MORNING.date()

_FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ")
_MIDDLES = ("Thị", "Văn", "Minh", "Ngọc", "Thanh", "Hữu", "Đức", "Kim")
_NAMES = ("An", "Bình", "Cường", "Dũng", "Hoà", "Hương", "Khánh", "Lan", "Mai", "Nga", "Phúc", "Quỳnh", "Thử")


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(_filled(Path(folder) / "visits.sqlite3")) as records,
    ):
        ids = [found.visit_id for found in records.day_page(DayQuery(DAY)).visits]
        peer, peer_cpu = _medians(lambda: _by_keys(records, ids))
        print(f"{VISITS:,} visits of one day on SQLite; a page is {PAGE} of them; medians of {ROUNDS}")
        print(f"  {'peer: a page by its primary keys':<37} {peer:7.2f} ms, {peer_cpu:6.2f} ms of a core")
        middle = Place(MORNING + timedelta(seconds=VISITS // 2), "v")
        deep = Place(MORNING + timedelta(seconds=PAGE), "v")
        for name, ask in {
            "first page, and how many": lambda: records.day_page(DayQuery(DAY)),
            "a page in the middle": lambda: records.day_page(DayQuery(DAY), middle),
            "the last page": lambda: records.day_page(DayQuery(DAY), deep),
            "only those that are owed": lambda: records.day_page(DayQuery(DAY, "", Status.PENDING)),
            "search: nguyen": lambda: records.day_page(DayQuery(DAY, "nguyen")),
            "search: dang minh hoa": lambda: records.day_page(DayQuery(DAY, "đặng minh hoà")),
            "search: four digits": lambda: records.day_page(DayQuery(DAY, "4711")),
            "search: a whole number": lambda: records.day_page(DayQuery(DAY, "dn4799900054321")),
            "search: nobody": lambda: records.day_page(DayQuery(DAY, "khong co ai")),
            "form: who is thanh hoa?": lambda: records.search_patients(words_of("thanh hoà")),
            "form: whose number has 4711?": lambda: records.search_patients(words_of("4711")),
            "form: nobody": lambda: records.search_patients(words_of("khong co ai")),
        }.items():
            took, cpu = _medians(ask)
            met = "" if took < GOAL_MS else f"   OVER {GOAL_MS} ms"
            print(f"  {name:<37} {took:7.2f} ms, {cpu:6.2f} ms of a core = {cpu / peer_cpu:5.1f} x peer{met}")
        print()


def _filled(file: Path) -> VisitRecords:
    records = VisitRecords.open(file, facility="99999", training=False)
    lot = random.Random(7)
    with records._database.write() as connection:
        for start in range(0, VISITS, 5000):
            connection.execute(insert(visit), [_row(number, lot) for number in range(start, start + 5000)])
    return records


def _row(number: int, lot: random.Random) -> dict[str, Any]:
    name = " ".join(lot.choice(part) for part in (_FAMILIES, _MIDDLES, _MIDDLES, _NAMES))
    card = HealthCard(
        Kind.HEALTH_CARD,
        card_number=f"DN479{9900000000 + number}",
        full_name=name,
        birth_date=PartialDate(1990, 2, 1),
    )
    status = Status.PENDING if number % 100 == 0 else Status.CHECKED_IN
    return {
        "visit_id": f"v{lot.getrandbits(64):016x}{number:08}",
        "mode": "live",
        "facility": "99999",
        "day": DAY,
        "created_at": MORNING + timedelta(seconds=number),
        "source": Source.SCAN.value,
        "desk": "Quầy 1",
        "status": status.value,
        "queue_number": number + 1,
        "number": card.lookup_number,
        "card": rows.card_to_json(card),
        "warnings": [],
        **rows.assessment_columns(None, card),
    }


def _by_keys(records: VisitRecords, ids: list[str]) -> list[Any]:
    with records._database.read() as connection:
        found = connection.execute(select(visit).where(visit.c.visit_id.in_(ids)))
        return [rows.visit_from(row) for row in found]


def _medians(ask: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds on the clock, and of a core: on a busy machine the clock says how busy it is."""
    ask()
    took, cpu = [], []
    for _ in range(ROUNDS):
        began, began_cpu = time.perf_counter(), time.process_time()
        ask()
        cpu.append((time.process_time() - began_cpu) * 1000)
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took), statistics.median(cpu)


if __name__ == "__main__":
    main()
