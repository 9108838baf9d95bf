"""The tables of config/ that a hospital may change: a fault stops the start, with file, line and remedy."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kiosk import rule_files, texts
from kiosk.app import facility_rules
from kiosk.card.tables import object_codes, provinces, read_object_codes, read_provinces
from kiosk.eligibility.abuse import read_abuse_rules
from kiosk.eligibility.benefit_rules import read_benefit_rules
from kiosk.eligibility.priority import priority_groups, read_priority_groups
from kiosk.eligibility.working_days import read_calendar
from kiosk.errors import SettingsError
from kiosk.gateway.result_codes import read_result_rules, result_rules
from kiosk.resources import config_folder
from kiosk.rule_files import RuleFile
from kiosk.settings import load_settings
from kiosk.visits.difficulties import kinds, read_kinds

READERS: dict[str, Callable[[RuleFile], Any]] = {
    "abuse_rules.toml": read_abuse_rules,
    "benefit_rules.toml": read_benefit_rules,
    "difficulties.toml": read_kinds,
    "object_codes.toml": read_object_codes,
    "priority_groups.toml": read_priority_groups,
    "provinces.toml": read_provinces,
    "public_holidays.toml": read_calendar,
    "result_codes.toml": read_result_rules,
}


@cache
def shipped(name: str) -> bytes:
    return (config_folder() / name).read_bytes()


def fault(name: str, content: bytes, folder: Path) -> tuple[int, str]:
    """The line and the words of the fault that is told."""
    file = folder / name
    file.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        READERS[name](RuleFile(file))
    assert (caught.value.code, caught.value.values["file"]) == ("rule_file", str(file))
    assert caught.value.values["allowed"]
    return int(caught.value.values["line"]), caught.value.values["why"]


@pytest.mark.parametrize("name", READERS)
class TestEachFile:
    def test_as_notepad_saves_it_it_is_read(self, name: str, tmp_path: Path) -> None:
        file = tmp_path / name
        file.write_bytes(b"\xef\xbb\xbf" + shipped(name).replace(b"\n", b"\r\n"))
        assert READERS[name](RuleFile(file)) == READERS[name](RuleFile(config_folder() / name))

    def test_another_encoding_is_named_with_its_line(self, name: str, tmp_path: Path) -> None:
        ansi = shipped(name) + "# Phụ lục ễ\n".encode("utf-16-le")
        assert fault(name, ansi, tmp_path) == (shipped(name).count(b"\n") + 1, "not UTF-8")

    def test_what_is_no_table_of_the_file_is_named_with_its_line(self, name: str, tmp_path: Path) -> None:
        lines = shipped(name).count(b"\n")
        assert fault(name, b"# heading\nvalid = 1\n" + shipped(name), tmp_path)[0] == 2
        assert fault(name, shipped(name) + b"\n[Valid]\nvalid = 1\n", tmp_path)[0] in {lines + 2, lines + 3}

    def test_a_line_that_is_no_toml(self, name: str, tmp_path: Path) -> None:
        assert fault(name, shipped(name) + b"valid = \n", tmp_path)[0] == shipped(name).count(b"\n") + 1

    def test_an_emptied_file(self, name: str, tmp_path: Path) -> None:
        assert fault(name, b"", tmp_path)[0] == 1

    def test_no_file_and_a_folder_in_its_place(self, name: str, tmp_path: Path) -> None:
        for file in (tmp_path / name, tmp_path):
            with pytest.raises(SettingsError) as caught:
                RuleFile(file)
            assert caught.value.code == "rule_file"


@pytest.mark.parametrize(
    ("name", "good", "bad", "told"),
    [
        ("result_codes.toml", 'verdict = "eligible"', 'verdict = "good"', "[000] verdict: 'good' is unknown"),
        ("result_codes.toml", 'reason = "card_valid"', "reason = 3", "[000] reason: is missing or no text"),
        ("result_codes.toml", "[unknown_code]", "[unknown_cod]", "[unknown_code]: is missing"),
        ("priority_groups.toml", "queued = false\nvi", "queued = 0\nvi", "[emergency] queued"),
        ("priority_groups.toml", "under_years = 6", "under_years = 0", "0 is impossible"),
        ("priority_groups.toml", "[pregnant]", "[by_age]", "by_age: means something else"),
        ("difficulties.toml", 'group = "kind"', 'group = "day"', "'day' is unknown"),
        ("difficulties.toml", "digit = 2", "digit = 1", "has the key 1"),
        ("object_codes.toml", "levels = [4]", 'levels = ["4"]', "[DN] levels"),
        ("provinces.toml", 'name = "Hà Nội"', "", "[01] name: is missing"),
    ],
)
def test_a_row_that_makes_no_sense(name: str, good: str, bad: str, told: str, tmp_path: Path) -> None:
    text = shipped(name).decode()
    assert good in text
    line, why = fault(name, text.replace(good, bad, 1).encode(), tmp_path)
    assert told in why
    if bad and "[unknown" not in bad:
        assert line == text[: text.index(good)].count("\n") + 1


def test_a_text_file_that_cannot_be_read_is_named_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "errors.toml").write_bytes(b"[rule_file]\nvi = \n")
    (tmp_path / "texts" / "kinds.toml").write_bytes("[card]\nvi = 'phiếu é'\n".encode("latin-1", "replace"))
    monkeypatch.setattr(rule_files, "config_folder", lambda: tmp_path)
    texts.table.cache_clear()
    try:
        with pytest.raises(SettingsError) as caught:
            texts.text("kinds", "card", "vi")
        told = texts.text("errors", caught.value.code, "vi", **caught.value.values)
    finally:
        texts.table.cache_clear()
    place = tmp_path / "texts" / "kinds.toml"
    assert told == f"{place}, dòng 2: not UTF-8. Sửa thành: a file saved as UTF-8."


@pytest.mark.parametrize("written", ["Thẻ {", "Thẻ {}", "Thẻ {0}", "Thẻ {number.year}"])
def test_a_text_with_a_slip_of_the_hand_is_shown_as_it_is(
    written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "table", lambda name: {"card": {"vi": written}})
    assert texts.text("kinds", "card", "en", number="1") == written


def test_every_table_is_read_at_the_start() -> None:
    """Also those that only some patient needs: a fault must not wait for that patient."""
    tables = (object_codes, provinces, priority_groups, result_rules, kinds)
    for each in tables:
        each.cache_clear()
    facility_rules(load_settings())
    assert all(each.cache_info().currsize == 1 for each in tables)
