"""The patients' window, real: full screen on an X server, a scanner that types, a patient who confirms."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk_driver import running_desk

from kiosk.training.gateway_server import TrainingGateway
from kiosk.training.patients import DEMO_PATIENT

pytestmark = pytest.mark.window


def test_a_scan_and_one_confirmation_give_a_number_and_the_scan_s_own_return_gives_none(
    x_display: str, tidy_environment: Path
) -> None:
    with (
        TrainingGateway() as gateway,
        running_desk(
            x_display,
            tidy_environment,
            gateway.base_url,
            options=("--self-service",),
            KIOSK_SELF_SERVICE__EXIT_CODE="2468",
        ) as window,
    ):
        window.wait_for_a_window()
        window.scan(DEMO_PATIENT.health_card_line())
        window.wait_for("state", state="offered")
        assert not window.has_said_anything_within(0.5, "recorded")
        window.press("Return")
        assert window.wait_for("recorded")["queue_number"] == 1
        window.wait_for("state", state="done")

        window.press("alt+F4")
        window.wait_for("state", state="leaving")
        assert window.process.poll() is None
        (visit,) = window.visits()
        assert (visit["status"], visit["source"]) == ("checked_in", "wedge")
        window.process.terminate()
        assert window.process.wait(30) == 0
