"""The desk: its window first, then everything behind it, and in the end all of it closed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QLineEdit

from kiosk.desk.collecting import Collecting
from kiosk.desk.events import EventStream, FlowEvents
from kiosk.desk.facilities import facility_names
from kiosk.desk.flow import Flow
from kiosk.desk.foundation import Foundation
from kiosk.desk.furnishing import Furnishing
from kiosk.desk.health_board import HealthBoard
from kiosk.desk.keys import KeyReader
from kiosk.desk.late_reception import LateReception
from kiosk.desk.lock_desk import LockDesk
from kiosk.desk.scan_intake import ScanIntake
from kiosk.desk.serial_desk import SerialFactory
from kiosk.desk.single_shot import single_shot
from kiosk.desk.stages import Effects, Message, Ready, Recorded
from kiosk.desk.window import DeskWindow
from kiosk.desk.words import Words
from kiosk.desk.work import Lanes, Mailbox
from kiosk.errors import KioskError, SettingsError
from kiosk.readers.wedge import Frame
from kiosk.settings import Settings
from kiosk.visits.model import Source

if TYPE_CHECKING:
    from kiosk.desk.camera_watch import CameraFactory
    from kiosk.desk.health import Health
    from kiosk.desk.rooms import Rooms
    from kiosk.reception import Reception

ACTIVE_WITHIN_SECONDS = 10.0
"""Where nobody gives the window the keyboard, it goes on after this long; slow window managers are faster."""

CLOSE_WAIT_SECONDS = 15.0
"""How long closing the window waits for a record being written; SQLite's busy time-out ends before."""


class Desk(QObject):
    """Keys and scans that come before the rooms are made wait for them."""

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
        self.fault: SettingsError | None = None  # what the window was closed for
        self.settings = settings
        self._camera_factory, self._offer_set_up, self._stream = camera_factory, offer_set_up, stream
        self.words = words = Words(
            settings.ui.language,
            {**facility_names(settings.data_folder), settings.facility.code: settings.facility.name},
        )
        self.flow = flow = Flow()
        self.window = window = DeskWindow(settings, words)
        frame = Frame(settings.readers.wedge_prefix, settings.readers.wedge_suffix)
        self.keys = KeyReader(
            self._number_field,
            frame=frame,
            home=window,
            nobody_asked=lambda: flow.form_came_by_itself,
            choosing=lambda: self.furnished and self.rooms.choosing,
        )
        self._mailbox = mailbox = Mailbox()
        self._lanes = lanes = Lanes(mailbox)
        self._reception = LateReception(reception_factory)
        self._board = board = HealthBoard(settings, words, window, flow)
        self._events = FlowEvents(flow, stream)
        self.intake = ScanIntake(
            self.keys,
            mailbox,
            serial_factory,
            on_scan=self._scanned,
            first=self._scanned_for_something_else,
            waiting=lambda: self.rooms.arrivals.waiting,
            on_serial_state=lambda state: self._when_furnished(lambda: self.rooms.readers.note_serial(state)),
        )
        self._foundation = Foundation(
            settings, words, flow, window, self.keys, self.intake, frame,
            mailbox, lanes, self._reception, board, stream, self._events,
        )  # fmt: skip
        self.lock = LockDesk(
            settings, words, window, flow, self._apply, self._reception, lanes,
            stream, on_lock=self._locked, parent=self,
        )  # fmt: skip
        self._furnishing = Furnishing(window, lambda: self.rooms, self._furnish)
        self._collecting = Collecting(lambda: flow.free and not self.keys.busy, self)
        self.furnished = False  # whether what comes in is done at once
        self._held: list[Callable[[], None]] = []
        self._said_ready = False
        self._closed = False
        self._ready_timer = single_shot(self, self._ready)
        self._connect()
        board.draw()

    @cached_property
    def rooms(self) -> Rooms:
        from kiosk.desk.rooms import Rooms

        return Rooms(
            self._foundation, self.lock, self._camera_factory,
            restart=self._restart, offer_set_up=self._offer_set_up, parent=self,
        )  # fmt: skip

    def _connect(self) -> None:
        def later(does: Callable[[Rooms], Callable[..., None]]) -> Callable[..., None]:
            return lambda *what: self._when_furnished(lambda: does(self.rooms)(*what))

        self.window.key_pressed.connect(later(lambda rooms: rooms.click))
        self.window.dropped.connect(later(lambda rooms: rooms.arrivals.hand_over))
        self.window.strip.clicked.connect(later(lambda rooms: rooms.open_matter))
        self.window.closing.connect(self.close)

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
        self.intake.read_keys()
        self.intake.hold()
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
        self.intake.start_serial()
        self._furnishing.start()

    def _furnish(self) -> None:
        """The rooms are made: what came in meanwhile is done, and the records are opened."""
        self.furnished = True
        self.rooms.start()
        self._lanes.records.do(self._reception.open, self._opened, self._opening_failed)
        held, self._held = self._held, []
        for does in held:
            does()
        self.intake.deliver_held()

    def _when_furnished(self, does: Callable[[], None]) -> None:
        if self.furnished:
            does()
        else:
            self._held.append(does)

    def _opened(self, owed: int) -> None:
        self._collecting.start()
        self.rooms.opened(owed)

    def _opening_failed(self, error: KioskError) -> None:
        if isinstance(error, SettingsError):  # it stops the start, and not the first patient
            self.fault = error
            self.window.close()
            return
        self._collecting.start()
        self.rooms.opening_failed(error)

    def _restart(self) -> bool:
        """Open the window again with the settings as they are saved now; never over a patient."""
        if not isinstance(self.flow.stage, (Ready, Recorded, Message)) or self.flow.line:
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
        self._furnishing.stop()
        self._collecting.stop()
        for timer in self.findChildren(QTimer):
            timer.stop()
        self._mailbox.close()
        if self.furnished:
            self.rooms.stop()
        self.intake.stop()
        if self._lanes.stop(CLOSE_WAIT_SECONDS):
            self._reception.close()

    # What comes in

    def scan(self, text: str, source: Source) -> None:
        """A text from any reader."""
        self.intake.take(text, source)

    def _scanned(self, text: str, source: Source) -> None:
        self.rooms.arrivals.scan(text, source)

    def _scanned_for_something_else(self, text: str, source: Source) -> bool:
        return self.rooms.arrivals.first(text, source)

    def command(self, name: str) -> None:
        """A person's key."""
        self._when_furnished(lambda: self.rooms.command(name))

    def _apply(self, effects: Effects) -> None:
        self.rooms.apply(effects)

    def _number_field(self) -> QLineEdit | None:
        return self.rooms.number_field if self.furnished else None

    def _locked(self, locked: bool) -> None:
        if self.furnished:
            self.rooms.locked(locked=locked)
        elif locked:  # at the start
            self.window.show_page(self.window.lock)
            self.window.lock.take_focus()
            self._events.tell(dialog=False)
