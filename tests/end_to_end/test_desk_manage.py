"""F6 in the real window: what supervisors do, and never in the way of the next scan."""

from __future__ import annotations

import pytest
from desk_driver import Desk

from kiosk.desk.manage.hub import SECTIONS
from kiosk.training.patients import DEMO_PATIENT

pytestmark = pytest.mark.window

DIGITS = {module: str(place) for place, (module, _, _) in enumerate(SECTIONS, start=1)}


def test_a_card_is_watched_the_desk_is_told_and_the_supervisor_sees_who_went_on(desk: Desk) -> None:
    desk.press("F6")
    desk.wait_for("manage", section="menu")
    desk.press(DIGITS["watch"])
    desk.wait_for("manage", section="watch", listed=0)
    desk.press("F5")
    desk.type(DEMO_PATIENT.card_number, delay_ms=60)
    desk.press("Tab")
    desk.type("nghi muon the", delay_ms=60)
    desk.press("Return")
    desk.wait_for("manage", section="watch", listed=1)

    desk.scan(DEMO_PATIENT.health_card_line())  # the page gives way
    desk.wait_for("verdict", verdict="eligible")
    desk.press("Return")
    desk.wait_for("recorded", status="checked_in")

    desk.press("F6")
    desk.press(DIGITS["decisions"])
    desk.wait_for("manage", section="decisions", listed=1)
    desk.press("Escape")
    desk.press(DIGITS["audit"])
    desk.wait_for("manage", section="audit")
    desk.press("F5")
    desk.wait_for("manage", section="audit", sound=True)
    desk.press("F6")
    desk.wait_for("state", over=None)


def test_a_scan_over_the_list_of_sections_is_a_scan_and_opens_none(desk: Desk) -> None:
    desk.press("F12")
    desk.wait_for("state", over="state")
    desk.press("F6")
    desk.wait_for("manage", section="menu")
    desk.type(DEMO_PATIENT.citizen_id + "\n")  # digits all of them, and a scanner's own Return
    desk.wait_for("state", state="incomplete")
    assert [event for event in desk.seen if event["event"] == "manage" and event["section"] != "menu"] == []
