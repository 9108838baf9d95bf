"""Staff accounts: who may log in, and what wrong secrets cost."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
import time_machine
from argon2 import PasswordHasher
from visit_samples import MORNING

from kiosk.errors import UsageError
from kiosk.visits.audit import Actor
from kiosk.visits.records import VisitRecords
from kiosk.visits.staff import Right, Role, account_name, check_secret, checked_identity, may, wait_after

PIN = "246813"
LAN = ("lan", "Trần Thị Lan", "001190000011", Role.RECEPTIONIST)


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """As good for a test as those that take a tenth of a second each."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("kiosk.visits.staff_book._hasher", lambda: quick)


def refused(records: VisitRecords, secret: str = "135792", account: str = "lan") -> str:
    with pytest.raises(UsageError) as error:
        records.staff.log_in(account, secret)
    return error.value.code


def test_an_account_and_its_way(records: VisitRecords) -> None:
    assert records.staff.accounts() == []
    made = records.staff.add("Lan ", " Trần  Thị Lan", "001.190.000.011", Role.RECEPTIONIST, PIN)
    assert (made.account, made.full_name, made.citizen_id, made.active) == (*LAN[:3], True)
    assert records.staff.log_in(" LAN", PIN) == made

    records.staff.set_secret("lan", "mật khẩu mới")
    assert refused(records, PIN) == "staff_wrong"
    assert records.staff.log_in("lan", "mật khẩu mới") == made

    records.staff.add("mai", "Lê Mai", "001190000012", Role.SUPERVISOR, PIN)
    assert not records.staff.disable("lan").active
    assert refused(records, "mật khẩu mới") == "staff_wrong"
    assert records.staff.set_secret("lan", PIN).active
    assert [each.account for each in records.staff.accounts()] == ["lan", "mai"]


def test_what_is_refused(records: VisitRecords) -> None:
    records.staff.add(*LAN, PIN)
    with pytest.raises(UsageError) as exists:
        records.staff.add(*LAN, PIN)
    with pytest.raises(UsageError) as last:
        records.staff.disable("lan")
    with pytest.raises(UsageError) as unknown:
        records.staff.set_secret("mai", PIN)
    codes = [error.value.code for error in (exists, last, unknown)]
    assert codes == ["staff_exists", "staff_last", "staff_unknown"]
    assert not records.staff.disable("lan", even_the_last=True).active


def test_a_person_changes_her_own_secret(records: VisitRecords) -> None:
    records.act_for(Actor(desk="Quầy 1"))
    records.staff.add(*LAN, PIN)
    for secret, fresh, code in (
        (PIN, "123456", "staff_secret"),
        (PIN, PIN, "staff_secret_same"),
        ("135792", "864213", "staff_wrong"),
    ):
        with pytest.raises(UsageError) as refusal:
            records.staff.change_secret("lan", secret, fresh)
        assert refusal.value.code == code

    records.staff.change_secret("lan", PIN, "864213")
    assert refused(records, PIN) == "staff_wrong"
    assert records.staff.log_in("lan", "864213").account == "lan"
    (entry,) = [each for each in records.audit.entries() if "secret_changed" in each.detail]
    assert (entry.act, entry.who, entry.subject) == ("staff", "lan", "lan")


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.IT])
def test_the_last_who_may_do_something_stays(records: VisitRecords, role: Role) -> None:
    records.staff.add(*LAN, PIN)
    records.staff.add("mai", "Lê Mai", "001190000012", role, PIN)
    with pytest.raises(UsageError) as last:
        records.staff.disable("mai")
    with pytest.raises(UsageError):
        records.staff.set_role("mai", Role.RECEPTIONIST)
    assert records.staff.set_role("mai", role).role is role
    assert (last.value.code, last.value.values["field"]) == ("staff_last_of_role", role.value)

    records.staff.add("minh", "Vũ Minh", "001190000013", role, PIN)
    assert not records.staff.disable("mai").active
    assert not records.staff.disable("mai").active  # already: nothing to miss
    assert not records.staff.disable("minh", even_the_last=True).active


