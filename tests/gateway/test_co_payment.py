"""MCCT, the accumulated co-payment: on demand, off by default, in headers instead of the query."""

from __future__ import annotations

import json

import pytest
from gateway_samples import ACCESS_TOKEN, ID_TOKEN, QUESTION, Close, RawGateway, Reply, client_of, http
from test_gateway_client import PASSWORD_HASH, question_of

from kiosk.training.gateway_server import USERNAME, Fault, FaultKind, TrainingGateway
from kiosk.training.patients import PATIENTS

GOOD = {
    "MaKetQua": "200",
    "DataCCT": [{"tBNCCTLuyKe": 900000}, {"tBNCCTLuyKe": "1250000.0"}, {"tBNCCTLuyKe": None}],
}


def test_it_is_asked_with_the_session_in_headers_and_the_largest_sum_counts() -> None:
    with RawGateway([http(GOOD)]) as server:
        with client_of(server.base_url) as client:
            found = client.co_payment(QUESTION)
        (request,) = server.lookups
    assert (found.reason, found.accumulated, found.answered) == ("co_payment_known", 1_250_000, True)
    assert request.target == "/api/TraCuuCCT/TraCuuTienMCCT"
    assert request.headers["accesstoken"] == ACCESS_TOKEN
    assert (request.headers["tokenid"], request.headers["passwordhash"]) == (ID_TOKEN, PASSWORD_HASH)
    assert request.json == {
        "username": USERNAME,
        "maThe": QUESTION.number,
        "hoTen": QUESTION.full_name,
        "ngaySinh": QUESTION.birth_date.slashed,
    }


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (http({"MaKetQua": "204", "DataCCT": []}), "co_payment_none"),
        (http({"MaKetQua": 204}), "co_payment_none"),
        (http({"MaKetQua": "400"}, "400 Bad Request"), "co_payment_refused"),
        (http({"MaKetQua": "500", "GhiChu": "Tài khoản bị HẠN CHẾ tra cứu"}), "co_payment_restricted"),
        (http({"MaKetQua": "500", "GhiChu": "Lỗi hệ thống"}), "gateway_error"),
        (http({"MaKetQua": "777"}), "unknown_code"),
        (http("<html>", content_type="text/html"), "gateway_not_json"),
        (http([1]), "gateway_bad_answer"),
        (http(b"", "403 Forbidden"), "gateway_forbidden"),
        (http(b"", "302 Found", "text/html", "Location: /"), "gateway_redirect"),
        (http(b"", "502 Bad Gateway"), "gateway_http_error"),
        (Close(), "gateway_dropped"),
    ],
)  # fmt: skip
def test_other_answers_and_no_repeat(reply: Reply, reason: str) -> None:
    with RawGateway([reply]) as server:
        with client_of(server.base_url) as client:
            found = client.co_payment(QUESTION)
        assert len(server.lookups) == 1
    assert (found.reason, found.accumulated) == (reason, None)


@pytest.mark.parametrize(
    "rows", [None, "x", [], [1], [{"tBNCCTLuyKe": True}], [{"tBNCCTLuyKe": "viel"}], [{"tBNCCTLuyKe": -5}]]
)
def test_sums_that_are_none(rows: object) -> None:
    with (
        RawGateway([http({"MaKetQua": "200", "DataCCT": rows})]) as server,
        client_of(server.base_url) as client,
    ):
        assert client.co_payment(QUESTION).accumulated is None


def test_a_refused_session_costs_one_login_and_one_repeat() -> None:
    person = next(each for each in PATIENTS if each.result_code == "000" and each.history)
    with TrainingGateway() as server, client_of(server.base_url) as client:
        first = client.co_payment(question_of(person))
        server.expire_sessions()
        assert (
            client.co_payment(question_of(person)).accumulated
            == first.accumulated
            == 150_000 * len(person.history)
        )
        assert [request.path.rsplit("/", 1)[-1] for request in server.requests].count("take") == 2
    with RawGateway([http(b"", "401 Unauthorized")]) as raw, client_of(raw.base_url) as client:
        assert client.co_payment(QUESTION).reason == "gateway_unauthorized"
        assert (len(raw.logins), len(raw.lookups)) == (2, 2)


def test_when_it_does_not_come_to_the_question() -> None:
    with TrainingGateway() as server, client_of(server.base_url) as client:
        server.fault = Fault(FaultKind.LOGIN_LOCKED)
        assert client.co_payment(QUESTION).reason == "login_locked"
    with client_of("http://127.0.0.1:9", password="") as client:
        assert client.co_payment(QUESTION).reason == "account_not_set"


def test_the_training_gateway_knows_who_has_paid_nothing_yet() -> None:
    person = next(each for each in PATIENTS if each.result_code == "000" and not each.history)
    with TrainingGateway() as server, client_of(server.base_url) as client:
        assert client.co_payment(question_of(person)).reason == "co_payment_none"
        assert json.dumps(dict(server.requests[-1].body)).count("maThe") == 1
