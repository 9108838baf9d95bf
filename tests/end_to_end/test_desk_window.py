"""The real window on a real X server, with real keys, a real gateway server and a real records file."""

from __future__ import annotations

import os
import pty
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from desk_driver import Desk, running_desk

from kiosk.training.faults import Fault, FaultKind
from kiosk.training.gateway_server import LOOKUP_PATH, TrainingGateway
from kiosk.training.patients import DEMO_PATIENT, PATIENTS, Patient

pytestmark = pytest.mark.window


def test_a_scan_right_after_ready_is_not_lost(
    x_display: str, tidy_environment: Path, gateway: TrainingGateway
) -> None:
    with running_desk(x_display, tidy_environment, gateway.base_url, opened=False) as desk:
        desk.scan(DEMO_PATIENT.health_card_line())
        desk.wait_for("verdict", verdict="eligible")


def process_of(name: str, display: str) -> int:
    mine = f"DISPLAY={display}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # ended meanwhile, or somebody else's
            of_that_name = (folder / "comm").read_text().strip() == name
            if of_that_name and mine in (folder / "environ").read_bytes().split(b"\0"):
                return int(folder.name)
    pytest.fail(f"no {name} on {display}")


@contextmanager
def stopped_window_manager(display: str) -> Iterator[Callable[[], None]]:
    """One that is too busy to give anybody the keyboard; what it yields lets it go on."""
    manager = process_of("openbox", display)
    os.kill(manager, signal.SIGSTOP)
    try:
        yield lambda: os.kill(manager, signal.SIGCONT)
    finally:
        os.kill(manager, signal.SIGCONT)


def test_ready_is_said_when_the_keyboard_is_ours_and_not_before(
    x_display: str, tidy_environment: Path, gateway: TrainingGateway
) -> None:
    with (
        stopped_window_manager(x_display) as go_on,
        running_desk(x_display, tidy_environment, gateway.base_url, ready=False) as desk,
    ):
        desk.wait_for_a_window()
        assert not desk.has_said_anything_within(2.5)
        go_on()
        desk.wait_for("ready")
        desk.scan(DEMO_PATIENT.health_card_line())
        desk.wait_for("verdict", verdict="eligible")


def patient(key: str) -> Patient:
    return next(patient for patient in PATIENTS if patient.key == key)


def lookups(gateway: TrainingGateway) -> int:
    return sum(request.path == LOOKUP_PATH for request in gateway.requests)


def test_a_scan_and_one_key_check_a_patient_in(desk: Desk, gateway: TrainingGateway) -> None:
    desk.scan(DEMO_PATIENT.health_card_line())
    verdict = desk.wait_for("verdict")
    assert (verdict["verdict"], verdict["source"]) == ("eligible", "wedge")
    assert desk.visits() == [], "the scan's own Return confirms nothing"

    desk.press("Return")
    recorded = desk.wait_for("recorded")
    assert (recorded["status"], recorded["queue_number"]) == ("checked_in", 1)
    (visit,) = desk.visits()
    assert visit["visit_id"] == recorded["visit_id"]
    assert visit["source"] == "wedge"
    assert lookups(gateway) == 1

    desk.press("Return", "Return")
    desk.press("F12")
    desk.wait_for("state", over="state")
    assert len(desk.visits()) == 1, "Return elsewhere does nothing"
    assert desk.close() == 0


def test_a_scanner_on_a_serial_port_needs_no_focus_and_no_layout(
    x_display: str, tidy_environment: Path, gateway: TrainingGateway
) -> None:
    scanner, port = pty.openpty()
    try:
        with running_desk(
            x_display, tidy_environment, gateway.base_url, KIOSK_READERS__SERIAL_PORT=os.ttyname(port)
        ) as desk:
            desk.press("F3")
            desk.wait_for("state", over="today")
            line = DEMO_PATIENT.citizen_card_line().encode()
            os.write(scanner, line[:40])
            os.write(scanner, line[40:] + b"\r\n")
            verdict = desk.wait_for("verdict")
            assert (verdict["verdict"], verdict["source"]) == ("eligible", "serial")
            os.write(scanner, line + b"\r\n")  # the same code again at once is the same scan
            desk.press("Return")
            desk.wait_for("recorded", status="checked_in")
            (visit,) = desk.visits()
            assert visit["source"] == "serial"
            assert lookups(gateway) == 1
    finally:
        os.close(port)
        os.close(scanner)


