"""The window joined to a real reception over the training gateway, driven by key events (offscreen)."""

from __future__ import annotations

import gc
import io
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage, QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QLabel
from pytestqt.qtbot import QtBot

from kiosk.app import build_reception
from kiosk.desk.desk import Desk
from kiosk.desk.events import EventStream
from kiosk.desk.flow import Incomplete, Message, Recorded, VerdictShown
from kiosk.desk.words import Extra
from kiosk.errors import RecordsError
from kiosk.reception import Reception
from kiosk.settings import Settings, load_settings
from kiosk.training.patients import DEMO_PATIENT, PATIENTS
from kiosk.training.pictures import DEMO_PICTURE
from kiosk.visits.model import Source, Status, Visit

LINE = DEMO_PATIENT.health_card_line()
WORKER = next(patient for patient in PATIENTS if patient.key == "worker")


StageKind = type[object]


class Driven:
    """A desk, with what it printed and short ways to use it."""

    def __init__(self, qtbot: QtBot, desk: Desk, output: io.StringIO) -> None:
        self.qtbot = qtbot
        self.desk = desk
        self._output = output

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._output.getvalue().splitlines()]

    def type(self, text: str) -> None:
        for character in text:
            self.key(Qt.Key.Key_unknown, character)

    def key(self, key: Qt.Key, text: str = "") -> None:
        target = QApplication.focusWidget() or self.desk.window
        for kind in (QKeyEvent.Type.KeyPress, QKeyEvent.Type.KeyRelease):
            QApplication.sendEvent(target, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text))

    def key_event(self, kind: QKeyEvent.Type, key: Qt.Key, stamp: int, text: str = "") -> None:
        """With the operating system's time stamp, in milliseconds."""
        event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
        event.setTimestamp(stamp)
        QApplication.sendEvent(QApplication.focusWidget() or self.desk.window, event)

    def press_return(self) -> None:
        """A hand's: right after a scan it would be the LF of the scanner's CR+LF."""
        self.qtbot.wait(60)
        self.key(Qt.Key.Key_Return, "\r")

    def scan(self, text: str) -> None:
        self.type(text)
        self.key(Qt.Key.Key_Return, "\r")

    def until(self, stage: StageKind, timeout: int = 20_000) -> None:
        self.qtbot.waitUntil(lambda: isinstance(self.desk.flow.stage, stage), timeout=timeout)

    @property
    def verdict(self) -> dict[str, Any]:
        """The last one."""
        return [event for event in self.events if event["event"] == "verdict"][-1]

    @property
    def visits(self) -> list[Visit]:
        return list(self.desk.reception.visits())


MakeDesk = Callable[..., Driven]


@pytest.fixture
def make_desk(qtbot: QtBot) -> Iterator[MakeDesk]:
    desks: list[Desk] = []

    def make(
        reception_factory: Callable[[Settings], Reception] = build_reception, camera: Any = None
    ) -> Driven:
        settings = load_settings()
        output = io.StringIO()
        desk = Desk(settings, lambda: reception_factory(settings), camera, EventStream(output))
        desks.append(desk)
        desk.start()
        driven = Driven(qtbot, desk, output)
        qtbot.waitUntil(lambda: desk.furnished, timeout=20_000)
        assert driven.events[0] == {"event": "ready"}
        return driven

    yield make
    for desk in desks:
        desk.window.close()
        desk.window.deleteLater()


@pytest.fixture
def driven(make_desk: MakeDesk) -> Driven:
    return make_desk()


def test_a_scan_with_its_own_return_waits_for_a_persons_return(driven: Driven) -> None:
    driven.scan(LINE)
    driven.until(VerdictShown)
    assert driven.visits == []
    driven.press_return()
    driven.until(Recorded)
    (visit,) = driven.visits
    assert (visit.status, visit.queue_number, visit.source) == (Status.CHECKED_IN, 1, Source.WEDGE)
    assert driven.desk.window.page is driven.desk.window.recorded


def test_the_return_of_the_next_scan_does_not_confirm_the_verdict_that_waits(driven: Driven) -> None:
    driven.scan(LINE)
    driven.until(VerdictShown)
    driven.scan(WORKER.health_card_line())
    assert isinstance(driven.desk.flow.stage, VerdictShown)
    assert [scan.text for scan in driven.desk.flow.line] == [WORKER.health_card_line()]
    line_bar = driven.desk.window.findChild(QFrame, "lineBar")
    assert line_bar is not None
    assert line_bar.isVisible()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape])
