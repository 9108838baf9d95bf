"""The desk: joins flow, window, keys, camera and the threads that do the work."""

from __future__ import annotations

import contextlib
import gc
import os
import tempfile
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from kiosk import clock
from kiosk.app import look_after_records
from kiosk.card.model import Card
from kiosk.desk import events
from kiosk.desk import flow as f
from kiosk.desk.absence import SETTLE_SECONDS, why_nothing_reads
from kiosk.desk.camera_choice import CameraChoice
from kiosk.desk.camera_desk import CameraDesk
from kiosk.desk.camera_watch import CameraFactory
from kiosk.desk.check_up import CheckUp
from kiosk.desk.choose import MOST_CHOICES
from kiosk.desk.events import EventStream
from kiosk.desk.health import Health, state_rows, strip
from kiosk.desk.incoming import Incoming, ask_for_pictures, incoming, refuse_if_too_large
from kiosk.desk.keys import KeyReader
from kiosk.desk.lists import MOST_ROWS
from kiosk.desk.pages import Page
from kiosk.desk.scanner_test import ScannerTest
from kiosk.desk.window import DeskWindow
from kiosk.desk.words import KeyHint, Words
from kiosk.desk.work import Lane, Mailbox
from kiosk.errors import CardParseError, ImageError, KioskError
from kiosk.gateway.result_codes import Retry
from kiosk.readers.qr_writer import modules
from kiosk.readers.scan_test import TEST_LINE, KeyNote
from kiosk.readers.wedge import (
    CAMERA_WINDOW_SECONDS,
    HARDWARE_WINDOW_SECONDS,
    Frame,
    RepeatGuard,
    without_stray_start,
)
from kiosk.reception import Lookup, Reception
from kiosk.settings import Settings
from kiosk.visits.known_patients import KnownPatient
from kiosk.visits.model import Sharing, Source, StaffTask, Visit
from kiosk.visits.outbox_worker import OutboxWorker

REST_SECONDS = 20
"""How long a result stays on the screen when nobody comes."""

ACTIVE_WITHIN_SECONDS = 10.0
"""Where nobody gives the window the keyboard, it goes on after this long; slow window managers are faster."""

OWED_EVERY_SECONDS = 30
LINE_EVERY_MILLISECONDS = 500
UPKEEP_EVERY_SECONDS = 1800
"""How often it is seen whether the day's backup is made."""

_PASTED = "pasted-"

_ARROWS = {"up": -0.2, "down": 0.2, "page_up": -0.9, "page_down": 0.9}
"""What part of a page each scrolls where it means nothing else."""

_PAGES = {
    "F3": f.PageName.TODAY,
    "F4": f.PageName.CAMERA,
    "F8": f.PageName.DIFFICULTY,
    "F9": f.PageName.ASSISTANT,
    "F12": f.PageName.STATE,
}

CLOSE_WAIT_SECONDS = 15.0
"""How long closing the window waits for a record being written; SQLite's busy time-out ends before."""


class SerialScanner(Protocol):
    def start(self) -> None: ...

    def stop(self, timeout: float = ...) -> bool: ...


class SerialFactory(Protocol):
    """Makes a reader of a serial scanner; the callbacks come from its own thread."""

    def __call__(
        self, *, on_text: Callable[[str], None], on_state: Callable[[Any, str], None]
    ) -> SerialScanner: ...


