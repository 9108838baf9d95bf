from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.gateway.login_guard import LoginGuard
from kiosk.gateway.session import LOGIN_REFUSALS, Login, Session, Token, lifetime, renewal_time

NOON = datetime(2030, 1, 2, 12, 0, tzinfo=UTC)


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Door:
    """Logs in when told; sessions last ten minutes on the clock."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.count = 0
        self.failure: str | None = None

    def log_in(self, deadline: float) -> Login:
        self.count += 1
        if self.failure:
            return Login(failure=self.failure)
        return Login(Token(f"access-{self.count}", f"id-{self.count}", renewal_time(self.clock(), 600)))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def door(clock: Clock) -> Door:
    return Door(clock)


@pytest.fixture
def session(door: Door, clock: Clock) -> Session:
    return Session(door.log_in, LoginGuard("account", monotonic=clock), clock)


def test_one_login_serves_until_shortly_before_its_end(session: Session, door: Door, clock: Clock) -> None:
    first = session.login().token
    clock.now += 569
    assert session.login().token is first
    clock.now += 2  # 571 s of 600
    assert session.login().token is not first
    assert door.count == 2


def test_a_rejected_token_is_replaced_once_for_all_who_held_it(session: Session, door: Door) -> None:
    old = session.login().token
    new = session.login(rejected=old).token
    assert new is not old
    assert session.login(rejected=old).token is new
    assert door.count == 2


def test_a_failed_login_is_tried_again_by_the_next_look_up(session: Session, door: Door) -> None:
    door.failure = "login_error"
    assert session.login().failure == "login_error"
    door.failure = None
    assert session.login().token is not None


@pytest.mark.parametrize("refusal", sorted(LOGIN_REFUSALS))
def test_a_refused_login_is_not_tried_again_for_a_while(
    refusal: str, session: Session, door: Door, clock: Clock
) -> None:
    door.failure = refusal
    assert session.login().failure == refusal
    door.failure = None
    again = session.login()
    assert (again.failure, again.token, again.attempts, door.count) == (refusal, None, (), 1)
    assert "not asked: login refused at" in again.detail
    assert session.pause is not None
    clock.now += 61
    assert session.login().token is not None
    assert session.pause is None


def test_an_accepted_session_outlives_a_refusal_only_until_it_ends(
    session: Session, door: Door, clock: Clock
) -> None:
    session.login()
    clock.now += 580  # the renewal is refused: somebody has just changed the password at BHXH
    door.failure = "login_refused"
    assert session.login().failure == "login_refused"
    assert not session.in_force


def test_a_forgotten_session_is_followed_by_a_new_login(session: Session, door: Door) -> None:
    session.login()
    session.forget()
    in_force = [session.in_force]
    session.login()
    assert [*in_force, session.in_force] == [False, True]
    assert door.count == 2


def test_nobody_waits_for_a_login_under_way_beyond_the_own_deadline(session: Session) -> None:
    with session._lock:  # somebody else's login
        login = session.login(deadline=0.0)
    assert (login.failure, login.token) == ("gateway_timeout", None)


class CountingLock:
    """Counts who came to it, so that a test can wait until all have."""

    def __init__(self, lock: threading.Lock, all_came: threading.Event, expected: int) -> None:
        self.lock, self.all_came, self.expected = lock, all_came, expected
        self.count = 0
        self.counting = threading.Lock()

    def acquire(self, timeout: float) -> bool:
        with self.counting:
            self.count += 1
            if self.count == self.expected:
                self.all_came.set()
        return self.lock.acquire(timeout=timeout)

    def release(self) -> None:
        self.lock.release()


@pytest.mark.parametrize("refuses", [False, True])
def test_twenty_who_wait_for_one_login_share_what_it_came_to(refuses: bool) -> None:
    all_came = threading.Event()
    logins: list[Login] = []

    def log_in(deadline: float) -> Login:
        all_came.wait(10)
        logins.append(Login(failure="login_locked") if refuses else Login(Token("access", "id", 1e12)))
        return logins[-1]

    session = Session(log_in, LoginGuard("account"))
    session._lock = CountingLock(session._lock, all_came, 20)  # type: ignore[assignment]
    with ThreadPoolExecutor(20) as pool:
        results = list(pool.map(lambda _: session.login(), range(20)))
    assert len(logins) == 1
    assert {result.failure for result in results} == {"login_locked" if refuses else None}
    assert {result.token for result in results} == {logins[0].token}


@pytest.mark.parametrize(
    ("expires_in", "seconds"),
    [
        ("2030-01-02T12:10:00.0000000Z", 600),
        ("2030-01-02T12:00:30.5000000Z", 30.5),
        ("2030-01-02T12:10:00", 600),  # without a zone it is UTC
        ("2030-01-02T19:10:00+07:00", 600),
        ("2030-01-02T11:00:00.0000000Z", 600),  # already past: the desk's clock is wrong, or the server's
        ("600", 600),
        ("soon", 600),
        ("", 600),
        (None, 600),
    ],
)
def test_how_long_a_session_lasts(expires_in: str | None, seconds: float) -> None:
    assert lifetime(expires_in, server_time=NOON) == seconds


def test_without_the_servers_clock_the_own_one_counts() -> None:
    end = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")
    assert 3500 < lifetime(end, server_time=None) <= 3600


def test_a_short_session_is_renewed_a_fifth_before_its_end() -> None:
    assert renewal_time(100.0, 600.0) == 670.0
    assert renewal_time(100.0, 10.0) == 108.0


def test_a_token_shows_nothing_of_itself() -> None:
    assert "s3cret" not in repr(Login(Token("s3cret-access", "s3cret-id", 0.0)))
