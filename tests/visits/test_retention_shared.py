"""Terms at desks that share a server: what lies there goes, what waits in a spool stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from test_retention_run import RULES, YEAR, came, wrote
from visit_samples import MORNING, TODAY

from kiosk.visits import spool
from kiosk.visits.audit_verify import examine_log
from kiosk.visits.records import VisitRecords
from kiosk.visits.retention.run import Outcome, Retention
from kiosk.visits.spool import SharedRecords


@pytest.fixture(autouse=True)
def quiet_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests say themselves when a desk looks for its server."""
    monkeypatch.setattr(spool, "WATCH_SECONDS", 3600.0)


def carry_out(desk: SharedRecords, **given: bool) -> Outcome:
    retention = Retention(desk.audit.parts(), RULES, None, TODAY)
    retention.plan()
    return retention.carry_out(why="test", pauses=False)


def test_what_waits_in_a_spool_is_the_servers_to_delete_once_it_is_there(
    server_url: str, new_spool_folder: Callable[[str], Path]
) -> None:
    file = new_spool_folder("a") / "spool.sqlite3"
    with VisitRecords.open(file, facility="99999", training=False) as alone:  # the server was away then
        came(alone, MORNING - 6 * YEAR, 1)
        wrote(alone.audit, MORNING - 6 * YEAR, 20)
    with SharedRecords.open_shared(server_url, file, facility="99999", training=False) as desk:
        assert desk.sharing().waiting == 0  # handed over when it opened
        came(desk, MORNING, 2)
        outcome = carry_out(desk)
        assert outcome.removed["visits"] == 1
        assert outcome.removed["audit_log"] == 40  # the spool's log, which the server has, and its own of it
        assert outcome.swept
        assert len(list(desk.visits())) == 1

        desk.audit.close()
        assert [examine_log(log).faults for log in desk.audit.parts()] == [[], []]
        wrote(desk.audit.parts()[1], MORNING, 3)
        desk.catch_up()
        desk.audit.close()
        assert [examine_log(log).faults for log in desk.audit.parts()] == [[], []]
        assert carry_out(desk).rows == 0


def test_a_spool_that_cannot_be_used_keeps_nobody_from_the_server(
    server_url: str, new_spool_folder: Callable[[str], Path]
) -> None:
    file = new_spool_folder("a") / "spool.sqlite3"
    file.write_bytes(b"not a database" * 1000)
    with SharedRecords.open_shared(server_url, file, facility="99999", training=False) as desk:
        came(desk, MORNING - 6 * YEAR, 1)
        assert carry_out(desk).removed["visits"] == 1


def test_a_spools_log_that_is_not_handed_over_is_not_cut(
    server_url: str, new_spool_folder: Callable[[str], Path]
) -> None:
    file = new_spool_folder("a") / "spool.sqlite3"
    with SharedRecords.open_shared(server_url, file, facility="99999", training=False) as desk:
        here = desk.audit.parts()[1]
        wrote(here, MORNING - 6 * YEAR, 5)
        assert carry_out(desk).rows == 0
        assert len(list(here.entries())) == 5
        desk.catch_up()
        assert carry_out(desk).removed == {"audit_log": 10}
