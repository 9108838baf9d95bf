"""How long papers hold: working days and holidays of Vietnam, a year, or once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kiosk.eligibility.benefit_rules import benefit_rules
from kiosk.eligibility.papers import (
    Paper,
    PaperKind,
    Standing,
    last_day,
    paper_as_json,
    paper_from_json,
    read_paper,
    standing,
)
from kiosk.eligibility.working_days import read_calendar, working_calendar
from kiosk.errors import SettingsError, UsageError
from kiosk.rule_files import RuleFile

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("signed", "last", "why"),
    [
        (date(2026, 11, 2), date(2026, 11, 16), "two weekends"),
        (date(2026, 2, 9), date(2026, 3, 2), "Tết Bính Ngọ"),
        (date(2026, 4, 20), date(2026, 5, 7), "giỗ Tổ (bù 27/4), 30/4, 1/5"),
        (date(2026, 8, 18), date(2026, 9, 3), "Quốc khánh; 22/8 làm bù, 31/8 và 1/9 nghỉ"),
        (date(2025, 12, 19), date(2026, 1, 6), "Tết dương lịch, qua năm"),
        (date(2026, 11, 7), date(2026, 11, 20), "ký ngày thứ bảy"),
    ],
)
def test_a_referral_holds_ten_working_days(signed: date, last: date, why: str) -> None:
    """TT 01/2025/TT-BYT; the day of signing is not counted."""
    paper = Paper(PaperKind.REFERRAL, signed)
    rules, calendar = benefit_rules(), working_calendar()
    assert last_day(paper, rules, calendar) == last, why
    assert standing(paper, last, rules, calendar) is Standing.IN_FORCE
    assert standing(paper, date.fromordinal(last.toordinal() + 1), rules, calendar) is Standing.EXPIRED


@pytest.mark.parametrize(
    ("signed", "last"),
    [(date(2025, 11, 23), date(2026, 11, 23)), (date(2028, 2, 29), date(2029, 2, 28))],
)
def test_a_referral_for_a_disease_of_annex_three_holds_a_year(signed: date, last: date) -> None:
    paper = Paper(PaperKind.REFERRAL_YEAR, signed)
    assert last_day(paper, benefit_rules(), working_calendar()) == last


@pytest.mark.parametrize(
    ("paper", "expected"),
    [
        (Paper(PaperKind.REFERRAL), Standing.UNDATED),
        (Paper(PaperKind.REFERRAL, date(2026, 11, 24)), Standing.NOT_YET),
        (Paper(PaperKind.REFERRAL, date(2026, 11, 23)), Standing.IN_FORCE),
        (Paper(PaperKind.APPOINTMENT), Standing.IN_FORCE),
        (Paper(PaperKind.RESIDENCE), Standing.IN_FORCE),
    ],
)
def test_where_a_paper_stands_today(paper: Paper, expected: Standing) -> None:
    assert standing(paper, TODAY, benefit_rules(), working_calendar()) is expected


@pytest.mark.parametrize(
    ("text", "paper"),
    [
        ("referral:20/11/2026:79034", Paper(PaperKind.REFERRAL, date(2026, 11, 20), "79034")),
        ("referral:2026-11-20", Paper(PaperKind.REFERRAL, date(2026, 11, 20))),
        ("referral:20/11", Paper(PaperKind.REFERRAL, date(2026, 11, 20))),
        ("referral:2011", Paper(PaperKind.REFERRAL, date(2026, 11, 20))),
        ("referral:28/12", Paper(PaperKind.REFERRAL, date(2025, 12, 28))),
        ("appointment::01a01", Paper(PaperKind.APPOINTMENT, None, "01A01")),
        (" emergency ", Paper(PaperKind.EMERGENCY)),
    ],
)
def test_a_paper_is_read_from_what_somebody_types(text: str, paper: Paper) -> None:
    read = read_paper(text, TODAY)
    assert read == paper
    assert paper_from_json(paper_as_json(read)) == read


@pytest.mark.parametrize(
    "text", ["", "letter", "referral:31/02", "referral:11/2026", "referral:20/11:7903", "emergency:20/11"]
)
def test_what_is_no_paper_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_paper(text, TODAY)
    assert caught.value.code == "paper_invalid"


def test_a_year_without_announced_holidays_is_known_to_be_unsure() -> None:
    calendar = working_calendar()
    assert calendar.is_sure_of(date(2025, 12, 30), date(2026, 1, 12))
    assert not calendar.is_sure_of(date(2026, 12, 30), date(2027, 1, 12))


@pytest.mark.parametrize(
    ("content", "line", "told"),
    [
        ("[year.2027]\nannounced = true\nworking = []\n", "1", "days: is no list of dates"),
        ("[year.2027]\nannounced = true\ndays = [2026-01-01]\nworking = []\n", "3", "is of another year"),
        ("[year.soon]\n", "1", "is no year"),
        ("[year.2027]\ndays = []\nworking = []\n", "1", "announced: is missing"),
    ],
)
def test_a_fault_in_the_holidays_is_named_with_its_line(
    content: str, line: str, told: str, tmp_path: Path
) -> None:
    file = tmp_path / "holidays.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        read_calendar(RuleFile(file))
    assert caught.value.values["line"] == line
    assert told in caught.value.values["why"]
