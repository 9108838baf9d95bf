"""Every fault at every step of a look-up, over real sockets: the one table behind test and document.

`docs/fault-matrix.md` is written from it by ``scripts/print_fault_matrix.py``.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import socket
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import quote, unquote

from gateway_samples import (
    ACCESS_TOKEN,
    ID_TOKEN,
    LOGIN_ANSWER,
    Close,
    RawGateway,
    RawRequest,
    Reply,
    Silence,
    Slowly,
    http,
)

from kiosk import clock
from kiosk.gateway.client import GatewayClient, GatewayClientConfig
from kiosk.gateway.model import OTHER_STEPS, Attempt
from kiosk.reception import Reception
from kiosk.training import gateway_server as training
from kiosk.training.answers import history_answer, lookup_answer
from kiosk.training.patients import PATIENTS, TRAINING_FACILITY
from kiosk.visits.model import Source
from kiosk.visits.records import VisitRecords

PATIENT = next(each for each in PATIENTS if each.result_code == "000" and each.history)

STEPS = ("token", "look-up", "history")
CONNECT_SECONDS, READ_SECONDS, TOTAL_SECONDS = 0.6, 0.8, 1.6
"""Time-outs of the runs that wait for them, so that all takes seconds; the defaults are 3, 8 and 10."""
AMPLE_SECONDS = 20.0
"""Time-outs of all other runs: a busy machine must not look like a fault."""

REFUSED, HANGS, RESETS, NO_NAME = "refused", "hangs", "resets", "no name"
"""What happens to a connection before any request."""

HTML = "<!DOCTYPE html><html><body><h1>Service Unavailable</h1></body></html>"
REFUSAL = {"maKetQua": "401", "ghiChu": "(mẫu)"}


@dataclass(frozen=True)
class FaultRow:
    """A fault and how to make it: what befalls connections, or what answers a request."""

    name: str
    door: str = ""
    reply: Callable[[bytes], Reply] = field(default=lambda good: good)  # from the step's good answer
    quotes: bool = False  # answers with a page that quotes all of the request, as proxies do
    waits: bool = False  # shows only by a time-out
    once: bool = False  # only the first request of the step meets it


def _body(good: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(good.partition(b"\r\n\r\n")[2])
    return found


def _wrong_types(good: bytes) -> bytes:
    """Every value but the code is of a type that nobody expects."""
    return http({key: value if key == "maKetQua" else [{"x": 1}] for key, value in _body(good).items()})


def _nulls(good: bytes) -> bytes:
    body = _body(good)
    return http({**dict.fromkeys(body), "maKetQua": body["maKetQua"]})


FAULTS = (
    FaultRow("none"),
    FaultRow("connection refused", REFUSED),
    FaultRow("host name unknown", NO_NAME),
    FaultRow("connecting hangs", HANGS, waits=True),
    FaultRow("reset before the request", RESETS),
    FaultRow("reset after the request", reply=lambda good: Close(reset=True)),
    FaultRow("closed after the request", reply=lambda good: Close()),
    FaultRow("silence after the request", reply=lambda good: Silence(), waits=True),
    FaultRow("a byte now and then", reply=lambda good: Slowly(good, 0.05), waits=True),
    FaultRow("truncated answer", reply=lambda good: Close(good[:-20])),
    FaultRow("2 MB answer", reply=lambda good: http({**_body(good), "ghiChu": "x" * 2_000_000})),
    FaultRow("HTML on HTTP 200", reply=lambda good: http(HTML, content_type="text/html")),
    FaultRow("HTML that quotes the request", quotes=True),
    FaultRow("HTTP 502", reply=lambda good: http(HTML, "502 Bad Gateway", "text/html")),
    FaultRow("HTTP 500", reply=lambda good: http(HTML, "500 Internal Server Error", "text/html")),
    FaultRow("HTTP 403", reply=lambda good: http(b"", "403 Forbidden")),
    FaultRow("redirect", reply=lambda good: http(b"", "302 Found", "text/html", "Location: http://127.0.0.1:9/")),
    FaultRow("broken JSON", reply=lambda good: http(b'{"maKetQua": "000", "maThe": ')),
    FaultRow("JSON of another shape", reply=lambda good: http(["000"])),
    FaultRow("wrong types", reply=_wrong_types),
    FaultRow("nulls but for the code", reply=_nulls),
    FaultRow("null code", reply=lambda good: http({**_body(good), "maKetQua": None})),
    FaultRow("401 in the body, once", reply=lambda good: http(REFUSAL), once=True),
    FaultRow("401 as status, once", reply=lambda good: http(b"", "401 Unauthorized"), once=True),
    FaultRow("401 in the body, for ever", reply=lambda good: http(REFUSAL)),
    FaultRow("401 as status, for ever", reply=lambda good: http(b"", "401 Unauthorized")),
    FaultRow("code 402", reply=lambda good: http({"maKetQua": "402"})),
    FaultRow("code 403", reply=lambda good: http({"maKetQua": "403"})),
    FaultRow("unknown code", reply=lambda good: http({"maKetQua": "Z9"})),
)  # fmt: skip


class FaultGateway(RawGateway):
    """Answers well but for one fault at one step."""

    def __init__(self, fault: FaultRow, step: str) -> None:
        super().__init__([b""])
        self.fault, self.step = fault, step
        self._door = ""
        self._met = 0
        self._fillers: list[socket.socket] = []
        self._address = self._listener.getsockname()

    def __enter__(self) -> Self:
        super().__enter__()
        if self.fault.door and self.step == STEPS[0]:
            self._shut()
        return self

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        for each in self._fillers:
            each.close()

    @property
    def base_url(self) -> str:
        host = "gateway.invalid" if self.fault.door == NO_NAME else "127.0.0.1"
        return f"http://{host}:{self._address[1]}"

    def _reply_to(self, request: RawRequest) -> Reply:
        with self._lock:
            self.requests.append(request)
            place = _step_of(request.path)
            good = self._good(place, request)
            if place == STEPS.index(self.step) and not self.fault.door:
                self._met += 1
                if self.fault.quotes:
                    quoted = (
                        f"<pre>{request.target}\n{unquote(request.target)}\n{request.body.decode()}</pre>"
                    )
                    return http(HTML + quoted, content_type="text/html")
                return good if self.fault.once and self._met > 1 else self.fault.reply(good)
            if self.fault.door and place + 1 == STEPS.index(self.step):
                self._shut()
                return Close(good.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
            return good

    @staticmethod
    def _good(place: int, request: RawRequest) -> bytes:
        if place == 0:
            return LOGIN_ANSWER
        if place == 1:
            return http(lookup_answer(request.json, clock.today()) | {"dsLichSuKCB2018": None})
        return http(history_answer(request.form, clock.today()))

    def _welcome(self, connection: socket.socket) -> bool:
        if not self._door:
            return True
        if self._door == RESETS:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
        if self._door == HANGS:
            raise OSError("nobody accepts any more")
        return False

    def _shut(self) -> None:
        self._door = self.fault.door
        if self._door == REFUSED:
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        elif self._door == HANGS:
            # A queue of waiting connections that is full and that nobody empties.
            with socket.create_connection(self._address):
                self._threads[0].join()
            self._listener.listen(0)
            for _ in range(4):
                filler = socket.socket()
                filler.setblocking(False)
                filler.connect_ex(self._address)
                self._fillers.append(filler)


def _step_of(path: str) -> int:
    return 0 if path.endswith("/take") else 2 if path.endswith("/Lskcb2025") else 1


@dataclass(frozen=True)
class Run:
    """What came of one look-up and the check-in after it."""

    step: str
    fault: str
    verdict: str
    reason: str
    status: str
    sent: tuple[int, int, int]  # requests by step
    reached: tuple[int, int, int]  # those that the server read
    evidence: str  # the recorded exchanges that were no ordinary answer
    history_rows: int
    seconds: float

    @property
    def row(self) -> tuple[str, ...]:
        """As it stands in the document, without the time."""
        return (
            self.step,
            self.fault,
            self.verdict,
            self.reason,
            self.status,
            " + ".join(map(str, self.sent)),
            self.evidence or "–",
            str(self.history_rows) if self.history_rows else "–",
        )


COLUMNS = ("At", "Fault", "Verdict", "Reason", "Visit", "Sent", "Kept as evidence", "History rows")


def run(fault: FaultRow, step: str, records: VisitRecords) -> Run:
    with FaultGateway(fault, step) as server:
        config = GatewayClientConfig(
            base_url=server.base_url,
            username=training.USERNAME,
            password=training.PASSWORD,
            staff_name=training.STAFF_NAME,
            staff_citizen_id=training.STAFF_CITIZEN_ID,
            connect_timeout=CONNECT_SECONDS if fault.waits else AMPLE_SECONDS,
            read_timeout=READ_SECONDS if fault.waits else AMPLE_SECONDS,
            total_timeout=TOTAL_SECONDS if fault.waits else AMPLE_SECONDS,
            history=True,
        )
        reception = Reception(
            facility=TRAINING_FACILITY,
            desk="Quầy thử",
            open_gateway=lambda: GatewayClient(config),
            open_records=lambda: records,
            decode_image=lambda path: _no_picture(),
        )
        card = reception.read(PATIENT.health_card_line())
        started = time.perf_counter()
        found = reception.look_up(card)
        seconds = time.perf_counter() - started
        visit = reception.check_in(found, Source.SCAN)
        reception.gateway.__exit__(None, None, None)  # type: ignore[attr-defined]
        reached = [_step_of(request.path) for request in server.requests]
    kept = records.attempts(visit.visit_id)
    assert kept == found.attempts, "the evidence that was shown is the evidence that is kept"
    steps = [_step_of_attempt(attempt) for attempt in kept]
    return Run(
        step=step,
        fault=fault.name,
        verdict=str(visit.verdict),
        reason=str(visit.reason),
        status=str(visit.status),
        sent=(steps.count(0), steps.count(1), steps.count(2)),
        reached=(reached.count(0), reached.count(1), reached.count(2)),
        evidence=_told_all([_told(attempt) for attempt in kept if _is_odd(attempt)]),
        history_rows=len(found.history),
        seconds=seconds,
    )


def _told_all(lines: list[str]) -> str:
    counted = {line: lines.count(line) for line in lines}
    return ", ".join(line + (f" (×{count})" if count > 1 else "") for line, count in counted.items())


def _no_picture() -> Any:
    raise NotImplementedError


def _step_of_attempt(attempt: Attempt) -> int:
    return STEPS.index(attempt.request) if attempt.request in OTHER_STEPS else 1


def _is_odd(attempt: Attempt) -> bool:
    return attempt.failure is not None or attempt.http_status != 200 or '"401"' in (attempt.answer or "")


def _told(attempt: Attempt) -> str:
    status = "" if attempt.http_status is None else f"HTTP {attempt.http_status} "
    return f"{STEPS[_step_of_attempt(attempt)]}: {status}{attempt.failure or '401'}"


def cases() -> Iterator[tuple[str, FaultRow]]:
    for step in STEPS:
        for fault in FAULTS:
            if fault.name == "none" and step != STEPS[0]:
                continue
            if fault.door == NO_NAME and step != STEPS[0]:
                continue  # one host: its name is asked for when the first connection is made
            if step == "history" and fault.name in {"code 402", "code 403"}:
                continue  # codes of the login and of a missing right; here like any unknown code
            yield step, fault


def secrets() -> set[str]:
    """Every spelling of a secret that must not be written anywhere."""
    digest = hashlib.md5(training.PASSWORD.encode(), usedforsecurity=False).hexdigest()
    escaped = ACCESS_TOKEN.replace("+", "\\u002b").replace("/", "\\/")
    return {
        training.PASSWORD,
        digest,
        digest.upper(),
        ACCESS_TOKEN,
        quote(ACCESS_TOKEN, safe=""),
        ID_TOKEN,
        escaped,
    }


def rows_of(document: str) -> list[tuple[str, ...]]:
    """The rows of the document, without their times."""
    lines = [line for line in document.splitlines() if line.startswith(tuple(f"| {step} " for step in STEPS))]
    return [tuple(cell.strip() for cell in line.strip("|").split("|"))[: len(COLUMNS)] for line in lines]


__all__ = ["COLUMNS", "FAULTS", "STEPS", "Run", "cases", "rows_of", "run", "secrets"]
