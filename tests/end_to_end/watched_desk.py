"""`python watched_desk.py REPORT desk --json ...`: the program, watched from within.

What holds its window up is looked for: from `ready` on a timer of the window's thread ticks, and between two
ticks nothing else was done for the person at the desk. What counts is the time that this thread computed in
between, which a busy machine makes little longer, and not the clock. REPORT gets the longest, in
milliseconds, each with the event that the desk told before it.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QTimer

from kiosk.cli import run
from kiosk.desk.events import EventStream

TICK_MS = 5
KEPT = 5


class Watchdog:
    def __init__(self) -> None:
        self.longest: list[tuple[float, str]] = []
        self._before = 0.0
        self._told = "ready"
        self._timer: QTimer | None = None
        self._write = EventStream.write

    def write(self, stream: EventStream, event: str, **values: Any) -> None:
        """Every event passes here."""
        self._write(stream, event, **values)
        self._told = f"{event} {values.get('over') or values.get('state') or ''}".strip()
        if event == "ready" and self._timer is None:
            self._timer = QTimer()
            self._timer.timeout.connect(self._tick)
            self._timer.start(TICK_MS)
            application = QCoreApplication.instance()
            if application is not None:
                application.aboutToQuit.connect(self._timer.stop)
            self._before = time.thread_time()

    def _tick(self) -> None:
        now = time.thread_time()
        self.longest.append(((now - self._before) * 1000, self._told))
        self.longest = sorted(self.longest, reverse=True)[:KEPT]
        self._before = time.thread_time()


def main(report: Path, arguments: list[str]) -> int:
    watchdog = Watchdog()

    def write(stream: EventStream, event: str, **values: Any) -> None:
        watchdog.write(stream, event, **values)

    EventStream.write = write  # type: ignore[method-assign,assignment]
    try:
        return run(arguments)
    finally:
        report.write_text(json.dumps(watchdog.longest), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
