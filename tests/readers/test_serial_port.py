"""A serial scanner, played by a pseudo-terminal; and how a stream of bytes is cut into scans."""

from __future__ import annotations

import os
import queue
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.readers import serial_port
from kiosk.readers.serial_port import (
    LONGEST_SCAN,
    SILENCE_SECONDS,
    FloodGate,
    ScanCutter,
    SerialReader,
    SerialState,
)

LINE = "079301000002||Trần Thị Thử|03042001|Nữ|Xã Mẫu, Tỉnh Thử|02072024"
HEALTH = "DN4799900000001|4e67|01/02/1990|1|-|79 - 034|01/01/2020|-|15/12/2019|79019900000001|$"


def cut(*pieces: bytes, seconds: float = 0.01) -> list[str]:
    """What comes of pieces that arrive `seconds` apart, with silence behind them."""
    cutter, scans, now = ScanCutter(), [], 0.0
    for piece in pieces:
        now += seconds
        scans += cutter.feed(piece, now)
    return scans + cutter.feed(b"", now + SILENCE_SECONDS)


class TestCutting:
    @pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\t", b"\x00", b"\x03", b""])
    def test_a_scan_ends_at_a_line_end_or_silence(self, end: bytes) -> None:
        assert cut(LINE.encode() + end) == [LINE]

    def test_a_health_card_ends_at_its_own_terminator(self) -> None:
        cutter = ScanCutter()
        assert cutter.feed(HEALTH.encode(), 0.0) == [HEALTH]
        assert cutter.feed(b"\r\n", 0.1) == []

    @given(st.lists(st.integers(0, len(LINE.encode())), max_size=12))
    def test_where_the_bytes_are_split_makes_no_difference(self, places: list[int]) -> None:
        data = LINE.encode()
        bounds = [0, *sorted(places), len(data)]
        pieces = [data[begin:end] for begin, end in pairwise(bounds)]
        assert cut(*[piece for piece in pieces if piece], b"\r") == [LINE]

    def test_a_pause_in_the_middle_does_not_end_a_scan(self) -> None:
        data = LINE.encode()
        assert cut(data[:30], b"", data[30:], b"\r", seconds=0.3) == [LINE]

    def test_several_scans_and_garbage_between_them(self) -> None:
        assert cut(b"\r\n\xff\xfe\r", f"{LINE}\r\n\r\n{HEALTH}\r".encode()) == ["\udcff\udcfe", LINE, HEALTH]

    def test_a_broken_letter_is_kept_as_it_came(self) -> None:
        assert cut("Tr\u1ea7n".encode()[:-2] + b"\r") == ["Tr\udce1\udcba"]

    def test_a_stuck_scanner_is_dropped_up_to_the_next_line(self) -> None:
        scans = cut(*[b"7" * 5000] * 200, b"7\r", f"{LINE}\r".encode())
        assert scans == [LINE]
        assert cut(b"7" * (LONGEST_SCAN + 1) + b"\r") == []


