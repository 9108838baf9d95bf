"""What comes in at the desk, and whose it is: a patient's, a test's, the assistant's or a supervisor's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from kiosk import clock
from kiosk.app import decode_image
from kiosk.desk.absence_watch import AbsenceWatch
from kiosk.desk.flow import Effects, Reading, Scan
from kiosk.desk.foundation import Foundation
from kiosk.desk.handed_over import HandedOver, discard_pasted
from kiosk.desk.incoming import Incoming, incoming
from kiosk.desk.lock_desk import LockDesk
from kiosk.desk.manage.manage_desk import ManageDesk
from kiosk.desk.registration.assistant import Assistant
from kiosk.desk.scanner_test_desk import ScannerTestDesk
from kiosk.visits.model import Source


class Arrivals:
    """`on_dialog` is told when the dialog that opens a picture comes and goes."""

    def __init__(
        self,
        on: Foundation,
        apply: Callable[[Effects], None],
        lock: LockDesk,
        tests: ScannerTestDesk,
        assistant: Assistant,
        manage: ManageDesk,
        *,
        on_dialog: Callable[[], None],
        parent: QObject,
    ) -> None:
        self._on, self._apply, self._lock = on, apply, lock
        self._tests, self._assistant, self._manage = tests, assistant, manage
        self.absence = AbsenceWatch(
            on.settings, on.flow, apply, on.window.form, on.board, self._busy_hands, parent
        )
        self.handed_over = HandedOver(
            on.settings, on.words, on.window, on.flow, apply, on.lanes.reading,
            on_file=self.take_file,
            on_text=lambda text: on.intake.take(text, Source.SCAN),
            on_dialog=on_dialog,
        )  # fmt: skip

    # A text from any reader

    def first(self, text: str, source: Source) -> bool:
        """Before it is known whether it is new; whether it was a test of the scanner."""
        if text and source is Source.WEDGE:
            self.absence.note_wedge()
        self._lock.note_use()
        return self._tests.takes(text, source)

    @property
    def waiting(self) -> list[str]:
        flow = self._on.flow
        texts = [scan.text for scan in flow.line]
        if isinstance(flow.stage, Reading):
            texts.append(flow.stage.scan.text)
        return texts

    def scan(self, text: str, source: Source) -> None:
        if source in {Source.WEDGE, Source.SERIAL}:
            self._on.board.note(last_scan=clock.now())
        if self._on.flow.locked:
            self._arrive(Scan(source, text=text))
        elif source is Source.CAMERA and self._assistant.photographs:
            return
        elif self._assistant.takes_scans:
            self._assistant.scan(text)
        elif self._manage.takes_scans:
            self._manage.scan(text)
        else:
            self._arrive(Scan(source, text=text))

    def _arrive(self, scan: Scan) -> None:
        self.handed_over.close_dialog()
        flow = self._on.flow
        effects = flow.scan(scan, form_is_empty=self._on.window.form.is_empty)
        if scan in flow.line:
            self._on.stream.write("queued", waiting=len(flow.line))
        self._apply(effects)

    # What a person hands over

    def hand_over(self, found: Incoming) -> None:
        """Dropped on the window."""
        self.handed_over.take(found)

    def paste(self) -> None:
        self.handed_over.take(incoming(QApplication.clipboard().mimeData()))

    def take_file(self, path: Path) -> None:
        """A picture."""
        if not self._assistant.takes_scans:
            self._arrive(Scan(Source.IMAGE, image=path))
            return
        settings = self._on.settings

        def texts() -> list[str]:
            try:
                return [code.text for code in decode_image(settings, path).codes]
            finally:
                discard_pasted(path, settings.data_folder)

        self._on.lanes.reading.do(
            texts,
            lambda found: self._assistant.scan_picture(found, path.name),
            self._assistant.refuse,
        )

    def _busy_hands(self) -> bool:
        return self._on.keys.busy or self.handed_over.dialog_open