def test_wrong_secrets_cost_ever_longer_waits(records: VisitRecords) -> None:
    records.staff.add(*LAN, PIN)
    with time_machine.travel(MORNING, tick=False) as clock:
        assert [refused(records) for _ in range(3)] == ["staff_wrong", "staff_wrong", "staff_wait"]
        assert refused(records, PIN) == "staff_wait"  # the right one too
        clock.shift(timedelta(seconds=31))
        assert refused(records) == "staff_wait"
        clock.shift(timedelta(seconds=31))
        assert refused(records, PIN) == "staff_wait"  # a minute now
        clock.shift(timedelta(seconds=31))
        assert records.staff.log_in("lan", PIN).account == "lan"
        assert refused(records) == "staff_wrong"  # counted anew


def test_a_clock_set_back_locks_nobody_out(records: VisitRecords) -> None:
    records.staff.add(*LAN, PIN)
    with time_machine.travel(MORNING, tick=False) as clock:
        for _ in range(3):
            refused(records)
        clock.shift(timedelta(days=-1))
        assert records.staff.log_in("lan", PIN).account == "lan"


def test_many_tries_at_once_are_no_way_around(records: VisitRecords) -> None:
    records.staff.add(*LAN, PIN)
    codes: list[str] = []
    threads = [threading.Thread(target=lambda: codes.append(refused(records))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes.count("staff_wrong") == 2
    assert codes.count("staff_wait") == 4


def test_everything_is_in_the_audit_log_and_no_secret(records: VisitRecords) -> None:
    records.act_for(Actor(desk="Quầy 1"))
    records.staff.add(*LAN, PIN)
    records.staff.log_in("lan", PIN)
    refused(records, "my secret 1")
    refused(records, PIN, account="246813")  # a PIN in the wrong field

    entries = list(records.audit.entries())
    assert [(entry.act, entry.subject) for entry in entries] == [
        ("staff", "lan"),
        ("log_in", "lan"),
        ("log_in_refused", "lan"),
        ("log_in_refused", None),
    ]
    assert entries[1].who == "lan"
    kept = json.dumps([entry.detail for entry in entries]) + json.dumps(
        [(entry.subject, entry.why) for entry in entries]
    )
    assert "246813" not in kept
    assert "secret 1" not in kept


def test_the_secret_is_kept_as_argon2id(records: VisitRecords) -> None:
    records.staff.add(*LAN, PIN)
    (row,) = records.staff.rows()
    assert row["secret"].startswith("$argon2id$")


@pytest.mark.parametrize("secret", ["246813", "987123456", "tám ký tự", "correct horse"])
def test_secrets_that_will_do(secret: str) -> None:
    check_secret(secret)


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "24681",
        "2468135790",
        "111111",
        "123456",
        "987654",
        "ngắn",
        "có|gạch|đứng",
        "a" * 129,
        "a\nbcdefghi",
    ],
)
def test_secrets_that_will_not_do(secret: str) -> None:
    with pytest.raises(UsageError, match="staff_secret"):
        check_secret(secret)


@pytest.mark.parametrize("name", ["", "a", "Trần", "a b", "-lan", "a" * 33])
def test_names_of_accounts_that_will_not_do(name: str) -> None:
    with pytest.raises(UsageError, match="staff_account"):
        account_name(name)


def test_identities_that_will_not_do() -> None:
    for name, number, code in (
        ("", "001190000011", "name_missing"),
        ("Lan 2", "001190000011", "name_invalid"),
        ("Lan", "00119000001", "staff_citizen_id"),
    ):
        with pytest.raises(UsageError, match=code):
            checked_identity(name, number)


def test_what_each_role_may_do() -> None:
    assert [right for right in Right if not may(None, right)] == []  # single-user mode
    assert may(Role.IT, Right.SETTINGS)
    assert not may(Role.RECEPTIONIST, Right.SETTINGS)
    assert not may(Role.SUPERVISOR, Right.SETTINGS)
    assert may(Role.SUPERVISOR, Right.AUDIT)
    assert not may(Role.RECEPTIONIST, Right.AUDIT)
    assert all(may(role, Right.CHECK_IN) for role in Role)


def test_waits_grow_to_a_quarter_of_an_hour() -> None:
    waits = [wait_after(tries) for tries in range(1, 12)]
    assert waits[:2] == [None, None]
    known = [wait for wait in waits if wait is not None]
    assert known == sorted(known)
    assert known[-1] == timedelta(minutes=15)
