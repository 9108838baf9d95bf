"""Today's list joined to real records: searching, a number in full, taking a visit back (offscreen)."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kiosk import clock
from kiosk.app import build_reception
from kiosk.card.model import HealthCard, Kind, PartialDate
from kiosk.desk.desk import Desk
from kiosk.desk.events import EventStream
from kiosk.desk.flow import CancelQuestion, Recorded, VerdictShown, VisitOpened
from kiosk.errors import RecordsError
from kiosk.settings import load_settings
from kiosk.training.patients import DEMO_PATIENT
from kiosk.visits.model import NewVisit, Source, Status, Visit

WAIT_MS = 20_000
NO_MODIFIER = Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
PEOPLE = ("Nguyễn Thị Hoà", "Đỗ Văn Dũng", "Trần Thử")


class Driven:
    def __init__(self, qtbot: QtBot, desk: Desk, output: io.StringIO) -> None:
        self.qtbot, self.desk, self._output = qtbot, desk, output
        self.page = desk.window.today

    def key(self, key: Qt.Key, text: str = "", modifier: Qt.KeyboardModifier = NO_MODIFIER) -> None:
        target = QApplication.focusWidget() or self.desk.window
        for kind in (QKeyEvent.Type.KeyPress, QKeyEvent.Type.KeyRelease):
            QApplication.sendEvent(target, QKeyEvent(kind, key, modifier, text))

    def type(self, text: str) -> None:
        for character in text:
            self.key(Qt.Key.Key_unknown, character)

    def press_return(self) -> None:
        """A hand's: not right after what might be a scan."""
        self.qtbot.wait(60)
        self.key(Qt.Key.Key_Return, "\r")

    def events(self, name: str) -> list[dict[str, Any]]:
        told = [json.loads(line) for line in self._output.getvalue().splitlines()]
        return [event for event in told if event["event"] == name]

    def until(self, name: str, does: Callable[[], None]) -> dict[str, Any]:
        """Do it, and wait for the event that tells of it."""
        before = len(self.events(name))
        does()
        self.qtbot.waitUntil(lambda: len(self.events(name)) > before, timeout=WAIT_MS)
        return self.events(name)[-1]

    def open_list(self) -> None:
        self.until("listed", lambda: self.key(Qt.Key.Key_F3))

    def wait_for(self, names: list[str]) -> None:
        """Until the list holds exactly these."""
        self.qtbot.waitUntil(lambda: self.names == names, timeout=WAIT_MS)

    @property
    def names(self) -> list[str | None]:
        return [visit.full_name for visit in self.page.model.visits]

    def is_asked(self) -> bool:
        return isinstance(self.desk.flow.top, CancelQuestion)

    @property
    def shown(self) -> str:
        """Everything that the rows say, to eyes and ears."""
        model = self.page.model
        roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
        cells = [(row, column) for row in range(model.rowCount()) for column in range(model.columnCount())]
        said = [str(model.data(model.index(*cell), role)) for cell in cells for role in roles]
        return " ".join([*said, self.page.search.accessibleDescription()])


def record(desk: Desk, number: int, name: str, **changes: Any) -> Visit:
    card = HealthCard(
        Kind.HEALTH_CARD,
        card_number=f"DN479{9900000000 + number}",
        full_name=name,
        birth_date=PartialDate(1990),
    )
    values: dict[str, Any] = {"visit_id": f"v{number}", "status": Status.SELF_PAY, "created_at": clock.now()}
    new = NewVisit(source=Source.TYPED, desk="Quầy 1", card=card, **(values | changes))
    return desk.reception.records.record(new)


@pytest.fixture
def driven(qtbot: QtBot) -> Iterator[Driven]:
    settings = load_settings()
    output = io.StringIO()
    desk = Desk(settings, lambda: build_reception(settings), None, EventStream(output))
    desk.start()
    qtbot.waitUntil(lambda: "opened" in output.getvalue(), timeout=WAIT_MS)
    for number, name in enumerate(PEOPLE, start=1):
        record(desk, number, name)
    yield Driven(qtbot, desk, output)
    desk.window.close()
    desk.window.deleteLater()


def test_typing_searches_and_keys_go_through_days_and_states(driven: Driven) -> None:
    record(driven.desk, 9, "Chờ Thử", status=Status.HELD, created_at=clock.now() - timedelta(days=1))
    everybody = ["Trần Thử", "Đỗ Văn Dũng", "Nguyễn Thị Hoà"]
    driven.key(Qt.Key.Key_F3)
    driven.wait_for(everybody)

    driven.type("hoa")
    driven.wait_for(["Nguyễn Thị Hoà"])
    for _ in "hoa":
        driven.key(Qt.Key.Key_Backspace)
    driven.type("2")
    driven.wait_for(["Đỗ Văn Dũng"])  # number 2

    driven.key(Qt.Key.Key_Backspace)
    driven.key(Qt.Key.Key_Left)
    driven.wait_for(["Chờ Thử"])
    driven.key(Qt.Key.Key_Right, modifier=CONTROL)
    driven.wait_for(everybody)
    driven.key(Qt.Key.Key_Right, modifier=CONTROL)  # tomorrow has none yet
    driven.key(Qt.Key.Key_F6)
    driven.wait_for([])  # nothing is owed
    driven.key(Qt.Key.Key_F6)
    driven.key(Qt.Key.Key_Left, modifier=CONTROL)
    driven.wait_for(["Chờ Thử"])

    driven.key(Qt.Key.Key_Escape)
    driven.key(Qt.Key.Key_F3)
    driven.wait_for(everybody)


