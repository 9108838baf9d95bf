"""The assistant's page: what it wipes and when, what stands beside which field, what its keys do."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import pytest
from photo_samples import portrait
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from kiosk.desk.events import EventStream
from kiosk.desk.registration import assistant as module
from kiosk.desk.registration import paper_work
from kiosk.desk.registration.assistant import Assistant
from kiosk.desk.registration.countdown import IDLE_SECONDS
from kiosk.desk.registration.drawing import SCREENS
from kiosk.desk.registration.own_window import OwnAssistant
from kiosk.desk.registration.page import AssistantPage
from kiosk.desk.registration.photo_desk import PhotoState
from kiosk.desk.widgets import KeyButton
from kiosk.desk.window import DeskWindow
from kiosk.desk.words import Words
from kiosk.desk.work import Lane, Mailbox
from kiosk.errors import PrinterError
from kiosk.registration.preparation import Entry
from kiosk.registration.tables import Office
from kiosk.registration.walk import FORMS, OWN, PARENT, RECOVERY, Step
from kiosk.settings import load_settings
from kiosk.training.patients import DEMO_PATIENT, PATIENTS
from kiosk.visits.model import Source

HEALTH, CITIZEN = DEMO_PATIENT.health_card_line(), DEMO_PATIENT.citizen_card_line()
CHILD = next(patient for patient in PATIENTS if patient.key == "child")


@dataclass
class Bench:
    """An assistant in a window of its own, a clock that a test moves, and what was told."""

    qtbot: QtBot
    assistant: Assistant
    page: AssistantPage
    output: io.StringIO
    time: list[float]
    closed: list[bool] = field(default_factory=list)
    waits: list[bool] = field(default_factory=list)
    frames: list[Any] = field(default_factory=list)  # what the camera gives; none: no camera

    def press(self, *keys: str) -> None:
        for key in keys:
            assert self.assistant.command(key), key

    def to(self, step: Step) -> None:
        """With two scans and two entries."""
        self.assistant.open()
        for _ in range(20):
            if self.step == step:
                return
            if self.step == "scan":
                self.assistant.scan(HEALTH)
                self.assistant.scan(CITIZEN)
                continue
            if self.step == "person":
                self.edit(Entry.PHONE).setText("0912345678")
                self.edit(Entry.EMAIL).setText("thu@gmail.com")
            self.press("return")
        pytest.fail(f"no way to {step}")

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.output.getvalue().splitlines()]

    @property
    def step(self) -> str:
        return str([event["step"] for event in self.events if event["what"] == "step"][-1])

    def said(self, what: str) -> Callable[[], bool]:
        return lambda: any(event["what"] == what for event in self.events)

    def edit(self, entry: Entry, step: Step = Step.PERSON) -> QLineEdit:
        return self.page.forms[step].edits[FORMS[step].index(entry)]

    @property
    def key_names(self) -> list[str]:
        QApplication.processEvents()
        return [button.accessibleName() for button in self.page.findChildren(KeyButton)]

    @property
    def text(self) -> str:
        QApplication.processEvents()  # widgets that were just added become visible there
        labels = [label.text() for label in self.page.findChildren(QLabel) if label.isVisibleTo(self.page)]
        return "\n".join(labels)


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    mailbox = Mailbox()
    lane = Lane("sheets", mailbox)
    settings = load_settings()
    window = DeskWindow(settings, Words("vi", {}))
    page = window.assistant
    output, time = io.StringIO(), [1000.0]
    closed: list[bool] = []
    waits: list[bool] = []
    frames: list[Any] = []

    def camera(take: Callable[[Any], None]) -> bool:
        if frames:
            mailbox.post(lambda: take(frames[-1]))
        return bool(frames)

    assistant = Assistant(
        settings, page, lane, EventStream(output),
        close=lambda: closed.append(True),
        grab=camera,
        take_keyboard=window.take_keyboard,
        on_waiting=waits.append,
        now=lambda: time[0],
    )  # fmt: skip
    window.show()
    window.show_page(page)
    yield Bench(qtbot, assistant, page, output, time, closed, waits, frames)
    assistant.stop()
    mailbox.close()
    assert lane.stop(10)
    window.close()
    window.deleteLater()


def takes_scans(bench: Bench) -> bool:
    return bench.assistant.takes_scans


def chooses(bench: Bench) -> bool:
    return bench.assistant.choosing


def typing_in(bench: Bench) -> QLineEdit | None:
    return bench.assistant.number_field


def everything_typed(bench: Bench) -> str:
    return "".join(edit.text() for edit in bench.page.edits)


def everything_said(bench: Bench) -> str:
    """Shown or hidden."""
    widgets = bench.page.findChildren(QWidget)
    labels = [label.text() for label in bench.page.findChildren(QLabel)]
    return "\n".join([bench.page.accessibleName(), *labels, *(each.accessibleName() for each in widgets)])


def test_every_step_of_the_app_has_its_drawing_and_its_page(bench: Bench) -> None:
    for step in {*OWN, *PARENT, *RECOVERY} - {Step.SCAN, Step.SHEET}:
        assert SCREENS[step], step
    bench.to(Step.SHEET)
    seen = {event["step"] for event in bench.events if event["what"] == "step"}
    assert seen == {step.value for step in OWN}


def test_after_three_minutes_without_anybody_all_is_wiped(bench: Bench) -> None:
    bench.to(Step.ADDRESS)
    assert DEMO_PATIENT.full_name in everything_typed(bench)
    bench.time[0] += IDLE_SECONDS - 1
    bench.assistant.countdown.tick()
    assert "Tự xóa sau 0:01" in bench.text
    bench.press("tab")
    bench.time[0] += IDLE_SECONDS - 1
    bench.assistant.countdown.tick()
    assert bench.closed == [], "a key counts as somebody"
    bench.time[0] += 2
    bench.assistant.countdown.tick()
    assert bench.closed
    assert everything_typed(bench) == ""


def test_the_countdown_can_be_stopped_and_data_that_wait_are_wiped_all_the_same(bench: Bench) -> None:
    bench.to(Step.ADDRESS)
    bench.press("F6")
    bench.time[0] += 10 * IDLE_SECONDS
    bench.assistant.countdown.tick()
    assert "Đã dừng" in bench.text
    assert bench.closed == []

    bench.assistant.hidden()
    assert bench.waits[-1:] == [True]
    bench.time[0] += IDLE_SECONDS + 1
    bench.assistant.countdown.tick()
    assert bench.waits[-1:] == [False]
    assert everything_typed(bench) == ""
    assert bench.closed == [], "there is no page to close"


def test_nothing_of_the_person_stays_in_a_hidden_page(bench: Bench) -> None:
    bench.to(Step.OFFICE)
    assert "thu@gmail.com" in everything_said(bench)
    bench.press("escape")
    assert DEMO_PATIENT.full_name in everything_said(bench)
    bench.press("escape")
    bench.qtbot.wait(1)  # widgets that were taken out go with the next event
    for value in (DEMO_PATIENT.full_name, DEMO_PATIENT.citizen_id, "thu@gmail.com", "0912345678"):
        assert value not in everything_said(bench)
    assert not any(edit.isUndoAvailable() for edit in bench.page.edits)


def test_begun_anew_for_another_person_nothing_of_the_first_is_left(bench: Bench) -> None:
    bench.to(Step.ADDRESS)
    bench.assistant.hidden()
    bench.assistant.open()
    assert bench.step == "resume"
    assert not takes_scans(bench)
    bench.press("F7")
    assert (bench.step, everything_typed(bench)) == ("account", "")


def test_while_it_waits_only_its_scan_step_takes_scans(bench: Bench) -> None:
    assert not takes_scans(bench)
    bench.assistant.open()
    assert not takes_scans(bench)
    bench.press("return")
    assert takes_scans(bench)
    bench.assistant.scan("nothing")
    assert "Mã này không phải thẻ" in bench.text
    assert takes_scans(bench)
    bench.assistant.hidden()
    assert not takes_scans(bench)


def test_what_is_wrong_stands_beside_its_field(bench: Bench) -> None:
    bench.to(Step.PERSON)
    bench.edit(Entry.PHONE).setText("091234567")
    bench.edit(Entry.EMAIL).setText("thu@gmial.com")
    bench.press("return")
    assert "này có 9" in bench.edit(Entry.PHONE).accessibleDescription()
    assert "thu@gmail.com" in bench.edit(Entry.EMAIL).accessibleDescription()
    assert bench.edit(Entry.PHONE).text() == "091234567", "nothing that was entered is lost"
    bench.press("down")
    assert bench.edit(Entry.EMAIL).text() == "thu@gmail.com"
    bench.edit(Entry.PHONE).setText("0912345678")
    bench.press("return")
    assert bench.step == "address"


def test_a_digit_is_typed_in_a_field_and_chooses_elsewhere(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    offices = (Office("a", "BHXH cơ sở A"), Office("b", "BHXH cơ sở B", hours="7:30–16:30"))
    monkeypatch.setattr(module, "load_offices", lambda _: offices)
    bench.to(Step.PERSON)
    assert not chooses(bench)
    assert typing_in(bench) in bench.page.forms[Step.PERSON].edits
    bench.to(Step.OFFICE)
    assert chooses(bench)
    assert typing_in(bench) is None
    bench.press("digit_2")
    assert "●  2   BHXH cơ sở B · 7:30–16:30" in bench.text


def test_a_child_is_led_through_the_parents_account(bench: Bench) -> None:
    bench.assistant.open()
    bench.press("return")
    bench.assistant.scan(CHILD.health_card_line())
    bench.press("return")
    assert bench.step == "parent"
    assert bench.edit(Entry.FULL_NAME, Step.PARENT).text() == CHILD.full_name
    assert "«Đăng ký tài khoản cho con»" in bench.text


def test_without_a_printer_it_is_said_and_the_sheet_is_still_there(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_printer(*_: object, **__: object) -> str:
        raise PrinterError("sheet_no_printer")

    monkeypatch.setattr(paper_work, "print_sheet", no_printer)
    bench.to(Step.SHEET)
    bench.press("print")
    bench.qtbot.waitUntil(bench.said("failed"), timeout=10_000)
    assert "Nhấn F7 để lưu PDF" in bench.text
    assert bench.step == "sheet"


def test_printing_tells_which_printer_and_remembers_whose_address_it_was(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[bool] = []

    def printer(_: object, *, large: bool) -> str:
        sizes.append(large)
        return "Máy in mẫu"

    monkeypatch.setattr(paper_work, "print_sheet", printer)
    bench.to(Step.SHEET)
    bench.press("F5", "print")
    bench.qtbot.waitUntil(bench.said("printed"), timeout=10_000)
    assert sizes == [True]
    assert "Máy in mẫu" in bench.text
    bench.press("return")
    assert bench.closed
    assert everything_typed(bench) == ""


def test_an_unwritable_place_is_named(bench: Bench, tmp_path: Path) -> None:
    bench.to(Step.SHEET)
    bench.assistant.sheet.save(tmp_path / "no" / "such" / "sheet.pdf")
    bench.qtbot.waitUntil(bench.said("failed"), timeout=10_000)
    assert "Không ghi được tệp" in bench.text
    bench.assistant.sheet.save(tmp_path / "sheet.pdf")
    bench.qtbot.waitUntil(bench.said("saved"), timeout=10_000)
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF-")


def test_a_list_of_offices_that_cannot_be_read_is_told_and_stops_nobody(
    bench: Bench, tidy_environment: Path
) -> None:
    damaged = tidy_environment / "offices.toml"
    damaged.parent.mkdir()
    damaged.write_text("[[office", encoding="utf-8")
    bench.to(Step.OFFICE)
    assert str(damaged) in bench.text
    bench.press("return")
    assert bench.step == "send"


# Pictures


def to_photos(bench: Bench) -> None:
    bench.to(Step.PHOTO)
    assert "Chỉ chụp khi người bệnh đồng ý" in bench.text


def test_without_a_camera_a_file_will_do(bench: Bench, tmp_path: Path) -> None:
    to_photos(bench)
    bench.press("F5")
    assert "Không có hình từ camera" in bench.text
    file = tmp_path / "ảnh.png"
    file.write_bytes(cv2.imencode(".png", portrait())[1].tobytes())
    bench.assistant.photo.open_file(tmp_path / "none.png")
    bench.qtbot.waitUntil(bench.said("photo_failed"), timeout=10_000)
    bench.assistant.photo.open_file(file)
    bench.qtbot.waitUntil(lambda: bench.events[-1].get("state") == "taken", timeout=10_000)
    assert "Ảnh dùng được" in bench.text


def test_a_picture_is_taken_judged_and_saved_only_where_somebody_says(bench: Bench, tmp_path: Path) -> None:
    bench.frames.append(portrait() // 6)
    to_photos(bench)
    bench.press("F5")
    bench.qtbot.waitUntil(lambda: "Tối quá" in bench.text, timeout=10_000)
    assert not any(name.startswith("F7") for name in bench.key_names)

    bench.frames.append(portrait())
    bench.press("F5")
    bench.qtbot.waitUntil(lambda: bench.events[-1].get("state") == "taken", timeout=10_000)
    assert bench.events[-1]["remarks"] == []
    assert list(tmp_path.rglob("*.jpg")) == []
    bench.assistant.photo.save(tmp_path / "chân dung.jpg")
    bench.qtbot.waitUntil(bench.said("photo_saved"), timeout=10_000)
    saved = (tmp_path / "chân dung.jpg").read_bytes()
    assert saved.startswith(b"\xff\xd8")
    assert b"Exif" not in saved

    bench.press("return", "page_up")
    assert photo_state(bench) is PhotoState.TAKEN
    bench.press("escape", "escape")
    assert photo_state(bench) is PhotoState.OFF
    assert not bench.page.photo.preview.shows_something


def photo_state(bench: Bench) -> PhotoState:
    return bench.assistant.photo.state


def test_only_while_a_card_is_photographed_its_code_is_passed_over(bench: Bench) -> None:
    to_photos(bench)
    assert photographs(bench)
    bench.press("return")
    assert not photographs(bench)


def photographs(bench: Bench) -> bool:
    return bench.assistant.photographs


# In a window of its own


def test_in_its_own_window_it_begins_again_for_the_next_person_and_checks_nobody_in(qtbot: QtBot) -> None:
    output = io.StringIO()
    own = OwnAssistant(load_settings(), None, None, EventStream(output))
    own.start()
    try:
        assistant = own.assistant
        own.intake.take(HEALTH, Source.WEDGE)
        assert assistant.command("return")
        assert '"scanned"' not in output.getvalue(), "a scan on another page is passed over"
        own.intake.take(CITIZEN, Source.WEDGE)
        assert '"taken": true' in output.getvalue()
        assert assistant.command("escape")
        assert assistant.command("escape")
        assert json.loads(output.getvalue().splitlines()[-1])["step"] == "account"
        assert not any(edit.text() for edit in own.window.page.edits)
        shown = [hint.accessibleName() for hint in own.window.page.findChildren(KeyButton)]
        assert not any(name.startswith("F9") for name in shown)
    finally:
        own.window.close()
        own.window.deleteLater()
