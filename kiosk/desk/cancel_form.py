"""Asks why a visit is taken back, and says whose it is."""

from __future__ import annotations

from kiosk.desk.reason_form import ReasonForm
from kiosk.desk.visit_words import say, who
from kiosk.desk.widgets import label, set_or_hide
from kiosk.desk.words import Words
from kiosk.visits.model import Visit

REASONS = 5


class CancelForm(ReasonForm):
    def __init__(self, words: Words) -> None:
        super().__init__(
            words, lambda code: say(words, f"cancel_{code}"), REASONS, say(words, "cancel_visit")
        )
        self._who = label("question")
        self._problem = label("problem")
        self.body.insertWidget(1, self._who)
        self.body.insertWidget(self.body.count() - 2, self._problem)

    def open_for(self, visit: Visit) -> None:
        self.open_empty()
        self._who.setText(who(visit, self.words))
        self.show_problem("")

    def show_problem(self, words: str) -> None:
        """Why it could not be cancelled a moment ago."""
        set_or_hide(self._problem, words)
