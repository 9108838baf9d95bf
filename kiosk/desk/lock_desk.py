"""Locks the desk and lets the next person in: by F11, after idle time, and at the start.

Without accounts (single-user mode) none of this is ever seen. A file in the data folder remembers that there
are accounts, so that the next start is locked before the records are open.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from kiosk.desk.events import EventStream
from kiosk.desk.flow import Effects, Flow
from kiosk.desk.late_reception import LateReception
from kiosk.desk.window import DeskWindow
from kiosk.desk.words import Words
from kiosk.desk.work import Lanes
from kiosk.errors import KioskError, UsageError
from kiosk.settings import Settings

if TYPE_CHECKING:
    from kiosk.visits.staff import StaffAccount

LOOK_EVERY_SECONDS = 1.0
ASK_EVERY_SECONDS = 60.0
"""How often it is seen whether the account that is logged in was disabled meanwhile."""

_SIGNS_OF_LIFE = {QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel}


class LockDesk(QObject):
    """`on_lock` is told of every change: whether the desk is locked now."""

    def __init__(
        self,
        settings: Settings,
        words: Words,
        window: DeskWindow,
        flow: Flow,
        apply: Callable[[Effects], None],
        reception: LateReception,
        lanes: Lanes,
        stream: EventStream,
        *,
        on_lock: Callable[[bool], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._words, self._window, self._flow, self._apply = words, window, flow, apply
        self._reception, self._lanes, self._stream, self._on_lock = reception, lanes, stream, on_lock
        folder = settings.data_folder / "training" if settings.training else settings.data_folder
        self._mark: Path = folder / "has-staff-accounts"
        self._idle_seconds = settings.staff.lock_after_minutes * 60
        self._accounts: list[StaffAccount] = []
        self._user: StaffAccount | None = None
        self._last_user = ""
        self._busy = False
        self._used_at = time.monotonic()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._asked_at = time.monotonic()

    @property
    def locked(self) -> bool:
        return self._flow.locked

    def start(self) -> None:
        """Before the first scan: locked where somebody has to log in."""
        if self._mark.exists():
            self._lock("start")

    def opened(self) -> None:
        """The records are open, or cannot be opened: then nobody is kept from working."""
        self._load(lambda: self._lock("start") if not self.locked else self._show())

    def takes(self, name: str) -> bool:
        """Whether a key is the lock's: F11 anywhere, every key while locked."""
        if not self.locked:
            if name == "F11":
                self._load(lambda: self._lock("key"))
            return name == "F11"
        page = self._window.lock
        if name == "return":
            self._log_in()
        elif name in {"tab", "backtab"}:
            page.next_field(-1 if name == "backtab" else 1)
        elif name == "F7":
            page.ask_for_fresh(asked=page.fresh is None)
        elif name in {"up", "down"}:
            page.step(-1 if name == "up" else 1)
        elif name == "escape":
            page.clear()
        return True

    def note_use(self) -> None:
        self._used_at = time.monotonic()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in _SIGNS_OF_LIFE:
            self.note_use()
        return False

    # Inside

    def _load(self, then: Callable[[], None]) -> None:
        """Who may log in; `then` only where there is anybody."""

        def done(accounts: list[StaffAccount]) -> None:
            self._accounts = accounts
            with suppress(OSError):
                if accounts:
                    self._mark.touch(mode=0o600)
                else:
                    self._mark.unlink(missing_ok=True)
            if accounts:
                then()
            elif self.locked:
                self._unlock()

        def failed(_: KioskError) -> None:
            if self.locked and self._user is None and not self._accounts:
                self._unlock()

        self._lanes.records.do(lambda: self._reception.wait().accounts(), done, failed)

    def _lock(self, why: str) -> None:
        if self.locked:
            return
        self._timer.stop()
        self._flow.locked = True
        self._window.show_user("")
        self._stream.write("locked", why=why)
        if self._user is not None:
            from kiosk.visits.audit import Act

            account = self._user.account
            self._lanes.records.do(
                lambda: self._reception.wait().note_act(Act.LOCK, account, why), _ignore, _ignore
            )
        self._show(why)
        self._on_lock(True)

    def _show(self, why: str = "start") -> None:
        self._window.lock.open(self._accounts, self._last_user, self._words(f"lock_{why}"))

    def _log_in(self) -> None:
        account, secret = self._window.lock.values
        fresh = self._window.lock.fresh
        if self._busy or not account.strip() or not secret:
            return
        if fresh is not None and fresh[0] != fresh[1]:
            problem = self._words.error(UsageError("staff_secret_twice"))
            self._window.lock.show_problem(problem, with_fresh=True)
            return
        self._busy = True
        self._window.lock.show_checking()

        def done(user: StaffAccount) -> None:
            self._busy = False
            self._user, self._last_user = user, user.account
            self._stream.write("logged_in", account=user.account, role=user.role.value)
            self._window.show_user(self._words("logged_in", name=user.full_name))
            self._unlock()

        def failed(error: KioskError) -> None:
            self._busy = False
            self._stream.write("log_in_refused", code=error.code)
            with_fresh = error.code in {"staff_secret", "staff_secret_same"}
            self._window.lock.show_problem(self._words.error(error), with_fresh=with_fresh)

        def job() -> StaffAccount:
            reception = self._reception.wait()
            if fresh is None:
                return reception.log_in(account, secret)
            return reception.change_secret(account, secret, fresh[0])

        self._lanes.records.do(job, done, failed)

    def _unlock(self) -> None:
        self._window.lock.open((), "", "")
        self._flow.locked = False
        self.note_use()
        if self._user is not None:
            application = QApplication.instance()
            if application is not None:
                application.installEventFilter(self)
            self._timer.start(round(LOOK_EVERY_SECONDS * 1000))
        self._on_lock(False)
        self._apply(self._flow.take_next())

    def _look(self) -> None:
        now = time.monotonic()
        if now - self._used_at >= self._idle_seconds:
            self._lock("idle")
        elif now - self._asked_at >= ASK_EVERY_SECONDS:
            self._asked_at = now
            self._load(self._lock_out_if_disabled)

    def _lock_out_if_disabled(self) -> None:
        if self._user is not None and self._user.account not in {each.account for each in self._accounts}:
            self._lock("key")


def _ignore(_: object) -> None:
    """What cannot be noted is told by the records' own trouble."""
