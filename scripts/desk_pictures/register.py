"""The guide's pictures of the registration assistant; the sheet's is drawn by the program itself."""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path

from PySide6.QtGui import QGuiApplication, QImage

from desk_pictures.driver import Desk, SerialScanner, running_desk, serial_scanner
from desk_pictures.guide import FOLDER, MOST_BYTES, take
from desk_pictures.scenes_assistant import CITIZEN_LINE, EMAIL, PHONE
from desk_pictures.screen import Screen, x_server
from kiosk.card import parse
from kiosk.desk.registration.paper_work import picture_of
from kiosk.registration.preparation import Draft, Entry, prepare
from kiosk.registration.sheet import sheet_of
from kiosk.registration.tables import Office
from kiosk.training.gateway_server import TrainingGateway
from kiosk.training.patients import DEMO_PATIENT


def take_register() -> None:
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        screen = stack.enter_context(x_server(scratch))
        gateway = stack.enter_context(TrainingGateway())
        scanner = stack.enter_context(serial_scanner())
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        application = QGuiApplication(["pictures"])
        take_sheet()
        del application
        own = {"KIOSK_READERS__SERIAL_PORT": scanner.port}
        desk = stack.enter_context(running_desk(screen, scratch / "data", gateway.base_url, **own))
        desk.wait_for("opened", records=True)
        walk(desk, scanner, screen)


def walk(desk: Desk, scanner: SerialScanner, screen: Screen) -> None:
    def press(key: str, step: str) -> None:
        desk.press(key)
        desk.wait_for("assistant", what="step", step=step)

    press("F9", "account")
    take(screen, "register-account")
    press("Return", "scan")
    scanner.scan(DEMO_PATIENT.health_card_line())
    desk.wait_for("assistant", what="scanned", taken=True)
    take(screen, "register-scan")
    scanner.scan(CITIZEN_LINE)
    desk.wait_for("assistant", what="step", step="open")
    press("Return", "person")
    desk.type(PHONE)
    desk.press("Tab")
    desk.type(EMAIL)
    press("Return", "person")
    take(screen, "register-person")


def take_sheet() -> None:
    draft = Draft().with_card(parse(DEMO_PATIENT.health_card_line())).with_card(parse(CITIZEN_LINE))
    draft = replace(
        draft.with_typed({Entry.PHONE: PHONE, Entry.EMAIL: EMAIL.replace("gmial", "gmail")}),
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
