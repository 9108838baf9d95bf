"""What every section of the managing page is, and what it may ask of the desk. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from kiosk import clock, texts
from kiosk.desk.manage.view import Table, View
from kiosk.desk.words import KeyHint, Words
from kiosk.errors import KioskError, UsageError
from kiosk.reception import Reception
from kiosk.settings import Settings
from kiosk.visits.audit import Act
from kiosk.visits.staff import Right

T = TypeVar("T")
Typed = Mapping[str, str]


class Room(Protocol):
    """What a section has of the desk."""

    settings: Settings
    words: Words

    def read(
        self, job: Callable[[Reception], T], done: Callable[[T], None], failed: Callable[[KioskError], None]
    ) -> None:
        """Run `job` away from the window's thread; it may take long and nothing waits for it."""

    def write(
        self, job: Callable[[Reception], T], done: Callable[[T], None], failed: Callable[[KioskError], None]
    ) -> None:
        """As `read`, in the lane in which everything is written in order; for what is short."""

    def changed(self) -> None:
        """Draw again."""

    def fill(self, name: str, words: str) -> None:
        """Put something into a field, as if it had been typed."""

    def ask_file(self, title: str, pattern: str, then: Callable[[Path], None]) -> None:
        """Have a file chosen; `then` only where one was."""

    def told(self, event: str, **values: Any) -> None:
        """For those who watch the desk."""


class Section:
    """One section. Keys come as commands of the desk; what is typed comes with Return."""

    name: ClassVar[str]
    right: ClassVar[Right] = Right.AUDIT

    def __init__(self, room: Room) -> None:
        self.room = room
        self.message = self.problem = ""
        self.busy = False

    # What a section is

    def open(self) -> None:
        """It is shown: load what it shows."""

    def view(self) -> View:
        raise NotImplementedError

    def key(self, name: str, typed: Typed) -> None:
        """A key that was pressed in it."""

    def back(self) -> bool:
        """Escape: whether it closed something inside the section."""
        return False

    def scan(self, text: str) -> None:
        """A card that was scanned while the section takes scans."""

    @property
    def takes_scans(self) -> bool:
        return False

    # What sections share

    def say(self, code: str, **values: str) -> str:
        return texts.text("manage", code, self.room.words.language, **values)

    def hint(self, key: str, code: str, **values: str) -> KeyHint:
        return KeyHint(key, self.say(code, **values))

    @property
    def enter(self) -> str:
        return self.room.words("key_enter")

    def back_key(self) -> KeyHint:
        return KeyHint(self.room.words("key_escape"), self.room.words("do_back"))

    def work(
        self,
        job: Callable[[Reception], T],
        done: Callable[[T], None],
        *,
        writes: bool = False,
        meanwhile: str = "",
    ) -> None:
        """One thing at a time; afterwards the page shows the result or the error, until then `meanwhile`."""
        if self.busy:
            return
        self.busy, self.message, self.problem = True, meanwhile, ""

        def finished(result: T) -> None:
            self.busy, self.message = False, ""
            done(result)
            self.room.changed()

        def failed(error: KioskError) -> None:
            self.busy, self.message = False, ""
            self.problem = self.room.words.error(error)
            self.room.told("manage", section=self.name, problem=error.code)
            self.room.changed()

        (self.room.write if writes else self.room.read)(job, finished, failed)
        self.room.changed()

    def noted(self, reception: Reception) -> None:
        """Put on record that somebody looks at this section; in a worker."""
        reception.note_act(Act.REVIEW, self.name)

    def report_file(self, name: str) -> Path:
        """Where a file goes that the section writes; in a worker. Raises UsageError ``export_write``."""
        folder = self.room.settings.data_folder / "reports"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            why = error.strerror or "?"
            raise UsageError("export_write", why, file=str(folder), why=why) from None
        return folder / name.format(day=clock.today().isoformat())


class ListSection(Section, Generic[T]):
    """A section whose heart is a list with one row marked. `items` None: not loaded yet."""

    items: Sequence[T] | None = None
    marked = 0

    def show(self, items: Sequence[T]) -> None:
        self.items = items
        self.marked = min(self.marked, max(len(items) - 1, 0))

    @property
    def chosen(self) -> T | None:
        return self.items[self.marked] if self.items and self.marked < len(self.items) else None

    def move(self, name: str) -> bool:
        """Whether the key, or a click on a row, moved the mark."""
        if name.startswith("row_") and self.items:
            self.marked = min(int(name.removeprefix("row_")), len(self.items) - 1)
            self.room.changed()
            return True
        step = {"up": -1, "down": 1, "page_up": -8, "page_down": 8}.get(name)
        if step is None or not self.items:
            return False
        self.marked = max(0, min(self.marked + step, len(self.items) - 1))
        self.room.changed()
        return True

    def cells(self, item: T) -> tuple[str, ...]:
        raise NotImplementedError

    def table(self, *heads: str, wide: int) -> Table | None:
        """`heads`: codes of their words."""
        if not self.items:
            return None
        rows = tuple(self.cells(item) for item in self.items)
        return Table(tuple(self.say(head) for head in heads), rows, self.marked, wide)

    def lead(self, loaded: str, empty: str, **values: str) -> str:
        """What stands above the list: loading, nothing there and what to do, or what it is."""
        if self.items is None:
            return self.say("loading") if not self.problem else ""
        return self.say(loaded if self.items else empty, count=str(len(self.items)), **values)


__all__ = ["ListSection", "Room", "Section", "Typed"]
