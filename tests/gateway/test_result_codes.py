from __future__ import annotations

import re

import pytest

from kiosk.gateway.result_codes import Origin, ResultRule, Retry, Verdict, result_rules, rule_for

OFFICIAL = [
    "000", "001", "002", "003", "004", "010", "050", "051", "052", "053", "054", "055", "060", "061", "070",
    "100", "101", "110", "120", "121", "122", "123", "124", "130", "205", "401",
]  # fmt: skip

FAILURES = {
    "gateway_unreachable", "gateway_timeout", "gateway_tls", "gateway_dropped", "gateway_redirect",
    "gateway_not_json", "gateway_too_large", "gateway_bad_answer", "gateway_http_error", "gateway_forbidden",
    "login_refused", "login_facility_wrong", "login_locked", "login_error", "account_not_set", "unknown_code",
    "gateway_offline",
}  # fmt: skip

RULES = list(result_rules().values())


def of_origin(origin: Origin) -> set[str]:
    return {rule.key for rule in RULES if rule.origin is origin}


def test_the_table_holds_exactly_the_official_codes() -> None:
    assert len(OFFICIAL) == 26
    assert of_origin(Origin.OFFICIAL) == set(OFFICIAL)


def test_the_table_holds_every_technical_failure_under_its_own_reason() -> None:
    assert of_origin(Origin.FAILURE) == FAILURES
    assert all(rule_for(key).reason == key for key in FAILURES)
    assert {rule_for(key).verdict for key in FAILURES} == {Verdict.UNDETERMINED}


@pytest.mark.parametrize(
    ("codes", "verdict"),
    [
        ("000 004", Verdict.ELIGIBLE),
        ("001 002 003 051 052 053 060 061 070 080 090 130", Verdict.NEEDS_STAFF),
        ("010 050 110 120 121 122 123 124", Verdict.NOT_ELIGIBLE),
        ("054 055 100 101 205 401 403 500 501 999", Verdict.UNDETERMINED),
    ],
)
def test_verdicts(codes: str, verdict: Verdict) -> None:
    assert {code: rule_for(code).verdict for code in codes.split()} == dict.fromkeys(codes.split(), verdict)


def test_only_a_refused_session_asks_for_a_new_login() -> None:
    assert {rule.key for rule in RULES if rule.retry is Retry.LOGIN} == {"401"}


def test_what_only_it_can_mend_is_not_asked_again_by_itself() -> None:
    for key in ("054", "055", "login_refused", "login_locked", "account_not_set", "gateway_forbidden"):
        assert rule_for(key).retry is Retry.SETUP


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_every_row_speaks_to_everybody(rule: ResultRule) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", rule.reason)
    texts = [rule.staff_message("vi"), rule.staff_message("en"), rule.technician]
    assert all(len(text) > 15 and text == text.strip() for text in texts)
    assert rule.staff_message("vi") != rule.staff_message("en")


@pytest.mark.parametrize(
    "rule", [each for each in RULES if each.verdict is Verdict.UNDETERMINED], ids=lambda r: r.key
)
def test_a_patient_nobody_could_ask_about_is_received(rule: ResultRule) -> None:
    assert "Vẫn tiếp nhận người bệnh" in rule.staff_message("vi")
    assert "tra cứu lại sau" in rule.staff_message("vi")
    assert "Receive the patient" in rule.staff_message("en")
    assert rule.retry is not Retry.NONE


def test_a_wrong_name_and_an_almost_right_one_read_differently() -> None:
    assert rule_for("060").reason == rule_for("061").reason == "name_mismatch"
    assert rule_for("060").staff_message("vi") != rule_for("061").staff_message("vi")


def test_an_unlisted_code_is_undetermined() -> None:
    assert rule_for("777").key == "unknown_code"
    assert rule_for("").verdict is Verdict.UNDETERMINED


def test_a_language_without_a_text_falls_back_to_vietnamese() -> None:
    assert rule_for("000").staff_message("fr") == rule_for("000").staff_message("vi")
