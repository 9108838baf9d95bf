"""How long the desk takes to its `ready` event, compared with a PySide6 window that shows nothing.

Both are started from a command line, one after the other, on an X server of their own (Xvfb) with a window
manager (openbox), and count as there when the window has the keyboard. The time a process has computed until
then is compared as well: other work on the machine makes the clock's times long, and hardly that one.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "11"))
GOAL = 4.0
KIOSK = Path(sys.executable).with_name("kiosk")

BARE_WINDOW = """
from PySide6.QtWidgets import QApplication, QMainWindow

class Window(QMainWindow):
    def changeEvent(self, event):
        super().changeEvent(event)
        if self.isActiveWindow():
            print('{"event": "ready"}', flush=True)

application = QApplication([])
window = Window()
window.showMaximized()
window.activateWindow()
application.exec()
"""

BARE, DESK = "bare PySide6 window", "kiosk desk"
COMMANDS = {BARE: [sys.executable, "-c", BARE_WINDOW], DESK: [str(KIOSK), "desk", "--json"]}


@contextmanager
def screen(folder: Path) -> Iterator[str]:
    """The DISPLAY of an X server with a window manager."""
    read_end, write_end = os.pipe()
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    command = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1366x768x24", "-nolisten", "tcp"]
    with ExitStack() as stack:
        server = subprocess.Popen(command, pass_fds=[write_end], **quiet)  # type: ignore[call-overload]
        stack.callback(_end, server)
        os.close(write_end)
        with os.fdopen(read_end) as answer:
            display = f":{answer.readline().strip()}"
        home = {**os.environ, "DISPLAY": display, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
        manager = subprocess.Popen(["openbox", "--sm-disable"], env=home, **quiet)  # type: ignore[call-overload]
        stack.callback(_end, manager)
        yield display


def _end(process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> None:
    process.terminate()
    process.wait(10)


def start(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Seconds until it is ready, and seconds it has computed by then."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    for line in process.stdout:
        if json.loads(line)["event"] == "ready":
            break
    took, computed = time.perf_counter() - began, _computed(process.pid)
    _end(process)
    process.stdout.close()
    return took, computed


def _computed(pid: int) -> float:
    """Seconds of all its threads, from the kernel's nanoseconds (proc(5), schedstat)."""
    files = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(file.read_text().split()[0]) for file in files) / 1e9


def main() -> None:
    """Alternates the two, so that a busy moment of the machine hits both."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as name, screen(Path(name)) as display:
        environment = {
            **os.environ,
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "KIOSK_DATA_DIR": str(Path(name) / "data"),
        }
        for command in COMMANDS.values():
            start(command, environment)  # what the disk has to be read for once
        for _ in range(ROUNDS):
            for which, command in COMMANDS.items():
                found[which].append(start(command, environment))
    print(f"Start of the window, median of {ROUNDS} alternating runs")
    print(f"  {'':<24} {'to ready':>10} {'computing':>12}")
    medians = {
        which: [statistics.median(each) for each in zip(*runs, strict=True)] for which, runs in found.items()
    }
    for which, (took, computed) in medians.items():
        print(f"  {which:<24} {took * 1000:7.0f} ms {computed * 1000:9.0f} ms")
    took, computed = (mine / bare for mine, bare in zip(medians[DESK], medians[BARE], strict=True))
    print(f"  {DESK} : {BARE} = {took:.2f} by the clock (goal <= {GOAL:g}), {computed:.2f} by computing\n")


if __name__ == "__main__":
    main()
