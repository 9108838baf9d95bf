"""The desk: joins flow, window, keys, readers and the threads that do the work."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QLineEdit

from kiosk import clock
from kiosk.app import decode_image
from kiosk.desk import flow as f
from kiosk.desk.absence_watch import AbsenceWatch
from kiosk.desk.benefit_desk import BenefitDesk
from kiosk.desk.camera_choice import CameraChoice
from kiosk.desk.camera_desk import STATES_WITH_PICTURE, CameraDesk
from kiosk.desk.camera_watch import CameraFactory
from kiosk.desk.check_up import CheckUp
from kiosk.desk.commands import Commands
from kiosk.desk.difficulty_desk import DifficultyDesk
from kiosk.desk.disk_watch import DiskWatch
from kiosk.desk.drawing import Drawing, VerdictExtra
from kiosk.desk.events import EventStream, FlowEvents
from kiosk.desk.facilities import facility_names
from kiosk.desk.gateway_line import GatewayLine
from kiosk.desk.handed_over import HandedOver, discard_pasted
from kiosk.desk.health import Health
from kiosk.desk.health_board import HealthBoard
from kiosk.desk.idle_watch import IdleWatch
from kiosk.desk.incoming import incoming
from kiosk.desk.keys import KeyReader
from kiosk.desk.late_reception import LateReception
from kiosk.desk.lock_desk import LockDesk
from kiosk.desk.manage.manage_desk import ManageDesk
from kiosk.desk.patient_work import PatientWork
from kiosk.desk.priority_list import priority_extra
from kiosk.desk.records_desk import RecordsDesk
from kiosk.desk.registration.assistant import Assistant
from kiosk.desk.repeats import Repeats
from kiosk.desk.scanner_test import ScannerTest
from kiosk.desk.serial_desk import SerialDesk, SerialFactory
from kiosk.desk.set_up.set_up_desk import SetUpDesk
from kiosk.desk.sound_desk import SoundDesk
from kiosk.desk.ticket_desk import TicketDesk
from kiosk.desk.today_desk import TodayDesk
from kiosk.desk.visit_desk import VisitDesk
from kiosk.desk.window import DeskWindow
from kiosk.desk.words import Words
from kiosk.desk.work import Lanes, Mailbox
from kiosk.errors import KioskError
from kiosk.readers.qr_writer import modules
from kiosk.readers.scan_test import TEST_LINE, KeyNote
from kiosk.readers.wedge import Frame, without_stray_start
from kiosk.reception import Reception
from kiosk.settings import Settings
from kiosk.tickets.ticket import Ticket
from kiosk.visits.audit import Act
from kiosk.visits.known_patient import KnownPatient
from kiosk.visits.model import Source
from kiosk.visits.staff import Right, may

ACTIVE_WITHIN_SECONDS = 10.0
"""Where nobody gives the window the keyboard, it goes on after this long; slow window managers are faster."""

CLOSE_WAIT_SECONDS = 15.0
"""How long closing the window waits for a record being written; SQLite's busy time-out ends before."""


