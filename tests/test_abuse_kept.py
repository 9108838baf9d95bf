"""Findings on their way: shown at the desk, kept with the visit, never in a patient's way."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk import cli, clock
from kiosk.app import build_reception
from kiosk.eligibility.abuse_model import Action
from kiosk.eligibility.papers import Paper, PaperKind
from kiosk.eligibility.set_up import rules_of
from kiosk.errors import RecordsError
from kiosk.gateway.result_codes import Verdict
from kiosk.reception import Reception
from kiosk.settings import GatewaySettings, Settings
from kiosk.training.faults import Fault, FaultKind, Step
from kiosk.training.gateway_server import TrainingGateway
from kiosk.training.patients import DEMO_PATIENT, patient
from kiosk.training.pictures import DEMO_PICTURE
from kiosk.visits.identity import keys_of
from kiosk.visits.model import Source, Status
from kiosk.visits.watching import Watched

OPEN_STAY = patient("worker").health_card_line()  # twelve days ago, at the neighbour's, no discharge


@pytest.fixture
def gateway() -> Iterator[TrainingGateway]:
    with TrainingGateway() as server:
        yield server


@pytest.fixture
def reception(gateway: TrainingGateway, tmp_path: Path) -> Iterator[Reception]:
    settings = Settings(data_dir=str(tmp_path), gateway=GatewaySettings(base_url=gateway.base_url))
    with build_reception(settings) as made:
        yield made


def rules(found: Any) -> list[str]:
    return [each["rule"] for each in (found.findings or {}).get("found", ())]


def holding(reception: Reception, rule: str) -> None:
    """As a hospital that sets this rule to hold."""
    known = rules_of(reception._look_ups.rules.profile)
    changed = {**known.abuse, rule: replace(known.abuse[rule], action=Action.HOLD)}
    reception._look_ups.rules = replace(known, abuse=changed)


def watch(reception: Reception, line: str) -> None:
    keys = keys_of(reception.read(line), None)
    reception.records.replace_watch_list([Watched(keys, "Báo mất thẻ", None)], clock.now())


def test_a_finding_warns_is_kept_and_refuses_nothing(reception: Reception) -> None:
    found = reception.seen_today(reception.look_up(reception.read(OPEN_STAY)))
    assert "abuse_open_stay_elsewhere" in {notice.code for notice in found.warnings}
    visit = reception.check_in(found, Source.WEDGE)
    assert (visit.status, visit.verdict) == (Status.CHECKED_IN, "eligible")
    assert rules(visit) == ["open_stay_elsewhere"]
    assert "abuse_open_stay_elsewhere" in {notice.code for notice in visit.warnings}
    assert reception.records.get(visit.visit_id) == visit


def test_what_is_only_noted_does_not_trouble_the_desk(reception: Reception) -> None:
    line = DEMO_PATIENT.health_card_line()
    reception.check_in(reception.look_up(reception.read(line)), Source.WEDGE)
    again = reception.check_in(reception.look_up(reception.read(line)), Source.WEDGE)
    assert rules(again) == ["seen_here_today"]
    assert [notice.code for notice in again.warnings] == ["already_checked_in_today"]


def test_a_rule_set_to_hold_asks_what_was_checked(reception: Reception) -> None:
    holding(reception, "watch_listed")
    watch(reception, OPEN_STAY)
    found = reception.examined(reception.look_up(reception.read(OPEN_STAY)))
    assert found.must_be_confirmed

    held = reception.check_in(found, Source.WEDGE)
    assert (held.status, held.verdict, held.queue_number) == (Status.HELD, "eligible", None)
    confirmed = reception.check_in(found, Source.WEDGE, confirm="Đã đối chiếu căn cước")
    assert (confirmed.status, confirmed.confirm_reason) == (Status.CHECKED_IN, "Đã đối chiếu căn cước")


def test_who_is_received_without_an_answer_is_never_held(
    reception: Reception, gateway: TrainingGateway
) -> None:
    holding(reception, "watch_listed")
    watch(reception, OPEN_STAY)
    gateway.fault = Fault(FaultKind.HTML, step=Step.LOOKUP)
    visit = reception.check_in(reception.look_up(reception.read(OPEN_STAY)), Source.WEDGE)
    assert (visit.status, visit.queue_number) == (Status.PENDING, 1)
    assert rules(visit) == ["watch_listed"]


def test_a_late_answer_brings_what_could_not_be_checked(
    reception: Reception, gateway: TrainingGateway
) -> None:
    gateway.fault = Fault(FaultKind.HTML, step=Step.LOOKUP)
    visit = reception.check_in(reception.look_up(reception.read(OPEN_STAY)), Source.WEDGE)
    assert visit.findings is not None
    assert "open_stay_elsewhere" in visit.findings["unchecked"]
    gateway.fault = None
    (settled,) = reception.recheck()
    assert settled.status is Status.CHECKED_IN
    assert rules(settled) == ["open_stay_elsewhere"]  # and not "seen here today": that was this visit
    assert "abuse_open_stay_elsewhere" in {notice.code for notice in settled.warnings}


def test_papers_told_later_are_checked_too(reception: Reception) -> None:
    found = reception.seen_today(reception.look_up(reception.read(DEMO_PATIENT.health_card_line())))
    old = Paper(PaperKind.REFERRAL, clock.today().replace(year=clock.today().year - 1))
    with_paper = reception.with_papers(found, (old,))
    assert [notice.code for notice in with_paper.warnings] == ["abuse_paper_expired"]
    assert reception.with_papers(with_paper, ()).warnings == ()


def test_records_that_cannot_be_asked_leave_rules_unchecked(
    reception: Reception, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = reception.look_up(reception.read(OPEN_STAY))

    def fail(_: object) -> None:
        raise RecordsError("records_locked", place="x")

    monkeypatch.setattr(reception.records, "known_for_checks", fail)
    examined = reception.examined(found)
    assert examined.findings is not None
    assert {"too_frequent", "watch_listed"} <= set(examined.findings.unchecked)
    assert [each.rule for each in examined.findings.found] == ["open_stay_elsewhere"]
    assert reception.check_in(examined, Source.WEDGE).status is Status.CHECKED_IN


def test_one_picture_for_two_persons(reception: Reception, tmp_path: Path) -> None:
    picture = tmp_path / "phone.jpg"
    shutil.copy(DEMO_PICTURE, picture)
    mine = reception.look_up(reception.read_image(picture))
    assert mine.picture is not None
    reception.check_in(mine, Source.IMAGE)
    assert reception.look_up(reception.read(DEMO_PATIENT.health_card_line())).picture is None

    stranger = reception.look_up(reception.read(patient("elder_k2").health_card_line()))
    other = replace(stranger, picture=mine.picture)
    assert rules(reception.check_in(other, Source.IMAGE)) == ["picture_of_two_persons"]


class TestCommandLine:
    @pytest.fixture
    def kiosk(self, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, dict[str, Any]]]:
        def run(*arguments: str) -> tuple[int, dict[str, Any]]:
            code = cli.run([*arguments, "--json"])
            (line,) = capsys.readouterr().out.splitlines()
            return code, json.loads(line)

        return run

    def test_a_watch_list_is_imported_and_heeded(
        self, kiosk: Callable[..., tuple[int, dict[str, Any]]], tmp_path: Path
    ) -> None:
        file = tmp_path / "watch.csv"
        file.write_text(
            f"number,reason\n{DEMO_PATIENT.card_number},Báo mất thẻ\nrubbish,x\n", encoding="utf-8"
        )
        code, told = kiosk("watch-list", "import", str(file))
        assert (code, told["watched"], told["bad_lines"]) == (1, 1, [{"line": 3, "field": "card_number"}])

        code, visit = kiosk("check-in", "--scan", DEMO_PATIENT.health_card_line())
        assert (code, visit["status"], visit["verdict"]) == (0, "checked_in", Verdict.ELIGIBLE)
        (finding,) = visit["findings"]
        assert (finding["rule"], finding["action"]) == ("watch_listed", "warn")
        assert "Báo mất thẻ" in finding["message"]
        assert [each["code"] for each in visit["warnings"]] == ["abuse_watch_listed"]

    def test_supervisors_see_what_was_found_on_a_day(
        self, capsys: pytest.CaptureFixture[str], kiosk: Callable[..., tuple[int, dict[str, Any]]]
    ) -> None:
        line = DEMO_PATIENT.health_card_line()
        _, first = kiosk("check-in", "--scan", line)
        _, again = kiosk("check-in", "--scan", line)
        code, told = kiosk("checks")
        assert (code, told["visit_id"], told["rule"], told["action"]) == (
            0,
            again["visit_id"],
            "seen_here_today",
            "note",
        )
        assert first["findings"] == []
        cli.run(["checks", "--on", "2020-01-01"])
        assert "không thấy" in capsys.readouterr().out

    def test_supervisors_see_what_people_decided(
        self, capsys: pytest.CaptureFixture[str], kiosk: Callable[..., tuple[int, dict[str, Any]]]
    ) -> None:
        line = patient("name_wrong").health_card_line()
        _, visit = kiosk("check-in", "--scan", line, "--confirm", "đã xem CCCD")
        assert visit["status"] == Status.CHECKED_IN
        code, told = kiosk("decisions")
        assert code == 0
        assert (told["what"], told["visit_id"], told["why"]) == ("override", visit["visit_id"], "đã xem CCCD")
        assert (told["verdict"], told["reason"]) == ("needs_staff", "name_mismatch")
        assert told["number"].startswith("•")

        cli.run(["decisions"])
        read = capsys.readouterr().out
        assert "cần kiểm tra · Họ tên không khớp với thẻ" in read
        assert "→ đã xem CCCD" in read
        cli.run(["decisions", "--from", "2020-01-01", "--to", "2020-01-02"])
        assert "không ai" in capsys.readouterr().out
        assert kiosk("decisions", "--from", "2026-01-02", "--to", "2026-01-01")[0] == 2

    def test_a_list_that_is_none_changes_nothing(
        self, kiosk: Callable[..., tuple[int, dict[str, Any]]], tmp_path: Path
    ) -> None:
        code, told = kiosk("watch-list", "import", str(tmp_path / "missing.csv"))
        assert (code, told["error"]["code"]) == (2, "watch_list_file")
