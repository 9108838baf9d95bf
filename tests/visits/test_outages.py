"""Outage windows out of what was asked and answered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from visit_samples import MORNING

from kiosk.visits.outages import Asked, Outage, asked, outages

LOOKUP = '{"maThe":"DN4799900000001"}'


def at(minute: float, failure: str | None = "gateway_timeout", desk: str = "Quầy 1") -> Asked:
    return Asked(MORNING + timedelta(minutes=minute), desk, f"v{minute:g}", failure)


def minutes(outage: Outage) -> tuple[float, float, float | None]:
    def of(moment: object) -> float:
        return (moment - MORNING) / timedelta(minutes=1)  # type: ignore[operator,no-any-return]

    return of(outage.first_at), of(outage.last_at), of(outage.recovered_at) if outage.recovered_at else None


def test_the_tries_of_one_look_up_are_no_outage_but_trying_on_in_vain_is() -> None:
    tries = [Asked(MORNING + timedelta(seconds=each), "Quầy 1", "v", "gateway_timeout") for each in (0, 3)]
    assert outages([*tries, at(0.5, None)]) == ()
    again = Asked(MORNING + timedelta(minutes=5), "Quầy 1", "v", "gateway_timeout")
    (outage,) = outages([*tries, again, at(9, None)])
    assert (outage.count, outage.visits) == (3, ("v",))


def test_a_window_lies_between_answers() -> None:
    (only,) = outages([at(0, None), at(5), at(6, "gateway_offline"), at(9), at(12, None), at(20, None)])
    assert minutes(only) == (5, 9, 12)
    assert only.failures == (("gateway_timeout", 2), ("gateway_offline", 1))
    assert only.visits == ("v5", "v6", "v9")


def test_an_answer_in_between_makes_two() -> None:
    found = outages([at(1), at(2), at(3, None), at(4), at(5)])
    assert [minutes(each) for each in found] == [(1, 2, 3), (4, 5, None)]


def test_nobody_knows_what_was_while_nobody_asked() -> None:
    lunch = outages([at(0), at(10), at(90), at(95), at(200, None)])
    assert [minutes(each) for each in lunch] == [(0, 10, None), (90, 95, None)]
    assert [minutes(each) for each in outages([at(0), at(30), at(60, None)])] == [(0, 30, 60)]


def test_one_failure_is_a_hitch() -> None:
    assert outages([at(0, None), at(1), at(2, None)]) == ()
    assert outages([]) == ()


def test_the_outage_of_all_desks_is_one_and_that_of_one_desk_says_so() -> None:
    together = outages([at(0), at(1, desk="Quầy 2"), at(2), at(3, desk="Quầy 2"), at(4, None)])
    assert [(minutes(each), each.desks, each.answered_elsewhere) for each in together] == [
        ((0, 3, 4), ("Quầy 1", "Quầy 2"), False)
    ]
    (alone,) = outages([at(0), at(1, None, "Quầy 2"), at(2), at(3, None)])
    assert (alone.desks, alone.answered_elsewhere) == (("Quầy 1",), True)


def test_the_same_exchange_twice_is_one() -> None:
    assert outages([at(0), at(0), at(1, None)]) == ()


@pytest.mark.parametrize(
    ("request_", "failure", "answer", "told"),
    [
        (LOOKUP, "gateway_timeout", None, "gateway_timeout"),
        (LOOKUP, "gateway_offline", None, "gateway_offline"),
        ("token", "login_error", None, "login_error"),
        (LOOKUP, None, '{"maKetQua":"500","ghiChu":"x"}', "500"),
        (LOOKUP, None, '{"maKetQua": 100}', "100"),
        (LOOKUP, None, '{"maKetQua":"000"}', "answered"),
        (LOOKUP, None, '{"maKetQua":"205"}', "answered"),
        (LOOKUP, None, '{"maKetQua":"777"}', "answered"),
        (LOOKUP, None, '{"maKetQua":"401"}', "nothing"),
        ("token", None, '{"maKetQua":"200"}', "nothing"),
        ("token", "login_locked", None, "nothing"),
        ("history", "gateway_timeout", None, "nothing"),
    ],
)
def test_what_an_exchange_says(request_: str, failure: str | None, answer: str | None, told: str) -> None:
    found = asked(MORNING, "Quầy 1", "v", request_, failure, answer)
    assert ("nothing" if found is None else found.failure or "answered") == told
