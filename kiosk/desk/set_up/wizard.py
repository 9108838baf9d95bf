"""The first set-up at work: step after step, each saved before the next is shown."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit

from kiosk.desk.events import EventStream
from kiosk.desk.health import sentence
from kiosk.desk.set_up.missing import missing
from kiosk.desk.set_up.saving import PASSWORD, save_typed
from kiosk.desk.set_up.steps import FIELDS, REQUIRED, STEPS, FieldView, Step, first_value, to_save
from kiosk.desk.set_up.summary import summary
from kiosk.desk.set_up.trying import Outcome, Trial, try_look_up
from kiosk.desk.set_up.views import name_of, problem_of, say, value_words, view_of
from kiosk.desk.set_up.wizard_page import WizardPage
from kiosk.desk.words import KeyHint, Words
from kiosk.desk.work import Lane, Mailbox
from kiosk.errors import KioskError
from kiosk.passwords import Known, is_known
from kiosk.readers.scan_test import ScanReport
from kiosk.settings import load_settings
from kiosk.settings_editing import Entry, Key, entries
from kiosk.visits.model import Source

_State = tuple[dict[Key, Entry], bool, tuple[str, ...]]
"""The settings as they are saved, whether the password is known, and what live work lacks."""


class Wizard:
    """What is typed on a page that is left unsaved stays until the wizard ends.

    `on_end`: left; with whether anything was saved. `on_readers`: the page of the readers is opened.
    """

    def __init__(
        self,
        words: Words,
        page: WizardPage,
        lane: Lane,
        mailbox: Mailbox,
        stream: EventStream,
        *,
        on_end: Callable[[bool], None],
        on_readers: Callable[[], None],
        on_missing: Callable[[tuple[str, ...]], None],
        on_saved: Callable[[list[str]], None],
        has_accounts: Callable[[], bool],
        print_test: Callable[[Callable[[str, str], None]], None],
        camera_words: Callable[[], str],
    ) -> None:
        self._words, self._page, self._lane = words, page, lane
        self._mailbox, self._stream = mailbox, stream
        self._language = words.language
        self._on_end, self._on_readers, self._on_missing = on_end, on_readers, on_missing
        self._on_saved, self._has_accounts = on_saved, has_accounts
        self._print_test, self._camera_words = print_test, camera_words
        self._place = 0
        self._entries: dict[Key, Entry] = {}
        self._lacking: tuple[str, ...] = ()
        self._has_password = False
        self._typed: dict[Key, str] = {}
        self._trial: Trial | None = None
        self._busy = False
        self._changed = False
        self._received: dict[str, str] = {}

    @property
    def step(self) -> Step:
        return STEPS[self._place]

    # Opening

    def open(self) -> None:
        """At the step where it was left, with what was typed there: a patient may have come between."""
        self._remember()
        self._read(self._show)

    def _read(self, then: Callable[[], None]) -> None:
        """What is saved now, in a lane; then go on in the window's thread."""

        def read() -> _State:
            settings = load_settings()
            found = {(each.section, each.key): each for each in entries()}
            return found, is_known(settings) is Known.YES, missing(settings, accounts=self._has_accounts())

        def done(state: _State) -> None:
            self._entries, self._has_password, self._lacking = state
            self._busy = False
            self._on_missing(self._lacking)
            then()

        self._busy = True
        self._lane.do(read, done, self._failed)

    def _failed(self, error: KioskError) -> None:
        """What was typed stays in the fields; the step is not left."""
        self._busy = False
        self._stream.write("set_up", step=self.step.value, problem=error.code)
        self._page.say(problem=self._words.error(error))
        self._page.show_keys(self._keys())

    # Keys

    def key(self, name: str) -> bool:
        """Whether the wizard takes it."""
        does: dict[str, Callable[[], None]] = {
            "return": self._return,
            "tab": lambda: self._page.next_field(back=False),
            "backtab": lambda: self._page.next_field(back=True),
            "page_up": lambda: self._go(-1),
            "page_down": lambda: self._go(1),
            "escape": self._leave,
            "print": self._print,
        }
        if name not in does:
            return False
        if not self._busy or name == "escape":
            does[name]()
        return True

    @property
    def field(self) -> QLineEdit | None:
        """The field in which numbers are typed, not scanned."""
        focused = (edit for edit in self._page.edits.values() if edit.hasFocus())
        return next(focused, None)

    def _return(self) -> None:
        step = self.step
        if step in FIELDS:
            self._save_page(lambda: self._go(1))
        elif step is Step.LOOK_UP and (self._trial is None or self._trial.outcome is not Outcome.FINE):
            self._try()
        elif step is Step.DONE:
            self._leave()
        else:
            self._go(1)

    def _leave(self) -> None:
        self._remember()
        changed, self._changed = self._changed, False
        self._on_end(changed)

    def _go(self, step: int) -> None:
        self._remember()
        place = min(max(self._place + step, 0), len(STEPS) - 1)
        if place != self._place:
            self._place = place
            if self.step is Step.READERS:
                self._on_readers()
            self._read(self._show)

    def _remember(self) -> None:
        """What stands in the fields and is not saved; a password only as long as its page is open."""
        for key, text in self._page.typed.items():
            if key != PASSWORD:
                self._typed[key] = text

    # A page with fields

    def _save_page(self, then: Callable[[], None]) -> None:
        self._page.forget_problems()
        typed = self._page.typed
        wrong = self._first_wrong(typed)
        if wrong is not None:
            self._page.show_problem_at(*wrong)
            return
        changes = to_save(typed, self._entries, self._entries["facility", "code"].shown)
        if not changes:
            then()
            return
        self._busy = True
        self._page.say(say(self._language, "saving"))
        known = tuple(self._entries.values())

        def done(_: object) -> None:
            self._busy, self._changed = False, True
            self._trial = None
            self._stream.write("set_up", step=self.step.value, saved=len(changes))
            self._on_saved(sorted(".".join(key) for key in changes))
            for key in changes:
                self._typed.pop(key, None)
            then()

        self._lane.do(lambda: save_typed(changes, known), done, self._failed)

    def _first_wrong(self, typed: dict[Key, str]) -> tuple[Key, str] | None:
        for key, text in typed.items():
            entry = self._entries[key]
            if entry.fixed_by:
                continue
            if key == PASSWORD:
                if not text and not self._has_password:
                    return key, say(self._language, "required")
            elif key in REQUIRED and not text.strip():
                return key, say(self._language, "required")
            elif problem := problem_of(entry, text, self._language):
                return key, problem
        return None

    # The test look-up

    def _try(self) -> None:
        self._busy = True
        self._page.show_rows(())
        self._page.say(say(self._language, "look_up_running"))
        try_look_up(self._mailbox, self._tried, self._language)

    def _tried(self, found: Trial | KioskError) -> None:
        self._busy = False
        if isinstance(found, KioskError):
            self._failed(found)
            return
        self._trial = found
        self._stream.write(
            "set_up", step=Step.LOOK_UP.value, outcome=found.outcome.value, to_mend=list(found.to_mend)
        )
        if self.step is Step.LOOK_UP:
            self._show_trial()

    def _show_trial(self) -> None:
        trial = self._trial
        if trial is not None:
            self._page.show_rows(trial.rows)
            words = say(self._language, f"look_up_{trial.outcome}")
            if trial.outcome is Outcome.REFUSED:
                self._page.say(problem=words)
            else:
                self._page.say(words)
        self._page.show_keys(self._keys())

    # Readers and printer

    def received(self, _found: ScanReport, source: Source, advice: list[str]) -> None:
        """Something was scanned on the page of the readers."""
        reader = sentence(self._words(f"test_by_{source.value}"))
        if advice:
            words = say(self._language, "readers_damaged", reader=reader, advice=" ".join(advice))
        else:
            words = say(self._language, "readers_clean", reader=reader)
        self._received[reader] = words
        self._stream.write("set_up", step=self.step.value, received=source.value)
        self._show_readers()

    def note_camera(self) -> None:
        """The camera's state has changed."""
        if self.step is Step.READERS and self._page.isVisible():
            self._show_readers()

    def _show_readers(self) -> None:
        nothing = [("", say(self._language, "readers_nothing"))]
        received = [("", words) for words in self._received.values()]
        camera = ("", say(self._language, "readers_camera", state=self._camera_words()))
        self._page.show_rows([*(received or nothing), camera])

    def _print(self) -> None:
        if self.step is not Step.PRINTER:
            return

        def told(message: str, problem: str) -> None:
            self._page.say(message, problem)

        def go() -> None:
            self._page.say(say(self._language, "printer_printing"))
            self._print_test(told)

        self._save_page(go)

    # Drawing

    def _show(self) -> None:
        step, page, trial = self.step, self._page, self._trial
        complete = step is not Step.DONE or not self._lacking
        name = step.value if complete else "done_incomplete"
        what = ", ".join(self._words_for(each) for each in self._lacking)
        text = say(self._language, f"{name}_text", what=what)
        page.show_step(step, self._place + 1, len(STEPS), say(self._language, f"{name}_title"), text)
        page.show_fields([self._field(key) for key in FIELDS.get(step, ())])
        if step is Step.LOOK_UP:
            self._show_trial()
        elif step is Step.READERS:
            self._show_readers()
        elif step is Step.DONE:
            page.show_rows(summary(self._entries, self._language, has_password=self._has_password))
            if complete and (trial is None or trial.outcome is not Outcome.FINE):
                page.say(say(self._language, "done_untried"))
        page.show_keys(self._keys())
        if page.isVisible():
            page.claim_keyboard()
        self._stream.write("set_up", step=step.value)

    def _words_for(self, lacking: str) -> str:
        from kiosk.texts import text

        return text("health", f"missing_{lacking}", self._language)

    def _field(self, key: Key) -> tuple[FieldView, str, str]:
        entry = self._entries[key]
        facility = self._entries["facility", "code"]
        code = self._typed.get(("facility", "code"), facility.shown if facility.stated else "")
        value = self._typed.get(key, "" if key == PASSWORD else first_value(entry, code))
        hint = say(self._language, "password_kept") if key == PASSWORD and self._has_password else ""
        fixed = say(self._language, "fixed_field", variable=entry.fixed_by) if entry.fixed_by else ""
        choices = tuple(
            (each, value_words(entry, each, self._language)) for each in entry.rule.choices if each
        )
        view = FieldView(key, value, hint, secret=key == PASSWORD, fixed_by=fixed, choices=choices)
        return view, name_of(entry, self._language), view_of(entry, None, self._language).help

    def _keys(self) -> tuple[KeyHint, ...]:
        def hint(key: str, what: str) -> KeyHint:
            return KeyHint(key, say(self._language, what))

        enter = self._words("key_enter")
        main = hint(enter, "do_next_step")
        if self.step is Step.LOOK_UP and (self._trial is None or self._trial.outcome is not Outcome.FINE):
            main = hint(enter, "do_try" if self._trial is None else "do_try_again")
        elif self.step is Step.DONE:
            main = hint(enter, "do_begin")
        keys = [main]
        if self.step is Step.READERS:
            keys += [hint("F7", "do_full_test"), hint("F4", "do_choose_camera")]
        if self.step is Step.PRINTER:
            keys.append(hint("Ctrl+P", "do_print_test"))
        if self._place:
            keys.append(hint("PgUp", "do_previous_step"))
        if self.step is not Step.DONE:
            if self.step is not Step.READERS:  # there is nothing to leave out: Enter goes on
                keys.append(hint("PgDn", "do_skip"))
            keys.append(hint(self._words("key_escape"), "do_leave"))
        return tuple(keys)
