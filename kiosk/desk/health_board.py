"""Holds what is known of the parts around the desk, and shows it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk import clock
from kiosk.desk.flow import Flow, PageName
from kiosk.desk.health import Health
from kiosk.desk.health_strip import strip
from kiosk.desk.window import DeskWindow
from kiosk.desk.words import Words
from kiosk.settings import Settings


class HealthBoard:
    """The strip at the bottom, the page of F12, and whether scans arrive."""

    def __init__(self, settings: Settings, words: Words, window: DeskWindow, flow: Flow) -> None:
        self.health = Health()
        self._settings, self._words, self._window, self._flow = settings, words, window, flow

    def note(self, **changes: Any) -> None:
        """New values of fields of `Health`."""
        self.health = replace(self.health, **changes)
        self.draw()

    def draw(self) -> None:
        window = self._window
        window.show_whether_scans_arrive(
            without_focus=self.health.serial == "watching",
            scanner_known=not self._flow.form_came_by_itself,
        )
        now = clock.now()
        window.strip.show_segments(strip(self.health, self._words, self._settings, now))
        if self._flow.shows(PageName.STATE):
            from kiosk.desk.health_rows import state_rows

            rows = state_rows(self.health, self._words, self._settings, clock.today(), now)
            window.state.show_rows(rows)

    def open_matter(self, matter: str) -> None:
        """A segment was clicked: the page of F12, with what is to be done about it."""
        if not self._flow.shows(PageName.STATE):
            self._flow.open_page(PageName.STATE)
        self._window.state.show_matter(matter)
