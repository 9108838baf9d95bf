"""`kiosk doctor` from the page of F12: in a thread of its own, its lines shown as they come."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from kiosk import clock
from kiosk.desk.events import EventStream
from kiosk.desk.lists import StatePage
from kiosk.desk.words import Row, Words, time_of_day
from kiosk.desk.work import Mailbox
from kiosk.settings import Settings
from kiosk.texts import text

if TYPE_CHECKING:
    from kiosk.doctor import Finding

    Examination = Callable[[Settings], Iterator[Finding]]

OWN_READERS = {"camera", "scanner"}
"""The desk has them open itself: asked again they would be told as busy. Their state stands on the page."""

_log = logging.getLogger(__name__)


def examine_around_desk(settings: Settings) -> Iterator[Finding]:
    """Everything but the readers; imported here, since the desk's start must not wait for it."""
    from kiosk.doctor import examine
    from kiosk.doctor.examination import GROUPS

    groups = tuple(group for group in GROUPS if not OWN_READERS & set(group.checks))
    yield from examine(settings, groups=groups)


class CheckUp:
    """One at a time, and only when somebody asks: each costs a login and a look-up."""

    def __init__(
        self,
        settings: Settings,
        words: Words,
        page: StatePage,
        mailbox: Mailbox,
        stream: EventStream,
        examination: Examination = examine_around_desk,
    ) -> None:
        self._settings, self._words, self._page = settings, words, page
        self._mailbox, self._stream = mailbox, stream
        self._examination = examination
        self._running = False
        self._bad_rows: list[Row] = []
        self._good_rows: list[Row] = []
        self._to_mend: list[str] = []

    def start(self) -> None:
        """In the window's thread. Does nothing while one is under way."""
        if self._running:
            return
        self._running = True
        self._bad_rows, self._good_rows, self._to_mend = [], [], []
        self._show()
        threading.Thread(target=self._run, name="check-up", daemon=True).start()

    def _run(self) -> None:
        try:
            for finding in self._examination(self._settings):
                row = _row(finding, self._words.language)
                self._mailbox.post(lambda finding=finding, row=row: self._found(finding, row))  # type: ignore[misc]
        except Exception as error:  # noqa: BLE001 - a fault of the program must not stop the desk
            _log.error("check-up: %s", type(error).__name__)
        self._mailbox.post(self._over)

    def _found(self, finding: Finding, row: Row) -> None:
        if finding.ok:
            self._good_rows.append(row)
        else:
            self._bad_rows.append(row)
            self._to_mend.append(finding.check)
        self._show()

    def _over(self) -> None:
        self._running = False
        self._show()
        count = len(self._bad_rows) + len(self._good_rows)
        self._stream.write("checked_up", checks=count, to_mend=self._to_mend)

    def _show(self) -> None:
        words, time = self._words, time_of_day(clock.now())
        rows = self._bad_rows + self._good_rows
        if self._running:
            title = words("check_up_running")
        elif self._to_mend or not rows:
            title = words("check_up_bad", count=str(len(self._to_mend)), time=time)
        else:
            title = words("check_up_fine", time=time)
        self._page.show_check_up(title, rows)


def _row(finding: Finding, language: str) -> Row:
    from kiosk.doctor.finding import label

    told = finding.as_json(language)
    detail = f"{told['detail']}".removeprefix(text("doctor", "in_training", language, detail=""))
    sign = "✓" if finding.ok else "✗"
    advice = f"\n→ {told['advice']}" if told["advice"] else ""
    return f"{sign} {label(finding.check, language)}", f"{detail}{advice}"
