from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from kiosk.gateway.login_guard import MOST_REFUSALS, PAUSES, LoginGuard

MORNING = datetime(2030, 1, 2, 0, 30, tzinfo=UTC)
PASSWORD = "a-password-that-stands-nowhere"


class Clock:
    now = 5000.0

    def __call__(self) -> float:
        return self.now


def test_pauses_get_longer_and_an_accepted_login_ends_them() -> None:
    clock = Clock()
    guard = LoginGuard("account", monotonic=clock)
    for seconds in (*PAUSES, PAUSES[-1]):
        assert guard.pause() is None
        pause = guard.refused("login_locked")
        assert pause.until - pause.refused_at == timedelta(seconds=seconds)
        clock.now += seconds - 1
        assert guard.pause() == pause
        clock.now += 2
    guard.accepted()
    pause = guard.refused("login_locked")
    assert pause.until - pause.refused_at == timedelta(seconds=PAUSES[0])


def refuse(file: Path, times: int, account: str = PASSWORD, failure: str = "login_refused") -> None:
    """As many processes, each of which meets one refusal."""
    for _ in range(times):
        LoginGuard(account, file).refused(failure)


def test_processes_together_send_only_a_few_wrong_logins(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "refusals.json"
    with time_machine.travel(MORNING, tick=False) as traveller:
        refuse(file, MOST_REFUSALS - 1)
        assert LoginGuard(PASSWORD, file).pause() is None
        refuse(file, 1)
        pause = LoginGuard(PASSWORD, file).pause()
        assert pause is not None
        assert (pause.failure, pause.until) == ("login_refused", MORNING + timedelta(minutes=10))
        traveller.shift(601)
        assert LoginGuard(PASSWORD, file).pause() is None


def test_new_account_data_or_an_explicit_wish_begin_anew(tmp_path: Path) -> None:
    file = tmp_path / "refusals.json"
    refuse(file, MOST_REFUSALS)
    assert LoginGuard(PASSWORD + "!", file).pause() is None
    assert LoginGuard(PASSWORD, file, heed_others=False).pause() is None
    assert LoginGuard(PASSWORD, file).pause() is not None


def test_an_accepted_login_of_any_process_frees_all(tmp_path: Path) -> None:
    file = tmp_path / "refusals.json"
    refuse(file, MOST_REFUSALS)
    LoginGuard(PASSWORD, file).accepted()
    assert LoginGuard(PASSWORD, file).pause() is None
    assert not file.exists()


@pytest.mark.parametrize("failure", ["login_locked", "login_facility_wrong"])
def test_what_locks_no_account_is_not_shared(failure: str, tmp_path: Path) -> None:
    file = tmp_path / "refusals.json"
    refuse(file, 5, failure=failure)
    assert not file.exists()


def test_a_clock_that_was_set_back_does_not_bar_the_desk(tmp_path: Path) -> None:
    file = tmp_path / "refusals.json"
    with time_machine.travel(MORNING):
        refuse(file, MOST_REFUSALS)
    with time_machine.travel(MORNING - timedelta(days=30)):
        assert LoginGuard(PASSWORD, file).pause() is None


def test_the_file_tells_nothing_of_the_account(tmp_path: Path) -> None:
    file = tmp_path / "refusals.json"
    refuse(file, 2)
    content = json.loads(file.read_text())
    assert PASSWORD not in file.read_text()
    assert len(content["account"]) == 4  # 65,536 marks: far too few to check a guessed password against


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{", b"\xff", b'{"refused_at": [1], "account": 2, "salt": 3}']
)
def test_a_damaged_file_counts_as_none(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "refusals.json"
    file.write_bytes(content)
    assert LoginGuard(PASSWORD, file).pause() is None
    refuse(file, MOST_REFUSALS)
    assert LoginGuard(PASSWORD, file).pause() is not None


def test_a_folder_that_cannot_be_written_costs_only_the_shared_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    guard = LoginGuard(PASSWORD, tmp_path / "file" / "refusals.json")
    assert guard.refused("login_refused").failure == "login_refused"
    guard.accepted()
    assert guard.pause() is None
