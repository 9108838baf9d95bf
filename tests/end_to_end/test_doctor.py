"""`kiosk doctor` as a real process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kiosk.training import gateway_server as training
from kiosk.training.faults import Fault, FaultKind
from kiosk.training.gateway_server import TrainingGateway

CONTRACT = ["camera", "scanner", "gateway", "account", "staff", "clock", "database", "disk", "printer"]
NO_READERS = {"KIOSK_READERS__CAMERA": "off", "KIOSK_READERS__SERIAL_PORT": "off"}


def doctor(data: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kiosk", "doctor", *arguments],
        env={**os.environ, **NO_READERS, "KIOSK_DATA_DIR": str(data), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=90,
        check=False,
    )


def lines(done: subprocess.CompletedProcess[str]) -> dict[str, dict[str, Any]]:
    assert "Traceback" not in done.stderr
    return {line["check"]: line for line in map(json.loads, done.stdout.splitlines())}


def test_a_fresh_machine_in_training_is_green_and_left_as_it_was(tmp_path: Path) -> None:
    done = doctor(tmp_path / "data", "--json")
    found = lines(done)
    assert done.returncode == 0, done.stdout
    assert [check for check in found if check in CONTRACT] == CONTRACT
    for line in found.values():
        assert list(line) == ["check", "ok", "detail", "advice"]
        assert (line["ok"], line["advice"]) == (True, None)
    assert found["account"]["detail"].startswith("CHẾ ĐỘ TẬP HUẤN")
    assert not (tmp_path / "data").exists()


def test_people_read_words_in_columns_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    done = doctor(tmp_path / "data", KIOSK_UI__LANGUAGE="en")
    assert done.returncode == 1
    shown = done.stdout.splitlines()
    (disk,) = (place for place, line in enumerate(shown) if " Disk " in line)
    assert shown[disk].startswith("✗ MEND ")
    assert shown[disk + 1].lstrip().startswith("→ Set data_dir (KIOSK_DATA_DIR)")
    assert sum(line.startswith("✓ OK ") for line in shown) >= 9
    assert shown[-1].startswith("To mend: ")


@pytest.mark.parametrize(
    ("changes", "fault", "bad"),
    [
        ({}, None, {}),
        ({"PASSWORD": "sai-mật-khẩu"}, None, {"account": "keyring set bhyt-kiosk 99999_BV"}),
        ({"STAFF_CITIZEN_ID": "000000000077"}, None, {"staff": "gateway.staff_citizen_id"}),
        ({"STAFF_NAME": "Người Khác"}, None, {"staff": "gateway.staff_name"}),
        ({"READ_TIMEOUT_SECONDS": "0.5"}, FaultKind.SILENCE, {"gateway": "BHXH"}),
    ],
    ids=["well", "password", "054", "055", "hangs"],
)
def test_a_live_gateway_and_what_is_wrong_with_it(
    tmp_path: Path, changes: dict[str, str], fault: FaultKind | None, bad: dict[str, str]
) -> None:
    settings = {
        "MODE": "live",
        "USERNAME": training.USERNAME,
        "PASSWORD": training.PASSWORD,
        "STAFF_NAME": training.STAFF_NAME,
        "STAFF_CITIZEN_ID": training.STAFF_CITIZEN_ID,
        **changes,
    }
    with TrainingGateway() as server:
        server.fault = Fault(fault) if fault else None
        environment = {f"KIOSK_GATEWAY__{key}": value for key, value in settings.items()}
        done = doctor(tmp_path / "data", "--json", KIOSK_GATEWAY__BASE_URL=server.base_url, **environment)
        assert len(server.requests) <= 2
    found = lines(done)
    assert done.returncode == (1 if bad else 0), done.stdout
    for check, advice in bad.items():
        assert found[check]["ok"] is False
        assert advice in found[check]["advice"]
    for secret in (settings["PASSWORD"], settings["STAFF_CITIZEN_ID"]):
        assert secret not in done.stdout + done.stderr


def test_settings_that_stop_the_start_are_named_in_one_line(tmp_path: Path) -> None:
    done = doctor(tmp_path / "data", "--json", KIOSK_READERS__CAMERAS="auto")
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["code"] == "settings_value"