def test_a_number_stands_in_full_for_one_visit_once_that_is_on_record(
    driven: Driven, monkeypatch: pytest.MonkeyPatch
) -> None:
    driven.open_list()
    driven.key(Qt.Key.Key_Down)
    chosen = driven.page.model.chosen_visit
    assert chosen is not None
    assert chosen.number is not None
    assert "99000000" not in driven.shown

    told = driven.until("number_shown", lambda: driven.key(Qt.Key.Key_F5))
    assert told["visit_id"] == chosen.visit_id
    assert driven.shown.count("99000000") == driven.shown.count(chosen.number) > 0
    acts = [(entry.act, entry.subject) for entry in driven.desk.reception.records.audit.entries()]
    assert ("view_full", chosen.visit_id) in acts

    driven.key(Qt.Key.Key_F5)
    assert "99000000" not in driven.shown
    driven.until("number_shown", lambda: driven.key(Qt.Key.Key_F5))
    driven.key(Qt.Key.Key_Up)
    assert "99000000" not in driven.shown, "left, it is covered again"

    def fail(*_: object) -> None:
        raise RecordsError("records_disk_full", place="x")

    monkeypatch.setattr(driven.desk.reception, "note_number_shown", fail)
    driven.key(Qt.Key.Key_F5)
    driven.qtbot.waitUntil(lambda: bool(driven.page.note.text()), timeout=WAIT_MS)
    assert "99000000" not in driven.shown


def test_a_visit_of_today_is_opened_and_taken_back_with_a_reason(driven: Driven) -> None:
    record(driven.desk, 9, "Hôm Qua", created_at=clock.now() - timedelta(days=1))
    driven.open_list()
    driven.key(Qt.Key.Key_Left)
    driven.wait_for(["Hôm Qua"])
    driven.key(Qt.Key.Key_Delete)
    assert not driven.is_asked()
    assert "chỉ hủy được lượt của hôm nay" in driven.page.note.text()

    driven.until("listed", lambda: driven.key(Qt.Key.Key_Right))
    driven.key(Qt.Key.Key_Down)
    driven.until("visit_opened", driven.press_return)
    top = driven.desk.flow.top
    assert isinstance(top, VisitOpened)
    visit_id = top.visit.visit_id

    driven.key(Qt.Key.Key_Delete)
    assert driven.is_asked()
    driven.press_return()
    assert driven.is_asked(), "without a reason nothing happens"
    driven.type("1")
    told = driven.until("cancelled", driven.press_return)
    assert told["visit_id"] == visit_id

    cancelled = driven.desk.reception.records.get(visit_id)
    assert cancelled is not None
    assert (cancelled.status, cancelled.cancel_reason) == (Status.CANCELLED, "Quét nhầm người")
    driven.qtbot.waitUntil(lambda: driven.desk.window.page is driven.desk.window.visit, timeout=WAIT_MS)
    driven.key(Qt.Key.Key_Delete)
    assert not driven.is_asked(), "once is enough"
    driven.until("listed", lambda: driven.key(Qt.Key.Key_Escape))
    assert driven.page.model.chosen == 1, "the list is as it was left"
    assert "Đã hủy" in driven.shown


def test_return_opens_what_was_typed_and_not_what_stood_there_before(driven: Driven) -> None:
    record(driven.desk, 11, "Người Mới")
    driven.open_list()
    assert driven.page.model.chosen_visit is not None
    assert driven.page.model.chosen_visit.full_name == "Người Mới"

    driven.type("1")  # also in the newest one's card; queue number 1 is meant
    driven.until("visit_opened", lambda: driven.key(Qt.Key.Key_Return, "\r"))

    top = driven.desk.flow.top
    assert isinstance(top, VisitOpened)
    assert top.visit.full_name == "Nguyễn Thị Hoà"

    driven.until("listed", lambda: driven.key(Qt.Key.Key_Escape))
    driven.key(Qt.Key.Key_Backspace)
    for character in "9900000011":  # by hand, and slower than a scanner
        driven.qtbot.wait(80)
        driven.type(character)
    driven.until("visit_opened", lambda: driven.key(Qt.Key.Key_Return, "\r"))
    top = driven.desk.flow.top
    assert isinstance(top, VisitOpened)
    assert top.visit.full_name == "Người Mới"


def test_a_scan_over_the_search_field_is_a_scan(driven: Driven) -> None:
    driven.open_list()
    driven.type(DEMO_PATIENT.health_card_line())
    driven.key(Qt.Key.Key_Return, "\r")
    driven.qtbot.waitUntil(lambda: isinstance(driven.desk.flow.stage, VerdictShown), timeout=WAIT_MS)
    assert driven.page.search.text() == ""

    driven.press_return()
    driven.qtbot.waitUntil(lambda: isinstance(driven.desk.flow.stage, Recorded), timeout=WAIT_MS)
    driven.key(Qt.Key.Key_Delete)
    driven.type("Người bệnh ra về")
    told = driven.until("cancelled", driven.press_return)
    stage = driven.desk.flow.stage
    assert stage == Recorded(driven.desk.reception.records.get(told["visit_id"]))  # type: ignore[arg-type]
    assert driven.desk.window.page is driven.desk.window.recorded


def test_a_long_list_grows_as_it_is_scrolled(driven: Driven) -> None:
    for number in range(10, 75):
        record(driven.desk, number, f"Người {number}")
    driven.open_list()
    model = driven.page.model
    assert driven.events("listed")[-1]["total"] == 68
    assert len(model.visits) == 60
    driven.page.choose(59)
    driven.qtbot.waitUntil(lambda: len(model.visits) == 68, timeout=WAIT_MS)
    driven.key(Qt.Key.Key_PageDown)
    assert model.chosen > 59
    assert driven.names[-1] == "Nguyễn Thị Hoà"
