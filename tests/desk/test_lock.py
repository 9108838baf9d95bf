"""The lock: what the flow and the window do while nobody is logged in."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from kiosk.desk.events import state_event
from kiosk.desk.flow import Flow, PageName, Read, Ready, Scan
from kiosk.desk.lock_page import LockPage
from kiosk.desk.words import Words
from kiosk.visits.model import Source
from kiosk.visits.staff import Role, StaffAccount

SOME_TIME = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
LAN = StaffAccount("lan", "Trần Thị Lan", "001190000011", Role.RECEPTIONIST, SOME_TIME)
MAI = StaffAccount("mai", "Lê Mai", "001190000012", Role.SUPERVISOR, SOME_TIME)


def test_what_is_scanned_while_locked_waits_and_is_taken_afterwards() -> None:
    flow = Flow()
    flow.locked = True
    scan = Scan(Source.WEDGE, text="a line")
    assert flow.scan(scan) == ()
    assert flow.take_next() == ()
    assert (flow.stage, list(flow.line)) == (Ready(), [scan])
    assert state_event(flow)["over"] == "lock"

    flow.locked = False
    (effect,) = flow.take_next()
    assert isinstance(effect, Read)
    assert effect.scan == scan


def test_a_page_that_was_open_is_open_again_for_the_next_person() -> None:
    flow = Flow()
    flow.open_page(PageName.TODAY)
    flow.locked = True
    flow.scan(Scan(Source.WEDGE, text="a line"))
    assert flow.shows(PageName.TODAY)
    flow.locked = False
    assert state_event(flow)["over"] == "today"


def test_the_page_names_the_person_and_hides_the_secret(qtbot: QtBot) -> None:
    page = LockPage(Words("vi"))
    qtbot.addWidget(page)
    page.open((LAN, MAI), "", "vì sao")
    account, secret = page.findChildren(QLineEdit)
    assert secret.echoMode() is QLineEdit.EchoMode.Password

    page.step(1)
    assert page.values == ("lan", "")
    page.step(1)
    page.step(1)
    page.step(-1)
    secret.setText("246813")
    assert page.values == ("mai", "246813")

    page.show_problem("sai")
    assert page.values == ("mai", "")
    secret.setText("2")
    page.open((), "", "")
    assert page.values == ("", "")
    assert account.accessibleName()
    assert secret.accessibleName()
