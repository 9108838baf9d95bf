"""Difficulties at the desk: filed by a key or by themselves, listed, marked; nobody waits for them."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from kiosk import clock
from kiosk.desk import flow as f
from kiosk.desk.difficulty_page import STATE_KEYS, DifficultyPage
from kiosk.desk.events import EventStream
from kiosk.desk.health_board import HealthBoard
from kiosk.desk.late_reception import LateReception
from kiosk.desk.words import Words, masked
from kiosk.desk.work import Lanes
from kiosk.errors import CardParseError, ImageError, KioskError, UsageError
from kiosk.readers.scan_test import KeyNote
from kiosk.settings import Settings
from kiosk.visits.difficulties import (
    CARD_UNREADABLE,
    Case,
    Difficulty,
    Kind,
    State,
    cases,
    choices,
    identity_of,
    new_difficulty,
)

ALONE_SECONDS = 0.3
"""A digit with no key so soon before or after it is a person's: a scanner's number begins with one too."""

REMIND_EVERY_SECONDS = 300
LISTED_DAYS, MOST_LISTED = 90, 5000
_OPEN = (State.NEW, State.REPORTED, State.ANSWERED)
_NO_CARD = frozenset(
    {"empty", "several_cards", "image_missing", "image_format", "image_empty", "image_unreadable"}
)
"""What is no card that could not be read: the wrong file, nothing at all, too many."""

_OWN = frozenset({"input_method_on"})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Patient:
    """Whom a difficulty is about."""

    number: str | None
    code: str | None = None
    visit_id: str | None = None


_NOBODY = _Patient(None)


class DifficultyDesk:
    """`forget_keys` takes the digit that filed something out of what may still become a scan."""

    def __init__(
        self,
        settings: Settings,
        words: Words,
        flow: f.Flow,
        page: DifficultyPage,
        reception: LateReception,
        lanes: Lanes,
        board: HealthBoard,
        stream: EventStream,
        parent: QObject,
        *,
        forget_keys: Callable[[], None],
    ) -> None:
        self._settings, self._words, self._flow, self._page = settings, words, flow, page
        self._reception, self._lanes, self._board, self._stream = reception, lanes, board, stream
        self._forget_keys = forget_keys
        self._is_open = False
        self._told_error: KioskError | None = None
        self._last_filed: str | None = None  # what the words that are typed belong to
        self._of_verdict: list[tuple[str, str]] = []  # difficulty, number: the visit is not recorded yet
        self._key_at = self._key_before = 0.0
        self._digit: int | None = None
        self._alone = QTimer(parent)
        self._alone.setSingleShot(True)
        self._alone.timeout.connect(self._digit_stood_alone)
        self._reminder = QTimer(parent)
        self._reminder.timeout.connect(self.remind)
        page.filed.connect(self.file)

    def start(self) -> None:
        """The records are open."""
        self.remind()
        self._reminder.start(REMIND_EVERY_SECONDS * 1000)

    # The page

    def open(self) -> None:
        """The page is shown, or what lies under it has changed."""
        if not self._is_open:
            self._is_open = True
            self._last_filed = None
            self._page.open_empty()
            self.load()
        number = self._patient().number
        self._page.show_patient(masked(number) if number else "")

    def mind(self) -> None:
        """After whatever may have changed the flow."""
        stage = self._flow.stage
        if not self._flow.shows(f.PageName.DIFFICULTY):
            self._is_open = False
            self._give_up_digit()
        if isinstance(stage, f.Message) and stage.error is not self._told_error:
            self._told_error = stage.error
            self._file_unread(stage.error)
        if isinstance(stage, f.Recorded):
            self._link(stage.visit.visit_id, stage.visit.number)
        elif isinstance(stage, f.Ready):
            self._of_verdict.clear()

    def takes(self, name: str) -> bool:
        """A command; whether the page is open and it meant something there."""
        if not self._flow.shows(f.PageName.DIFFICULTY):
            return False
        if name.startswith("digit_"):
            self._note_digit(int(name.removeprefix("digit_")))
        elif name in {"up", "down"}:
            self._page.mark_next(-1 if name == "up" else 1)
        elif name in STATE_KEYS:
            self._mark(STATE_KEYS[name])
        elif name == "print":
            self._report()
        elif name == "return":
            self._describe()
        else:
            return False
        return True

    # A digit, or the first of a number that is scanned

    def note_key(self, key: KeyNote) -> None:
        """Every key that may be a scanner's, before it means anything."""
        self._key_before, self._key_at = self._key_at, key.at
        self._give_up_digit()

    def _note_digit(self, digit: int) -> None:
        if self._key_at - self._key_before >= ALONE_SECONDS:
            self._digit = digit
            self._alone.start(round(ALONE_SECONDS * 1000))

    def _give_up_digit(self) -> None:
        self._digit = None
        self._alone.stop()

    def _digit_stood_alone(self) -> None:
        digit, self._digit = self._digit, None
        if digit is not None and self._flow.shows(f.PageName.DIFFICULTY):
            self._forget_keys()
            self.file(digit)

    # Filing

    def file(self, digit: int) -> None:
        """By its key."""
        kind = next((kind for kind in choices() if kind.digit == digit), None)
        if kind is None:
            return
        patient = self._patient()
        new = new_difficulty(
            kind.name,
            difficulty_id=uuid.uuid4().hex,
            at=clock.now(),
            desk=self._settings.desk.name,
            code=patient.code,
            about_visit=patient.visit_id,
            number=patient.number,
        )
        if patient.number and patient.visit_id is None:
            self._of_verdict.append((new.difficulty_id, patient.number))
        self._write(new, lambda: self._filed(new, kind), self._not_filed)

    def _filed(self, new: Difficulty, kind: Kind) -> None:
        self._stream.write("difficulty", kind=new.kind, code=new.code, with_patient=new.number is not None)
        self._last_filed = new.difficulty_id
        if self._flow.shows(f.PageName.DIFFICULTY):
            about = new.number or self._words("difficulty_nobody")
            self._page.say(self._words("difficulty_filed", what=self._page.kind(kind), about=about))
            self._page.ask_for_words()
            self.load()
        self.remind()

    def _not_filed(self, error: KioskError) -> None:
        self._stream.write("difficulty", problem=error.code)
        self._page.say(self._words("difficulty_not_filed", why=self._words.error(error)))

    def _file_unread(self, error: KioskError) -> None:
        """A scan that could not be read, once a minute: the same card is often tried three times."""
        if not isinstance(error, (CardParseError, ImageError)) or error.code in _NO_CARD:
            return
        now, desk = clock.now(), self._settings.desk.name
        kind = "own_equipment" if error.code in _OWN else CARD_UNREADABLE
        name = identity_of(f"{desk}|{now:%Y-%m-%dT%H:%M}", kind, error.code)
        self._write(
            new_difficulty(kind, difficulty_id=name, at=now, desk=desk, code=error.code),
            lambda: self._stream.write("difficulty", kind=kind, code=error.code, with_patient=False),
            lambda trouble: _log.warning("a difficulty was not filed: %s", trouble.code),
        )

    def _write(self, new: Difficulty, done: Callable[[], None], failed: Callable[[KioskError], None]) -> None:
        self._lanes.records.do(
            lambda: self._reception.wait().records.difficulties.file(new), lambda _: done(), failed
        )

    def _describe(self) -> None:
        """Return in the field. An empty one means nothing: a Return hit twice must not confirm anybody."""
        words, name = self._page.edit.text().strip(), self._last_filed
        if not words or name is None or not self._page.asks_for_words:
            return

        def done(_: bool) -> None:
            self._stream.write("difficulty_described")
            self._page.say(self._words("difficulty_described"))
            self._page.stop_asking()
            self.load()

        self._lanes.records.do(
            lambda: self._reception.wait().records.difficulties.describe(name, text=words),
            done,
            self._not_filed,
        )

    def _link(self, visit_id: str, number: str | None) -> None:
        """What was filed on a verdict belongs to the visit that it became."""
        mine = [name for name, known in self._of_verdict if known == number]
        self._of_verdict.clear()
        for name in mine:
            self._lanes.records.do(
                lambda name=name: self._reception.wait().records.difficulties.describe(  # type: ignore[misc]
                    name, about_visit=visit_id
                ),
                _ignore,
                _ignore,
            )

    def _patient(self) -> _Patient:
        match self._flow.stage:
            case f.VerdictShown(found=found) | f.Recording(verdict=f.VerdictShown(found=found)):
                code = found.assessment.result_code or found.assessment.staff_text_key or None
                return _Patient(found.card.lookup_number, code)
            case f.LookingUp(card=card) | f.Incomplete(card=card):
                return _Patient(card.lookup_number)
            case f.Recorded(visit):
                return _Patient(visit.number, visit.result_code, visit.visit_id)
        return _NOBODY

    # The list

    def load(self) -> None:
        since = clock.now() - timedelta(days=LISTED_DAYS)

        def job() -> tuple[Case, ...]:
            return cases(
                self._reception.wait().records.difficulties.find(
                    states=_OPEN, since=since, newest=MOST_LISTED
                )
            )

        self._lanes.reading.do(  # not before a patient who is being recorded
            job, self._show_cases, lambda error: self._page.show_error(self._words.error(error))
        )

    def _show_cases(self, found: Sequence[Case]) -> None:
        self._page.show_cases(found)
        self._stream.write("difficulties", open=len(found))

    def _mark(self, state: State) -> None:
        case = self._page.chosen
        if case is None or case.state is state:
            return

        def done(count: int) -> None:
            self._stream.write("difficulties_marked", state=state.value, count=count)
            what, how = self._page.kind(case.kind), self._page.state(state)
            self._page.say(self._words("difficulty_marked", what=what, count=str(count), state=how))
            self.load()
            self.remind()

        self._lanes.records.do(
            lambda: self._reception.wait().records.difficulties.mark(case.members, state, clock.now(), None),
            done,
            self._not_filed,
        )

    def remind(self) -> None:
        """How many serious kinds wait to be reported for longer than the settings allow."""
        before = clock.now() - timedelta(hours=self._settings.difficulties.remind_after_hours)

        def job() -> dict[str, datetime]:
            return self._reception.wait().records.difficulties.overdue(before)

        self._lanes.records.do(job, lambda found: self._board.note(unreported=len(found)), _ignore)

    # The report of this month

    def _report(self) -> None:
        settings, today = self._settings, clock.today()

        def job() -> Path:
            from kiosk.visits.audit import Act
            from kiosk.visits.difficulty_paper import paper_of
            from kiosk.visits.difficulty_report import Period, report_from
            from kiosk.visits.word_file import write_docx

            folder = settings.data_folder / "reports"
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                why = error.strerror or "?"
                raise UsageError("export_write", why, file=str(folder), why=why) from None
            reception = self._reception.wait()
            file = folder / f"kho-khan-vuong-mac-{today.isoformat()}.docx"
            period = Period(today.replace(day=1), today)
            reception.note_act(Act.EXPORT, what="difficulties", file=file.name)
            report = report_from(reception.records.difficulties, settings, period)
            write_docx(paper_of(report), file)
            return file

        def done(file: Path) -> None:
            self._stream.write("difficulties_reported", file=str(file))
            self._page.say(self._words("difficulty_reported", file=str(file)))

        self._lanes.upkeep.do(job, done, self._not_filed)


def _ignore(_: object) -> None:
    """The result does not matter; the next round looks again."""
