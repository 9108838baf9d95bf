"""Settings page and wizard joined to the desk; both are made when somebody first needs them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit

from kiosk import clock
from kiosk.desk import flow as f
from kiosk.desk.events import EventStream
from kiosk.desk.health_board import HealthBoard
from kiosk.desk.pages import Page
from kiosk.desk.scanner_test import ScannerTest
from kiosk.desk.window import DeskWindow
from kiosk.desk.words import Words
from kiosk.desk.work import Lanes, Mailbox
from kiosk.errors import KioskError
from kiosk.readers.qr_writer import modules
from kiosk.readers.scan_test import TEST_LINE
from kiosk.readers.wedge import Frame
from kiosk.settings import Settings, load_settings
from kiosk.texts import text

if TYPE_CHECKING:
    from kiosk.desk.set_up.settings_desk import SettingsDesk
    from kiosk.desk.set_up.settings_page import SettingsPage
    from kiosk.desk.set_up.wizard import Wizard
    from kiosk.desk.set_up.wizard_page import WizardPage

_READERS = "readers"  # the wizard's step

TEST_NUMBER = "000"


class SetUpDesk:
    """`restart` opens the window again with what was saved; False while a patient is in its way.

    With `offer` the wizard opens by itself where live work lacks something. `on_saved` gets the names of
    settings that were saved. `has_accounts`: whether people log in, for a worker. `may_change`: whether the
    person at the desk may change settings.
    """

    def __init__(
        self,
        settings: Settings,
        words: Words,
        window: DeskWindow,
        flow: f.Flow,
        apply: Callable[[f.Effects], None],
        lanes: Lanes,
        mailbox: Mailbox,
        board: HealthBoard,
        stream: EventStream,
        frame: Frame,
        *,
        restart: Callable[[], bool],
        offer: bool,
        on_saved: Callable[[list[str]], None],
        has_accounts: Callable[[], bool],
        may_change: Callable[[], bool],
    ) -> None:
        self._settings, self._words, self._window = settings, words, window
        self._flow, self._apply, self._lanes, self._mailbox = flow, apply, lanes, mailbox
        self._board, self._stream, self._frame = board, stream, frame
        self._restart, self._offer, self._may_change = restart, offer, may_change
        self._on_saved, self._has_accounts = on_saved, has_accounts
        self._accounts = False
        self._settings_page: SettingsPage | None = None
        self._wizard_page: WizardPage | None = None
        self._settings_desk: SettingsDesk | None = None
        self._wizard: Wizard | None = None
        self._scanner_test: ScannerTest | None = None

    # Whether something is missing

    def look(self) -> None:
        """Once everything else is open: imports do not like to be raced."""
        if not self._settings.training:
            self._lanes.records.do(self._has_accounts, self._look, lambda _: self._look(accounts=False))

    def _look(self, accounts: bool) -> None:
        """Staff accounts name who looks cards up, and their own people decide who sets the desk up."""
        from kiosk.desk.set_up.missing import missing

        self._accounts = accounts
        self._lanes.upkeep.do(
            lambda: missing(self._settings, accounts=accounts),
            lambda lacking: self._looked(lacking, accounts=accounts),
            lambda _: None,
        )

    def _looked(self, lacking: tuple[str, ...], *, accounts: bool) -> None:
        self._board.note(missing=lacking)
        self._stream.write("missing", what=list(lacking))
        if lacking and self._offer and not accounts:
            self._apply(self._flow.open_set_up_by_itself())

    # Keys and scans

    def takes(self, name: str) -> bool:
        """Whether a person's key is for a page of this room."""
        if self._at_settings and self._settings_desk is not None:
            return self._settings_desk.key(name)
        if self._at_wizard and self._wizard is not None:
            return self._key_of_wizard(self._wizard, name)
        if name == "F10" and self._flow.shows(f.PageName.STATE):
            self._apply(self._flow.open_page(f.PageName.SETTINGS))
            return True
        return False

    def _key_of_wizard(self, wizard: Wizard, name: str) -> bool:
        if name == "F7" and wizard.step == _READERS:
            self._apply(self._flow.open_page(f.PageName.SCANNER_TEST))
            return True
        return wizard.key(name)

    @property
    def _at_settings(self) -> bool:
        return self._flow.shows(f.PageName.SETTINGS)

    @property
    def _at_wizard(self) -> bool:
        return isinstance(self._flow.top, f.SetUp)

    @property
    def choosing(self) -> bool:
        """Whether a digit chooses one of a list."""
        return self._at_settings and self._settings_desk is not None and self._settings_desk.choosing

    @property
    def field(self) -> QLineEdit | None:
        """The field in which a number is typed, not scanned."""
        if self._at_settings and self._settings_desk is not None:
            return self._settings_desk.field
        return self._wizard.field if self._at_wizard and self._wizard is not None else None

    @property
    def scanner_test(self) -> ScannerTest | None:
        """Where scans go while the wizard asks for one."""
        asks = self._wizard is not None and self._wizard.step == _READERS
        return self._scanner_test if self._at_wizard and asks else None

    def note_camera(self) -> None:
        """The camera's state has changed."""
        if self._wizard is not None:
            self._wizard.note_camera()

    # Pages

    def page_of(self, overlay: f.Overlay) -> Page:
        """The page that shows it, opened."""
        return self._open_wizard_page() if isinstance(overlay, f.SetUp) else self._open_settings_page()

    def _open_settings_page(self) -> Page:
        if self._settings_page is None or self._settings_desk is None:
            from kiosk.desk.set_up.settings_desk import SettingsDesk
            from kiosk.desk.set_up.settings_page import SettingsPage

            self._settings_page = page = SettingsPage(self._words)
            self._window.add_page(page)
            wizard = None if self._settings.training else lambda: self._apply(self._flow.open_set_up())
            self._settings_desk = SettingsDesk(
                self._words, page, self._lanes.upkeep, self._stream,
                restart=self._restart, open_wizard=wizard, on_saved=self._on_saved,
                may_change=self._may_change,
            )  # fmt: skip
        self._settings_desk.open()
        return self._settings_page

    def _open_wizard_page(self) -> Page:
        if self._wizard_page is None or self._wizard is None:
            from kiosk.desk.set_up.wizard import Wizard
            from kiosk.desk.set_up.wizard_page import WizardPage

            self._wizard_page = page = WizardPage(self._words)
            self._window.add_page(page)
            self._scanner_test = ScannerTest(page, self._words, self._frame)
            self._wizard = Wizard(
                self._words, page, self._lanes.upkeep, self._mailbox, self._stream,
                on_end=self._wizard_ended,
                on_readers=lambda: self._open_readers(page),
                on_missing=lambda lacking: self._board.note(missing=lacking),
                on_saved=self._on_saved,
                has_accounts=lambda: self._accounts,
                print_test=self._print_test,
                camera_words=lambda: self._words(f"camera_{self._board.health.camera}"),
            )  # fmt: skip
            page.reported.connect(self._wizard.received)
        self._wizard.open()
        return self._wizard_page

    def _wizard_ended(self, changed: bool) -> None:
        self._offer = False
        self._apply(self._flow.escape())
        if changed and not self._restart():
            self._stream.write("set_up", problem="patient_at_the_desk")

    def _open_readers(self, page: WizardPage) -> None:
        if self._scanner_test is not None:
            self._scanner_test.open()
        if page.picture.code is None:
            self._lanes.reading.do(lambda: modules(TEST_LINE), page.picture.show_code, lambda _: None)

    # The test ticket

    def _print_test(self, told: Callable[[str, str], None]) -> None:
        language = self._words.language

        def job() -> bool:
            from kiosk.desk.slip_printing import print_slip
            from kiosk.tickets.ticket import Ticket

            saved = load_settings()
            if saved.ticket.printer == "off":
                return False
            facility, desk = saved.facility.name, saved.desk.name
            print_slip(Ticket(TEST_NUMBER, facility, desk, clock.now(), training=True), saved.ticket)
            return True

        def done(printed: bool) -> None:
            told(text("setup", "printer_printed" if printed else "printer_off", language), "")

        def failed(error: KioskError) -> None:
            told("", self._words.error(error))

        self._lanes.printing.do(job, done, failed)
