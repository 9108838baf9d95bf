"""What supervisors see (F6): the list of sections, and each section with something in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from desk_pictures.room import Room, Setting
from kiosk.card import parse_number
from kiosk.desk.manage.hub import SECTIONS
from kiosk.training.patients import TRAINING_FACILITY, patient
from kiosk.visits.identity import keys_of
from kiosk.visits.records import VisitRecords
from kiosk.visits.staff import Role
from kiosk.visits.watch_book import WatchBook
from kiosk.visits.watching import Watched

PIN = "246813"


def _a_watched_card(folder: Path) -> Mapping[str, str]:
    file = folder / "data" / "training" / "visits.sqlite3"
    file.parent.mkdir(parents=True)
    with VisitRecords.open(file, facility=TRAINING_FACILITY, training=True) as records:
        keys = keys_of(parse_number(patient("demo").card_number), None)
        WatchBook(records.audit).add((Watched(keys, "Có người báo thẻ bị mượn", None),))
    return {"KIOSK_FACILITY__CONTACT": "Phòng Kế hoạch tổng hợp, 024 0000 0000"}


def _a_supervisor(folder: Path) -> Mapping[str, str]:
    file = folder / "data" / "training" / "visits.sqlite3"
    file.parent.mkdir(parents=True)
    with VisitRecords.open(file, facility=TRAINING_FACILITY, training=True) as records:
        records.staff.add("mai", "Lê Mai", "001190000012", Role.SUPERVISOR, PIN)
    return {}


manage = Setting("manage", prepare=_a_watched_card)
manage_asked = Setting("manage-asked", prepare=_a_supervisor)
SETTINGS = (manage, manage_asked)


def open_section(room: Room, module: str) -> None:
    """From the desk at rest."""
    room.press("F6", "manage", section="menu")
    place = [each[0] for each in SECTIONS].index(module)
    room.press(str(place + 1), "manage", section=module)


@manage.scene
def manage_menu(room: Room) -> None:
    room.press("F6", "manage", section="menu")
    room.take()


@manage.scene
def manage_decisions(room: Room) -> None:
    room.scan("demo")
    room.press("Return", "recorded", status="checked_in")
    room.scan("army", verdict="needs_staff")
    room.press("Return")
    room.press("2")
    room.press("Return", "recorded", status="checked_in")
    room.press("Escape")
    open_section(room, "decisions")
    room.desk.wait_for("manage", section="decisions", listed=2)
    room.take()
    room.press("Down")
    room.take("further-down")


@manage.scene
def manage_audit(room: Room) -> None:
    open_section(room, "audit")
    room.press("F5", "manage", section="audit", sound=True)
    room.take()


@manage.scene
def manage_watch(room: Room) -> None:
    open_section(room, "watch")
    room.take()
    room.press("F5")
    room.take("add")
    room.press("Escape")
    room.press("Delete")
    room.take("remove")


@manage.scene
def manage_accounts(room: Room) -> None:
    open_section(room, "accounts")
    room.take("nobody")
    room.press("F5")
    room.take("add")


@manage.scene
def manage_difficulties(room: Room) -> None:
    room.go_offline()
    room.scan("worker", verdict="undetermined")
    room.press("Return", "recorded", status="pending")
    room.press("Escape")
    open_section(room, "difficulties")
    room.desk.wait_for("manage", section="difficulties")
    room.take()


@manage.scene
def manage_notice(room: Room) -> None:
    open_section(room, "notice")
    room.take()
    room.press("F5")
    room.take("other-language")


@manage_asked.scene
def manage_pin(room: Room) -> None:
    room.desk.wait_for("locked")
    room.desk.type("mai")
    room.press("Tab")
    room.desk.type(PIN)
    room.press("Return", "logged_in")
    room.press("F6", "manage", section="menu", asks=True)
    room.take()
    room.desk.type("999999")
    room.press("Return", "manage", problem="staff_wrong")
    room.take("wrong")
    room.desk.type(PIN)
    room.press("Return", "manage", asks=False)
    room.take("supervisor")
    place = [each[0] for each in SECTIONS].index("accounts")
    room.press(str(place + 1))
    room.take("not-allowed")


@manage.scene
def manage_persons(room: Room) -> None:
    room.scan("worker")
    room.press("Return", "recorded", status="checked_in")
    room.press("Escape")
    open_section(room, "persons")
    room.take("nobody")
    room.press("F5")
    room.desk.type("N. T. Thu, the duoi 0001")
    room.press("Tab")
    room.desk.type("6")
    room.take("note")
    room.press("Return", "manage", section="persons", listed=1)
    room.take()
    room.press("F7")
    room.take("find")
    room.scanner.scan(patient("worker").health_card_line())
    room.desk.wait_for("manage", section="persons", found=1)
    room.take("found")
    room.press("Delete", "manage", section="persons")
    room.take("plan")


@manage.scene
def manage_retention(room: Room) -> None:
    open_section(room, "retention")
    room.desk.wait_for("manage", section="retention")
    room.take()


@manage.scene
def manage_breach(room: Room) -> None:
    open_section(room, "breach")
    room.take()
    room.press("Return", "manage", section="breach")
    room.desk.wait_for("manage", section="breach")
    room.take("figures")