def test_a_key_that_is_held_means_one_thing_even_where_it_looks_pressed_again(
    driven: Driven, key: Qt.Key
) -> None:
    """X11 repeats a held key as release and press of the same moment."""
    driven.scan(LINE)
    driven.until(VerdictShown)
    driven.scan(WORKER.health_card_line())
    driven.qtbot.wait(300)  # a person's Return does not come together with the scanner's
    driven.key_event(QKeyEvent.Type.KeyPress, key, 10_000)
    driven.until(Recorded)
    driven.until(VerdictShown)
    for stamp in range(10_600, 13_000, 40):
        driven.key_event(QKeyEvent.Type.KeyRelease, key, stamp)
        driven.key_event(QKeyEvent.Type.KeyPress, key, stamp)
    driven.key_event(QKeyEvent.Type.KeyRelease, key, 13_000)
    assert isinstance(driven.desk.flow.stage, VerdictShown)
    driven.key_event(QKeyEvent.Type.KeyPress, key, 13_100)
    driven.until(Recorded)


def test_a_letter_typed_just_before_a_scan_does_not_spoil_it(driven: Driven) -> None:
    driven.scan(f"x{LINE}")
    driven.until(VerdictShown)
    assert driven.verdict["verdict"] == "eligible"
    driven.scan(LINE)
    assert not driven.desk.flow.line, "the same code at once is one scan"


def test_a_damaged_scan_that_asks_for_more_says_what_to_do_first(driven: Driven) -> None:
    fields = LINE.split("|")
    fields[1] = "4e6775ỹn"  # what an input method left of the name
    driven.scan("|".join(fields))
    driven.until(Incomplete)
    notices = driven.desk.window.form.findChild(QLabel, "notice")
    assert notices is not None
    assert notices.isVisible()
    assert "Tắt bộ gõ tiếng Việt" in notices.text()
    driven.key(Qt.Key.Key_F2)
    assert notices.isHidden()


def test_a_scan_into_a_started_form_gives_the_fields_back_and_waits(driven: Driven) -> None:
    driven.scan(LINE)
    driven.until(VerdictShown)
    driven.key(Qt.Key.Key_F2)
    form = driven.desk.window.form
    driven.type("12")
    driven.key(Qt.Key.Key_Tab, "\t")
    driven.type("Trần ")
    driven.qtbot.wait(600)  # a person's pause before the scan: it is what tells the two apart
    driven.scan(WORKER.health_card_line())
    assert form.values == ("12", "Trần ", "")
    assert len(driven.desk.flow.line) == 1
    assert driven.desk.window.form is driven.desk.window.page


def test_the_form_is_empty_each_time_and_keeps_its_content_under_a_page(driven: Driven) -> None:
    driven.key(Qt.Key.Key_F2)
    form = driven.desk.window.form
    driven.type("9900000001")
    driven.key(Qt.Key.Key_F3)
    driven.key(Qt.Key.Key_Escape)
    assert form.values == ("9900000001", "", "")
    driven.key(Qt.Key.Key_F2)
    assert form.is_empty
    assert form.number_edit.hasFocus()


def test_what_is_missing_in_the_form_is_said_at_its_field(driven: Driven) -> None:
    driven.key(Qt.Key.Key_F2)
    form = driven.desk.window.form
    driven.type(DEMO_PATIENT.card_number)
    driven.press_return()
    name = form.edits[1]
    driven.qtbot.waitUntil(name.hasFocus, timeout=10_000)
    assert "tên" in name.accessibleDescription()


def test_a_bare_number_where_a_name_belongs_is_a_scan(driven: Driven) -> None:
    driven.key(Qt.Key.Key_F2)
    driven.type("x")
    driven.key(Qt.Key.Key_Tab, "\t")
    driven.scan(WORKER.card_number)
    assert driven.desk.window.form.values == ("X", "", "")
    assert [scan.text for scan in driven.desk.flow.line] == [WORKER.card_number]


@pytest.mark.parametrize("number", [DEMO_PATIENT.social_insurance_number, "001190000001"])
def test_a_bare_number_of_any_kind_is_read_whole(driven: Driven, number: str) -> None:
    driven.scan(number)
    driven.until(Incomplete)
    stage = driven.desk.flow.stage
    assert isinstance(stage, Incomplete)
    assert stage.card.lookup_number == number