def test_the_next_patient_waits_in_line_while_a_verdict_waits(desk: Desk, gateway: TrainingGateway) -> None:
    desk.scan(DEMO_PATIENT.health_card_line())
    desk.wait_for("verdict")
    desk.scan(DEMO_PATIENT.health_card_line())
    desk.scan(patient("worker").health_card_line())
    assert desk.wait_for("queued")["waiting"] == 1, "the same code at once is one scan, another one waits"
    assert desk.visits() == []

    desk.press("Return")
    assert desk.wait_for("recorded")["queue_number"] == 1
    assert desk.wait_for("verdict")["verdict"] == "eligible"
    desk.press("Return")
    assert desk.wait_for("recorded")["queue_number"] == 2
    names = [visit["full_name"] for visit in desk.visits()]
    assert names == [DEMO_PATIENT.full_name, patient("worker").full_name]
    assert lookups(gateway) == 2


def test_a_return_that_is_held_down_confirms_one_patient(desk: Desk) -> None:
    for key in ("demo", "worker", "soldier"):
        desk.scan(patient(key).health_card_line())
        desk.wait_for("verdict" if key == "demo" else "queued")
    with desk.held("Return"):
        desk.wait_for("recorded", queue_number=1)
        desk.wait_for("verdict")
        assert not desk.has_said_anything_within(1.5, "recorded")
    assert len(desk.visits()) == 1
    desk.press("Return")
    desk.wait_for("recorded", queue_number=2)


def test_a_scanner_without_return_leaves_the_return_to_the_person(desk: Desk) -> None:
    desk.type(DEMO_PATIENT.health_card_line())
    desk.wait_for("verdict")
    assert not desk.has_said_anything_within(0.4, "recorded")
    desk.press("Return")
    desk.wait_for("recorded", status="checked_in")


def test_a_card_typed_into_the_manual_form(desk: Desk) -> None:
    desk.press("F2")
    desk.wait_for("state", over="form")
    desk.type(DEMO_PATIENT.card_number, delay_ms=12)
    desk.press("Escape")
    desk.wait_for("state", state="ready", over=None)

    desk.press("F2")
    desk.wait_for("state", over="form")
    desk.type(f"{DEMO_PATIENT.card_number}\t", delay_ms=12)
    desk.type(DEMO_PATIENT.full_name, delay_ms=12)
    desk.type("\t12101988\n", delay_ms=12)
    assert desk.wait_for("verdict")["source"] == "typed"
    desk.press("Return")
    desk.wait_for("recorded", status="checked_in")
    (visit,) = desk.visits()
    assert (visit["source"], visit["full_name"]) == ("typed", DEMO_PATIENT.full_name)


def test_a_scan_into_the_manual_form_is_a_scan_and_leaves_the_form_as_it_was(desk: Desk) -> None:
    desk.press("F2")
    desk.wait_for("state", over="form")
    desk.scan(DEMO_PATIENT.health_card_line())
    assert desk.wait_for("verdict")["source"] == "wedge", "an empty form gives way"

    desk.press("F2")
    desk.wait_for("state", state="verdict", over="form")
    desk.type("12")
    worker = patient("worker")
    desk.press("Tab")
    desk.scan(worker.health_card_line())
    desk.wait_for("queued", waiting=1)
    desk.press("Escape")
    desk.wait_for("state", state="verdict", over=None)
    desk.press("Return")
    desk.wait_for("recorded", queue_number=1)
    desk.wait_for("verdict")
    desk.press("Return")
    desk.wait_for("recorded", queue_number=2)
    assert [visit["full_name"] for visit in desk.visits()] == [DEMO_PATIENT.full_name, worker.full_name]


