"""What surrounds the patients: readers, state, settings, first start, broken records."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np

from desk_pictures.driver import NOT_TOLD, Desk
from desk_pictures.room import Room, Setting
from desk_pictures.scenes_assistant import fill_in, go
from kiosk.readers.qr_writer import modules
from kiosk.readers.scan_test import TEST_LINE
from kiosk.training.answers import STAFF_CITIZEN_ID, STAFF_NAME
from kiosk.training.faults import Fault, FaultKind
from kiosk.training.gateway_server import PASSWORD
from kiosk.training.patients import DEMO_PATIENT, TRAINING_FACILITY, patient
from kiosk.visits.records import VisitRecords
from kiosk.visits.staff import Role

KEYRING_FOLDER = Path(__file__).parents[2] / "tests" / "end_to_end"
LAN_PIN = "246813"
FILM_SECONDS, FILM_RATE = 90, 10


def _film(folder: Path) -> Mapping[str, str]:
    """A phone on a grey desk whose code is too far away to be read."""
    picture = np.full((720, 1280, 3), (120, 130, 128), np.uint8)
    picture[60:660, 470:810] = (40, 40, 40)
    picture[100:620, 490:790] = 255
    code = cv2.resize(modules("x"), (180, 180))
    picture[260:440, 550:730] = cv2.GaussianBlur(code, (31, 31), 0)[..., None]
    path = folder / "desk.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FILM_RATE, (1280, 720))
    for _ in range(FILM_SECONDS * FILM_RATE):
        writer.write(picture)
    writer.release()
    return {"KIOSK_READERS__CAMERA": str(path)}


def _broken_records(folder: Path) -> Mapping[str, str]:
    file = folder / "data" / "training" / "visits.sqlite3"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"this is no database " * 500)
    return {}


def _two_people(folder: Path) -> Mapping[str, str]:
    file = folder / "data" / "training" / "visits.sqlite3"
    file.parent.mkdir(parents=True)
    with VisitRecords.open(file, facility=TRAINING_FACILITY, training=True) as records:
        records.staff.add("lan", "Trần Thị Lan", "001190000011", Role.RECEPTIONIST, LAN_PIN)
        records.staff.add("mai", "Lê Mai", "001190000012", Role.SUPERVISOR, "135790")
    return {}


def _live(folder: Path) -> Mapping[str, str]:
    return {
        **NOT_TOLD,
        "KIOSK_GATEWAY__MODE": "live",
        "PYTHONPATH": str(KEYRING_FOLDER),
        "PYTHON_KEYRING_BACKEND": "desk_keyring.FileKeyring",
        "DESK_KEYRING_FILE": str(folder / "keys.json"),
    }


def _watching(desk: Desk) -> None:
    desk.wait_for("camera", state="watching")


state = Setting("state")
camera = Setting("camera", prepare=_film, opens=_watching)
nothing_reads = Setting(
    "nothing-reads",
    prepare=lambda folder: {"KIOSK_READERS__SERIAL_PORT": str(folder / "no-scanner")},
    opens=lambda desk: desk.wait_for("state", over="form"),
)
broken = Setting("broken", prepare=_broken_records, opens=lambda desk: desk.wait_for("opened"))
first_start = Setting("first-start", prepare=_live, opens=lambda desk: desk.wait_for("missing"))
people = Setting("people", prepare=_two_people, opens=lambda desk: desk.wait_for("locked"))
self_service = Setting(
    "self-service",
    prepare=lambda _: {"KIOSK_SELF_SERVICE__EXIT_CODE": "2468"},
    command=("desk", "--self-service", "--json"),
    opens=lambda desk: desk.wait_for("opened", records=True),
)
not_told = Setting("not-told", prepare=lambda _: NOT_TOLD)
SETTINGS = (state, not_told, camera, nothing_reads, broken, first_start, people, self_service)


@state.scene
def state_page(room: Room) -> None:
    room.press("F12", "state", over="state")
    room.take()
    room.press("F5", "checked_up")
    room.take("checked-up")


@state.scene
def scanner_test(room: Room) -> None:
    room.press("F12", "state", over="state")
    room.press("F7", "state", over="scanner_test")
    room.take()
    room.scanner.scan(TEST_LINE)
    room.desk.wait_for("tested")
    room.take("good")
    room.desk.scan(TEST_LINE.replace("Nguyễn Thị Thử", "Nguyen Thi Thu"))
    room.desk.wait_for("tested")
    room.take("findings")


@not_told.scene
def settings(room: Room) -> None:
    room.press("F12", "state", over="state")
    room.press("F10", "settings", problem=None)
    room.take()
    room.press("Down")
    room.desk.press("ctrl+a")
    room.desk.type("Benh vien Mau")
    room.take("typed")
    room.press("Down")
    room.take("choice")
    room.desk.press(*["Down"] * 8)
    room.take("further-down")
    room.press("Escape")
    room.take("leave")
    room.press("Escape")


@state.scene
def state_offline(room: Room) -> None:
    room.go_offline()
    room.scan("worker", verdict="undetermined")
    room.press("Return", "recorded", status="pending")
    room.press("F12", "state", over="state")
    room.take()


@camera.scene
def ready_with_camera(room: Room) -> None:
    room.take()


@camera.scene
def camera_page(room: Room) -> None:
    room.press("F4", "state", over="camera")
    room.take()


@camera.scene
def register_photo(room: Room) -> None:
    fill_in(room)
    go(room, "Return", "photo")
    room.press("F5")
    room.take()


@nothing_reads.scene
def form_by_itself(room: Room) -> None:
    room.take()


@broken.scene
def records_broken(room: Room) -> None:
    room.take()
    room.scan("worker")
    room.take("verdict")
    room.press("Return")
    room.take("not-recorded")


@first_start.scene
def wizard(room: Room) -> None:
    def arrive(name: str) -> None:
        room.desk.wait_for("set_up", step=name)
        room.take(name)

    arrive("facility")
    room.press("Return")
    room.take("facility-empty")
    room.desk.type("99999")
    room.desk.press("Tab")
    room.desk.type("Benh vien Mau")
    room.desk.press("Return")
    arrive("profile")
    for chosen in ("2", "62", "3"):
        room.desk.type(chosen)
        room.desk.press("Tab")
    room.take("profile-typed")
    room.desk.press("Return")
    arrive("account")
    room.desk.type(PASSWORD)
    room.desk.press("Return")
    arrive("staff")
    room.desk.type(STAFF_NAME)
    room.desk.press("Tab")
    room.desk.type(STAFF_CITIZEN_ID)
    room.desk.press("Return")
    arrive("look_up")
    room.gateway.fault = Fault(FaultKind.DOWN)
    room.press("Return", "set_up", outcome="not_asked")
    room.take("look_up-not-asked")
    room.gateway.fault = None
    room.press("Return", "set_up", outcome="fine")
    room.take("look_up-fine")
    room.desk.press("Return")
    arrive("readers")
    room.press("Next")
    arrive("printer")
    room.press("Return")
    arrive("desk")
    room.press("Return")
    arrive("done")


@people.scene
def locked(room: Room) -> None:
    room.take()
    room.scanner.scan(DEMO_PATIENT.health_card_line())
    room.desk.wait_for("queued", waiting=1)
    room.desk.type("lan\t111111")
    room.press("Return", "log_in_refused")
    room.take("refused")
    room.desk.type(LAN_PIN)
    room.press("Return", "logged_in")
    room.desk.wait_for("verdict")
    room.take("logged-in")
    room.press("F11", "locked")
    room.take("over-a-verdict")


@self_service.scene
def self_service_walk(room: Room) -> None:
    def scan(line: str, state: str) -> None:
        room.scanner.scan(line)
        room.desk.wait_for("state", state=state)
        room.take(state)

    room.take("welcome")
    room.desk.click(0.92, 0.94)
    room.desk.wait_for("state", state="help")
    time.sleep(3)  # the codes come behind the page
    room.take("help")
    room.press("Escape", "state", state="welcome")
    scan(DEMO_PATIENT.health_card_line(), "offered")
    room.press("Return", "state", state="done")
    room.take("done")
    room.press("Escape", "state", state="welcome")
    scan(patient("expired").health_card_line(), "to_desk")
    room.press("Escape", "state", state="welcome")
    room.press("alt+F4", "state", state="leaving")
    room.take("leaving")


@not_told.scene
def verdict_facility_not_told(room: Room) -> None:
    room.scan(DEMO_PATIENT, verdict="eligible")
    room.take()
    room.press("F10", "state", over="papers")
    room.take("papers")
    room.press("Escape", "state", over=None)
    room.desk.put_aside()
    room.scan("registered_elsewhere", verdict="eligible")
    room.take("elsewhere")


@self_service.scene
def self_service_notice(room: Room) -> None:
    room.desk.wait_for("notice")
    room.take("welcome")
    room.desk.click(0.70, 0.94)
    room.desk.wait_for("state", state="notice")
    room.take()
    room.press("Escape", "state", state="welcome")
