"""`kiosk person` over a day of training check-ins: found, copied, erased, asked for."""

from __future__ import annotations

import json
import stat
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kiosk import cli
from kiosk.training.patients import PATIENTS

Run = Callable[..., tuple[int, list[dict[str, Any]]]]

GOOD = next(each for each in PATIENTS if each.result_code == "000" and each.history)
OTHER = next(each for each in PATIENTS if each.result_code == "000" and each is not GOOD)


@pytest.fixture
def kiosk(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> tuple[int, list[dict[str, Any]]]:
        code = cli.run([*arguments, "--json"])
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


@pytest.fixture
def worked(kiosk: Run, tmp_path: Path) -> Run:
    """A person checked in, and again outside BHYT; another one; both on the watch list."""
    assert kiosk("check-in", "--scan", GOOD.health_card_line())[0] == 0
    assert kiosk("check-in", "--scan", GOOD.citizen_card_line(), "--self-pay")[0] == 0
    assert kiosk("check-in", "--scan", OTHER.health_card_line())[0] == 0
    watched = tmp_path / "watched.csv"
    lines = [f"{each.card_number},Kiểm tra ảnh" for each in (GOOD, OTHER)]
    watched.write_text("\n".join(["number,reason", *lines]), encoding="utf-8")
    assert kiosk("watch-list", "import", str(watched))[0] == 0
    return kiosk


def by_name(patient: Any) -> tuple[str, ...]:
    return ("--name", patient.full_name, "--birth", patient.birth_date.slashed)


def everything_printed(kiosk: Run, tmp_path: Path) -> str:
    """What the desks' commands say of all visits."""
    visits = tmp_path / "visits.csv"
    assert kiosk("visits", "export", str(visits))[0] == 0
    found = [kiosk(*command)[1] for command in (("visits",), ("difficulties", "list"), ("audit", "list"))]
    return json.dumps(found, ensure_ascii=False) + visits.read_text("utf-8-sig")


def test_a_person_is_found_in_masks_by_every_way(worked: Run) -> None:
    for asked in (("--number", GOOD.card_number), ("--number", GOOD.social_insurance_number), by_name(GOOD)):
        code, found = worked("person", "find", *asked)
        assert code == 0
        shown = json.dumps(found, ensure_ascii=False)
        assert GOOD.social_insurance_number not in shown
        assert GOOD.full_name not in shown
    _, (same, alike) = worked("person", "find", "--number", GOOD.card_number)  # and once by the citizen card
    assert (same["alike"], alike["alike"]) == (False, True)
    by_citizen = worked("person", "find", "--number", GOOD.citizen_id)[1]
    assert sum(each["visits"] for each in by_citizen) >= 1
    _, searches = worked("audit", "list", "--act", "person")
    assert len(searches) == 5
    assert GOOD.full_name not in json.dumps(searches, ensure_ascii=False)


def test_the_copy_is_whole_for_people_and_machines_and_for_nobody_else(worked: Run, tmp_path: Path) -> None:
    file = tmp_path / "copy.docx"
    code, (made,) = worked("person", "export", "--number", GOOD.card_number, "--to", str(file))
    assert code == 0
    assert made["files"] == [str(file), str(tmp_path / "copy.json")]
    copy = json.loads((tmp_path / "copy.json").read_text("utf-8"))
    assert GOOD.card_number in copy["numbers"]
    assert copy["medical_history"]
    assert [each["result"] for each in copy["sent_to_bhxh"]].count("000") == 1
    assert {"maThe", "cccdCb"} & set(copy["data"]["records"]["lookup_attempt"][-1]["request"].split('"')) <= {
        "maThe"
    }
    assert copy["kept_until"][0]["article"]
    with zipfile.ZipFile(file) as package:
        page = package.read("word/document.xml").decode("utf-8")
    assert GOOD.card_number in page
    assert "BẢN SAO DỮ LIỆU CÁ NHÂN" in page
    if sys.platform != "win32":
        assert {stat.S_IMODE(Path(each).stat().st_mode) for each in made["files"]} == {0o600}
    assert OTHER.social_insurance_number not in page + json.dumps(copy)
    (noted,) = worked("audit", "list", "--act", "export")[1]
    assert noted["detail"] == {"what": "person", "form": ".docx"}


def test_an_erasure_is_shown_first_and_then_done(worked: Run, tmp_path: Path) -> None:
    persons = [each["person"] for each in worked("person", "find", *by_name(GOOD))[1]]
    chosen = [part for handle in persons for part in ("--person", handle)]
    code, (plan,) = worked("person", "erase", *by_name(GOOD), *chosen)
    assert (code, plan["erased"], plan["stays"], plan["goes"]) == (0, False, 1, 1)
    assert "TT 12/2026" in plan["article"]
    assert GOOD.social_insurance_number in everything_printed(worked, tmp_path)

    asked = worked("person", "requests", "add", "delete", "--about", f"thẻ {GOOD.card_number}")[1][0]
    assert GOOD.social_insurance_number not in json.dumps(asked)
    ground = ("--confirm", "Đơn ngày 20/11/2026", "--request", asked["request_id"][:8])
    code, (done,) = worked("person", "erase", *by_name(GOOD), *chosen, *ground)
    assert (code, done["erased"], done["swept"]) == (0, True, True)

    printed = everything_printed(worked, tmp_path)
    for told in (GOOD.social_insurance_number, GOOD.citizen_id, GOOD.full_name):
        assert told not in printed
    assert OTHER.social_insurance_number in printed
    assert worked("audit", "verify")[0] == 0
    (request,) = worked("person", "requests")[1]
    assert request["outcome"] == "done"

    (kept,) = worked("person", "find", *by_name(GOOD))[1]
    assert kept["held"]["records"] == {"kept_visit": 1}
    again = worked("check-in", "--scan", GOOD.health_card_line())[1][0]
    assert "already_checked_in_today" not in {each["code"] for each in again["warnings"]}


def test_a_backup_brings_nobody_back(worked: Run, tmp_path: Path) -> None:
    backup = worked("records", "backup")[1][0]["file"]
    _, found = worked("person", "find", *by_name(OTHER))
    assert worked("person", "erase", *by_name(OTHER), "--confirm", "Đơn")[0] == 0
    assert worked("records", "restore", backup)[0] == 0
    assert OTHER.social_insurance_number not in everything_printed(worked, tmp_path)
    (kept,) = worked("person", "find", *by_name(OTHER))[1]
    assert (kept["person"], kept["held"]["records"]["kept_visit"]) == (found[0]["person"], 1)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("find",), "person_query"),
        (("find", "--name", "Lê Thử"), "person_query"),
        (("export", "--number", "9900000099", "--to", "a.docx"), "person_unknown"),
        (("export", "--number", "9900000099", "--to", "a.txt"), "person_format"),
        (("erase", "--number", "9900000099", "--confirm", " "), "erase_reason"),
        (("requests", "add", "sell", "--about", "N. T. An"), "request_kind"),
        (("requests", "add", "copy", "--about", " "), "request_about"),
        (("requests", "close", "abcdef"), "request_unknown"),
    ],
)
def test_what_is_not_understood_changes_nothing(kiosk: Run, arguments: tuple[str, ...], error: str) -> None:
    code, (output,) = kiosk("person", *arguments)
    assert (code, output["error"]["code"]) == (2, error)


def test_requests_have_the_dates_of_the_law(kiosk: Run) -> None:
    add = ("person", "requests", "add")
    _, (copy,) = kiosk(*add, "copy", "--about", "N. T. An", "--received", "2026-11-20")  # a Friday
    assert (copy["answer_by"], copy["due_on"]) == ("2026-11-25", "2026-11-30")  # 24/11 is a holiday
    _, (late,) = kiosk(*add, "delete", "--about", "L. Thử", "--received", "2026-01-05")
    assert (late["due_on"], late["overdue"]) == ("2026-01-25", True)
    code, listed = kiosk("person", "requests")
    assert code == 1  # something is overdue
    assert [each["request_id"] for each in listed] == [late["request_id"], copy["request_id"]]

    kiosk("person", "requests", "answered", late["request_id"][:8])
    code, (refused,) = kiosk(
        "person", "requests", "close", late["request_id"], "--refused", "Không phải chủ thể"
    )
    assert (code, refused["outcome"], refused["overdue"]) == (0, "refused", False)
    code, (output,) = kiosk("person", "requests", "close", late["request_id"])
    assert (code, output["error"]["code"]) == (2, "request_closed")
