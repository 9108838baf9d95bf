"""Opens the form by itself where nothing reads, and takes it back when something does."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from kiosk.desk.absence import SETTLE_SECONDS, why_nothing_reads
from kiosk.desk.flow import Effects, Flow, Ready
from kiosk.desk.forms import ManualForm
from kiosk.desk.health_board import HealthBoard
from kiosk.settings import Settings


class AbsenceWatch:
    """`busy`: whether a person or a scanner is at work in a way that the form would disturb."""

    def __init__(
        self,
        settings: Settings,
        flow: Flow,
        apply: Callable[[Effects], None],
        form: ManualForm,
        board: HealthBoard,
        busy: Callable[[], bool],
        parent: QObject,
    ) -> None:
        self._readers, self._flow, self._apply = settings.readers, flow, apply
        self._form, self._board, self._busy = form, board, busy
        self._wedge_seen = False
        self._form_declined = False
        self._timer = QTimer(parent)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._open_form)

    def note_wedge(self) -> None:
        """A keyboard scanner has read something; it cannot be seen before."""
        self._wedge_seen = True

    def note_escape(self) -> None:
        """Before the flow has it: whether it declines the form."""
        self._form_declined = self._form_declined or self._flow.form_came_by_itself

    def mind(self) -> None:
        """After every change."""
        if not isinstance(self._flow.stage, Ready):
            self._form_declined = False
        if self._why() is None:
            self._timer.stop()
            if self._flow.form_came_by_itself and self._form.is_empty:
                self._apply(self._flow.withdraw_form(form_is_empty=True))
        elif self._free_for_a_form and not self._timer.isActive():
            self._wait()

    def _wait(self) -> None:
        self._timer.start(round(SETTLE_SECONDS * 1000))

    @property
    def _free_for_a_form(self) -> bool:
        return isinstance(self._flow.stage, Ready) and not self._flow.overlays and not self._form_declined

    def _why(self) -> str | None:
        return why_nothing_reads(
            camera_set=self._readers.camera,
            serial_set=self._readers.serial_port,
            camera=self._board.health.camera,
            serial=self._board.health.serial,
            wedge_seen=self._wedge_seen,
        )

    def _open_form(self) -> None:
        why = self._why()
        if self._busy():
            self._wait()
        elif why is not None and self._free_for_a_form:
            self._apply(self._flow.open_form_by_itself(why))
