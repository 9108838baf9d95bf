"""Drives the real desk: a process of its own, real key events, and the events it prints."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

PATIENCE = 30.0
"""Seconds after which an event that should come is said not to have come."""

HAND_SECONDS = 0.15
"""From a scan to the hand's own key. A scanner's CR and LF are milliseconds apart; no hand is that fast."""

LONGEST_HOLD_UP_MS = 120.0
"""What the window's thread may compute in one go. The goal is 50 ms on a machine of its own; a processor that
others use as well needs up to twice as long for the same work."""

WATCHED = Path(__file__).with_name("watched_desk.py")

Event = Mapping[str, Any]


class Desk:
    """A running `kiosk desk --json`."""

    def __init__(self, process: subprocess.Popen[str], environment: Mapping[str, str]) -> None:
        self.process = process
        self.environment = environment
        self.seen: list[Event] = []
        self._events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._events.put(json.loads(line))
        self._events.put(None)

    def wait_for(self, event: str, **values: Any) -> Event:
        """The next event of this kind with these values; those before it are passed over."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                found = self._events.get(timeout=max(end - time.monotonic(), 0.01))
            except queue.Empty:
                found = None
            assert found is not None, f"no {event} {values}; came so far: {self.seen}"
            self.seen.append(found)
            if found["event"] == event and all(found.get(key) == value for key, value in values.items()):
                return found

    def has_said_anything_within(self, seconds: float, event: str | None = None) -> bool:
        """Whether an event (of this kind) comes in that time: for what must not happen."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            with suppress(queue.Empty):
                found = self._events.get(timeout=left)
                assert found is not None, f"the desk ended; came so far: {self.seen}"
                self.seen.append(found)
                if event in {None, found["event"]}:
                    return True
        return False

    def wait_for_a_window(self) -> None:
        """Made by the desk, whether or not anybody shows it."""
        self._xdotool("search", "--sync", "--pid", str(self.process.pid))

    def type(self, text: str, delay_ms: int = 4) -> None:
        self._xdotool("type", "--delay", str(delay_ms), "--", text)

    def press(self, *keys: str) -> None:
        time.sleep(HAND_SECONDS)
        self._xdotool("key", "--delay", "12", *keys)

    @contextmanager
    def held(self, key: str) -> Iterator[None]:
        """Down, and the X server repeats it; let go whatever happens, or the next test's desk gets it."""
        time.sleep(HAND_SECONDS)
        self._xdotool("keydown", key)
        try:
            yield
        finally:
            self._xdotool("keyup", key)

    def scan(self, text: str) -> None:
        """As a wedge scanner types it, with its own Return."""
        self.type(text + "\n")

    def _xdotool(self, *arguments: str) -> None:
        subprocess.run(["xdotool", *arguments], env=self.environment, check=True, timeout=PATIENCE)

    def visits(self) -> list[dict[str, Any]]:
        """What `kiosk visits --json` says, run by itself."""
        found = subprocess.run(
            [sys.executable, "-m", "kiosk", "visits", "--json"],
            env=self.environment,
            check=True,
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
        )
        return [json.loads(line) for line in found.stdout.splitlines()]

    def close(self) -> int:
        """Close the window as its owner does, and give the exit code."""
        self._xdotool("key", "alt+F4")
        return self.process.wait(PATIENCE)


@contextmanager
def running_desk(
    display: str,
    data_folder: Path,
    gateway_url: str,
    *,
    ready: bool = True,
    opened: bool = True,
    options: tuple[str, ...] = (),
    **settings: str,
) -> Iterator[Desk]:
    """The desk in training mode without a camera; `settings` are further variables of its environment."""
    environment = {
        **os.environ,
        "DISPLAY": display,
        "QT_QPA_PLATFORM": "xcb",
        "KIOSK_DATA_DIR": str(data_folder),
        "KIOSK_GATEWAY__BASE_URL": gateway_url,
        "KIOSK_READERS__CAMERA": "off",
        "KIOSK_READERS__SERIAL_PORT": "off",
        **settings,
        "PYTHONWARNINGS": "error",
        "PYTHONUNBUFFERED": "1",
    }
    errors = data_folder.parent / "desk-errors.txt"
    hold_ups = data_folder.parent / "hold-ups.json"
    with (
        errors.open("w", encoding="utf-8") as error_file,
        subprocess.Popen(
            [sys.executable, str(WATCHED), str(hold_ups), "desk", "--json", *options],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=error_file,
            encoding="utf-8",
        ) as process,
    ):
        try:
            desk = Desk(process, environment)
            if ready:
                desk.wait_for("ready")
            if ready and opened:
                desk.wait_for("opened", records=True)
            yield desk
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(PATIENCE)
    assert "Traceback" not in errors.read_text(encoding="utf-8"), errors.read_text(encoding="utf-8")
    if hold_ups.exists():  # a desk that was killed leaves none
        longest = json.loads(hold_ups.read_text(encoding="utf-8"))
        assert not longest or longest[0][0] <= LONGEST_HOLD_UP_MS, f"the window was held up, in ms: {longest}"
