"""The last step: the sheet's picture, printing and saving, beside the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from kiosk import clock
from kiosk.desk import write_sheet
from kiosk.desk.registration.views import AssistantWords
from kiosk.desk.work import Lane
from kiosk.errors import KioskError
from kiosk.registration.sheet import Sheet, sheet_of
from kiosk.registration.walk import Walk
from kiosk.settings import Settings


class SheetDesk(QObject):
    """`show` takes the sheet's picture, `changed` is called when `said` has; `say` tells of an event."""

    def __init__(
        self,
        settings: Settings,
        texts: AssistantWords,
        lane: Lane,
        walk: Walk,
        *,
        show: Callable[[QImage], None],
        changed: Callable[[], None],
        say: Callable[..., None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._settings, self._texts, self._lane, self._walk = settings, texts, lane, walk
        self._show, self._changed, self._say = show, changed, say
        self.large = False
        self.said = ""
        self._person = 0  # what is under way belongs to it; an older one's result is dropped

    def wipe(self) -> None:
        self._person += 1
        self.large, self.said = False, ""

    def turn_size(self) -> None:
        self.large = not self.large
        self._changed()
        self.draw()

    def draw(self) -> None:
        sheet, large = self._sheet(), self.large
        if sheet is not None:
            self._do(lambda: _paper().picture_of(sheet, large=large), self._show)

    @property
    def printable(self) -> bool:
        """Whether nothing on it is wrong; else `said` says so."""
        return self._sheet() is not None

    def print(self) -> None:
        sheet, large = self._sheet(), self.large
        if sheet is not None:
            self._do(
                lambda: _paper().print_sheet(sheet, large=large),
                lambda printer: self._finished("printed", "sheet_printed", printer=printer),
            )

    def save(self, file: Path) -> None:
        sheet, large = self._sheet(), self.large
        cache = self._settings.data_folder / "cache"
        if sheet is not None:
            self._do(
                lambda: write_sheet(sheet, file, large=large, cache=cache),
                lambda _: self._finished("saved", "sheet_saved", file=file.name),
            )

    def _sheet(self) -> Sheet | None:
        today = clock.today()
        prepared = self._walk.prepared(today)
        if not prepared.printable:
            self.said = self._texts("sheet_not_yet")
            self._changed()
            return None
        return sheet_of(prepared, facility=self._settings.facility.name, made_on=today)

    def _finished(self, event: str, code: str, **values: str) -> None:
        self._walk.note_sheet(clock.today())
        self.said = self._texts(code, **values)
        self._changed()
        self._say(event)

    def _do(self, job: Callable[[], object], done: Callable[..., None]) -> None:
        """What comes of it is dropped when the data have been wiped meanwhile."""
        person = self._person

        def mine(result: object) -> None:
            if person == self._person:
                done(result)

        def failed(error: KioskError) -> None:
            if person == self._person:
                self.said = self._texts.error(error)
                self._changed()
                self._say("failed", code=error.code)

        self._lane.do(job, mine, failed)


def _paper() -> ModuleType:
    """Printing is not loaded with the window: few come so far, and the desk is to open at once."""
    from kiosk.desk.registration import paper_work

    return paper_work
