"""The registration assistant (F9), step by step, and its window of its own."""

from __future__ import annotations

from desk_pictures.room import Room, Setting
from kiosk.training.patients import DEMO_PATIENT, patient

PHONE, EMAIL = "0912345678", "thu.nghiem@gmial.com"
CITIZEN_LINE = DEMO_PATIENT.citizen_card_line().replace(
    DEMO_PATIENT.address, "Số 12, Tổ 5, Phường Giả Định, Quận Mẫu, Thành phố Hồ Chí Minh"
)

assistant = Setting("assistant")
SETTINGS = (assistant,)


def fill_in(room: Room) -> None:
    """From the first step to the addresses."""
    go(room, "F9", "account")
    go(room, "Return", "scan")
    room.scanner.scan(DEMO_PATIENT.health_card_line())
    room.desk.wait_for("assistant", what="scanned", taken=True)
    room.scanner.scan(CITIZEN_LINE)
    room.desk.wait_for("assistant", what="step", step="open")
    go(room, "Return", "person")
    room.desk.type(PHONE)
    room.desk.press("Tab")
    room.desk.type(EMAIL.replace("gmial", "gmail"))
    go(room, "Return", "address")


def go(room: Room, key: str, step: str) -> None:
    room.press(key, "assistant", what="step", step=step)


@assistant.scene
def register(room: Room) -> None:
    go(room, "F9", "account")
    room.take("account")
    go(room, "Return", "scan")
    room.take("scan")
    room.scanner.scan(DEMO_PATIENT.health_card_line())
    room.desk.wait_for("assistant", what="scanned", taken=True)
    room.take("scan-one")
    room.scanner.scan(CITIZEN_LINE)
    room.desk.wait_for("assistant", what="step", step="open")
    room.take("open")
    go(room, "Return", "person")
    room.take("person")
    room.desk.type("0123")
    go(room, "Return", "person")
    room.take("person-wrong")
    room.desk.press("ctrl+a")
    room.desk.type(PHONE)
    room.desk.press("Tab")
    room.desk.type(EMAIL)
    go(room, "Return", "person")
    room.take("person-question")
    go(room, "Down", "person")
    go(room, "Return", "address")
    room.take("address")
    for step in ("photo", "office", "send", "receipt", "sheet"):
        go(room, "Return", step)
        room.take(step)
    go(room, "Escape", "leave")
    room.take("leave")
    room.press("Escape", "assistant", what="wiped")


@assistant.scene
def register_two_people(room: Room) -> None:
    go(room, "F9", "account")
    go(room, "Return", "scan")
    room.scanner.scan(DEMO_PATIENT.health_card_line())
    room.desk.wait_for("assistant", what="scanned", taken=True)
    room.scanner.scan(patient("worker").citizen_card_line())
    room.desk.wait_for("assistant", what="scanned")
    room.take("scanned")


@assistant.scene
def register_waits(room: Room) -> None:
    go(room, "F9", "account")
    go(room, "Return", "scan")
    room.scanner.scan(patient("worker").health_card_line())
    room.desk.wait_for("assistant", what="scanned", taken=True)
    go(room, "Return", "open")
    room.scan("child")
    room.take("verdict")
    go(room, "F9", "resume")
    room.take("resume")


@assistant.scene
def register_recovery(room: Room) -> None:
    go(room, "F9", "account")
    room.press("2")
    go(room, "Return", "recovery")
    room.take()


@assistant.scene
def register_parent(room: Room) -> None:
    go(room, "F9", "account")
    room.press("3")
    go(room, "Return", "scan")
    room.scanner.scan(patient("child").health_card_line())
    room.desk.wait_for("assistant", what="scanned", taken=True)
    room.take("scan")
    go(room, "Return", "parent")
    room.take()
