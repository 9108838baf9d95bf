"""`kiosk notice`: shown, printed for a wall, and which version was in force (in process; no screen)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosk.cli.main import run


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[dict[str, object]]]:
    code = run([*arguments, "--json"])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.usefixtures("qapp")
def test_it_is_shown_printed_and_remembered(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, [shown] = told(capsys, "notice", "show", "--language", "en")
    assert (code, shown["language"], shown["changed_under_its_version"]) == (0, "en", False)

    wall, short = tmp_path / "wall.pdf", tmp_path / "short.pdf"
    code, [printed] = told(capsys, "notice", "print", "--to", str(wall))
    assert (code, printed["version"], wall.read_bytes()[:5]) == (0, shown["version"], b"%PDF-")
    code, [printed] = told(capsys, "notice", "print", "--to", str(short), "--short")
    assert (code, printed["pages"], short.read_bytes()[:5]) == (0, 1, b"%PDF-")

    code, history = told(capsys, "notice", "history")
    assert [(use["version"], use["hash"]) for use in history] == [(shown["version"], shown["hash"])]
    assert told(capsys, "notice", "history", "--on", "2020-01-01") == (0, [])


def test_a_text_changed_under_its_version_is_shown_with_the_remedy_and_not_printed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(capsys, "notice", "show")
    monkeypatch.setenv("KIOSK_FACILITY__CONTACT", "Phòng khác")
    _, [shown] = told(capsys, "notice", "show")
    assert shown["changed_under_its_version"] is True
    assert run(["notice", "show"]) == 0
    assert "nâng `version`" in capsys.readouterr().out

    file = tmp_path / "wall.pdf"
    code, [error] = told(capsys, "notice", "print", "--to", str(file))
    assert (code, error["error"]["code"], file.exists()) == (2, "notice_changed", False)  # type: ignore[index]


def test_the_terms_that_are_in_force_stand_in_it(
    capsys: pytest.CaptureFixture[str], tidy_environment: Path
) -> None:
    tidy_environment.mkdir(parents=True)
    own = tidy_environment / "retention.toml"
    own.write_text("[visits]\nmonths = 36\n", encoding="utf-8")
    assert run(["notice", "show", "--language", "en"]) == 0
    assert "- What was noted when you were received: 3 years from that day" in capsys.readouterr().out
