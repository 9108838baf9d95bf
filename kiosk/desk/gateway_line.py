"""What is known of the line to the gateway: by look-ups, and by probes when nobody comes."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from kiosk import clock
from kiosk.desk.events import EventStream
from kiosk.desk.health_board import HealthBoard
from kiosk.desk.late_reception import LateReception
from kiosk.gateway.result_codes import Retry
from kiosk.lookup import Lookup

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
        answered, now = found.assessment.result_code is not None, clock.now()
        fault = rule.key if rule.retry is Retry.SETUP else ""
        known = self._board.health
        same = (known.gateway_answered, bool(known.setup_fault)) == (answered, bool(fault))
        self._board.note(
            gateway_answered=answered,
            gateway_at=now,
            gateway_since=known.gateway_since if same else now,
            gateway_seconds=found.elapsed_ms / 1000,
            setup_fault=fault,
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
        ahead = reception.clock_ahead
        if (line, pause, ahead) != (known.line, known.login_pause, known.clock_ahead):
            self._board.note(line=line, login_pause=pause, clock_ahead=ahead)