def test_needs_staff_asks_what_was_checked(desk: Desk) -> None:
    desk.scan(patient("army").health_card_line())
    assert desk.wait_for("verdict")["verdict"] == "needs_staff"
    desk.press("Return")
    desk.wait_for("state", over="override")
    desk.press("Return")
    desk.press("2", "Return")
    assert desk.wait_for("recorded")["status"] == "checked_in"
    (visit,) = desk.visits()
    assert visit["verdict"] == "needs_staff"
    assert visit["confirm_reason"] == "Đã xem thẻ giấy, còn hạn sử dụng"


def test_escape_puts_aside_and_return_on_a_refusal_keeps_the_attempt(desk: Desk) -> None:
    desk.scan(DEMO_PATIENT.health_card_line())
    desk.wait_for("verdict")
    desk.press("Escape")
    assert desk.wait_for("recorded")["status"] == "held"
    desk.scan(patient("expired").health_card_line())
    assert desk.wait_for("verdict")["verdict"] == "not_eligible"
    desk.press("Return")
    assert desk.wait_for("recorded")["status"] == "refused"
    desk.scan(patient("unknown").health_card_line())
    desk.wait_for("verdict", verdict="not_eligible")
    desk.press("F6")
    assert desk.wait_for("recorded")["status"] == "self_pay"
    assert [visit["queue_number"] for visit in desk.visits()] == [None, None, 1]


def test_a_gateway_that_is_down_stops_nobody(desk: Desk, gateway: TrainingGateway) -> None:
    gateway.fault = Fault(FaultKind.DOWN)
    desk.scan(DEMO_PATIENT.health_card_line())
    verdict = desk.wait_for("verdict")
    assert (verdict["verdict"], verdict["result_code"]) == ("undetermined", None)
    desk.press("Return")
    recorded = desk.wait_for("recorded")
    assert (recorded["status"], recorded["queue_number"]) == ("pending", 1)


def test_the_window_answers_and_closes_while_the_gateway_is_silent(
    desk: Desk, gateway: TrainingGateway
) -> None:
    gateway.fault = Fault(FaultKind.SLOW, seconds=60)
    desk.scan(DEMO_PATIENT.health_card_line())
    desk.wait_for("state", state="looking_up")
    desk.press("F3")
    desk.wait_for("state", state="looking_up", over="today")
    desk.scan(patient("worker").health_card_line())
    desk.wait_for("queued", waiting=1)
    desk.press("Escape")
    desk.wait_for("state", state="looking_up", over=None)
    assert desk.close() == 0
    assert desk.visits() == []


def test_what_cannot_be_read_is_said_and_the_desk_goes_on(desk: Desk) -> None:
    desk.scan("8934567890123456789")
    assert desk.wait_for("message")["code"] != "internal"
    desk.scan(DEMO_PATIENT.health_card_line())
    desk.wait_for("verdict", verdict="eligible")


def test_a_number_by_itself_asks_for_name_and_birth_date(desk: Desk) -> None:
    desk.scan(DEMO_PATIENT.card_number)
    desk.wait_for("state", state="incomplete")
    desk.type(DEMO_PATIENT.full_name, delay_ms=12)
    desk.type("\t12/10/1988\n", delay_ms=12)
    assert desk.wait_for("verdict")["verdict"] == "eligible"
    desk.press("Return")
    desk.wait_for("recorded", status="checked_in")


def test_no_event_holds_a_name_or_a_number(desk: Desk) -> None:
    desk.scan(DEMO_PATIENT.health_card_line())
    desk.wait_for("verdict")
    desk.press("Return")
    desk.wait_for("recorded")
    said = str(desk.seen)
    assert DEMO_PATIENT.full_name not in said
    assert DEMO_PATIENT.social_insurance_number not in said
