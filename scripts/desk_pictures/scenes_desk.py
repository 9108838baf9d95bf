"""One patient at the desk: from the ready screen to the number, with the camera off."""

from __future__ import annotations

import time
from dataclasses import replace

from desk_pictures.guide import choose_in_a_picture
from desk_pictures.room import Room, Setting
from kiosk.card.model import PartialDate
from kiosk.training.faults import Fault, FaultKind
from kiosk.training.patients import DEMO_PATIENT, patient

desk = Setting("desk")
empty = Setting("empty")
covered = Setting("covered", prepare=lambda _: {"KIOSK_UI__COVER_SECONDS": "10"})
SETTINGS = (empty, desk, covered)


@empty.scene
def ready(room: Room) -> None:
    room.take()


@empty.scene
def today_empty(room: Room) -> None:
    room.press("F3", "listed", total=0)
    room.take()


@empty.scene
def form_empty(room: Room) -> None:
    room.press("F2", "state", over="form")
    room.take()


@empty.scene
def difficulty_empty(room: Room) -> None:
    room.press("F8", "difficulties", open=0)
    room.take()


@desk.scene
def looking_up(room: Room) -> None:
    room.gateway.fault = Fault(FaultKind.SLOW, seconds=60)
    room.scanner.scan(patient("year_only").health_card_line())
    room.desk.wait_for("state", state="looking_up")
    room.take("at-once")
    time.sleep(3)
    room.take("seconds")
    room.press("Escape", "state", state="ready")
    room.gateway.fault = None


@desk.scene
def verdict_eligible(room: Room) -> None:
    room.scan(DEMO_PATIENT, verdict="eligible")
    room.take()


@desk.scene
def verdict_already_today(room: Room) -> None:
    room.scan("worker", verdict="eligible")
    room.press("Return", "recorded", status="checked_in")
    room.scan_citizen_card("worker", already_checked_in_today=True)
    room.take()


@desk.scene
def verdict_child(room: Room) -> None:
    room.scan("child", verdict="eligible")
    room.take()


@desk.scene
def verdict_child_without_card(room: Room) -> None:
    room.scan("child_no_card", verdict="needs_staff")
    room.take()


@desk.scene
def verdict_army(room: Room) -> None:
    room.scan("army", verdict="needs_staff")
    room.take()


@desk.scene
def verdict_aged(room: Room) -> None:
    room.scan("elder_k2", verdict="eligible")
    room.take()


@desk.scene
def verdict_soldier(room: Room) -> None:
    room.scan("soldier", verdict="eligible")
    room.take()


@desk.scene
def verdict_elsewhere(room: Room) -> None:
    room.scan("registered_elsewhere", verdict="eligible")
    room.take()


@desk.scene
def verdict_citizen_card(room: Room) -> None:
    room.scan_citizen_card("citizen_card", verdict="eligible")
    room.take()


@desk.scene
def verdict_new_card(room: Room) -> None:
    room.scan("next_card_now", verdict="eligible")
    room.take()
    room.press("F5")
    room.take("taken")


@desk.scene
def verdict_new_card_later(room: Room) -> None:
    room.scan("next_card_later", verdict="eligible")
    room.take()


@desk.scene
def verdict_replaced(room: Room) -> None:
    room.scan("replaced", verdict="eligible")
    room.take()


@desk.scene
def verdict_differs(room: Room) -> None:
    person = patient("near_poor")
    room.scan(replace(person, birth_date=PartialDate(1979, 7, 18)), verdict="needs_staff")
    room.take()
    room.press("F5")
    room.take("taken")


@desk.scene
def verdict_name_close(room: Room) -> None:
    room.scan("name_close", verdict="needs_staff")
    room.take()


@desk.scene
def verdict_expired(room: Room) -> None:
    room.scan("expired", verdict="not_eligible")
    room.take()


@desk.scene
def verdict_number_wrong(room: Room) -> None:
    room.scan("number_wrong")
    room.take()


@desk.scene
def verdict_unknown(room: Room) -> None:
    room.scan("unknown")
    room.take()


@desk.scene
def verdict_offline(room: Room) -> None:
    room.go_offline()
    room.scan("expires_today", verdict="undetermined")
    room.take()
    room.press("Return", "recorded", status="pending")
    room.take("recorded")


