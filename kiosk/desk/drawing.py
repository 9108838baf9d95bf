"""Draws what the flow says: which page is shown, and with what on it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject, QTimer

from kiosk import clock
from kiosk.card.model import Card
from kiosk.desk import flow as f
from kiosk.desk.pages import Page
from kiosk.desk.ticket_desk import TicketDesk
from kiosk.desk.verdict_view import name_and_reason, reason_and_advice, verdict_view
from kiosk.desk.window import DeskWindow
from kiosk.desk.words import NO_TICKET, Extra, KeyHint, TicketNote, Words
from kiosk.errors import CardParseError, ImageError, KioskError
from kiosk.visits.known_patient import KnownPatient

VerdictExtra = Callable[[f.VerdictShown], Extra]
"""What another room adds to a verdict on the screen. Asked at every drawing, so it has to be cheap."""


class Drawing:
    """`on_open`: what a page needs when it opens.

    `extras`: what other rooms add to a verdict; the list may grow later, and what they say may change.
    """

    def __init__(
        self,
        words: Words,
        window: DeskWindow,
        flow: f.Flow,
        *,
        on_open: Mapping[f.PageName, Callable[[], None]],
        on_papers: Callable[[], None],
        on_set_up: Callable[[f.Overlay], Page],
        on_manage: Callable[[], Page],
        extras: Sequence[VerdictExtra],
        tickets: TicketDesk,
        parent: QObject,
    ) -> None:
        self._extras_of, self._tickets, self._on_papers = extras, tickets, on_papers
        self._on_set_up, self._on_manage = on_set_up, on_manage
        self._words, self._window, self._flow, self._on_open = words, window, flow, on_open
        self._overlay_pages: dict[f.PageName, Page] = {
            f.PageName.TODAY: window.today,
            f.PageName.SCANNER_TEST: window.scanner_test,
            f.PageName.CAMERA: window.camera,
            f.PageName.DIFFICULTY: window.difficulty,
            f.PageName.ASSISTANT: window.assistant,
            f.PageName.STATE: window.state,
        }
        self._shown: tuple[object, ...] = ()
        self._form_of: object = None  # what the form's content belongs to
        self._override_of: object = None
        self._papers_of: object = None
        self._cancel_of: object = None
        self._asked = (0, 0.0)  # ticket of the look-up under way, and when it began
        self._elapsed_timer = QTimer(parent)
        self._elapsed_timer.timeout.connect(self._show_elapsed)

    def draw(self) -> None:
        flow, window, words = self._flow, self._window, self._words
        if flow.locked:
            self._draw_lock()
            return
        window.show_line(words.line(len(flow.line), flow.line[0] if flow.line else None))
        result_shown = isinstance(flow.stage, f.Recorded) and not flow.overlays
        window.show_last_visit("" if result_shown else words.last_visit(flow.last_visit))
        now_shown = (flow.stage, _identity(flow.top), self._extras(), self._ticket())
        if now_shown != self._shown:
            self._shown = now_shown
            self._start_timers()
            window.show_page(self._overlay(flow.top) if flow.top else self._stage())

    def _draw_lock(self) -> None:
        """How many wait, and nothing of anybody."""
        count = len(self._flow.line)
        words = self._words("line_one") if count == 1 else self._words("line_many", count=str(count))
        self._window.show_line((words if count else "", ""))
        self._window.show_last_visit("")
        self._shown = ()  # everything is drawn anew afterwards
        self._window.show_page(self._window.lock)
        self._window.lock.take_focus()

    def _extras(self) -> tuple[Extra, ...]:
        stage = self._flow.stage
        if not isinstance(stage, f.VerdictShown):
            return ()
        return tuple(extra(stage) for extra in self._extras_of)

    def _ticket(self) -> tuple[TicketNote, bool]:
        """What is said of the slip of a visit just recorded, and whether a key prints it."""
        stage = self._flow.stage
        if not isinstance(stage, f.Recorded):
            return NO_TICKET, False
        return self._tickets.note_of(stage.visit), self._tickets.can_print(stage.visit)

    def _start_timers(self) -> None:
        """They belong to the stage, whatever lies over it."""
        self._elapsed_timer.stop()
        if isinstance(self._flow.stage, f.LookingUp):
            if self._asked[0] != self._flow.stage.ticket:
                self._asked = (self._flow.stage.ticket, time.monotonic())
            self._elapsed_timer.start(1000)

    def _show_elapsed(self) -> None:
        if isinstance(self._flow.stage, f.LookingUp):
            self._window.busy.elapsed(max(round(time.monotonic() - self._asked[1]), 1))

    def _overlay(self, overlay: f.Overlay) -> Page:
        window = self._window
        match overlay:
            case f.ManualForm():
                return self._open_form(overlay)
            case f.Override(opening=opening):
                if self._override_of != opening:
                    window.override.open_for(self._whom_it_is_about())
                window.override.edit.setFocus()
                self._override_of = opening
                return window.override
            case f.Papers(opening=opening):
                if self._papers_of != opening:
                    self._on_papers()
                window.papers.edit.setFocus()
                self._papers_of = opening
                return window.papers
            case f.PriorityList(marked):
                window.priorities.show_choices(marked)
                return window.priorities
            case f.CancelQuestion():
                self._ask_why(overlay)
                return window.cancel
            case f.VisitOpened():
                return window.visit
            case f.SetUp():
                return self._on_set_up(overlay)
            case f.Page(name):
                return self._open_page(name)

    def _whom_it_is_about(self) -> str:
        stage = self._flow.stage
        return name_and_reason(self._words, stage) if isinstance(stage, f.VerdictShown) else ""

    def _open_form(self, opened: f.ManualForm) -> Page:
        form = self._window.form
        if self._form_of != opened.opening:
            form.open_empty(self._words(f"why_{opened.why}") if opened.why else "")
            if isinstance(self._flow.stage, f.VerdictShown):
                self._offer_on_screen(self._flow.stage.found.card)
        form.take_focus()
        self._form_of = opened.opening
        return form

    def _open_page(self, name: f.PageName) -> Page:
        if name is f.PageName.SETTINGS:
            return self._on_set_up(f.Page(name))
        if name is f.PageName.MANAGE:
            return self._on_manage()
        if name in self._on_open:
            self._on_open[name]()
        return self._overlay_pages[name]

    def _ask_why(self, asked: f.CancelQuestion) -> None:
        form = self._window.cancel
        if self._cancel_of != asked.opening:
            form.open_for(asked.visit)
        form.show_problem(self._words.error(asked.problem) if asked.problem else "")
        form.edit.setFocus()
        self._cancel_of = asked.opening

    def _offer_on_screen(self, card: Card) -> None:
        if card.full_name and card.birth_date and card.lookup_number:
            patient = KnownPatient(card.full_name, card.birth_date, card.lookup_number)
            self._window.form.offer_on_screen(patient)

    def _stage(self) -> Page:
        window, words = self._window, self._words
        escape = words("key_escape")
        match self._flow.stage:
            case f.Reading():
                window.busy.say(words("reading_title"), (KeyHint(escape, words("do_cancel_reading")),))
                return window.busy
            case f.LookingUp():
                window.busy.say(words("looking_up_title"), (KeyHint(escape, words("do_cancel_lookup")),))
                return window.busy
            case f.Recording():
                window.busy.say(words("recording_title"))
                return window.busy
            case f.Choosing(cards=cards, chosen=chosen):
                window.choose.show_cards(cards, chosen)
                return window.choose
            case f.Incomplete(card=card):
                if self._form_of != card:
                    window.form.open_for(card)
                window.form.take_focus()
                self._form_of = card
                return window.form
            case f.VerdictShown() as shown:
                window.verdict.show_verdict(verdict_view(words, shown, clock.today(), self._extras()))
                return window.verdict
            case f.Recorded(visit):
                note, again = self._ticket()
                window.recorded.show_result(words.recorded_view(visit, note, ticket_again=again))
                return window.recorded
            case f.Message(error):
                self._message(error)
                return window.message
        return window.ready

    def _message(self, error: KioskError) -> None:
        unread = isinstance(error, (CardParseError, ImageError))
        words = self._words
        manual, dismiss = KeyHint("F2", words("do_manual")), KeyHint(words("key_escape"), words("do_dismiss"))
        what, then = reason_and_advice(words.error(error))
        self._window.message.say(
            words("message_title" if unread else "message_trouble_title"),
            what,
            then or (words("message_next") if unread else ""),
            (manual, dismiss) if unread else (dismiss, manual),
        )


def _identity(overlay: f.Overlay | None) -> object:
    """What makes an overlay another one: a form stays the same while it is being checked."""
    return ("form", overlay.opening) if isinstance(overlay, f.ManualForm) else overlay
