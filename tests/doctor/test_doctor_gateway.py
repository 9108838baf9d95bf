"""The gateway's checks, against real sockets: the way there, TLS, account, staff member and clock."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from doctor_samples import (
    CITIZEN_ID,
    EXPIRED_CERTIFICATE,
    EXPIRED_KEY,
    PASSWORD,
    TRUSTED,
    DoctorsGateway,
    by_check,
    live,
    missing_texts,
    said,
)

from kiosk.doctor import Finding
from kiosk.doctor.gateway import CHECKS, gateway
from kiosk.gateway.client import LOOKUP_PATH, TOKEN_PATH
from kiosk.setting_rules import Secret
from kiosk.settings import Settings
from kiosk.training.faults import Fault, FaultKind, Step
from kiosk.training.gateway_server import TrainingGateway

CERTIFICATE = TRUSTED / "certificate.pem"
OWN = (CERTIFICATE, TRUSTED / "key.pem")


def examined(settings: Settings) -> dict[str, Finding]:
    """All six findings, each told exactly once, with every text written and no secret in any."""
    findings = list(gateway(settings))
    found = by_check(findings)
    assert sorted(finding.check for finding in findings) == sorted(CHECKS)
    for finding in findings:
        assert finding.ok == (finding.advice is None)
        assert missing_texts(finding) == set()
        words = said(finding)
        for secret in (PASSWORD, CITIZEN_ID, "giả-mạo"):
            assert secret not in words
    return found


def codes(found: dict[str, Finding]) -> dict[str, str]:
    return {check: finding.detail.code for check, finding in found.items()}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_all_is_well_with_one_login_and_one_look_up(data: Path) -> None:
    with DoctorsGateway() as server:
        found = examined(live(server.base_url, data))
    assert all(finding.ok for finding in found.values())
    assert server.asked == [TOKEN_PATH, LOOKUP_PATH]
    assert "GD4799900000000" in server.bodies[1]
    assert "050" in said(found["function"])
    assert "••••••••0099" in said(found["staff"])


class TestWayThere:
    def test_a_refused_port(self, data: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        found = examined(live(f"http://127.0.0.1:{port}", data))
        assert codes(found) == {
            "gateway": "gateway_refused",
            "tls": "tls_none",
            **dict.fromkeys(("account", "function", "staff", "clock"), "not_checked"),
        }
        assert str(port) in said(found["gateway"])

    def test_a_name_that_nobody_knows(self, data: Path) -> None:
        found = examined(live("https://gateway.invalid", data))
        assert found["gateway"].detail.code == "gateway_dns"
        assert "nslookup gateway.invalid" in said(found["gateway"])

    def test_a_server_that_takes_the_connection_and_says_nothing(self, data: Path) -> None:
        with TrainingGateway() as server:
            server.fault = Fault(FaultKind.SILENCE)
            found = examined(live(server.base_url, data, read_timeout_seconds=0.3))
            assert len(server.requests) == 1
        assert found["gateway"].detail.code == "answer_gateway_timeout"
        assert found["account"].detail.code == "not_checked"

    def test_a_web_page_instead_of_a_gateway(self, data: Path) -> None:
        with TrainingGateway() as server:
            server.fault = Fault(FaultKind.HTML)
            found = examined(live(server.base_url, data))
        assert found["gateway"].detail.code == "answer_gateway_not_json"
        assert found["clock"].ok

    @pytest.mark.parametrize(
        ("kind", "told"),
        [
            (FaultKind.RESET, "answer_gateway_dropped"),
            (FaultKind.TRUNCATED, "answer_gateway_dropped"),
            (FaultKind.HUGE, "answer_gateway_too_large"),
            (FaultKind.BAD_JSON, "answer_gateway_not_json"),
            (FaultKind.NOT_AN_OBJECT, "answer_gateway_bad_answer"),
            (FaultKind.HTTP_500, "answer_gateway_http_error"),
            (FaultKind.REDIRECT, "answer_gateway_redirect"),
        ],
    )
    def test_whatever_the_gateway_does_wrong_is_named_at_login_and_at_look_up(
        self, data: Path, kind: FaultKind, told: str
    ) -> None:
        with TrainingGateway() as server:
            server.fault = Fault(kind)
            found = examined(_as_known_to(server, data))
            before = len(server.requests)
            assert before == 1
            assert found["gateway"].detail.code == told
            assert found["account"].detail.code == "not_checked"

            server.fault = Fault(kind, step=Step.LOOKUP)
            found = examined(_as_known_to(server, data))
            assert len(server.requests) - before == 2
        assert found["account"].ok
        assert found["function"].detail.code == "function_no_answer"
        assert found["staff"].detail.code == "not_checked"

    def test_a_proxy_that_wants_an_account_does_not_get_its_account_shown(self, data: Path) -> None:
        with _proxy(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n") as (address, seen):
            proxy = address.replace("//", "//kiosk:bí-mật@")
            found = examined(live("https://gateway.invalid", data, proxy=proxy))
        assert found["gateway"].detail.code == "gateway_proxy"
        assert "407" in said(found["gateway"])
        assert "bí-mật" not in said(found["gateway"])
        assert seen[0].startswith(b"CONNECT gateway.invalid:443 ")
        assert b"Proxy-Authorization: Basic " in seen[0]


@contextmanager
def _proxy(answer: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A proxy that answers one request; its address and what it was sent."""
    seen: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                data = b""
                while b"\r\n\r\n" not in data:
                    data += connection.recv(4096)
                seen.append(data)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", seen
        thread.join()


