"""The client asks the training gateway over real sockets; where the exact bytes matter, a raw one."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from gateway_samples import (
    ACCESS_TOKEN,
    ID_TOKEN,
    LOGIN_ANSWER,
    QUESTION,
    TOKENS,
    Close,
    RawGateway,
    RawRequest,
    Reply,
    client_of,
    http,
)

from kiosk.card.model import PartialDate
from kiosk.gateway.client import REPEAT_PAUSE
from kiosk.gateway.model import Answer, Question
from kiosk.training.gateway_server import (
    PASSWORD,
    STAFF_CITIZEN_ID,
    STAFF_NAME,
    USERNAME,
    Fault,
    FaultKind,
    Step,
    TrainingGateway,
)
from kiosk.training.patients import PATIENTS, Patient, patient

PASSWORD_HASH = hashlib.md5(PASSWORD.encode(), usedforsecurity=False).hexdigest().upper()


def question_of(person: Patient, number: str | None = None) -> Question:
    return Question(number or person.card_number, person.full_name, person.birth_date)


def paths(server: TrainingGateway) -> list[str]:
    return [request.path.rsplit("/", 1)[-1] for request in server.requests]


def test_every_training_patient_gets_the_answer_of_its_code() -> None:
    with TrainingGateway() as server, client_of(server.base_url) as client:
        answers = {person.key: client.look_up(question_of(person)) for person in PATIENTS}
    assert {key: answer.result_code for key, answer in answers.items()} == {
        person.key: person.result_code for person in PATIENTS
    }
    assert all(answer.unreadable_fields == () and answer.failure is None for answer in answers.values())


def test_a_card_is_found_by_its_three_numbers() -> None:
    person = patient("citizen_card")
    with TrainingGateway() as server, client_of(server.base_url + "/") as client:
        for number in (person.card_number, person.social_insurance_number, person.citizen_id):
            card = client.look_up(question_of(person, number)).card
            assert card is not None
            assert (card.card_number, card.birth_date) == (person.card_number, person.birth_date)


def test_the_requests_are_the_protocols() -> None:
    with RawGateway([http({"maKetQua": "000"})]) as server:
        with client_of(server.base_url + "/some/prefix/") as client:
            answer = client.look_up(QUESTION)
        login, look_up = server.requests
    assert answer.result_code == "000"
    assert (login.method, login.target) == ("POST", "/some/prefix/api/token/take")
    assert login.headers["content-type"] == "application/x-www-form-urlencoded"
    assert login.form == {"username": USERNAME, "password": PASSWORD_HASH}
    assert (look_up.method, look_up.path) == ("POST", "/some/prefix/api/egw/KQNhanLichSuKCB2024")
    assert look_up.query == {
        "token": ACCESS_TOKEN,  # holds + / = and arrives as it was given
        "id_token": ID_TOKEN,
        "username": USERNAME,
        "password": PASSWORD_HASH,
    }
    assert "%2B%2F" in look_up.target
    assert look_up.headers["content-type"] == "application/json; charset=utf-8"
    assert look_up.json == {
        "maThe": "GD4799900000101",
        "hoTen": "Nguyễn Thị Thử Nghiệm",
        "ngaySinh": "12/10/1988",
        "hoTenCb": STAFF_NAME,
        "cccdCb": STAFF_CITIZEN_ID,
    }
    assert "Nguyễn".encode() in look_up.body


@pytest.mark.parametrize("birth", [PartialDate(1988), PartialDate(1988, 10), PartialDate(1988, 10, 12)])
def test_birth_dates_known_only_in_part_are_asked_as_they_are(birth: PartialDate) -> None:
    with TrainingGateway() as server, client_of(server.base_url) as client:
        answer = client.look_up(Question(QUESTION.number, QUESTION.full_name, birth))
        assert server.requests[-1].body["ngaySinh"] == birth.slashed
    assert answer.result_code == "000"


def test_many_look_ups_use_one_session_and_one_connection() -> None:
    with TrainingGateway() as server, client_of(server.base_url) as client:
        for _ in range(5):
            assert client.look_up(QUESTION).result_code == "000"
        assert paths(server) == ["take"] + ["KQNhanLichSuKCB2024"] * 5
        assert len({request.connection for request in server.requests}) == 1


def test_twenty_look_ups_at_once_share_one_login() -> None:
    with TrainingGateway() as server, client_of(server.base_url) as client:
        start = threading.Barrier(20)

        def ask(_: int) -> Answer:
            start.wait(10)
            return client.look_up(QUESTION)

        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(ask, range(20)))
        assert {answer.result_code for answer in answers} == {"000"}
        assert paths(server).count("take") == 1
    assert sum(len(answer.attempts) for answer in answers) == 21  # the login stands with whoever made it


def test_a_session_about_to_end_is_renewed_before_the_gateway_refuses_it() -> None:
    with TrainingGateway() as server, client_of(server.base_url) as client:
        client.look_up(QUESTION)
        client._session._clock = lambda: 1e12  # long after
        answer = client.look_up(QUESTION)
        assert paths(server) == ["take", "KQNhanLichSuKCB2024", "take", "KQNhanLichSuKCB2024"]
    assert answer.result_code == "000"


def test_a_lost_session_costs_one_login_and_one_repeat() -> None:
    with TrainingGateway() as server, client_of(server.base_url) as client:
        client.look_up(QUESTION)
        server.expire_sessions()
        answer = client.look_up(QUESTION)
        assert paths(server)[2:] == ["KQNhanLichSuKCB2024", "take", "KQNhanLichSuKCB2024"]
    assert answer.result_code == "000"
    assert [attempt.request == "token" for attempt in answer.attempts] == [False, True, False]


def test_a_session_lost_under_many_look_ups_costs_one_login() -> None:
    with TrainingGateway() as server, client_of(server.base_url) as client:
        client.look_up(QUESTION)
        server.expire_sessions()
        start = threading.Barrier(8)

        def ask(_: int) -> Answer:
            start.wait(10)
            return client.look_up(QUESTION)

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(ask, range(8)))
        assert {answer.result_code for answer in answers} == {"000"}
        assert paths(server).count("take") == 2


REFUSALS: list[Reply] = [
    http({"maKetQua": "401", "ghiChu": "phiên hết hạn (mẫu)"}),
    http({"maKetQua": 401}),
    http({"maKetQua": "401"}, "401 Unauthorized"),
    http({"maKetQua": "401"}, "400 Bad Request"),
    http(b"", "401 Unauthorized"),
    http("<h1>no</h1>", "401 Unauthorized", "text/html"),
    http({"Message": "no"}, "401 Unauthorized"),
]


@pytest.mark.parametrize("refusal", REFUSALS, ids=range(len(REFUSALS)))
def test_a_401_once_is_mended_by_a_new_login(refusal: Reply) -> None:
    with RawGateway([refusal, http({"maKetQua": "000"})]) as server:
        with client_of(server.base_url) as client:
            assert client.look_up(QUESTION).result_code == "000"
        assert (len(server.logins), len(server.lookups)) == (2, 2)


@pytest.mark.parametrize("refusal", REFUSALS, ids=range(len(REFUSALS)))
def test_an_endless_401_ends_after_one_repeat(refusal: Reply) -> None:
    with RawGateway([refusal]) as server:
        with client_of(server.base_url) as client:
            answer = client.look_up(QUESTION)
        assert (len(server.logins), len(server.lookups)) == (2, 2)
    assert (answer.result_code, answer.failure) == ("401", None)


def test_a_refused_renewal_says_why() -> None:
    with TrainingGateway() as server, client_of(server.base_url) as client:
        client.look_up(QUESTION)
        server.expire_sessions()
        server.fault = Fault(FaultKind.LOGIN_LOCKED)
        answer = client.look_up(QUESTION)
    assert answer.failure == "login_locked"
    assert [attempt.failure for attempt in answer.attempts] == [None, "login_locked"]


@pytest.mark.parametrize(
    ("login", "failure"),
    [
        (http({"maKetQua": "401", "APIKey": None}), "login_refused"),
        (http({"maKetQua": 401}), "login_refused"),
        (http(b"", "401 Unauthorized"), "login_refused"),
        (http({"maKetQua": "402"}), "login_facility_wrong"),
        (http({"maKetQua": "403"}), "login_locked"),
        (http({"maKetQua": "500"}, "500 Internal Server Error"), "login_error"),
        (http({"maKetQua": "204"}), "login_error"),
        (http({"maKetQua": "200", "APIKey": None}), "login_error"),
        (http({"maKetQua": "200", "APIKey": {"access_token": "only-one"}}), "login_error"),
        (http(b"", "403 Forbidden"), "gateway_forbidden"),
        (http("<html>", content_type="text/html"), "gateway_not_json"),
        (http([1]), "gateway_bad_answer"),
        (http(b"", "404 Not Found"), "gateway_http_error"),
        (http(b"", "302 Found", "text/html", "Location: https://elsewhere.invalid/"), "gateway_redirect"),
    ],
)
def test_login_failures(login: Reply, failure: str) -> None:
    with RawGateway([http({"maKetQua": "000"})], login=login) as server:
        with client_of(server.base_url) as client:
            answer = client.look_up(QUESTION)
        assert (len(server.logins), len(server.lookups)) == (1, 0)
    assert (answer.result_code, answer.failure) == (None, failure)
    (attempt,) = answer.attempts
    assert (attempt.request, attempt.failure) == ("token", failure)


@pytest.mark.parametrize("end", ["2001-01-01T00:00:00.0000000Z", "", None, "bald", 600])
def test_a_strange_end_of_session_does_not_keep_the_desk_from_asking(end: object) -> None:
    login = http({"maKetQua": "200", "APIKey": TOKENS | {"expires_in": end}})
    with RawGateway([http({"maKetQua": "000"})], login=login) as server:
        with client_of(server.base_url) as client:
            assert [client.look_up(QUESTION).result_code for _ in range(3)] == ["000"] * 3
        assert len(server.logins) == 1


@pytest.mark.parametrize("missing", ["username", "password"])
def test_without_an_account_nothing_is_sent(missing: str) -> None:
    with TrainingGateway() as server, client_of(server.base_url, **{missing: ""}) as client:
        answer = client.look_up(QUESTION)
        assert server.requests == ()
    assert (answer.failure, answer.result_code, answer.attempts) == ("account_not_set", None, ())


@pytest.mark.parametrize(
    ("staff", "code"),
    [
        ({"staff_name": "", "staff_citizen_id": ""}, "205"),
        ({"staff_citizen_id": "000000000001"}, "054"),
        ({"staff_name": "Người Khác"}, "055"),
    ],
)
def test_the_gateway_judges_the_staff(staff: dict[str, str], code: str) -> None:
    with TrainingGateway() as server, client_of(server.base_url, **staff) as client:
        assert client.look_up(QUESTION).result_code == code


def test_an_idle_connection_closed_by_the_server_is_replaced_at_once() -> None:
    def reply(request: RawRequest) -> Reply:  # its idle time runs out just when the next request comes in
        return Close() if request.connection == 1 and request.place == 3 else http({"maKetQua": "000"})

    with RawGateway([reply]) as server:
        with client_of(server.base_url) as client:
            client.look_up(QUESTION)
            answer = client.look_up(QUESTION)
        assert len(server.lookups) == 3
        assert len(server.logins) == 1
    assert answer.result_code == "000"
    assert [attempt.failure for attempt in answer.attempts] == ["gateway_dropped", None]


def test_the_replacement_never_goes_out_on_another_idle_connection() -> None:
    release = threading.Barrier(3)

    def reply(request: RawRequest) -> Reply:
        if len(server.lookups) <= 3:
            release.wait(10)  # three at once, so that three connections are kept
            return http({"maKetQua": "000"})
        return Close() if request.place > 1 else http({"maKetQua": "000"})

    with RawGateway([reply]) as server:
        with client_of(server.base_url) as client:
            with ThreadPoolExecutor(3) as pool:
                assert {a.result_code for a in pool.map(client.look_up, [QUESTION] * 3)} == {"000"}
            answer = client.look_up(QUESTION)
        assert len(server.lookups) == 5
    assert answer.result_code == "000"


def once_then_good(first: Reply) -> Callable[[RawRequest], Reply]:
    rest = iter([first])
    return lambda request: next(rest, http({"maKetQua": "000"}))


NO_KEEPING = Close(LOGIN_ANSWER.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))


@pytest.mark.parametrize(
    "trouble",
    [Close(), Close(reset=True), http(b"", "502 Bad Gateway"), http(b"", "503 Busy"), http(b"", "504 Late")],
)
def test_what_often_passes_is_repeated_once(trouble: Reply) -> None:
    with RawGateway([once_then_good(trouble)], login=NO_KEEPING) as server:
        with client_of(server.base_url) as client:
            assert client.look_up(QUESTION).result_code == "000"
        assert len(server.lookups) == 2
    with RawGateway([trouble], login=NO_KEEPING) as server:
        with client_of(server.base_url) as client:
            assert client.look_up(QUESTION).failure in {"gateway_dropped", "gateway_http_error"}
        assert len(server.lookups) == 2


def test_a_code_on_a_status_that_often_passes_is_an_answer() -> None:
    with RawGateway([http({"maKetQua": "101"}, "503 Busy")]) as server:
        with client_of(server.base_url) as client:
            assert client.look_up(QUESTION).result_code == "101"
        assert len(server.lookups) == 1


def test_nothing_is_repeated_when_no_time_is_left() -> None:
    with RawGateway([http(b"", "502 Bad Gateway")]) as server:
        with client_of(server.base_url, total_timeout=REPEAT_PAUSE[0]) as client:
            assert client.look_up(QUESTION).failure in {"gateway_http_error", "gateway_timeout"}
        assert len(server.lookups) <= 1


def test_one_deadline_holds_for_login_and_look_up_together() -> None:
    with TrainingGateway() as server, client_of(server.base_url, total_timeout=1.0) as client:
        server.fault = Fault(FaultKind.SLOW, seconds=0.6)  # each alone is fast enough
        answer = client.look_up(QUESTION)
    assert (answer.failure, answer.attempts[-1].failure) == ("gateway_timeout", "gateway_timeout")


def test_what_the_patient_waited_before_counts() -> None:
    with TrainingGateway() as server, client_of(server.base_url, total_timeout=5.0) as client:
        answer = client.look_up(QUESTION, spent=5.0)
        assert server.requests == ()
    assert (answer.failure, len(answer.attempts)) == ("gateway_timeout", 1)


def test_a_refused_login_is_not_repeated_and_the_evidence_says_why() -> None:
    with TrainingGateway() as server, client_of(server.base_url) as client:
        server.fault = Fault(FaultKind.LOGIN_REFUSED)
        answers = [client.look_up(QUESTION) for _ in range(5)]
        assert paths(server) == ["take"]
        assert client.login_pause is not None
    assert {answer.failure for answer in answers} == {"login_refused"}
    assert [answer.sent for answer in answers] == [True, False, False, False, False]
    (unsent,) = answers[-1].attempts
    assert (json.loads(unsent.request)["maThe"], unsent.failure) == (QUESTION.number, "login_refused")
    assert unsent.detail.startswith("not asked: login refused at")


def test_processes_of_one_folder_stop_before_the_account_is_locked(tmp_path: Path) -> None:
    file = tmp_path / "refusals.json"
    with TrainingGateway() as server:
        for _ in range(8):
            with client_of(server.base_url, password="wrong", refusals_file=file) as client:
                assert client.look_up(QUESTION).failure == "login_refused"
        assert paths(server) == ["take"] * 3
        with client_of(server.base_url, refusals_file=file) as client:  # IT has set the right password
            assert client.look_up(QUESTION).result_code == "000"
        assert not file.exists()


# --- probes ---


def test_a_probe_logs_in_once_and_then_only_knocks() -> None:
    with RawGateway([http(b"")]) as server:
        with client_of(server.base_url) as client:
            outcomes = [client.probe() for _ in range(3)]
        assert [(each.method, each.path) for each in server.requests] == [
            ("POST", "/api/token/take"),
            ("HEAD", "/"),
            ("HEAD", "/"),
        ]
    assert {outcome.failure for outcome in outcomes} == {None}


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        ("404 Not Found", None),
        ("405 Method Not Allowed", None),
        ("302 Found", None),
        ("501 Not Implemented", None),
        ("500 Internal Server Error", "gateway_http_error"),
        ("502 Bad Gateway", "gateway_http_error"),
        ("503 Service Unavailable", "gateway_http_error"),
    ],
)
def test_what_a_knock_may_come_to(status: str, failure: str | None) -> None:
    with RawGateway([http(b"", status)]) as server, client_of(server.base_url, password="") as client:
        assert client.probe().failure == failure


def test_a_probe_never_repeats_a_refused_login() -> None:
    with TrainingGateway() as server, client_of(server.base_url) as client:
        server.fault = Fault(FaultKind.LOGIN_REFUSED)
        assert [client.probe().failure for _ in range(3)] == [None] * 3  # it answers: the line is well
        assert paths(server) == ["take"]


def test_a_probe_of_a_gateway_that_is_down() -> None:
    with TrainingGateway() as server, client_of(server.base_url) as client:
        server.fault = Fault(FaultKind.DOWN)
        assert client.probe().failure == "gateway_unreachable"


def test_a_server_that_comes_back_is_asked_again() -> None:
    with TrainingGateway() as server, client_of(server.base_url) as client:
        assert client.look_up(QUESTION).result_code == "000"
        server.fault = Fault(FaultKind.DOWN)
        assert client.look_up(QUESTION).failure == "gateway_unreachable"
        server.fault = None
        assert client.look_up(QUESTION).result_code == "000"


def test_the_evidence_of_a_look_up() -> None:
    with TrainingGateway() as server, client_of(server.base_url) as client:
        answer = client.look_up(QUESTION)
    login, look_up = answer.attempts
    assert (login.request, login.http_status, login.failure) == ("token", 200, None)
    assert json.loads(login.answer or "") == {"maKetQua": "200"}
    assert json.loads(look_up.request)["maThe"] == QUESTION.number
    assert json.loads(look_up.answer or "")["maThe"] == QUESTION.number
    assert look_up.asked_at.utcoffset() is not None
    assert answer.elapsed_ms >= look_up.elapsed_ms > 0
    assert answer.note is not None
    assert answer.note.startswith("(DỮ LIỆU TẬP HUẤN)")


def test_a_slow_answer_within_the_time_out_counts() -> None:
    with TrainingGateway() as server, client_of(server.base_url) as client:
        server.fault = Fault(FaultKind.SLOW, step=Step.LOOKUP, seconds=0.2)
        assert client.look_up(QUESTION).result_code == "000"


def test_a_closed_client_leaves_no_connection_open() -> None:
    with TrainingGateway() as server:
        with client_of(server.base_url) as client:
            client.look_up(QUESTION)
        assert "99999_BV" not in repr(client)


def test_characters_that_utf_8_cannot_hold_are_asked_as_question_marks() -> None:
    with TrainingGateway() as server, client_of(server.base_url, password="mật-khẩu\ud800") as client:
        assert (
            client.look_up(Question("GD4799900000101", "Thử\ud800", PartialDate(1988))).failure
            == "login_refused"
        )
