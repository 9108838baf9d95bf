"""Whatever desks, gateway, power and clock do: no visit lost, none settled twice, numbers in order.

A hypothesis state machine over real records with two desks ("processes" with their own connections). The
gateway is a function: it is asked for a row that a desk has taken, and its answer arrives or is lost.
"""

from __future__ import annotations

import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule
from visit_samples import MORNING, TIMED_OUT, assessment, attempt, health_card, new_visit

from kiosk import clock
from kiosk.errors import UsageError
from kiosk.gateway.result_codes import Verdict
from kiosk.visits.backup import check
from kiosk.visits.leases import LEASE
from kiosk.visits.model import NUMBERED, OwedLookup, Status
from kiosk.visits.outbox import LateAnswer, Outbox
from kiosk.visits.records import VisitRecords

ANSWERS = {
    Status.CHECKED_IN: LateAnswer(Status.CHECKED_IN, assessment(), (attempt(None),)),
    Status.REFUSED: LateAnswer(
        Status.REFUSED, assessment(Verdict.NOT_ELIGIBLE, "card_expired"), (attempt(None),)
    ),
    Status.PENDING: LateAnswer(Status.PENDING, TIMED_OUT, (attempt(),)),
}
desks = st.sampled_from([0, 1])
answers = st.sampled_from(sorted(ANSWERS))


