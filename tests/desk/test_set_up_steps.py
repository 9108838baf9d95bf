"""When the wizard stands in the way, and what each of its pages saves."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import keyring
import pytest
from test_passwords import LockedBox

from kiosk.desk.set_up.missing import missing
from kiosk.desk.set_up.steps import FIELDS, STEPS, Step, first_value, to_save
from kiosk.desk.set_up.summary import summary
from kiosk.desk.set_up.trying import Outcome, trial_of
from kiosk.doctor.finding import bad, good, not_checked
from kiosk.settings import load_settings
from kiosk.settings_editing import Entry, Key, entries
from kiosk.texts import table

SET = {
    "KIOSK_GATEWAY__MODE": "live",
    "KIOSK_GATEWAY__PASSWORD": "x",
    "KIOSK_GATEWAY__STAFF_NAME": "Cán Bộ Mẫu",
    "KIOSK_GATEWAY__STAFF_CITIZEN_ID": "099999000001",
}


def lacking(**variables: str) -> tuple[str, ...]:
    environ = {"KIOSK_DATA_DIR": os.environ["KIOSK_DATA_DIR"], **variables}
    return missing(load_settings(environ), environ)


def test_training_wants_nothing() -> None:
    assert lacking() == ()


def test_live_work_wants_facility_account_and_staff() -> None:
    assert lacking(KIOSK_GATEWAY__MODE="live") == ("facility", "account", "staff")


@pytest.mark.parametrize(
    "facility",
    [
        {"KIOSK_FACILITY__CODE": "79034"},
        {"KIOSK_FACILITY__CODE": "99999"},  # stated: a trial
        {"KIOSK_GATEWAY__USERNAME": "99999_BV"},
        {"KIOSK_GATEWAY__USERNAME": "trial"},
    ],
)
def test_with_all_three_no_wizard_stands_before_the_first_scan(facility: dict[str, str]) -> None:
    assert lacking(**SET, **facility) == ()


def test_an_account_of_another_facility_does_not_state_the_code() -> None:
    assert lacking(**SET, KIOSK_GATEWAY__USERNAME="79034_BV") == ("facility",)


def test_staff_accounts_name_who_looks_cards_up() -> None:
    environ = {"KIOSK_DATA_DIR": os.environ["KIOSK_DATA_DIR"], "KIOSK_GATEWAY__MODE": "live"}
    assert missing(load_settings(environ), environ, accounts=True) == ("facility", "account")


def test_a_locked_keyring_has_not_said_that_there_is_no_password() -> None:
    without = {**SET, "KIOSK_FACILITY__CODE": "79034"}
    del without["KIOSK_GATEWAY__PASSWORD"]
    assert lacking(**without) == ("account",)
    before = keyring.get_keyring()
    keyring.set_keyring(LockedBox())
    try:
        assert lacking(**without) == ()
    finally:
        keyring.set_keyring(before)


# The pages


@pytest.fixture
def known(tmp_path: Path) -> dict[Key, Entry]:
    environ = {"KIOSK_DATA_DIR": str(tmp_path), "KIOSK_DESK__NAME": "Quầy 3"}
    return {(each.section, each.key): each for each in entries(environ)}


def test_the_invented_facility_is_nobodys_and_the_account_follows_the_code(known: dict[Key, Entry]) -> None:
    assert first_value(known["facility", "code"], "") == ""
    assert first_value(known["gateway", "username"], "79034") == "79034_BV"
    assert first_value(known["ticket", "printer"], "") == "off"


def test_only_what_is_new_is_saved(known: dict[Key, Entry]) -> None:
    typed = {("facility", "code"): "99999 ", ("facility", "name"): "Bệnh viện Mẫu"}
    assert to_save(typed, known, "99999") == {
        ("facility", "code"): "99999",
        ("facility", "name"): "Bệnh viện Mẫu",
    }
    assert to_save({("gateway", "username"): "79034_BV", ("gateway", "password"): ""}, known, "79034") == {}
    assert to_save({("gateway", "username"): "other"}, known, "79034") == {("gateway", "username"): "other"}
    assert to_save({("ticket", "printer"): "off"}, known, "79034") == {}
    assert to_save({("desk", "name"): "Quầy 7"}, known, "79034") == {}  # the environment decides it


def test_every_page_has_its_words_and_its_fields_exist(known: dict[Key, Entry]) -> None:
    words = table("setup")
    assert {f"{step}_{part}" for step in STEPS for part in ("title", "text")} <= set(words)
    assert {key for fields in FIELDS.values() for key in fields} <= set(known)
    assert {f"look_up_{outcome}" for outcome in Outcome} <= set(words)
    assert STEPS[0] is Step.FACILITY


# The test look-up


def test_could_not_ask_is_told_apart_from_refused() -> None:
    fine = (good("gateway", "gateway_fine"), good("staff", "staff_fine"))
    assert trial_of(fine, "vi").outcome is Outcome.FINE
    wrong_clock = (*fine, bad("clock", "clock_ahead", "advice_clock_linux"))
    assert trial_of(wrong_clock, "vi").outcome is Outcome.FINE
    refused = (good("gateway", "gateway_fine"), bad("account", "account_login_refused", "advice_broke"))
    assert trial_of(refused, "vi").outcome is Outcome.REFUSED
    away = (bad("gateway", "gateway_refused", "advice_broke"), not_checked("account", "gateway"))
    trial = trial_of(away, "vi")
    assert trial.outcome is Outcome.NOT_ASKED
    assert len(trial.rows) == 1  # what could not be checked says nothing
    silent = (good("gateway", "gateway_fine"), bad("function", "function_no_answer", "advice_broke"))
    assert trial_of(silent, "vi").outcome is Outcome.NOT_ASKED


def test_before_it_begins_everything_is_read_once_more(known: dict[Key, Entry]) -> None:
    rows = dict(summary(known, "vi", has_password=False))
    assert rows["Mã CSKCB"] == "–", "the invented facility is nobody's"
    assert rows["Cấp chuyên môn kỹ thuật"] == "Chưa biết"
    assert rows["Mật khẩu Cổng"] == "chưa có"
    staff = replace(known["gateway", "staff_citizen_id"], shown="099088000001", stated=True)
    facility = replace(known["facility", "code"], shown="79034", stated=True)
    told = {**known, ("gateway", "staff_citizen_id"): staff, ("facility", "code"): facility}
    rows = dict(summary(told, "vi", has_password=True))
    assert rows["Số CCCD nhân viên tra cứu"] == "••••••••0001"
    assert rows["Tài khoản Cổng"] == "79034_BV"
    assert rows["Mật khẩu Cổng"] == "đã cất trong kho mật khẩu"
