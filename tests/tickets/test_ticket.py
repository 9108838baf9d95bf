"""What stands on a queue ticket, and what never does."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest
from ticket_samples import AT, VISIT, settings

from kiosk.desk.words import Words
from kiosk.errors import UsageError
from kiosk.tickets.ticket import has_ticket, initials, ticket_of
from kiosk.visits.model import Status


def test_a_ticket_tells_number_place_and_time() -> None:
    ticket = ticket_of(VISIT, settings())
    assert (ticket.number, ticket.facility, ticket.desk, ticket.at) == ("57", "Cơ sở tập huấn", "Quầy 1", AT)
    assert ticket.priority
    assert ticket_of(replace(VISIT, queue_number=100_007), settings()).number == "A-007"


@pytest.mark.parametrize("with_initials", [False, True])
def test_it_lies_about_so_it_names_nobody_and_nothing_of_the_card(with_initials: bool) -> None:
    said = str(asdict(ticket_of(VISIT, settings(initials=with_initials))).values())
    for secret in ("NGUYỄN", "ANH", "DN479", "9900000001", "pregnant", "visit-57"):
        assert secret not in said
    assert ("N. T. A." in said) is with_initials


@pytest.mark.parametrize(
    ("name", "short"),
    [("Nguyễn Văn An", "N. V. A."), ("ĐỖ Ân", "Đ. Â."), ("H'Hen Niê", "H. N."), ("", ""),
     ("Tôn Nữ Thị Mẫu Thử Nghiệm", "T. N. N.")],
)  # fmt: skip
def test_initials(name: str, short: str) -> None:
    assert initials(name) == short


@pytest.mark.parametrize("status", [Status.HELD, Status.REFUSED, Status.CANCELLED])
def test_who_does_not_wait_has_none(status: Status) -> None:
    visit = replace(VISIT, status=status, queue_number=57 if status is Status.CANCELLED else None)
    assert not has_ticket(visit)
    with pytest.raises(UsageError) as refused:
        ticket_of(visit, settings())
    assert refused.value.code == "ticket_none"


def test_an_emergency_does_not_wait_with_a_slip() -> None:
    emergency = replace(VISIT, benefit={"emergency": True})
    assert not has_ticket(emergency)
    with pytest.raises(UsageError) as refused:
        ticket_of(emergency, settings())
    assert refused.value.code == "ticket_emergency"
    assert has_ticket(replace(VISIT, benefit={"emergency": False}))
    assert "CẤP CỨU" in Words("vi").recorded_view(emergency).sentence
    assert "CẤP CỨU" not in Words("vi").recorded_view(VISIT).sentence


def test_a_patients_language_goes_before_the_desks() -> None:
    assert ticket_of(VISIT, settings()).language == "vi"
    assert ticket_of(VISIT, settings(), language="en").language == "en"
