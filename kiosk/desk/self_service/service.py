"""Joins the patients' window with its readers, the reception and the printer."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from kiosk.desk import events
from kiosk.desk.camera_desk import STATES_WITH_PICTURE
from kiosk.desk.camera_watch import CameraFactory
from kiosk.desk.events import EventStream
from kiosk.desk.keys import KeyReader
from kiosk.desk.late_reception import LateReception
from kiosk.desk.previewed_camera import PreviewedCamera
from kiosk.desk.scan_intake import ScanIntake
from kiosk.desk.self_service import flow as f
from kiosk.desk.self_service.window import OTHER, SelfServiceWindow
from kiosk.desk.serial_desk import SerialFactory
from kiosk.desk.ticket_desk import TicketDesk
from kiosk.desk.words import Words
from kiosk.desk.work import Lanes, Mailbox
from kiosk.errors import KioskError
from kiosk.lookup import Lookup
from kiosk.readers.qr_writer import modules
from kiosk.readers.wedge import Frame
from kiosk.reception import Reception
from kiosk.registration.sheet import ANDROID_URL, IOS_URL
from kiosk.settings import Settings
from kiosk.visits.model import Source, Visit
from kiosk.visits.notice import PatientNotice

CLOSE_WAIT_SECONDS = 15.0
"""How long closing waits for a visit being written."""

_STATE_NAMES: dict[type[f.Stage], str] = {
    f.Welcome: "welcome",
    f.Help: "help",
    f.Reading: "notice",
    f.Checking: "checking",
    f.Offered: "offered",
    f.Taking: "taking",
    f.Done: "done",
    f.ToDesk: "to_desk",
    f.Leaving: "leaving",
}


class SelfService(QObject):
    """Takes scans and touches, feeds the flow, has its effects carried out, draws what came of it."""

    became_ready = Signal()

    def __init__(
        self,
        settings: Settings,
        reception_factory: Callable[[], Reception],
        camera_factory: CameraFactory | None,
        serial_factory: SerialFactory | None,
        stream: EventStream,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._settings, self._stream, self._now = settings, stream, now
        self.flow = f.SelfServiceFlow()
        self.window = SelfServiceWindow(settings)
        self._mailbox = Mailbox()
        self._lanes = Lanes(self._mailbox)
        self._reception = LateReception(reception_factory)
        self.tickets = TicketDesk(
            settings, Words(settings.ui.language), self._lanes.printing, stream,
            on_result=lambda _: None,
            changed=self._draw,
        )  # fmt: skip
        self.keys = KeyReader(
            lambda: None,
            frame=Frame(settings.readers.wedge_prefix, settings.readers.wedge_suffix),
            home=self.window,
        )
        self.keys.command.connect(self._command)
        self.intake = ScanIntake(
            self.keys,
            self._mailbox,
            serial_factory,
            on_scan=lambda text, source: self._apply(self.flow.scan(text, source)),
            on_serial_state=lambda state: stream.write("serial", state=state),
        )
        self._camera = self._watch(camera_factory)
        self.window.touched.connect(self.touch)
        self.window.code.connect(self._try_code)
        self._touched_at = now()
        self._stays = False
        self._said = ""
        self._closed = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.tick)
        self._draw()

    def _watch(self, factory: CameraFactory | None) -> PreviewedCamera | None:
        if factory is None:
            return None
        camera = PreviewedCamera(factory, self._mailbox, self._lanes.reading, self.window.welcome.preview)
        camera.mirror()
        camera.state.connect(self._camera_state)
        self.intake.watch(camera)
        return camera

    # Start and end

    def start(self) -> None:
        self.intake.read_keys()
        self.intake.start_serial()
        self._timer.start(1000)
        self._lanes.records.do(self._reception.open, lambda _: self._opened(), lambda _: self._opened())
        self._stream.write("ready")
        self.became_ready.emit()

    def _opened(self) -> None:
        self._stream.write("opened", records=self._reception.if_open is not None)
        self.tickets.get_ready()
        self._lanes.upkeep.do(self._notice, self._show_notice, self._no_notice)
        self._lanes.reading.do(
            lambda: [modules(url) for url in (ANDROID_URL, IOS_URL)], self._show_codes, lambda _: None
        )
        self.intake.start_camera()

    def _notice(self) -> PatientNotice:
        """What patients are told here from now on; in a worker."""
        from kiosk.visits.notice_told import notice_used

        return notice_used(self._settings, self._reception.wait().records.audit)[0]

    def _show_notice(self, notice: PatientNotice) -> None:
        self.window.show_notice(notice)
        self._stream.write("notice", version=notice.version)

    def _no_notice(self, error: KioskError) -> None:
        """They are received all the same; `kiosk notice show` says what is wrong with it."""
        self._stream.write("message", code=error.code)

    def close(self) -> None:
        """Let a visit being written end, wait for nothing else."""
        if self._closed:
            return
        self._closed = True
        self._timer.stop()
        self._mailbox.close()
        self.intake.stop()
        if self._lanes.stop(CLOSE_WAIT_SECONDS):
            self._reception.close()

    # What comes in

    def scan(self, text: str, source: Source) -> None:
        """A text from any reader."""
        self.intake.take(text, source)

    def touch(self, word: str) -> None:
        """Something on the screen was touched."""
        self._touched_at = self._now()
        match word:
            case "language":
                self.window.language = OTHER[self.window.language]
                self.window.write()
                self._draw()
            case "stay":
                self._stays = True
                self._draw()
            case "take_number":
                self._apply(self.flow.take_number())
            case "help":
                self._apply(self.flow.help())
            case "notice":
                self._apply(self.flow.read_notice())
            case "leave":
                self._leave()
            case "clear":
                self._apply(self.flow.clear())

    def _command(self, name: str) -> None:
        """A keyboard, where there is one."""
        if name == "return":
            self.touch("take_number")
        elif name == "escape":
            self.touch("clear")

    def tick(self) -> None:
        """Once a second: what nobody touches is cleared."""
        if not isinstance(self.flow.stage, f.CLEARED):
            if isinstance(self.flow.stage, f.Welcome) and self._left <= 0:
                self._first_language()
        elif not self._stays and self._left <= 0:
            self._apply(self.flow.clear())
            self._first_language()
        else:
            self._show_countdown()

    @property
    def _left(self) -> int:
        """Seconds."""
        return round(self._touched_at + self._settings.self_service.idle_seconds - self._now())

    def _first_language(self) -> None:
        if self.window.language != self._settings.ui.language:
            self.window.language = self._settings.ui.language
            self.window.write()
            self._draw()

    def _leave(self) -> None:
        if self.window.may_close:
            self.window.close()
            return
        self.window.leaving.keypad.clear()
        self.window.leaving.wrong.hide()
        self._apply(self.flow.leave())

    def _try_code(self, code: str) -> None:
        self._touched_at = self._now()
        if code == self._settings.self_service.exit_code:
            self.window.may_close = True
            self.window.close()
        else:
            self.window.leaving.wrong.show()

    # What is done

    def _apply(self, effects: f.Effects) -> None:
        self._touched_at = self._now()
        self._stays = False
        for effect in effects:
            match effect:
                case f.Check():
                    self._check(effect)
                case f.CheckIn():
                    self._check_in(effect)
                case f.PutAside(source, found):
                    self._lanes.records.do(
                        lambda: self._reception.wait().put_aside(found, source),
                        self._tell_recorded,
                        lambda error: self._stream.write("message", code=error.code),
                    )
        self._draw()

    def _check(self, effect: f.Check) -> None:
        ticket, text = effect.ticket, effect.text

        def job() -> Lookup:
            reception = self._reception.wait()
            return reception.seen_today(reception.look_up(reception.read(text)))

        self._lanes.lookups.do(
            job,
            lambda found: self._apply(self.flow.checked(ticket, found)),
            lambda error: self._check_failed(ticket, error),
        )

    def _check_failed(self, ticket: int, error: KioskError) -> None:
        self._stream.write("message", code=error.code)
        self._apply(self.flow.check_failed(ticket, error))

    def _check_in(self, effect: f.CheckIn) -> None:
        ticket, found, source = effect.ticket, effect.found, effect.source

        def done(visit: Visit) -> None:
            self._tell_recorded(visit)
            self.tickets.recorded(visit, language=self.window.language)
            self._apply(self.flow.taken(ticket, visit))

        def failed(error: KioskError) -> None:
            self._stream.write("message", code=error.code)
            self._apply(self.flow.taking_failed(ticket))

        self._lanes.records.do(lambda: self._reception.wait().check_in(found, source), done, failed)

    def _tell_recorded(self, visit: Visit) -> None:
        self._stream.write("recorded", **events.recorded_event(visit))

    # What is shown

    def _draw(self) -> None:
        window, stage = self.window, self.flow.stage
        match stage:
            case f.Welcome():
                window.show_page(window.welcome)
            case f.Help():
                window.show_page(window.help)
            case f.Reading():
                window.show_page(window.notice)
            case f.Checking() | f.Taking():
                window.show_page(window.checking)
            case f.Offered(_, found):
                card = window.words("offered_card", digits=f.last_digits(found))
                window.offered.show_person(f.covered_name(found), card, found.assessment.verdict)
                window.show_page(window.offered)
            case f.Done(visit):
                printed = self.tickets.on and not self.tickets.note_of(visit).trouble
                slip = window.words("done_slip") if printed else ""
                window.done.show_number(visit.queue_label or "", slip)
                window.show_page(window.done)
            case f.ToDesk(why):
                window.show_page(window.to_desk[why])
            case f.Leaving():
                window.show_page(window.leaving)
        self._show_countdown()
        name = _STATE_NAMES[type(stage)]
        if name != self._said:
            self._said = name
            why_said = {"why": stage.why.value} if isinstance(stage, f.ToDesk) else {}
            self._stream.write("state", state=name, **why_said)

    def _show_countdown(self) -> None:
        counts = isinstance(self.flow.stage, f.CLEARED)
        self.window.show_countdown(max(self._left, 0) if counts else None, stopped=self._stays)

    def _show_codes(self, codes: list[object]) -> None:
        for picture, code in zip(self.window.help.codes, codes, strict=True):
            picture.show_code(code)

    # The camera

    def _camera_state(self, state: str, _name: str) -> None:
        self.window.welcome.preview.setVisible(state in STATES_WITH_PICTURE)
        if state not in STATES_WITH_PICTURE:
            self.window.welcome.preview.clear_frame()
        if self._camera is not None:
            self._camera.measure()
        self._stream.write("camera", state=state)


def place_on_screen(window: QWidget, number: int) -> None:
    """Full screen on the screen of that number, counted from 1, or on the last there is."""
    screens = QApplication.screens()
    window.setGeometry(screens[min(number, len(screens)) - 1].geometry())
    window.showFullScreen()
