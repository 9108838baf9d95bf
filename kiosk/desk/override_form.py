"""The question what was checked, before staff confirm a verdict that needs them."""

from __future__ import annotations

from kiosk.desk.reason_form import ReasonForm
from kiosk.desk.widgets import label
from kiosk.desk.words import OVERRIDE_REASONS, Words


class OverrideForm(ReasonForm):
    """What was checked: the number of a reason, or own words."""

    def __init__(self, words: Words) -> None:
        super().__init__(
            words, lambda code: words(f"override_{code}"), len(OVERRIDE_REASONS), words("do_confirm")
        )
        self._about = label("question")
        self.body.insertWidget(1, self._about)

    def open_for(self, about: str) -> None:
        """`about`: who it is, and why the verdict wants a person."""
        self.open_empty()
        self._about.setText(about)