class Desk(QObject):
    """Takes signals in the window's thread, feeds them to the flow, and carries out its effects."""

    became_ready = Signal()

    def __init__(
        self,
        settings: Settings,
        reception_factory: Callable[[], Reception],
        camera_factory: CameraFactory | None,
        stream: EventStream,
        serial_factory: SerialFactory | None = None,
    ) -> None:
        super().__init__()
        self.settings = settings
        self.words = Words(settings.ui.language)
        self.flow = f.Flow()
        self.window = DeskWindow(settings, self.words)
        frame = Frame(settings.readers.wedge_prefix, settings.readers.wedge_suffix)
        self.keys = KeyReader(
            self._number_field,
            frame=frame,
            home=self.window,
            nobody_asked=lambda: self.flow.form_came_by_itself,
            choosing=lambda: isinstance(self.flow.stage, f.Choosing) and not self.flow.overlays,
        )
        self.scanner_test = ScannerTest(self.window.scanner_test, self.words, frame)
        self.health = Health()
        self._stream = stream
        self._reception_factory = reception_factory
        self._reception: Future[Reception] = Future()
        self._serial: SerialScanner | None = None
        self._serial_factory = serial_factory
        self._mailbox = Mailbox()
        self.check_up = CheckUp(settings, self.words, self.window.state, self._mailbox, stream)
        self._records = Lane("records", self._mailbox)
        self._reading = Lane("reading", self._mailbox)
        self._upkeep = Lane("upkeep", self._mailbox)
        self._lookups = Lane("lookup", self._mailbox, threads=3)
        self._outbox = OutboxWorker(
            lambda: self.reception.outbox(),  # noqa: PLW0108 - opens late
            may_ask=lambda: self.reception.may_ask(),  # noqa: PLW0108
            on_visit=lambda visit: self._mailbox.post(lambda: self._settled_late(visit)),
            on_trouble=lambda error: self._mailbox.post(lambda: self._outbox_failed(error)),
        )
        self._camera = self._camera_desk(camera_factory)
        self._hardware_guard = RepeatGuard(HARDWARE_WINDOW_SECONDS)
        self._camera_guard = RepeatGuard(CAMERA_WINDOW_SECONDS, renews=True)
        self._shown: tuple[object, ...] = ()
        self._shown_event = events.state_event(self.flow)
        self._form_of: object = None  # what the form's content belongs to
        self._override_of: object = None
        self._said_ready = False
        self._closed = False
        self._dialog: QFileDialog | None = None
        self._wedge_seen = False
        self._form_declined = False
        self._absence_timer = self._timer(self._open_form_unasked)
        self._next_timer = self._timer(lambda: self._apply(self.flow.take_next()))
        self._ready_timer = self._timer(self._ready)
        self._rest_timer = self._timer(lambda: self._apply(self.flow.rest()))
        self._elapsed_timer = QTimer(self)
        self._elapsed_timer.timeout.connect(self._show_elapsed)
        self._asked = (0, 0.0)  # ticket of the look-up under way, and when it began
        self._line_timer = QTimer(self)
        self._line_timer.timeout.connect(self._refresh_line)
        self._owed_timer = QTimer(self)
        self._owed_timer.timeout.connect(self._refresh_owed)
        self._upkeep_timer = QTimer(self)
        self._upkeep_timer.timeout.connect(self._look_after_records)
        self._connect()
        self._draw()

    def _connect(self) -> None:
        self.keys.scanned.connect(lambda text: self.scan(text, Source.WEDGE))
        self.keys.command.connect(self.command)
        self.keys.pasted.connect(lambda: self._take(incoming(QApplication.clipboard().mimeData())))
        self.keys.refused.connect(self._refused)
        self.keys.noted.connect(self._noted)
        self.scanner_test.reported.connect(
            lambda found: self._stream.write(
                "tested", findings=list(found.findings), terminator=found.terminator
            )
        )
        self.window.form.number_given.connect(self._offer_known)
        self.window.key_pressed.connect(self._clicked)
        self.window.dropped.connect(self._take)
        self.window.closing.connect(self.close)

    # Start and end

    def start(self) -> None:
        """Show the window; once it has the keyboard, say ready and open everything else behind it."""
        application = QApplication.instance()
        assert application is not None  # noqa: S101 - run_desk made it
        application.installEventFilter(self.keys)
        self._start_serial()
        self.window.show()
        self.window.activated.connect(self._ready, Qt.ConnectionType.QueuedConnection)
        self.window.activateWindow()
        self._ready_timer.start(round(ACTIVE_WITHIN_SECONDS * 1000))

    def _ready(self) -> None:
        """The keyboard is ours: no key of a scanner goes elsewhere. Or nobody will ever give it to us."""
        if self._said_ready:
            return
        self._said_ready = True
        self._ready_timer.stop()
        self._stream.write("ready")
        self.became_ready.emit()
        self._records.do(self._open_reception, self._reception_opened, self._opening_failed)
        self._owed_timer.start(OWED_EVERY_SECONDS * 1000)
        self._line_timer.start(LINE_EVERY_MILLISECONDS)

    def _open_reception(self) -> int:
        """Everything that workers use, one after the other: Python's imports do not like to be raced."""
        try:
            reception = self._reception_factory()
        except BaseException as error:
            self._reception.set_exception(error)
            raise
        try:
            with contextlib.suppress(Exception):  # whoever looks up opens it again, and is told why it fails
                _ = reception.gateway
            from kiosk.visits import backup  # noqa: F401  used by the upkeep lane

            return reception.owed_count()
        finally:
            self._reception.set_result(reception)

    def _reception_opened(self, owed: int) -> None:
        gc.freeze()  # or the collector goes through all that was imported, 90 ms, in the middle of a scan
        self._set_health(owed=owed, records_open=True)
        self._stream.write("opened", records=True)
        self._refresh_owed()
        self._outbox.start()
        self._look_after_records(check_first=True)
        self._upkeep_timer.start(UPKEEP_EVERY_SECONDS * 1000)
        self._start_camera()

    def _opening_failed(self, error: KioskError) -> None:
        self._records_failed(error)
        self._stream.write("opened", records=False)
        self._outbox.start()
        self._start_camera()

    @property
    def reception(self) -> Reception:
        """For workers: waits until it is open. Raises what opening it raised."""
        return self._reception.result()

    def close(self) -> None:
        """Let a record being written end, wait for nothing else."""
        if self._closed:
            return
        self._closed = True
        gc.unfreeze()
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self.keys)
        for timer in self.findChildren(QTimer):
            timer.stop()
        self._mailbox.close()
        if self._camera is not None:
            self._camera.stop(1.0)
        if self._serial is not None:
            self._serial.stop(1.0)
        self._outbox.stop()
        self._lookups.stop(None)
        self._reading.stop(None)
        self._upkeep.stop(None)
        written = self._records.stop(CLOSE_WAIT_SECONDS)
        if written and self._reception.done() and self._reception.exception() is None:
            with contextlib.suppress(KioskError):
                self._reception.result().close()

    # What comes in

    def scan(self, text: str, source: Source) -> None:
        """A text from any reader."""
        text = text.strip()
        if source is Source.WEDGE:
            text = without_stray_start(text)
            self._wedge_seen = self._wedge_seen or bool(text)
        if text and self._testing:
            self.scanner_test.scan(text, source)
            return
        if not text or self._is_repeat(text, source):
            return
        if source in {Source.WEDGE, Source.SERIAL}:
            self._set_health(last_scan=clock.now())
        self._arrive(f.Scan(source, text=text))

    def _is_repeat(self, text: str, source: Source) -> bool:
        at = time.monotonic()
        by_camera = self._camera_guard.is_repeat(text, at)
        by_hardware = self._hardware_guard.is_repeat(text, at)
        if source is not Source.CAMERA:
            return by_hardware
        stage = self.flow.stage
        waiting = chain(self.flow.line, (stage.scan,) if isinstance(stage, f.Reading) else ())
        return by_camera or any(scan.text == text for scan in waiting)

    def _scan_image(self, path: Path) -> None:
        self._arrive(f.Scan(Source.IMAGE, image=path))

    @property
    def _testing(self) -> bool:
        return self.flow.top == f.Page(f.PageName.SCANNER_TEST)

    def _refused(self, text: str) -> None:
        """Not in the frame that the settings ask for: nothing, except on the screen that says so."""
        if self._testing:
            self.scanner_test.scan(text.strip(), Source.WEDGE)

    def _noted(self, key: KeyNote) -> None:
        if self._testing:
            self.scanner_test.note(key)

    def _arrive(self, scan: f.Scan) -> None:
        if self._dialog is not None:
            self._dialog.reject()
        effects = self.flow.scan(scan, form_is_empty=self.window.form.is_empty)
        if scan in self.flow.line:
            self._stream.write("queued", waiting=len(self.flow.line))
        self._apply(effects)

    def _take(self, found: Incoming) -> None:
        """Pasted or dropped."""
        if self._testing:
            self.window.scanner_test.say(self.words("test_refused"))
            return
        for path in found.files:
            self._scan_image(path)
        if found.image is not None:
            self._take_image(found.image)
        elif found.text.strip():
            self.scan(found.text, Source.SCAN)

    def _take_image(self, image: QImage) -> None:
        folder = self.settings.data_folder

        def save() -> Path:
            refuse_if_too_large(image, self.settings.readers.max_megapixels)
            folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=folder, prefix=_PASTED, suffix=".png")
            os.close(handle)
            image.save(name)
            return Path(name)

        self._reading.do(save, self._scan_image, lambda error: self._apply(self.flow.trouble(error)))

    def _open_picture(self) -> None:
        if self._dialog is None and not self._testing:
            self._dialog = ask_for_pictures(self.window, self.words, self._scan_image)
            self._dialog.finished.connect(self._dialog_closed)
            self._dialog.windowHandle().activeChanged.connect(self._tell)

    def _dialog_closed(self) -> None:
        self._dialog = None
        self._tell()

    def _save_test_page(self) -> None:
        if self._testing:
            page = self.window.scanner_test
            try:
                page.say(
                    self.words("test_saved", file=str(self.scanner_test.save(self.settings.data_folder)))
                )
            except KioskError as error:
                page.say(self.words.error(error))

    def _offer_known(self, number: str) -> None:
        self._records.do(
            lambda: self.reception.known_patient(number),
            lambda patient: self._show_offer(number, patient),
            _ignore,
        )

    def _show_offer(self, number: str, patient: KnownPatient | None) -> None:
        if self.window.form.offer(number, patient):
            self._stream.write("offered")

    def _clicked(self, key: str) -> None:
        name = {
            self.words("key_enter"): "return",
            self.words("key_escape"): "escape",
            "Tab": "tab",
            "Ctrl+P": "print",
            "↑": "up",
            "↓": "down",
        }
        self.command(name.get(key, key))

    def command(self, name: str) -> None:
        """A person's key."""
        page = self._page_of(name)
        does: dict[str, Callable[[], None]] = {
            "return": self._return,
            "escape": self._escape,
            "tab": self._tab,
            "backtab": lambda: self._tab(back=True),
            "F2": lambda: self._apply(self.flow.open_form()),
            "F5": self._press_f5,
            "F6": lambda: self._apply(self.flow.self_pay()),
            "F7": self._finish_task,
            "open": self._open_picture,
            "print": self._save_test_page,
        }
        if page is not None:
            self._apply(self.flow.open_page(page))
        elif name in _ARROWS:
            self._arrow(name)
        elif name.startswith("digit_"):
            self._apply(self.flow.choose(int(name.removeprefix("digit_")) - 1))
        elif name in does:
            does[name]()

    def _page_of(self, name: str) -> f.PageName | None:
        if name == "F7":
            return f.PageName.SCANNER_TEST if self.flow.top == f.Page(f.PageName.STATE) else None
        return _PAGES.get(name)

    def _arrow(self, name: str) -> None:
        choosing = isinstance(self.flow.stage, f.Choosing) and not self.flow.overlays
        if name in {"up", "down"} and self.flow.form_open:
            if name == "down":
                self.window.form.take_offer()
        elif name in {"up", "down"} and choosing:
            self._apply(self.flow.choose_next(1 if name == "down" else -1))
        elif name in {"up", "down"} and self.flow.top == f.Page(f.PageName.CAMERA):
            self._change_camera(name)
        elif not isinstance(self.flow.top, f.Override):
            self.window.scroll_page(_ARROWS[name])

    def _tab(self, *, back: bool = False) -> None:
        if self.flow.top == f.Page(f.PageName.TODAY):
            self.window.today.next_task()
        elif self.flow.form_open:
            self.window.form.next_field(back=back)

    def _escape(self) -> None:
        self._form_declined = self._form_declined or self.flow.form_came_by_itself
        self._apply(self.flow.escape())

    def _return(self) -> None:
        if self.flow.form_open:
            if self.flow.form_came_by_itself and self.window.form.is_empty:
                return  # nobody asked for it: Return means nothing yet
            self.window.form.show_checking()
            self._apply(self.flow.submit_form(*self.window.form.values))
        elif isinstance(self.flow.top, f.Override):
            reason = self.window.override.reason
            if reason:
                self._apply(self.flow.confirm_checked(reason))
            else:
                self.window.override.show_missing()
        else:
            self._apply(self.flow.confirm())

    def _number_field(self) -> QLineEdit | None:
        return self.window.form.number_edit if self.flow.form_open else None

    # What is done

    def _apply(self, effects: f.Effects) -> None:
        """Carry out `effects` and draw what the flow has become."""
        todo = deque(effects)
        while todo:
            effect = todo.popleft()
            match effect:
                case f.Read():
                    self._read(effect)
                case f.CheckTyped():
                    self._check_typed(effect)
                case f.LookUp():
                    self._look_up(effect)
                case f.Record():
                    self._record(effect)
                case f.TakeNextAfter(seconds):
                    self._next_timer.start(round(seconds * 1000))
                case f.FormRefused(error):
                    self.window.form.show_error(error, self.words.error(error))
        self._draw()

    def _read(self, effect: f.Read) -> None:
        scan, ticket = effect.scan, effect.ticket
        self._reading.do(
            lambda: self._read_scan(scan),
            lambda cards: self._apply(
                self.flow.read(ticket, cards[0]) if len(cards) == 1 else self.flow.read_several(ticket, cards)
            ),
            lambda error: self._apply(self.flow.read_failed(ticket, error)),
        )

    def _read_scan(self, scan: f.Scan) -> tuple[Card, ...]:
        if scan.image is None:
            return (self.reception.read(scan.text),)
        try:
            return tuple(self.reception.cards_in(scan.image)[:MOST_CHOICES])
        finally:
            if scan.image.name.startswith(_PASTED) and scan.image.parent == self.settings.data_folder:
                scan.image.unlink(missing_ok=True)

    def _check_typed(self, effect: f.CheckTyped) -> None:
        ticket, base = effect.ticket, effect.base

        def job() -> Any:
            if base is None:
                return self.reception.typed(effect.number, effect.full_name, effect.birth_date)
            return self.reception.complete(base, full_name=effect.full_name, birth_date=effect.birth_date)

        self._reading.do(
            job,
            lambda card: self._apply(self.flow.typed(ticket, card)),
            lambda error: self._apply(self.flow.typed_failed(ticket, error)),
        )

    def _look_up(self, effect: f.LookUp) -> None:
        ticket, card = effect.ticket, effect.card

        def found(lookup: Lookup) -> None:
            self._note_gateway(lookup)
            self._records.do(
                lambda: self.reception.seen_today(lookup),
                lambda seen: self._apply(self.flow.found(ticket, seen)),
                lambda error: self._apply(self.flow.found(ticket, lookup, error)),
            )

        self._lookups.do(
            lambda: self.reception.look_up(card),
            found,
            lambda error: self._apply(self.flow.look_up_failed(ticket, error)),
        )

    def _record(self, effect: f.Record) -> None:
        ticket, verdict = effect.ticket, effect.verdict

        def job() -> Visit:
            found, source = verdict.found, verdict.source
            match effect.decision:
                case f.Decision.CHECK_IN:
                    return self.reception.check_in(found, source, confirm=effect.confirm)
                case f.Decision.PUT_ASIDE:
                    return self.reception.put_aside(found, source)
                case f.Decision.SELF_PAY:
                    return self.reception.self_pay(found.card, source, found)

        def done(visit: Visit) -> None:
            self._records_work()
            self._stream.write("recorded", **events.recorded_event(visit))
            self._apply(self.flow.recorded(ticket, visit))
            self._refresh_owed()

        def failed(error: KioskError) -> None:
            self._set_health(records_error=error)
            self._apply(self.flow.record_failed(ticket, error))

        self._records.do(job, done, failed)

    def _load_today(self) -> None:
        today = clock.today()
        self.window.today.open_empty(today)

        def job() -> tuple[int, list[Visit]]:
            total, newest = 0, deque[Visit](maxlen=MOST_ROWS)
            for visit in self.reception.visits(on=today):
                total += 1
                newest.append(visit)
            return total, list(reversed(newest))

        self._records.do(
            job,
            lambda result: self.window.today.show_visits(*result),
            lambda error: self.window.today.show_error(self.words.error(error)),
        )

    def _refresh_owed(self) -> None:
        """How many look-ups are owed, and what late answers left to do."""

        def done(found: tuple[int, list[StaffTask], Sharing | None]) -> None:
            owed, tasks, sharing = found
            if len(tasks) != self.health.tasks:
                self._stream.write("tasks", open=len(tasks))
            self._set_health(owed=owed, tasks=len(tasks), sharing=sharing)
            self._records_work()
            self.window.today.show_tasks(tasks)

        self._records.do(
            lambda: (self.reception.owed_count(), self.reception.tasks(), self.reception.sharing()),
            done,
            self._records_failed,
        )

    def _settled_late(self, visit: Visit) -> None:
        """The outbox had an answer for a patient who was received long ago, or asked again in vain."""
        self._stream.write("rechecked", **events.recorded_event(visit), verdict=visit.verdict)
        self._refresh_owed()
        if self.flow.top == f.Page(f.PageName.TODAY):
            self._load_today()

    def _outbox_failed(self, error: KioskError) -> None:
        if error.code == "records_row":  # one row; the others are looked up
            self._stream.write("outbox", problem=error.code)
        else:
            self._records_failed(error)

    def _finish_task(self) -> None:
        task = self.window.today.chosen_task
        if task is None or self.flow.top != f.Page(f.PageName.TODAY):
            return
        visit_id = task.visit.visit_id

        def done(_: bool) -> None:
            self._stream.write("task_done", visit_id=visit_id)
            self._refresh_owed()

        self._records.do(lambda: self.reception.finish_task(visit_id), done, self._records_failed)

    def _look_after_records(self, *, check_first: bool = False) -> None:
        """In a lane of its own: a large file takes its time, and nobody waits for it."""

        def done(backup_at: datetime | None) -> None:
            self._set_health(backup_at=backup_at, backup_error=None)
            self._stream.write("upkeep", backup=backup_at is not None)

        def failed(error: KioskError) -> None:
            self._stream.write("upkeep", problem=error.code)
            if error.code == "records_damaged":
                self._records_failed(error)
            else:
                self._set_health(backup_error=error)

        self._upkeep.do(lambda: look_after_records(self.settings, check_first=check_first), done, failed)

    def _records_work(self) -> None:
        """A read or write went well; that says nothing about pages known to be damaged."""
        known = self.health.records_error
        damaged = known is not None and known.code == "records_damaged"
        self._set_health(records_open=True, records_error=known if damaged else None)

    def _records_failed(self, error: KioskError) -> None:
        first = self.health.records_error is None
        self._set_health(records_error=error)
        if first:
            self._apply(self.flow.trouble(error))

    # Whether anything reads at all

    def _mind_readers(self) -> None:
        """After every change: open the form where nothing reads, take it back when something does."""
        if not isinstance(self.flow.stage, f.Ready):
            self._form_declined = False
        why = self._why_nothing_reads()
        if why is None:
            self._absence_timer.stop()
            if self.flow.form_came_by_itself and self.window.form.is_empty:
                self._apply(self.flow.withdraw_form(form_is_empty=True))
        elif self._free_for_a_form and not self._absence_timer.isActive():
            self._absence_timer.start(round(SETTLE_SECONDS * 1000))

    @property
    def _free_for_a_form(self) -> bool:
        return isinstance(self.flow.stage, f.Ready) and not self.flow.overlays and not self._form_declined

    def _why_nothing_reads(self) -> str | None:
        readers = self.settings.readers
        return why_nothing_reads(
            camera_set=readers.camera,
            serial_set=readers.serial_port,
            camera=self.health.camera,
            serial=self.health.serial,
            wedge_seen=self._wedge_seen,
        )

    def _open_form_unasked(self) -> None:
        why = self._why_nothing_reads()
        if self.keys.busy or self._dialog is not None or not self._said_ready:
            self._absence_timer.start(round(SETTLE_SECONDS * 1000))
        elif why is not None and self._free_for_a_form:
            self._apply(self.flow.open_form_by_itself(why))

    # Serial scanner and camera

    def _start_serial(self) -> None:
        if self._serial_factory is None:
            return
        self._serial = self._serial_factory(
            on_text=lambda text: self._mailbox.post(lambda: self.scan(text, Source.SERIAL)),
            on_state=lambda state, _port: self._mailbox.post(lambda: self._serial_state(str(state))),
        )
        self._serial.start()

    def _serial_state(self, state: str) -> None:
        self._set_health(serial=state)
        self._stream.write("serial", state=state)

    def _camera_desk(self, factory: CameraFactory | None) -> CameraDesk | None:
        if factory is None:
            self.window.camera.show_choices((), CameraChoice(), self.settings.readers.camera)
            return None
        camera = CameraDesk(self.settings, self.words, self.window, factory, self._mailbox, self._reading)
        camera.scanned.connect(lambda text: self.scan(text, Source.CAMERA))
        camera.state_changed.connect(self._camera_state)
        return camera

    def _start_camera(self) -> None:
        if self._camera is not None:
            self._camera.start()

    def _press_f5(self) -> None:
        if self.flow.top == f.Page(f.PageName.STATE):
            self.check_up.start()
        else:
            self._change_camera("F5")

    def _change_camera(self, key: str) -> None:
        if self._camera is None or self.flow.top != f.Page(f.PageName.CAMERA):
            return
        if key == "F5":
            self._camera.mirror()
        else:
            self._camera.choose(-1 if key == "up" else 1)

    def _camera_state(self, state: str, name: str) -> None:
        self._set_health(camera=state, camera_name=name)
        self._stream.write("camera", state=state)

    # Drawing

    def _note_gateway(self, found: Lookup) -> None:
        rule = found.assessment.rule
        self._set_health(
            gateway_answered=found.assessment.result_code is not None,
            gateway_at=clock.now(),
            gateway_seconds=found.elapsed_ms / 1000,
            setup_fault=rule.key if rule.retry is Retry.SETUP else "",
        )
        self._refresh_line()

    def _refresh_line(self) -> None:
        """The state of the line changes in other threads: by look-ups, and by probes when nobody comes."""
        if not self._reception.done() or self._reception.exception() is not None:
            return
        reception = self._reception.result()
        line, pause = reception.connectivity, reception.login_pause
        if line.online != self.health.line.online:
            self._stream.write("gateway", online=line.online, reason=line.reason)
        if (line, pause) != (self.health.line, self.health.login_pause):
            self._set_health(line=line, login_pause=pause)

    def _set_health(self, **changes: Any) -> None:
        self.health = replace(self.health, **changes)
        self._draw_health()
        if changes.keys() & {"camera", "serial"}:
            self._mind_readers()

    def _draw_health(self) -> None:
        self.window.show_whether_scans_arrive(
            without_focus=self.health.serial == "watching",
            scanner_known=not self.flow.form_came_by_itself,
        )
        self.window.show_strip(strip(self.health, self.words, self.settings))
        if self.flow.top == f.Page(f.PageName.STATE):
            self.window.state.show_rows(state_rows(self.health, self.words, self.settings, clock.today()))

    def _draw(self) -> None:
        flow = self.flow
        self.window.show_line(self.words.line(len(flow.line), flow.line[0] if flow.line else None))
        result_shown = isinstance(flow.stage, f.Recorded) and not flow.overlays
        self.window.show_last_visit("" if result_shown else self.words.last_visit(flow.last_visit))
        now_shown = (flow.stage, _identity(flow.top))
        if now_shown != self._shown:
            self._shown = now_shown
            self._draw_stage()
            self.window.show_page(self._draw_overlay() if flow.top else self._draw_page())
        self._tell()
        self._draw_health()
        self._mind_readers()

    def _draw_stage(self) -> None:
        """Timers belong to the stage, whatever lies over it."""
        self._elapsed_timer.stop()
        self._rest_timer.stop()
        if isinstance(self.flow.stage, f.LookingUp):
            if self._asked[0] != self.flow.stage.ticket:
                self._asked = (self.flow.stage.ticket, time.monotonic())
            self._elapsed_timer.start(1000)
        if isinstance(self.flow.stage, f.Recorded):
            self._rest_timer.start(REST_SECONDS * 1000)

    def _draw_overlay(self) -> Page:
        window = self.window
        match self.flow.top:
            case f.ManualForm(opening=opening, why=why):
                if self._form_of != opening:
                    window.form.open_empty(self.words(f"why_{why}") if why else "")
                window.form.take_focus()
                self._form_of = opening
                return window.form
            case f.Override(opening=opening):
                if self._override_of != opening:
                    window.override.open_empty()
                window.override.edit.setFocus()
                self._override_of = opening
                return window.override
            case f.Page(f.PageName.TODAY):
                self._load_today()
                return window.today
            case f.Page(f.PageName.SCANNER_TEST):
                self._open_scanner_test()
                return window.scanner_test
            case f.Page(f.PageName.CAMERA):
                if self._camera is not None:
                    self._camera.open_page()
                return window.camera
            case f.Page(f.PageName.DIFFICULTY):
                return window.difficulty
            case f.Page(f.PageName.ASSISTANT):
                return window.assistant
        return window.state

    def _open_scanner_test(self) -> None:
        self.scanner_test.open()
        page = self.window.scanner_test
        if page.picture.code is None:
            self._reading.do(lambda: modules(TEST_LINE), page.picture.show_code, _ignore)

    def _draw_page(self) -> Page:
        window, words, stage = self.window, self.words, self.flow.stage
        cancel = (KeyHint(words("key_escape"), words("do_cancel_lookup")),)
        match stage:
            case f.Reading():
                window.busy.say(words("reading_title"), cancel)
                return window.busy
            case f.LookingUp():
                window.busy.say(words("looking_up_title"), cancel)
                return window.busy
            case f.Recording():
                window.busy.say(words("recording_title"))
                return window.busy
            case f.Choosing(cards=cards, chosen=chosen):
                window.choose.show_cards(cards, chosen)
                return window.choose
            case f.Incomplete(card=card):
                if self._form_of != card:
                    window.form.open_for(card)
                window.form.take_focus()
                self._form_of = card
                return window.form
            case f.VerdictShown(found=found, problem=problem, unrecordable=unrecordable):
                view = words.verdict_view(found, problem, clock.today(), unrecordable=unrecordable)
                window.verdict.show_verdict(view)
                return window.verdict
            case f.Recorded(visit):
                window.recorded.show_result(words.recorded_view(visit))
                return window.recorded
            case f.Message(error):
                self._draw_message(error)
                return window.message
        return window.ready

    def _draw_message(self, error: KioskError) -> None:
        unread = isinstance(error, (CardParseError, ImageError))
        words = self.words
        self.window.message.say(
            words("message_title" if unread else "message_trouble_title"),
            words.error(error),
            words("message_next") if unread else "",
            (
                KeyHint(words("key_escape"), words("do_dismiss")),
                KeyHint("F2", words("do_manual")),
            ),
        )

    def _show_elapsed(self) -> None:
        if isinstance(self.flow.stage, f.LookingUp):
            self.window.busy.elapsed(max(round(time.monotonic() - self._asked[1]), 1))

    def _tell(self) -> None:
        """The events that a change of the flow amounts to."""
        dialog = self._dialog is not None and self._dialog.isActiveWindow()
        event = events.state_event(self.flow, dialog=dialog)
        if event == self._shown_event:
            return
        entered = event["state"] != self._shown_event.get("state")
        self._shown_event = event
        self._stream.write("state", **event)
        stage = self.flow.stage
        if entered and isinstance(stage, f.VerdictShown):
            self._stream.write("verdict", **events.verdict_event(stage))
        elif entered and isinstance(stage, f.Message):
            self._stream.write("message", code=stage.error.code)

    def _timer(self, does: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(does)
        return timer


def _ignore(_: object) -> None:
    """The result does not matter."""


def _identity(overlay: f.Overlay | None) -> object:
    """What makes an overlay another one: a form stays the same while it is being checked."""
    return ("form", overlay.opening) if isinstance(overlay, f.ManualForm) else overlay
