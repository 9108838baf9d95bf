"""`kiosk audit`: what it lists, finds and exports."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from store_file import open_store

from kiosk import cli
from kiosk.errors import RecordsError
from kiosk.reception import Reception

Run = Callable[..., tuple[int, list[dict[str, Any]]]]


@pytest.fixture
def kiosk(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> tuple[int, list[dict[str, Any]]]:
        code = cli.run([*arguments, "--json"])
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


@pytest.fixture
def worked(kiosk: Run, tmp_path: Path) -> Run:
    """A look-up, a visit outside BHYT, an export, a backup."""
    who = ("--name", "Lê Thử", "--birth", "1990")
    kiosk("lookup", "DN4799900000001", *who)
    kiosk("check-in", "--number", "DN4799900000001", *who, "--self-pay")
    kiosk("visits", "export", str(tmp_path / "visits.csv"))
    kiosk("records", "backup")
    return kiosk


def test_every_command_that_concerns_people_is_noted(worked: Run) -> None:
    code, entries = worked("audit", "list")
    assert code == 0
    assert [entry["act"] for entry in entries] == ["look_up", "self_pay", "export", "backup"]
    look_up = entries[0]
    assert (look_up["subject"], look_up["detail"]["result_code"]) == ("•" * 11 + "0001", "050")
    assert "DN479990000" not in json.dumps(entries)

    _, chosen = worked("audit", "list", "--act", "export", "--act", "backup", "--from", "2026-01-01")
    assert [entry["act"] for entry in chosen] == ["export", "backup"]
    assert worked("audit", "list", "--to", "2026-01-01") == (0, [])


def test_visits_printed_with_their_numbers_are_a_view_in_full(
    worked: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    before = len(worked("audit", "list")[1])
    cli.run(["visits"])  # masked
    capsys.readouterr()
    worked("visits", "--status", "self_pay")
    new = worked("audit", "list")[1][before:]
    assert [(entry["act"], entry["detail"]["status"]) for entry in new] == [("view_full", "self_pay")]


def test_a_log_that_cannot_be_written_does_not_keep_monitoring_from_the_list(
    worked: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise RecordsError("records_read_only", place="v")

    monkeypatch.setattr(Reception, "note_act", refuse)
    code, (visit,) = worked("visits")
    assert (code, visit["status"]) == (0, "self_pay")


def test_an_export_for_an_inspection_is_itself_noted(worked: Run, tmp_path: Path) -> None:
    file = tmp_path / "audit.csv"
    assert worked("audit", "export", str(file))[0] == 0
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert [row[3] for row in rows[1:]] == ["look_up", "self_pay", "export", "backup", "export"]
    written = dict(zip(rows[0], rows[-1], strict=True))
    assert json.loads(written["Chi tiết"])["what"] == "audit"
    assert (written["Việc (bằng lời)"], written["Chi tiết (bằng lời)"]) == (
        "xuất dữ liệu",
        "tệp audit.csv · nhật ký",
    )


def test_verify_says_sound_or_names_the_first_bad_entry(worked: Run, tidy_environment: Path) -> None:
    code, (report,) = worked("audit", "verify")
    assert (code, report["ok"], report["entries"], report["faults"]) == (0, True, 4, [])
    assert report["witnesses"] == 2  # the anchor, the backup

    with closing(open_store(tidy_environment / "training" / "visits.sqlite3")) as connection:
        guard = connection.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'audit_entry_fixed'"
        ).fetchone()
        connection.execute("DROP TRIGGER audit_entry_fixed")
        connection.execute("UPDATE audit_entry SET who = 'mai' WHERE sequence = 2")
        connection.execute(*guard)
        connection.commit()

    code, (report,) = worked("audit", "verify")
    assert (code, report["ok"]) == (1, False)
    assert (report["faults"][0]["code"], report["faults"][0]["sequence"]) == ("entry_changed", 2)


def test_a_copy_of_the_anchor_kept_elsewhere_is_compared(
    worked: Run, tidy_environment: Path, tmp_path: Path
) -> None:
    folder = tidy_environment / "training"
    copied = tmp_path / "usb.audit.json"
    copied.write_bytes((folder / "visits.audit.json").read_bytes())
    for file in folder.glob("*.*"):  # somebody begins anew
        file.unlink()
    for file in (folder / "backups").iterdir():
        file.unlink()
    worked("visits", "export", str(tmp_path / "visits.csv"))
    assert worked("audit", "verify")[0] == 0

    code, (report,) = worked("audit", "verify", "--known", str(copied))
    assert (code, [fault["code"] for fault in report["faults"]]) == (1, ["chain_missing"])


def test_a_mark_that_is_gone_or_damaged_is_told(worked: Run, tidy_environment: Path) -> None:
    anchor = tidy_environment / "training" / "visits.audit.json"
    anchor.write_text("[]", encoding="utf-8")
    code, (report,) = worked("audit", "verify")
    assert (code, report["faults"][0]["code"]) == (1, "witness_unreadable")
    anchor.unlink()
    code, (report,) = worked("audit", "verify")
    assert (code, report["faults"][0]["code"]) == (1, "witness_missing")


@pytest.mark.parametrize("wrong", [("--act", "dance"), ("--from", "soon"), ("--to", "1990")])
def test_bad_filters_are_refused(kiosk: Run, wrong: tuple[str, ...]) -> None:
    code, (output,) = kiosk("audit", "list", *wrong)
    assert code == 2
    assert output["error"]["code"] in {"usage", "date_invalid"}


def test_what_people_read(worked: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["audit", "list"]) == 0
    told = capsys.readouterr().out
    assert "tra cứu" in told
    assert "mã 050" in told
    assert "result_code" not in told
    assert cli.run(["audit", "verify"]) == 0
    assert "nguyên vẹn" in capsys.readouterr().out
