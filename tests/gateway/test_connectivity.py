from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.gateway.connectivity import (
    GATEWAY_SLOW,
    LONGEST_PROBE_SECONDS,
    WINDOW,
    Connectivity,
    Outcome,
    outcome_of,
)
from kiosk.gateway.model import Answer, Attempt

MORNING = datetime(2030, 1, 2, 0, 30, tzinfo=UTC)
GOOD, LATE = Outcome(MORNING, 0.5), Outcome(MORNING, 9.0)
TIMED_OUT = Outcome(MORNING, 8.0, "gateway_timeout")
REFUSED = Outcome(MORNING + timedelta(minutes=1), 0.0, "gateway_unreachable")


ONLINE = Connectivity()


def after(*outcomes: Outcome, state: Connectivity = ONLINE, probe: bool = False) -> Connectivity:
    for outcome in outcomes:
        state = state.after(outcome, probe=probe)
    return state


def test_one_error_alone_changes_nothing() -> None:
    assert after(GOOD, TIMED_OUT, GOOD, GOOD, GOOD).online


@pytest.mark.parametrize("between", range(4))
def test_two_errors_among_five_lead_offline(between: int) -> None:
    state = after(TIMED_OUT, *[GOOD] * between, REFUSED)
    assert not state.online
    assert (state.offline_since, state.reason) == (REFUSED.at, "gateway_unreachable")


def test_two_errors_further_apart_do_not() -> None:
    assert after(TIMED_OUT, *[GOOD] * 4, REFUSED).online


def test_five_answers_that_are_late_on_average_lead_offline() -> None:
    assert after(*[LATE] * 4).online
    assert after(GOOD, LATE, LATE, LATE, LATE).reason == GATEWAY_SLOW  # 7.3 s on average
    assert after(GOOD, GOOD, LATE, LATE, LATE).online


def test_two_clean_probes_in_a_row_lead_back() -> None:
    offline = after(REFUSED, REFUSED)
    assert not after(GOOD, REFUSED, GOOD, state=offline, probe=True).online
    assert not after(GOOD, LATE, state=offline, probe=True).online
    assert after(REFUSED, GOOD, GOOD, state=offline, probe=True).online


def test_a_look_up_that_was_under_way_counts_towards_the_return_too() -> None:
    assert after(GOOD, GOOD, state=after(REFUSED, REFUSED)).online


def test_after_a_return_by_probes_one_bad_look_up_leads_off_again_and_probes_get_rarer() -> None:
    state, pauses = after(REFUSED, REFUSED), []
    for _ in range(7):
        pauses.append(state.probe_pause)
        state = after(GOOD, GOOD, state=state, probe=True)
        assert state.online
        state = after(TIMED_OUT, state=state)
        assert not state.online
    assert pauses == [5, 5, 10, 20, 40, 60, 60]


def test_one_late_look_up_after_a_return_leads_off_again() -> None:
    back = after(GOOD, GOOD, state=after(*[LATE] * 5), probe=True)
    assert after(LATE, state=back).reason == GATEWAY_SLOW


def test_a_clean_look_up_after_the_return_restores_full_trust() -> None:
    back = after(GOOD, GOOD, state=after(REFUSED, REFUSED), probe=True)
    assert after(GOOD, TIMED_OUT, state=back).online


def answer(failure: str | None, *, code: str | None = None, sent: bool = True) -> Answer:
    attempt = Attempt(MORNING, 1.0, "{}", None, None, failure)
    return Answer(code, failure=failure, attempts=(attempt,), elapsed_ms=1500.0, sent=sent)


@pytest.mark.parametrize(
    ("given_answer", "failure"),
    [
        (answer("gateway_timeout"), "gateway_timeout"),
        (answer("gateway_not_json"), "gateway_not_json"),
        (answer("login_error"), "login_error"),
        (answer("login_refused"), None),  # the account is wrong, the line is well
        (answer("gateway_forbidden"), None),
        (answer(None, code="054"), None),
        (answer(None, code="101"), None),
    ],
)
def test_what_an_answer_says_about_the_line(given_answer: Answer, failure: str | None) -> None:
    assert outcome_of(given_answer) == Outcome(MORNING, 1.5, failure)


def test_what_was_never_sent_says_nothing_about_the_line() -> None:
    assert outcome_of(answer("login_refused", sent=False)) is None
    assert outcome_of(Answer(None, failure="account_not_set")) is None


outcomes = st.builds(
    Outcome,
    st.just(MORNING),
    st.floats(0, 20),
    st.sampled_from([None, None, "gateway_timeout", "gateway_unreachable"]),
)


@given(st.lists(st.tuples(outcomes, st.booleans()), max_size=60))
def test_the_state_is_always_one_that_can_be_shown(steps: list[tuple[Outcome, bool]]) -> None:
    state = Connectivity()
    for outcome, probe in steps:
        state = state.after(outcome, probe=probe)
        assert (state.reason == "") == state.online
        assert len(state.recent) <= WINDOW
        assert 0 < state.probe_pause <= LONGEST_PROBE_SECONDS
    for _ in range(2):
        state = state.after(GOOD, probe=True)
    assert state.online
