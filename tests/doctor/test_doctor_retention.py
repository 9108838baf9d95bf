"""What is past its term, as the doctor tells of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from doctor_samples import missing_texts, said

from kiosk import clock
from kiosk.app import let_go_of_due, open_records, records_file
from kiosk.card.model import HealthCard, Kind
from kiosk.doctor import Finding
from kiosk.doctor.retention import retention
from kiosk.settings import RetentionSettings, Settings
from kiosk.visits.model import NewVisit, Source, Status


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=str(tmp_path / "data"))


def told(settings: Settings) -> Finding:
    (finding,) = retention(settings)
    assert missing_texts(finding) == set()
    return finding


def a_desk_opens(settings: Settings, *ages: int) -> None:
    """With visits of so many days ago; it acts by itself where it may."""
    with open_records(settings) as records:
        for age in ages:
            card = HealthCard(Kind.HEALTH_CARD, card_number="DN4799900000001", full_name="Lê Thử")
            at = clock.now() - timedelta(days=age)
            records.record(NewVisit(f"visit-{age}", at, Source.SCAN, "Quầy 1", Status.SELF_PAY, card))
        let_go_of_due(settings, records, lambda: False)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """A month has passed."""
    now = clock.now() + timedelta(days=31)
    monkeypatch.setattr(clock, "now", lambda: now)


def test_nothing_is_kept_yet_and_nothing_made(settings: Settings, tmp_path: Path) -> None:
    assert told(settings).detail.code == "retention_nothing_yet"
    assert list(tmp_path.iterdir()) == []


def test_a_first_deletion_is_told_before_it_comes(settings: Settings) -> None:
    a_desk_opens(settings, 10, 1820, 3000)
    finding = told(settings)
    assert finding.ok
    assert finding.detail.code == "retention_begins"
    first = clock.today() + timedelta(days=30)
    assert f"1 dòng quá hạn; quầy bắt đầu tự xóa từ {first:%d/%m/%Y}" in said(finding)
    assert "thêm 1" in said(finding)  # the visit that is five years old within the month


def test_after_that_day_what_is_due_is_gone(settings: Settings, request: pytest.FixtureRequest) -> None:
    a_desk_opens(settings, 3000)
    request.getfixturevalue("later")
    finding = told(settings)
    assert not finding.ok  # no desk was open since
    assert finding.detail.code == "retention_left"
    a_desk_opens(settings, 1856)
    assert told(settings).detail.code == "retention_fine"


def test_where_only_people_delete_a_month_is_waited(settings: Settings) -> None:
    by_hand = replace(settings, retention=RetentionSettings(automatic=False))
    a_desk_opens(by_hand, 1840)
    assert told(by_hand).ok
    assert told(by_hand).detail.code == "retention_left"
    a_desk_opens(by_hand, 3000)
    assert not told(by_hand).ok


def test_a_log_kept_shorter_than_advised_is_told(settings: Settings) -> None:
    a_desk_opens(settings)
    (settings.data_folder / "retention.toml").write_text("[audit_log]\nmonths = 6\n", encoding="utf-8")
    finding = told(settings)
    assert not finding.ok
    assert "audit_log" in said(finding)


def test_records_that_cannot_be_read_are_not_called_fine(settings: Settings) -> None:
    a_desk_opens(settings)
    records_file(settings).write_bytes(b"not a database" * 1000)
    finding = told(settings)
    assert not finding.ok
