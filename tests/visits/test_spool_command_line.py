"""The real program while the server of its records is down, and when it is back."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import keyring
import pytest
from keyring.backend import KeyringBackend

from kiosk import app
from kiosk.logs import masked
from kiosk.training.patients import DEMO_PATIENT


class Done(NamedTuple):
    exit_code: int
    lines: list[dict[str, Any]]
    errors: str


Kiosk = Callable[..., Done]
CHECK_IN = ("check-in", "--scan", DEMO_PATIENT.health_card_line())


@pytest.fixture
def kiosk(server_url: str, tmp_path: Path) -> Kiosk:
    def run(*words: str, records: str = server_url) -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "kiosk", *words, "--json"],
            env={**os.environ, "KIOSK_DATA_DIR": str(tmp_path / "data"), "KIOSK_RECORDS__URL": records},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        return Done(done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr)

    return run


@pytest.fixture
def nowhere() -> str:
    """An address where nobody listens, with a secret in it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"postgresql+psycopg://kiosk:bi-mat@127.0.0.1:{free.getsockname()[1]}/visits"


def test_commands_go_on_without_the_server_and_the_next_one_hands_over(
    kiosk: Kiosk, nowhere: str, tmp_path: Path
) -> None:
    there = kiosk(*CHECK_IN)
    assert there.exit_code == 0, there.errors
    assert (there.lines[0]["queue_number"], there.lines[0]["queue_label"]) == (1, "1")

    kept = kiosk(*CHECK_IN, records=nowhere)

    (visit,) = kept.lines
    assert kept.exit_code == 0
    assert (visit["status"], visit["queue_number"]) == ("checked_in", 100_001)
    assert (visit["queue_label"], visit["kept_here"]) == ("A-001", True)
    assert "ghi tạm trên máy này" in kept.errors

    listed = kiosk("visits", records=nowhere)
    assert listed.exit_code == 2
    assert [line.get("visit_id") for line in listed.lines] == [visit["visit_id"], None]
    assert listed.lines[-1]["error"]["code"] == "records_partly"
    assert "127.0.0.1/visits" in listed.errors

    file = tmp_path / "visits.csv"
    exported = kiosk("visits", "export", str(file), records=nowhere)
    assert exported.lines[0]["error"]["code"] == "records_partly"
    assert not file.exists()

    rechecked = kiosk("recheck", records=nowhere)
    assert [line["error"]["code"] for line in rechecked.lines] == ["records_partly"]

    about = ("--visit", there.lines[0]["visit_id"])  # lies on the server, where nobody can look now
    filed = kiosk("difficulties", "add", "--kind", "suspected_card", *about, records=nowhere)
    assert (filed.exit_code, filed.lines[0]["visits"]) == (0, [about[1]])

    after = kiosk("visits")
    assert after.exit_code == 0
    (reported,) = kiosk("difficulties", "list", "--each").lines
    assert reported["difficulty_id"] == filed.lines[0]["difficulty_id"]
    assert [line["queue_label"] for line in after.lines] == ["1", "A-001"]
    assert [line["kept_here"] for line in after.lines] == [False, False]
    assert after.lines[1]["warnings"][-1]["code"] == "already_checked_in_today"
    said = " ".join(done.errors + str(done.lines) for done in (kept, listed, exported, rechecked))
    assert "bi-mat" not in said


def test_a_spool_that_cannot_be_opened_is_told_beside_the_servers_answer(
    kiosk: Kiosk, tmp_path: Path
) -> None:
    spool = tmp_path / "data" / "training" / "spool.sqlite3"
    spool.parent.mkdir(parents=True)
    spool.write_bytes(b"not a database" * 1000)

    there = kiosk(*CHECK_IN)
    assert (there.exit_code, there.lines[0]["queue_label"]) == (0, "1")
    assert str(spool) in there.errors

    listed = kiosk("visits")
    assert listed.exit_code == 2
    assert listed.lines[0]["visit_id"] == there.lines[0]["visit_id"]
    assert listed.lines[-1]["error"]["code"] == "records_spool"


class Keys(KeyringBackend):
    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def get_password(self, service: str, username: str) -> str | None:
        return {("bhyt-kiosk", "kiosk@db.example"): "bí mật/?@"}.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError

    def delete_password(self, service: str, username: str) -> None:
        raise NotImplementedError


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("PGPASSWORD", "PGPASSFILE", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)
    before = keyring.get_keyring()
    keyring.set_keyring(Keys())
    yield
    keyring.set_keyring(before)


@pytest.mark.usefixtures("keys")
def test_the_servers_password_comes_from_the_keyring() -> None:
    address = app.records_address("postgresql://kiosk@db.example:5433/visits")

    assert address == "postgresql://kiosk:b%C3%AD m%E1%BA%ADt%2F%3F%40@db.example:5433/visits"
    assert "kiosk:b" in app.records_address("postgresql://kiosk@db.example/visits?sslmode=require")
    assert masked(f"cannot open {address}") == "cannot open postgresql://kiosk:***@db.example:5433/visits"


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize(
    "address",
    [
        "postgresql://somebody@db.example/visits",
        "postgresql://kiosk:given@db.example/visits",
        "postgresql:///?service=kiosk",
        "postgresql://db.example/visits",
    ],
)
def test_an_address_that_needs_nothing_from_the_keyring_stays_as_it_is(address: str) -> None:
    assert app.records_address(address) == address


@pytest.mark.usefixtures("keys")
def test_a_password_file_goes_before_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSFILE", "/etc/kiosk.pgpass")

    assert app.records_address("postgresql://kiosk@db.example/visits").count(":") == 1
