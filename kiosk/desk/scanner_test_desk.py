"""Scans that are no patient: those on the scanner's test, in F12 or in the wizard."""

from __future__ import annotations

from kiosk.desk import flow as f
from kiosk.desk.foundation import Foundation
from kiosk.desk.scanner_test import ScannerTest
from kiosk.desk.set_up.set_up_desk import SetUpDesk
from kiosk.errors import KioskError
from kiosk.readers.qr_writer import modules
from kiosk.readers.scan_test import TEST_LINE, KeyNote, ScanReport
from kiosk.visits.model import Source


class ScannerTestDesk:
    """Joins the two screens that say what a scanner does."""

    def __init__(self, on: Foundation, set_up: SetUpDesk) -> None:
        self._on, self._set_up = on, set_up
        self._page = on.window.scanner_test
        self.own = ScannerTest(self._page, on.words, on.frame)
        self.own.reported.connect(self._tell)

    @property
    def on_page(self) -> bool:
        """Whether the page of F12, F7 is in front."""
        return self._on.flow.shows(f.PageName.SCANNER_TEST)

    @property
    def _taker(self) -> ScannerTest | None:
        return self.own if self.on_page else self._set_up.scanner_test

    def open(self) -> None:
        self.own.open()
        picture = self._page.picture
        if picture.code is None:
            self._on.lanes.reading.do(lambda: modules(TEST_LINE), picture.show_code, lambda _: None)

    def takes(self, text: str, source: Source) -> bool:
        """Whether a scan was the test's."""
        taker = None if self._on.flow.locked else self._taker
        if text and taker is not None:
            taker.scan(text, source)
            return True
        return False

    def refused(self, text: str) -> None:
        """Not in the frame that the settings ask for: nothing, except on the screen that says so."""
        if self._taker is not None:
            self._taker.scan(text.strip(), Source.WEDGE)

    def note(self, key: KeyNote) -> None:
        if self._taker is not None:
            self._taker.note(key)

    def save(self) -> None:
        """Ctrl+P: the code to scan, as a file."""
        try:
            file = self.own.save(self._on.settings.data_folder)
        except KioskError as error:
            self._page.say(self._on.words.error(error))
        else:
            self._page.say(self._on.words("test_saved", file=str(file)))

    def _tell(self, found: ScanReport) -> None:
        self._on.stream.write("tested", findings=list(found.findings), terminator=found.terminator)
