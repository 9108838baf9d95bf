"""Look-ups and the visits that followed them, by account."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from visit_samples import MORNING, health_card, new_visit

from kiosk.eligibility.abuse_model import StaffCount
from kiosk.visits.audit import Act, AuditEntry
from kiosk.visits.model import Visit
from kiosk.visits.records import VisitRecords
from kiosk.visits.staff_counts import staff_counts


def look_up(minute: int, who: str, subject: str, desk: str = "Quầy 1", act: str = Act.LOOK_UP) -> AuditEntry:
    at = (MORNING + timedelta(minutes=minute)).astimezone(UTC)
    written = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return AuditEntry("c", 1, written, "live", "99999", desk, who, act, subject, None, "{}", "", "")


def visit(records: VisitRecords, minute: int, desk: str = "Quầy 1") -> Visit:
    at: datetime = MORNING + timedelta(minutes=minute)
    return records.record(
        new_visit(health_card(minute), visit_id=f"{desk} {minute}", created_at=at, desk=desk)
    )


def test_a_visit_is_that_of_who_looked_up_last_at_its_desk(records: VisitRecords) -> None:
    entries = [
        look_up(0, "an", "•0001"),
        look_up(2, "an", "•0002"),
        look_up(3, "an", "•0002"),  # tried again
        look_up(4, "binh", "•0003", "Quầy 2"),
        look_up(10, "chi", "•0004"),  # took over the first desk
        look_up(11, "an", "•0005", act=Act.CANCEL),
    ]
    visits = [
        visit(records, 1),
        visit(records, 5, "Quầy 2"),
        visit(records, 12),
        visit(records, 13, "Quầy 9"),
    ]
    assert staff_counts(entries, visits) == {
        "an": StaffCount(lookups=2, visits=1),
        "binh": StaffCount(lookups=1, visits=1),
        "chi": StaffCount(lookups=1, visits=1),
    }


def test_nobody_looked_up_anything(records: VisitRecords) -> None:
    assert staff_counts([], [visit(records, 1)]) == {}
