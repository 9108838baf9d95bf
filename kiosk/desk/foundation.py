"""What every room of the desk stands on: made before the window is there."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.desk.events import EventStream, FlowEvents
from kiosk.desk.flow import Flow
from kiosk.desk.health_board import HealthBoard
from kiosk.desk.keys import KeyReader
from kiosk.desk.late_reception import LateReception
from kiosk.desk.scan_intake import ScanIntake
from kiosk.desk.window import DeskWindow
from kiosk.desk.words import Words
from kiosk.desk.work import Lanes, Mailbox
from kiosk.readers.wedge import Frame
from kiosk.settings import Settings


@dataclass(frozen=True, slots=True, eq=False)
class Foundation:
    settings: Settings
    words: Words
    flow: Flow
    window: DeskWindow
    keys: KeyReader
    intake: ScanIntake
    frame: Frame
    mailbox: Mailbox
    lanes: Lanes
    reception: LateReception
    board: HealthBoard
    stream: EventStream
    events: FlowEvents