class DesksAndOutbox(RuleBasedStateMachine):
    taken = Bundle("taken")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.now: datetime = MORNING
        self.shown: dict[str, int | None] = {}  # what people saw as received: visit, queue number
        self.order: list[str] = []  # as written
        self.settled: dict[str, Status] = {}
        self.cancelled: set[str] = set()

    @initialize()
    def open_desks(self) -> None:
        self.desks = [self.opened(), self.opened()]

    def opened(self) -> VisitRecords:
        return VisitRecords.open(self.folder / "visits.sqlite3", facility="99999", training=False)

    # What happens

    @rule(
        desk=desks, status=st.sampled_from([Status.PENDING, Status.PENDING, Status.CHECKED_IN, Status.HELD])
    )
    def scan(self, desk: int, status: Status) -> None:
        name = f"v{len(self.order):03}"
        new = new_visit(
            health_card(len(self.order)), status, visit_id=name, created_at=self.now, attempts=(attempt(),)
        )
        visit = self.desks[desk].record(new)
        assert self.desks[1 - desk].record(new) == visit  # said twice, written once
        self.order.append(name)
        self.shown[name] = visit.queue_number

    @rule(desk=desks, answer=answers)
    def answer(self, desk: int, answer: Status) -> None:
        """The worker of a desk looks at what is due."""
        visit = self.outbox(desk, answer).work_one()
        if visit is not None:
            self.note(visit.visit_id, visit.status)

    @rule(desk=desks, answer=answers)
    def recheck(self, desk: int, answer: Status) -> None:
        """A person asks for everything, and waits for the leases of others to end."""
        waiting = self.desks[desk].owed_ids()
        worked = self.outbox(desk, answer).work_now()
        given = {visit.visit_id: visit.status for visit in worked}
        assert set(given) == set(waiting)
        for name, status in given.items():
            self.note(name, status)

    @rule(desk=desks)
    def power_fails_while_asking(self, desk: int) -> None:
        records = self.desks[desk]
        owed = records.claim_owed("elsewhere/1/x", self.now)  # its process can no more put it back
        if owed is not None:
            assert owed.visit_id not in self.settled
        self.restart(desk)

    @rule(target=taken, desk=desks)
    def ask(self, desk: int) -> tuple[OwedLookup, int] | None:
        return self.ask_slowly(desk)

    def ask_slowly(self, desk: int) -> tuple[OwedLookup, int] | None:
        """Another desk far away takes a row; its answer comes when it comes."""
        for name in self.desks[desk].owed_ids():
            owed = self.desks[desk].claim_owed("elsewhere/2/x", self.now, name)
            if owed is not None:
                return owed, desk
        return None

    @rule(asked=consumes(taken), answer=answers)
    def answer_comes(self, asked: tuple[OwedLookup, int] | None, answer: Status) -> None:
        self.late_answer(asked, answer)

    def late_answer(self, asked: tuple[OwedLookup, int] | None, answer: Status) -> None:
        if asked is None:
            return
        owed, desk = asked
        late, name = ANSWERS[answer], owed.visit_id
        records = self.desks[desk]
        if answer is Status.PENDING:
            visit = records.still_owed(name, late.assessment, late.attempts, self.now, self.now)
        else:
            visit = records.settle(name, answer, late.assessment, late.attempts, self.now)
        assert (visit is None) == (name in self.settled or name in self.cancelled)
        if visit is not None:
            self.note(name, visit.status)

    @rule(desk=desks, answer=answers, late=answers)
    def too_late(self, desk: int, answer: Status, late: Status) -> None:
        """A desk is so slow that another one has the answer first."""
        taken = self.ask_slowly(desk)
        self.recheck(1 - desk, answer)
        self.late_answer(taken, late)

    @rule(desk=desks, place=st.integers(0, 50))
    def cancel(self, desk: int, place: int) -> None:
        """Somebody takes a visit back, whatever became of it, perhaps while its answer is on the way."""
        if not self.order:
            return
        name = self.order[place % len(self.order)]
        seen = self.desks[1 - desk].get(name)
        assert seen is not None
        if name in self.cancelled or seen.day != clock.day_of(self.now):
            with pytest.raises(UsageError):
                self.desks[desk].cancel(name, "nhầm", "Quầy 1", self.now)
        else:
            self.desks[desk].cancel(name, "nhầm", "Quầy 1", self.now)
            self.cancelled.add(name)

    @rule(desk=desks)
    def restart(self, desk: int) -> None:
        self.desks[desk].close()
        self.desks[desk] = self.opened()

    @rule(seconds=st.sampled_from([1, 40, 700, 86_400, -3_600, -86_400]))
    def clock_jumps(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    # What must hold

    @invariant()
    def nothing_lost_nothing_twice(self) -> None:
        if not self.order:
            return
        records = self.desks[0]
        found = {visit.visit_id: visit for visit in records.visits()}
        assert set(found) == set(self.order)
        assert {name: visit.queue_number for name, visit in found.items()} == self.shown
        pending = {name for name, visit in found.items() if visit.status is Status.PENDING}
        assert set(records.owed_ids()) == pending
        assert not pending & set(self.settled)
        assert not pending & self.cancelled
        for name in self.cancelled:
            assert (found[name].status, found[name].cancel_reason) == (Status.CANCELLED, "nhầm")
            assert [event.event for event in records.events(name)][-1] == "cancelled"
        for name, status in self.settled.items():
            assert found[name].status is status or name in self.cancelled
            happened = [event.event for event in records.events(name)]
            assert happened.count("settled") == 1
        assert {task.visit.visit_id for task in records.tasks()} == {
            name
            for name, status in self.settled.items()
            if status is Status.REFUSED and name not in self.cancelled
        }

    @invariant()
    def numbers_follow_the_order_of_writing(self) -> None:
        days: dict[object, list[int]] = {}
        found = {visit.visit_id: visit for visit in self.desks[0].visits()} if self.order else {}
        for name in self.order:
            number = found[name].queue_number
            if number is not None:
                days.setdefault(found[name].day, []).append(number)
        assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in days.values())

    def teardown(self) -> None:
        for desk in getattr(self, "desks", ()):
            desk.close()
        if self.order:
            assert check(self.folder / "visits.sqlite3").ok
        shutil.rmtree(self.folder)

    # Helpers

    def outbox(self, desk: int, answer: Status) -> Outbox:
        def wait(_: float) -> None:
            self.now += LEASE

        return Outbox(
            self.desks[desk], lambda _: ANSWERS[answer], per_minute=10**6, now=lambda: self.now, pause=wait
        )

    def note(self, name: str, status: Status) -> None:
        assert name not in self.settled  # exactly once
        if status is not Status.PENDING:
            self.settled[name] = status
        assert (self.shown[name] is not None) or status not in NUMBERED


TestDesksAndOutbox = DesksAndOutbox.TestCase
TestDesksAndOutbox.settings = settings(
    max_examples=10,
    stateful_step_count=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking on a disk takes minutes
)
