"""`kiosk breach export`: whose data, which fields, how many."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kiosk import cli
from kiosk.training.patients import PATIENTS

Run = Callable[..., tuple[int, dict[str, Any]]]

SEEN = next(each for each in PATIENTS if each.result_code == "000" and each.history)
OTHER = next(each for each in PATIENTS if each.result_code == "000" and each is not SEEN)


@pytest.fixture
def kiosk(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> tuple[int, dict[str, Any]]:
        code = cli.run([*arguments, "--json"])
        return code, json.loads(capsys.readouterr().out.splitlines()[-1])

    return run


@pytest.fixture
def worked(kiosk: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """One person twice at the first desk, another one at the second."""
    kiosk("check-in", "--scan", SEEN.health_card_line())
    kiosk("check-in", "--scan", SEEN.health_card_line(), "--self-pay")
    monkeypatch.setenv("KIOSK_DESK__NAME", "Quầy 2")
    kiosk("check-in", "--scan", OTHER.health_card_line())
    return kiosk


def texts_in(file: Path) -> str:
    book = openpyxl.load_workbook(file, read_only=True)
    cells = (cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    found = "\n".join(str(cell) for cell in cells)
    book.close()
    return found


def test_persons_are_counted_once_and_fields_by_person_visit_and_row(worked: Run, tmp_path: Path) -> None:
    file = tmp_path / "breach.xlsx"
    code, told = worked("breach", "export", "--to-file", str(file), "--discovered", "2026-11-23T08:00")

    assert code == 0, told
    assert (code, told["persons"], told["visits"]) == (0, 2, 3)
    assert told["encrypted"] is True
    assert told["notify_by"] == "2026-11-26T08:00+07:00"
    fields = {each["field"]: each for each in told["fields"]}
    assert (fields["full_name"]["persons"], fields["full_name"]["visits"]) == (2, 3)
    history = fields["medical_history"]
    assert (history["sensitive"], history["certainty"]) == (True, "one source")
    assert fields["full_name"]["sensitive"] is False
    shown = texts_in(file)
    for patient in (SEEN, OTHER):
        for hidden in (patient.full_name, patient.social_insurance_number, patient.birth_date.slashed):
            assert hidden not in shown
    assert worked("audit", "list", "--act", "export")[1]["detail"]["what"] == "breach"

    worked("breach", "export", "--to-file", str(file), "--full")
    assert SEEN.card_number in texts_in(file)


def test_a_desk_a_period_and_a_backup_limit_what_is_told(worked: Run, tmp_path: Path) -> None:
    file = tmp_path / "breach.xlsx"
    export = ("breach", "export", "--to-file", str(file))
    assert worked(*export, "--desk", "Quầy 1")[1]["persons"] == 1
    assert worked(*export, "--to", "2020-01-01")[1]["visits"] == 0
    assert worked(*export, "--from", "2020-01-01", "--to", "2100-01-01")[1]["visits"] == 3

    backup = worked("records", "backup")[1]["file"]
    before = Path(backup).read_bytes()
    worked("check-in", "--number", "DN4799900000001", "--name", "Lê Thử", "--birth", "1990", "--self-pay")
    code, told = worked(*export, "--backup", backup)
    assert (code, told["persons"], told["visits"]) == (0, 2, 3)
    assert set(told["tables"]) == {"backup"}
    assert Path(backup).read_bytes() == before
    assert not [each for each in Path(backup).parent.parent.iterdir() if "breach" in each.name]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("--to-file", "a.csv"), "breach_format"),
        (("--to-file", "a.xlsx", "--from", "soon"), "date_invalid"),
        (("--to-file", "a.xlsx", "--discovered", "soon"), "date_invalid"),
        (("--to-file", "a.xlsx", "--from", "2026-11-24", "--to", "2026-11-23"), "usage"),
        (("--to-file", "a.xlsx", "--backup", "nothing.sqlite3"), "backup_missing"),
        (("--from", "2026-11-24"), "usage"),
    ],
)
def test_what_is_not_understood(kiosk: Run, arguments: tuple[str, ...], error: str) -> None:
    code, output = kiosk("breach", "export", *arguments)
    assert (code, output["error"]["code"]) == (2, error)
