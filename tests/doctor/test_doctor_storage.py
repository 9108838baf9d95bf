"""Database and disk, on real files."""

from __future__ import annotations

import shutil
import socket
import threading
from collections import namedtuple
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from doctor_samples import missing_texts, said
from postgresql_server import PostgresqlServer
from store_file import open_store

from kiosk import clock
from kiosk.app import backups, build_reception, open_records, records_file, spool_file
from kiosk.doctor import Finding
from kiosk.doctor.finding import Phrase
from kiosk.doctor.storage import backup, database, disk
from kiosk.settings import RecordsSettings, Settings
from kiosk.training.patients import DEMO_PATIENT
from kiosk.visits.model import Source

Usage = namedtuple("Usage", "total used free")  # noqa: PYI024 - as shutil's own


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=str(tmp_path / "data"))


@pytest.fixture
def file(settings: Settings) -> Path:
    """Records as the program makes them."""
    open_records(settings).close()
    return records_file(settings)


def of_database(settings: Settings) -> Finding:
    (finding,) = database(settings)
    assert missing_texts(finding) == set()
    return finding


def of_disk(settings: Settings) -> Finding:
    (finding,) = disk(settings)
    assert missing_texts(finding) == set()
    return finding


def test_records_that_were_never_made_are_no_fault_and_are_not_made(
    settings: Settings, tmp_path: Path
) -> None:
    assert of_database(settings).detail.code == "records_not_yet"
    assert of_disk(settings).ok
    assert list(tmp_path.iterdir()) == []


def test_good_records_stay_as_they_are(settings: Settings, file: Path) -> None:
    before, beside = file.read_bytes(), sorted(file.parent.iterdir())
    finding = of_database(settings)
    assert finding.ok
    assert finding.detail.code == "records_fine"
    assert str(file) in said(finding)
    assert file.read_bytes() == before
    assert sorted(file.parent.iterdir()) == beside


def test_records_of_another_version(settings: Settings, file: Path) -> None:
    for version, told in (("0001", "records_older"), ("9999", "advice_records_newer")):
        with open_store(file) as connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", [version])
        connection.close()
        finding = of_database(settings)
        assert (finding.advice or finding.detail).code == told


def test_damaged_records_are_not_touched(settings: Settings, file: Path) -> None:
    pages = bytearray(file.read_bytes())
    pages[8192:] = b"\xff" * (len(pages) - 8192)
    for content in (b"not a database" * 1000, bytes(pages)):
        file.write_bytes(content)
        finding = of_database(settings)
        assert finding.advice is not None
        assert finding.advice.code == "advice_records_damaged"
        assert file.read_bytes() == content


def test_records_that_somebody_holds(settings: Settings, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.doctor.storage._CONNECT_SECONDS", 0.05)
    holder = open_store(file)
    holder.execute("BEGIN IMMEDIATE")
    finding = of_database(settings)
    holder.close()
    assert finding.advice is not None
    assert finding.advice.code == "advice_records_locked"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://kiosk:gi%E1%BA%A3-m%E1%BA%ADt@127.0.0.1:1/kiosk", "advice_records_unreachable"),
        ("sqlite://", "advice_records_address"),
        ("postgresql://kiosk@127.0.0.1:port/kiosk", "advice_records_address"),
    ],
)
def test_a_records_url_that_leads_nowhere(settings: Settings, url: str, told: str) -> None:
    finding = of_database(replace(settings, records=RecordsSettings(url=url)))
    assert finding.advice is not None
    assert finding.advice.code == told
    assert "m%E1%BA%ADt" not in said(finding)


def test_records_on_a_server(settings: Settings, postgresql_server: PostgresqlServer) -> None:
    with postgresql_server.database() as name:
        on_server = replace(settings, records=RecordsSettings(url=postgresql_server.url(name)))
        assert of_database(on_server).detail.code == "records_empty"
        open_records(on_server).close()
        assert of_database(on_server).detail.code == "records_fine"
        (finding,) = backup(on_server)
    assert finding.detail.code == "backup_on_server"
    gone = of_database(on_server)
    assert gone.advice is not None
    assert gone.advice.code == "advice_records_unreachable"
    assert "A-007" in said(gone)


