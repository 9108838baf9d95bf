"""Take the pictures of the desk in docs/pictures: ``python scripts/take_desk_pictures.py``.

From the real window in training mode, on an X server of its own. Wants Xvfb, openbox and xdotool, as
``./run test`` installs them. The patients are the training gateway's; only dates and times are the moment's.
"""

# ruff: noqa: INP001, S603, S607 - a script, not a package; it runs programs of the system
from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
from PySide6.QtGui import QGuiApplication, QImage

from kiosk.readers.qr_writer import modules
from kiosk.readers.scan_test import TEST_LINE
from kiosk.training.faults import Fault, FaultKind
from kiosk.training.gateway_server import TrainingGateway
from kiosk.training.patients import DEMO_PATIENT, PATIENTS

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
SIZE = (1366, 768)
MOST_BYTES = 200_000
PATIENCE = 30.0
LINES = {patient.key: patient.health_card_line() for patient in PATIENTS}


def main() -> int:
    missing = [tool for tool in ("Xvfb", "openbox", "xdotool") if shutil.which(tool) is None]
    if missing:
        print(f"Install {', '.join(missing)} first; ./run test does it.", file=sys.stderr)
        return 2
    FOLDER.mkdir(exist_ok=True)
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        environment = stack.enter_context(x_server(scratch))
        gateway = stack.enter_context(TrainingGateway())
        os.environ.update(environment, QT_QPA_PLATFORM="xcb")
        application = QGuiApplication(["pictures"])
        with running_desk(environment, scratch, gateway.base_url) as desk:
            take_all(desk, gateway, scratch)
        with running_desk(environment, scratch / "live", gateway.base_url, mode="live") as desk:
            take_set_up(desk)
        del application
    return 0


def take_all(desk: Desk, gateway: TrainingGateway, scratch: Path) -> None:
    desk.wait_for("opened", records=True)
    take("ready")
    for name, key, verdict in (
        ("eligible", DEMO_PATIENT.key, "eligible"),
        ("needs-staff", "army", "needs_staff"),
        ("not-eligible", "expired", "not_eligible"),
    ):
        desk.scan(LINES[key])
        desk.wait_for("verdict", verdict=verdict)
        take(name)
        desk.put_aside()
    gateway.fault = Fault(FaultKind.DOWN)
    desk.scan(LINES["elder_k2"])
    desk.wait_for("verdict", verdict="undetermined")
    take("undetermined")
    desk.put_aside()
    desk.xdotool("key", "F8")
    desk.wait_for("difficulties", open=1)
    take("difficulty")
    desk.xdotool("key", "Escape")
    desk.wait_for("state", over=None)
    desk.xdotool("key", "F2")
    desk.wait_for("state", over="form")
    desk.xdotool("type", "--delay", "12", DEMO_PATIENT.card_number)
    desk.wait_for("offered")
    take("form")
    desk.xdotool("key", "Escape")
    desk.wait_for("state", state="ready")
    choose_in_a_picture(desk, scratch)
    take("choose")
    desk.xdotool("key", "Escape", "F12", "F7")
    desk.wait_for("state", over="scanner_test")
    desk.scan(TEST_LINE.replace("Nguyễn Thị Thử", "Nguyen Thi Thu"))
    desk.wait_for("tested")
    take("scanner-test")


def take_set_up(desk: Desk) -> None:
    """The wizard of the first start in live mode; nobody is asked, the account is only shown."""
    desk.wait_for("set_up", step="facility")
    desk.xdotool("type", "--delay", "12", "99999")
    desk.xdotool("key", "Tab")
    desk.xdotool("type", "--delay", "12", "Bệnh viện Mẫu")
    take("set-up-facility")
    desk.xdotool("key", "Return")
    desk.wait_for("set_up", step="account")
    desk.xdotool("type", "--delay", "12", "mat-khau-mau")
    take("set-up-account")
    for step in ("staff", "look_up", "readers"):
        desk.xdotool("key", "Page_Down")
        desk.wait_for("set_up", step=step)
    take("set-up-readers")


def choose_in_a_picture(desk: Desk, scratch: Path) -> None:
    """Two patients' codes in one picture, opened as a person does."""
    codes = [np.kron(modules(LINES[key]), np.ones((4, 4), np.uint8)) for key in ("worker", DEMO_PATIENT.key)]
    side = max(code.shape[0] for code in codes)
    sheet = np.full((side, 2 * side), 255, np.uint8)
    for place, code in enumerate(codes):
        sheet[: code.shape[0], place * side : place * side + code.shape[1]] = code
    path = scratch / "two.png"
    QImage(sheet.tobytes(), 2 * side, side, 2 * side, QImage.Format.Format_Grayscale8).save(str(path))
    desk.xdotool("key", "ctrl+o")
    desk.wait_for("state", over="dialog")
    desk.xdotool("type", "--delay", "12", str(path))
    desk.xdotool("key", "Return")
    desk.wait_for("state", state="choosing")
    desk.xdotool("key", "2")


