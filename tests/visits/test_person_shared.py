"""A person's data at a desk that shares its records: on the server, and in the desk's spool."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from visit_samples import assessment, coverage, health_card, new_visit

from kiosk.errors import RecordsError
from kiosk.visits import spool
from kiosk.visits.breach import Scope, breach_of
from kiosk.visits.model import Status
from kiosk.visits.person_erasing import erase, terms_in
from kiosk.visits.person_requests import RequestBook
from kiosk.visits.person_rows import stores_of
from kiosk.visits.persons import everything, find, wanted
from kiosk.visits.spool import SharedRecords

AWAY = RecordsError("records_unreachable", "nobody listens", place="db.example/kiosk")
NUMBER = wanted(number="DN4799900000001")


@pytest.fixture
def desk(
    server_url: str, new_spool_folder: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> Iterator[SharedRecords]:
    monkeypatch.setattr(spool, "WATCH_SECONDS", 3600.0)
    file = new_spool_folder("a") / "spool.sqlite3"
    records = SharedRecords.open_shared(server_url, file, facility="99999", training=False)
    yield records
    records.close()


def cut_off(desk: SharedRecords, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until `monkeypatch.undo`."""
    desk._server._note(AWAY)
    monkeypatch.setattr(desk._server, "is_back", lambda: False)


def test_a_person_is_found_in_both_and_a_part_is_never_told_as_the_whole(
    desk: SharedRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = desk.record(new_visit(health_card(1), assessment=assessment(coverage=coverage(1))))
    cut_off(desk, monkeypatch)
    here = desk.record(new_visit(health_card(1), status=Status.SELF_PAY, assessment=None))

    found = find(desk, NUMBER)
    (person,) = found.persons
    assert [(each.visit_id, each.store) for each in person.visits] == [(here.visit_id, "spool")]
    assert [error.code for error in found.missing] == ["records_unreachable"]
    for act in (
        lambda: everything(desk, person),
        lambda: erase(desk, [person], terms_in(None), why="Đơn"),
        lambda: breach_of(stores_of(desk), Scope(), discovered_at=here.created_at),
        lambda: RequestBook(desk.audit).all(),
    ):
        with pytest.raises(RecordsError, match="nobody listens"):
            act()
    assert desk.get(here.visit_id) is not None

    desk._server._trouble = desk._server._since = None
    (person,) = find(desk, NUMBER).persons
    assert {(each.visit_id, each.store) for each in person.visits} == {
        (there.visit_id, "server"),
        (here.visit_id, "spool"),
    }


def test_what_waits_at_the_desk_is_handed_over_and_erased_with_the_rest(
    desk: SharedRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.record(new_visit(health_card(1), assessment=assessment(coverage=coverage(1))))
    with monkeypatch.context() as away:
        cut_off(desk, away)
        desk.record(new_visit(health_card(1), status=Status.SELF_PAY, assessment=None))
    desk._server._trouble = desk._server._since = None
    (person,) = find(desk, NUMBER).persons

    done = erase(desk, [person], terms_in(None), why="Đơn")
    assert (done.gone, done.kept, done.waiting) == (1, 1, 0)
    assert list(desk.visits()) == []
    (kept,) = find(desk, NUMBER).persons
    assert {store: set(tables) for store, tables in kept.counts.items()} == {"server": {"kept_visit"}}
