"""The wizard within the desk: it is in nobody's way (offscreen)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from test_desk import Driven, MakeDesk, make_desk  # noqa: F401  a fixture of the desk's tests

from kiosk.desk import flow as f
from kiosk.desk.flow import PageName, Ready, Recorded, VerdictShown
from kiosk.desk.set_up.settings_page import SettingsPage
from kiosk.desk.set_up.wizard_page import WizardPage
from kiosk.training.gateway_server import TrainingGateway
from kiosk.training.patients import DEMO_PATIENT, PATIENTS
from kiosk.visits.audit import Act
from kiosk.visits.model import Status
from kiosk.visits.staff import Role

LINE = DEMO_PATIENT.health_card_line()
NEXT_LINE = next(each for each in PATIENTS if each.key == "worker").health_card_line()


@pytest.fixture
def live(make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Driven]:  # noqa: F811
    """In live mode with nothing set, over a gateway of this machine."""
    with TrainingGateway() as gateway:
        monkeypatch.setenv("KIOSK_GATEWAY__MODE", "live")
        monkeypatch.setenv("KIOSK_GATEWAY__BASE_URL", gateway.base_url)
        yield make_desk()


def until(driven: Driven, event: str, **values: Any) -> None:
    """An event with these values has been told."""

    def told() -> bool:
        found = (each for each in driven.events if each["event"] == event)
        return any(all(each.get(name) == value for name, value in values.items()) for each in found)

    driven.qtbot.waitUntil(told, timeout=20_000)


def at_wizard(driven: Driven) -> bool:
    return isinstance(driven.desk.flow.top, f.SetUp)


def shown_text(driven: Driven) -> str:
    labels = driven.desk.window.page.findChildren(QLabel)
    return "\n".join(each.text() for each in labels if not each.isHidden())


def test_it_may_be_left_at_any_time_and_patients_are_received_all_the_same(live: Driven) -> None:
    until(live, "set_up", step="facility")
    live.key(Qt.Key.Key_Escape)
    assert isinstance(live.desk.flow.stage, Ready)
    assert not live.desk.flow.overlays
    live.scan(LINE)
    live.until(VerdictShown)
    assert (live.verdict["verdict"], live.verdict["reason"]) == ("undetermined", "account_not_set")
    live.press_return()
    live.until(Recorded)
    assert [visit.status for visit in live.visits] == [Status.PENDING]


def test_what_is_missing_stays_in_sight_and_the_wizard_can_be_opened_again(live: Driven) -> None:
    until(live, "set_up", step="facility")
    live.key(Qt.Key.Key_Escape)
    assert any("CHƯA CÀI ĐẶT XONG" in each.text for each in live.desk.window.strip.segments)
    for key in (Qt.Key.Key_F12, Qt.Key.Key_F10):
        live.key(key)
    assert live.desk.flow.shows(PageName.SETTINGS)
    live.key(Qt.Key.Key_F10)
    assert at_wizard(live)


def test_a_patient_goes_before_the_set_up_and_what_was_typed_is_not_lost(live: Driven) -> None:
    until(live, "set_up", step="facility")
    live.type("79034")
    live.qtbot.wait(600)  # a scanner's keys that come right after belong to one burst with these
    live.scan(NEXT_LINE)
    live.until(VerdictShown)
    assert not at_wizard(live)
    live.key(Qt.Key.Key_Escape)
    live.until(Recorded)
    for key in (Qt.Key.Key_F12, Qt.Key.Key_F10, Qt.Key.Key_F10):
        live.key(key)
    opened = {"event": "set_up", "step": "facility"}
    live.qtbot.waitUntil(lambda: live.events.count(opened) == 2)
    assert typed(live) == ["79034", ""]


def typed(driven: Driven) -> list[str]:
    """What stands in the fields of the wizard's page."""
    page = driven.desk.window.page
    return [edit.text() for edit in page.edits.values()] if isinstance(page, WizardPage) else []


def test_other_pages_lie_over_it_and_come_back_to_it(live: Driven) -> None:
    for step in ("facility", "profile", "account", "staff", "look_up"):
        until(live, "set_up", step=step)
        live.key(Qt.Key.Key_PageDown)
    until(live, "set_up", step="readers")
    live.key(Qt.Key.Key_F4)
    assert live.desk.flow.shows(PageName.CAMERA)
    live.key(Qt.Key.Key_Escape)
    live.key(Qt.Key.Key_F7)
    assert live.desk.flow.shows(PageName.SCANNER_TEST)
    live.key(Qt.Key.Key_Escape)
    live.qtbot.waitUntil(lambda: at_wizard(live) and "Máy quét và camera" in shown_text(live))
    live.scan(LINE)  # at once, however long the page takes to be filled again
    until(live, "set_up", received="wedge")
    assert live.visits == []


def test_what_a_page_saves_is_in_the_file_and_named_in_the_audit_log(live: Driven) -> None:
    until(live, "set_up", step="facility")
    live.type("79034")
    live.key(Qt.Key.Key_Tab)
    live.type("Bệnh viện Mẫu")
    live.press_return()
    until(live, "set_up", step="profile")
    reception = live.desk.reception

    def noted() -> list[Any]:
        return [entry for entry in reception.records.audit.entries() if entry.act == Act.SETTINGS]

    live.qtbot.waitUntil(lambda: len(noted()) == 1)
    assert "facility.code" in str(noted()[0].detail)
    assert "Mẫu" not in str(noted()[0])


def test_in_training_there_is_none(make_desk: MakeDesk) -> None:  # noqa: F811
    driven = make_desk()
    until(driven, "upkeep", backup=True)
    assert not at_wizard(driven)
    assert not [event for event in driven.events if event["event"] == "missing"]


def test_who_is_logged_in_decides_whether_settings_may_be_changed(make_desk: MakeDesk) -> None:  # noqa: F811
    driven = make_desk()
    until(driven, "opened", records=True)
    reception = driven.desk.reception
    reception.records.staff.add("lan", "Nguyễn Thị Lan", "099999000001", Role.RECEPTIONIST, "mat-khau-1")
    reception.log_in("lan", "mat-khau-1")
    for key in (Qt.Key.Key_F12, Qt.Key.Key_F10):
        driven.key(key)
    until(driven, "settings", problem=None)
    assert "không được đổi cài đặt" in shown_text(driven)
    page = driven.desk.window.page
    assert isinstance(page, SettingsPage)
    assert page.edit.isReadOnly()
    reception.actor.role = Role.IT
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_F12, Qt.Key.Key_F10):
        driven.key(key)
    driven.qtbot.waitUntil(page.edit.hasFocus)
    driven.type("79034")
    driven.press_return()
    until(driven, "settings", saved=["facility.code"])


def test_the_window_is_not_opened_again_while_a_patient_waits(make_desk: MakeDesk) -> None:  # noqa: F811
    driven = make_desk()
    driven.scan(LINE)
    driven.until(VerdictShown)
    for key in (Qt.Key.Key_F12, Qt.Key.Key_F10):
        driven.key(key)
    until(driven, "settings", problem=None)
    driven.key(Qt.Key.Key_Down)
    driven.type("Bệnh viện Mẫu")
    driven.press_return()
    until(driven, "settings", saved=["facility.name"])
    driven.qtbot.waitUntil(lambda: "Đã lưu vào" in shown_text(driven))
    driven.press_return()
    assert "Đang có người bệnh ở quầy" in shown_text(driven)
    assert not driven.desk.restart_wanted
    driven.key(Qt.Key.Key_Escape)
    assert isinstance(driven.desk.flow.stage, VerdictShown)  # it still waits for its confirmation
