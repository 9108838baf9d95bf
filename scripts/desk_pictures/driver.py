"""Drives the real desk: keys by xdotool, scans as a keyboard scanner or over a serial line, its events."""

# ruff: noqa: S603, S607 - it runs programs of the system
from __future__ import annotations

import json
import os
import pty
import queue
import subprocess
import sys
import threading
import time
import tty
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from desk_pictures.screen import PATIENCE, Screen

HAND_SECONDS = 0.16
"""From a scan to the hand's own key; what comes sooner is the scanner's."""

TYPING_MS = 12
"""Between a hand's letters; a scanner is faster."""

FOREIGN_LETTERS_MS = 80
"""Where xdotool gives the keyboard other letters on the way, which takes programs a while to see."""

FACILITY = {
    "KIOSK_FACILITY__LEVEL": "basic",
    "KIOSK_FACILITY__POINTS": "62",
    "KIOSK_FACILITY__FORMER_TIER": "district",
    "KIOSK_FACILITY__CLINIC_TYPE": "no",
}
"""A hospital that has told what it is, as each should; what the fund pays then follows."""

NOT_TOLD = dict.fromkeys(FACILITY, "")
"""As a setting of a room: one that has not."""


class Desk:
    """A running program that prints events."""

    def __init__(self, process: subprocess.Popen[str], environment: Mapping[str, str]) -> None:
        self._process, self._environment = process, environment
        self.state: dict[str, Any] = {
            "state": "ready",
            "over": None,
            "waiting": 0,
        }  # the last event of this name
        self._events: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with suppress(ValueError):  # closed at the end, while a line is waited for
            for line in self._process.stdout or ():
                said = json.loads(line)
                if said.get("event") == "state":
                    self.state = said
                self._events.put(said)
        self._events.put(None)

    def wait_for(self, event: str, **values: object) -> None:
        """The next event of this kind with these values. Raises RuntimeError where none comes."""
        end = time.monotonic() + PATIENCE
        came = []
        while (left := end - time.monotonic()) > 0:
            try:
                said = self._events.get(timeout=left)
            except queue.Empty:
                break
            if said is None:
                break
            came.append(said)
            if said.get("event") == event and all(said.get(name) == value for name, value in values.items()):
                return
        raise RuntimeError(f"no {event} {values}; came: {came}")

    def scan(self, line: str) -> None:
        """As a keyboard scanner types it."""
        self._xdotool("type", "--delay", "4", line + "\n")

    def type(self, text: str) -> None:
        delay = TYPING_MS if text.isascii() else FOREIGN_LETTERS_MS
        self._xdotool("type", "--delay", str(delay), "--", text)

    def press(self, *keys: str) -> None:
        time.sleep(HAND_SECONDS)
        self._xdotool("key", "--delay", str(TYPING_MS), *keys)

    def click(self, across: float, down: float) -> None:
        """At these shares of the screen's width and height; the pointer goes out of the way again."""
        asked = ["xdotool", "getdisplaygeometry"]
        said = subprocess.run(asked, env=self._environment, check=True, capture_output=True, text=True)
        width, height = map(int, said.stdout.split())
        self._xdotool("mousemove", str(round(width * across)), str(round(height * down)), "click", "1")
        self._xdotool("mousemove", str(width), str(height))

    def put_aside(self) -> None:
        """The verdict that is shown."""
        self.press("Escape")
        self.wait_for("recorded")
        self.press("Escape")
        self.wait_for("state", state="ready")

    def _xdotool(self, *arguments: str) -> None:
        subprocess.run(["xdotool", *arguments], env=self._environment, check=True, timeout=PATIENCE)


@contextmanager
def running_desk(
    screen: Screen,
    data_folder: Path,
    gateway_url: str,
    command: Sequence[str] = ("desk", "--json"),
    **settings: str,
) -> Iterator[Desk]:
    """In training mode without a camera; `settings` are further variables of its environment."""
    own = {
        **screen.environment,
        "QT_QPA_PLATFORM": "xcb",
        "KIOSK_DATA_DIR": str(data_folder),
        "KIOSK_GATEWAY__BASE_URL": gateway_url,
        "KIOSK_GATEWAY__MODE": "training",
        "KIOSK_READERS__CAMERA": "off",
        "KIOSK_UI__LANGUAGE": "vi",
        **FACILITY,
        **settings,
    }
    own = {name: value for name, value in own.items() if value or name not in FACILITY}
    started = [sys.executable, "-m", "kiosk", *command]
    with subprocess.Popen(started, env=own, stdout=subprocess.PIPE, encoding="utf-8") as process:
        try:
            yield Desk(process, own)
        finally:
            process.terminate()


class SerialScanner:
    """A scanner on a serial line, which keeps every letter."""

    def __init__(self, line: int, port: str) -> None:
        self._line, self.port = line, port

    def scan(self, text: str) -> None:
        os.write(self._line, text.encode() + b"\r\n")


@contextmanager
def serial_scanner() -> Iterator[SerialScanner]:
    line, terminal = pty.openpty()
    tty.setraw(terminal)
    try:
        yield SerialScanner(line, os.ttyname(terminal))
    finally:
        os.close(line)
        os.close(terminal)
