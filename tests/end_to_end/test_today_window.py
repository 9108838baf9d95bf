"""With real keys: the wrong patient is taken back at once, another one is found and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk_driver import running_desk

from kiosk.training.gateway_server import TrainingGateway
from kiosk.training.patients import DEMO_PATIENT, patient

pytestmark = pytest.mark.window


def test_a_receptionist_takes_visits_back(x_display: str, tidy_environment: Path) -> None:
    with (
        TrainingGateway() as gateway,
        running_desk(x_display, tidy_environment, gateway.base_url) as desk,
    ):
        desk.scan(DEMO_PATIENT.health_card_line())
        desk.wait_for("verdict")
        desk.press("Return")
        first = desk.wait_for("recorded", status="checked_in")
        desk.press("Delete")
        desk.wait_for("state", over="cancel")
        desk.scan(patient("worker").health_card_line())
        desk.wait_for("queued")  # the question is answered first
        desk.type("1")
        desk.press("Return")
        gone = desk.wait_for("cancelled")
        assert gone["visit_id"] == first["visit_id"]

        desk.wait_for("verdict", verdict="eligible")
        desk.press("Return")
        second = desk.wait_for("recorded", status="checked_in", queue_number=2)

        desk.press("F3")
        assert desk.wait_for("listed")["total"] == 2
        desk.type("tran", delay_ms=120)
        assert desk.wait_for("listed", total=1)["shown"] == 1
        desk.press("F5")
        assert desk.wait_for("number_shown")["visit_id"] == second["visit_id"]
        desk.press("Return")
        assert desk.wait_for("visit_opened")["steps"] >= 2
        desk.press("Delete")
        desk.wait_for("state", over="cancel")
        desk.type("Ra ve", delay_ms=120)
        desk.press("Return")
        desk.wait_for("cancelled", visit_id=second["visit_id"])
        desk.press("Escape")
        desk.wait_for("state", over="today")

        reasons = {visit["visit_id"]: visit["cancel_reason"] for visit in desk.visits()}
        assert reasons == {first["visit_id"]: "Quét nhầm người", second["visit_id"]: "Ra ve"}
        assert {visit["status"] for visit in desk.visits()} == {"cancelled"}
        assert desk.close() == 0
