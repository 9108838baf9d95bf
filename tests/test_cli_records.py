"""`kiosk records`: what it prints and how it exits."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk import cli, clock

Run = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def kiosk(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> tuple[int, dict[str, Any]]:
        code = cli.run([*arguments, "--json"])
        (line,) = capsys.readouterr().out.splitlines()
        return code, json.loads(line)

    return run


@pytest.fixture
def checked_in(kiosk: Run) -> str:
    _, visit = kiosk(
        "check-in", "--number", "DN4799900000001", "--name", "Lê Thử", "--birth", "1990", "--self-pay"
    )
    return str(visit["visit_id"])


def test_back_up_check_and_restore(kiosk: Run, checked_in: str, tidy_environment: Path) -> None:
    code, made = kiosk("records", "backup")
    assert (code, made["training"]) == (0, True)
    assert Path(made["file"]).parent == tidy_environment / "training" / "backups"

    code, checked = kiosk("records", "check")
    assert (code, checked["ok"], checked["visits"], checked["problems"]) == (0, True, 1, [])
    assert checked["last_backup"] is not None

    code, restored = kiosk("records", "restore", made["file"])
    assert (code, restored["visits"], restored["left_behind"]) == (0, 1, 0)
    assert Path(restored["former"]).is_file()
    assert kiosk("visits")[1]["visit_id"] == checked_in


def test_a_file_of_ones_own(kiosk: Run, checked_in: str, tmp_path: Path) -> None:
    assert kiosk("records", "backup", str(tmp_path / "usb.sqlite3"))[0] == 0
    assert (tmp_path / "usb.sqlite3").is_file()


def test_the_folder_and_number_of_backups_are_settings(
    kiosk: Run, checked_in: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_RECORDS__BACKUP_FOLDER", str(tmp_path / "other disk"))
    monkeypatch.setenv("KIOSK_RECORDS__BACKUP_KEEP", "1")
    assert Path(kiosk("records", "backup")[1]["file"]).parent == tmp_path / "other disk"
    assert len(list((tmp_path / "other disk").iterdir())) == 1


def test_damage_is_an_exit_code_of_its_own(kiosk: Run, checked_in: str, tidy_environment: Path) -> None:
    (tidy_environment / "training" / "visits.sqlite3").write_text("Không phải sổ")
    code, checked = kiosk("records", "check")
    assert (code, checked["ok"], checked["visits"]) == (1, False, None)
    assert len(checked["problems"]) == 1


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("records", "backup"), "records_missing"),
        (("records", "restore", "none.sqlite3"), "backup_missing"),
    ],
)
def test_what_cannot_be_done(kiosk: Run, arguments: tuple[str, ...], error: str) -> None:
    code, output = kiosk(*arguments)
    assert (code, output["error"]["code"]) == (2, error)


def test_a_server_has_its_own_tools(kiosk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_RECORDS__URL", "postgresql://kiosk@127.0.0.1:1/visits")
    code, output = kiosk("records", "check")
    assert (code, output["error"]["code"]) == (2, "records_on_server")
    assert "pg_dump" in output["error"]["message"]


def test_a_visit_of_today_is_taken_back(kiosk: Run, checked_in: str) -> None:
    code, visit = kiosk("visits", "cancel", checked_in, "--reason", " Quét nhầm  người ")
    assert (code, visit["status"], visit["cancel_reason"]) == (0, "cancelled", "Quét nhầm người")
    assert visit["cancelled_at"] is not None
    assert visit["queue_number"] == 1
    assert kiosk("visits", "--status", "cancelled")[1]["visit_id"] == checked_in

    code, output = kiosk("visits", "cancel", checked_in, "--reason", "lần hai")
    assert (code, output["error"]["code"]) == (2, "visit_already_cancelled")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("nobody", "--reason", "nhầm"), "visit_unknown"),
        (("nobody", "--reason", "  "), "cancel_reason_missing"),
        (("nobody",), "usage"),
    ],
)
def test_nothing_else_is_taken_back(kiosk: Run, arguments: tuple[str, ...], error: str) -> None:
    code, output = kiosk("visits", "cancel", *arguments)
    assert (code, output["error"]["code"]) == (2, error)


def test_yesterdays_visit_stays(kiosk: Run, checked_in: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tomorrow = clock.now() + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    code, output = kiosk("visits", "cancel", checked_in, "--reason", "nhầm")
    assert (code, output["error"]["code"]) == (2, "visit_other_day")


def test_people_are_told_in_words(
    checked_in: str, capsys: pytest.CaptureFixture[str], tidy_environment: Path
) -> None:
    assert cli.run(["records", "backup"]) == 0
    (backup,) = (tidy_environment / "training" / "backups").iterdir()
    assert cli.run(["records", "restore", str(backup)]) == 0
    assert cli.run(["records", "check"]) == 0
    (tidy_environment / "training" / "visits.sqlite3").unlink()
    assert cli.run(["records", "check"]) == 0
    said = capsys.readouterr().out
    for words in (
        "Đã sao lưu",
        "Đã khôi phục 1 lượt",
        "được giữ ở",
        "nguyên vẹn: 1 lượt",
        "Chưa có lượt khám nào",
    ):
        assert words in said


def test_the_key_on_paper_opens_a_backup_on_a_new_computer(
    kiosk: Run, checked_in: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = tmp_path / "usb" / "phiếu.txt"
    sheet.parent.mkdir()
    backup = str(tmp_path / "usb" / "visits.sqlite3")
    assert kiosk("records", "backup", backup)[0] == 0
    code, made = kiosk("records", "key", "export", str(sheet))
    assert (code, made["file"]) == (0, str(sheet))

    monkeypatch.setenv("KIOSK_DATA_DIR", str(tmp_path / "new computer"))
    assert kiosk("records", "restore", backup)[1]["error"]["code"] == "records_key_missing"
    assert kiosk("records", "key", "import", str(sheet))[1]["store"] == made["store"]
    assert kiosk("records", "restore", backup)[1]["visits"] == 1
    code, checked = kiosk("records", "check")
    assert (code, checked["encrypted"], checked["ok"]) == (0, True, True)
    assert kiosk("visits")[1]["visit_id"] == checked_in


def test_sheets_that_do_not_help(kiosk: Run, checked_in: str, tmp_path: Path, tidy_environment: Path) -> None:
    sheet = tmp_path / "sheet.txt"
    beside = str(tidy_environment / "training" / "sheet.txt")
    assert kiosk("records", "key", "export", beside)[1]["error"]["code"] == "recovery_beside"
    assert kiosk("records", "key", "export", str(sheet))[0] == 0
    assert kiosk("records", "key", "export", str(sheet))[1]["error"]["code"] == "recovery_file"
    sheet.write_text("Kính gửi phòng CNTT", encoding="utf-8")
    assert kiosk("records", "key", "import", str(sheet))[1]["error"]["code"] == "recovery_none"
    assert kiosk("records", "key", "import", str(tmp_path / "none"))[1]["error"]["code"] == "recovery_file"
    assert kiosk("records", "key", "move", "keyring")[1]["error"]["code"] == "records_key_keyring"
    code, moved = kiosk("records", "key", "move", str(tmp_path / "keys" / "kiosk.key"))
    assert (code, moved["kept"]) == (0, str(tmp_path / "keys" / "kiosk.key"))
    assert kiosk("visits")[1]["visit_id"] == checked_in
