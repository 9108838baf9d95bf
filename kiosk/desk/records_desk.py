"""The records behind the window: what is owed, what late answers left to do, backups."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from kiosk import clock
from kiosk.app import let_go_of_due, look_after_records
from kiosk.desk import events
from kiosk.desk.events import EventStream
from kiosk.desk.flow import Effects, Flow, PageName
from kiosk.desk.health_board import HealthBoard
from kiosk.desk.late_reception import LateReception
from kiosk.desk.today_page import TodayPage
from kiosk.desk.words import Words
from kiosk.desk.work import Lanes, Mailbox
from kiosk.errors import KioskError
from kiosk.settings import Settings
from kiosk.visits.audit import Act
from kiosk.visits.model import Sharing, StaffTask, Visit
from kiosk.visits.outbox_worker import OutboxWorker

if TYPE_CHECKING:
    from kiosk.visits.retention.run import Outcome

OWED_EVERY_SECONDS = 30
UPKEEP_EVERY_SECONDS = 1800
"""How often it is seen whether the day's backup is made."""


class RecordsDesk:
    """Started in two steps: `start_looking` once the window is there, `start_work` once they are open."""

    def __init__(
        self,
        settings: Settings,
        words: Words,
        flow: Flow,
        apply: Callable[[Effects], None],
        page: TodayPage,
        reception: LateReception,
        lanes: Lanes,
        mailbox: Mailbox,
        board: HealthBoard,
        stream: EventStream,
        list_changed: Callable[[], None],
        parent: QObject,
    ) -> None:
        self._settings, self._words, self._flow, self._apply, self._page = settings, words, flow, apply, page
        self._reception, self._lanes, self._board, self._stream = reception, lanes, board, stream
        self._list_changed = list_changed
        self._stopping = threading.Event()
        self._outbox = OutboxWorker(
            lambda: reception.wait().outbox(),
            may_ask=lambda: reception.wait().may_ask(),
            on_visit=lambda visit: mailbox.post(lambda: self._settled_late(visit)),
            on_trouble=lambda error: mailbox.post(lambda: self._outbox_failed(error)),
        )
        self._owed_timer = QTimer(parent)
        self._owed_timer.timeout.connect(self.refresh_owed)
        self._upkeep_timer = QTimer(parent)
        self._upkeep_timer.timeout.connect(self._look_after)
        self._upkeep_timer.timeout.connect(self._let_go_of_due)

    def start_looking(self) -> None:
        self._owed_timer.start(OWED_EVERY_SECONDS * 1000)

    def start_work(self, owed: int) -> None:
        """They are open."""
        self._board.note(owed=owed, records_open=True)
        self._stream.write("opened", records=True)
        self.refresh_owed()
        self._outbox.start()
        self._look_after(check_first=True)
        self._upkeep_timer.start(UPKEEP_EVERY_SECONDS * 1000)

    def opening_failed(self, error: KioskError) -> None:
        self._failed(error)
        self._stream.write("opened", records=False)
        self._outbox.start()

    def stop(self) -> None:
        self._stopping.set()
        self._outbox.stop()

    # Whether they can be read and written

    def note_work(self) -> None:
        """A read or write went well; that says nothing about pages known to be damaged."""
        known = self._board.health.records_error
        damaged = known is not None and known.code == "records_damaged"
        self._board.note(records_open=True, records_error=known if damaged else None)

    def _failed(self, error: KioskError) -> None:
        first = self._board.health.records_error is None
        self._board.note(records_error=error)
        if first:
            self._apply(self._flow.trouble(error))

    # What is owed, and what late answers left to do

    def refresh_owed(self) -> None:
        def job() -> tuple[tuple[int, datetime | None], list[StaffTask], Sharing | None]:
            reception = self._reception.wait()
            return reception.owed_summary(), reception.tasks(), reception.sharing()

        def done(found: tuple[tuple[int, datetime | None], list[StaffTask], Sharing | None]) -> None:
            (owed, oldest), tasks, sharing = found
            if len(tasks) != self._board.health.tasks:
                self._stream.write("tasks", open=len(tasks))
            self._board.note(owed=owed, owed_since=oldest, tasks=len(tasks), sharing=sharing)
            self.note_work()
            self._page.show_tasks(tasks)
            self._list_changed()

        self._lanes.records.do(job, done, self._failed)

    def _settled_late(self, visit: Visit) -> None:
        """The outbox had an answer for a patient who was received long ago, or asked again in vain."""
        self._stream.write("rechecked", **events.recorded_event(visit), verdict=visit.verdict)
        known = self._board.health
        if visit.result_code is not None and known.gateway_answered is False and not known.setup_fault:
            now = clock.now()  # no patient has asked since, and the strip would go on calling it away
            self._board.note(gateway_answered=True, gateway_at=now, gateway_since=now)
        self.refresh_owed()
        self._list_changed()

    def _outbox_failed(self, error: KioskError) -> None:
        if error.code == "records_row":  # one row; the others are looked up
            self._stream.write("outbox", problem=error.code)
        else:
            self._failed(error)

    # Tasks

    def finish_task(self) -> None:
        """The one that is marked in today's list."""
        task = self._page.chosen_task
        if task is None or not self._flow.shows(PageName.TODAY):
            return
        visit_id = task.visit.visit_id

        def done(_: bool) -> None:
            self._stream.write("task_done", visit_id=visit_id)
            self.refresh_owed()

        self._lanes.records.do(lambda: self._reception.wait().finish_task(visit_id), done, self._failed)

    # Upkeep

    def _look_after(self, *, check_first: bool = False) -> None:
        """In a lane of its own: a large file takes its time, and nobody waits for it."""

        def done(backup_at: datetime | None) -> None:
            self._board.note(backup_at=backup_at, backup_error=None)
            self._stream.write("upkeep", backup=backup_at is not None)

        def failed(error: KioskError) -> None:
            self._stream.write("upkeep", problem=error.code)
            if error.code == "records_damaged":
                self._failed(error)
            else:
                self._board.note(backup_error=error)

        self._lanes.upkeep.do(
            lambda: look_after_records(self._settings, check_first=check_first, made=self._note_backup),
            done,
            failed,
        )

    def _let_go_of_due(self) -> None:
        """What is past its term, a few rows at a time; after the day's backup, in the same lane."""

        def done(outcome: Outcome | None) -> None:
            if outcome is not None:
                self._stream.write("retention", removed=outcome.removed, finished=outcome.finished)

        def failed(error: KioskError) -> None:  # the next round tries again; the doctor tells what is due
            self._stream.write("retention", problem=error.code)

        self._lanes.upkeep.do(
            lambda: let_go_of_due(self._settings, self._reception.wait().records, self._stopping.is_set),
            done,
            failed,
        )

    def _note_backup(self, file: Path) -> None:
        self._reception.wait().note_act(Act.BACKUP, file=str(file))
