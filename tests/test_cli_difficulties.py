"""`kiosk difficulties`: a gateway that fails, patients received all the same, and what BHXH is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from kiosk import cli, clock
from kiosk.training import gateway_server as training
from kiosk.training.faults import Fault, FaultKind, Step
from kiosk.training.gateway_server import TrainingGateway
from kiosk.training.patients import DEMO_PATIENT

Call = Callable[..., tuple[int, list[dict[str, Any]]]]


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[TrainingGateway]:
    with TrainingGateway() as server:
        for name, value in {
            "MODE": "live",
            "BASE_URL": server.base_url,
            "USERNAME": training.USERNAME,
            "PASSWORD": training.PASSWORD,
            "STAFF_NAME": training.STAFF_NAME,
            "STAFF_CITIZEN_ID": training.STAFF_CITIZEN_ID,
        }.items():
            monkeypatch.setenv(f"KIOSK_GATEWAY__{name}", value)
        yield server


@pytest.fixture
def kiosk(capsys: pytest.CaptureFixture[str]) -> Call:
    def call(*arguments: str) -> tuple[int, list[dict[str, Any]]]:
        code = cli.run([*arguments, "--json"])
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return call


def receive(kiosk: Call) -> dict[str, Any]:
    _, (visit,) = kiosk("check-in", "--scan", DEMO_PATIENT.health_card_line())
    return visit


def two_outages(kiosk: Call, gateway: TrainingGateway) -> list[dict[str, Any]]:
    """Broken answers at two check-ins, a good one, server errors at three."""
    visits = []
    gateway.fault = Fault(FaultKind.HTML, step=Step.LOOKUP)
    visits += [receive(kiosk), receive(kiosk)]
    gateway.fault = None
    visits.append(receive(kiosk))
    gateway.fault = Fault(FaultKind.HTTP_500, step=Step.LOOKUP)
    visits += [receive(kiosk) for _ in range(3)]
    gateway.fault = None
    return visits


def test_what_the_gateway_did_is_listed_and_reported_as_the_visits_say(
    kiosk: Call, gateway: TrainingGateway, tmp_path: Path
) -> None:
    visits = two_outages(kiosk, gateway)
    pending = {visit["visit_id"] for visit in visits if visit["status"] == "pending"}
    assert len(pending) == 5

    code, (case,) = kiosk("difficulties", "list")
    assert (code, case["kind"], case["state"], case["count"]) == (0, "gateway_failure", "new", 5)
    assert case["codes"] == {"gateway_http_error": 3, "gateway_not_json": 2}
    assert set(case["visits"]) == pending
    assert len(kiosk("difficulties", "list", "--each")[1]) == 5

    _, (report,) = kiosk("difficulties", "report", str(tmp_path / "r.docx"))
    assert (report["visits"], report["received_without_answer"], report["answered_later"]) == (6, 5, 0)
    assert [set(outage["visits"]) for outage in report["outages"]] == [
        {visit["visit_id"] for visit in visits[:2]},
        {visit["visit_id"] for visit in visits[3:]},
    ]
    assert [list(outage["failures"]) for outage in report["outages"]] == [
        ["gateway_not_json"],
        ["gateway_http_error"],
    ]
    assert report["outages"][0]["recovered_at"] is not None
    assert report["outages"][1]["recovered_at"] is None
    assert report["lookups_failed"] == sum(sum(each["failures"].values()) for each in report["outages"])

    assert all(visit["status"] == "checked_in" for visit in kiosk("recheck")[1])
    _, (after,) = kiosk("difficulties", "report", str(tmp_path / "r.xlsx"))
    assert (after["answered_later"], after["affected_visits"]) == (5, 5)
    assert after["outages"][1]["recovered_at"] is not None


def test_marking_one_marks_what_is_read_with_it_and_what_comes_later_is_new(
    kiosk: Call, gateway: TrainingGateway
) -> None:
    gateway.fault = Fault(FaultKind.HTML, step=Step.LOOKUP)
    receive(kiosk), receive(kiosk)
    _, (case,) = kiosk("difficulties", "list")

    code, (marked,) = kiosk("difficulties", "mark", case["difficulty_id"][:8], "reported", "--note", "CV 12")
    assert (code, marked["marked"], marked["state"]) == (0, 2, "reported")
    receive(kiosk)
    _, listed = kiosk("difficulties", "list")
    assert [(each["state"], each["count"], each["note"]) for each in listed] == [
        ("new", 1, None),
        ("reported", 2, "CV 12"),
    ]
    assert listed[1]["reported_at"].startswith(clock.today().isoformat())
    assert [each["count"] for each in kiosk("difficulties", "list", "--state", "new")[1]] == [1]


def test_a_suspected_card_is_added_with_its_visit_and_no_number_in_full(
    kiosk: Call, gateway: TrainingGateway
) -> None:
    visit = receive(kiosk)
    number = visit["coverage"]["card_number"]
    text = f"Ảnh trên {number} không giống"
    code, (added,) = kiosk(
        "difficulties", "add", "--kind", "suspected_card", "--text", text, "--visit", visit["visit_id"]
    )
    assert (code, added["visits"], added["codes"]) == (0, [visit["visit_id"]], {"000": 1})
    assert number not in json.dumps(added, ensure_ascii=False)
    assert added["number"].endswith(number[-4:])


def test_overrides_file_themselves(kiosk: Call, gateway: TrainingGateway) -> None:
    number = DEMO_PATIENT.card_number
    _, (visit,) = kiosk(
        "check-in", "--number", number, "--name", "Lê Khác Tên", "--birth", "1990", "--confirm", "Đã xem CCCD"
    )
    assert visit["verdict"] == "needs_staff", visit
    (case,) = kiosk("difficulties", "list")[1]
    assert (case["kind"], case["text"], case["visits"]) == ("override", "Đã xem CCCD", [visit["visit_id"]])


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("list", "--state", "old"), "usage"),
        (("list", "--from", "soon"), "date_invalid"),
        (("add", "--kind", "gateway_failure"), "difficulty_kind"),
        (("add", "--kind", "other", "--visit", "nobody"), "visit_unknown"),
        (("mark", "abcdef", "closed"), "difficulty_unknown"),
        (("mark", "a", "closed"), "difficulty_unknown"),
        (("mark", "abcdef", "new"), "usage"),
        (("report", "r.txt"), "report_format"),
        (("report", "r.pdf", "--from", "2026-11-02", "--to", "2026-11-01"), "usage"),
    ],
)
def test_what_means_nothing_is_said_and_nothing_is_recorded(
    kiosk: Call, gateway: TrainingGateway, arguments: tuple[str, ...], error: str
) -> None:
    code, (output,) = kiosk("difficulties", *arguments)
    assert (code, output["error"]["code"]) == (2, error)
    assert kiosk("difficulties", "list") == (0, [])


def test_the_pdf_is_drawn_without_a_screen(
    qtbot: QtBot, kiosk: Call, gateway: TrainingGateway, tmp_path: Path
) -> None:
    del qtbot
    two_outages(kiosk, gateway)
    proof = tmp_path / "bản kê"
    code, (output,) = kiosk(
        "difficulties",
        "report",
        str(tmp_path / "báo cáo.pdf"),
        "--from",
        "01/11/2026",
        "--evidence",
        str(proof),
    )
    assert (code, output["from"], output["evidence"]) == (0, "2026-11-01", 5)
    named = {f"{visit}.pdf" for outage in output["outages"] for visit in outage["visits"]}
    assert {file.name for file in proof.iterdir()} == named
    content = (tmp_path / "báo cáo.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert b"/FontFile" in content