class TestFlood:
    def test_scans_at_a_persons_pace_pass(self) -> None:
        gate = FloodGate()
        passed = [gate.pass_on([LINE], now, came=True) for now in (0.0, 0.4, 0.8, 1.2, 1.6, 2.0)]
        assert passed == [[LINE]] * 6

    def test_a_stuck_scanner_is_shut_out_until_it_has_been_quiet(self) -> None:
        gate = FloodGate()
        assert gate.pass_on([str(number) for number in range(9)], 0.0, came=True) == []
        assert gate.is_shut
        assert gate.pass_on([LINE], 0.9, came=True) == []
        assert gate.pass_on([], 1.5, came=False) == []
        assert gate.is_shut, "quiet for 0.6 s only"
        assert gate.pass_on([LINE], 2.0, came=True) == [LINE]
        assert not gate.is_shut

    def test_a_run_without_an_end_is_a_flood_too(self) -> None:
        cutter, gate = ScanCutter(), FloodGate()
        for place in range(LONGEST_SCAN // 1000 + 1):
            scans = cutter.feed(b"7" * 1000, place / 100)
            gate.pass_on(scans, place / 100, came=True, junk=cutter.is_dropping)
        assert gate.is_shut


@dataclass
class Scanner:
    """The other end of the line."""

    master: int
    name: str
    scans: queue.Queue[str] = field(default_factory=queue.Queue)
    states: queue.Queue[SerialState] = field(default_factory=queue.Queue)

    def send(self, data: bytes) -> None:
        os.write(self.master, data)

    def wait_for(self, state: SerialState) -> None:
        while self.states.get(timeout=20) is not state:
            pass


pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")


@pytest.fixture
def scanner() -> Iterator[Scanner]:
    import pty

    master, slave = pty.openpty()
    made = Scanner(master, os.ttyname(slave))
    try:
        yield made
    finally:
        os.close(slave)
        os.close(master)


@pytest.fixture
def reader(scanner: Scanner) -> Iterator[SerialReader]:
    made = SerialReader(
        scanner.name,
        on_text=scanner.scans.put,
        on_state=lambda state, _detail: scanner.states.put(state),
    )
    made.start()
    yield made
    assert made.stop()
    assert made.state is SerialState.STOPPED


class TestReading:
    def test_a_scan_arrives_byte_for_byte(self, scanner: Scanner, reader: SerialReader) -> None:
        scanner.wait_for(SerialState.WATCHING)
        scanner.send(f"{LINE}\r".encode())
        assert scanner.scans.get(timeout=20) == LINE
        reader.start()  # does nothing: it runs
        scanner.send(HEALTH.encode())
        assert scanner.scans.get(timeout=20) == HEALTH

    def test_a_scan_without_an_end_comes_after_silence(self, scanner: Scanner, reader: SerialReader) -> None:
        scanner.wait_for(SerialState.WATCHING)
        scanner.send(LINE.encode())
        assert scanner.scans.get(timeout=20) == LINE


def test_off_means_off() -> None:
    reader = SerialReader("off", on_text=lambda _: None)
    reader.start()
    assert reader.state is SerialState.OFF
    assert reader.stop()


def test_a_port_that_is_missing_is_waited_for_and_taken_up(tmp_path: Path) -> None:
    import pty

    master, slave = pty.openpty()
    link = tmp_path / "scanner"
    seen = Scanner(master, str(link))
    reader = SerialReader(
        str(link), on_text=seen.scans.put, on_state=lambda state, _detail: seen.states.put(state)
    )
    reader.start()
    try:
        seen.wait_for(SerialState.MISSING)
        link.symlink_to(os.ttyname(slave))
        seen.wait_for(SerialState.WATCHING)
        seen.send(f"{LINE}\r".encode())
        assert seen.scans.get(timeout=20) == LINE
        link.unlink()
        os.close(slave)
        os.close(master)
        seen.wait_for(SerialState.LOST)
    finally:
        assert reader.stop()


@pytest.mark.parametrize("name", ["/dev/null/x", "", "\x00"])
def test_what_is_no_port_cannot_be_opened(name: str) -> None:
    assert serial_port.open_port(name) is None


def test_a_plain_file_is_no_port(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x", encoding="utf-8")
    assert serial_port.open_port(str(file)) is None


def test_auto_without_a_scanner_looks_again_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    found: queue.Queue[SerialState] = queue.Queue()
    monkeypatch.setattr("serial.tools.list_ports.comports", list)  # this machine's own ports are no test
    reader = SerialReader("auto", on_text=lambda _: None, on_state=lambda state, _detail: found.put(state))
    reader.start()
    try:
        assert [found.get(timeout=20), found.get(timeout=20)] == [SerialState.OPENING, SerialState.NO_SCANNER]
    finally:
        assert reader.stop()


def test_auto_takes_a_scanner_and_nobody_else_s_port(monkeypatch: pytest.MonkeyPatch) -> None:
    from serial.tools.list_ports_common import ListPortInfo

    modem, scanner = ListPortInfo("/dev/ttyS9"), ListPortInfo("/dev/ttyACM9")
    scanner.vid = 0x0C2E
    monkeypatch.setattr("serial.tools.list_ports.comports", lambda: [modem, scanner])
    assert serial_port.find_scanner() == "/dev/ttyACM9"
    scanner.vid, scanner.description = 0x1A86, "USB Barcode Scanner"
    assert serial_port.find_scanner() == "/dev/ttyACM9"
    scanner.description = "USB Serial"
    assert serial_port.find_scanner() is None
