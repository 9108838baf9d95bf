"""Today's list, full and in trouble."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from desk_pictures.room import Room, Setting
from kiosk import clock
from kiosk.card import parse
from kiosk.training.patients import PATIENTS, TRAINING_FACILITY, patient
from kiosk.visits.model import NewVisit, Source, Status
from kiosk.visits.records import VisitRecords

VISITS = 200
_STATUSES = (*[Status.CHECKED_IN] * 14, *[Status.SELF_PAY] * 2, Status.HELD, Status.REFUSED)
_FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô")
_MIDDLES = ("Văn", "Thị", "Thị Ngọc", "Minh", "Đức", "Thị Phương")
_GIVEN = ("Thử", "Mẫu", "Nghiệm", "Anh", "Bình", "Chi", "Dũng", "Giang", "Hạnh", "Khôi", "Thảo Nguyên")


def _a_day_of_visits(folder: Path) -> Mapping[str, str]:
    lot = random.Random(7)  # noqa: S311 - the same day each time
    now = clock.now()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    file = folder / "data" / "training" / "visits.sqlite3"
    file.parent.mkdir(parents=True)
    with VisitRecords.open(file, facility=TRAINING_FACILITY, training=True) as records:
        for number in range(VISITS):
            name = " ".join(lot.choice(part) for part in (_FAMILIES, _MIDDLES, _GIVEN))
            person = replace(
                lot.choice(PATIENTS), card_number=f"DN479990000{number + 1000:04}", full_name=name
            )
            at = max(now - timedelta(seconds=70 * (VISITS - number)), midnight + timedelta(seconds=number))
            records.record(
                NewVisit(
                    f"visit-{number}", at, Source.WEDGE, f"Quầy {number % 3 + 1}", lot.choice(_STATUSES),
                    parse(person.health_card_line()),
                    priority="aged_75" if number % 17 == 0 else None,
                )
            )  # fmt: skip
    return {}


today = Setting("today", prepare=_a_day_of_visits)
SETTINGS = (today,)


@today.scene
def today_full(room: Room) -> None:
    room.press("F3", "listed", total=VISITS)
    room.take()
    room.press("Down")
    room.press("Next")
    room.take("further-down")
    room.press("F5", "number_shown")
    room.take("number")
    room.press("F6")
    room.press("F6", "listed")
    room.take("held")
    room.press("Escape")


@today.scene
def today_search(room: Room) -> None:
    room.press("F3", "listed", total=VISITS)
    room.desk.type("nguyen thi")
    room.desk.wait_for("listed")
    room.take()
    room.desk.type(" zzz")
    room.desk.wait_for("listed", total=0)
    room.take("nothing")


@today.scene
def visit(room: Room) -> None:
    room.scan("worker", verdict="eligible")
    room.press("Return", "recorded", status="checked_in")
    room.press("F3", "listed", total=VISITS + 1)
    room.press("Return", "visit_opened")
    room.take()
    room.press("Delete", "state", over="cancel")
    room.take("cancel")
    room.press("Return")
    room.take("cancel-nothing-chosen")
    room.desk.type("1")
    room.press("Return", "cancelled")
    room.take("cancelled")


@today.scene
def today_owed(room: Room) -> None:
    room.go_offline()
    for key in ("near_poor", "expired"):
        room.scan(key, verdict="undetermined")
        room.press("Return", "recorded", status="pending")
    room.press("F3", "listed")
    room.take()
    room.press("F6", "listed")
    room.take("filtered")


@today.scene
def today_tasks(room: Room) -> None:
    room.go_offline()
    for key in ("withdrawn", "left"):
        room.scanner.scan(patient(key).health_card_line())
        room.desk.wait_for("verdict", verdict="undetermined")
        room.press("Return", "recorded", status="pending")
    room.gateway.fault = None
    room.desk.wait_for("tasks")
    room.press("F3", "listed")
    room.take()
