"""What is known of the line to the gateway: by look-ups, and by probes when nobody comes."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from kiosk import clock
from kiosk.desk.events import EventStream
from kiosk.desk.health_board import HealthBoard
from kiosk.desk.late_reception import LateReception
from kiosk.gateway.result_codes import Retry
from kiosk.reception import Lookup

LINE_EVERY_MILLISECONDS = 500


class GatewayLine:
    """Its state changes in other threads, so it is looked at again and again."""

    def __init__(
        self, reception: LateReception, board: HealthBoard, stream: EventStream, parent: QObject
    ) -> None:
        self._reception, self._board, self._stream = reception, board, stream
        self._timer = QTimer(parent)
        self._timer.timeout.connect(self.refresh)

    def start(self) -> None:
        self._timer.start(LINE_EVERY_MILLISECONDS)

    def note(self, found: Lookup) -> None:
        """What a look-up says of the gateway itself."""
        rule = found.assessment.rule
        self._board.note(
            gateway_answered=found.assessment.result_code is not None,
            gateway_at=clock.now(),
            gateway_seconds=found.elapsed_ms / 1000,
            setup_fault=rule.key if rule.retry is Retry.SETUP else "",
        )
        self.refresh()

    def refresh(self) -> None:
        reception = self._reception.if_open
        if reception is None:
            return
        known = self._board.health
        line, pause = reception.connectivity, reception.login_pause
        if line.online != known.line.online:
            self._stream.write("gateway", online=line.online, reason=line.reason)
        if (line, pause) != (known.line, known.login_pause):
            self._board.note(line=line, login_pause=pause)