def test_a_bare_number_asks_for_the_rest(driven: Driven) -> None:
    driven.scan(DEMO_PATIENT.card_number)
    driven.until(Incomplete)
    form = driven.desk.window.form
    assert driven.desk.window.page is form
    assert form.number_edit.text() == "GD4 •••• •••• 0101"
    assert form.edits[1].hasFocus()
    driven.type(DEMO_PATIENT.full_name)
    driven.key(Qt.Key.Key_Tab, "\t")
    driven.type("12101988")
    driven.press_return()
    driven.until(VerdictShown)
    driven.press_return()
    driven.until(Recorded)
    assert driven.visits[0].source is Source.WEDGE


def test_a_second_visit_the_same_day_is_asked_about(driven: Driven) -> None:
    for text in (LINE, DEMO_PATIENT.citizen_card_line()):
        driven.scan(text)
        driven.until(VerdictShown)
        driven.press_return()
        driven.until(Recorded)
    verdicts = [event for event in driven.events if event["event"] == "verdict"]
    assert [event["already_checked_in_today"] for event in verdicts] == [False, True]


def test_keys_without_meaning_do_nothing(driven: Driven) -> None:
    driven.press_return()
    driven.key(Qt.Key.Key_Tab, "\t")
    driven.key(Qt.Key.Key_F7)
    driven.key(Qt.Key.Key_Escape)
    driven.key(Qt.Key.Key_Shift)
    driven.key(Qt.Key.Key_PageDown)
    behind = {"opened", "upkeep"}  # the desk's own work; when it ends is not this test's matter
    assert [event["event"] for event in driven.events if event["event"] not in behind] == ["ready"]


def test_a_pasted_text_is_a_scan(driven: Driven) -> None:
    QApplication.clipboard().setText(LINE)
    press = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier, "\x16")
    QApplication.sendEvent(driven.desk.window, press)
    driven.until(VerdictShown)
    assert driven.verdict["source"] == "scan"


def test_a_pasted_picture_is_read_and_its_copy_removed(driven: Driven, tidy_environment: Path) -> None:
    QApplication.clipboard().setImage(QImage(str(DEMO_PICTURE)))
    press = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier, "\x16")
    QApplication.sendEvent(driven.desk.window, press)
    driven.until(VerdictShown)
    assert driven.verdict["source"] == "image"
    assert not list(tidy_environment.glob("pasted-*"))


def test_a_picture_dropped_on_the_window_is_read(driven: Driven) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(DEMO_PICTURE))])
    drop = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    driven.desk.window.dropEvent(drop)  # what Qt calls at the end of a drag
    driven.until(VerdictShown)
    assert driven.verdict["source"] == "image"


def test_records_that_cannot_be_opened_are_said_and_nothing_is_called_checked_in(
    make_desk: MakeDesk, tidy_environment: Path
) -> None:
    tidy_environment.write_text("a file where the folder should be")
    driven = make_desk()
    driven.until(Message)
    driven.scan(LINE)
    driven.until(VerdictShown)
    stage = driven.desk.flow.stage
    assert isinstance(stage, VerdictShown)
    assert isinstance(stage.problem, RecordsError)
    driven.press_return()
    driven.qtbot.waitUntil(
        lambda: sum(event["event"] == "verdict" for event in driven.events) == 2, timeout=10_000
    )
    assert driven.desk.flow.last_visit is None
    assert not any(event["event"] == "recorded" for event in driven.events)


def test_scans_that_come_before_everything_is_open_are_not_lost(make_desk: MakeDesk) -> None:
    opened = threading.Event()

    def slowly(settings: Settings) -> Reception:
        assert opened.wait(30)
        return build_reception(settings)

    driven = make_desk(slowly)
    driven.scan(LINE)
    driven.scan(WORKER.health_card_line())
    assert len(driven.desk.flow.line) == 1
    opened.set()
    driven.until(VerdictShown)


def test_a_fault_of_the_program_is_a_message_and_the_desk_goes_on(make_desk: MakeDesk) -> None:
    def broken(_: Settings) -> Reception:
        raise ZeroDivisionError

    driven = make_desk(broken)
    driven.until(Message)
    stage = driven.desk.flow.stage
    assert isinstance(stage, Message)
    assert stage.error.code == "internal"
    driven.key(Qt.Key.Key_F12)
    assert driven.desk.window.page is driven.desk.window.state


