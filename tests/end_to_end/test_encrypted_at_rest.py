"""No name and no number of a patient is found in the bytes of any file that the program leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from store_file import decrypted

from kiosk.training.patients import DEMO_PATIENT, PATIENTS, Patient

ELIGIBLE = [patient for patient in PATIENTS if patient.result_code == "000" and patient != DEMO_PATIENT]
RECEIVED = (DEMO_PATIENT, *ELIGIBLE[:2])


def kiosk(data: Path, *arguments: str, **environment: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", *arguments, "--json"],
        env={**os.environ, "KIOSK_DATA_DIR": str(data), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode in {0, 5}, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Three patients recorded in the records, one in the spool of a server that is away; backups; a sheet."""
    folder = tmp_path / "data"
    for patient in RECEIVED[:2]:
        told = kiosk(folder, "check-in", "--scan", patient.health_card_line())
        assert told["queue_number"] is not None
    made = kiosk(folder, "records", "backup")
    assert Path(made["file"]).is_relative_to(folder)
    away = {"KIOSK_RECORDS__URL": "postgresql://kiosk@127.0.0.1:1/kiosk"}
    told = kiosk(folder, "check-in", "--scan", RECEIVED[2].health_card_line(), **away)
    assert told["queue_number"] is not None
    return folder


def test_no_file_holds_a_patient_s_name_or_number(data: Path, tmp_path: Path) -> None:
    files = [file for file in data.rglob("*") if file.is_file()]
    assert {"visits.sqlite3", "spool.sqlite3"} <= {file.name for file in files}
    assert any(file.parent.name == "backups" for file in files)
    assert found_in(data) == []

    # The same search finds all of them where nothing is encrypted.
    (tmp_path / "plain").mkdir()
    for file in (data / "training").glob("*.sqlite3"):
        (tmp_path / "plain" / file.name).write_bytes(decrypted(file))
    assert {name for name, _ in found_in(tmp_path / "plain")} == {each.full_name for each in RECEIVED}


def found_in(folder: Path) -> list[tuple[str, str]]:
    """Whose data stand in which file, however they are written."""
    return [
        (patient.full_name, file.name)
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        for content in [file.read_bytes()]
        for patient in RECEIVED
        if any(written in content for written in writings(patient))
    ]


def writings(patient: Patient) -> set[bytes]:
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFD", patient.full_name)
        if not unicodedata.combining(letter)
    ).translate(str.maketrans("đĐ", "dD"))
    names = {unicodedata.normalize(form, patient.full_name) for form in ("NFC", "NFD", "NFKC", "NFKD")}
    texts = {case for name in {*names, bare} for case in (name, name.upper(), name.lower(), name.title())}
    texts |= {json.dumps(text)[1:-1] for text in texts} | {text.encode().hex() for text in texts}
    texts |= {patient.card_number, patient.social_insurance_number, patient.citizen_id}
    return {text.encode(code) for text in texts for code in ("utf-8", "utf-16-le", "utf-16-be")}
