"""Who could read the records: what the doctor says of it, and what to do."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from doctor_samples import missing_texts

from kiosk.app import key_folder, open_records, records_file, spool_file
from kiosk.clock import now
from kiosk.doctor import Finding
from kiosk.doctor.encryption import encryption
from kiosk.settings import GatewaySettings, RecordsSettings, Settings
from kiosk.visits.backup import Backups
from kiosk.visits.encryption import key
from kiosk.visits.encryption.key import KEY_FILE, sheet_made


@pytest.fixture(autouse=True)
def another_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys that were made here are not known."""
    monkeypatch.setattr(key, "_known", {})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=str(tmp_path / "data"), gateway=GatewaySettings(mode="live"))


def told(settings: Settings) -> str:
    finding = of(settings)
    return (finding.advice or finding.detail).code


def of(settings: Settings) -> Finding:
    (finding,) = encryption(settings)
    assert missing_texts(finding) == set()
    return finding


def test_what_it_asks_for_until_all_is_done(settings: Settings) -> None:
    assert told(settings) == "encryption_not_yet"
    open_records(settings).close()
    assert told(settings) == "advice_encryption_beside"
    chosen = replace(settings, records=RecordsSettings(key="file"))
    assert told(chosen) == "advice_encryption_no_sheet"
    sheet_made(key_folder(chosen), now())
    assert told(chosen) == "encryption_fine"
    (key_folder(chosen) / KEY_FILE).chmod(0o644)
    assert told(chosen) == "advice_encryption_open_key"


def test_training_asks_for_nothing(settings: Settings) -> None:
    training = settings.for_training()
    open_records(training).close()
    assert told(training) == "encryption_fine"


def test_a_key_that_is_gone(settings: Settings) -> None:
    open_records(settings).close()
    (key_folder(settings) / KEY_FILE).unlink()
    key._known.clear()
    assert told(settings) == "advice_records_key_missing"


def test_records_and_backups_from_before(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr("kiosk.visits.database.ready_to_open", lambda *_: nullcontext(None))
        open_records(settings).close()
    Backups(records_file(settings), records_file(settings).parent / "backups", keep=3).make()
    assert told(settings) == "advice_encryption_plain"
    chosen = replace(settings, records=RecordsSettings(key="file"))
    open_records(chosen).close()
    sheet_made(key_folder(chosen), now())
    assert told(chosen) == "advice_encryption_left"


def test_damaged_records_are_another_check_s_matter(settings: Settings) -> None:
    open_records(settings).close()
    records_file(settings).write_bytes(b"?" * 4096)
    assert told(settings) == "advice_mend_first"


@pytest.mark.parametrize(
    ("url", "advice"),
    [
        ("postgresql://kiosk@db.example/kiosk", "advice_encryption_line"),
        ("postgresql://kiosk@db.example/kiosk?sslmode=prefer", "advice_encryption_line"),
        ("postgresql://kiosk@/kiosk?host=db.example", "advice_encryption_line"),
        ("postgresql://kiosk@db.example/kiosk?sslmode=verify-full", "encryption_not_yet"),
        ("postgresql://kiosk@localhost/kiosk", "encryption_not_yet"),
        ("postgresql://kiosk@/kiosk?host=/var/run/postgresql", "encryption_not_yet"),
    ],
)
def test_the_line_to_a_server(settings: Settings, url: str, advice: str) -> None:
    shared = replace(settings, records=RecordsSettings(url=url))
    assert not spool_file(shared).exists()
    assert told(shared) == advice
