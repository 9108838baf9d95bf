from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from types import TracebackType

import pytest

from kiosk.gateway.session import Login, Session, Token, lifetime, renewal_time

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
        self.refuses = False

    def log_in(self) -> Login:
        self.count += 1
        if self.refuses:
            return Login(failure="login_refused")
        return Login(Token(f"access-{self.count}", f"id-{self.count}", renewal_time(self.clock(), 600)))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def door(clock: Clock) -> Door:
    return Door(clock)


@pytest.fixture
def session(door: Door, clock: Clock) -> Session:
    return Session(door.log_in, clock)


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
    door.refuses = True
    assert session.login().failure == "login_refused"
    door.refuses = False
    assert session.login().token is not None


class CountingLock:
    """Counts who came to it, so that a test can wait until all have."""

    def __init__(self, lock: threading.Lock, all_came: threading.Event, expected: int) -> None:
        self.lock, self.all_came, self.expected = lock, all_came, expected
        self.count = 0
        self.counting = threading.Lock()

    def __enter__(self) -> None:
        with self.counting:
            self.count += 1
            if self.count == self.expected:
                self.all_came.set()
        self.lock.acquire()

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.lock.release()


@pytest.mark.parametrize("refuses", [False, True])
def test_twenty_who_wait_for_one_login_share_what_it_came_to(refuses: bool) -> None:
    all_came = threading.Event()
    logins: list[Login] = []

    def log_in() -> Login:
        all_came.wait(10)
        logins.append(Login(failure="login_locked") if refuses else Login(Token("access", "id", 1e12)))
        return logins[-1]

    session = Session(log_in)
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
