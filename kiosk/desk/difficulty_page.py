"""The page of F8: a digit files a difficulty, and under it stands what is still open."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit

from kiosk import clock
from kiosk.desk.difficulty_words import code_words
from kiosk.desk.forms import LONGEST_ENTRY
from kiosk.desk.health import sentence
from kiosk.desk.pages import Page
from kiosk.desk.widgets import KeyButton, clear, label, panel, set_or_hide
from kiosk.desk.words import KeyHint, Words, day, time_of_day
from kiosk.texts import text
from kiosk.visits.difficulties import Case, Kind, State, choices

SHOWN = 3
"""Cases on the page at once; the arrows bring the others."""

STATE_KEYS = {"F5": State.REPORTED, "F6": State.ANSWERED, "F7": State.CLOSED}


class DifficultyPage(Page):
    """Holds what is marked in the list, and the words that are typed; everything else is told to it."""

    filed = Signal(int)  # the digit of a kind that was clicked

    def __init__(self, words: Words) -> None:
        super().__init__(words)
        self._patient = label("muted")
        self._said = label("notice")
        self.edit = QLineEdit()
        self.edit.setAcceptDrops(False)
        self.edit.setMaxLength(LONGEST_ENTRY)
        self.edit.setPlaceholderText(words("difficulty_describe"))
        self.edit.setAccessibleName(words("difficulty_describe"))
        self._cases: tuple[Case, ...] = ()
        self._chosen: str | None = None  # case_id
        self._list_title = label("sectionTitle")
        self._list_frame, self._list = panel()
        self._keys = self.key_row()
        self._kinds, inside = panel()
        inside.addLayout(self._choices())
        self.body.addWidget(label("subtitle", words("difficulty_title")))
        self.body.addWidget(self._patient)
        self.body.addWidget(self._kinds)
        self.body.addWidget(self._said)
        self.body.addWidget(self.edit)
        self.body.addWidget(self._keys)  # above what grows
        self.body.addWidget(self._list_title)
        self.body.addWidget(self._list_frame)
        self.body.addStretch(1)
        self.open_empty()

    @property
    def typed_in(self) -> bool:
        return self.edit.hasFocus()

    def _choices(self) -> QGridLayout:
        """The kinds in two columns, read downwards."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(30)
        grid.setVerticalSpacing(6)
        found = choices()
        rows = (len(found) + 1) // 2
        for place, kind in enumerate(found):
            button = KeyButton(KeyHint(str(kind.digit), self.kind(kind)), main=False, wrap=True)
            button.pressed.connect(lambda digit: self.filed.emit(int(digit)))
            grid.addWidget(button, place % rows, place // rows)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def kind(self, kind: Kind) -> str:
        return text("difficulties", f"kind_{kind.name}", self.words.language)

    def state(self, state: State) -> str:
        return text("difficulties", f"state_{state.value}", self.words.language)

    def open_empty(self) -> None:
        """Nothing filed yet, nothing marked."""
        self._chosen = None
        self.say("")
        self.stop_asking()
        self._list_title.setText(self.words("difficulty_loading"))
        self._draw_list()

    def show_patient(self, number: str) -> None:
        """Masked; empty: nobody is at the desk."""
        words = self.words
        self._patient.setText(
            words("difficulty_about", number=number) if number else words("difficulty_about_nobody")
        )

    def say(self, words: str) -> None:
        set_or_hide(self._said, words)

    def ask_for_words(self) -> None:
        """Something was filed: whoever wants to may describe it. Digits are typed now and file nothing."""
        self.edit.clear()
        self.edit.show()
        self._kinds.hide()
        self._draw_list()
        self.edit.setFocus()
        self.verticalScrollBar().setValue(0)

    def stop_asking(self) -> None:
        self.edit.clear()
        self.edit.hide()
        self._kinds.show()
        self._draw_list()

    @property
    def asks_for_words(self) -> bool:
        return not self.edit.isHidden()

    # The list

    @property
    def chosen(self) -> Case | None:
        return next((case for case in self._cases if case.case_id == self._chosen), None)

    def show_cases(self, found: Sequence[Case]) -> None:
        """The mark stays with its case while others come and go."""
        self._cases = tuple(found)
        count = str(len(self._cases))
        self._list_title.setText(
            self.words("difficulty_open", count=count) if found else self.words("difficulty_none")
        )
        self._draw_list()

    def show_error(self, words: str) -> None:
        self._list_title.setText(words)

    def mark_next(self, step: int) -> None:
        ids = [case.case_id for case in self._cases]
        if not ids:
            return
        self.say("")  # it told of what was done before
        if self._chosen not in ids:
            self._chosen = ids[0 if step > 0 else -1]
        else:
            self._chosen = ids[(ids.index(self._chosen) + step) % len(ids)]
        self._draw_list()

    def _draw_list(self) -> None:
        clear(self._list)
        self._list_frame.setVisible(bool(self._cases))
        ids = [case.case_id for case in self._cases]
        marked = ids.index(self._chosen) if self._chosen in ids else 0
        chosen: QLabel | None = None
        first = min(max(marked - SHOWN // 2, 0), max(len(ids) - SHOWN, 0))
        for case in self._cases[first : first + SHOWN]:
            what, details = self._rows_of(case)
            self._list.addWidget(what)
            self._list.addWidget(details)
            if case.case_id == self._chosen:
                chosen = details
        if self.asks_for_words:
            hints = [KeyHint(self.words("key_enter"), self.words("do_describe"))]
        else:
            hints = [KeyHint(f"1–{len(choices())}", self.words("do_file_difficulty"))]
        if self._cases:
            hints.append(KeyHint("↑ ↓", self.words("do_choose")))
        if self.chosen is not None:
            hints += [KeyHint(key, sentence(self.state(state))) for key, state in STATE_KEYS.items()]
        hints.append(KeyHint("Ctrl+P", self.words("do_report")))
        hints.append(KeyHint(self.words("key_escape"), self.words("do_back")))
        self._keys.show_keys(hints)
        if chosen is not None:
            self.body.activate()
            self.ensureWidgetVisible(chosen)

    def _rows_of(self, case: Case) -> tuple[QLabel, QLabel]:
        marked = case.case_id == self._chosen
        what = label("option", f"{'▶ ' if marked else ''}{case_title(case, self)}")
        what.setProperty("chosen", "true" if marked else "false")
        details = label("rowLabel", case_details(case, self.words))
        details.setContentsMargins(8, 0, 0, 6)
        return what, details


def case_title(case: Case, page: DifficultyPage) -> str:
    count = page.words("difficulty_count", count=str(case.count)) if case.count > 1 else ""
    return "  ·  ".join(part for part in (page.kind(case.kind), count, page.state(case.state)) if part)


def case_details(case: Case, words: Words) -> str:
    """When, what came of it, at which desks, about whom, and what was written."""
    first, last = case.members[0], case.members[-1]
    began = f"{time_of_day(case.first_at)} {day(clock.day_of(case.first_at))}"
    ended = f"{time_of_day(case.last_at)} {day(clock.day_of(case.last_at))}"
    codes = "; ".join(
        f"{code_words(code, words)} ×{count}" if count > 1 else code_words(code, words)
        for code, count in case.codes
    )
    alone = len(case.members) == 1
    parts = (
        began if began == ended else f"{began} – {ended}",
        codes,
        ", ".join(case.desks),
        first.number if alone else "",
        last.text or "",
        last.note or "",
    )
    return "  ·  ".join(part for part in parts if part)
