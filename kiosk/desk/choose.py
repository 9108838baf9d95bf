"""The page that asks which of the cards in a picture is meant. Nothing is chosen by guess."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from kiosk.card.model import Card
from kiosk.desk.pages import Page
from kiosk.desk.widgets import clear, label, panel
from kiosk.desk.words import KeyHint, Words, masked
from kiosk.texts import text

MOST_CHOICES = 9
"""As many as there are digit keys."""


class ChoosePage(Page):
    """The cards with their kinds and masked numbers; a digit or an arrow marks one, Return takes it."""

    def __init__(self, words: Words) -> None:
        super().__init__(words)
        self._rows: list[QLabel] = []
        self._title = label("subtitle", words("choose_title"))
        frame, self._inside = panel()
        self._keys = self.key_row()
        self.body.addWidget(self._title)
        self.body.addWidget(label("muted", words("choose_text")))
        self.body.addWidget(frame)
        self.body.addWidget(self._keys)
        self.body.addStretch(1)

    def show_cards(self, cards: tuple[Card, ...], chosen: int | None) -> None:
        clear(self._inside)
        self._rows = []
        for place, card in enumerate(cards[:MOST_CHOICES]):
            row = label("option", f"{place + 1}   {choice_words(card, self.words)}")
            row.setProperty("chosen", "true" if place == chosen else "false")
            self._inside.addWidget(row)
            self._rows.append(row)
        hints = [KeyHint(f"1–{len(self._rows)}  ↑ ↓", self.words("do_choose"))]
        if chosen is not None:
            hints.insert(0, KeyHint(self.words("key_enter"), self.words("do_take_choice")))
            self.ensureWidgetVisible(self._rows[chosen])
        hints.append(KeyHint(self.words("key_escape"), self.words("do_discard")))
        self._keys.show_keys(hints)
        self.setAccessibleName(self._title.text())


def choice_words(card: Card, words: Words) -> str:
    kind = text("kinds", card.kind.value, words.language)
    return "  ·  ".join(part for part in (kind, masked(card.lookup_number), card.full_name) if part)
