"""`kiosk register`: what a script gives and gets. Cards are the training gateway's."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from store_file import content_of

from kiosk import cli
from kiosk.training.patients import DEMO_PATIENT, PATIENTS

HEALTH, CITIZEN = DEMO_PATIENT.health_card_line(), DEMO_PATIENT.citizen_card_line()
OTHER = next(patient for patient in PATIENTS if patient.key == "worker")
CONTACT = ("--phone", "+84 912 345 678", "--email", "thu.nghiem@gmail.com")


def register(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code = cli.run(["register", "--json", *arguments])
    return code, json.loads(capsys.readouterr().out)


def test_two_cards_and_two_entries_become_a_sheet(
    qtbot: QtBot, tidy_environment: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "tờ chuẩn bị.pdf"
    code, output = register(
        capsys, "--health-card", HEALTH, "--citizen-card", CITIZEN, *CONTACT, "--sheet", str(file)
    )
    assert (code, output["problems"], output["differences"]) == (0, [], [])
    fields = output["fields"]
    assert fields["social_insurance_number"] == DEMO_PATIENT.social_insurance_number
    assert fields["citizen_id"] == fields["document"] == DEMO_PATIENT.citizen_id
    assert (fields["phone"], fields["email"]) == ("0912345678", "thu.nghiem@gmail.com")
    assert (fields["birth_date"], fields["sex"]) == (DEMO_PATIENT.birth_date.iso, "female")
    assert output["sheet"] == str(file)
    content = file.read_bytes()
    assert content.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", content)) == 1
    assert _page_size(content) == (148, 210), "A5"
    assert sorted(tmp_path.rglob("*.pdf")) == [file]
    for kept in tidy_environment.rglob("*"):
        assert not kept.is_file() or DEMO_PATIENT.citizen_id.encode() not in content_of(kept)


def test_in_large_print(qtbot: QtBot, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "sheet.pdf"
    code, _ = register(capsys, "--citizen-card", CITIZEN, *CONTACT, "--sheet", str(file), "--large")
    assert code == 3, "the insurance number is missing; it is added with a pen"
    assert _page_size(file.read_bytes()) == (210, 297), "A4"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--health-card", HEALTH, "--citizen-card", CITIZEN, "--phone", "091234567", "--email", "an@"),
         {("phone", "phone_length"), ("email", "email_without_domain")}),
        (("--health-card", HEALTH, "--citizen-card", "rubbish", *CONTACT),
         {("citizen_card", "unknown_code")}),
        (("--health-card", CITIZEN, *CONTACT), {("health_card", "wrong_card_health_card")}),
        (("--health-card", OTHER.health_card_line(), "--citizen-card", CITIZEN, *CONTACT),
         {("citizen_card", "cards_of_two_persons")}),
        (("--health-card", HEALTH, "--citizen-card", CITIZEN, *CONTACT, "--office", "x"),
         {("office", "office_unknown")}),
    ],
)  # fmt: skip
def test_what_must_be_corrected_makes_no_sheet(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    expected: set[tuple[str, str]],
) -> None:
    file = tmp_path / "sheet.pdf"
    code, output = register(capsys, *arguments, "--sheet", str(file))
    assert code == 3
    assert {(problem["field"], problem["code"]) for problem in output["problems"]} == expected
    assert all(problem["message"] for problem in output["problems"])
    assert output["sheet"] is None
    assert not file.exists()


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((), "register_nothing"),
        (("--health-card", HEALTH, "--sheet", "sheet.docx"), "sheet_format"),
        (("--health-card", HEALTH, *CONTACT, "--sheet", "no/such/folder/sheet.pdf"), "export_write"),
    ],
)
def test_bad_calls(
    qtbot: QtBot, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], error: str
) -> None:
    code, output = register(capsys, *arguments)
    assert (code, output["error"]["code"]) == (2, error)


def test_an_office_of_the_hospitals_list(tidy_environment: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tidy_environment.mkdir()
    (tidy_environment / "offices.toml").write_text(
        '[[office]]\nid = "mau"\nname = "BHXH cơ sở Mẫu"\nhours = "7:30–16:30"\n', encoding="utf-8"
    )
    code, output = register(
        capsys, "--health-card", HEALTH, "--citizen-card", CITIZEN, *CONTACT, "--office", "mau"
    )
    assert code == 0
    assert output["fields"]["office"] == {
        "id": "mau", "name": "BHXH cơ sở Mẫu", "address": None, "hours": "7:30–16:30",
    }  # fmt: skip


def test_for_people_no_value_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["register", "--citizen-card", CITIZEN, "--email", "an@gmial.com"]) == 3
    shown = capsys.readouterr().out
    assert "CẦN SỬA – Số điện thoại" in shown
    assert "gmail.com" in shown
    assert DEMO_PATIENT.citizen_id not in shown


def _page_size(pdf: bytes) -> tuple[int, int]:
    """In millimetres; a PDF counts in points."""
    found = re.search(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)", pdf)
    assert found
    width, height = (round(float(points) / 72 * 25.4) for points in found.groups())
    return width, height
