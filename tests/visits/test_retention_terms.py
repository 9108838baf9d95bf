"""When terms end, and what their files may say."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import SettingsError
from kiosk.rule_files import RuleFile
from kiosk.visits.retention.calendar import Term, last_day_due, last_day_kept, term_of
from kiosk.visits.retention.kinds import KINDS
from kiosk.visits.retention.rules import SINCE, Sure, retention_rules

days = st.dates(date(2000, 1, 1), date(2100, 12, 31))
terms = st.one_of(st.builds(Term, months=st.integers(1, 400)), st.builds(Term, days=st.integers(1, 9_000)))


@pytest.mark.parametrize(
    ("began", "term", "last"),
    [
        (date(2026, 11, 23), Term(months=24), date(2028, 11, 23)),
        (date(2028, 2, 29), Term(months=12), date(2029, 2, 28)),  # no 29 February in 2029
        (date(2024, 2, 29), Term(months=48), date(2028, 2, 29)),
        (date(2026, 8, 31), Term(months=6), date(2027, 2, 28)),
        (date(2026, 12, 31), Term(months=2), date(2027, 2, 28)),
        (date(2026, 12, 31), Term(days=2), date(2027, 1, 2)),
        (date(9998, 12, 31), Term(months=60), date.max),
    ],
)
def test_a_term_ends_with_the_day_of_the_same_number_or_the_months_last(
    began: date, term: Term, last: date
) -> None:
    assert last_day_kept(began, term) == last


@given(days, days, terms)
def test_what_may_go_today_is_exactly_what_was_kept_until_yesterday(
    began: date, today: date, term: Term
) -> None:
    assert (began <= last_day_due(today, term)) == (last_day_kept(began, term) < today)


@given(terms)
def test_a_term_is_remembered_in_words(term: Term) -> None:
    assert term_of(term.words) == term


def test_every_kind_of_rows_has_a_term() -> None:
    rules = retention_rules()
    assert list(rules) == list(SINCE)
    assert set(KINDS) | {"audit_log", "backups", "former_records", "leftovers"} == set(rules)
    assert not [rule.kind for rule in rules.values() if rule.below_advice]


def test_a_hospital_says_in_its_data_folder_what_it_keeps_otherwise(tmp_path: Path) -> None:
    (tmp_path / "retention.toml").write_text(
        '[visits]\nmonths = 36\nsource = "QĐ 12/QĐ-BV"\n[audit_log]\nmonths = 12\n', encoding="utf-8"
    )
    rules = retention_rules(tmp_path)
    assert (rules["visits"].term, rules["visits"].sure) == (Term(months=36), Sure.HOSPITAL)
    assert rules["visits"].source_in("vi") == rules["visits"].source_in("en") == "QĐ 12/QĐ-BV"
    assert rules["audit_log"].below_advice
    assert rules["evidence"] == retention_rules()["evidence"]


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("[visits]\nmonths = 0\n", "2", "1200"),
        ("[visits]\nmonths = 12.5\n", "2", "whole number"),
        ("# ours\n[visits]\nmonths = 60\ndays = 3\n", "4", "months or days"),
        ("[visit]\nmonths = 60\n", "1", "visits"),
        ("[visits]\nsince = 'asked'\n", "2", "months"),
        ("[evidence]\nmonths = 61\n", "2", "at most 60 months"),
        ("[visits]\nmonths = 23\n", "2", "at most 23 months"),
        ("[visits]\nsource = ''\n", "2", "a text"),
        ("[visits\n", "1", "valid TOML"),
    ],
)
def test_a_fault_in_it_is_told_with_file_line_and_remedy(
    tmp_path: Path, text: str, line: str, word: str
) -> None:
    own = tmp_path / "retention.toml"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        retention_rules(tmp_path)
    values = caught.value.values
    assert (caught.value.code, values["file"], values["line"]) == ("rule_file", str(own), line)
    assert word in values["allowed"]


def test_a_table_that_is_missing_in_the_shipped_file_is_told(tmp_path: Path) -> None:
    from kiosk.visits.retention.rules import read_rules

    shipped = RuleFile.named("retention.toml")
    shipped.tables.pop("pictures")
    with pytest.raises(SettingsError, match=r"."):
        read_rules(shipped)
