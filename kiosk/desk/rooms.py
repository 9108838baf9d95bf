"""The rooms of the desk, joined: what takes scans and keys, what works behind the window, what draws."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLineEdit

from kiosk import clock
from kiosk.desk import flow as f
from kiosk.desk.arrivals import Arrivals
from kiosk.desk.benefit_desk import BenefitDesk
from kiosk.desk.camera_watch import CameraFactory
from kiosk.desk.check_up import CheckUp
from kiosk.desk.commands import Commands
from kiosk.desk.difficulty_desk import DifficultyDesk
from kiosk.desk.disk_watch import DiskWatch
from kiosk.desk.drawing import Drawing, VerdictExtra
from kiosk.desk.form_desk import FormDesk
from kiosk.desk.foundation import Foundation
from kiosk.desk.gateway_line import GatewayLine
from kiosk.desk.idle_watch import IdleWatch
from kiosk.desk.lock_desk import LockDesk
from kiosk.desk.manage.manage_desk import ManageDesk
from kiosk.desk.patient_work import PatientWork
from kiosk.desk.priority_list import priority_extra
from kiosk.desk.readers_desk import ReadersDesk
from kiosk.desk.records_desk import RecordsDesk
from kiosk.desk.registration.assistant import Assistant
from kiosk.desk.scanner_test_desk import ScannerTestDesk
from kiosk.desk.set_up.set_up_desk import SetUpDesk
from kiosk.desk.single_shot import single_shot
from kiosk.desk.sound_desk import SoundDesk
from kiosk.desk.ticket_desk import TicketDesk
from kiosk.desk.today_desk import TodayDesk
from kiosk.desk.visit_desk import VisitDesk
from kiosk.errors import KioskError
from kiosk.readers.scan_test import KeyNote
from kiosk.visits.audit import Act
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
        self.readers = ReadersDesk(on, camera_factory, changed=self._readers_changed)
        self.assistant = Assistant(
            settings, window.assistant, lanes.reading, stream,
            close=lambda: self._close_page(f.PageName.ASSISTANT),
            grab=self.readers.grab,
            take_keyboard=window.take_keyboard,
            on_waiting=lambda waits: window.show_assistant_waits(waits=waits),
        )  # fmt: skip
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
        self.arrivals = Arrivals(
            on, self.apply, lock, self._tests, self.assistant, self.manage,
            on_dialog=self._tell, parent=self,
        )  # fmt: skip
        self._absence, self._handed_over = self.arrivals.absence, self.arrivals.handed_over
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
                f.PageName.CAMERA: self.readers.open_page,
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
        on.keys.command.connect(self.command)
        on.keys.pasted.connect(self.arrivals.paste)
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
            move_camera=self.readers.choose,
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
        self._on.intake.start_camera()
        self._lock.opened()
        self.set_up.look()

    def opening_failed(self, error: KioskError) -> None:
        self.records.opening_failed(error)
        self._on.intake.start_camera()
        self._lock.opened()
        self.set_up.look()

    def stop(self) -> None:
        self.assistant.stop()
        self.records.stop()
        self._sounds.stop()

    def locked(self, *, locked: bool) -> None:
        self._handed_over.close_dialog()
        self.readers.lock(locked=locked)
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

    def _press_f5(self) -> None:
        flow = self._on.flow
        if flow.shows(f.PageName.STATE):
            self.check_up.start()
        elif flow.shows(f.PageName.CAMERA):
            self.readers.mirror()
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

    def _close_page(self, name: f.PageName) -> None:
        if self._on.flow.shows(name):
            self.apply(self._on.flow.escape())

    def _page_changed(self) -> None:
        if self._on.window.page is not self._on.window.assistant:
            self.assistant.hidden()

    def _readers_changed(self) -> None:
        self.set_up.note_camera()
        self._absence.mind()

    def _list_changed(self) -> None:
        self._today.refresh()

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
