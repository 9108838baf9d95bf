"""In whose name the gateway is asked, and whose visit it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from kiosk.gateway.connectivity import Connectivity
from kiosk.gateway.login_guard import Pause
from kiosk.gateway.model import Answer, Question, Staff
from kiosk.readers.decoder import decode_file
from kiosk.reception import Reception
from kiosk.training.patients import DEMO_PATIENT, PATIENTS
from kiosk.visits.model import Source, Status
from kiosk.visits.records import VisitRecords
from kiosk.visits.staff import Role

PIN = "246813"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """As good for a test as those that take a tenth of a second each."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("kiosk.visits.staff_book._hasher", lambda: quick)


class SilentGateway:
    """Never reached; remembers who asked."""

    connectivity = Connectivity()
    login_pause: Pause | None = None
    clock_ahead: timedelta | None = None

    def __init__(self) -> None:
        self.asked_by: list[Staff | None] = []

    def look_up(self, question: Question, *, spent: float = 0.0) -> Answer:
        self.asked_by.append(question.staff)
        return Answer(None, failure="gateway_timeout")


@pytest.fixture
def gateway() -> SilentGateway:
    return SilentGateway()


@pytest.fixture
def reception(gateway: SilentGateway, tmp_path: Path) -> Iterator[Reception]:
    with Reception(
        facility="99999",
        desk="Quầy 1",
        open_gateway=lambda: nullcontext(gateway),
        open_records=lambda: VisitRecords.open(tmp_path / "v.sqlite3", facility="99999", training=False),
        decode_image=decode_file,
    ) as made:
        yield made


def test_the_gateway_is_told_who_is_logged_in(reception: Reception, gateway: SilentGateway) -> None:
    card = reception.read(DEMO_PATIENT.health_card_line())
    assert reception.accounts() == []
    first = reception.check_in(reception.look_up(card), Source.SCAN)
    assert (first.staff, gateway.asked_by) == (None, [None])  # single-user mode: as the settings say

    reception.records.staff.add("lan", "Trần Thị Lan", "001190000011", Role.RECEPTIONIST, PIN)
    assert [each.account for each in reception.accounts()] == ["lan"]
    reception.log_in("lan", PIN)
    second = reception.check_in(reception.look_up(card), Source.SCAN)
    assert second.staff == "lan"
    assert gateway.asked_by[-1] == Staff("Trần Thị Lan", "001190000011")

    reception.log_out()
    reception.look_up(card)
    assert gateway.asked_by[-1] is None


def test_an_owed_look_up_stays_with_who_received_the_patient(
    reception: Reception, gateway: SilentGateway
) -> None:
    staff = reception.records.staff
    staff.add("lan", "Trần Thị Lan", "001190000011", Role.RECEPTIONIST, PIN)
    staff.add("mai", "Lê Mai", "001190000012", Role.RECEPTIONIST, "135790")
    reception.log_in("lan", PIN)
    card = reception.read(PATIENTS[0].health_card_line())
    visit = reception.check_in(reception.look_up(card), Source.SCAN)
    assert visit.status is Status.PENDING

    reception.log_in("mai", "135790")
    list(reception.recheck())
    assert gateway.asked_by[-1] == Staff("Trần Thị Lan", "001190000011")

    staff.disable("lan")
    list(reception.recheck())
    assert gateway.asked_by[-1] == Staff("Lê Mai", "001190000012")

    reception._audit.close()  # look-ups are written a moment later
    entries = list(reception.records.audit.entries())
    looked_up = [entry.who for entry in entries if entry.act == "look_up"]
    assert looked_up[:2] == ["lan", "lan"]
    assert ("log_out", "lan") in [(entry.act, entry.subject) for entry in entries]


def test_the_training_gateway_never_learns_who_works_here(gateway: SilentGateway, tmp_path: Path) -> None:
    with Reception(
        facility="99999",
        desk="Quầy 1",
        open_gateway=lambda: nullcontext(gateway),
        open_records=lambda: VisitRecords.open(tmp_path / "v.sqlite3", facility="99999", training=True),
        decode_image=decode_file,
        names_staff=False,
    ) as reception:
        reception.records.staff.add("lan", "Trần Thị Lan", "001190000011", Role.RECEPTIONIST, PIN)
        reception.log_in("lan", PIN)
        reception.look_up(reception.read(DEMO_PATIENT.health_card_line()))
    assert gateway.asked_by == [None]