def test_visits_that_wait_on_this_machine_for_the_server_are_told(settings: Settings) -> None:
    away = replace(settings, records=RecordsSettings(url="postgresql://kiosk@127.0.0.1:1/kiosk"))
    assert of_database(away).more is None
    patient = DEMO_PATIENT
    with build_reception(away) as reception:
        card = reception.typed(patient.card_number, patient.full_name, patient.birth_date.iso)
        visit = reception.check_in(reception.look_up(card), Source.TYPED)
    assert visit.kept_here

    waiting = of_database(away)
    assert waiting.more == Phrase("spool_waiting", {"count": "1"})
    assert waiting.advice is not None
    assert waiting.advice.code == "advice_records_unreachable"

    spool_file(away).write_bytes(b"not a database" * 1000)
    broken = of_database(away)
    assert broken.advice is not None
    assert broken.advice.code == "advice_spool_failed"


def test_the_servers_password_comes_from_the_keyring(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.app._password_from_keyring", {"kiosk@127.0.0.1": "bí mật"}.__getitem__)
    for name in ("PGPASSWORD", "PGPASSFILE", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)
    given: list[bytes] = []

    def ask_for_the_password(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(
                b"R" + (8).to_bytes(4, "big") + (3).to_bytes(4, "big")
            )  # in clear text, please
            given.append(connection.recv(4096))

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(30)
        asking = threading.Thread(target=ask_for_the_password, args=[server])
        asking.start()
        url = (
            f"postgresql://kiosk@127.0.0.1:{server.getsockname()[1]}/kiosk?sslmode=disable&gssencmode=disable"
        )
        finding = of_database(replace(settings, records=RecordsSettings(url=url)))
        asking.join()

    assert [message[5:].rstrip(b"\0").decode() for message in given] == ["bí mật"]
    assert "bí mật" not in said(finding)


class TestBackup:
    @staticmethod
    def of_backup(settings: Settings) -> Finding:
        (finding,) = backup(settings)
        assert missing_texts(finding) == set()
        return finding

    @staticmethod
    def check_in(settings: Settings, days_ago: int) -> None:
        with build_reception(settings) as reception:
            patient = DEMO_PATIENT
            card = reception.typed(patient.card_number, patient.full_name, patient.birth_date.iso)
            visit = reception.check_in(reception.look_up(card), Source.TYPED)
        at = datetime.now(UTC) - timedelta(days=days_ago)
        connection = open_store(records_file(settings))
        with connection:
            connection.execute(
                "UPDATE visit SET created_at = ?, day = ? WHERE visit_id = ?",
                [f"{at:%Y-%m-%d %H:%M:%S.%f}", f"{at.astimezone(clock.VIETNAM).date()}", visit.visit_id],
            )
        connection.close()

    def test_without_visits_none_is_wanted(self, settings: Settings, tmp_path: Path) -> None:
        assert self.of_backup(settings).detail.code == "backup_nothing_yet"
        assert list(tmp_path.iterdir()) == []
        open_records(settings).close()
        assert self.of_backup(settings).detail.code == "backup_not_due"

    def test_a_visit_of_former_days_wants_a_backup(self, settings: Settings) -> None:
        self.check_in(settings, days_ago=0)
        assert self.of_backup(settings).detail.code == "backup_not_due"
        self.check_in(settings, days_ago=3)
        late = self.of_backup(settings)
        assert late.detail.code == "backup_late"
        assert "kiosk records backup" in said(late)

        kept = backups(settings)
        assert kept is not None
        kept.make()
        assert self.of_backup(settings).detail.code == "backup_fine"

    def test_days_without_visits_need_no_backup(
        self, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.check_in(settings, days_ago=0)
        kept = backups(settings)
        assert kept is not None
        kept.make()
        in_a_month = clock.now() + timedelta(days=30)
        monkeypatch.setattr(clock, "now", lambda: in_a_month)
        assert self.of_backup(settings).detail.code == "backup_fine"

    def test_records_that_cannot_be_read(self, settings: Settings, file: Path) -> None:
        file.write_bytes(b"not a database" * 1000)
        finding = self.of_backup(settings)
        assert finding.detail.values == {"first": "database"}
        assert not finding.ok


def test_a_file_where_the_folder_should_be(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    finding = of_disk(settings)
    assert finding.detail.code == "disk_no_folder"
    assert "KIOSK_DATA_DIR" in said(finding)


def test_a_folder_that_cannot_be_written(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)  # root may write anywhere
    finding = of_disk(settings)
    assert finding.detail.code == "disk_not_writable"
    assert "Permission denied" in said(finding)


@pytest.mark.parametrize(("free", "ok"), [(999_000_000, False), (1_000_000_000, True)])
def test_little_space_is_told_before_it_is_gone(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, free: int, ok: bool
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10 * free, 9 * free, free))
    assert of_disk(settings).ok is ok
