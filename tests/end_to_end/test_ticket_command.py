"""`kiosk ticket` as a script meets it: the real program and a printer that listens."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from receipt_printer import ReceiptPrinter

from kiosk.training.patients import DEMO_PATIENT

KIOSK = Path(sys.executable).with_name("kiosk")


def kiosk(*arguments: str, **settings: str) -> tuple[int, dict[str, Any], str]:
    done = subprocess.run(
        [str(KIOSK), *arguments, "--json"],
        env={**os.environ, **settings},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return done.returncode, json.loads(done.stdout.splitlines()[-1]), done.stderr


def test_a_visit_becomes_a_slip_on_paper() -> None:
    code, visit, _ = kiosk("check-in", "--scan", DEMO_PATIENT.health_card_line(), "--priority", "pregnant")
    assert (code, visit["priority"]) == (0, "pregnant")
    with ReceiptPrinter() as printer:
        settings = {"KIOSK_TICKET__PRINTER": printer.setting, "KIOSK_TICKET__WIDTH_MM": "58"}
        code, told, err = kiosk("ticket", visit["visit_id"], **settings)
        assert (code, told["queue_label"], told["printer"], err) == (0, "1", printer.setting, "")
        (slip,) = printer.wait_for(1)
        assert slip.width == 384
