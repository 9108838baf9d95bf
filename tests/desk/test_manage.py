"""The managing page by its keys (offscreen): each section over records of its own, done at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
import time_machine
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from kiosk import clock
from kiosk.app import build_reception
from kiosk.card import parse_number
from kiosk.desk.manage.hub import SECTIONS, Hub
from kiosk.desk.manage.page import ManagePage
from kiosk.desk.words import Words
from kiosk.errors import KioskError
from kiosk.reception import Reception
from kiosk.settings import load_settings
from kiosk.visits.audit import Act
from kiosk.visits.audit_log import Wanted
from kiosk.visits.identity import keys_of
from kiosk.visits.model import Asked, Source
from kiosk.visits.staff import Right, Role

T = TypeVar("T")
PIN = "246813"
CARD = "DN4799900000001"


class Room:
    """What a section has of the desk; jobs are done while they are asked for."""

    def __init__(self, qtbot: QtBot, reception: Reception) -> None:
        self.settings = load_settings()
        self.words = Words("vi")
        self.reception = reception
        self.file: Path | None = None
        self.events: list[dict[str, Any]] = []
        self.page = ManagePage(self.words)
        qtbot.addWidget(self.page)
        self.page.resize(1300, 620)
        self.page.show()
        self.closed = 0
        self.hub = Hub(self, self._close)
        self.hub.open()

    def _close(self) -> None:
        self.closed += 1

    def read(
        self, job: Callable[[Reception], T], done: Callable[[T], None], failed: Callable[[KioskError], None]
    ) -> None:
        try:
            result = job(self.reception)
        except KioskError as error:
            failed(error)
        else:
            done(result)

    write = read

    def changed(self) -> None:
        if hasattr(self, "hub"):
            self.page.show_view(self.hub.view())

    def fill(self, name: str, words: str) -> None:
        self.page.fill(name, words)

    def ask_file(self, title: str, pattern: str, then: Callable[[Path], None]) -> None:
        assert title, pattern
        if self.file is not None:
            then(self.file)

    def told(self, event: str, **values: Any) -> None:
        self.events.append({"event": event, **values})

    # As a person

    def press(self, *names: str) -> None:
        for name in names:
            if name == "escape":
                self.hub.back()
            else:
                self.hub.key(name, self.page.typed)

    def type(self, **values: str) -> None:
        for name, words in values.items():
            assert name in self.page.typed, self.text
            self.page.fill(name, words)

    def open_section(self, module: str) -> None:
        place = [each[0] for each in SECTIONS].index(module)
        self.press(f"digit_{place + 1}")

    @property
    def section(self) -> str | None:
        """The one that is open."""
        return self.hub.section.name if self.hub.section is not None else None

    @property
    def problem(self) -> str:
        return self.hub.section.problem if self.hub.section is not None else self.hub.problem

    @property
    def text(self) -> str:
        QApplication.processEvents()  # Qt shows what is new in a layout when it comes to it
        return "\n".join(
            each.text() for each in self.page.findChildren(QLabel) if each.isVisible() and each.text()
        )

    @property
    def listed(self) -> list[tuple[str, ...]]:
        table = self.page.table
        if table.isHidden():
            return []
        cells = [
            [table.item(row, column) for column in range(table.columnCount())]
            for row in range(table.rowCount())
        ]
        return [tuple(cell.text() for cell in row if cell is not None) for row in cells]

    def acts(self, *acts: Act) -> list[tuple[str, str | None]]:
        wanted = Wanted(acts=frozenset(map(str, acts)))
        return [(entry.act, entry.subject) for entry in self.reception.records.audit.entries(wanted)]


@pytest.fixture
def room(qtbot: QtBot) -> Iterator[Room]:
    with build_reception(load_settings()) as reception:
        yield Room(qtbot, reception)


def watched(room: Room, number: str = CARD) -> tuple[str, ...]:
    """What the checks against abuse find on the list for a card."""
    keys = keys_of(parse_number(number), None)
    return room.reception.records.known_for_checks(Asked(keys, clock.now(), None, None)).watched or ()


class TestWhoMayComeIn:
    def test_in_single_user_mode_nobody_is_asked(self, room: Room) -> None:
        assert room.hub.choosing
        for module, _, _ in SECTIONS:
            assert room.hub.say(f"{module}_title") in room.text

    def log_in(self, room: Room, role: Role) -> None:
        room.reception.records.staff.add("mai", "Lê Mai", "001190000012", role, PIN)
        room.reception.log_in("mai", PIN)
        room.hub.open()

    def test_a_supervisor_gives_the_pin_once_more(self, room: Room) -> None:
        self.log_in(room, Role.SUPERVISOR)
        room.type(secret="999999")
        room.press("return", "digit_1")
        assert (bool(room.problem), room.section) == (True, None)
        room.type(secret=PIN)
        room.press("return")
        assert room.hub.choosing
        assert "secret" not in room.page.typed, "what was typed has gone"

    def test_a_receptionist_is_told_who_may_and_reads_the_notice(self, room: Room) -> None:
        self.log_in(room, Role.RECEPTIONIST)
        assert (room.page.typed, "tổ trưởng" in room.text) == ({}, True)
        for module, _, right in SECTIONS:
            room.open_section(module)
            assert room.section == (module if right is Right.CHECK_IN else None)
            room.press("escape")
        assert room.acts(Act.REVIEW) == []

    def test_accounts_are_its_only(self, room: Room) -> None:
        self.log_in(room, Role.SUPERVISOR)
        room.type(secret=PIN)
        room.press("return")
        room.open_section("accounts")
        assert room.section is None
        assert "không mở được mục" in room.text

    def test_opened_anew_nothing_of_the_last_look_is_left(self, room: Room) -> None:
        room.open_section("audit")
        assert [room.section] == ["audit"]
        room.hub.open()
        assert room.section is None
        assert room.hub.choosing


def test_every_section_says_what_to_do_when_there_is_nothing_and_is_left_by_escape(room: Room) -> None:
    for place, (module, _, _) in enumerate(SECTIONS, start=1):
        room.press(f"digit_{place}")
        assert (room.section, room.problem) == (module, "")
        assert room.hub.say(f"{module}_title") in room.text
        room.press("escape")
        assert room.section is None
    looked = {subject for _, subject in room.acts(Act.REVIEW)}
    assert looked == {each[0] for each in SECTIONS} - {"notice"}


class TestDecisions:
    @pytest.fixture
    def seen(self, room: Room) -> Room:
        """One patient received against a verdict, one with a finding that nobody decided on."""
        reception = room.reception
        from kiosk.training.patients import patient

        found = reception.look_up(reception.read(patient("army").health_card_line()))
        reception.check_in(found, Source.SCAN, "đã xem giấy tờ")
        room.open_section("watch")
        room.press("F5")
        room.type(number=patient("demo").card_number, reason="nghi mượn thẻ", until="")
        room.press("return", "escape")
        found = reception.look_up(reception.read(patient("demo").health_card_line()))
        reception.check_in(reception.examined(found), Source.SCAN)
        room.open_section("decisions")
        return room

    def test_who_confirmed_what_against_which_finding_and_why(self, seen: Room) -> None:
        whats = [row[2] for row in seen.listed]
        assert whats == ["có dấu hiệu", "xác nhận khác kết luận"]
        assert "nghi mượn thẻ" in seen.text, "the finding of the marked row, whole"
        seen.press("down")
        assert "đã xem giấy tờ" in seen.text
        seen.press("F5")
        assert [row[2] for row in seen.listed] == ["xác nhận khác kết luận"]

    def test_numbers_are_masked_also_in_the_file(self, seen: Room) -> None:
        from openpyxl import load_workbook

        from kiosk.training.patients import patient

        seen.press("print")
        file = next(event["file"] for event in seen.events if "file" in event)
        cells = [str(cell) for row in load_workbook(file).active.values for cell in row]  # type: ignore[union-attr]
        assert any("đã xem giấy tờ" in cell for cell in cells)
        everything = seen.text + "".join(cells) + "".join(map("".join, seen.listed))
        assert patient("demo").card_number not in everything
        assert ("export", None) in seen.acts(Act.EXPORT)


class TestAudit:
    def test_it_is_examined_in_words(self, room: Room) -> None:
        room.open_section("audit")
        assert room.listed[0][3] == "xem quản lý"
        room.press("F5")
        assert "Nhật ký nguyên vẹn" in room.text

    def test_what_is_wrong_is_said_and_where(self, room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
        from kiosk.visits import audit_check
        from kiosk.visits.audit_verify import AuditFault, AuditReport

        bad = AuditReport(entries=3, faults=[AuditFault("entry_changed", sequence=2)])
        monkeypatch.setattr(audit_check, "examine_log", lambda *_: bad)
        room.open_section("audit")
        room.press("F5")
        assert "KHÔNG nguyên vẹn" in room.text
        assert "Dòng 2: nội dung đã bị sửa." in room.text

    def test_it_is_exported_with_a_note_of_that(self, room: Room) -> None:
        room.open_section("audit")
        room.press("print")
        assert (room.settings.data_folder / "reports").is_dir()
        assert ("export", None) in room.acts(Act.EXPORT)

    def test_f7_shows_one_kind_of_acts(self, room: Room) -> None:
        room.open_section("notice")
        room.press("escape")
        room.open_section("audit")
        room.press("F7", "F7")
        assert {row[3] for row in room.listed} == {"thông báo mới"}


class TestWatchList:
    def test_one_is_added_seen_masked_and_taken_off(self, room: Room) -> None:
        room.open_section("watch")
        room.press("F5")
        room.type(number="DN47999", reason="nghi mượn thẻ", until="")
        room.press("return")
        assert room.page.typed["reason"] == "nghi mượn thẻ", "the form stays with what was typed"
        room.type(number=CARD, until="31/12/2030")
        room.press("return")
        assert [(row[1], row[2]) for row in room.listed] == [("nghi mượn thẻ", "31/12/2030")]
        assert CARD not in room.text + str(room.listed)
        assert watched(room) == ("nghi mượn thẻ",)

        room.press("delete", "escape")
        assert watched(room) == ("nghi mượn thẻ",), "asked first"
        room.press("delete", "return")
        assert (room.listed, watched(room)) == ([], ())
        assert [act for act, _ in room.acts(Act.SETTINGS)] == ["settings", "settings"]

    def test_a_card_may_be_scanned_instead_of_typed(self, room: Room) -> None:
        room.open_section("watch")
        before = room.hub.takes_scans
        room.press("F5")
        assert (before, room.hub.takes_scans) == (False, True)
        room.hub.scan(CARD)
        assert room.page.typed["number"] == CARD

    def test_good_lines_of_a_file_go_in_and_the_others_are_listed(self, room: Room, tmp_path: Path) -> None:
        room.file = tmp_path / "cards.csv"
        room.file.write_text(
            f"so_the;ly_do;den_ngay\n{CARD};một;\nDN47;hai;\n9900000004;;\n9900000005;ba;32/13/2026\n",
            encoding="utf-8",
        )
        room.open_section("watch")
        room.press("F7")
        assert [row[1] for row in room.listed] == ["một"]
        for words in ("Dòng 3", "số thẻ không đúng", "Dòng 4", "thiếu lý do", "Dòng 5", "ngày không đúng"):
            assert words in room.text
        assert watched(room) == ("một",)

    def test_a_file_without_the_columns_is_told_and_nothing_changes(self, room: Room, tmp_path: Path) -> None:
        room.file = tmp_path / "cards.csv"
        room.file.write_text("a,b\n1,2\n", encoding="utf-8")
        room.open_section("watch")
        room.press("F7")
        assert room.problem
        assert room.listed == []


class TestAccounts:
    def add(self, room: Room, account: str, role: str) -> None:
        room.press("F5")
        room.type(account=account, full_name="Trần Thị Lan", citizen_id="001190000011", role=role)
        room.type(secret=PIN, again=PIN)
        room.press("return")

    def test_added_given_a_role_and_a_pin_closed_and_brought_back(self, room: Room) -> None:
        room.open_section("accounts")
        assert "Chưa có tài khoản" in room.text
        for account, role in (("mai", "3"), ("lan", "1"), ("minh", "2")):
            self.add(room, account, role)
        assert [row[0] for row in room.listed] == ["lan", "mai", "minh"]
        assert "001190000011" not in room.text

        room.press("row_0", "F10")
        room.type(role="2")
        room.press("return")
        assert room.reception.records.staff.get("lan").role is Role.SUPERVISOR  # type: ignore[union-attr]

        room.press("delete", "return")
        assert room.listed[-1][3] == "đã khóa"
        room.press("F7")
        room.type(secret="864213", again="864214")
        room.press("return")
        assert room.problem
        room.type(again="864213")
        room.press("return")
        assert room.reception.records.staff.log_in("lan", "864213").active
        assert PIN not in room.text

    def test_the_last_one_is_not_closed_by_accident(self, room: Room) -> None:
        room.open_section("accounts")
        self.add(room, "mai", "3")
        room.press("delete", "return")
        assert room.reception.records.staff.get("mai").active  # type: ignore[union-attr]
        assert room.problem

    def test_what_is_wrong_leaves_the_form_as_it_was_typed(self, room: Room) -> None:
        room.open_section("accounts")
        self.add(room, "mai", "9")
        assert "Vai trò là 1" in room.text
        assert room.page.typed["full_name"] == "Trần Thị Lan"


class TestPersons:
    @pytest.fixture
    def known(self, room: Room) -> Room:
        """Somebody who was here, twice."""
        from kiosk.training.patients import patient

        reception = room.reception
        for _ in range(2):
            reception.self_pay(reception.read(patient("demo").health_card_line()), Source.SCAN)
        room.open_section("persons")
        return room

    def number(self) -> str:
        from kiosk.training.patients import patient

        return patient("demo").card_number[-10:]  # what a VssID code says of the card

    def test_a_request_is_noted_with_its_date_answered_and_closed(self, room: Room) -> None:
        room.open_section("persons")
        room.press("F5")
        room.type(about=f"N. T. Thử, thẻ {CARD}", kind="6")
        room.press("return")
        assert [row[1] for row in room.listed] == ["xóa"]
        assert CARD not in room.text + str(room.listed)
        room.press("F10")
        assert "Đã trả lời" not in room.text.replace("✓ Đã ghi là đã trả lời", ""), "it needs no key any more"
        room.press("delete")
        room.type(refused="không phải chính người đó")
        room.press("return")
        assert "từ chối" in room.listed[0][3]

    def test_what_is_no_kind_and_no_day_stays_in_the_form(self, room: Room) -> None:
        room.open_section("persons")
        room.press("F5")
        room.type(about="N. T. Thử", kind="9")
        room.press("return")
        assert room.problem
        room.type(kind="1", received="31/02/2026")
        room.press("return")
        assert room.problem
        assert room.page.typed["about"] == "N. T. Thử"

    def test_a_person_is_found_by_card_masked_and_copied(self, known: Room) -> None:
        known.press("F7")
        assert known.hub.takes_scans
        known.hub.scan(self.number())
        assert [row[3] for row in known.listed] == ["2"]
        assert self.number() not in known.text + str(known.listed)
        known.press("print")
        file = next(Path(event["file"]) for event in known.events if "file" in event)
        assert file.read_bytes()[:2] == b"PK"
        assert self.number() in file.with_suffix(".json").read_text(encoding="utf-8")
        assert known.acts(Act.PERSON)

    def test_who_came_with_another_card_once_is_offered_beside(self, known: Room) -> None:
        from kiosk.training.patients import patient

        known.reception.self_pay(known.reception.read(patient("demo").citizen_card_line()), Source.SCAN)
        known.press("F7")
        known.hub.scan(self.number())
        assert [row[3] for row in known.listed] == ["2", "1"]
        assert "không có số nào chung" not in known.text
        known.press("down")
        assert "không có số nào chung" in known.text

    def test_nobody_is_erased_before_the_plan_was_read_and_the_ground_given(self, known: Room) -> None:
        known.press("F7")
        known.type(number=self.number())
        known.press("return", "delete")
        assert "Chưa xóa gì" in known.text
        assert len(known.listed) == 2
        known.press("down", "down", "down")
        assert known.page.table.currentRow() == 1, "the whole plan can be read by keys"
        known.press("up", "up")
        assert known.page.table.currentRow() == -1
        known.press("return")
        assert len(list(known.reception.visits())) == 2, "no ground was given"
        known.type(reason="Đơn ngày 20/11/2026")
        known.press("return")
        assert "Đã xóa" in known.text
        assert known.acts(Act.ERASE)
        known.press("escape")
        known.type(number=self.number())
        known.press("return")
        assert "Không có dữ liệu" in known.text or known.listed == []

    def test_who_is_not_there_is_said(self, room: Room) -> None:
        room.open_section("persons")
        room.press("F7")
        room.type(number=CARD)
        room.press("return")
        assert "Không có dữ liệu nào của người này" in room.text


class TestBreach:
    def test_it_counts_whose_data_and_says_by_when_to_tell(self, room: Room) -> None:
        from kiosk.training.patients import patient

        reception = room.reception
        reception.self_pay(reception.read(patient("demo").health_card_line()), Source.SCAN)
        room.open_section("breach")
        room.type(discovered="23/11/2026 08:00")
        room.press("return")
        event = next(event for event in room.events if "persons" in event)
        assert event["persons"] == 1
        assert Path(event["file"]).read_bytes()[:2] == b"PK"
        assert "26/11/2026 08:00" in room.text
        assert ("export", None) in room.acts(Act.EXPORT)

    @pytest.mark.parametrize(
        "typed",
        [{"first": "31/02/2026"}, {"discovered": "hôm qua"}, {"first": "2/1/2026", "last": "1/1/2026"}],
    )
    def test_what_is_no_day_stays_in_the_form(self, room: Room, typed: dict[str, str]) -> None:
        room.open_section("breach")
        room.type(desk="Quầy 1", **typed)
        room.press("return")
        assert room.problem
        assert room.page.typed["desk"] == "Quầy 1"


class TestRetention:
    @pytest.fixture
    def old(self, room: Room) -> Room:
        """A visit of ten years ago, received in training."""
        from kiosk.training.patients import patient

        reception = room.reception
        with time_machine.travel(datetime(2016, 11, 23, 8, 0, tzinfo=clock.VIETNAM), tick=False):
            reception.self_pay(reception.read(patient("demo").health_card_line()), Source.SCAN)
        return room

    def test_it_is_looked_at_first_and_deleted_after_a_question(self, old: Room) -> None:
        old.open_section("retention")
        assert "Lượt khám" in old.listed[0][0]
        assert "chưa xóa gì" in old.text
        old.press("F7", "escape")
        assert len(list(old.reception.visits())) == 1, "asked first"
        old.press("F7", "return")
        assert list(old.reception.visits()) == []
        assert "Đã xóa" in old.text
        assert old.acts(Act.ERASE)

    def test_with_nothing_due_there_is_no_key_to_delete(self, room: Room) -> None:
        room.open_section("retention")
        room.press("F7", "return")
        assert "Không có gì quá hạn" in room.text
        assert room.acts(Act.ERASE) == []


class TestNotice:
    def test_it_is_read_in_both_languages_and_printed(self, room: Room) -> None:
        room.open_section("notice")
        assert "Ai xử lý thông tin của quý khách" in room.text
        room.press("F5")
        assert "Who handles your data" in room.text
        room.press("print", "F7")
        files = [Path(event["file"]) for event in room.events if "file" in event]
        assert [file.read_bytes()[:5] for file in files] == [b"%PDF-", b"%PDF-"]
        shutil.rmtree(files[0].parent)

    def test_a_text_changed_under_its_version_is_not_printed(
        self, room: Room, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        room.open_section("notice")
        room.press("escape")
        monkeypatch.setenv("KIOSK_FACILITY__CONTACT", "Phòng khác")
        room.settings = load_settings()
        room.open_section("notice")
        assert "nâng `version`" in room.text
        room.press("print")
        assert not [event for event in room.events if "file" in event]