class Desk(QObject):
    """Takes signals in the window's thread, feeds them to the flow, and has its effects carried out."""

    became_ready = Signal()

    def __init__(
        self,
        settings: Settings,
        reception_factory: Callable[[], Reception],
        camera_factory: CameraFactory | None,
        stream: EventStream,
        serial_factory: SerialFactory | None = None,
        *,
        offer_set_up: bool = True,
    ) -> None:
        super().__init__()
        self.restart_wanted = False  # the window is to be opened again, with the settings as they are then
        self.settings = settings
        self.words = words = Words(
            settings.ui.language,
            {**facility_names(settings.data_folder), settings.facility.code: settings.facility.name},
        )
        self.flow = flow = f.Flow()
        self.window = window = DeskWindow(settings, words)
        frame = Frame(settings.readers.wedge_prefix, settings.readers.wedge_suffix)
        self.keys = KeyReader(
            self._number_field,
            frame=frame,
            home=window,
            nobody_asked=lambda: flow.form_came_by_itself,
            choosing=lambda: (
                not flow.locked
                and (
                    flow.choosing
                    or self.assistant.choosing
                    or flow.shows(f.PageName.DIFFICULTY)
                    or self.set_up.choosing
                    or self.manage.choosing
                )
            ),
        )
        self.scanner_test = ScannerTest(window.scanner_test, words, frame)
        self._stream = stream
        self._mailbox = Mailbox()
        self._lanes = Lanes(self._mailbox)
        self._reception = LateReception(reception_factory)
        self._board = HealthBoard(settings, words, window, flow)
        self._line = GatewayLine(self._reception, self._board, stream, self)
        self._disk = DiskWatch(settings.data_folder, self._lanes.upkeep, self._board, self)
        self._records = RecordsDesk(
            settings, words, flow, self._apply, window.today,
            self._reception, self._lanes, self._mailbox, self._board, stream,
            self._list_changed, self,
        )  # fmt: skip
        self.tickets = tickets = TicketDesk(
            settings, words, self._lanes.printing, stream,
            send=self._send_ticket,
            prepare=self._prepare_tickets,
            on_result=lambda error: self._board.note(printed_at=clock.now(), printer_error=error),
            changed=self.redraw,
        )  # fmt: skip
        self._visit = VisitDesk(
            words, flow, self._apply, window, self._reception, self._lanes,
            self._records, tickets, stream, self,
        )  # fmt: skip
        self._today = TodayDesk(
            words, flow, window.today, self._reception, self._lanes,
            self._board, self._visit, stream, self,
        )  # fmt: skip
        self._work = PatientWork(
            settings, flow, self._apply, self._reception, self._lanes,
            self._records, self._line, self._board, stream, tickets.recorded,
        )  # fmt: skip
        self._benefit = BenefitDesk(words, flow, self._apply, window.papers, self._reception)
        self._handed_over = HandedOver(
            settings, words, window, flow, self._apply, self._lanes.reading,
            on_file=self._take_file,
            on_text=lambda text: self.scan(text, Source.SCAN),
            on_dialog=self._tell,
        )  # fmt: skip
        self._repeats = Repeats()
        self.assistant = Assistant(
            settings, window.assistant, self._lanes.reading, stream,
            close=lambda: self._close_page(f.PageName.ASSISTANT),
            grab=self._grab,
            take_keyboard=window.take_keyboard,
            on_waiting=lambda waits: window.show_assistant_waits(waits=waits),
        )  # fmt: skip
        self._absence = AbsenceWatch(
            settings, flow, self._apply, window.form, self._board, self._busy_hands, self
        )
        self._serial = SerialDesk(
            serial_factory,
            self._mailbox,
            on_text=lambda text: self.scan(text, Source.SERIAL),
            on_state=self._serial_state,
        )
        self._camera = self._camera_desk(camera_factory)
        self.check_up = CheckUp(settings, words, window.state, self._mailbox, stream)
        self._difficulties = DifficultyDesk(
            settings, words, flow, window.difficulty,
            self._reception, self._lanes, self._board, stream, self,
            forget_keys=self.keys.forget,
        )  # fmt: skip
        self.set_up = SetUpDesk(
            settings, words, window, flow, self._apply, self._lanes, self._mailbox, self._board, stream,
            frame, restart=self._restart, offer=offer_set_up, on_saved=self._note_settings,
            has_accounts=lambda: bool(self.reception.accounts()), may_change=self._may_change_settings,
        )  # fmt: skip
        self.manage = ManageDesk(
            settings, words, window, flow, self._apply, self._reception, self._lanes, stream, self,
            forget_keys=self.keys.forget,
        )  # fmt: skip
        self.lock = LockDesk(
            settings, words, window, flow, self._apply, self._reception, self._lanes, stream,
            on_lock=self._locked, parent=self,
        )  # fmt: skip
        self._commands = Commands(
            words,
            window,
            flow,
            self._apply,
            others={
                "F5": self._press_f5,
                "F7": self._records.finish_task,
                "F10": self._benefit.open,
                "open": self._handed_over.open_dialog,
                "print": self._print,
            },
            move_camera=self._move_camera,
            on_escape=self._absence.note_escape,
            first=lambda name: (
                self.lock.takes(name)
                or self.set_up.takes(name)
                or self.assistant.command(name)
                or self._difficulties.takes(name)
                or self.manage.takes(name)
                or self._today.does(name)
            ),
        )
        # Facts and keys that other rooms add to a verdict
        self.verdict_extras: list[VerdictExtra] = [partial(priority_extra, words), self._benefit.extra]
        self._drawing = Drawing(
            words,
            window,
            flow,
            on_open={
                f.PageName.TODAY: self._today.open_or_return,
                f.PageName.SCANNER_TEST: self._open_scanner_test,
                f.PageName.CAMERA: self._open_camera_page,
                f.PageName.ASSISTANT: self.assistant.open,
                f.PageName.DIFFICULTY: self._difficulties.open,
            },
            on_papers=self._benefit.fill,
            on_set_up=self.set_up.page_of,
            on_manage=self.manage.open,
            extras=self.verdict_extras,
            tickets=tickets,
            parent=self,
        )
        self.idle = IdleWatch(
            settings.ui,
            flow,
            on_rested=lambda: self._apply(flow.rest()),
            show_left=window.recorded.show_left,
            cover=window.verdict.cover,
            parent=self,
        )
        self._events = FlowEvents(flow, stream)
        self._sounds = SoundDesk(
            settings, flow, self._mailbox, on_failed=lambda failed: self._board.note(sound_failing=failed)
        )
        self._said_ready = False
        self._closed = False
        self._next_timer = self._timer(lambda: self._apply(flow.take_next()))
        self._ready_timer = self._timer(self._ready)
        self._connect()
        self.redraw()

    def _connect(self) -> None:
        self.keys.scanned.connect(lambda text: self.scan(text, Source.WEDGE))
        self.keys.command.connect(self.command)
        self.keys.pasted.connect(
            lambda: self._handed_over.take(incoming(QApplication.clipboard().mimeData()))
        )
        self.keys.refused.connect(self._refused)
        self.keys.noted.connect(self._noted)
        self.scanner_test.reported.connect(
            lambda found: self._stream.write(
                "tested", findings=list(found.findings), terminator=found.terminator
            )
        )
        self.window.form.number_given.connect(self._offer_known)
        self.window.form.part_given.connect(self._offer_found)
        self.window.form.correcting.connect(lambda: self._apply(self.flow.correct()))
        self.window.key_pressed.connect(self._click)
        self.window.dropped.connect(self._handed_over.take)
        self.window.page_changed.connect(self._page_changed)
        self.window.closing.connect(self.close)
        self.window.strip.clicked.connect(self._open_matter)

    def _timer(self, does: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(does)
        return timer

    @property
    def health(self) -> Health:
        return self._board.health

    @property
    def reception(self) -> Reception:
        """For workers: waits until it is open. Raises what opening it raised."""
        return self._reception.wait()

    # Start and end

    def start(self) -> None:
        """Show the window; once it has the keyboard, say ready and open everything else behind it."""
        application = QApplication.instance()
        assert application is not None  # noqa: S101 - run_desk made it
        application.installEventFilter(self.keys)
        self._serial.start()
        self.lock.start()
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
        self._lanes.records.do(self._reception.open, self._opened, self._opening_failed)
        self._records.start_looking()
        self._line.start()
        self._disk.start()

    def _opened(self, owed: int) -> None:
        gc.freeze()  # or the collector goes through all that was imported, 90 ms, in the middle of a scan
        self._records.start_work(owed)
        self.tickets.get_ready()
        self._difficulties.start()
        self.manage.start()
        self._start_camera()
        self.lock.opened()
        self.set_up.look()

    def _opening_failed(self, error: KioskError) -> None:
        self._records.opening_failed(error)
        self._start_camera()
        self.lock.opened()
        self.set_up.look()

    def _may_change_settings(self) -> bool:
        reception = self._reception.if_open
        return may(reception.actor.role if reception is not None else None, Right.SETTINGS)

    def _note_settings(self, names: list[str]) -> None:
        """Into the audit log: which settings were changed, never to what."""
        self._lanes.records.do(lambda: self.reception.note_act(Act.SETTINGS, changed=names), _ignore, _ignore)

    def _restart(self) -> bool:
        """Open the window again with the settings as they are saved now; never over a patient."""
        if not isinstance(self.flow.stage, (f.Ready, f.Recorded, f.Message)) or self.flow.line:
            return False
        self.restart_wanted = True
        self._stream.write("restarting")
        QTimer.singleShot(0, self.window.close)
        return True

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
        self.assistant.stop()
        self._mailbox.close()
        if self._camera is not None:
            self._camera.stop(1.0)
        self._serial.stop(1.0)
        self._records.stop()
        self._sounds.stop()
        if self._lanes.stop(CLOSE_WAIT_SECONDS):
            self._reception.close()

    # What comes in

    def scan(self, text: str, source: Source) -> None:
        """A text from any reader."""
        text = text.strip()
        if source is Source.WEDGE:
            text = without_stray_start(text)
            if text:
                self._absence.note_wedge()
        self.lock.note_use()
        if text and self._tested_by is not None and not self.flow.locked:
            self._tested_by.scan(text, source)
            return
        if not text or self._is_repeat(text, source):
            return
        if source in {Source.WEDGE, Source.SERIAL}:
            self._board.note(last_scan=clock.now())
        if self.flow.locked:
            self._arrive(f.Scan(source, text=text))
            return
        if source is Source.CAMERA and self.assistant.photographs:
            return
        if self.assistant.takes_scans:
            self.assistant.scan(text)
            return
        if self.manage.takes_scans:
            self.manage.scan(text)
            return
        self._arrive(f.Scan(source, text=text))

    def _is_repeat(self, text: str, source: Source) -> bool:
        waiting = [scan.text for scan in self.flow.line]
        if isinstance(self.flow.stage, f.Reading):
            waiting.append(self.flow.stage.scan.text)
        return self._repeats.is_repeat(text, source, waiting)

    def _arrive(self, scan: f.Scan) -> None:
        self._handed_over.close_dialog()
        effects = self.flow.scan(scan, form_is_empty=self.window.form.is_empty)
        if scan in self.flow.line:
            self._stream.write("queued", waiting=len(self.flow.line))
        self._apply(effects)

    def command(self, name: str) -> None:
        """A person's key."""
        if self.flow.locked or not self.idle.note_key():
            self._commands.do(name)

    def _click(self, key: str) -> None:
        """A key that is shown on the screen was clicked."""
        if self.flow.locked or not self.idle.note_key():
            self._commands.click(key)

    def _take_file(self, path: Path) -> None:
        """A picture that was handed over."""
        if not self.assistant.takes_scans:
            self._arrive(f.Scan(Source.IMAGE, image=path))
            return

        def texts() -> list[str]:
            try:
                return [code.text for code in decode_image(self.settings, path).codes]
            finally:
                discard_pasted(path, self.settings.data_folder)

        self._lanes.reading.do(
            texts,
            lambda found: self.assistant.scan_picture(found, path.name),
            self.assistant.refuse,
        )

    def _grab(self, take: Callable[[Any], None]) -> bool:
        """Whether the camera will give its next whole frame to `take`."""
        if self._camera is None or self.health.camera not in STATES_WITH_PICTURE:
            return False
        self._camera.grab(take)
        return True

    def _close_page(self, name: f.PageName) -> None:
        if self.flow.shows(name):
            self._apply(self.flow.escape())

    def _page_changed(self) -> None:
        if self.window.page is not self.window.assistant:
            self.assistant.hidden()

    def _number_field(self) -> QLineEdit | None:
        if self.flow.locked:
            return None
        return self.set_up.field or self.manage.field or self.assistant.number_field or self._form_number()

    def _form_number(self) -> QLineEdit | None:
        return self.window.form.number_edit if self.flow.form_open else None

    def _list_changed(self) -> None:
        self._today.refresh()

    def _locked(self, locked: bool) -> None:
        self._handed_over.close_dialog()
        if self._camera is not None:
            self._camera.lock(locked=locked)
        self.redraw()

    def _open_matter(self, matter: str) -> None:
        if self.flow.locked:
            return
        self._board.open_matter(matter)
        self.redraw()

    def _busy_hands(self) -> bool:
        return self.keys.busy or self._handed_over.dialog_open or not self._said_ready

    def _offer_known(self, number: str) -> None:
        self._lanes.records.do(
            lambda: self.reception.known_patient(number),
            lambda patient: self._show_offer(number, patient),
            _ignore,
        )

    def _show_offer(self, number: str, patient: KnownPatient | None) -> None:
        if self.window.form.offer(number, patient):
            self._stream.write("offered")

    def _offer_found(self, number: str, full_name: str) -> None:
        def show(patients: list[KnownPatient]) -> None:
            if self.window.form.offer_found(number, full_name, patients):
                self._stream.write("offered")

        self._lanes.records.do(lambda: self.reception.search_patients(number, full_name), show, _ignore)

    # The scanner's test

    @property
    def _testing(self) -> bool:
        return self.flow.shows(f.PageName.SCANNER_TEST)

    @property
    def _tested_by(self) -> ScannerTest | None:
        """Where a scan goes that is no patient."""
        return self.scanner_test if self._testing else self.set_up.scanner_test

    def _open_scanner_test(self) -> None:
        self.scanner_test.open()
        page = self.window.scanner_test
        if page.picture.code is None:
            self._lanes.reading.do(lambda: modules(TEST_LINE), page.picture.show_code, _ignore)

    def _refused(self, text: str) -> None:
        """Not in the frame that the settings ask for: nothing, except on the screen that says so."""
        if self._tested_by is not None:
            self._tested_by.scan(text.strip(), Source.WEDGE)

    def _noted(self, key: KeyNote) -> None:
        self._difficulties.note_key(key)
        self.manage.note_key(key)
        if self._tested_by is not None:
            self._tested_by.note(key)

    def _save_test_page(self) -> None:
        if self._testing:
            page = self.window.scanner_test
            try:
                page.say(
                    self.words("test_saved", file=str(self.scanner_test.save(self.settings.data_folder)))
                )
            except KioskError as error:
                page.say(self.words.error(error))

    # Tickets

    def _print(self) -> None:
        """Ctrl+P: what it prints depends on what is shown."""
        if self._testing:
            self._save_test_page()
            return
        shown = not self.flow.overlays and isinstance(self.flow.stage, (f.Ready, f.Recorded))
        if shown and self.flow.last_visit is not None:
            self.tickets.print_ticket(self.flow.last_visit)

    def _prepare_tickets(self) -> None:
        from kiosk.desk.slip_printing import get_ready

        get_ready(self.settings.ticket)

    def _send_ticket(self, ticket: Ticket) -> None:
        from kiosk.desk.slip_printing import print_slip

        print_slip(ticket, self.settings.ticket)

    # Serial scanner and camera

    def _serial_state(self, state: str) -> None:
        self._board.note(serial=state)
        self._absence.mind()
        self._stream.write("serial", state=state)

    def _camera_desk(self, factory: CameraFactory | None) -> CameraDesk | None:
        if factory is None:
            self.window.camera.show_choices((), CameraChoice(), self.settings.readers.camera)
            return None
        camera = CameraDesk(
            self.settings, self.words, self.window, factory, self._mailbox, self._lanes.reading
        )
        camera.scanned.connect(lambda text: self.scan(text, Source.CAMERA))
        camera.state_changed.connect(self._camera_state)
        return camera

    def _start_camera(self) -> None:
        if self._camera is not None:
            self._camera.start()

    def _open_camera_page(self) -> None:
        if self._camera is not None:
            self._camera.open_page()

    def _camera_state(self, state: str, name: str) -> None:
        self._board.note(camera=state, camera_name=name)
        self.set_up.note_camera()
        self._absence.mind()
        self._stream.write("camera", state=state)

    def _press_f5(self) -> None:
        if self.flow.shows(f.PageName.STATE):
            self.check_up.start()
        elif self.flow.shows(f.PageName.CAMERA) and self._camera is not None:
            self._camera.mirror()
        else:
            self._apply(self.flow.take_gateway_values())

    def _move_camera(self, step: int) -> None:
        if self._camera is not None:
            self._camera.choose(step)

    # What is done

    def _apply(self, effects: f.Effects) -> None:
        """Have `effects` carried out and draw what the flow has become."""
        for effect in effects:
            match effect:
                case f.TakeNextAfter(seconds):
                    self._next_timer.start(round(seconds * 1000))
                case f.FormRefused(error):
                    self.window.form.show_error(error, self.words.error(error))
                case f.CancelVisit():
                    self._visit.cancel(effect)
                case f.Read() | f.CheckTyped() | f.LookUp() | f.Record():
                    self._work.do(effect)
        self.redraw()

    def redraw(self) -> None:
        """What the flow says, and what other rooms say of it."""
        self._drawing.draw()
        self.idle.mind()
        self._today.redraw()
        self._difficulties.mind()
        self._tell()
        self._sounds.mind()
        self._board.draw()
        self._absence.mind()

    def _tell(self) -> None:
        self._events.tell(dialog=self._handed_over.dialog_has_keyboard)


def _ignore(_: object) -> None:
    """The result does not matter."""
