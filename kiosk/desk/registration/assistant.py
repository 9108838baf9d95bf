"""The assistant at the desk: joins the walk, its page, the keys, the scans and the clock that wipes.

Data live in the walk and in the page's fields, nowhere else. They are wiped at the end, when somebody leaves,
when the program closes, and when nobody has worked on them for a while. A scan is the assistant's only
while its scan step is in front; every other scan is a patient at reception, and the data wait (F9).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from kiosk import clock
from kiosk.desk.events import EventStream
from kiosk.desk.incoming import ask_for_pictures
from kiosk.desk.registration.countdown import Countdown
from kiosk.desk.registration.page import AssistantPage
from kiosk.desk.registration.photo_desk import Grab, PhotoDesk, PhotoState
from kiosk.desk.registration.saving import ask_where_to_save
from kiosk.desk.registration.sheet_desk import SheetDesk
from kiosk.desk.registration.views import StepView
from kiosk.desk.work import Lane
from kiosk.errors import ImageError, KioskError
from kiosk.readers.qr_writer import modules
from kiosk.registration.preparation import Entry, Preparation
from kiosk.registration.tables import load_offices, offices_file
from kiosk.registration.walk import Question, Step, Walk
from kiosk.settings import Settings

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
        grab: Grab,
        take_keyboard: Callable[[], None],
        on_waiting: Callable[[bool], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(page)
        self._settings, self._page, self._lane, self._stream = settings, page, lane, stream
        self._close, self._take_keyboard, self._on_waiting = close, take_keyboard, on_waiting
        self._texts = page.texts
        self._offices_error: KioskError | None = None
        self._walk = Walk()
        self._shown = False
        self._dialog: QFileDialog | None = None
        self.countdown = Countdown(
            self._texts, now, over=self._time_is_up, show=page.show_countdown, parent=self
        )
        self.sheet = SheetDesk(
            settings,
            self._texts,
            lane,
            self._walk,
            show=page.show_sheet,
            changed=self._draw_again,
            say=self._say,
            parent=self,
        )
        self.photo = PhotoDesk(
            page.photo,
            self._texts,
            lane,
            grab,
            max_megapixels=settings.readers.max_megapixels,
            changed=self._draw_again,
            say=self._say,
        )
        for edit in page.edits:
            edit.textEdited.connect(lambda _: self.countdown.renew())

    # What is so

    @property
    def takes_scans(self) -> bool:
        return self._shown and self._walk.waits_for_scan

    @property
    def photographs(self) -> bool:
        """A card is held before the camera for its picture: its code checks nobody in."""
        return self._shown and self._walk.step is Step.PHOTO and self._walk.question is None

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
        self.countdown.renew()
        self._draw_codes()
        self._draw()

    def hidden(self) -> None:
        """Another page is in front."""
        if not self._shown:
            return
        self._shown = False
        self._keep_typed()
        self.photo.rest()
        self._walk.interrupted()
        self._close_dialog()
        waits = not self._walk.draft.empty
        self._on_waiting(waits)
        if waits:
            self.countdown.run()
        else:
            self._wipe()
        self._say("hidden", waits=waits)

    def stop(self) -> None:
        """The program closes, or somebody else may come to the desk: what was typed is gone."""
        self._wipe()

    def _load_offices(self) -> None:
        self._offices_error = None
        try:
            self._walk.offices = load_offices(offices_file(self._settings.data_folder))
        except KioskError as error:
            self._walk.offices, self._offices_error = (), error

    def _leave(self) -> None:
        self._wipe()
        self._shown = False
        self._say("wiped")
        self._close()

    def _wipe(self) -> None:
        self._walk.wipe()
        self._page.wipe()
        self.photo.wipe()
        self.sheet.wipe()
        self.countdown.end()
        self._close_dialog()
        self._on_waiting(False)

    def _time_is_up(self) -> None:
        if self._shown:
            self._leave()
        else:
            self._wipe()
            self._say("wiped")

    # Scans and keys

    def scan(self, text: str) -> None:
        """A text from any reader or picture, while the scan step is in front."""
        if not self.takes_scans:
            return
        self.countdown.renew()
        taken = self._walk.scan(text, clock.today())
        self._page.fill(self._walk.draft.texts())
        self._say("scanned", taken=taken)
        self._draw()

    def scan_picture(self, found: Sequence[str], file: str) -> None:
        """The texts of a picture's codes: both cards may be in one."""
        if not found:
            self.refuse(ImageError("no_code", file=file))
        for text in found:
            self.scan(text)

    def refuse(self, error: KioskError) -> None:
        """A picture that cannot be read."""
        if self.takes_scans:
            self._walk.scan_error = error
            self._say("scanned", taken=False)
            self._draw()

    def command(self, name: str) -> bool:
        """A person's key while the page is in front. Whether it was for the assistant."""
        if not self._shown:
            return False
        if name != "F6":
            self.countdown.renew()
        name = _CLICKED.get(name, name)
        does: dict[str, Callable[[], None]] = {
            "return": self._forward,
            "escape": self._escape,
            "page_up": self._back,
            "tab": lambda: self._next_field(back=False),
            "backtab": lambda: self._next_field(back=True),
            "down": lambda: self._arrow(1),
            "up": lambda: self._arrow(-1),
            "F5": self._press_f5,
            "F6": self.countdown.turn,
            "F7": self._press_f7,
            "print": self._print,
            "open": self._open_photo,
        }
        if name == "open" and self.takes_scans:
            return False  # a picture with the card's code
        if name.startswith("digit_"):
            self._choose(int(name.removeprefix("digit_")) - 1)
        elif name in does:
            does[name]()
        else:
            return False
        return True

    def _choose(self, place: int) -> None:
        self._walk.choose(place)
        if self.photographs and place < self._walk.options:
            self.photo.choose(self._walk.chosen)
        self._draw()

    def _forward(self) -> None:
        self._keep_typed()
        self.photo.rest()
        step = self._walk.step
        if self._walk.forward(clock.today()):
            self._leave()
            return
        stays = self._walk.step is step
        self.sheet.said = ""
        self._draw(focus=not stays)

    def _back(self) -> None:
        self._keep_typed()
        self.photo.rest()
        self._walk.back()
        self.sheet.said = ""
        self._draw()

    def _escape(self) -> None:
        self._keep_typed()
        self.photo.rest()
        if self._walk.escape():
            self._leave()
        else:
            self._draw()

    def _press_f7(self) -> None:
        if self._walk.question is Question.RESUME:
            self._wipe()
            self._load_offices()
            self.countdown.renew()
            self._draw()
        elif self._on_sheet:
            if self.sheet.printable:
                self._ask_where(self._save, "save_title", "save_name")
        elif self.photographs and self.photo.state is PhotoState.TAKEN:
            self._ask_where(self.photo.save, "photo_save_title", f"photo_name_{self.photo.kind}")

    def _press_f5(self) -> None:
        if self.photographs:
            self.photo.press()
        elif self._on_sheet:
            self.sheet.turn_size()

    def _print(self) -> None:
        if self._on_sheet:
            self.sheet.print()

    def _save(self, file: Path) -> None:
        if self._on_sheet:  # the data may have been wiped while the dialog was open
            self.sheet.save(file)

    def _open_photo(self) -> None:
        if self.photographs:
            self._keep_dialog(ask_for_pictures(self._page, self._texts.desk, self.photo.open_file))

    def _arrow(self, step: int) -> None:
        if self._walk.options:
            self._choose((self._walk.chosen + step) % self._walk.options)
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
        said = self.photo.problem if self._walk.step is Step.PHOTO else self.sheet.said
        view = self._texts.view(
            self._walk, clock.today(), large=self.sheet.large, said=said, photo=self.photo.state
        )
        if self._offices_error is not None and self._walk.step is Step.OFFICE and view.progress:
            return replace(view, notices=(self._texts.error(self._offices_error),))
        return view

    def _draw(self, *, focus: bool = True) -> None:
        walk, today = self._walk, clock.today()
        if self.photographs:
            walk.choose(self.photo.place)
        self._page.show_step(walk.step, self._view())
        if walk.form:
            if focus:
                self._page.fill(walk.draft.texts())
                self._page.forms[walk.step].take_focus()
            self._page.show_remarks(walk.step, self._remarks(walk.prepared(today)))
        else:
            self._take_keyboard()
        self._show_photo()
        if self._on_sheet:
            self.sheet.draw()
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

    @property
    def _on_sheet(self) -> bool:
        return self._shown and self._walk.step is Step.SHEET and self._walk.question is None

    def _draw_again(self) -> None:
        """What is said and which keys there are, on a step without fields."""
        if self._on_sheet or self.photographs:
            self._page.show_step(self._walk.step, self._view())
            self._show_photo()

    def _show_photo(self) -> None:
        self._page.photo.setVisible(self.photographs and self.photo.state is not PhotoState.OFF)

    # Dialogs

    def _ask_where(self, chosen: Callable[[Path], None], title: str, name: str) -> None:
        texts = self._texts
        dialog = ask_where_to_save(self._page, texts, chosen, title=texts(title), name=texts(name))
        self._keep_dialog(dialog)

    def _keep_dialog(self, dialog: QFileDialog) -> None:
        self._dialog = dialog
        dialog.finished.connect(self._forget_dialog)
        dialog.windowHandle().activeChanged.connect(
            lambda: self._say("dialog") if dialog.isActiveWindow() else None
        )

    def _forget_dialog(self) -> None:
        self._dialog = None

    def _close_dialog(self) -> None:
        """Nobody is asked about a person who is not in front any more."""
        if self._dialog is not None:
            self._dialog.reject()

    def _say(self, what: str, **values: object) -> None:
        self._stream.write("assistant", what=what, **values)
