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


def _step(room: Room, key: str, step: str) -> None:
    room.press(key, "assistant", what="step", step=step)


@assistant.scene
def register(room: Room) -> None:
    _step(room, "F9", "account")
    room.take("account")
    _step(room, "Return", "scan")
    room.take("scan")
    room.scanner.scan(DEMO_PATIENT.health_card_line())
    room.desk.wait_for("assistant", what="scanned", taken=True)
    room.take("scan-one")
    room.scanner.scan(CITIZEN_LINE)
    room.desk.wait_for("assistant", what="step", step="open")
    room.take("open")
    _step(room, "Return", "person")
    room.take("person")
    room.desk.type("0123")
    _step(room, "Return", "person")
    room.take("person-wrong")
    room.desk.press("ctrl+a")
    room.desk.type(PHONE)
    room.desk.press("Tab")
    room.desk.type(EMAIL)
    _step(room, "Return", "person")
    room.take("person-question")
    _step(room, "Down", "person")
    _step(room, "Return", "address")
    room.take("address")
    for step in ("photo", "office", "send", "receipt", "sheet"):
        _step(room, "Return", step)
        room.take(step)
    _step(room, "Escape", "leave")
    room.take("leave")
    room.press("Escape", "assistant", what="wiped")


@assistant.scene
def register_two_people(room: Room) -> None:
    _step(room, "F9", "account")
    _step(room, "Return", "scan")
    room.scanner.scan(DEMO_PATIENT.health_card_line())
    room.desk.wait_for("assistant", what="scanned", taken=True)
    room.scanner.scan(patient("worker").citizen_card_line())
    room.desk.wait_for("assistant", what="scanned")
    room.take("scanned")


@assistant.scene
def register_waits(room: Room) -> None:
    _step(room, "F9", "account")
    _step(room, "Return", "scan")
    room.scanner.scan(patient("worker").health_card_line())
    room.desk.wait_for("assistant", what="scanned", taken=True)
    _step(room, "Return", "open")
    room.scan("child")
    room.take("verdict")
    _step(room, "F9", "resume")
    room.take("resume")


@assistant.scene
def register_recovery(room: Room) -> None:
    _step(room, "F9", "account")
    room.press("2")
    _step(room, "Return", "recovery")
    room.take()


@assistant.scene
def register_parent(room: Room) -> None:
    _step(room, "F9", "account")
    room.press("3")
    _step(room, "Return", "scan")
    room.scanner.scan(patient("child").health_card_line())
    room.desk.wait_for("assistant", what="scanned", taken=True)
    room.take("scan")
    _step(room, "Return", "parent")
    room.take()
