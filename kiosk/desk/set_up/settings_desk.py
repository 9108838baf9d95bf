"""The settings page at work: what is chosen, typed and not saved yet."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QLineEdit

from kiosk.desk.events import EventStream
from kiosk.desk.set_up.saving import PASSWORD, save_typed
from kiosk.desk.set_up.settings_page import SettingsPage
from kiosk.desk.set_up.views import SettingLine, line_of, problem_of, say, section_name, view_of
from kiosk.desk.words import KeyHint, Words
from kiosk.desk.work import Lane
from kiosk.errors import KioskError
from kiosk.settings import file_to_write
from kiosk.settings_editing import Entry, Key, entries

MODE: Key = ("gateway", "mode")


class SettingsDesk:
    """Drafts stay until they are saved or discarded, whatever comes in between.

    `restart` opens the window again; False when a patient is in its way. `open_wizard` is None where there
    is none to open. `on_saved` gets the names of what was saved, never a value.
    """

    def __init__(
        self,
        words: Words,
        page: SettingsPage,
        lane: Lane,
        stream: EventStream,
        *,
        restart: Callable[[], bool],
        open_wizard: Callable[[], None] | None,
        on_saved: Callable[[list[str]], None],
        may_change: Callable[[], bool],
    ) -> None:
        self._words, self._page, self._lane, self._stream = words, page, lane, stream
        self._language = words.language
        self._restart, self._open_wizard = restart, open_wizard
        self._may_change, self._on_saved = may_change, on_saved
        self._entries: tuple[Entry, ...] = ()
        self._rows: list[Entry | str] = []  # a text is a section
        self._chosen = 0
        self._drafts: dict[Key, str] = {}
        self._asking = ""  # "live" or "leave": what Return or Escape is waited for once more
        self._saving = False
        self._saved: Path | None = None
        page.typed.connect(self._typed)
        page.clicked.connect(self._choose)

    # Opening

    def open(self) -> None:
        """In the window's thread; the files are read behind it."""
        self._asking = ""
        self._page.say(say(self._language, "settings_loading"))
        self._load()

    def _load(self) -> None:
        self._lane.do(lambda: (entries(), file_to_write(os.environ)), self._loaded, self._broken)

    def _loaded(self, read: tuple[tuple[Entry, ...], Path]) -> None:
        found, file = read
        self._page.show_file(say(self._language, "settings_file", file=str(file)))
        self._entries = found
        rows: list[Entry | str] = []
        sections = dict.fromkeys(entry.section for entry in found)
        for section in (*(each for each in sections if each), *(each for each in sections if not each)):
            rows.append(section)
            rows += [entry for entry in found if entry.section == section]
        self._rows = rows
        if not isinstance(self._entry, Entry):
            self._chosen = 1
        self._draw()
        self._page.edit.selectAll()  # what is typed takes the value's place
        self._stream.write("settings", shown=len(found))

    def _broken(self, error: KioskError) -> None:
        """Somebody broke the file by hand since the start."""
        self._stream.write("settings", problem=error.code)
        self._entries, self._rows = (), []
        self._page.show_lines((), 0)
        self._page.show_setting(None)
        self._page.say(problem=self._words.error(error))
        self._page.show_keys((KeyHint(self._words("key_escape"), self._words("do_back")),))

    # Keys

    @property
    def choosing(self) -> bool:
        """Whether a digit chooses one of a list."""
        entry = self._entry
        return entry is not None and bool(entry.rule.choices) and not entry.fixed_by

    @property
    def field(self) -> QLineEdit | None:
        """The field in which numbers are typed, not scanned."""
        return self._page.edit if self._page.isVisible() else None

    def key(self, name: str) -> bool:
        """Whether the page takes it; else it means what it means everywhere."""
        if name.startswith("digit_"):
            self._take_option(int(name.removeprefix("digit_")) - 1)
            return True
        does = {
            "up": lambda: self._move(-1),
            "down": lambda: self._move(1),
            "tab": lambda: self._move(1),
            "backtab": lambda: self._move(-1),
            "page_up": lambda: self._move_section(-1),
            "page_down": lambda: self._move_section(1),
            "return": self._return,
        }.get(name)
        if name == "escape":
            return self._escape()
        if name == "F10" and self._open_wizard is not None and not self._drafts:
            if self._may_change():
                self._open_wizard()
            else:
                self._page.say(problem=say(self._language, "forbidden"))
            return True
        if does is None:
            return False
        does()
        return True

    @property
    def _entry(self) -> Entry | None:
        row = self._rows[self._chosen] if self._chosen < len(self._rows) else None
        return row if isinstance(row, Entry) else None

    def _choose(self, row: int) -> None:
        if 0 <= row < len(self._rows) and isinstance(self._rows[row], Entry):
            self._chosen, self._asking = row, ""
            self._draw()
            self._page.edit.selectAll()

    def _move(self, step: int) -> None:
        row = self._chosen + step
        while 0 <= row < len(self._rows) and not isinstance(self._rows[row], Entry):
            row += step
        self._choose(row)

    def _move_section(self, step: int) -> None:
        """To the first setting of the section before or after."""
        heads = [row for row, each in enumerate(self._rows) if not isinstance(each, Entry)]
        here = max((place for place, row in enumerate(heads) if row < self._chosen), default=0)
        place = min(max(here + step, 0), len(heads) - 1)
        if heads:
            self._choose(heads[place] + 1)

    def _take_option(self, place: int) -> None:
        entry = self._entry
        if entry is not None and self.choosing and place < len(entry.rule.choices):
            self._typed(entry.rule.choices[place])

    # Drafts

    def _typed(self, text: str) -> None:
        entry = self._entry
        if entry is None or entry.fixed_by or not self._may_change():
            return
        key = (entry.section, entry.key)
        same = not text if entry.secret else text.strip() == entry.shown
        if same:
            self._drafts.pop(key, None)
        else:
            self._drafts[key] = text
        self._asking, self._saved = "", None
        self._draw()

    def _return(self) -> None:
        if self._saving:
            return
        if not self._may_change():
            self._page.say(problem=say(self._language, "forbidden"))
        elif not self._drafts:
            self._apply_saved()
        elif (wrong := self._first_wrong()) is not None:
            self._choose(wrong)
        elif self._drafts.get(MODE) == "live" and self._asking != "live":
            self._asking = "live"
            self._draw()
        else:
            self._save()

    def _apply_saved(self) -> None:
        if self._saved is None:
            self._page.say(say(self._language, "nothing_to_save"))
        elif not self._restart():
            self._page.say(problem=say(self._language, "finish_first"))

    def _first_wrong(self) -> int | None:
        for row, entry in enumerate(self._rows):
            if isinstance(entry, Entry):
                typed = self._drafts.get((entry.section, entry.key))
                if typed is not None and problem_of(entry, typed, self._language):
                    return row
        return None

    def _save(self) -> None:
        self._saving, self._asking = True, ""
        self._page.say(say(self._language, "saving"))
        typed, known = dict(self._drafts), self._entries
        self._lane.do(
            lambda: save_typed(typed, known) or Path("keyring"),
            lambda file: self._was_saved(typed, file),
            self._not_saved,
        )

    def _was_saved(self, typed: dict[Key, str], file: Path) -> None:
        self._saving, self._saved = False, file
        for key, text in typed.items():
            if self._drafts.get(key) == text:
                del self._drafts[key]
        names = sorted(".".join(key).lstrip(".") for key in typed)
        self._stream.write("settings", saved=names)
        self._on_saved(names)
        self._load()

    def _not_saved(self, error: KioskError) -> None:
        """The drafts stay."""
        self._saving = False
        self._stream.write("settings", problem=error.code)
        name = error.values.get("key", "")
        row = next((row for row, each in enumerate(self._rows) if _is(each, name)), None)
        if row is not None and error.code == "settings_value":
            self._choose(row)
            problem = say(self._language, "not_allowed", allowed=error.values.get("allowed", ""))
            self._page.show_problem(problem)
        self._page.say(problem=self._words.error(error))

    def _escape(self) -> bool:
        if self._saving:
            return True
        if self._asking == "live":
            self._asking = ""
            self._draw()
            return True
        if self._drafts and self._asking != "leave":
            self._asking = "leave"
            self._draw()
            return True
        self._drafts.clear()
        self._asking = ""
        return False

    # Drawing

    def _draw(self) -> None:
        lines = [
            SettingLine(section_name(row, self._language), is_section=True)
            if isinstance(row, str)
            else line_of(row, self._drafts.get((row.section, row.key)), self._language)
            for row in self._rows
        ]
        self._page.show_lines(lines, self._chosen)
        entry = self._entry
        if entry is not None:
            draft = self._drafts.get((entry.section, entry.key))
            problem = "" if draft is None else problem_of(entry, draft, self._language)
            self._page.show_setting(view_of(entry, draft, self._language, problem))
            if not self._may_change():
                self._page.edit.setReadOnly(True)
            elif self._page.isVisible():
                self._page.claim_keyboard()
        self._page.say(self._message(), "" if self._may_change() else say(self._language, "forbidden"))
        self._page.show_keys(self._keys())

    def _message(self) -> str:
        if self._asking == "live":
            return say(self._language, "ask_live")
        if self._asking == "leave":
            return say(self._language, "ask_leave", count=str(len(self._drafts)))
        if self._saved is not None and not self._drafts:
            return say(self._language, "saved", file=str(self._saved))
        return ""

    def _keys(self) -> tuple[KeyHint, ...]:
        restart = self._saved is not None and not self._drafts
        keys = [
            KeyHint(self._words("key_enter"), say(self._language, "do_restart" if restart else "do_save")),
            KeyHint("↑↓", say(self._language, "do_next_setting")),
            KeyHint("PgDn", say(self._language, "do_next_section")),
        ]
        entry = self._entry
        if entry is not None and self.choosing:
            last = str(len(entry.rule.choices))
            keys.insert(1, KeyHint(f"1–{last}", say(self._language, "do_choose_option")))
        if self._open_wizard is not None and not self._drafts:
            keys.append(KeyHint("F10", say(self._language, "do_wizard")))
        keys.append(KeyHint(self._words("key_escape"), self._words("do_back")))
        return tuple(keys)


def _is(row: Entry | str, name: str) -> bool:
    return isinstance(row, Entry) and row.name == name


__all__ = ["PASSWORD", "SettingsDesk"]
