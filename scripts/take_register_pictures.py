"""Take the pictures of the registration assistant: ``python scripts/take_register_pictures.py``.

From the real window in training mode, as `take_desk_pictures.py` does; the cards come over a serial line,
which keeps every letter. The sheet's picture is drawn by the program itself.
"""

# ruff: noqa: INP001 - a script, not a package
from __future__ import annotations

import os
import pty
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path

from PySide6.QtGui import QGuiApplication, QImage
from take_desk_pictures import FOLDER, MOST_BYTES, Desk, running_desk, take, x_server

from kiosk.card import parse
from kiosk.desk.registration.paper_work import picture_of
from kiosk.registration.preparation import Draft, Entry, prepare
from kiosk.registration.sheet import sheet_of
from kiosk.registration.tables import Office
from kiosk.training.gateway_server import TrainingGateway
from kiosk.training.patients import DEMO_PATIENT

PHONE, EMAIL = "0912345678", "thu.nghiem@gmail.com"
HAND_SECONDS = 0.2
CITIZEN_LINE = DEMO_PATIENT.citizen_card_line().replace(
    DEMO_PATIENT.address, "Số 12, Tổ 5, Phường Giả Định, Quận Mẫu, Thành phố Hồ Chí Minh"
)


def main() -> int:
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        environment = stack.enter_context(x_server(scratch))
        gateway = stack.enter_context(TrainingGateway())
        scanner, terminal = pty.openpty()
        stack.callback(os.close, scanner)
        stack.callback(os.close, terminal)
        os.environ.update(environment, QT_QPA_PLATFORM="xcb")
        application = QGuiApplication(["pictures"])
        take_sheet()
        own = {**environment, "KIOSK_READERS__SERIAL_PORT": os.ttyname(terminal)}
        desk = stack.enter_context(running_desk(own, scratch, gateway.base_url))
        desk.wait_for("opened", records=True)
        walk(desk, scanner)
        del application
    return 0


def walk(desk: Desk, scanner: int) -> None:
    def press(key: str, step: str) -> None:
        time.sleep(HAND_SECONDS)
        desk.xdotool("key", key)
        desk.wait_for("assistant", what="step", step=step)

    press("F9", "account")
    take("register-account")
    press("Return", "scan")
    os.write(scanner, DEMO_PATIENT.health_card_line().encode() + b"\r\n")
    desk.wait_for("assistant", what="scanned", taken=True)
    take("register-scan")
    os.write(scanner, CITIZEN_LINE.encode() + b"\r\n")
    desk.wait_for("assistant", what="step", step="open")
    press("Return", "person")
    desk.xdotool("type", "--delay", "12", PHONE)
    desk.xdotool("key", "Tab")
    desk.xdotool("type", "--delay", "12", EMAIL.replace("gmail", "gmial"))
    press("Return", "person")
    take("register-person")
    press("Down", "person")
    press("Return", "address")
    for step in ("photo", "office", "send", "receipt", "sheet"):
        press("Return", step)
    take("register-sheet")


def take_sheet() -> None:
    draft = Draft().with_card(parse(DEMO_PATIENT.health_card_line())).with_card(parse(CITIZEN_LINE))
    draft = replace(
        draft.with_typed({Entry.PHONE: PHONE, Entry.EMAIL: EMAIL}),
        office=Office(
            "mau",
            "(999) BHXH Tỉnh Thử Nghiệm - BHXH cơ sở Mẫu",
            "1 Đường Mẫu",
            "Thứ hai – thứ sáu, 7:30–16:30",
        ),
    )
    day = date(2026, 11, 23)
    sheet = sheet_of(prepare(draft, day), facility="Cơ sở tập huấn", made_on=day)
    picture = picture_of(sheet, large=False).convertToFormat(QImage.Format.Format_Grayscale8)
    path = FOLDER / "register-sheet-paper.png"
    if not picture.save(str(path), quality=0) or path.stat().st_size > MOST_BYTES:
        raise RuntimeError(f"{path} could not be saved in {MOST_BYTES} bytes")
    print(path.name, path.stat().st_size)


if __name__ == "__main__":
    sys.exit(main())