@desk.scene
def verdict_server_fault(room: Room) -> None:
    room.scan("server_fault", verdict="undetermined")
    room.take()


@desk.scene
def override(room: Room) -> None:
    room.scan("police", verdict="needs_staff")
    room.press("Return", "state", over="override")
    room.take()
    room.press("Return")
    room.take("nothing-chosen")
    room.desk.type("2")
    room.take("chosen")


@desk.scene
def priority(room: Room) -> None:
    room.scan_citizen_card("demo", verdict="eligible")
    room.press("F7", "state", over="priority")
    room.take()
    room.press("3")
    room.press("Return", "state", over=None)
    room.take("taken")
    room.press("Return", "recorded", status="checked_in")
    room.take("recorded")


@desk.scene
def papers(room: Room) -> None:
    room.scan("registered_elsewhere", verdict="eligible")
    room.press("F10", "state", over="papers")
    room.take()
    room.desk.type("1 20/11 79034")
    room.take("typed")
    room.desk.type(" abc")
    room.press("Return")
    room.take("not-understood")
    room.desk.press("ctrl+a")
    room.desk.type("5")
    room.press("Return", "state", over=None)
    room.take("emergency")


@desk.scene
def recorded(room: Room) -> None:
    room.scan("child", verdict="eligible")
    room.press("Return", "recorded", status="checked_in")
    room.take()
    room.press("Delete", "state", over="cancel")
    room.take("cancel")
    room.desk.type("1")
    room.press("Return", "cancelled")
    room.take("cancelled")


@desk.scene
def recorded_self_pay(room: Room) -> None:
    room.scan("expired", verdict="not_eligible")
    room.press("F6", "recorded", status="self_pay")
    room.take()


@desk.scene
def recorded_refused(room: Room) -> None:
    room.scan("ended", verdict="not_eligible")
    room.press("Return", "recorded", status="refused")
    room.take()


@desk.scene
def recorded_held(room: Room) -> None:
    room.scan("army", verdict="needs_staff")
    room.press("Escape", "recorded", status="held")
    room.take()
    room.scan_citizen_card("army")
    room.take("comes-back")


@desk.scene
def waiting(room: Room) -> None:
    room.scan("near_poor", verdict="eligible")
    for place, key in enumerate(("worker", "child", "soldier"), start=1):
        room.scanner.scan(patient(key).health_card_line())
        room.desk.wait_for("queued", waiting=place)
    room.take()


@desk.scene
def message_unreadable(room: Room) -> None:
    room.scanner.scan("MA-QR-KHONG-PHAI-THE-BHYT|123|xyz|")
    room.desk.wait_for("message")
    room.take()


@desk.scene
def incomplete(room: Room) -> None:
    room.scanner.scan("DN4799900000101")
    room.desk.wait_for("state", state="incomplete")
    room.take()


@desk.scene
def form(room: Room) -> None:
    room.press("F2", "state", over="form")
    room.desk.type("dn47")
    room.take("typing")
    room.desk.type("99900000aa1")
    room.take("wrong-number")
    room.press("Return")
    room.take("errors")


@desk.scene
def form_offer(room: Room) -> None:
    room.scan("month_only", verdict="eligible")
    room.press("Return", "recorded", status="checked_in")
    room.press("F2", "state", over="form")
    room.desk.type(patient("month_only").card_number)
    room.desk.wait_for("offered")
    room.take()
    room.press("Escape")
    room.press("F2", "state", over="form")
    room.desk.press("Tab")
    room.desk.type("hoa")
    room.desk.wait_for("offered")
    room.take("by-name")
    room.press("Down")
    room.take("taken")


@desk.scene
def choose(room: Room) -> None:
    choose_in_a_picture(room.desk, room.folder)
    room.take()


@desk.scene
def difficulty_of_a_patient(room: Room) -> None:
    room.scan("near_poor", verdict="eligible")
    room.press("F8", "state", over="difficulty")
    room.take()
    room.press("3", "difficulty")
    room.desk.type("ngay sinh sai")
    room.take("filed")
    room.press("Return", "difficulty_described")
    room.press("Down")
    room.take("chosen")


@covered.scene
def verdict_covered(room: Room) -> None:
    room.scan("near_poor", verdict="eligible")
    time.sleep(11)
    room.take()
