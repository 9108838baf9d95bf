"""Too much of everything: long names, all the remarks at once, a printer that does not print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from desk_pictures.room import Room, Setting
from kiosk.card.model import PartialDate, Sex
from kiosk.training import answers
from kiosk.training.patients import DEMO_PATIENT, Layout, NextCard, PastVisit, Patient

LONG = replace(
    DEMO_PATIENT,
    key="long",
    card_number="CN3799900000190",
    citizen_id="099041000190",
    full_name="Công Tằng Tôn Nữ Nguyễn Thị Hoàng Phương Uyên Thảo",
    birth_date=PartialDate(1951, 11, 30),
    address="Số 12, Tổ 5, Phường Giả Định, Quận Mẫu, Thành phố Hồ Chí Minh",
    primary_facility="79034",
    ends=9,
    living_area="K1",
    layout=Layout.OLD,
    history=(
        PastVisit("9990000101", 0, None, "Tăng huyết áp (dữ liệu tập huấn)"),
        *(
            PastVisit(f"99900002{day:02}", day, day, "Khám (dữ liệu tập huấn)", f"{79030 + day}")
            for day in range(1, 14)
        ),
    ),
)
"""A long name, a card that ends soon, and a history that every check has something to say about."""

TO_CHECK = replace(
    LONG,
    key="long_to_check",
    result_code="001",
    card_number="HC4799900000191",
    citizen_id="099051000191",
    next_card=NextCard("HC2799900000192", 10, 400),
)
REFUSED = replace(
    LONG,
    key="long_refused",
    result_code="010",
    card_number="DN4799900000193",
    citizen_id="099051000193",
    ends=-30,
)


def _long_names(_: Path) -> Mapping[str, str]:
    for person in (LONG, TO_CHECK, REFUSED):
        for number in (person.card_number, person.social_insurance_number, person.citizen_id):
            answers._BY_NUMBER[number] = person
    return {
        "KIOSK_FACILITY__NAME": "Bệnh viện Đa khoa Khu vực Liên huyện Thử Nghiệm và Trung tâm Chẩn đoán Mẫu",
        "KIOSK_DESK__NAME": "Quầy 12 – Khu khám theo yêu cầu",
    }


def _no_printer(_: Path) -> Mapping[str, str]:
    return {"KIOSK_TICKET__PRINTER": "escpos:tcp://127.0.0.1:9"}


crowded = Setting("crowded", prepare=_long_names)
printer = Setting("printer", prepare=_no_printer)
SETTINGS = (crowded, printer)


def _as_printed_wrongly(person: Patient) -> Patient:
    """A card that differs from what the gateway says in all that is not asked for."""
    return replace(person, sex=Sex.MALE, primary_facility="79035", valid_from=date(2023, 1, 1))


@crowded.scene
def crowded_ready(room: Room) -> None:
    room.take()


@crowded.scene
def crowded_eligible(room: Room) -> None:
    room.scan(_as_printed_wrongly(LONG))
    room.take()
    room.press("Return")
    room.take("confirmed")
    room.press("Escape")


@crowded.scene
def crowded_to_check(room: Room) -> None:
    room.scan(_as_printed_wrongly(TO_CHECK))
    room.take()
    room.press("Return", "state", over="override")
    room.take("override")
    room.desk.type("1")
    room.press("Return", "recorded")
    room.take("recorded")
    room.scanner.scan(TO_CHECK.citizen_card_line())
    room.desk.wait_for("verdict")
    room.take("again")
    for place, person in enumerate((LONG, DEMO_PATIENT), start=1):
        room.scanner.scan(person.citizen_card_line())
        room.desk.wait_for("queued", waiting=place)
    room.take("again-waiting")


@crowded.scene
def crowded_refused(room: Room) -> None:
    room.scan(_as_printed_wrongly(REFUSED))
    room.take()
    room.press("Return", "recorded", status="refused")
    room.take("recorded")


@crowded.scene
def crowded_offline(room: Room) -> None:
    room.go_offline()
    room.scanner.scan(replace(LONG, full_name="Cong Tang Ton Nu Thao").citizen_card_line())
    room.desk.wait_for("verdict", verdict="undetermined")
    room.take()


@crowded.scene
def crowded_list(room: Room) -> None:
    room.press("F3", "listed")
    room.take()
    room.press("Return", "visit_opened")
    room.take("visit")


@crowded.scene
def crowded_form(room: Room) -> None:
    room.press("F2", "state", over="form")
    room.desk.type(LONG.card_number)
    room.desk.press("Tab")
    room.desk.type("cong tang ton nu nguyen thi hoang phuong uyen thao")
    room.take()


@crowded.scene
def crowded_state(room: Room) -> None:
    room.press("F12", "state", over="state")
    room.take()


@printer.scene
def printer_trouble(room: Room) -> None:
    room.scan(DEMO_PATIENT, verdict="eligible")
    room.press("Return", "recorded", status="checked_in")
    room.desk.wait_for("ticket", problem="printer_refused")
    room.take()
    room.press("F12", "state", over="state")
    room.take("state")
