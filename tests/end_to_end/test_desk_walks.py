"""The receptionist's cases of docs/desk-flow.md, each walked with real keys in one real window.

The window is shared: every walk has patients of its own and leaves the desk free for the next one.
"""

from __future__ import annotations

import os
import pty
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from desk_driver import Desk, running_desk

from kiosk.card.model import PartialDate
from kiosk.training.faults import Fault, FaultKind
from kiosk.training.gateway_server import TrainingGateway
from kiosk.training.patients import DEMO_PATIENT, TRAINING_FACILITY, patient
from kiosk.visits.model import Visit
from kiosk.visits.records import VisitRecords

pytestmark = pytest.mark.window

DOCUMENT = Path(__file__).parents[2] / "docs" / "desk-flow.md"


class Reception:
    """A desk with a scanner that types and one on a serial port, and its gateway."""

    def __init__(self, desk: Desk, gateway: TrainingGateway, scanner: int, records: VisitRecords) -> None:
        self.desk, self.gateway = desk, gateway
        self._scanner, self._records = scanner, records

    def scan(self, line: str, **verdict: Any) -> None:
        self.desk.scan(line)
        self.desk.wait_for("verdict", **verdict)

    def scan_serial(self, line: str, **verdict: Any) -> None:
        """Letters with accents arrive whole, whatever the keyboard's layout."""
        os.write(self._scanner, line.encode() + b"\r\n")
        self.desk.wait_for("verdict", **verdict)

    def check_in(self) -> Visit:
        """Return, and the visit as it lies in the records."""
        self.desk.press("Return")
        return self.recorded("checked_in")

    def recorded(self, status: str) -> Visit:
        visit = self._records.get(self.desk.wait_for("recorded", status=status)["visit_id"])
        assert visit is not None
        return visit

    def visits_of(self, full_name: str) -> list[Visit]:
        return [visit for visit in self._records.visits() if visit.full_name == full_name]

    def open_form(self) -> None:
        self.desk.press("F2")
        self.desk.wait_for("state", over="form")

    def type(self, text: str) -> None:
        self.desk.type(text, delay_ms=12)

    def go_home(self) -> None:
        """From whatever a walk that failed has left open."""
        for _ in range(6):
            self.desk.press("Escape")
        self.desk.press("F12", "F12")
        self.desk.wait_for("state", over="state")
        self.desk.wait_for("state", state="ready", over=None, waiting=0)


@pytest.fixture(scope="module")
def reception(x_display: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reception]:
    scanner, terminal = pty.openpty()
    try:
        with pytest.MonkeyPatch.context() as clean:
            for name in [name for name in os.environ if name.upper().startswith("KIOSK_")]:
                clean.delenv(name)
            data = tmp_path_factory.mktemp("walks") / "kiosk-data"
            with (
                ExitStack() as stack,
                TrainingGateway() as gateway,
                running_desk(
                    x_display, data, gateway.base_url, KIOSK_READERS__SERIAL_PORT=os.ttyname(terminal)
                ) as desk,
            ):
                records = stack.enter_context(
                    VisitRecords.open(
                        data / "training" / "visits.sqlite3", facility=TRAINING_FACILITY, training=True
                    )
                )
                yield Reception(desk, gateway, scanner, records)
    finally:
        os.close(terminal)
        os.close(scanner)


def good_card(at: Reception) -> None:
    at.scan(patient("worker").health_card_line(), verdict="eligible")
    visit = at.check_in()
    assert visit.queue_number


def expired(at: Reception) -> None:
    at.scan(patient("expired").health_card_line(), verdict="not_eligible")
    at.desk.press("F6")
    visit = at.recorded("self_pay")
    assert visit.queue_number
    assert visit.reason == "card_expired"


def wrong_name(at: Reception) -> None:
    at.scan(patient("name_close").health_card_line(), verdict="needs_staff")
    at.desk.press("Return")
    at.desk.wait_for("state", over="override")
    at.desk.press("3", "Return")
    visit = at.recorded("checked_in")
    assert str(visit.confirm_reason).startswith("Sai khác do lỗi chính tả")


def wrong_birth_date(at: Reception) -> None:
    """The code says another day than the gateway knows; the papers decide."""
    person = patient("near_poor")
    at.scan(replace(person, birth_date=PartialDate(1979, 7, 18)).health_card_line(), verdict="needs_staff")
    at.open_form()
    at.desk.press("Down", "Tab", "Tab", "Tab")
    at.type("19071979\n")
    at.desk.wait_for("verdict", verdict="eligible", source="typed")
    visit = at.check_in()
    assert at.visits_of(person.full_name) == [visit], "the second look-up took the place of the first"


