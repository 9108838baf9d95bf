"""An hour's work at a real desk window, as fast as it goes: memory, and how long each flow holds it up.

3,600 scans (BENCH_SCANS) arrive as from a serial scanner; the keys are those of `docs/desk-flow.md`. The
gateway is a process of its own. Hold-ups are gaps of a timer in the window's thread, each counted for the
flow that was under way; the first line, a desk where nothing happens, says what this machine does by itself.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

sys.path.insert(0, os.path.dirname(__file__))  # noqa: PTH120 - as the other benchmarks are started

from bench_desks import number_of, start
from bench_event_loop import GOAL_MS, INTERVAL_MS, Ticks
from bench_records import resident_megabytes

SCANS = int(os.environ.get("BENCH_SCANS", "3600"))
WARM = 100
GOAL_MB = 30
IDLE_SECONDS = 5

SPECIAL = {9: "wrong name", 13: "self-pay", 15: "manual form", 17: "today's list", 19: "state"}
"""Which of twenty patients is not simply received."""


class Hour:
    """Presses the next key when the desk has come to where a receptionist would press it."""

    def __init__(self, desk: Any) -> None:
        from kiosk.training.patients import DEMO_PATIENT

        self.desk = desk
        self.demo = DEMO_PATIENT
        self.name = "idle"
        self.ticks: dict[str, Ticks] = defaultdict(Ticks)
        self.scans = 0
        self.memory: dict[int, float] = {}
        self._before = self.name
        self._last: tuple[float, float] | None = None
        self._began = time.monotonic()
        self._steps = self._all_steps()

    def tick(self) -> None:
        ticks = self.ticks[self._before]  # a gap belongs to the flow that was under way when it began
        ticks.last = self._last
        ticks.tick()
        self._before, self._last = self.name, ticks.last

    def step(self) -> bool:
        """Whether there is more to do."""
        return next(self._steps, "end") != "end"

    def _all_steps(self) -> Iterator[None]:
        while time.monotonic() < self._began + IDLE_SECONDS:
            yield
        for place in range(SCANS):
            self.name = SPECIAL.get(place % 20, "scan and one key")
            yield from self._patient(place)
            self.scans += 1
            if self.scans in {WARM, SCANS // 2, SCANS}:
                self.memory[self.scans] = resident_megabytes()

    def _at(self, stage: type) -> bool:
        return isinstance(self.desk.flow.stage, stage)

    def _patient(self, place: int) -> Iterator[None]:
        from kiosk.desk import flow as f
        from kiosk.visits.model import Source

        flow = self.desk.flow
        number = number_of(place)
        line = replace(self.demo, card_number=number).health_card_line()
        if self.name == "wrong name":
            line = replace(self.demo, card_number=number, full_name="Trần Thị Sai").health_card_line()
        if self.name == "manual form":
            self.desk.command("F2")
            form = self.desk.window.form
            texts = (number, self.demo.full_name, self.demo.birth_date.iso)
            for edit, text in zip(form.edits, texts, strict=True):
                edit.setText(text)
            yield
            self.desk.command("return")
        else:
            self.desk.scan(line, Source.SERIAL)
        while not self._at(f.VerdictShown) or flow.overlays:
            yield
        if self.name in {"today's list", "state"}:
            self.desk.command("F3" if self.name == "today's list" else "F12")
            for _ in range(5):
                yield
            self.desk.command("escape")
            yield
        self.desk.command("F6" if self.name == "self-pay" else "return")
        if isinstance(flow.top, f.Override):
            yield
            self.desk.command("escape")
            self.desk.command("escape")
        while not self._at(f.Recorded):
            yield


def replay(gateway_url: str) -> Hour:
    from PySide6.QtCore import Qt, QTimer
    from PySide6.QtWidgets import QApplication

    from kiosk.app import build_reception
    from kiosk.desk.application import SWITCH_SECONDS
    from kiosk.desk.desk import Desk
    from kiosk.desk.events import EventStream
    from kiosk.settings import load_settings

    os.environ |= {"KIOSK_GATEWAY__BASE_URL": gateway_url, "KIOSK_READERS__CAMERA": "off"}
    application = QApplication(["bench"])
    sys.setswitchinterval(SWITCH_SECONDS)
    settings = load_settings()
    desk = Desk(settings, lambda: build_reception(settings), None, EventStream(None))
    desk.window.resize(1366, 768)
    desk.start()
    hour: Hour | None = None
    ticks, steps = QTimer(), QTimer()

    def begin() -> None:
        nonlocal hour
        if hour is None and desk.health.records_open:
            hour = Hour(desk)
            ticks.timeout.connect(hour.tick)
            ticks.setTimerType(Qt.TimerType.PreciseTimer)
            ticks.start(INTERVAL_MS)
        elif hour is not None and not hour.step():
            ticks.stop()
            steps.stop()
            desk.window.close()
            application.quit()

    steps.timeout.connect(begin)
    steps.start(10)
    application.exec()
    assert hour is not None
    return hour


def main() -> None:
    if not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    print(f"An hour at the desk: {SCANS:,} scans; goals: memory +{GOAL_MB} MB, no hold-up above {GOAL_MS} ms")
    os.environ["BENCH_GATEWAY_SECONDS"] = "0"
    with tempfile.TemporaryDirectory() as folder, start("gateway", SCANS) as gateway:
        assert gateway.stdout is not None
        os.environ |= {"KIOSK_DATA_DIR": folder, "KIOSK_READERS__SERIAL_PORT": "off"}
        hour = replay(gateway.stdout.readline().strip())
        gateway.kill()
    print(f"  {'ms':<34}  ticks   99th %  longest  computing  most comp.  > goal")
    for name, ticks in hour.ticks.items():
        print(ticks.report(name))
    for scans, megabytes in hour.memory.items():
        print(f"  after {scans:6,} scans {megabytes:7.1f} MB")
    print(f"  from {WARM:,} to {SCANS:,}: {hour.memory[SCANS] - hour.memory[WARM]:+.1f} MB\n")


if __name__ == "__main__":
    main()
