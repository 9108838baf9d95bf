"""An invented patient as the desk's state machines meet one: card, look-up, visit."""

from __future__ import annotations

from datetime import date, datetime

from kiosk.card.model import HealthCard, Kind, PartialDate
from kiosk.clock import VIETNAM
from kiosk.eligibility.model import Assessment
from kiosk.gateway.result_codes import Verdict
from kiosk.lookup import Lookup
from kiosk.visits.model import Source, Status, Visit

CARD = HealthCard(
    Kind.HEALTH_CARD,
    card_number="DN4799900000001",
    full_name="Nguyễn Văn Mẫu",
    birth_date=PartialDate(1990, 2, 1),
)
VISIT = Visit(
    visit_id="v1",
    created_at=datetime(2026, 11, 23, 8, 0, tzinfo=VIETNAM),
    day=date(2026, 11, 23),
    facility="99999",
    training=True,
    source=Source.WEDGE,
    desk="Quầy 1",
    status=Status.CHECKED_IN,
    verdict="eligible",
    reason="card_valid",
    result_code="000",
    followed_from=None,
    queue_number=1,
    full_name="Nguyễn Văn Mẫu",
    number="DN4799900000001",
    coverage=None,
    differences=(),
    warnings=(),
    confirm_reason=None,
    rechecked_at=None,
)


def found(verdict: Verdict = Verdict.ELIGIBLE) -> Lookup:
    return Lookup(CARD, Assessment(verdict, "card_valid", "000", staff_text_key="000"), (), (), (), 10.0)
