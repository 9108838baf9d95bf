"""Invented visits that wait with a number."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from kiosk import clock
from kiosk.settings import Settings, TicketSettings
from kiosk.tickets.ticket import Ticket
from kiosk.visits.model import Source, Status, Visit

AT = datetime(2026, 11, 23, 8, 15, tzinfo=clock.VIETNAM)

VISIT = Visit(
    visit_id="visit-57",
    created_at=AT,
    day=AT.date(),
    facility="99999",
    training=False,
    source=Source.SCAN,
    desk="Quầy 1",
    status=Status.CHECKED_IN,
    verdict="eligible",
    reason="ok",
    result_code="000",
    followed_from=None,
    queue_number=57,
    full_name="NGUYỄN THỊ VÂN ANH",
    number="DN4799900000001",
    coverage={"card_number": "DN4799900000001", "social_insurance_number": "9900000001"},
    differences=(),
    warnings=(),
    confirm_reason=None,
    rechecked_at=None,
    priority="pregnant",
)

TICKET = Ticket("57", "Bệnh viện Đa khoa tỉnh Mẫu", "Quầy 1", AT)


def settings(**ticket: Any) -> Settings:
    return replace(Settings(), ticket=TicketSettings(**ticket))
