"""`kiosk retention`: shown first, deleted after consent."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk import cli, clock

Run = Callable[..., tuple[int, list[dict[str, Any]]]]


@pytest.fixture
def kiosk(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> tuple[int, list[dict[str, Any]]]:
        code = cli.run([*arguments, "--json"])
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


@pytest.fixture
def long_ago(monkeypatch: pytest.MonkeyPatch, kiosk: Run) -> None:
    """Three visits of six years ago, as the desk of that time wrote them."""
    now = clock.now()
    with monkeypatch.context() as patched:
        patched.setattr(clock, "now", lambda: now - timedelta(days=6 * 365))
        for _ in range(3):
            kiosk(
                "check-in", "--number", "DN4799900000001", "--name", "Lê Thử", "--birth", "1990", "--self-pay"
            )


def due(lines: list[dict[str, Any]]) -> dict[str, int]:
    return {line["kind"]: line["rows"] for line in lines if line.get("rows")}


def test_show_names_each_kind_its_term_and_whose_word_that_is(kiosk: Run) -> None:
    code, lines = kiosk("retention", "show")
    kinds = {line["kind"]: line for line in lines}
    assert code == 0
    assert (kinds["visits"]["term"], kinds["visits"]["sure"]) == ("60 months", "inference")
    assert kinds["visit_events"] == {
        "kind": "visit_events",
        "name": "Diễn biến của lượt khám",
        "with": "visits",
    }
    assert kinds["audit_log"]["source"]
    assert not any(line.get("rows") for line in lines)


@pytest.mark.usefixtures("long_ago")
def test_without_a_word_of_consent_nothing_is_deleted(kiosk: Run, capsys: pytest.CaptureFixture[str]) -> None:
    _, lines = kiosk("retention", "run")
    assert due(lines)["visits"] == 3
    assert all(line["dry_run"] for line in lines)
    assert len(kiosk("visits")[1]) == 3

    assert cli.run(["retention", "run"]) == 0  # for people, but nobody at a keyboard
    said = capsys.readouterr().out
    assert "kiosk retention run --yes" in said
    assert "2020" in said
    assert len(kiosk("visits")[1]) == 3


@pytest.mark.usefixtures("long_ago")
def test_with_consent_it_is_gone_and_in_the_log(kiosk: Run, capsys: pytest.CaptureFixture[str]) -> None:
    code, (done,) = kiosk("retention", "run", "--yes", "--kind", "evidence", "--kind", "visits", "--compact")
    assert (code, done["removed"]["visits"], done["finished"], done["swept"]) == (0, 3, True, True)
    assert done["backups_hold_until"] == (clock.today() + timedelta(days=60)).isoformat()
    assert done["compacted"]["after"] <= done["compacted"]["before"]
    assert kiosk("visits") == (0, [])
    _, entries = kiosk("audit", "list", "--act", "erase")
    assert [entry["why"] for entry in entries] == ["kiosk retention run"] * 2
    code, (report,) = kiosk("audit", "verify")
    assert (code, report["cuts"]) == (0, [])
    assert due(kiosk("retention", "run")[1]).keys() == {"audit_log"}
    assert kiosk("retention", "run", "--yes")[0] == 0
    code, (report,) = kiosk("audit", "verify")
    assert (code, [cut["sequence"] for cut in report["cuts"]]) == (0, [3])
    assert cli.run(["audit", "verify"]) == 0
    assert "Hết hạn lưu" in capsys.readouterr().out


def test_an_unknown_kind_is_bad_usage(kiosk: Run) -> None:
    code, (line,) = kiosk("retention", "run", "--kind", "visit")
    assert (code, line["error"]["code"]) == (2, "usage")


def test_a_fault_in_the_hospitals_own_terms_stops_every_command(kiosk: Run, tidy_environment: Path) -> None:
    tidy_environment.mkdir(parents=True, exist_ok=True)
    (tidy_environment / "retention.toml").write_text("[visits]\nmonths = -1\n", encoding="utf-8")
    code, (line,) = kiosk("visits")
    assert (code, line["error"]["code"]) == (2, "rule_file")
    assert "retention.toml" in line["error"]["message"]
