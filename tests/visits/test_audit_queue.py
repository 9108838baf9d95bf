"""Look-ups are noted a moment later, and no disk keeps anybody waiting for them."""

from __future__ import annotations

import threading

import pytest

from kiosk.errors import RecordsError
from kiosk.visits import audit_queue
from kiosk.visits.audit import Act, Actor, AuditNote, signed
from kiosk.visits.audit_queue import AuditQueue

NOTE = signed(Actor("Quầy 1"), Act.LOOK_UP, "•••0001", None)


@pytest.fixture
def written() -> list[AuditNote]:
    return []


def test_closing_writes_what_waits(written: list[AuditNote]) -> None:
    queue = AuditQueue(written.extend)
    queue.put(NOTE)
    assert queue.close()
    assert written == [NOTE]


def test_what_was_given_back_is_written_when_the_queue_closes(written: list[AuditNote]) -> None:
    queue = AuditQueue(written.extend)
    queue.give_back((NOTE,))
    assert queue.close()
    assert written == [NOTE]


def test_it_may_be_used_again_after_closing(written: list[AuditNote]) -> None:
    queue = AuditQueue(written.extend)
    for _ in range(3):
        queue.put(NOTE)
        assert queue.close()
    assert written == [NOTE] * 3


def test_closing_does_not_wait_for_records_that_hang(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(audit_queue, "CLOSE_SECONDS", 0.05)
    released = threading.Event()

    def hang(_: tuple[AuditNote, ...]) -> None:
        released.wait(60)

    queue = AuditQueue(hang)
    queue.put(NOTE)
    try:
        assert not queue.close()
        assert "do not answer" in caplog.text
    finally:
        released.set()


def test_what_the_records_refuse_is_kept_for_the_next_try(written: list[AuditNote]) -> None:
    broken = True

    def write(notes: tuple[AuditNote, ...]) -> None:
        if broken:
            raise RecordsError("records_disk_full")
        written.extend(notes)

    queue = AuditQueue(write)
    queue.put(NOTE)
    assert queue.close()
    assert written == []
    broken = False
    assert queue.close()
    assert written == [NOTE]
