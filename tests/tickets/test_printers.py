"""The ways to a receipt printer, and what each fault of a printer is called."""

from __future__ import annotations

import os
import socket
import sys
import threading
from pathlib import Path

import pytest
from receipt_printer import COVER_OPEN, FINE, NO_PAPER, Reader, ReceiptPrinter

from kiosk.errors import PrinterError, SettingsError
from kiosk.settings import load_settings
from kiosk.tickets import channels
from kiosk.tickets.bitmap import Bitmap
from kiosk.tickets.channels import DeviceAddress, SerialAddress, TcpAddress
from kiosk.tickets.printers import ReceiptPrinter as Receipt
from kiosk.tickets.printers import SystemPrinter, print_dots, printer_of

LARGE = Bitmap(576, 700, bytes(range(256)) * 196 + bytes(72 * 700 - 256 * 196))


def receipt(setting: str) -> Receipt:
    found = printer_of(setting)
    assert isinstance(found, Receipt)
    return found


def refusal(setting: str, bitmap: Bitmap = LARGE) -> str:
    with pytest.raises(PrinterError) as refused:
        print_dots(bitmap, receipt(setting))
    assert refused.value.values["place"].removesuffix(":9100") in setting
    return refused.value.code


@pytest.mark.parametrize(
    ("setting", "printer"),
    [
        ("off", None),
        ("system", SystemPrinter()),
        ("system:HP LaserJet: tầng 1", SystemPrinter("HP LaserJet: tầng 1")),
        ("escpos:tcp://192.168.1.50:9100", Receipt(TcpAddress("192.168.1.50", 9100))),
        ("escpos:tcp://may-in", Receipt(TcpAddress("may-in", 9100))),
        ("escpos:/dev/usb/lp0", Receipt(DeviceAddress("/dev/usb/lp0"))),
        (r"escpos:\\QUAY1\bill", Receipt(DeviceAddress(r"\\QUAY1\bill"))),
        ("escpos:serial:/dev/ttyUSB0,115200", Receipt(SerialAddress("/dev/ttyUSB0", 115200))),
        ("escpos:serial:COM3", Receipt(SerialAddress("COM3", 9600))),
        ("escpos:COM3,19200", Receipt(SerialAddress("COM3", 19200))),
    ],
)
def test_the_setting_names_the_printer(setting: str, printer: object) -> None:
    assert load_settings({"KIOSK_TICKET__PRINTER": setting}).ticket.printer == setting
    assert printer_of(setting) == printer


@pytest.mark.parametrize(
    "setting", ["", "on", "system:", "escpos:", "escpos:lp0", "tcp://h", "escpos:tcp://h:0"]
)
def test_what_names_none_stops_the_start(setting: str) -> None:
    with pytest.raises(SettingsError):
        load_settings({"KIOSK_TICKET__PRINTER": setting})


@pytest.mark.parametrize("answers", [None, FINE], ids=["silent", "talking"])
def test_all_dots_arrive_over_the_network(answers: dict[int, int] | None) -> None:
    with ReceiptPrinter(answers) as printer:
        print_dots(LARGE, receipt(printer.setting), copies=2)
        assert printer.wait_for(2) == [LARGE, LARGE]


def test_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert refusal(f"escpos:tcp://127.0.0.1:{free.getsockname()[1]}") == "printer_refused"


def test_nobody_knows_its_name() -> None:
    assert refusal("escpos:tcp://printer.invalid") == "printer_unreachable"


def test_it_hangs_up_in_the_middle() -> None:
    with ReceiptPrinter(hangs_up_after=9000) as printer:
        assert refusal(printer.setting) == "printer_cut"
        assert printer.slips == []


def test_it_takes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels, "SEND_SECONDS", 0.2)
    with ReceiptPrinter(reads=False) as printer:
        assert refusal(printer.setting) == "printer_silent"


@pytest.mark.parametrize(
    ("answers", "code"), [(NO_PAPER, "printer_no_paper"), (COVER_OPEN, "printer_cover_open")]
)
def test_one_that_says_it_cannot_print_is_sent_nothing(answers: dict[int, int], code: str) -> None:
    with ReceiptPrinter(answers) as printer:
        assert refusal(printer.setting) == code
        assert len(printer.received) == 6, "two questions"


def test_paper_that_runs_out_while_printing_is_no_ticket() -> None:
    with ReceiptPrinter(FINE, after=NO_PAPER) as printer:
        assert refusal(printer.setting) == "printer_no_paper"


def test_one_that_talked_and_falls_silent_broke_off() -> None:
    with ReceiptPrinter(FINE, after={}) as printer:
        assert refusal(printer.setting) == "printer_cut"


def test_a_device_takes_the_bytes(tmp_path: Path) -> None:
    device = tmp_path / "lp0"
    device.touch()
    print_dots(LARGE, receipt(f"escpos:{device}"))
    reader = Reader()
    reader.feed(device.read_bytes())
    assert reader.slips == [LARGE]


def test_a_device_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    assert refusal(f"escpos:{tmp_path}/lp0") == "printer_absent"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs Linux's devices")
class TestDevices:
    def test_a_full_disk(self) -> None:
        assert refusal("escpos:/dev/full") == "printer_no_room"

    def test_one_that_takes_nothing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(channels, "SEND_SECONDS", 0.2)
        device = tmp_path / "lp0"
        os.mkfifo(device)
        held = os.open(device, os.O_RDWR)
        try:
            assert refusal(f"escpos:{device}", Bitmap(576, 4000, bytes(72 * 4000))) == "printer_silent"
        finally:
            os.close(held)

    def test_a_serial_printer(self) -> None:
        import tty

        controller, device = os.openpty()
        tty.setraw(device)
        reader, small = Reader(), Bitmap(384, 100, bytes(range(200)) * 24)

        def take() -> None:
            while len(reader.asked) < 4:  # both questions, before and after
                asked = len(reader.asked)
                reader.feed(os.read(controller, 4096))
                for command in reader.asked[asked:]:
                    os.write(controller, bytes([FINE[command]]))

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        try:
            print_dots(small, receipt(f"escpos:serial:{os.ttyname(device)},115200"))
            thread.join(10)
            assert reader.slips == [small]
        finally:
            os.close(controller)
            os.close(device)

    def test_a_serial_port_that_is_not_there(self) -> None:
        assert refusal("escpos:serial:/dev/ttyNONE9") == "printer_absent"
