"""The assistant at the desk: joins the walk, its page, the keys, the scans and the clock that wipes.

Data live in the walk and in the page's fields, nowhere else. They are wiped at the end, when somebody leaves,
when the program closes, and when nobody has worked on them for `IDLE_SECONDS`. A scan is the assistant's only
while its scan step is in front; every other scan is a patient at reception, and the data wait (F9).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QLineEdit

from kiosk import clock
from kiosk.desk.events import EventStream
from kiosk.desk.registration.page import AssistantPage
from kiosk.desk.registration.paper_work import ask_where_to_save, picture_of, print_sheet
from kiosk.desk.registration.sheet_paper import write_sheet
from kiosk.desk.registration.views import StepView
from kiosk.desk.work import Lane
from kiosk.errors import KioskError
from kiosk.readers.qr_writer import modules
from kiosk.registration.preparation import Entry, Preparation
from kiosk.registration.sheet import Sheet, sheet_of
from kiosk.registration.tables import load_offices
from kiosk.registration.walk import Question, Step, Walk
from kiosk.settings import Settings

IDLE_SECONDS = 180
"""Whoever went away has gone; a counter that explains a step to a patient takes a minute or two."""

_CLICKED = {"PgUp": "page_up"}


class Assistant(QObject):
    """`close` takes the page away, `take_keyboard` the focus out of every field.

    `on_waiting` is told whether data wait behind another page.
    """

    def __init__(
        self,
        settings: Settings,
        page: AssistantPage,
        lane: Lane,
        stream: EventStream,
        *,
        close: Callable[[], None],
        take_keyboard: Callable[[], None],
        on_waiting: Callable[[bool], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(page)
        self._settings, self._page, self._lane, self._stream = settings, page, lane, stream
        self._now = now
        self._close, self._take_keyboard, self._on_waiting = close, take_keyboard, on_waiting
        self._texts = page.texts
        self._offices_error: KioskError | None = None
        self._walk = Walk()
        self._shown = False
        self._large = False
        self._said = ""
        self._job = 0  # the sheet that is being made; an older one's result is dropped
        self._deadline: float | None = None
        self._stopped = False
        self._tick = QTimer(self)
        self._tick.timeout.connect(self.count_down)
        for edit in page.edits:
            edit.textEdited.connect(self._renew)

    # What is so

    @property
    def takes_scans(self) -> bool:
        return self._shown and self._walk.waits_for_scan

    @property
    def choosing(self) -> bool:
        return self._shown and self._walk.options > 0

    @property
    def number_field(self) -> QLineEdit | None:
        """The field that is being typed in: digits are at home in all of them."""
        focus = QApplication.focusWidget()
        return focus if self._shown and isinstance(focus, QLineEdit) and focus in self._page.edits else None

    # Coming and going

    def open(self) -> None:
        """The page is in front; called again whenever it is drawn anew."""
        if self._shown:
            return
        self._shown = True
        self._on_waiting(False)
        if self._walk.draft.empty:
            self._load_offices()
        self._renew()
        self._draw_codes()
        self._draw()

    def hidden(self) -> None:
        """Another page is in front."""
        if not self._shown:
            return
        self._shown = False
        self._keep_typed()
        self._walk.interrupted()
        self._stopped = False
        waits = not self._walk.draft.empty
        self._on_waiting(waits)
        if waits:
            self._renew()
        else:
            self._wipe()
        self._say("hidden", waits=waits)

    def stop(self) -> None:
        """The program closes."""
        self._tick.stop()
        self._wipe()

    def _load_offices(self) -> None:
        self._offices_error = None
        try:
            self._walk.offices = load_offices()
        except KioskError as error:
            self._walk.offices, self._offices_error = (), error

    def _leave(self) -> None:
        self._wipe()
        self._shown = False
        self._say("wiped")
        self._close()

    def _wipe(self) -> None:
        self._job += 1
        self._walk.wipe()
        self._page.wipe()
        self._said, self._large, self._deadline, self._stopped = "", False, None, False
        self._tick.stop()
        self._on_waiting(False)

    # Scans and keys

    def scan(self, text: str) -> None:
        """A text from any reader, while the scan step is in front."""
        self._renew()
        taken = self._walk.scan(text, clock.today())
        self._page.fill(self._walk.draft.texts())
        self._say("scanned", taken=taken)
        self._draw()

    def command(self, name: str) -> bool:
        """A person's key while the page is in front. Whether it was for the assistant."""
        if not self._shown:
            return False
        self._renew(by_key=name != "F6")
        name = _CLICKED.get(name, name)
        does: dict[str, Callable[[], None]] = {
            "return": self._forward,
            "escape": self._escape,
            "page_up": self._back,
            "tab": lambda: self._next_field(back=False),
            "backtab": lambda: self._next_field(back=True),
            "down": lambda: self._arrow(1),
            "up": lambda: self._arrow(-1),
            "F5": self._turn_size,
            "F6": self._turn_countdown,
            "F7": self._press_f7,
            "print": self._print,
            "open": lambda: None,  # a picture would be a patient's
        }
        if name.startswith("digit_"):
            self._walk.choose(int(name.removeprefix("digit_")) - 1)
            self._draw()
        elif name in does:
            does[name]()
        else:
            return False
        return True

    def _forward(self) -> None:
        self._keep_typed()
        step = self._walk.step
        if self._walk.forward(clock.today()):
            self._leave()
            return
        stays = self._walk.step is step
        self._said = ""
        self._draw(focus=not stays)

    def _back(self) -> None:
        self._keep_typed()
        self._walk.back()
        self._said = ""
        self._draw()

    def _escape(self) -> None:
        self._keep_typed()
        if self._walk.escape():
            self._leave()
        else:
            self._draw()

    def _press_f7(self) -> None:
        if self._walk.question is Question.RESUME:
            self._wipe()
            self._load_offices()
            self._renew()
            self._draw()
        elif self._on_sheet:
            self._save()

    def _arrow(self, step: int) -> None:
        if self._walk.options:
            self._walk.choose_next(step)
            self._draw()
        elif step > 0 and self._walk.form:
            self._keep_typed()
            if suggestion := self._walk.take_suggestion(clock.today()):
                self._page.fill({**self._walk.draft.texts(), Entry.EMAIL: suggestion})
                self._draw()

    def _next_field(self, *, back: bool) -> None:
        form = self._page.forms.get(self._walk.step)
        if form is not None and self._walk.question is None:
            self._page.ensureWidgetVisible(form.next_field(back=back))

    def _keep_typed(self) -> None:
        if self._walk.form:
            self._walk.enter(self._page.forms[self._walk.step].values)

    # Drawing

    def _view(self) -> StepView:
        view = self._texts.view(self._walk, clock.today(), large=self._large, said=self._said)
        if self._offices_error is not None and self._walk.step is Step.OFFICE and view.progress:
            return replace(view, notices=(self._texts.error(self._offices_error),))
        return view

    def _draw(self, *, focus: bool = True) -> None:
        walk, today = self._walk, clock.today()
        self._page.show_step(walk.step, self._view())
        if walk.form:
            if focus:
                self._page.fill(walk.draft.texts())
                self._page.forms[walk.step].take_focus()
            self._page.show_remarks(walk.step, self._remarks(walk.prepared(today)))
        else:
            self._take_keyboard()
        if self._on_sheet:
            self._draw_sheet()
        self._say("step", step=walk.question or walk.step)

    def _remarks(self, prepared: Preparation) -> dict[str, str]:
        """What stands beside each field."""
        found = {each.entry: self._texts.error(each.error) for each in self._walk.problems_told(prepared)}
        for entry, notices in self._walk.notices_told(prepared).items():
            words = " ".join(self._texts.desk.notices(notices))
            if entry == Entry.EMAIL and prepared.email_suggestion:
                words = self._texts("suggest", message=words, suggestion=prepared.email_suggestion)
            found.setdefault(entry, words)
        return found

    def _draw_codes(self) -> None:
        pictures = self._page.code_pictures
        if pictures[0][1].code is None:

            def show(found: list[object]) -> None:
                for (_, picture), code in zip(pictures, found, strict=True):
                    picture.show_code(code)

            self._lane.do(lambda: [modules(url) for url, _ in pictures], show, lambda _: None)

    # The sheet

    @property
    def _on_sheet(self) -> bool:
        return self._shown and self._walk.step is Step.SHEET and self._walk.question is None

    def _sheet(self) -> Sheet | None:
        """None while something is wrong; then it says so."""
        today = clock.today()
        prepared = self._walk.prepared(today)
        if not prepared.printable:
            self._said = self._texts("sheet_not_yet")
            return None
        return sheet_of(prepared, facility=self._settings.facility.name, made_on=today)

    def _draw_sheet(self) -> None:
        sheet, large = self._sheet(), self._large
        if sheet is not None:
            self._do(lambda: picture_of(sheet, large=large), self._page.show_sheet)

    def _print(self) -> None:
        if not self._on_sheet:
            return
        sheet, large = self._sheet(), self._large
        if sheet is None:
            self._draw()
            return

        def done(printer: str) -> None:
            self._finished(self._texts("sheet_printed", printer=printer), "printed")

        self._do(lambda: print_sheet(sheet, large=large), done)

    def _save(self) -> None:
        if self._sheet() is None:
            self._draw()
            return
        dialog = ask_where_to_save(self._page, self._texts, self.save_sheet)
        dialog.windowHandle().activeChanged.connect(
            lambda: self._say("saving") if dialog.isActiveWindow() else None
        )

    def save_sheet(self, file: Path) -> None:
        """As it stands now: the data may have been wiped while the dialog was open."""
        sheet = self._sheet() if self._on_sheet else None
        if sheet is None:
            return
        large, cache = self._large, self._settings.data_folder / "cache"

        def done(_: object) -> None:
            self._finished(self._texts("sheet_saved", file=file.name), "saved")

        self._do(lambda: write_sheet(sheet, file, large=large, cache=cache), done)

    def _finished(self, said: str, event: str) -> None:
        self._walk.note_sheet(clock.today())
        self._said = said
        if self._on_sheet:
            self._draw_said()
        self._say(event)

    def _turn_size(self) -> None:
        if self._on_sheet:
            self._large = not self._large
            self._draw()

    def _do(self, job: Callable[[], object], done: Callable[..., None]) -> None:
        """Beside the window. What comes of it is dropped when the data have been wiped meanwhile."""
        person = self._job

        def mine(result: object) -> None:
            if person == self._job:
                done(result)

        def failed(error: KioskError) -> None:
            if person == self._job:
                self._said = self._texts.error(error)
                if self._on_sheet:
                    self._draw_said()
                self._say("failed", code=error.code)

        self._lane.do(job, mine, failed)

    def _draw_said(self) -> None:
        self._page.show_step(self._walk.step, self._view())

    # The countdown

    def _renew(self, *_: object, by_key: bool = True) -> None:
        if by_key:
            self._deadline = self._now() + IDLE_SECONDS
        self._tick.start(1000)
        self._show_countdown()

    def _turn_countdown(self) -> None:
        self._stopped = not self._stopped
        self._deadline = self._now() + IDLE_SECONDS
        self._show_countdown()

    def count_down(self) -> None:
        """Once a second while there is something to wipe."""
        if self._deadline is None:
            return
        if not self._stopped and self._now() >= self._deadline:
            if self._shown:
                self._leave()
            else:
                self._wipe()
                self._say("wiped")
            return
        self._show_countdown()

    def _show_countdown(self) -> None:
        if self._deadline is None:
            self._page.show_countdown("")
            return
        left = max(round(self._deadline - self._now()), 0)
        self._page.show_countdown(
            self._texts("countdown_stopped")
            if self._stopped
            else self._texts("countdown", time=f"{left // 60}:{left % 60:02d}")
        )

    def _say(self, what: str, **values: object) -> None:
        self._stream.write("assistant", what=what, **values)
