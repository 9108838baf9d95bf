"""`kiosk ticket`: a slip in a file, and what keeps one from being made."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from receipt_printer import NO_PAPER, ReceiptPrinter

from kiosk import cli
from kiosk.training.patients import DEMO_PATIENT, PATIENTS

Run = Callable[..., tuple[int, dict[str, Any]]]

pytestmark = pytest.mark.usefixtures("qtbot")


@pytest.fixture
def kiosk(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> tuple[int, dict[str, Any]]:
        code = cli.run([*arguments, "--json"])
        return code, json.loads(capsys.readouterr().out.splitlines()[-1])

    return run


@pytest.fixture
def visit_id(kiosk: Run) -> str:
    return str(kiosk("check-in", "--scan", DEMO_PATIENT.health_card_line())[1]["visit_id"])


def refusal(told: tuple[int, dict[str, Any]]) -> str:
    code, output = told
    assert code == 2
    return str(output["error"]["code"])


@pytest.mark.parametrize(("name", "start"), [("phiếu.png", b"\x89PNG"), ("phiếu.PDF", b"%PDF")])
def test_a_slip_in_a_file(kiosk: Run, visit_id: str, tmp_path: Path, name: str, start: bytes) -> None:
    file = tmp_path / name
    code, told = kiosk("ticket", visit_id, "--out", str(file), "--again")
    assert (code, told["file"], told["printer"]) == (0, str(file), None)
    assert (told["queue_label"], told["again"], told["training"]) == ("1", True, True)
    assert file.read_bytes().startswith(start)


def test_a_printer_without_paper(kiosk: Run, visit_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with ReceiptPrinter(NO_PAPER) as empty:
        monkeypatch.setenv("KIOSK_TICKET__PRINTER", empty.setting)
        assert refusal(kiosk("ticket", visit_id)) == "printer_no_paper"


def test_what_makes_no_slip(kiosk: Run, visit_id: str, tmp_path: Path) -> None:
    file = str(tmp_path / "x.png")
    assert refusal(kiosk("ticket", visit_id)) == "ticket_off"
    assert refusal(kiosk("ticket", visit_id, "--out", str(tmp_path / "x.jpg"))) == "ticket_format"
    assert refusal(kiosk("ticket", "nobody", "--out", file)) == "visit_unknown"
    army = next(patient for patient in PATIENTS if patient.key == "army")
    _, held = kiosk("check-in", "--scan", army.health_card_line())
    assert refusal(kiosk("ticket", held["visit_id"], "--out", file)) == "ticket_none"
    assert not Path(file).exists()


def test_a_slip_for_trying_the_printer_needs_no_visit(kiosk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with ReceiptPrinter() as printer:
        monkeypatch.setenv("KIOSK_TICKET__PRINTER", printer.setting)
        code, told = kiosk("ticket", "--test")
        assert (code, told["test"], told["visit_id"]) == (0, True, None)
        printer.wait_for(1)
        assert refusal(kiosk("ticket")) == refusal(kiosk("ticket", "some-visit", "--test")) == "usage"
