"""Carries out what the flow asks for a patient: read, check what was typed, look up, record."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.card.model import Card
from kiosk.desk import events
from kiosk.desk import flow as f
from kiosk.desk.choose import MOST_CHOICES
from kiosk.desk.events import EventStream
from kiosk.desk.gateway_line import GatewayLine
from kiosk.desk.handed_over import discard_pasted
from kiosk.desk.health_board import HealthBoard
from kiosk.desk.late_reception import LateReception
from kiosk.desk.records_desk import RecordsDesk
from kiosk.desk.work import Lanes
from kiosk.errors import KioskError
from kiosk.lookup import Lookup
from kiosk.settings import Settings
from kiosk.visits.model import Visit

Work = f.Read | f.CheckTyped | f.LookUp | f.Record


class PatientWork:
    """Each piece of work goes to its lane; its answer comes back to the flow with its ticket."""

    def __init__(
        self,
        settings: Settings,
        flow: f.Flow,
        apply: Callable[[f.Effects], None],
        reception: LateReception,
        lanes: Lanes,
        records: RecordsDesk,
        line: GatewayLine,
        board: HealthBoard,
        stream: EventStream,
        on_recorded: Callable[[Visit], None],
    ) -> None:
        self._settings, self._flow, self._apply = settings, flow, apply
        self._reception, self._lanes, self._on_recorded = reception, lanes, on_recorded
        self._records, self._line, self._board, self._stream = records, line, board, stream

    def do(self, work: Work) -> None:
        match work:
            case f.Read():
                self._read(work)
            case f.CheckTyped():
                self._check_typed(work)
            case f.LookUp():
                self._look_up(work)
            case f.Record():
                self._record(work)

    def _read(self, work: f.Read) -> None:
        scan, ticket, flow = work.scan, work.ticket, self._flow
        self._lanes.reading.do(
            lambda: self._cards_of(scan),
            lambda cards: self._apply(
                flow.read(ticket, cards[0]) if len(cards) == 1 else flow.read_several(ticket, cards)
            ),
            lambda error: self._apply(flow.read_failed(ticket, error)),
        )

    def _cards_of(self, scan: f.Scan) -> tuple[Card, ...]:
        if scan.image is None:
            return (self._reception.wait().read(scan.text),)
        try:
            return tuple(self._reception.wait().cards_in(scan.image)[:MOST_CHOICES])
        finally:
            discard_pasted(scan.image, self._settings.data_folder)

    def _check_typed(self, work: f.CheckTyped) -> None:
        ticket, base = work.ticket, work.base

        def job() -> Card:
            reception = self._reception.wait()
            if base is None:
                return reception.typed(work.number, work.full_name, work.birth_date)
            return reception.complete(base, full_name=work.full_name, birth_date=work.birth_date)

        self._lanes.reading.do(
            job,
            lambda card: self._apply(self._flow.typed(ticket, card)),
            lambda error: self._apply(self._flow.typed_failed(ticket, error)),
        )

    def _look_up(self, work: f.LookUp) -> None:
        ticket, card = work.ticket, work.card

        def found(lookup: Lookup) -> None:
            self._line.note(lookup)
            self._lanes.records.do(
                lambda: self._reception.wait().seen_today(lookup),
                lambda seen: self._apply(self._flow.found(ticket, seen)),
                lambda error: self._apply(self._flow.found(ticket, lookup, error)),
            )

        self._lanes.lookups.do(
            lambda: self._reception.wait().look_up(card),
            found,
            lambda error: self._apply(self._flow.look_up_failed(ticket, error)),
        )

    def _record(self, work: f.Record) -> None:
        ticket, verdict = work.ticket, work.verdict

        def job() -> Visit:
            reception, found, source = self._reception.wait(), verdict.to_record, verdict.source
            group = verdict.priority
            match work.decision:
                case f.Decision.CHECK_IN:
                    return reception.check_in(found, source, confirm=work.confirm, priority=group)
                case f.Decision.PUT_ASIDE:
                    return reception.put_aside(found, source, priority=group)
                case f.Decision.SELF_PAY:
                    return reception.self_pay(found.card, source, found, priority=group)

        def done(visit: Visit) -> None:
            self._records.note_work()
            self._stream.write("recorded", **events.recorded_event(visit))
            self._apply(self._flow.recorded(ticket, visit))
            self._on_recorded(visit)
            self._records.refresh_owed()

        def failed(error: KioskError) -> None:
            self._board.note(records_error=error)
            self._apply(self._flow.record_failed(ticket, error))

        self._lanes.records.do(job, done, failed)
