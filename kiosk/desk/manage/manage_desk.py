"""The managing page joined to the desk: F6 while no verdict is shown. Made when somebody first opens it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QFileDialog, QLineEdit

from kiosk import clock
from kiosk.desk import flow as f
from kiosk.desk.events import EventStream
from kiosk.desk.health_board import HealthBoard
from kiosk.desk.late_reception import LateReception
from kiosk.desk.pages import Page
from kiosk.desk.single_shot import single_shot
from kiosk.desk.window import DeskWindow
from kiosk.desk.words import Words
from kiosk.desk.work import Lane, Lanes
from kiosk.errors import KioskError
from kiosk.readers.scan_test import KeyNote
from kiosk.reception import Reception
from kiosk.settings import Settings

if TYPE_CHECKING:
    from kiosk.desk.manage.hub import Hub
    from kiosk.desk.manage.page import ManagePage

KEY = "F6"
REMIND_EVERY_SECONDS = 1800
ALONE_SECONDS = 0.3
"""A digit with no key so soon before or after it is a person's: a scanner's number begins with one too."""

_OPENS_OVER = (f.Ready, f.Recorded, f.Message)
_OWN_KEYS = frozenset(
    {"return", "up", "down", "page_up", "page_down", "delete", "print", "F5", "F7", "F10", "open"}
)

T = TypeVar("T")


class ManageDesk:
    """`forget_keys` takes the digit that opened a section out of what may still become a scan."""

    def __init__(
        self,
        settings: Settings,
        words: Words,
        window: DeskWindow,
        flow: f.Flow,
        apply: Callable[[f.Effects], None],
        reception: LateReception,
        lanes: Lanes,
        board: HealthBoard,
        stream: EventStream,
        parent: QObject,
        *,
        forget_keys: Callable[[], None],
    ) -> None:
        self.settings, self.words = settings, words
        self._window, self._flow, self._apply = window, flow, apply
        self._reception, self._lanes, self._board, self._stream = reception, lanes, board, stream
        self._forget_keys = forget_keys
        self._page: ManagePage | None = None
        self._hub: Hub | None = None
        self._opening: f.Overlay | None = None  # the very one, to tell coming back to it from opening it
        self._key_at = self._key_before = 0.0
        self._digit: str | None = None
        self._alone = single_shot(parent, self._digit_stood_alone)
        self._reminder = QTimer(parent)
        self._reminder.timeout.connect(self._remind)

    @property
    def shown(self) -> bool:
        return self._flow.shows(f.PageName.MANAGE)

    @property
    def choosing(self) -> bool:
        """Whether a digit means something."""
        return self.shown and self._hub is not None and self._hub.choosing

    @property
    def field(self) -> QLineEdit | None:
        """The field in which a number is typed, not scanned."""
        return self._page.field if self.shown and self._page is not None else None

    @property
    def takes_scans(self) -> bool:
        return self.shown and self._hub is not None and self._hub.takes_scans

    def scan(self, text: str) -> None:
        if self._hub is not None:
            self._hub.scan(text)

    def start(self) -> None:
        """The records are open: put on record what patients are told here, and look for what is overdue."""
        self._remind()
        self._reminder.start(REMIND_EVERY_SECONDS * 1000)

    def _remind(self) -> None:
        def job(reception: Reception) -> tuple[bool, int]:
            from kiosk.visits.notice_told import notice_used
            from kiosk.visits.person_requests import RequestBook

            audit = reception.records.audit
            changed = notice_used(self.settings, audit)[1]
            return changed, len(RequestBook(audit).overdue(clock.today()))

        def done(found: tuple[bool, int]) -> None:
            self._board.note(notice_changed=found[0], requests_overdue=found[1])

        def failed(error: KioskError) -> None:
            self.told("manage", section="reminders", problem=error.code)

        self.read(job, done, failed)

    # Keys

    def takes(self, name: str) -> bool:
        """Whether a person's key is this page's, or opens it."""
        if not self.shown:
            if name == KEY and self._may_open():
                self._apply(self._flow.open_page(f.PageName.MANAGE))
                return True
            return False
        hub, page = self._hub, self._page
        if hub is None or page is None:
            return False
        if name == KEY:
            self._apply(self._flow.open_page(f.PageName.MANAGE))  # which closes it
        elif name in {"tab", "backtab"}:
            page.next_field(back=name == "backtab")
        elif name.startswith("digit_"):
            self._note_digit(name)
        elif name == "escape":
            return hub.back()
        elif name in {"up", "down", "page_up", "page_down"} and page.table.isHidden():
            return False  # they scroll
        elif name in _OWN_KEYS:
            hub.key(name, page.typed)
        else:
            return False
        return True

    def _may_open(self) -> bool:
        at_rest = not self._flow.overlays and isinstance(self._flow.stage, _OPENS_OVER)
        return at_rest or self._flow.shows(f.PageName.STATE)

    def note_key(self, key: KeyNote) -> None:
        """Every key that may be a scanner's, before it means anything."""
        self._key_before, self._key_at = self._key_at, key.at
        self._digit = None
        self._alone.stop()

    def _note_digit(self, name: str) -> None:
        if self._key_at - self._key_before >= ALONE_SECONDS:
            self._digit = name
            self._alone.start(round(ALONE_SECONDS * 1000))

    def _digit_stood_alone(self) -> None:
        name, self._digit = self._digit, None
        if name is not None and self._hub is not None and self.choosing:
            self._forget_keys()
            self._hub.key(name, {})

    # The page

    def open(self) -> Page:
        """The page, opened or as it was left."""
        if self._page is None or self._hub is None:
            from kiosk.desk.manage.hub import Hub
            from kiosk.desk.manage.page import ManagePage

            self._page = page = ManagePage(self.words)
            self._window.add_page(page)
            page.row_clicked.connect(lambda row: self.press(f"row_{row}"))
            page.choice_clicked.connect(lambda digit: self.press(f"digit_{digit}"))
            self._hub = Hub(self, lambda: self._apply(self._flow.escape()))
        if self._flow.top is not self._opening or self._somebody_else():
            self._opening = self._flow.top
            self._hub.open()
        self.changed()
        return self._page

    def _somebody_else(self) -> bool:
        """Another person has logged in while the page was open."""
        reception = self._reception.if_open
        return (
            reception is not None and self._hub is not None and reception.actor.account != self._hub.account
        )

    @property
    def busy(self) -> bool:
        """Whether a section works on something."""
        hub = self._hub
        return hub is not None and (hub.busy or (hub.section is not None and hub.section.busy))

    def press(self, name: str) -> None:
        """A key that was clicked, or that nobody takes for a scanner's."""
        if self._hub is not None and self.shown and not self._flow.locked:
            self._hub.key(name, {})

    # The room of the sections

    def read(
        self, job: Callable[[Reception], T], done: Callable[[T], None], failed: Callable[[KioskError], None]
    ) -> None:
        self._do(self._lanes.upkeep, job, done, failed)

    def write(
        self, job: Callable[[Reception], T], done: Callable[[T], None], failed: Callable[[KioskError], None]
    ) -> None:
        self._do(self._lanes.records, job, done, failed)

    def _do(
        self,
        lane: Lane,
        job: Callable[[Reception], T],
        done: Callable[[T], None],
        failed: Callable[[KioskError], None],
    ) -> None:
        lane.do(lambda: job(self._reception.wait()), done, failed)

    def changed(self) -> None:
        if self._hub is None or self._page is None:
            return
        self._page.show_view(self._hub.view())
        if self.shown and not self._flow.locked and not self._page.claim_keyboard():
            self._window.take_keyboard()

    def told(self, event: str, **values: Any) -> None:
        self._stream.write(event, **values)
        if values.get("section") == "persons" and "listed" in values:
            self._remind()  # a request may have been noted or closed

    def ask_file(self, title: str, pattern: str, then: Callable[[Path], None]) -> None:
        def chosen(name: str) -> None:
            if self.shown:
                then(Path(name))

        dialog = QFileDialog(self._window, title, str(Path.home()), pattern)
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)  # as for pictures: scans reach the desk
        dialog.setViewMode(QFileDialog.ViewMode.List)
        for part, code in (
            (QFileDialog.DialogLabel.LookIn, "open_folder"),
            (QFileDialog.DialogLabel.FileName, "open_name"),
            (QFileDialog.DialogLabel.FileType, "open_type"),
            (QFileDialog.DialogLabel.Accept, "open_accept"),
            (QFileDialog.DialogLabel.Reject, "open_reject"),
        ):
            dialog.setLabelText(part, self.words(code))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(chosen)
        dialog.open()

    def fill(self, name: str, words: str) -> None:
        """Put something into a field of the page."""
        if self._page is not None:
            self._page.fill(name, words)
