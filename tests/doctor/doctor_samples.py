"""A gateway for the doctor's tests: its clock, its certificate and what it answers can be chosen."""

from __future__ import annotations

import email.utils
import json
import socket
import ssl
import string
import threading
import time
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from kiosk import texts
from kiosk.doctor import Finding
from kiosk.doctor.finding import LABEL
from kiosk.setting_rules import Secret
from kiosk.settings import GatewaySettings, ReadersSettings, Settings

TESTS = Path(__file__).parents[1]
TRUSTED = TESTS / "gateway" / "tls"
EXPIRED_CERTIFICATE = TESTS / "doctor" / "tls" / "expired_certificate.pem"
EXPIRED_KEY = TESTS / "doctor" / "tls" / "expired_key.pem"

PASSWORD = "mật-khẩu-giả-7"
CITIZEN_ID = "000000000099"
LOGGED_IN = {"maKetQua": "200", "APIKey": {"access_token": "giả-mạo-1", "id_token": "giả-mạo-2"}}


def live(base_url: str, data_dir: Path | str, **gateway: Any) -> Settings:
    """Settings of a hospital that asks a gateway of the test's own."""
    values: dict[str, Any] = {
        "mode": "live",
        "base_url": base_url,
        "username": "99999_BV",
        "password": Secret(PASSWORD),
        "staff_name": "Trần Thị Mẫu",
        "staff_citizen_id": CITIZEN_ID,
        "connect_timeout_seconds": 2.0,
        "read_timeout_seconds": 5.0,
    }
    readers = ReadersSettings(camera="off", serial_port="off")
    return Settings(
        data_dir=str(data_dir), gateway=replace(GatewaySettings(), **values | gateway), readers=readers
    )


@dataclass
class DoctorsGateway:
    """Answers every login with `login` and every look-up with `lookup`, as JSON."""

    login: Any = field(default_factory=lambda: dict(LOGGED_IN))
    lookup: Any = field(default_factory=lambda: {"maKetQua": "050"})
    status: int = 200
    clock_off: float = 0.0  # seconds by which its Date header is wrong; None: no header
    tells_time: bool = True
    certificate: tuple[Path, Path] | None = None
    host: str = "127.0.0.1"
    asked: list[str] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                gateway.asked.append(self.path.partition("?")[0])
                gateway.bodies.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
                is_login = self.path == "/api/token/take"
                body = json.dumps(gateway.login if is_login else gateway.lookup).encode()
                self._answer(gateway.status, body)

            def do_HEAD(self) -> None:
                gateway.asked.append("HEAD")
                self._answer(200, b"")

            def _answer(self, status: int, body: bytes) -> None:
                self.send_response_only(status)
                if gateway.tells_time:
                    self.send_header(
                        "Date", email.utils.formatdate(time.time() + gateway.clock_off, usegmt=True)
                    )
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        class Server(ThreadingHTTPServer):
            def get_request(self) -> tuple[socket.socket, Any]:
                connection, address = super().get_request()
                connection.settimeout(20)
                if gateway.certificate is None:
                    return connection, address
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(*gateway.certificate)
                return context.wrap_socket(
                    connection, server_side=True, do_handshake_on_connect=False
                ), address

            def handle_error(self, *_: Any) -> None:
                """A client that does not trust the certificate hangs up."""

        self._server = Server((self.host, 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def base_url(self) -> str:
        scheme = "http" if self.certificate is None else "https"
        return f"{scheme}://{self.host}:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def by_check(findings: Any) -> dict[str, Finding]:
    return {finding.check: finding for finding in findings}


def said(finding: Finding) -> str:
    """Everything that the finding tells people, in both languages."""
    return " ".join(json.dumps(finding.as_json(language), ensure_ascii=False) for language in ("vi", "en"))


def missing_texts(finding: Finding) -> set[str]:
    """Texts that nobody wrote, and places in them that nothing fills."""
    rows = texts.table("doctor")
    missing = {LABEL + finding.check} - set(rows)
    for phrase in filter(None, (finding.detail, finding.more, finding.advice)):
        if phrase.code not in rows:
            missing.add(phrase.code)
            continue
        for _, place, _, _ in string.Formatter().parse(rows[phrase.code]["vi"]):
            if place and place not in phrase.values:
                missing.add(f"{phrase.code}: {place}")
    return missing
