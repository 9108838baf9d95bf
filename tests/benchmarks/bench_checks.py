"""All checks against abuse at a desk with 1,000,000 visits, against the look-up's own database time."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from kiosk import clock
from kiosk.card.model import HealthCard, Kind, PartialDate
from kiosk.eligibility.benefit import FacilityProfile
from kiosk.eligibility.model import Assessment
from kiosk.eligibility.set_up import rules_of
from kiosk.gateway.model import EarlierCheck, HistoryRow
from kiosk.gateway.result_codes import Verdict
from kiosk.lookup import Lookup
from kiosk.reception import Reception
from kiosk.visits import rows
from kiosk.visits.identity import keys_of
from kiosk.visits.model import Source, Status
from kiosk.visits.records import VisitRecords
from kiosk.visits.schema import visit, visit_identity, visit_picture, watch_list

VISITS = int(os.environ.get("BENCH_VISITS", "1000000"))
PERSONS = VISITS // 12
ROUNDS, GOAL_MS = 51, 20
PAGE = 20_000


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        with closing(filled(Path(folder) / "visits.sqlite3")) as records:
            print(f"{VISITS:,} visits of {PERSONS:,} persons on SQLite, written in {_since(began):.0f} s")
            measure(records)


def measure(records: VisitRecords) -> None:
    reception = Reception(
        facility="99999",
        desk="Quầy 1",
        open_gateway=lambda: (_ for _ in ()).throw(RuntimeError("not asked")),
        open_records=lambda: records,
        decode_image=lambda _: (_ for _ in ()).throw(RuntimeError("no picture")),
        rules=rules_of(FacilityProfile("99999")),
    )
    today = clock.today()
    found = [lookup_of(number) for number in range(0, PERSONS, max(PERSONS // ROUNDS, 1))]
    own = _times(found, lambda each: records.already_checked_in(each.card, None, today))
    checks = _times(found, reception.examined)
    print(f"  the look-up's own question (seen today?): {_shown(own)}")
    print(f"  all checks together: {_shown(checks)} (goal <= {GOAL_MS} ms)", end="")
    print(f", {checks.median / own.median:.1f} times as long")


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds, on the clock and of this process alone: on a busy machine the first is also others'."""

    clock: list[float]
    own: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.own)


def _shown(times: Times) -> str:
    return (
        f"median {statistics.median(times.clock):.1f} ms, worst {max(times.clock):.1f} ms on the clock;"
        f" own CPU {times.median:.1f} ms, worst {max(times.own):.1f} ms"
    )


def _times(found: list[Lookup], ask: Callable[[Lookup], object]) -> Times:
    clock, own = [], []
    for each in [found[0], *found]:
        began, spent = time.perf_counter(), time.process_time()
        ask(each)
        clock.append(_since(began) * 1000)
        own.append((time.process_time() - spent) * 1000)
    return Times(clock[1:], own[1:])


def _since(began: float) -> float:
    return time.perf_counter() - began


def lookup_of(number: int) -> Lookup:
    now = clock.now()
    stays = tuple(
        HistoryRow(facility=f"9990{n % 6}", admitted_at=now - timedelta(days=9 * n + 5, hours=2))
        for n in range(20)
    )
    checks = tuple(EarlierCheck(row.admitted_at or now, row.facility, "000") for row in stays)
    return Lookup(
        card=_card(number),
        assessment=Assessment(Verdict.ELIGIBLE, "ok", "000"),
        attempts=(),
        history=stays,
        warnings=(),
        elapsed_ms=0,
        history_known=True,
        checks=checks,
        picture=f"picture {number}",
    )


def filled(file: Path) -> VisitRecords:
    records = VisitRecords.open(file, facility="99999", training=False)
    now = clock.now()
    for start in range(0, VISITS, PAGE):
        numbers = range(start, min(start + PAGE, VISITS))
        with records._database.write() as connection:
            connection.execute(insert(visit), [_row(number, now) for number in numbers])
            connection.execute(insert(visit_identity), list(_identities(numbers)))
            shown = [
                {"visit_id": f"v{number:07}", "fingerprint": f"picture {number % PERSONS}"}
                for number in numbers if number % 5 == 0
            ]  # fmt: skip
            connection.execute(insert(visit_picture), shown)
    with records._database.write() as connection:
        watched = [
            {
                "mode": "live",
                "facility": "99999",
                "key": f"social:{8800000000 + number}",
                "reason": "x",
                "until": None,
                "added_at": now,
            }
            for number in range(10_000)
        ]
        connection.execute(insert(watch_list), watched)
    return records


def _identities(numbers: range) -> Iterator[dict[str, str]]:
    for number in numbers:
        for key in keys_of(_card(number % PERSONS), None):
            yield {"visit_id": f"v{number:07}", "key": key}


def _card(person: int) -> HealthCard:
    return HealthCard(
        Kind.HEALTH_CARD,
        card_number=f"DN479{9900000000 + person}",
        full_name="Nguyễn Văn Mẫu",
        birth_date=PartialDate(1990, 2, 1),
    )


def _row(number: int, now: datetime) -> dict[str, Any]:
    at = now - timedelta(days=365) * (1 - number / VISITS)
    card = _card(number % PERSONS)
    return {
        "visit_id": f"v{number:07}",
        "mode": "live",
        "facility": "99999",
        "day": at.date(),
        "created_at": at,
        "source": Source.WEDGE.value,
        "desk": "Quầy 1",
        "status": Status.CHECKED_IN.value,
        "full_name": card.full_name,
        "number": card.lookup_number,
        "card": rows.card_to_json(card),
        "differences": [],
        "warnings": [],
        "benefit": {"papers": [{"kind": "appointment", "issued_on": "2026-01-05", "issuer": None}]},
    }


if __name__ == "__main__":
    main()
