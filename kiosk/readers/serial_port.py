"""The serial scanner (USB in COM mode): one thread that reads a port, cuts it into scans, and reports them.

In this mode the scanner's bytes arrive as they are: no keyboard layout, no input method, no focus. It never
raises for what a device does. It reports a state instead:

==============  ======================================================================================
``off``         the setting says so; no thread runs
``opening``     the port is being opened for the first time
``watching``    the port is open; `detail` names it
``no_scanner``  ``auto`` found no port of a scanner's maker; looked for again, quietly
``missing``     the named port cannot be opened (absent, busy, not permitted); tried again
``lost``        it was open and is gone; tried again
``flooded``     the scanner sends without end; what it sends is dropped until it has been quiet for a while
``stopped``     `SerialReader.stop` was called
==============  ======================================================================================
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

RETRY_SECONDS = (0.5, 1.0, 2.0)
"""Waits between attempts to open the port; the last repeats: a scanner plugged in is seen within 3 s."""

SILENCE_SECONDS = 0.6
"""A scan without a line end is over after this; scanners pause up to 0.3 s in the middle of a line."""

POLL_SECONDS = 0.1
MOST_SCANS_A_SECOND = 4
"""Nobody holds up more codes than that; a stuck scanner must not fill the line of patients that wait."""

QUIET_AFTER_FLOOD_SECONDS = 1.0
LONGEST_SCAN = 20_000
"""Bytes. A longer run is a stuck scanner or a wrong device and is dropped up to the next line end."""

SCANNER_VENDORS = {
    *(0x05E0, 0x05F9, 0x065A, 0x0C2E),  # Zebra/Symbol, Datalogic, Opticon, Honeywell/Metrologic
    *(0x1EAB, 0x1FBB, 0x2DD6, 0x23D0),  # Newland, Unitech, Mindeo, Winson/SCANTECH
}
"""USB vendor numbers of scanner makers; ``auto`` opens nobody else's port, which may be any machine's."""

_LINE_END = re.compile(rb"[\r\n\t\x00\x03\x04]+|(?<=\|\$)")


class SerialState(StrEnum):
    OFF = "off"
    OPENING = "opening"
    WATCHING = "watching"
    NO_SCANNER = "no_scanner"
    MISSING = "missing"
    LOST = "lost"
    FLOODED = "flooded"
    STOPPED = "stopped"


class Port(Protocol):
    """What the reader needs of an open serial port."""

    @property
    def in_waiting(self) -> int: ...

    def read(self, size: int = ..., /) -> bytes: ...

    def close(self) -> None: ...


class ScanCutter:
    """Cuts a stream of bytes into scans: at CR, LF, Tab, NUL, ETX or EOT, behind ``|$``, or after silence."""

    def __init__(self) -> None:
        self._held = b""
        self._last = 0.0
        self._dropping = False

    @property
    def is_dropping(self) -> bool:
        """Whether a run too long for any code is being passed over."""
        return self._dropping

    def feed(self, data: bytes, now: float) -> list[str]:
        """The scans that `data`, read at `now` (monotonic seconds; empty: nothing came), completes."""
        if not data:
            over = self._held and now - self._last >= SILENCE_SECONDS
            return self._texts([self._take()]) if over else []
        self._last = now
        *complete, self._held = _LINE_END.split(self._held + data)
        if self._dropping and complete:
            complete, self._dropping = complete[1:], False
        if len(self._held) > LONGEST_SCAN:
            self._held, self._dropping = b"", True
        return self._texts(complete)

    def _take(self) -> bytes:
        held, self._held = self._held, b""
        return b"" if self._dropping else held

    @staticmethod
    def _texts(scans: list[bytes]) -> list[str]:
        """Bytes that are not UTF-8 become lone surrogates, which the card parser knows and names."""
        kept = (scan for scan in scans if 0 < len(scan.strip()) <= LONGEST_SCAN)
        return [scan.decode("utf-8", "surrogateescape") for scan in kept]


class FloodGate:
    """Lets scans through as fast as people can hold up codes, and nothing once more come."""

    def __init__(self) -> None:
        self._passed: list[float] = []
        self._last = 0.0
        self.is_shut = False

    def pass_on(self, scans: list[str], now: float, *, came: bool, junk: bool = False) -> list[str]:
        """Those of `scans` that count at `now`. `came`: bytes came; `junk`: they were of no possible scan."""
        if self.is_shut and now - self._last >= QUIET_AFTER_FLOOD_SECONDS:
            self.is_shut = False
        if came:
            self._last = now
        self._passed = [at for at in self._passed if now - at < 1.0] + [now] * len(scans)
        if junk or len(self._passed) > MOST_SCANS_A_SECOND:
            self.is_shut = True
        return [] if self.is_shut else scans


class SerialReader:
    """Reads one port and calls back from its own thread: `on_text` for each scan, `on_state` for changes."""

    def __init__(
        self,
        port: str,
        *,
        on_text: Callable[[str], None],
        on_state: Callable[[SerialState, str], None] | None = None,
    ) -> None:
        self._port = port
        self._on_text = on_text
        self._on_state = on_state
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._state = SerialState.OFF

    @property
    def state(self) -> SerialState:
        return self._state

    def start(self) -> None:
        """Begin reading; does nothing when it already does, or when the setting is ``off``."""
        if self._port == "off" or (self._thread is not None and self._thread.is_alive()):
            return
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name="serial", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> bool:
        """Close the port and end the thread; whether it ended within `timeout` seconds."""
        self._stop.set()
        thread = self._thread
        if thread is None or thread is threading.current_thread():
            return True
        thread.join(timeout)
        return not thread.is_alive()

    def _run(self) -> None:
        self._enter(SerialState.OPENING)
        failures = 0
        while not self._stop.is_set():
            name = find_scanner() if self._port == "auto" else self._port
            port = open_port(name) if name else None
            if port is None:
                if self._state is not SerialState.LOST:
                    self._enter(SerialState.MISSING if name else SerialState.NO_SCANNER, name or "")
            else:
                failures = 0
                self._watch(port, str(name))
            self._stop.wait(RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)])
            failures += 1
        self._enter(SerialState.STOPPED)

    def _watch(self, port: Port, name: str) -> None:
        cutter, gate = ScanCutter(), FloodGate()
        try:
            while not self._stop.is_set():
                self._enter(SerialState.FLOODED if gate.is_shut else SerialState.WATCHING, name)
                data = port.read(max(port.in_waiting, 1))
                now = time.monotonic()
                scans = cutter.feed(data, now)
                for text in gate.pass_on(scans, now, came=bool(data), junk=cutter.is_dropping):
                    self._on_text(text)
        except OSError:  # pyserial's own error is one: unplugged, or the other end closed
            self._enter(SerialState.LOST, name)
        finally:
            port.close()

    def _enter(self, state: SerialState, detail: str = "") -> None:
        if state is self._state:
            return
        self._state = state
        if self._on_state is not None:
            self._on_state(state, detail)


def open_port(name: str) -> Port | None:
    """The port, open and waiting at most `POLL_SECONDS` in a read; None when it cannot be opened."""
    import serial

    try:
        return serial.Serial(name, baudrate=9600, timeout=POLL_SECONDS)
    except (OSError, ValueError):  # absent, busy, not permitted; not a serial port at all
        return None


def find_scanner() -> str | None:
    """The first port of a scanner maker's device, or of one that calls itself a scanner."""
    from serial.tools import list_ports

    for port in sorted(list_ports.comports(), key=lambda each: str(each.device)):
        words = f"{port.description} {port.product}".lower()
        if port.vid in SCANNER_VENDORS or "scanner" in words or "barcode" in words:
            return str(port.device)
    return None