class TestTls:
    def test_a_good_certificate_is_told_with_its_end_and_whom_is_trusted(self, data: Path) -> None:
        with DoctorsGateway(certificate=OWN) as server:
            found = examined(live(server.base_url, data, ca_file=str(CERTIFICATE)))
        assert all(finding.ok for finding in found.values())
        words = said(found["tls"])
        assert "30/10/2126" in words
        assert str(CERTIFICATE) in words
        assert "TLSv1." in words

    @pytest.mark.parametrize(
        ("certificate", "trusted", "host", "trouble"),
        [
            (OWN, "", "127.0.0.1", "tls_unknown_issuer"),
            ((EXPIRED_CERTIFICATE, EXPIRED_KEY), EXPIRED_CERTIFICATE, "127.0.0.1", "tls_expired"),
            (OWN, CERTIFICATE, "127.0.0.2", "tls_wrong_name"),
            (OWN, TRUSTED / "key.pem", "127.0.0.1", "tls_ca_file"),
        ],
    )
    def test_a_certificate_that_cannot_be_trusted_stops_before_the_login(
        self, data: Path, certificate: Any, trusted: object, host: str, trouble: str
    ) -> None:
        with DoctorsGateway(certificate=certificate, host=host) as server:
            found = examined(live(server.base_url, data, ca_file=str(trusted)))
        assert server.asked == []
        assert codes(found) == {
            "gateway": "gateway_tls_closed",
            "tls": trouble,
            **dict.fromkeys(("account", "function", "staff", "clock"), "not_checked"),
        }

    def test_a_server_without_tls_behind_an_https_address(self, data: Path) -> None:
        with DoctorsGateway() as server:
            found = examined(live(server.base_url.replace("http:", "https:"), data))
        assert found["tls"].detail.code == "tls_no_tls"

    def test_a_server_that_hangs_in_the_greeting(self, data: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            address = f"https://127.0.0.1:{listener.getsockname()[1]}"
            found = examined(live(address, data, connect_timeout_seconds=0.2))
        assert found["tls"].detail.code == "tls_no_tls"
        assert "timeout" in said(found["tls"])


class TestAccount:
    @pytest.mark.parametrize(
        ("code", "fault"),
        [
            ("401", "account_login_refused"),
            ("402", "account_login_facility_wrong"),
            ("403", "account_login_locked"),
            ("500", "account_login_error"),
        ],
    )
    def test_a_refused_login_is_named_and_not_repeated(self, data: Path, code: str, fault: str) -> None:
        with DoctorsGateway(login={"maKetQua": code}) as server:
            found = examined(live(server.base_url, data))
        assert server.asked == [TOKEN_PATH]
        assert found["gateway"].ok
        assert found["clock"].ok
        assert found["account"].detail.code == fault
        assert found["function"].detail.code == found["staff"].detail.code == "not_checked"

    def test_repeated_examinations_do_not_lock_the_account(self, data: Path) -> None:
        with DoctorsGateway(login={"maKetQua": "401"}) as server:
            for _ in range(6):
                found = examined(live(server.base_url, data))
            assert server.asked.count(TOKEN_PATH) == 3
            assert found["account"].detail.code == "account_paused"
            assert found["gateway"].ok

            server.login = {"maKetQua": "200", "APIKey": {"access_token": "a" * 8, "id_token": "b" * 8}}
            corrected = examined(live(server.base_url, data, password=Secret("another one")))
            assert corrected["account"].ok

    def test_without_a_password_nothing_is_sent_but_the_rest_is_checked(self, data: Path) -> None:
        with DoctorsGateway() as server:
            found = examined(live(server.base_url, data, password=Secret("")))
        assert server.asked == ["HEAD"]
        assert found["account"].detail.code == "account_not_set"
        assert re.search(r"-m keyring set bhyt-kiosk 99999_BV", said(found["account"]))
        assert found["gateway"].ok
        assert found["clock"].ok

    def test_an_address_that_is_not_registered(self, data: Path) -> None:
        with TrainingGateway() as server:
            server.fault = Fault(FaultKind.FORBIDDEN)
            found = examined(_as_known_to(server, data))
        assert found["gateway"].ok
        assert found["account"].detail.code == "account_gateway_forbidden"
        assert "CV 1923/BHXH-CNTT" in said(found["account"])

    @pytest.mark.parametrize("kind", [FaultKind.FORBIDDEN, FaultKind.UNAUTHORIZED_BODY])
    def test_an_account_without_the_right_to_look_up(self, data: Path, kind: FaultKind) -> None:
        with TrainingGateway() as server:
            server.fault = Fault(kind, step=Step.LOOKUP)
            found = examined(_as_known_to(server, data))
            assert [request.path for request in server.requests] == [TOKEN_PATH, LOOKUP_PATH]
        assert found["account"].ok
        assert found["function"].detail.code == "function_refused"
        assert found["staff"].detail.code == "not_checked"


def _as_known_to(server: TrainingGateway, data: Path) -> Settings:
    from kiosk.training import gateway_server as training

    return live(
        server.base_url,
        data,
        username=training.USERNAME,
        password=Secret(training.PASSWORD),
        staff_name=training.STAFF_NAME,
        staff_citizen_id=training.STAFF_CITIZEN_ID,
    )


class TestStaff:
    @pytest.mark.parametrize(
        ("code", "ok", "told"),
        [
            ("051", True, "staff_fine"),
            ("060", True, "staff_fine"),
            ("054", False, "staff_not_registered"),
            ("055", False, "staff_name_mismatch"),
            ("205", False, "staff_unclear"),
            ("987", False, "staff_unclear"),
            ("101", False, "not_checked"),
        ],
    )
    def test_the_answer_about_a_false_card_tells_of_the_staff_member(
        self, data: Path, code: str, ok: bool, told: str
    ) -> None:
        with DoctorsGateway(lookup={"maKetQua": code}) as server:
            found = examined(live(server.base_url, data))
        assert (found["staff"].ok, found["staff"].detail.code) == (ok, told)
        assert found["function"].ok == (code != "101")

    def test_without_a_staff_member_no_look_up_is_spent(self, data: Path) -> None:
        with DoctorsGateway() as server:
            found = examined(live(server.base_url, data, staff_name=""))
        assert server.asked == [TOKEN_PATH]
        assert found["staff"].detail.code == "staff_not_set"
        assert "gateway.staff_name" in said(found["staff"])


class TestClock:
    @pytest.mark.parametrize(
        ("off", "told"), [(0, "clock_fine"), (-300, "clock_ahead"), (300, "clock_behind"), (50, "clock_fine")]
    )
    def test_this_clock_is_compared_with_the_servers(self, data: Path, off: float, told: str) -> None:
        with DoctorsGateway(clock_off=off) as server:
            found = examined(live(server.base_url, data))
        assert found["clock"].detail.code == told
        if abs(off) == 300:
            assert re.search(r"0:0[45]:\d\d", said(found["clock"]))

    def test_a_server_that_does_not_tell_its_time(self, data: Path) -> None:
        with DoctorsGateway(tells_time=False) as server:
            found = examined(live(server.base_url, data))
        assert found["clock"].detail.code == "clock_no_date"


def test_training_is_said_plainly_and_never_touches_the_real_gateway(tmp_path: Path) -> None:
    found = examined(Settings(data_dir=str(tmp_path)))
    assert all(finding.ok for finding in found.values())
    for finding in found.values():
        assert finding.as_json("vi")["detail"].startswith("CHẾ ĐỘ TẬP HUẤN")  # type: ignore[union-attr]
    assert "127.0.0.1" in said(found["gateway"])
