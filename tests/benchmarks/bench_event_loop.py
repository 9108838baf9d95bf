"""How long reading holds up the window: a timer in the window's thread while films are shown as the camera.

A gap is the time from one tick to the next, less the timer's own interval. A machine that is busy with other
things shows gaps of its own: the idle window, measured in the same run, says how long those are, and the time
that the window's thread computed during the longest one says whether its own work held it or something else.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

INTERVAL_MS = 5
SECONDS = 12
GOAL_MS = 50
FPS = 30
SHOWN = ("demo", "worker", "expired", "army")


@dataclass
class Ticks:
    """Gaps in milliseconds, each with the time that the window's thread was computing meanwhile."""

    gaps: list[tuple[float, float]] = field(default_factory=list)
    last: tuple[float, float] | None = None

    def tick(self) -> None:
        now, used = time.perf_counter(), time.thread_time()
        if self.last is not None:
            gap = (now - self.last[0]) * 1000 - INTERVAL_MS
            self.gaps.append((max(gap, 0.0), (used - self.last[1]) * 1000))
        self.last = (now, used)

    def report(self, name: str) -> str:
        gaps = sorted(self.gaps)
        longest, computing = gaps[-1]
        ninety_nine = gaps[int(len(gaps) * 0.99)][0]
        over = sum(gap > GOAL_MS for gap, _ in gaps)
        busiest = max(computing for _, computing in gaps)
        return (
            f"  {name:<34} {len(gaps):6} {ninety_nine:8.1f} {longest:8.1f}"
            f" {computing:10.1f} {busiest:11.1f} {over:7}"
        )


def film(path: Path, lines: list[str], seconds: float) -> Path:
    """1280 x 720; each of `lines` for its share of the time, with an empty desk between."""
    import cv2
    import numpy as np
    import segno

    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, (1280, 720))
    chance = np.random.default_rng(5)
    desk = chance.integers(90, 170, (45, 80, 3), dtype=np.uint8)
    empty = cv2.resize(desk, (1280, 720), interpolation=cv2.INTER_CUBIC)
    frames = round(seconds * FPS)
    for number in range(frames):
        frame = empty.copy()
        place = number * len(lines) / frames
        if lines and place % 1 > 0.3:
            png = io.BytesIO()
            segno.make(lines[int(place)], micro=False, encoding="utf-8").save(png, kind="png", scale=5)
            code = np.asarray(cv2.imdecode(np.frombuffer(png.getvalue(), np.uint8), cv2.IMREAD_COLOR))
            frame[120 : 120 + code.shape[0], 400 : 400 + code.shape[1]] = code
        writer.write(frame)
    writer.release()
    return path


def measure(camera: str, seconds: float, on_verdict: Callable[[Any], None] | None = None) -> Ticks:
    from PySide6.QtCore import Qt, QTimer
    from PySide6.QtWidgets import QApplication

    from kiosk.app import build_reception
    from kiosk.desk.application import SWITCH_SECONDS, camera_of
    from kiosk.desk.desk import Desk
    from kiosk.desk.events import EventStream
    from kiosk.settings import load_settings

    application = QApplication.instance() or QApplication(["bench"])
    assert isinstance(application, QApplication)
    sys.setswitchinterval(SWITCH_SECONDS)
    os.environ["KIOSK_READERS__CAMERA"] = camera
    settings = load_settings()
    factory = None if camera == "off" else camera_of(settings)
    desk = Desk(settings, lambda: build_reception(settings), factory, EventStream(None))
    desk.window.resize(1366, 768)
    desk.start()
    ticks = Ticks()
    wait, timer, confirm = QTimer(), QTimer(), QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(ticks.tick)
    confirm.timeout.connect(lambda: on_verdict(desk) if on_verdict else None)

    def begin() -> None:
        wait.stop()
        timer.start(INTERVAL_MS)
        confirm.start(700)

    def end() -> None:
        timer.stop()
        confirm.stop()
        desk.window.close()
        application.quit()

    # Start-up is not what is measured.
    state = "off" if camera == "off" else "watching"
    wait.timeout.connect(lambda: begin() if _is_open(desk, state) else None)
    wait.start(50)
    QTimer.singleShot(round(seconds * 1000), end)
    application.exec()
    return ticks


def _is_open(desk: Any, camera: str) -> bool:
    return bool(desk.health.records_open) and desk.health.camera == camera


def _receive(desk: Any) -> None:
    desk.command("return")


def main() -> None:
    from kiosk.training.patients import PATIENTS

    if not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    lines = [patient.health_card_line() for patient in PATIENTS if patient.key in SHOWN]
    print(f"Hold-ups of the window in ms, {SECONDS} s each; goal: none above {GOAL_MS} by reading")
    print(f"  {'':<34}  ticks   99th %  longest  computing  most comp.  > goal")
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"KIOSK_DATA_DIR": folder, "KIOSK_READERS__SERIAL_PORT": "off"}
        empty = film(Path(folder) / "empty.avi", [], SECONDS + 3)
        shown = film(Path(folder) / "shown.avi", lines, SECONDS)
        for name, camera, act in (
            ("warm-up", "off", None),
            ("idle, no camera", "off", None),
            ("camera, nothing before it", str(empty), None),
            ("camera, codes shown and received", str(shown), _receive),
        ):
            ticks = measure(camera, 4 if name == "warm-up" else SECONDS, act)
            if name != "warm-up":
                print(ticks.report(name), flush=True)
    print()


if __name__ == "__main__":
    main()