def gateway_down(at: Reception) -> None:
    at.gateway.fault = Fault(FaultKind.DOWN)
    at.scan(patient("elder_k2").health_card_line(), verdict="undetermined")
    at.desk.press("Return")
    visit = at.recorded("pending")
    assert visit.queue_number


def new_card_issued(at: Reception) -> None:
    person = patient("next_card_now")
    at.scan(person.health_card_line(), verdict="eligible", result_code="004")
    at.desk.press("F5")
    visit = at.check_in()
    assert person.next_card is not None
    assert (visit.coverage or {})["card_number"] == person.next_card.card_number
    assert {difference.taken for difference in visit.differences} == {True}


def child(at: Reception) -> None:
    at.scan(patient("child").health_card_line(), verdict="eligible")
    assert (at.check_in().coverage or {})["benefit_level"] == 1


def child_without_card(at: Reception) -> None:
    at.scan(patient("child_no_card").health_card_line(), verdict="needs_staff")
    at.desk.press("Return")
    at.desk.wait_for("state", over="override")
    at.desk.press("4", "Return")
    assert "giấy khai sinh" in str(at.recorded("checked_in").confirm_reason)


def army_card(at: Reception) -> None:
    at.scan(patient("army").health_card_line(), verdict="needs_staff")
    at.desk.press("Return")
    at.desk.wait_for("state", over="override")
    at.desk.press("2", "Return")
    assert at.recorded("checked_in").confirm_reason == "Đã xem thẻ giấy, còn hạn sử dụng"


def citizen_card_only(at: Reception) -> None:
    person = patient("citizen_card")
    at.scan_serial(person.citizen_card_line(), verdict="eligible")
    visit = at.check_in()
    assert (visit.coverage or {})["card_number"] == person.card_number


def forgot_everything(at: Reception) -> None:
    at.open_form()
    at.type(f"{DEMO_PATIENT.citizen_id}\t{DEMO_PATIENT.full_name}\t12101988\n")
    at.desk.wait_for("verdict", verdict="eligible", source="typed")
    assert at.check_in().full_name == DEMO_PATIENT.full_name


def came_before(at: Reception) -> None:
    person = patient("month_only")
    at.scan(person.health_card_line(), verdict="eligible")
    at.check_in()
    at.open_form()
    at.desk.press("Tab")
    at.type("hoa")  # of Hoàng; the third letter is the first that asks
    at.desk.wait_for("offered")
    at.desk.press("Down", "Return")
    at.desk.wait_for("verdict", verdict="eligible", source="typed", already_checked_in_today=True)
    assert at.check_in().full_name == person.full_name


def put_aside_comes_back(at: Reception) -> None:
    person = patient("registered_elsewhere")
    at.scan(person.health_card_line(), verdict="eligible")
    at.desk.press("Escape")
    aside = at.recorded("held")
    assert aside.queue_number is None
    at.scan_serial(person.citizen_card_line(), verdict="eligible", goes_on=aside.visit_id)
    visit = at.check_in()
    assert visit.visit_id == aside.visit_id
    assert visit.queue_number


def gave_up_waiting(at: Reception) -> None:
    at.gateway.fault = Fault(FaultKind.SLOW, seconds=60)
    person = patient("year_only")
    at.desk.scan(person.health_card_line())
    at.desk.wait_for("state", state="looking_up")
    at.desk.press("Escape")
    at.desk.wait_for("state", state="ready")
    assert at.visits_of(person.full_name) == []


WALKS: dict[str, Callable[[Reception], None]] = {
    "Good card": good_card,
    "Expired": expired,
    "Wrong name": wrong_name,
    "Wrong birth date": wrong_birth_date,
    "Gateway down": gateway_down,
    "New card issued": new_card_issued,
    "Child": child,
    "Child without a card": child_without_card,
    "Army card": army_card,
    "Citizen card only": citizen_card_only,
    "Forgot everything": forgot_everything,
    "Came before": came_before,
    "Put aside, comes back": put_aside_comes_back,
    "Gave up waiting": gave_up_waiting,
}


@pytest.mark.parametrize("case", WALKS)
def test_each_case_is_walked_as_it_is_written_down(reception: Reception, case: str) -> None:
    try:
        WALKS[case](reception)
    except BaseException:
        reception.go_home()
        raise
    finally:
        reception.gateway.fault = None


def test_every_case_that_is_walked_is_written_down() -> None:
    lines = DOCUMENT.read_text("utf-8").splitlines()
    cases = {line.split("|")[1].strip() for line in lines if line.startswith("| ")}
    assert not set(WALKS) - cases
