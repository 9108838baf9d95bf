"""Earlier visits by Lskcb2025: wanted only when set, and never the reason why a card is not looked up."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from gateway_samples import QUESTION, RawGateway, RawRequest, Reply, Silence, client_of, http

from kiosk.gateway.client import HISTORY_PATH
from kiosk.training.gateway_server import Fault, FaultKind, Step, TrainingGateway
from kiosk.training.patients import PATIENTS

CARD = {"maKetQua": "000", "maThe": QUESTION.number, "hoTen": QUESTION.full_name, "dsLichSuKCB2018": None}
VISIT = {"maHoSo": 990001, "maCSKCB": "99998", "ngayVao": "203001020745", "tenBenh": "(bệnh mẫu)"}
ROWS = {"maKetQua": "000", "ghiChu": None, "dsLichSuKCB2025": [VISIT]}


def gateway(history: Reply | Callable[[RawRequest], Reply], card: dict[str, Any] | None = None) -> RawGateway:
    def reply(request: RawRequest) -> Reply:
        if request.path != HISTORY_PATH:
            return http(card or CARD)
        return history(request) if callable(history) else history

    return RawGateway([reply])


def histories(server: RawGateway) -> list[RawRequest]:
    return [request for request in server.requests if request.path == HISTORY_PATH]


def test_without_the_setting_nobody_asks_for_it() -> None:
    with gateway(http(ROWS)) as server, client_of(server.base_url) as client:
        assert client.look_up(QUESTION).history == ()
        assert histories(server) == []


def test_the_history_is_asked_for_with_a_form_in_the_same_session() -> None:
    with gateway(http(ROWS)) as server, client_of(server.base_url, history=True) as client:
        answer = client.look_up(QUESTION)
        (request,) = histories(server)
    assert (answer.history[0].record_id, answer.history[0].diagnosis) == ("990001", "(bệnh mẫu)")
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert request.form == server.lookups[0].json
    assert request.query == server.lookups[0].query
    assert answer.history_failure is None


@pytest.mark.parametrize(
    "refusal",
    [http({"maKetQua": "205"}), http(b"", "415 Unsupported Media Type"), http(b"", "400 Bad Request")],
)
def test_a_refused_form_is_repeated_as_json_and_the_form_that_works_is_remembered(refusal: Reply) -> None:
    def reply(request: RawRequest) -> Reply:
        return http(ROWS) if "json" in request.headers["content-type"] else refusal

    with gateway(reply) as server, client_of(server.base_url, history=True) as client:
        assert [len(client.look_up(QUESTION).history) for _ in range(2)] == [1, 1]
        kinds = [request.headers["content-type"].split(";")[0] for request in histories(server)]
        assert json.loads(histories(server)[-1].body)["maThe"] == QUESTION.number
    assert kinds == ["application/x-www-form-urlencoded", "application/json", "application/json"]


@pytest.mark.parametrize(
    ("card", "why"),
    [
        ({"maKetQua": "010", "maThe": QUESTION.number}, "the card has expired"),
        ({"maKetQua": "000"}, "nobody knows whose"),
        ({**CARD, "dsLichSuKCB2018": [VISIT]}, "it came with the card"),
    ],
)
def test_where_it_is_not_wanted(card: dict[str, Any], why: str) -> None:
    with gateway(http(ROWS), card) as server, client_of(server.base_url, history=True) as client:
        client.look_up(QUESTION)
        assert histories(server) == [], why


def test_after_a_failure_nobody_waits_for_it_for_a_while() -> None:
    with gateway(Silence()) as server, client_of(server.base_url, history=True, read_timeout=1.0) as client:
        answers = [client.look_up(QUESTION) for _ in range(3)]
        assert len(histories(server)) == 1
        client._history_rests_until = 0.0  # the rest is over
        client.look_up(QUESTION)
        assert len(histories(server)) == 2
    assert {answer.result_code for answer in answers} == {"000"}
    assert [answer.history_failure for answer in answers] == ["gateway_timeout", None, None]


def test_the_evidence_holds_the_code_alone_and_not_the_patients_illnesses() -> None:
    with gateway(http(ROWS)) as server, client_of(server.base_url, history=True) as client:
        answer = client.look_up(QUESTION)
    last = answer.attempts[-1]
    assert (last.request, last.answer) == ("history", '{"maKetQua": "000"}')
    (deciding,) = answer.deciding_attempts
    assert json.loads(deciding.answer or "")["maThe"] == QUESTION.number


def test_the_training_gateway_serves_it_and_can_fail_at_it() -> None:
    person = next(each for each in PATIENTS if each.result_code == "000" and not each.history)
    question = type(QUESTION)(person.card_number, person.full_name, person.birth_date)
    with TrainingGateway() as server, client_of(server.base_url, history=True) as client:
        assert client.look_up(question).history_failure is None
        assert server.requests[-1].path == HISTORY_PATH
        server.fault = Fault(FaultKind.HTML, step=Step.HISTORY)
        answer = client.look_up(question)
    assert (answer.result_code, answer.history_failure) == ("000", "gateway_not_json")
