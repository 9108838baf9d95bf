"""The proposal on its way from a look-up to the records, the export and the command line."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk import cli, clock
from kiosk.app import build_reception
from kiosk.eligibility.benefit import Certainty
from kiosk.eligibility.papers import Paper, PaperKind
from kiosk.reception import Reception
from kiosk.settings import FacilitySettings, GatewaySettings, Settings
from kiosk.training.faults import Fault, FaultKind, Step
from kiosk.training.gateway_server import TrainingGateway
from kiosk.training.patients import PATIENTS, patient
from kiosk.visits.model import Source, Status

DISTRICT = FacilitySettings(level="basic", points="45", former_tier="district")
PROVINCE = replace(DISTRICT, code="99998", level="specialised", points="80", former_tier="province")


@pytest.fixture
def gateway() -> Iterator[TrainingGateway]:
    with TrainingGateway() as server:
        yield server


@pytest.fixture
def open_reception(
    gateway: TrainingGateway, tmp_path: Path
) -> Iterator[Callable[[FacilitySettings], Reception]]:
    opened: list[Reception] = []

    def open_it(facility: FacilitySettings) -> Reception:
        settings = Settings(
            data_dir=str(tmp_path), facility=facility, gateway=GatewaySettings(base_url=gateway.base_url)
        )
        opened.append(build_reception(settings))
        return opened[-1]

    yield open_it
    for each in opened:
        each.close()


def test_a_visit_keeps_what_was_proposed(open_reception: Callable[[FacilitySettings], Reception]) -> None:
    reception = open_reception(PROVINCE)
    found = reception.look_up(reception.read(patient("worker").health_card_line()))
    assert found.benefit is not None
    assert (found.benefit.object_code, found.benefit.paid_percent) == ("1.18", 40)

    referral = Paper(PaperKind.REFERRAL, clock.today(), "99999")
    visit = reception.check_in(reception.with_papers(found, (referral,)), Source.WEDGE)

    assert visit.benefit is not None
    assert (visit.benefit["object_code"], visit.benefit["paid_percent"]) == ("1.3", 80)
    assert visit.benefit["papers"] == [
        {"kind": "referral", "issued_on": clock.today().isoformat(), "issuer": "99999"}
    ]
    assert reception.records.get(visit.visit_id) == visit


def test_papers_shown_while_the_gateway_was_away_count_when_it_answers(
    open_reception: Callable[[FacilitySettings], Reception], gateway: TrainingGateway
) -> None:
    reception = open_reception(DISTRICT)
    gateway.fault = Fault(FaultKind.HTML, step=Step.LOOKUP)
    emergency = (Paper(PaperKind.EMERGENCY),)
    found = reception.look_up(reception.read(patient("worker").health_card_line()), papers=emergency)
    assert found.benefit is not None
    assert found.benefit.certainty is not Certainty.SURE
    visit = reception.check_in(found, Source.WEDGE)
    assert visit.status is Status.PENDING

    gateway.fault = None
    (settled,) = reception.recheck()

    assert settled.benefit is not None
    assert (settled.benefit["object_code"], settled.benefit["certainty"]) == ("1.1", "sure")
    assert settled.benefit["emergency"] is True


def test_who_pays_alone_is_code_9(open_reception: Callable[[FacilitySettings], Reception]) -> None:
    reception = open_reception(DISTRICT)
    card = reception.read(patient("worker").health_card_line())
    for visit in (
        reception.self_pay(card, Source.WEDGE),
        reception.self_pay(card, Source.WEDGE, reception.look_up(card)),
    ):
        assert visit.benefit is not None
        assert visit.benefit["object_code"] == "9"


def test_a_refused_card_has_no_proposal(open_reception: Callable[[FacilitySettings], Reception]) -> None:
    reception = open_reception(DISTRICT)
    visit = reception.check_in(
        reception.look_up(reception.read(patient("expired").health_card_line())), Source.WEDGE
    )
    assert (visit.status, visit.benefit) == (Status.REFUSED, None)


class TestCommandLine:
    @pytest.fixture
    def kiosk(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> Callable[..., tuple[int, dict[str, Any]]]:
        monkeypatch.setenv("KIOSK_FACILITY__LEVEL", "basic")

        def run(*arguments: str) -> tuple[int, dict[str, Any]]:
            code = cli.run([*arguments, "--json"])
            (line,) = capsys.readouterr().out.splitlines()
            return code, json.loads(line)

        return run

    def test_check_in_takes_papers_and_exports_them(
        self, kiosk: Callable[..., tuple[int, dict[str, Any]]], tmp_path: Path
    ) -> None:
        line = PATIENTS[1].health_card_line()
        today = clock.today().strftime("%d/%m/%Y")
        code, visit = kiosk("check-in", "--scan", line, "--paper", f"referral:{today}:99998")
        assert (code, visit["status"], visit["verdict"]) == (0, "checked_in", "eligible")
        assert visit["benefit"]["object_code"] == "1.1"
        assert visit["benefit"]["sentence"] == "80 % × 100 % = 80 % phần trong phạm vi"

        file = tmp_path / "visits.csv"
        kiosk("visits", "export", str(file))
        with file.open(encoding="utf-8-sig", newline="") as stream:
            (row,) = csv.DictReader(stream)
        assert row["Mã đối tượng KCB (tạm tính)"] == "1.1"
        assert row["Quỹ BHYT trả (tạm tính)"] == visit["benefit"]["sentence"]
        assert "99998" in row["Giấy tờ"]

    def test_a_paper_that_is_none_records_nothing(
        self, kiosk: Callable[..., tuple[int, dict[str, Any]]]
    ) -> None:
        code, output = kiosk("check-in", "--scan", PATIENTS[1].health_card_line(), "--paper", "letter")
        assert (code, output["error"]["code"]) == (2, "paper_invalid")

    def test_a_fault_in_the_rules_stops_the_start(
        self,
        kiosk: Callable[..., tuple[int, dict[str, Any]]],
        monkeypatch: pytest.MonkeyPatch,
        tmp_path: Path,
    ) -> None:
        from kiosk import rule_files
        from kiosk.eligibility import benefit_rules, set_up

        (tmp_path / "benefit_rules.toml").write_text("[days]\nexpiry_soon = 'x'\n", encoding="utf-8")
        monkeypatch.setattr(rule_files, "config_folder", lambda: tmp_path)
        for cached in (benefit_rules.benefit_rules, set_up.rules_of):
            cached.cache_clear()
        try:
            code, output = kiosk("check-in", "--scan", PATIENTS[1].health_card_line())
        finally:
            benefit_rules.benefit_rules.cache_clear()
        assert (code, output["error"]["code"]) == (2, "rule_file")
        assert "benefit_rules.toml" in output["error"]["message"]