class Desk:
    """A running `kiosk desk --json`."""

    def __init__(self, process: subprocess.Popen[str], environment: Mapping[str, str]) -> None:
        self._process = process
        self._environment = environment

    def wait_for(self, event: str, **values: object) -> None:
        for line in self._process.stdout or ():
            said = json.loads(line)
            if said["event"] == event and all(said.get(name) == value for name, value in values.items()):
                return
        raise RuntimeError(f"the desk ended before it said {event} {values}")

    def scan(self, line: str) -> None:
        self.xdotool("type", "--delay", "4", line + "\n")

    def put_aside(self) -> None:
        self.xdotool("key", "Escape")
        self.wait_for("recorded")
        self.xdotool("key", "Escape")
        self.wait_for("state", state="ready")

    def xdotool(self, *arguments: str) -> None:
        subprocess.run(["xdotool", *arguments], env=self._environment, check=True, timeout=PATIENCE)


def take(name: str) -> None:
    """Once the window has been drawn: when two looks at the screen are the same."""
    before, picture = QImage(), look()
    while picture != before:
        time.sleep(0.3)
        before, picture = picture, look()
    path = FOLDER / f"desk-{name}.png"
    if not picture.save(str(path), quality=0) or path.stat().st_size > MOST_BYTES:  # 0: pressed hardest
        raise RuntimeError(f"{path} could not be saved in {MOST_BYTES} bytes")
    print(path.name, path.stat().st_size)


def look() -> QImage:
    picture = QGuiApplication.primaryScreen().grabWindow(0).toImage()
    return picture.convertToFormat(QImage.Format.Format_RGB888)


@contextmanager
def running_desk(
    environment: Mapping[str, str], scratch: Path, gateway_url: str, mode: str = "training"
) -> Iterator[Desk]:
    own = {
        **environment,
        "QT_QPA_PLATFORM": "xcb",
        "KIOSK_DATA_DIR": str(scratch / "data"),
        "KIOSK_GATEWAY__BASE_URL": gateway_url,
        "KIOSK_GATEWAY__MODE": mode,
        "KIOSK_READERS__CAMERA": "off",
        "KIOSK_UI__LANGUAGE": "vi",
    }
    command = [sys.executable, "-m", "kiosk", "desk", "--json"]
    with subprocess.Popen(command, env=own, stdout=subprocess.PIPE, encoding="utf-8") as process:
        try:
            yield Desk(process, environment)
        finally:
            process.terminate()


@contextmanager
def x_server(scratch: Path) -> Iterator[dict[str, str]]:
    """The environment for programs on an Xvfb with openbox."""
    read_end, write_end = os.pipe()
    screen = f"{SIZE[0]}x{SIZE[1]}x24"
    command = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", screen, "-nolisten", "tcp", "-noreset"]
    with ExitStack() as stack:
        stack.enter_context(running(command, os.environ, pass_fds=[write_end]))
        os.close(write_end)
        with os.fdopen(read_end) as answer:
            number = answer.readline().strip()
        hidden = ("KIOSK_", "QT_", "WAYLAND_")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
        environment |= {"DISPLAY": f":{number}", "HOME": str(scratch), "XDG_CONFIG_HOME": str(scratch)}
        stack.enter_context(running(["openbox", "--sm-disable"], environment))
        wait_for_manager(environment)
        yield environment


@contextmanager
def running(
    command: Sequence[str], environment: Mapping[str, str], pass_fds: Sequence[int] = ()
) -> Iterator[None]:
    none = subprocess.DEVNULL
    with subprocess.Popen(
        command, env=environment, pass_fds=pass_fds, stdin=none, stdout=none, stderr=none
    ) as process:
        try:
            yield
        finally:
            process.terminate()


def wait_for_manager(environment: Mapping[str, str]) -> None:
    """Only a running window manager says how many desktops there are."""
    end = time.monotonic() + PATIENCE
    asking = ["xdotool", "get_num_desktops"]
    while subprocess.run(asking, env=environment, capture_output=True, check=False).returncode:
        if time.monotonic() > end:
            raise RuntimeError("the window manager did not come up")
        time.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main())
