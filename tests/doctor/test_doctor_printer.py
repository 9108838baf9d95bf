"""The ticket printer, of every kind that the settings can name; nothing is printed."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from doctor_samples import missing_texts, said
from receipt_printer import COVER_OPEN, FINE, NO_PAPER, ReceiptPrinter

from kiosk.doctor import Finding
from kiosk.doctor.printer import _ADVICE, printer
from kiosk.settings import Settings, TicketSettings
from kiosk.texts import table


def finding_on(setting: str) -> Finding:
    (finding,) = printer(Settings(ticket=TicketSettings(printer=setting)))
    assert missing_texts(finding) == set()
    assert finding.ok == (finding.advice is None)
    return finding


class TestReceiptPrinters:
    @pytest.mark.parametrize(
        ("answers", "told"),
        [
            (FINE, "printer_answers"),
            (None, "printer_open"),
            (NO_PAPER, "printer_no_paper"),
            (COVER_OPEN, "printer_cover_open"),
        ],
    )
    def test_how_it_says_it_is(self, answers: dict[int, int] | None, told: str) -> None:
        with ReceiptPrinter(answers) as receipt:
            finding = finding_on(receipt.setting)
            assert (finding.detail.code, finding.ok) == (told, told in {"printer_answers", "printer_open"})
            assert receipt.slips == []
            assert not receipt.reader.unfinished

    def test_nobody_listens(self) -> None:
        finding = finding_on("escpos:tcp://127.0.0.1:9")
        assert finding.detail.code == "printer_refused"
        assert "127.0.0.1:9" in said(finding)

    @pytest.mark.parametrize("setting", ["escpos:/dev/usb/lp99", "escpos:serial:/dev/ttyNONE9,115200"])
    def test_it_is_not_plugged_in(self, setting: str) -> None:
        assert finding_on(setting).detail.code == "printer_absent"

    def test_every_trouble_has_words_and_advice(self) -> None:
        for code, advice in _ADVICE.items():
            assert {code, f"advice_printer_{advice}"} <= set(table("doctor"))
            assert code in table("errors")


LISTS = """case "$1" in
-e) echo Laser_1; echo Nhan_Tu;;
-d) echo "system default destination: Laser_1";;
-p) echo "printer $2 is idle.  enabled since Mon";;
esac"""


@pytest.mark.skipif(sys.platform == "win32", reason="CUPS")
class TestPrintersWithADriver:
    @pytest.fixture
    def lpstat(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
        def install(script: str) -> None:
            tool = tmp_path / "lpstat"
            tool.write_text(f"#!/bin/sh\n{script}\n")
            tool.chmod(tool.stat().st_mode | stat.S_IXUSR)
            monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

        return install

    @pytest.mark.parametrize(
        ("setting", "told", "words"),
        [
            ("off", "printer_off", "Laser_1, Nhan_Tu"),
            ("system", "printer_ready", "Laser_1"),
            ("system:Nhan_Tu", "printer_ready", "Nhan_Tu"),
            ("system:Laser_2", "printer_unknown", "Laser_1, Nhan_Tu"),
        ],
    )
    def test_what_the_settings_name(
        self, lpstat: Callable[[str], None], setting: str, told: str, words: str
    ) -> None:
        lpstat(LISTS)
        finding = finding_on(setting)
        assert finding.detail.code == told
        assert words in said(finding)

    @pytest.mark.parametrize(
        ("script", "told"),
        [
            (LISTS.replace("system default destination: Laser_1", "no system default destination"),
             "printer_no_default"),
            (LISTS.replace("is idle.  enabled", "disabled"), "printer_stopped"),
            ("exit 0", "printer_none"),
            ("echo 'lpstat: Bad file descriptor' >&2; exit 1", "printer_none"),
        ],
    )  # fmt: skip
    def test_why_the_default_one_cannot_print(
        self, lpstat: Callable[[str], None], script: str, told: str
    ) -> None:
        lpstat(script)
        assert finding_on("system").detail.code == told

    def test_without_a_printing_system(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        assert finding_on("off").ok, "nothing is to be printed"
        assert finding_on("system").detail.code == "printer_none"
