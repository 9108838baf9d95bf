"""`kiosk co-payment` as a script meets it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from kiosk.training.patients import PATIENTS

KIOSK = Path(sys.executable).with_name("kiosk")
PERSON = next(each for each in PATIENTS if each.result_code == "000" and each.history)


def co_payment(*arguments: str, **settings: str) -> tuple[int, str]:
    words = [PERSON.card_number, "--name", PERSON.full_name, "--birth", PERSON.birth_date.iso, *arguments]
    done = subprocess.run(
        [str(KIOSK), "co-payment", *words],
        env={**os.environ, **settings},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout


def test_it_is_off_until_it_turns_it_on() -> None:
    code, output = co_payment("--json")
    assert (code, json.loads(output)["error"]["code"]) == (2, "co_payment_off")


def test_the_sum_for_scripts_and_for_people() -> None:
    code, output = co_payment("--json", KIOSK_GATEWAY__CO_PAYMENT="true")
    found = json.loads(output)
    amount = 150_000 * len(PERSON.history)
    assert (code, found["result_code"], found["reason"]) == (0, "200", "co_payment_known")
    assert (found["accumulated"], found["training"]) == (amount, True)
    code, output = co_payment(KIOSK_GATEWAY__CO_PAYMENT="true")
    assert f"{amount:,}".replace(",", ".") in output
