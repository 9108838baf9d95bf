"""The settings page by its keys: drafts, errors beside the field, and what is asked once more (offscreen)."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keyring
import pytest
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot
from test_passwords import Box

from kiosk.desk.events import EventStream
from kiosk.desk.set_up.settings_desk import SettingsDesk
from kiosk.desk.set_up.settings_page import SettingsPage
from kiosk.desk.words import Words
from kiosk.desk.work import Done, Failed, Job, Lane
from kiosk.errors import KioskError
from kiosk.passwords import password_of
from kiosk.settings import load_settings


class AtOnce(Lane):
    """A lane that does each job while it is asked."""

    def __init__(self) -> None:
        """No threads."""

    def do(self, job: Job, done: Done, failed: Failed) -> None:
        try:
            result = job()
        except KioskError as error:
            failed(error)
        else:
            done(result)


class Shown:
    """The page with its desk, over a file of its own."""

    def __init__(self, qtbot: QtBot, file: Path, *, may_change: bool = True, idle: bool = True) -> None:
        self.file, self.restarts = file, 0
        self.saved: list[str] = []
        self._output = io.StringIO()
        self.page = SettingsPage(Words("en"))
        self.page.resize(1300, 600)
        qtbot.addWidget(self.page)
        self.page.show()

        def restart() -> bool:
            self.restarts += idle
            return idle

        self.desk = SettingsDesk(
            Words("en"), self.page, AtOnce(), EventStream(self._output),
            restart=restart, open_wizard=None, on_saved=self.saved.extend, may_change=lambda: may_change,
        )  # fmt: skip
        self.desk.open()

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._output.getvalue().splitlines()]

    @property
    def text(self) -> str:
        return "\n".join(each.text() for each in self.page.findChildren(QLabel) if not each.isHidden())

    @property
    def list(self) -> dict[str, str]:
        table = self.page.table
        cells = [[table.item(row, column) for column in (0, 1)] for row in range(table.rowCount())]
        return {name.text(): value.text() for name, value in cells if name and value}

    def go_to(self, code: str) -> None:
        for _ in range(80):
            if f"\n{code}\n" in f"\n{self.text}\n":
                return
            self.desk.key("down")
        pytest.fail(f"no {code}")

    def type(self, text: str) -> None:
        self.page.edit.setText(text)
        self.page.edit.textEdited.emit(text)

    def press(self, *names: str) -> None:
        for name in names:
            assert self.desk.key(name), name


MakeShown = Callable[..., Shown]


@pytest.fixture
def make_shown(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeShown:
    file = tmp_path / "hospital.toml"
    file.write_text('# IT\n[facility]\nname = "Bệnh viện Mẫu"\n', encoding="utf-8")
    monkeypatch.setenv("KIOSK_CONFIG", str(file))
    monkeypatch.delenv("KIOSK_DATA_DIR")
    return lambda **options: Shown(qtbot, file, **options)


@pytest.fixture
def shown(make_shown: MakeShown) -> Shown:
    return make_shown()


def test_every_setting_is_listed_with_its_value_under_its_section(shown: Shown) -> None:
    assert shown.list["Facility name"] == "Bệnh viện Mẫu"
    assert shown.list["Mode"] == "Training"
    assert {"Facility", "Gateway", "Readers"} <= set(shown.list)
    shown.go_to("gateway.read_timeout_seconds")
    assert "How long to wait for an answer" in shown.text
    assert "a number above 0, 300 at the most" in shown.text
    shown.go_to("records.backup_keep")
    assert "a whole number from 1 to 3650" in shown.text


def test_what_is_typed_is_saved_with_return_and_counts_with_the_next(shown: Shown) -> None:
    shown.go_to("desk.name")
    shown.type("Quầy 7")
    shown.go_to("readers.engines")
    shown.type("zbar")
    assert shown.list["● Desk name"] == "Quầy 7"
    assert load_settings().desk.name == "Quầy 1"
    shown.press("return")
    assert load_settings().desk.name == "Quầy 7"
    assert load_settings().readers.engines == ("zbar",)
    assert {"event": "settings", "saved": ["desk.name", "readers.engines"]} in shown.events
    assert shown.saved == ["desk.name", "readers.engines"]
    assert shown.restarts == 0
    shown.press("return")
    assert shown.restarts == 1


def test_a_patient_at_the_desk_is_not_closed_away(make_shown: MakeShown) -> None:
    shown = make_shown(idle=False)
    shown.go_to("desk.name")
    shown.type("Quầy 7")
    shown.press("return", "return")
    assert "A patient is at the desk" in shown.text


def test_a_wrong_value_is_told_beside_its_field_and_holds_everything_back(shown: Shown) -> None:
    shown.go_to("facility.code")
    shown.type("7903")
    assert "Not valid. Allowed: 5 places" in shown.text
    shown.go_to("desk.name")
    shown.type("Quầy 7")
    shown.press("return")
    assert "facility.code" in shown.text  # it went back to what is wrong
    assert load_settings().desk.name == "Quầy 1"


def test_what_only_the_whole_shows_to_be_wrong_is_told_at_the_setting_too(shown: Shown) -> None:
    shown.go_to("gateway.base_url")
    shown.type("http://192.0.2.7")
    shown.press("up")
    shown.press("return")
    assert "gateway.base_url" in shown.text
    assert "allow_http" in shown.text
    assert load_settings().gateway.base_url == ""


def test_live_is_asked_once_more(shown: Shown) -> None:
    shown.go_to("gateway.mode")
    assert shown.desk.choosing
    shown.press("digit_2", "return")
    assert "Switch to LIVE" in shown.text
    assert load_settings().gateway.mode == "training"
    shown.press("escape", "return")
    assert load_settings().gateway.mode == "training"
    shown.press("return")
    assert load_settings().gateway.mode == "live"


def test_escape_asks_before_it_throws_drafts_away(shown: Shown) -> None:
    shown.go_to("desk.name")
    shown.type("Quầy 7")
    shown.press("escape")
    assert "1 not saved" in shown.text
    assert not shown.desk.key("escape")  # now it closes the page
    shown.desk.open()
    assert shown.list["Desk name"] == "Quầy 1"


def test_a_scan_that_takes_the_page_away_takes_no_draft(shown: Shown) -> None:
    shown.go_to("desk.name")
    shown.type("Quầy 7")
    shown.desk.open()  # again, after the patient
    assert shown.list["● Desk name"] == "Quầy 7"


def test_the_environments_values_are_called_fixed(
    make_shown: MakeShown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_DESK__NAME", "Quầy 3")
    shown = make_shown()
    shown.go_to("desk.name")
    assert "KIOSK_DESK__NAME" in shown.text
    assert shown.page.edit.isReadOnly()
    shown.type("Quầy 7")
    assert "● Desk name" not in shown.list


def test_a_persons_number_stands_in_full_only_where_it_is_changed(shown: Shown) -> None:
    shown.go_to("gateway.staff_citizen_id")
    shown.type("099999000001")
    assert shown.list["● Staff citizen number"] == "••••••••0001"
    assert shown.page.edit.text() == "099999000001"


def test_a_password_is_never_shown_and_goes_into_the_keyring_only(shown: Shown) -> None:
    before = keyring.get_keyring()
    box = Box()
    keyring.set_keyring(box)
    try:
        shown.go_to("gateway.password")
        assert shown.page.edit.echoMode() is QLineEdit.EchoMode.Password
        shown.type("bi-mat-9")
        shown.press("return")
    finally:
        keyring.set_keyring(before)
    assert box.kept == {("bhyt-kiosk", "99999_BV"): "bi-mat-9"}
    assert "bi-mat-9" not in shown.file.read_text(encoding="utf-8")
    assert "bi-mat-9" not in f"{shown.text} {shown.list} {shown.events}"


def test_a_password_that_lay_in_the_file_does_not_stay_in_the_new_ones_way(
    make_shown: MakeShown, tmp_path: Path
) -> None:
    (tmp_path / "hospital.toml").write_text('[gateway]\npassword = "bi-mat-cu"\n', encoding="utf-8")
    shown = make_shown()
    before = keyring.get_keyring()
    keyring.set_keyring(Box())
    try:
        shown.go_to("gateway.password")
        shown.type("bi-mat-moi")
        shown.press("return")
        assert password_of("99999_BV") == "bi-mat-moi"
    finally:
        keyring.set_keyring(before)
    assert shown.file.read_text(encoding="utf-8") == '[gateway]\npassword = ""\n'


def test_without_a_keyring_the_password_is_not_kept_and_what_was_typed_stays(shown: Shown) -> None:
    shown.go_to("gateway.password")  # the tests' keyring keeps nothing
    shown.type("bi-mat-9")
    shown.press("return")
    assert "This computer has no keyring" in shown.text
    assert shown.page.edit.text() == "bi-mat-9"
    assert shown.events[-1] == {"event": "settings", "problem": "keyring_missing"}


def test_a_file_that_somebody_broke_is_named_and_nothing_is_lost(shown: Shown) -> None:
    shown.go_to("desk.name")
    shown.type("Quầy 7")
    good = shown.file.read_text(encoding="utf-8")
    shown.file.write_text("[desk\n", encoding="utf-8")
    shown.press("return")
    assert str(shown.file) in shown.text
    assert shown.file.read_text(encoding="utf-8") == "[desk\n"
    shown.file.write_text(good, encoding="utf-8")
    shown.press("return")
    assert load_settings().desk.name == "Quầy 7"


def test_who_may_not_change_settings_sees_them_only(make_shown: MakeShown) -> None:
    shown = make_shown(may_change=False)
    shown.go_to("desk.name")
    shown.type("Quầy 7")
    shown.press("return")
    assert "may not change settings" in shown.text
    assert load_settings().desk.name == "Quầy 1"


def test_values_are_called_as_people_call_them_and_saved_as_the_file_has_them(shown: Shown) -> None:
    assert shown.list["Level of care"] == "Not known"
    assert shown.list["Colours"] == "Light"
    assert shown.list["Sounds"] == "No"
    shown.go_to("facility.level")
    options = [each.text() for each in shown.page.findChildren(QLabel, "option")]
    assert options[1] == "2   ○   Basic (cơ bản)"
    shown.press("digit_2")
    assert shown.list["● Level of care"] == "Basic (cơ bản)"
    shown.press("return")
    assert load_settings().facility.level == "basic"


def test_no_empty_box_stands_there_while_the_settings_are_read(qtbot: QtBot) -> None:
    page = SettingsPage(Words("en"))
    qtbot.addWidget(page)
    boxes = [page.findChildren(QLabel, name) for name in ("notice", "problem", "fieldError")]
    assert all(boxes)
    assert [box.text() for found in boxes for box in found if not box.isHidden()] == []