def test_f5_on_the_page_of_everything_checks_everything(driven: Driven) -> None:
    driven.key(Qt.Key.Key_F5)
    driven.key(Qt.Key.Key_F12)
    driven.key(Qt.Key.Key_F5)
    driven.qtbot.waitUntil(
        lambda: any(event["event"] == "checked_up" for event in driven.events), timeout=30_000
    )
    (told,) = [event for event in driven.events if event["event"] == "checked_up"]
    assert told["checks"] > 9
    assert not {"gateway", "account", "staff", "database"} & set(told["to_mend"])
    driven.key(Qt.Key.Key_Escape)
    driven.scan(LINE)
    driven.until(VerdictShown)
    assert driven.verdict["verdict"] == "eligible"


class FakeCamera:
    """Plays the part of a camera device: hands over one frame and the same code again and again."""

    def __init__(self, on_text: Any, on_frame: Any, on_state: Any, on_hint: Any) -> None:
        self._on_text, self._on_frame, self._on_state = on_text, on_frame, on_state
        self.stopped = False

    def start(self) -> None:
        self._on_state("watching", "test")
        self._on_frame(np.zeros((48, 64, 3), dtype=np.uint8))
        for _ in range(3):
            self._on_text(LINE)

    def stop(self, timeout: float = 0) -> bool:
        self.stopped = True
        return True


def test_a_code_held_before_the_camera_is_one_scan(make_desk: MakeDesk) -> None:
    cameras: list[FakeCamera] = []

    def factory(**callbacks: Any) -> FakeCamera:
        cameras.append(FakeCamera(**callbacks))
        return cameras[0]

    driven = make_desk(camera=factory)
    driven.until(VerdictShown)
    assert driven.verdict["source"] == "camera"
    assert not driven.desk.flow.line
    assert driven.desk.window.ready.preview.isVisibleTo(driven.desk.window.ready)
    driven.desk.window.close()
    assert cameras[0].stopped


def test_the_collector_does_not_look_through_the_whole_program_while_patients_wait(driven: Driven) -> None:
    driven.qtbot.waitUntil(lambda: {"event": "opened", "records": True} in driven.events, timeout=10_000)
    assert gc.get_freeze_count() > 10_000
    driven.desk.window.close()
    assert gc.get_freeze_count() == 0


def test_closing_ends_the_threads_that_write(driven: Driven) -> None:
    driven.scan(LINE)
    driven.until(VerdictShown)
    driven.desk.window.close()
    names = {thread.name for thread in threading.enumerate() if thread.is_alive()}
    assert "records-0" not in names
    assert "training-gateway" not in names


def test_the_window_title_holds_no_personal_data(driven: Driven) -> None:
    driven.scan(LINE)
    driven.until(VerdictShown)
    assert driven.desk.window.windowTitle() == "Tiếp nhận BHYT – Quầy 1"


def test_what_another_room_says_of_a_verdict_is_drawn_when_it_changes(driven: Driven) -> None:
    said = [Extra(rows=(("Ưu tiên", "không"),))]
    driven.desk.rooms.verdict_extras.append(lambda shown: said[-1])
    driven.scan(LINE)
    driven.until(VerdictShown)
    said.append(Extra(rows=(("Ưu tiên", "Từ 75 tuổi"),)))
    driven.desk.rooms.redraw()
    shown = [found.text() for found in driven.desk.window.verdict.findChildren(QLabel, "rowValue")]
    assert "Từ 75 tuổi" in shown


@pytest.mark.parametrize(("presses", "taken"), [(1, True), (2, False)])
def test_what_was_taken_from_the_gateway_is_kept_with_the_visit(
    driven: Driven, presses: int, taken: bool
) -> None:
    """004, and the new card is in force: its number and period are not those of the card that was scanned."""
    changed = next(patient for patient in PATIENTS if patient.key == "next_card_now")
    driven.scan(changed.health_card_line())
    driven.until(VerdictShown)
    for _ in range(presses):
        driven.key(Qt.Key.Key_F5)
    driven.press_return()
    driven.until(Recorded)
    (visit,) = driven.visits
    assert {difference.taken for difference in visit.differences} == {taken}
