"""F10 on a verdict: the papers that the patient shows, typed on one line."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from test_desk import Driven, MakeDesk, make_desk

from kiosk import clock
from kiosk.desk.flow import Papers, Recorded, VerdictShown
from kiosk.desk.papers_entry import entry_of, read_entry
from kiosk.eligibility.papers import Paper, PaperKind
from kiosk.training.patients import PATIENTS

__all__ = ["make_desk"]

TODAY = date(2026, 11, 23)
LINE = next(each for each in PATIENTS if each.key == "worker").health_card_line()
REFERRAL = Paper(PaperKind.REFERRAL, date(2026, 11, 20), "79034")


@pytest.mark.parametrize(
    ("typed", "papers"),
    [
        ("", ()),
        ("5", (Paper(PaperKind.EMERGENCY),)),
        ("1 20/11 79034", (REFERRAL,)),
        ("1 79034 2011", (REFERRAL,)),
        ("1 20/11/2026 79034, 5", (REFERRAL, Paper(PaperKind.EMERGENCY))),
        ("3 1/11 4", (Paper(PaperKind.APPOINTMENT, date(2026, 11, 1)), Paper(PaperKind.RESIDENCE))),
        ("5 6 5", (Paper(PaperKind.INPATIENT),)),
        ("0", (Paper(PaperKind.DRUGS),)),
    ],
)
def test_what_is_typed_makes_papers(typed: str, papers: tuple[Paper, ...]) -> None:
    entry = read_entry(typed, TODAY)
    assert (entry.papers, entry.refused) == (papers, "")
    assert read_entry(entry_of(papers), TODAY).papers == papers


@pytest.mark.parametrize(
    ("typed", "refused"),
    [("20/11", "20/11"), ("5 20/11", "20/11"), ("1 31/02", "31/02"), ("1 cấp", "cấp"), ("12", "12")],
)
def test_what_makes_no_sense_is_named(typed: str, refused: str) -> None:
    assert read_entry(typed, TODAY).refused == refused


@pytest.fixture
def driven(make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch) -> Driven:
    """At a former tuyến tỉnh hospital where the patient is not registered, with a verdict on the screen."""
    for key, value in {
        "CODE": "79034",
        "LEVEL": "specialised",
        "POINTS": "80",
        "FORMER_TIER": "province",
    }.items():
        monkeypatch.setenv(f"KIOSK_FACILITY__{key}", value)
    made = make_desk()
    made.scan(LINE)
    made.until(VerdictShown)
    return made


def shown_rows(driven: Driven) -> dict[str, str]:
    stage = driven.desk.flow.stage
    assert isinstance(stage, VerdictShown)
    rows = [row for extra in driven.desk.rooms.verdict_extras for row in extra(stage).rows]
    return {name: value.replace("\N{NO-BREAK SPACE}", " ") for name, value in rows}


def test_papers_change_what_the_fund_pays_and_are_kept(driven: Driven, qtbot: QtBot) -> None:
    assert shown_rows(driven)["Quỹ trả"] == "80 % × 50 % = 40 % phần trong phạm vi"
    signed = clock.today() - timedelta(days=1)

    driven.key(Qt.Key.Key_F10)
    assert isinstance(driven.desk.flow.top, Papers)
    assert [event["over"] for event in driven.events if event["event"] == "state"][-1] == "papers"
    driven.desk.window.papers.edit.setText(f"1 {signed:%d/%m/%Y} 99999")
    driven.press_return()

    assert driven.desk.flow.overlays == ()
    assert shown_rows(driven)["Quỹ trả"] == "80 % × 100 % = 80 % phần trong phạm vi"
    driven.press_return()
    driven.until(Recorded)
    (visit,) = driven.visits
    assert visit.benefit is not None
    assert visit.benefit["object_code"] == "1.3"
    assert visit.benefit["papers"] == [
        {"kind": "referral", "issued_on": signed.isoformat(), "issuer": "99999"}
    ]


def test_escape_leaves_the_papers_as_they_were_and_the_patient_where_he_was(driven: Driven) -> None:
    driven.key(Qt.Key.Key_F10)
    driven.desk.window.papers.edit.setText("5")
    driven.key(Qt.Key.Key_Escape)
    assert driven.desk.flow.overlays == ()
    assert isinstance(driven.desk.flow.stage, VerdictShown)
    assert shown_rows(driven)["Quỹ trả"] == "80 % × 50 % = 40 % phần trong phạm vi"


def test_what_is_not_understood_keeps_the_list_open(driven: Driven) -> None:
    driven.key(Qt.Key.Key_F10)
    driven.desk.window.papers.edit.setText("1 mai")
    driven.press_return()
    assert isinstance(driven.desk.flow.top, Papers)
    assert not driven.visits


def test_a_scan_over_the_list_waits_in_line_and_ticks_nothing(driven: Driven) -> None:
    other = next(each for each in PATIENTS if each.key == "demo").health_card_line()
    driven.key(Qt.Key.Key_F10)
    driven.desk.window.papers.edit.setFocus()
    driven.scan(other)
    assert [scan.text for scan in driven.desk.flow.line] == [other]
    assert driven.desk.window.papers.edit.text() == ""
    assert isinstance(driven.desk.flow.top, Papers)


def test_without_a_verdict_the_key_means_nothing(make_desk: MakeDesk) -> None:
    driven = make_desk()
    driven.key(Qt.Key.Key_F10)
    assert driven.desk.flow.overlays == ()
