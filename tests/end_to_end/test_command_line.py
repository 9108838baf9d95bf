"""The real program as a process, against a real gateway over a socket and a real SQLite file."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from store_file import content_of, open_store

from kiosk import clock
from kiosk.training import gateway_server as training
from kiosk.training.faults import Fault, FaultKind, Step
from kiosk.training.gateway_server import TrainingGateway
from kiosk.training.patients import DEMO_PATIENT, PATIENTS, Patient
from kiosk.training.pictures import DEMO_PICTURE

JsonLines = list[dict[str, Any]]

PARSED_FIELDS = {
    *("kind", "card_number", "social_insurance_number", "citizen_id", "full_name", "birth_date", "sex"),
    *("address", "primary_facility", "valid_from", "valid_to", "issued_on", "five_years_from"),
    *("living_area", "guardian_name", "warnings", "error"),
}


@dataclass(frozen=True)
class Finished:
    """A process that has ended."""

    exit_code: int
    out: str
    err: str

    @property
    def lines(self) -> JsonLines:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def json(self) -> dict[str, Any]:
        (only,) = self.lines
        return only


@dataclass
class Kiosk:
    """Starts the program with an environment of its own."""

    data: Path
    environment: dict[str, str] = field(default_factory=dict)

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "kiosk", *arguments],
            env={**os.environ, "KIOSK_DATA_DIR": str(self.data), **self.environment, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def run(self, *arguments: str, **environment: str) -> Finished:
        with self.start(*arguments, **environment) as process:
            out, err = process.communicate(timeout=60)
        return Finished(process.returncode, out, err)

    def __call__(self, *arguments: str, **environment: str) -> Finished:
        return self.run(*arguments, "--json", **environment)


@pytest.fixture
def kiosk(tmp_path: Path) -> Kiosk:
    return Kiosk(tmp_path / "data")


@pytest.fixture
def live(kiosk: Kiosk, gateway: TrainingGateway) -> Kiosk:
    """The program in live mode, pointed at a gateway that can be made to fail."""
    kiosk.environment = {
        "KIOSK_GATEWAY__MODE": "live",
        "KIOSK_GATEWAY__BASE_URL": gateway.base_url,
        "KIOSK_GATEWAY__USERNAME": training.USERNAME,
        "KIOSK_GATEWAY__PASSWORD": training.PASSWORD,
        "KIOSK_GATEWAY__STAFF_NAME": training.STAFF_NAME,
        "KIOSK_GATEWAY__STAFF_CITIZEN_ID": training.STAFF_CITIZEN_ID,
        "KIOSK_GATEWAY__READ_TIMEOUT_SECONDS": "2",
    }
    return kiosk


def the(code: str) -> Patient:
    return next(patient for patient in PATIENTS if patient.result_code == code)


def recorded(kiosk: Kiosk) -> int:
    """How many visits stand in the records, read without the program."""
    count = 0
    for file in kiosk.data.rglob("*.sqlite3"):
        connection = open_store(file)
        count += connection.execute("SELECT count(*) FROM visit").fetchone()[0]
        connection.close()
    return count


def typed(patient: Patient) -> list[str]:
    return ["--number", patient.card_number, "--name", patient.full_name, "--birth", patient.birth_date.iso]


class TestCheckIn:
    def test_a_vssid_picture_becomes_a_recorded_visit(self, kiosk: Kiosk) -> None:
        done = kiosk("check-in", "--image", str(DEMO_PICTURE))
        visit = done.json
        assert done.exit_code == 0
        assert (visit["status"], visit["verdict"], visit["result_code"]) == ("checked_in", "eligible", "000")
        assert visit["queue_number"] == 1
        assert visit["coverage"]["card_number"] == DEMO_PATIENT.card_number
        assert visit["warnings"] == []
        assert visit["training"] is True
        assert kiosk("visits").json["visit_id"] == visit["visit_id"]

    @pytest.mark.parametrize(
        ("code", "exit_code", "status", "verdict"),
        [
            ("000", 0, "checked_in", "eligible"),
            ("001", 3, "held", "needs_staff"),
            ("010", 4, "refused", "not_eligible"),
            ("054", 5, "pending", "undetermined"),
            ("060", 3, "held", "needs_staff"),
            ("101", 5, "pending", "undetermined"),
            ("110", 4, "refused", "not_eligible"),
        ],
    )
    def test_each_verdict_has_its_status_and_exit_code(
        self, live: Kiosk, code: str, exit_code: int, status: str, verdict: str
    ) -> None:
        done = live("check-in", "--scan", the(code).health_card_line())
        visit = done.json
        assert (done.exit_code, visit["status"], visit["verdict"]) == (exit_code, status, verdict)
        assert (visit["queue_number"] is None) == (status in {"held", "refused"})
        assert visit["result_code"] == code

    def test_an_old_card_leads_to_the_new_one(self, live: Kiosk) -> None:
        patient = the("003")
        assert patient.next_card is not None
        visit = live("check-in", "--scan", patient.health_card_line()).json
        assert (visit["verdict"], visit["result_code"], visit["followed_from"]) == ("eligible", "000", "003")
        assert visit["coverage"]["card_number"] == patient.next_card.card_number

    def test_what_staff_checked_is_kept_and_the_verdict_stays(self, live: Kiosk) -> None:
        done = live("check-in", "--scan", the("001").health_card_line(), "--confirm", "đã xem thẻ giấy")
        assert done.exit_code == 0
        assert (done.json["status"], done.json["verdict"]) == ("checked_in", "needs_staff")
        assert done.json["confirm_reason"] == "đã xem thẻ giấy"
        assert done.json["queue_number"] == 1

    def test_confirming_does_not_turn_a_no_into_a_yes(self, live: Kiosk) -> None:
        done = live("check-in", "--scan", the("010").health_card_line(), "--confirm", "quen biết")
        assert (done.exit_code, done.json["status"]) == (4, "refused")

    def test_a_small_child_is_in_a_priority_group_unless_a_person_says_otherwise(self, live: Kiosk) -> None:
        child = ["--number", "TE1799900000099", "--name", "Bé Mẫu", "--birth", f"{clock.today().year - 2}"]
        assert live("check-in", *child, "--self-pay").json["priority"] == "child_under_6"
        assert live("check-in", *child, "--self-pay", "--priority", "none").json["priority"] is None
        mother = live("check-in", "--scan", DEMO_PATIENT.health_card_line(), "--priority", "pregnant").json
        assert (mother["priority"], mother["queue_number"]) == ("pregnant", 3), "one row of numbers for all"

    def test_self_pay_asks_nobody(self, live: Kiosk, gateway: TrainingGateway) -> None:
        done = live("check-in", *typed(DEMO_PATIENT), "--self-pay")
        assert (done.exit_code, done.json["status"], done.json["queue_number"]) == (0, "self_pay", 1)
        assert (done.json["verdict"], done.json["coverage"]) == (None, None)
        assert gateway.requests == ()

    def test_the_same_person_again_today_is_said_and_goes_on(self, live: Kiosk) -> None:
        live("check-in", "--scan", DEMO_PATIENT.health_card_line())
        again = live("check-in", "--scan", DEMO_PATIENT.citizen_card_line())
        assert again.exit_code == 0
        assert again.json["queue_number"] == 2
        assert "already_checked_in_today" in [warning["code"] for warning in again.json["warnings"]]

    @pytest.mark.parametrize(
        "birth", ["{0}-{1:02}-{2:02}", "{2:02}/{1:02}/{0}", "{2}/{1}/{0}", "{2:02}{1:02}{0}"]
    )
    def test_a_birth_date_may_be_written_in_any_usual_way(self, live: Kiosk, birth: str) -> None:
        day = DEMO_PATIENT.birth_date
        written = birth.format(day.year, day.month, day.day)
        arguments = [
            "--number",
            DEMO_PATIENT.card_number,
            "--name",
            DEMO_PATIENT.full_name,
            "--birth",
            written,
        ]
        assert live("check-in", *arguments).json["verdict"] == "eligible"


def _lookup(patient: Patient) -> list[str]:
    return [patient.card_number, "--name", patient.full_name, "--birth", patient.birth_date.slashed]


class TestBadInput:
    """Exit 2, one clear line, nothing recorded."""

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            (["check-in"], "usage"),
            (["check-in", "--scan", "x", "--image", "y"], "usage"),
            (["check-in", "--scan", "https://example.org/x"], "unknown_code"),
            (["check-in", "--scan", ""], "empty"),
            (["check-in", "--number", "DN479990000000", "--name", "A B", "--birth", "1990"], "number_length"),
            (["check-in", "--number", "DN4799900000001", "--name", "", "--birth", "1990"], "name_missing"),
            (["check-in", "--number", "DN4799900000001", "--name", "A1", "--birth", "1990"], "name_invalid"),
            (
                ["check-in", "--number", "DN4799900000001", "--name", "An Bình", "--birth", "31/02/1990"],
                "birth_date",
            ),
            (["check-in", "--scan", "DN4799900000001"], "incomplete_card"),
            (["check-in", "--image", "no such file.jpg"], "image_missing"),
            (
                ["check-in", "--scan", DEMO_PATIENT.health_card_line(), "--confirm", " "],
                "confirm_reason_missing",
            ),
            (
                ["check-in", "--scan", DEMO_PATIENT.health_card_line(), "--priority", "emergency"],
                "priority_not_queued",
            ),
            (
                ["check-in", "--scan", DEMO_PATIENT.health_card_line(), "--priority", "vip"],
                "priority_unknown",
            ),
            (["lookup"], "usage"),
            (["visits", "--on", "gestern"], "date_invalid"),
            (["visits", "--status", "unknown"], "usage"),
            (["visits", "export", "visits.doc"], "export_format"),
            (["training-gateway", "--port", "99999"], "usage"),
            (["no-such-command"], "usage"),
        ],
    )
    def test_it_is_said_and_nothing_is_recorded(self, kiosk: Kiosk, arguments: list[str], code: str) -> None:
        done = kiosk(*arguments)
        assert done.exit_code == 2
        assert done.json["error"]["code"] == code
        assert len(done.json["error"]["message"]) > 10
        assert "Traceback" not in done.err
        assert recorded(kiosk) == 0

    def test_for_people_the_line_goes_to_standard_error(self, kiosk: Kiosk) -> None:
        done = kiosk.run("check-in", "--scan", "https://example.org/x")
        assert done.exit_code == 2
        assert len(done.err.strip().splitlines()) == 1
        assert "Traceback" not in done.err

    @pytest.mark.parametrize(
        ("variable", "value", "allowed"),
        [
            ("KIOSK_GATEWAY__MODE", "test", "training | live"),
            ("KIOSK_GATEWAY__MODEE", "live", "mode, base_url"),
            ("KIOSK_UI__LANGUAGE", "fr", "vi | en"),
            ("KIOSK_GATEWAY__BASE_URL", "http://192.0.2.1", "allow_http"),
        ],
    )
    def test_a_bad_setting_stops_the_start_and_is_named(
        self, kiosk: Kiosk, variable: str, value: str, allowed: str
    ) -> None:
        done = kiosk("visits", **{variable: value})
        message = done.json["error"]["message"]
        assert done.exit_code == 2
        assert variable in message
        assert value in message or variable.endswith("MODEE")
        assert allowed in message

    def test_a_settings_file_may_hold_only_some_settings(self, kiosk: Kiosk, tmp_path: Path) -> None:
        file = tmp_path / "own.toml"
        file.write_text('[facility]\ncode = "01A01"\n', encoding="utf-8")
        assert kiosk("visits", KIOSK_CONFIG=str(file)).exit_code == 0
        file.write_text('[facility]\ncode = "1"\n', encoding="utf-8")
        done = kiosk("visits", KIOSK_CONFIG=str(file))
        assert done.exit_code == 2
        assert str(file) in done.json["error"]["message"]
        assert "facility.code" in done.json["error"]["message"]


class TestParse:
    def test_lines_of_standard_input_give_one_object_each(self, kiosk: Kiosk) -> None:
        text = f"{DEMO_PATIENT.health_card_line()}\r\n\nkein Code\n079090000001\x0b\nlast".encode() + b"\xff"
        done = subprocess.run(
            [sys.executable, "-m", "kiosk", "parse", "--json"],
            input=text,
            capture_output=True,
            check=True,
            env={**os.environ, "KIOSK_DATA_DIR": str(kiosk.data)},
        )
        found = [json.loads(line) for line in done.stdout.splitlines()]
        assert [each["kind"] for each in found] == [
            "health_card",
            "unknown",
            "unknown",
            "citizen_id",
            "unknown",
        ]
        assert found[0]["full_name"] == DEMO_PATIENT.full_name
        assert found[0]["error"] is None
        assert found[1]["error"]["code"] == "empty"

    def test_a_text_after_two_dashes_may_begin_with_a_dash(self, kiosk: Kiosk) -> None:
        done = kiosk.run("parse", "--json", "--", "-079090000001")
        assert done.exit_code == 0
        assert done.json["citizen_id"] == "079090000001"

    def test_the_object_has_exactly_the_fields_of_the_contract(self, kiosk: Kiosk) -> None:
        for text in (DEMO_PATIENT.health_card_line(), DEMO_PATIENT.citizen_card_line(), "nothing"):
            assert set(kiosk("parse", text).json) == PARSED_FIELDS


class TestGatewayTrouble:
    """Could not ask is never no."""

    @pytest.mark.parametrize(
        "kind",
        [
            FaultKind.DOWN,
            FaultKind.HTML,
            FaultKind.RESET,
            FaultKind.TRUNCATED,
            FaultKind.BAD_JSON,
            FaultKind.UNAUTHORIZED_BODY,
            FaultKind.UNAUTHORIZED_STATUS,
            FaultKind.SILENCE,
        ],
    )
    def test_the_patient_is_received_and_the_look_up_owed(
        self, live: Kiosk, gateway: TrainingGateway, kind: FaultKind
    ) -> None:
        gateway.fault = Fault(kind)
        done = live("check-in", "--scan", DEMO_PATIENT.health_card_line())
        assert (done.exit_code, done.json["status"], done.json["verdict"]) == (5, "pending", "undetermined")
        assert done.json["queue_number"] == 1

        gateway.fault = None
        settled = live("recheck")
        assert settled.json["visit_id"] == done.json["visit_id"]
        assert (settled.json["status"], settled.json["verdict"]) == ("checked_in", "eligible")
        assert live("recheck").lines == []
        visit = live("visits").json
        assert (visit["status"], visit["queue_number"]) == ("checked_in", 1)
        assert visit["rechecked_at"] is not None

    def test_nobody_listening(self, live: Kiosk) -> None:
        live.environment["KIOSK_GATEWAY__BASE_URL"] = "http://127.0.0.1:9"
        done = live("check-in", "--scan", DEMO_PATIENT.health_card_line())
        assert (done.exit_code, done.json["reason"], done.json["result_code"]) == (
            5,
            "gateway_unreachable",
            None,
        )
        still = live("recheck")
        assert (still.json["status"], still.json["verdict"]) == ("pending", "undetermined")

    def test_a_wrong_password_is_a_fault_of_the_set_up_not_of_the_patient(
        self, live: Kiosk, gateway: TrainingGateway
    ) -> None:
        done = live("check-in", "--scan", DEMO_PATIENT.health_card_line(), KIOSK_GATEWAY__PASSWORD="sai")
        assert (done.json["status"], done.json["reason"]) == ("pending", "login_refused")
        assert len(gateway.requests) == 1

    def test_no_secret_reaches_any_output_or_file_but_the_records(
        self, live: Kiosk, gateway: TrainingGateway
    ) -> None:
        gateway.fault = Fault(FaultKind.HTML, step=Step.LOOKUP)
        done = live("check-in", "--scan", DEMO_PATIENT.health_card_line())
        written = done.out + done.err
        password_hash = hashlib.md5(training.PASSWORD.encode(), usedforsecurity=False).hexdigest()
        secrets = [training.PASSWORD, password_hash, password_hash.upper(), "token="]
        records = b"".join(content_of(path) for path in live.data.rglob("*") if path.is_file())
        for secret in secrets:
            assert secret not in written
            assert secret.encode() not in records


class TestDurability:
    def test_four_processes_at_once_on_an_empty_folder(self, live: Kiosk) -> None:
        processes = [
            live.start("check-in", "--scan", DEMO_PATIENT.health_card_line(), "--json") for _ in range(4)
        ]
        numbers = []
        for process in processes:
            with process:
                out, err = process.communicate(timeout=60)
            assert process.returncode == 0, err
            numbers.append(json.loads(out)["queue_number"])
        assert sorted(numbers) == [1, 2, 3, 4]

    def test_a_killed_process_leaves_whole_visits_behind(self, live: Kiosk) -> None:
        """Killed at arbitrary moments of its life: what was printed is recorded, the file is sound."""
        printed = []
        for delay in (0.05, 0.3, 0.5, 0.7, 0.9):
            process = live.start("check-in", "--scan", DEMO_PATIENT.health_card_line(), "--json")
            killer = threading.Timer(delay, process.send_signal, [signal.SIGKILL])
            killer.start()
            with process:
                out, _ = process.communicate(timeout=60)
            killer.cancel()
            if out.endswith("\n"):
                printed.append(json.loads(out)["visit_id"])
        visits = live("visits").lines
        assert set(printed) <= {visit["visit_id"] for visit in visits}
        assert [visit["queue_number"] for visit in visits] == list(range(1, len(visits) + 1))
        for file in live.data.rglob("*.sqlite3"):
            with open_store(file) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            connection.close()

    def test_records_that_cannot_be_opened_are_said_in_one_line(self, kiosk: Kiosk) -> None:
        kiosk.data.mkdir()
        (kiosk.data / "training").write_text("in the way", encoding="utf-8")
        done = kiosk("check-in", "--scan", DEMO_PATIENT.health_card_line())
        assert done.exit_code == 2
        assert done.json["error"]["code"].startswith("records_")
        assert "Traceback" not in done.err


class TestVisits:
    def test_training_visits_never_mix_with_live_ones(self, live: Kiosk) -> None:
        live("check-in", "--scan", DEMO_PATIENT.health_card_line())
        trained = live("check-in", "--scan", DEMO_PATIENT.health_card_line(), KIOSK_GATEWAY__MODE="training")
        assert trained.json["queue_number"] == 1
        assert len(live("visits").lines) == 1
        assert live("visits").json["training"] is False

    def test_people_see_masked_numbers_and_that_it_is_training(self, kiosk: Kiosk) -> None:
        kiosk("check-in", "--scan", DEMO_PATIENT.health_card_line())
        shown = kiosk.run("visits").out
        assert "CHẾ ĐỘ TẬP HUẤN" in shown
        assert DEMO_PATIENT.card_number not in shown
        assert DEMO_PATIENT.card_number[-4:] in shown

    def test_by_day_and_status(self, live: Kiosk) -> None:
        live("check-in", "--scan", DEMO_PATIENT.health_card_line())
        live("check-in", "--scan", the("010").health_card_line())
        today = clock.today()
        assert len(live("visits", "--on", today.isoformat()).lines) == 2
        assert live("visits", "--on", "2020-01-01").lines == []
        assert live("visits", "--status", "refused").json["reason"] == "card_expired"

    @pytest.mark.parametrize("ending", ["csv", "xlsx"])
    def test_export(self, live: Kiosk, tmp_path: Path, ending: str) -> None:
        live("check-in", "--scan", DEMO_PATIENT.health_card_line())
        file = tmp_path / f"luot kham.{ending}"
        done = live("visits", "export", str(file))
        assert (done.exit_code, done.json["visits"]) == (0, 1)
        rows = _csv_rows(file) if ending == "csv" else _xlsx_rows(file)
        assert len(rows) == 2
        assert DEMO_PATIENT.card_number in rows[1]
        assert DEMO_PATIENT.full_name.upper() in [str(cell).upper() for cell in rows[1]]


def _csv_rows(file: Path) -> list[list[Any]]:
    content = file.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(content.decode("utf-8-sig").splitlines()))


def _xlsx_rows(file: Path) -> list[list[Any]]:
    book = openpyxl.load_workbook(file)
    try:
        return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    finally:
        book.close()


def test_the_served_training_gateway_answers_a_live_desk(kiosk: Kiosk) -> None:
    with kiosk.start("training-gateway", "--port", "0") as server:
        try:
            assert server.stdout is not None
            address = json.loads(server.stdout.readline())["base_url"]
            done = kiosk(
                "lookup",
                *_lookup(DEMO_PATIENT),
                KIOSK_GATEWAY__MODE="live",
                KIOSK_GATEWAY__BASE_URL=address,
                KIOSK_GATEWAY__PASSWORD=training.PASSWORD,
                KIOSK_GATEWAY__STAFF_NAME=training.STAFF_NAME,
                KIOSK_GATEWAY__STAFF_CITIZEN_ID=training.STAFF_CITIZEN_ID,
            )
            assert (done.exit_code, done.json["verdict"]) == (0, "eligible")
        finally:
            server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=20) == 0


def test_a_lookup_waits_neither_for_locked_records_nor_for_the_lock_to_end(live: Kiosk) -> None:
    assert live("visits").exit_code == 0
    locked = open_store(live.data / "visits.sqlite3")
    locked.execute("BEGIN EXCLUSIVE")
    try:
        with live.start("lookup", *_lookup(DEMO_PATIENT), "--json") as process:
            assert process.stdout is not None
            assert process.stderr is not None
            assert json.loads(process.stdout.readline())["verdict"] == "eligible"
            # The lock's own limit is 15 s, and a database that is locked says records_locked after it.
            assert process.wait(timeout=60) == 0
            assert "records_locked" not in (said := process.stderr.read())
            assert "audit log" in said
    finally:
        locked.close()


def test_the_demo_walks_the_whole_way_and_says_so(kiosk: Kiosk) -> None:
    done = kiosk.run("demo", "--no-window")
    assert done.exit_code == 0, done.err
    for step in ("1.", "2.", "3.", "4.", "5."):
        assert f"\n{step}" in f"\n{done.out}"
    assert "CHẾ ĐỘ TẬP HUẤN" in done.out
    assert "ĐỦ ĐIỀU KIỆN" in done.out
    assert recorded(kiosk) == 1


@pytest.mark.parametrize("language", ["vi", "en"])
def test_texts_come_in_both_languages(kiosk: Kiosk, language: str) -> None:
    done = kiosk.run("lookup", *_lookup(the("010")), KIOSK_UI__LANGUAGE=language)
    assert ("KHÔNG ĐỦ ĐIỀU KIỆN" if language == "vi" else "NOT ELIGIBLE") in done.out
