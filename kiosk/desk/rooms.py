"""The rooms of the desk, joined: what takes scans and keys, what works behind the window, what draws."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
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
from kiosk.desk.form_desk import FormDesk
from kiosk.desk.foundation import Foundation
from kiosk.desk.gateway_line import GatewayLine
from kiosk.desk.handed_over import HandedOver, discard_pasted
from kiosk.desk.idle_watch import IdleWatch
from kiosk.desk.incoming import Incoming, incoming
from kiosk.desk.lock_desk import LockDesk
from kiosk.desk.manage.manage_desk import ManageDesk
from kiosk.desk.patient_work import PatientWork
from kiosk.desk.priority_list import priority_extra
from kiosk.desk.records_desk import RecordsDesk
from kiosk.desk.registration.assistant import Assistant
from kiosk.desk.repeats import Repeats
from kiosk.desk.scanner_test_desk import ScannerTestDesk
from kiosk.desk.set_up.set_up_desk import SetUpDesk
from kiosk.desk.single_shot import single_shot
from kiosk.desk.sound_desk import SoundDesk
from kiosk.desk.ticket_desk import TicketDesk
from kiosk.desk.today_desk import TodayDesk
from kiosk.desk.visit_desk import VisitDesk
from kiosk.errors import KioskError
from kiosk.readers.scan_test import KeyNote
from kiosk.readers.wedge import without_stray_start
from kiosk.tickets.ticket import Ticket
from kiosk.visits.audit import Act
from kiosk.visits.model import Source
from kiosk.visits.staff import Right, may


class Rooms(QObject):
    """Feeds the flow with what comes in, and has its effects carried out and drawn."""

    def __init__(
        self,
        on: Foundation,
        lock: LockDesk,
        camera_factory: CameraFactory | None,
        *,
        restart: Callable[[], bool],
        offer_set_up: bool,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._on, self._lock = on, lock
        settings, words, flow, window = on.settings, on.words, on.flow, on.window
        lanes, board, stream = on.lanes, on.board, on.stream
        self._line = GatewayLine(on.reception, board, stream, self)
        self._disk = DiskWatch(settings.data_folder, lanes.upkeep, board, self)
        self.records = RecordsDesk(
            settings, words, flow, self.apply, window.today,
            on.reception, lanes, on.mailbox, board, stream,
            self._list_changed, self,
        )  # fmt: skip
        self.tickets = tickets = TicketDesk(
            settings, words, lanes.printing, stream,
            send=self._send_ticket,
            prepare=self._prepare_tickets,
            on_result=lambda error: board.note(printed_at=clock.now(), printer_error=error),
            changed=self.redraw,
        )  # fmt: skip
        self._visit = VisitDesk(
            words, flow, self.apply, window, on.reception, lanes,
            self.records, tickets, stream, self,
        )  # fmt: skip
        self._today = TodayDesk(
            words, flow, window.today, on.reception, lanes,
            board, self._visit, stream, self,
        )  # fmt: skip
        self._work = PatientWork(
            settings, flow, self.apply, on.reception, lanes,
            self.records, self._line, board, stream, tickets.recorded,
        )  # fmt: skip
        self._benefit = BenefitDesk(words, flow, self.apply, window.papers, on.reception)
        self._handed_over = HandedOver(
            settings, words, window, flow, self.apply, lanes.reading,
            on_file=self.take_file,
            on_text=lambda text: self.scan(text, Source.SCAN),
            on_dialog=self._tell,
        )  # fmt: skip
        self.repeats = Repeats()
        self.assistant = Assistant(
            settings, window.assistant, lanes.reading, stream,
            close=lambda: self._close_page(f.PageName.ASSISTANT),
            grab=self._grab,
            take_keyboard=window.take_keyboard,
            on_waiting=lambda waits: window.show_assistant_waits(waits=waits),
        )  # fmt: skip
        self._absence = AbsenceWatch(settings, flow, self.apply, window.form, board, self._busy_hands, self)
        self.camera = self._camera_desk(camera_factory)
        self.check_up = CheckUp(settings, words, window.state, on.mailbox, stream)
        self.difficulties = DifficultyDesk(
            settings, words, flow, window.difficulty,
            on.reception, lanes, board, stream, self,
            forget_keys=on.keys.forget,
        )  # fmt: skip
        self.set_up = SetUpDesk(
            settings, words, window, flow, self.apply, lanes, on.mailbox, board, stream,
            on.frame, restart=restart, offer=offer_set_up, on_saved=self._note_settings,
            has_accounts=lambda: bool(on.reception.wait().accounts()), may_change=self._may_change_settings,
        )  # fmt: skip
        self.manage = ManageDesk(
            settings, words, window, flow, self.apply, on.reception, lanes, board, stream, self,
            forget_keys=on.keys.forget,
        )  # fmt: skip
        self._tests = ScannerTestDesk(on, self.set_up)
        self._form = FormDesk(on, self.apply)
        self._commands = self._all_commands()
        # Facts and keys that other rooms add to a verdict
        self.verdict_extras: list[VerdictExtra] = [partial(priority_extra, words), self._benefit.extra]
        self._drawing = Drawing(
            words,
            window,
            flow,
            on_open={
                f.PageName.TODAY: self._today.open_or_return,
                f.PageName.SCANNER_TEST: self._tests.open,
                f.PageName.CAMERA: self._open_camera_page,
                f.PageName.ASSISTANT: self.assistant.open,
                f.PageName.DIFFICULTY: self.difficulties.open,
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
            on_rested=lambda: self.apply(flow.rest()),
            show_left=window.recorded.show_left,
            cover=window.verdict.cover,
            parent=self,
        )
        self._sounds = SoundDesk(
            settings, flow, on.mailbox, on_failed=lambda failed: board.note(sound_failing=failed)
        )
        self._next_timer = single_shot(self, lambda: self.apply(flow.take_next()))
        window.page_changed.connect(self._page_changed)
        on.keys.scanned.connect(lambda text: self.scan(text, Source.WEDGE))
        on.keys.command.connect(self.command)
        on.keys.pasted.connect(self._paste)
        on.keys.refused.connect(self._tests.refused)
        on.keys.noted.connect(self._note_key)

    def _all_commands(self) -> Commands:
        on = self._on
        return Commands(
            on.words,
            on.window,
            on.flow,
            self.apply,
            others={
                "F5": self._press_f5,
                "F7": self.records.finish_task,
                "F10": self._benefit.open,
                "open": self._handed_over.open_dialog,
                "print": self._print,
            },
            move_camera=self._move_camera,
            on_escape=self._absence.note_escape,
            first=lambda name: (
                self._lock.takes(name)
                or self.set_up.takes(name)
                or self.assistant.command(name)
                or self.difficulties.takes(name)
                or self.manage.takes(name)
                or self._today.does(name)
            ),
        )

    # Start and end

    def start(self) -> None:
        """They are all there."""
        self.records.start_looking()
        self._line.start()
        self._disk.start()
        self.redraw()

    def opened(self, owed: int) -> None:
        """The records are open."""
        self.records.start_work(owed)
        self.tickets.get_ready()
        self.difficulties.start()
        self.manage.start()
        self._start_camera()
        self._lock.opened()
        self.set_up.look()

    def opening_failed(self, error: KioskError) -> None:
        self.records.opening_failed(error)
        self._start_camera()
        self._lock.opened()
        self.set_up.look()

    def stop(self) -> None:
        self.assistant.stop()
        if self.camera is not None:
            self.camera.stop(1.0)
        self.records.stop()
        self._sounds.stop()

    def locked(self, *, locked: bool) -> None:
        self._handed_over.close_dialog()
        if self.camera is not None:
            self.camera.lock(locked=locked)
        self.redraw()
        if locked:
            self.assistant.stop()  # the next person does not find what this one typed for somebody

    def _may_change_settings(self) -> bool:
        reception = self._on.reception.if_open
        return may(reception.actor.role if reception is not None else None, Right.SETTINGS)

    def _note_settings(self, names: list[str]) -> None:
        """Into the audit log: which settings were changed, never to what."""
        reception = self._on.reception
        self._on.lanes.records.do(
            lambda: reception.wait().note_act(Act.SETTINGS, changed=names), _ignore, _ignore
        )

    # What comes in

    def scan(self, text: str, source: Source) -> None:
        """A text from any reader."""
        flow, text = self._on.flow, text.strip()
        if source is Source.WEDGE:
            text = without_stray_start(text)
            if text:
                self._absence.note_wedge()
        self._lock.note_use()
        if self._tests.takes(text, source) or not text or self._is_repeat(text, source):
            return
        if source in {Source.WEDGE, Source.SERIAL}:
            self._on.board.note(last_scan=clock.now())
        if flow.locked:
            self._arrive(f.Scan(source, text=text))
        elif source is Source.CAMERA and self.assistant.photographs:
            return
        elif self.assistant.takes_scans:
            self.assistant.scan(text)
        elif self.manage.takes_scans:
            self.manage.scan(text)
        else:
            self._arrive(f.Scan(source, text=text))

    def _is_repeat(self, text: str, source: Source) -> bool:
        flow = self._on.flow
        waiting = [scan.text for scan in flow.line]
        if isinstance(flow.stage, f.Reading):
            waiting.append(flow.stage.scan.text)
        return self.repeats.is_repeat(text, source, waiting)

    def _arrive(self, scan: f.Scan) -> None:
        self._handed_over.close_dialog()
        flow = self._on.flow
        effects = flow.scan(scan, form_is_empty=self._on.window.form.is_empty)
        if scan in flow.line:
            self._on.stream.write("queued", waiting=len(flow.line))
        self.apply(effects)

    def _note_key(self, key: KeyNote) -> None:
        self.difficulties.note_key(key)
        self.manage.note_key(key)
        self._tests.note(key)

    def command(self, name: str) -> None:
        """A person's key."""
        if self._on.flow.locked or not self.idle.note_key():
            self._commands.do(name)

    def click(self, key: str) -> None:
        """A key that is shown on the screen was clicked."""
        if self._on.flow.locked or not self.idle.note_key():
            self._commands.click(key)

    def take(self, found: Incoming) -> None:
        """Dropped on the window."""
        self._handed_over.take(found)

    def _paste(self) -> None:
        self._handed_over.take(incoming(QApplication.clipboard().mimeData()))

    def take_file(self, path: Path) -> None:
        """A picture that was handed over."""
        if not self.assistant.takes_scans:
            self._arrive(f.Scan(Source.IMAGE, image=path))
            return
        settings = self._on.settings

        def texts() -> list[str]:
            try:
                return [code.text for code in decode_image(settings, path).codes]
            finally:
                discard_pasted(path, settings.data_folder)

        self._on.lanes.reading.do(
            texts,
            lambda found: self.assistant.scan_picture(found, path.name),
            self.assistant.refuse,
        )

    def open_matter(self, matter: str) -> None:
        """A segment of the strip was clicked."""
        if not self._on.flow.locked:
            self._on.board.open_matter(matter)
            self.redraw()

    # What the keys ask

    @property
    def choosing(self) -> bool:
        """Whether a digit chooses one of a list."""
        flow = self._on.flow
        return not flow.locked and (
            flow.choosing
            or self.assistant.choosing
            or flow.shows(f.PageName.DIFFICULTY)
            or self.set_up.choosing
            or self.manage.choosing
        )

    @property
    def number_field(self) -> QLineEdit | None:
        """The field in which a bare number is at home."""
        if self._on.flow.locked:
            return None
        return self.set_up.field or self.manage.field or self.assistant.number_field or self._form_number()

    def _form_number(self) -> QLineEdit | None:
        return self._on.window.form.number_edit if self._on.flow.form_open else None

    def _busy_hands(self) -> bool:
        return self._on.keys.busy or self._handed_over.dialog_open

    def _press_f5(self) -> None:
        flow = self._on.flow
        if flow.shows(f.PageName.STATE):
            self.check_up.start()
        elif flow.shows(f.PageName.CAMERA) and self.camera is not None:
            self.camera.mirror()
        else:
            self.apply(flow.take_gateway_values())

    def _print(self) -> None:
        """Ctrl+P: what it prints depends on what is shown."""
        flow = self._on.flow
        shown = not flow.overlays and isinstance(flow.stage, (f.Ready, f.Recorded))
        if self._tests.on_page:
            self._tests.save()
        elif shown and flow.last_visit is not None:
            self.tickets.print_ticket(flow.last_visit)

    def _prepare_tickets(self) -> None:
        from kiosk.desk.slip_printing import get_ready

        get_ready(self._on.settings.ticket)

    def _send_ticket(self, ticket: Ticket) -> None:
        from kiosk.desk.slip_printing import print_slip

        print_slip(ticket, self._on.settings.ticket)

    def _close_page(self, name: f.PageName) -> None:
        if self._on.flow.shows(name):
            self.apply(self._on.flow.escape())

    def _page_changed(self) -> None:
        if self._on.window.page is not self._on.window.assistant:
            self.assistant.hidden()

    def _list_changed(self) -> None:
        self._today.refresh()

    # The camera

    def serial_state(self, state: str) -> None:
        self._on.board.note(serial=state)
        self._absence.mind()
        self._on.stream.write("serial", state=state)

    def _camera_desk(self, factory: CameraFactory | None) -> CameraDesk | None:
        on = self._on
        if factory is None:
            on.window.camera.show_choices((), CameraChoice(), on.settings.readers.camera)
            return None
        camera = CameraDesk(on.settings, on.words, on.window, factory, on.mailbox, on.lanes.reading)
        camera.scanned.connect(lambda text: self.scan(text, Source.CAMERA))
        camera.state_changed.connect(self._camera_state)
        return camera

    def _grab(self, take: Callable[[Any], None]) -> bool:
        """Whether the camera will give its next whole frame to `take`."""
        if self.camera is None or self._on.board.health.camera not in STATES_WITH_PICTURE:
            return False
        self.camera.grab(take)
        return True

    def _start_camera(self) -> None:
        if self.camera is not None:
            self.camera.start()

    def _open_camera_page(self) -> None:
        if self.camera is not None:
            self.camera.open_page()

    def _move_camera(self, step: int) -> None:
        if self.camera is not None:
            self.camera.choose(step)

    def _camera_state(self, state: str, name: str) -> None:
        self._on.board.note(camera=state, camera_name=name)
        self.set_up.note_camera()
        self._absence.mind()
        self._on.stream.write("camera", state=state)

    # What is done

    def apply(self, effects: f.Effects) -> None:
        """Have `effects` carried out and draw what the flow has become."""
        for effect in effects:
            match effect:
                case f.TakeNextAfter(seconds):
                    self._next_timer.start(round(seconds * 1000))
                case f.FormRefused(error):
                    self._on.window.form.show_error(error, self._on.words.error(error))
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
        self.difficulties.mind()
        self._tell()
        self._sounds.mind()
        self._on.board.draw()
        self._absence.mind()

    def _tell(self) -> None:
        self._on.events.tell(dialog=self._handed_over.dialog_has_keyboard)


def _ignore(_: object) -> None:
    """The result does not matter."""
