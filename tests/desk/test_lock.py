"""The lock: what the flow and the window do while nobody is logged in."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from kiosk.desk import lock_desk
from kiosk.desk.events import EventStream, state_event
from kiosk.desk.flow import Flow, PageName, Read, Ready, Scan
from kiosk.desk.late_reception import LateReception
from kiosk.desk.lock_desk import LockDesk
from kiosk.desk.lock_page import LockPage
from kiosk.desk.window import DeskWindow
from kiosk.desk.words import Words
from kiosk.desk.work import Lanes
from kiosk.errors import KioskError
from kiosk.settings import Settings
from kiosk.visits.audit import Act
from kiosk.visits.model import Source
from kiosk.visits.staff import Role, StaffAccount, check_secret

SOME_TIME = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
LAN = StaffAccount("lan", "Trần Thị Lan", "001190000011", Role.RECEPTIONIST, SOME_TIME)
MAI = StaffAccount("mai", "Lê Mai", "001190000012", Role.SUPERVISOR, SOME_TIME)


def test_what_is_scanned_while_locked_waits_and_is_taken_afterwards() -> None:
    flow = Flow()
    flow.locked = True
    scan = Scan(Source.WEDGE, text="a line")
    assert flow.scan(scan) == ()
    assert flow.take_next() == ()
    assert (flow.stage, list(flow.line)) == (Ready(), [scan])
    assert state_event(flow)["over"] == "lock"

    flow.locked = False
    (effect,) = flow.take_next()
    assert isinstance(effect, Read)
    assert effect.scan == scan


def test_a_page_that_was_open_is_open_again_for_the_next_person() -> None:
    flow = Flow()
    flow.open_page(PageName.TODAY)
    flow.locked = True
    flow.scan(Scan(Source.WEDGE, text="a line"))
    assert flow.shows(PageName.TODAY)
    flow.locked = False
    assert state_event(flow)["over"] == "today"


def test_the_page_names_the_person_and_hides_the_secret(qtbot: QtBot) -> None:
    page = LockPage(Words("vi"))
    qtbot.addWidget(page)
    page.open((LAN, MAI), "", "vì sao")
    account, secret = page.findChildren(QLineEdit)
    assert secret.echoMode() is QLineEdit.EchoMode.Password

    page.step(1)
    assert page.values == ("lan", "")
    page.step(1)
    page.step(1)
    page.step(-1)
    secret.setText("246813")
    assert page.values == ("mai", "246813")

    page.show_problem("sai")
    assert page.values == ("mai", "")
    secret.setText("2")
    page.open((), "", "")
    assert page.values == ("", "")
    assert account.accessibleName()
    assert secret.accessibleName()


class Standing:
    """The parts around a lock, as far as it needs them; jobs are done at once."""

    def __init__(self, qtbot: QtBot, folder: Path, accounts: list[StaffAccount]) -> None:
        self.known = accounts
        self.noted: list[tuple[object, ...]] = []
        self.output = io.StringIO()
        self.flow = Flow()
        settings = replace(Settings(), data_dir=str(folder))
        (folder / "training").mkdir(exist_ok=True)
        words = Words("vi")
        self.window = DeskWindow(settings, words)
        qtbot.addWidget(self.window)
        self.parent = QObject()
        self.records = self
        self.lock = LockDesk(
            settings, words, self.window, self.flow, lambda _: None,
            cast("LateReception", self), cast("Lanes", self), EventStream(self.output),
            on_lock=lambda _: None, parent=self.parent,
        )  # fmt: skip

    def is_locked(self) -> bool:
        return self.flow.locked

    def accounts(self) -> list[StaffAccount]:
        return list(self.known)

    def wait(self) -> Standing:
        return self

    def do(self, job: Any, done: Any, failed: Any) -> None:
        try:
            result = job()
        except KioskError as error:
            failed(error)
        else:
            done(result)

    def note_act(self, *act: object) -> None:
        self.noted.append(act)

    def log_in(self, account: str, _secret: str) -> StaffAccount:
        return next(each for each in self.known if each.account == account)

    def change_secret(self, account: str, secret: str, fresh: str) -> StaffAccount:
        check_secret(fresh)
        self.noted.append(("changed", account, secret, fresh))
        return self.log_in(account, fresh)

    def type(self, *texts: str) -> None:
        for edit, text in zip(self.window.lock.findChildren(QLineEdit), texts, strict=True):
            edit.setText(text)

    def enter(self, account: str) -> None:
        page = self.window.lock
        for edit, text in zip(page.findChildren(QLineEdit), (account, "246813"), strict=True):
            edit.setText(text)
        assert self.lock.takes("return")


def test_a_person_changes_her_own_secret_with_f7(qtbot: QtBot, tmp_path: Path) -> None:
    here = Standing(qtbot, tmp_path, [LAN])
    page = here.window.lock
    here.lock.opened()
    assert here.is_locked()
    here.lock.takes("F7")
    assert [edit.accessibleName() for edit in page.findChildren(QLineEdit)][2:] == [
        "Mã mới",
        "Nhập lại mã mới",
    ]
    assert all(edit.echoMode() is QLineEdit.EchoMode.Password for edit in page.findChildren(QLineEdit)[1:])

    for fresh, again in (("864213", "864214"), ("123456", "123456")):  # not the same, too simple
        here.type("lan", "246813", fresh, again)
        here.lock.takes("return")
        assert (here.is_locked(), page.values, page.fresh) == (True, ("lan", "246813"), ("", ""))

    here.type("lan", "246813", "864213", "864213")
    here.lock.takes("return")
    assert not here.is_locked()
    assert here.noted == [("changed", "lan", "246813", "864213")]
    assert page.fresh is None


def test_f7_again_or_escape_keeps_the_secret(qtbot: QtBot, tmp_path: Path) -> None:
    here = Standing(qtbot, tmp_path, [LAN])
    here.lock.opened()
    for key in ("F7", "escape"):
        here.lock.takes("F7")
        here.type("lan", "246813", "864213", "864213")
        here.lock.takes(key)
        assert here.window.lock.fresh is None
    here.enter("lan")
    assert not here.is_locked()
    assert here.noted == []


def test_who_was_disabled_is_locked_out(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Standing(qtbot, tmp_path, [LAN, MAI])
    here.lock.opened()
    assert here.is_locked()
    here.enter("lan")
    assert not here.is_locked()

    monkeypatch.setattr(lock_desk, "ASK_EVERY_SECONDS", 0.0)
    here.lock._look()
    assert not here.is_locked()
    here.known.remove(LAN)
    here.lock._look()
    assert here.is_locked()
    assert here.noted == [(Act.LOCK, "lan", "key")]


def test_without_accounts_f11_does_nothing_and_a_mark_left_behind_is_forgotten(
    qtbot: QtBot, tmp_path: Path
) -> None:
    here = Standing(qtbot, tmp_path, [LAN])
    here.lock.opened()
    assert here.is_locked()

    alone = Standing(qtbot, tmp_path, [])
    alone.lock.start()
    assert alone.is_locked()  # as the mark says
    alone.lock.opened()
    assert not alone.is_locked()
    assert alone.lock.takes("F11")
    assert not alone.is_locked()
    assert not alone.lock.takes("F3")
    assert list((tmp_path / "training").iterdir()) == []


def test_no_key_is_offered_that_does_nothing_while_locked(qtbot: QtBot) -> None:
    window = DeskWindow(Settings(), Words("vi"))
    qtbot.addWidget(window)
    window.show_page(window.lock)
    bar = window.findChild(QFrame, "keysBar")
    assert isinstance(bar, QFrame)
    assert "F12" in bar.findChildren(QLabel)[0].text()
    assert bar.isHidden()
    window.show_page(window.ready)
    assert not bar.isHidden()
