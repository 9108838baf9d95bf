"""What one desk writes and reads."""

from __future__ import annotations

import tempfile
import threading
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy
from hypothesis import given, settings
from hypothesis import strategies as st
from visit_samples import (
    MORNING,
    TIMED_OUT,
    TODAY,
    assessment,
    attempt,
    citizen_card,
    coverage,
    health_card,
    new_card,
    new_visit,
)

from kiosk import clock
from kiosk.card.model import HealthCard, Kind, Notice
from kiosk.clock import VIETNAM
from kiosk.eligibility.model import Difference
from kiosk.errors import UsageError
from kiosk.gateway.model import Question
from kiosk.gateway.result_codes import Verdict
from kiosk.visits import schema
from kiosk.visits.database import Database, sqlite_url
from kiosk.visits.model import NUMBERED, Source, Status
from kiosk.visits.records import ALREADY_CHECKED_IN, VisitRecords

OpenRecords = Callable[..., VisitRecords]


def test_a_recorded_visit_is_read_back_whole(records: VisitRecords, open_records: OpenRecords) -> None:
    found = assessment(
        coverage=coverage(new_card=new_card(7)),
        followed_from="003",
        differences=(Difference("full_name", "Nguyen", "NGUYỄN"),),
        warnings=(Notice("new_card_later", (("number", "…0007"),)),),
    )
    card = health_card(warnings=(Notice("dropped_accents"),))
    new = new_visit(
        card, assessment=found, warnings=card.warnings, confirm_reason="Đã xem thẻ giấy", priority="pregnant"
    )

    written = records.record(new)

    assert open_records().get(new.visit_id) == written
    assert written.status is Status.CHECKED_IN
    assert (written.verdict, written.reason, written.result_code) == ("eligible", "ok", "000")
    assert written.followed_from == "003"
    assert written.full_name == "NGUYỄN THỬ SỐ 1"
    assert written.number == "DN4799900000001"
    assert written.coverage is not None
    assert written.coverage["new_card"]["valid_from"] == "2027-01-01"
    assert written.differences == found.differences
    assert written.warnings == (*card.warnings, *found.warnings)
    assert written.confirm_reason == "Đã xem thẻ giấy"
    assert written.priority == "pregnant"
    assert written.created_at == MORNING
    assert written.created_at.utcoffset() == timedelta(hours=7)
    assert written.source is Source.SCAN
    assert (written.desk, written.facility, written.training) == ("Quầy 1", "99999", False)


def test_a_visit_outside_bhyt_has_no_verdict_and_the_card_s_name(records: VisitRecords) -> None:
    visit = records.record(new_visit(status=Status.SELF_PAY, assessment=None))

    assert (visit.verdict, visit.reason, visit.result_code, visit.coverage) == (None, None, None, None)
    assert visit.full_name == "Nguyễn Thử Số 1"
    assert visit.queue_number == 1


def test_the_same_visit_written_again_changes_nothing(records: VisitRecords) -> None:
    first = records.record(new_visit(status=Status.PENDING, attempts=(attempt(),), visit_id="v1"))
    again = records.record(new_visit(health_card(2), visit_id="v1", attempts=(attempt(),)))

    assert again == first
    assert len(records.attempts("v1")) == 1
    assert records.record(new_visit(health_card(3))).queue_number == 2


def test_an_id_of_another_facility_is_never_given_back(open_records: OpenRecords) -> None:
    open_records().record(new_visit(visit_id="v1"))

    with pytest.raises(ValueError, match="another facility or mode"):
        open_records(training=True).record(new_visit(visit_id="v1"))


@pytest.mark.parametrize("status", list(Status))
def test_who_is_received_gets_a_queue_number(records: VisitRecords, status: Status) -> None:
    visit = records.record(new_visit(status=status))

    assert visit.queue_number == (1 if status in NUMBERED else None)


def test_queue_numbers_start_anew_by_day_facility_and_mode(open_records: OpenRecords) -> None:
    live, elsewhere, training = open_records(), open_records(facility="99998"), open_records(training=True)
    tomorrow = MORNING + timedelta(days=1)

    numbers = [
        (records, records.record(new_visit(health_card(i), created_at=moment)).queue_number)
        for i, (records, moment) in enumerate(
            [(live, MORNING), (live, MORNING), (live, tomorrow), (elsewhere, MORNING), (training, MORNING)]
        )
    ]

    assert [number for _, number in numbers] == [1, 2, 1, 1, 1]


def test_training_and_live_never_see_each_other(open_records: OpenRecords) -> None:
    live, training = open_records(), open_records(training=True)
    practised = training.record(new_visit(status=Status.PENDING, visit_id="practice"))

    assert practised.training
    assert live.get("practice") is None
    assert list(live.visits()) == []
    assert live.owed() == []
    assert live.owed_summary() == (0, None)
    assert live.attempts("practice") == ()
    assert live.events("practice") == ()
    assert not live.already_checked_in(health_card(), None, TODAY)
    assert live.settle("practice", Status.CHECKED_IN, assessment(), (), MORNING) is None
    with pytest.raises(UsageError):
        live.cancel("practice", "nhầm", "Quầy 1", MORNING)
    assert live.record(new_visit()).warnings == ()
    assert training.get("practice") == practised


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 23, 16, 59, 59, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 11, 23, 18, 30, tzinfo=UTC), date(2026, 11, 24)),
        (datetime(2026, 11, 23, 23, 59, tzinfo=VIETNAM), date(2026, 11, 23)),
    ],
)
def test_a_visit_belongs_to_the_day_in_vietnam(records: VisitRecords, moment: datetime, day: date) -> None:
    visit = records.record(new_visit(created_at=moment))

    assert visit.day == clock.day_of(moment) == day
    assert list(records.visits(on=day)) == [visit]
    assert list(records.visits(on=day - timedelta(days=1))) == []


def test_a_moment_without_a_time_zone_is_refused(records: VisitRecords) -> None:
    with pytest.raises(ValueError, match="time zone"):
        records.still_owed("v1", TIMED_OUT, (), MORNING.replace(tzinfo=None))


# Evidence and audit


def test_every_exchange_with_the_gateway_is_kept(records: VisitRecords) -> None:
    tried = (attempt(), attempt(None, answer='{"maKetQua":"000","ghiChu":"Thẻ còn giá trị"}'))
    visit = records.record(new_visit(attempts=tried))

    assert records.attempts(visit.visit_id) == tried


def test_evidence_is_kept_whatever_characters_the_gateway_sent(records: VisitRecords) -> None:
    visit = records.record(
        new_visit(health_card(full_name="Thử\0\ud800"), attempts=(attempt(None, answer="\0\udcff<html>"),))
    )

    assert records.attempts(visit.visit_id)[0].answer == "\ufffd?<html>"
    assert visit.full_name == "Thử\ufffd?"


def test_a_visit_tells_what_happened_to_it(records: VisitRecords) -> None:
    records.record(new_visit(status=Status.PENDING, visit_id="v1"))
    later = MORNING + timedelta(minutes=5)
    records.still_owed("v1", TIMED_OUT, (), later)
    records.settle("v1", Status.HELD, assessment(Verdict.NEEDS_STAFF, "name_mismatch"), (), later)
    records.confirm("v1", "Đã xem căn cước")
    records.cancel("v1", "Người bệnh ra về", "Quầy 2", later)

    assert [(event.event, event.status, event.why) for event in records.events("v1")] == [
        ("recorded", Status.PENDING, "gateway_timeout"),
        ("still_owed", Status.PENDING, "gateway_timeout"),
        ("settled", Status.HELD, "name_mismatch"),
        ("confirmed", Status.CHECKED_IN, "Đã xem căn cước"),
        ("cancelled", Status.CANCELLED, "Người bệnh ra về"),
    ]
    assert records.events("v1")[1].at == later


# The same person on the same day


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(health_card(1), health_card(1), id="same card"),
        pytest.param(health_card(1), health_card(1, card_number="GD4799900000001"), id="renewed card"),
        pytest.param(
            health_card(1),
            HealthCard(Kind.SOCIAL_INSURANCE_NUMBER, social_insurance_number="9900000001"),
            id="card and its social-insurance number",
        ),
        pytest.param(citizen_card(), citizen_card(), id="same citizen card"),
        pytest.param(
            health_card(1, card_number="TE14799KT00001"),
            health_card(1, card_number="te14799kt00001"),
            id="temporary number",
        ),
    ],
)
def test_a_second_check_in_on_the_same_day_is_noticed(
    records: VisitRecords, first: HealthCard, second: HealthCard
) -> None:
    assert not records.already_checked_in(second, None, TODAY)
    assert records.record(new_visit(first)).warnings == ()

    assert records.already_checked_in(second, None, TODAY)
    assert records.record(new_visit(second)).warnings == (ALREADY_CHECKED_IN,)


def test_a_citizen_card_is_known_again_by_what_the_gateway_said(records: VisitRecords) -> None:
    records.record(new_visit(citizen_card(), assessment=assessment(coverage=coverage(1))))

    assert records.record(new_visit(health_card(1))).warnings == (ALREADY_CHECKED_IN,)
    assert records.already_checked_in(citizen_card("001190000002"), coverage(1), TODAY)
    renewed = coverage(2, new_card=new_card(1))
    assert records.already_checked_in(citizen_card("001190000002"), renewed, TODAY)


def test_a_late_answer_tells_who_the_person_is(records: VisitRecords) -> None:
    records.record(new_visit(citizen_card(), Status.PENDING, visit_id="v1"))
    assert not records.already_checked_in(health_card(1), None, TODAY)

    records.settle("v1", Status.CHECKED_IN, assessment(coverage=coverage(1)), (), MORNING)

    assert records.already_checked_in(health_card(1), None, TODAY)


@pytest.mark.parametrize(
    ("status", "noticed"),
    [(status, status in NUMBERED) for status in Status],
)
def test_only_who_was_received_counts(records: VisitRecords, status: Status, noticed: bool) -> None:
    records.record(new_visit(status=status))

    assert records.already_checked_in(health_card(), None, TODAY) is noticed
    assert not records.already_checked_in(health_card(2), None, TODAY)
    assert not records.already_checked_in(health_card(), None, TODAY + timedelta(days=1))
    assert not records.already_checked_in(HealthCard(Kind.HEALTH_CARD), None, TODAY)


# Confirming and cancelling


@pytest.mark.parametrize("status", [Status.HELD, Status.REFUSED])
def test_a_confirmed_visit_gets_its_number_and_keeps_its_verdict(
    records: VisitRecords, status: Status
) -> None:
    records.record(new_visit(health_card(2)))
    found = assessment(Verdict.NEEDS_STAFF, "name_mismatch", result_code="070")
    held = records.record(new_visit(status=status, assessment=found))

    visit = records.confirm(held.visit_id, "Đã xem căn cước")

    assert visit == replace(
        held, status=Status.CHECKED_IN, queue_number=2, confirm_reason="Đã xem căn cước", warnings=()
    )
    assert records.get(held.visit_id) == visit


def test_confirming_twice_gives_one_number(records: VisitRecords) -> None:
    held = records.record(new_visit(status=Status.HELD))
    first = records.confirm(held.visit_id, "Đã xem thẻ")

    assert records.confirm(held.visit_id, "lần hai") == first
    assert records.record(new_visit(health_card(2))).queue_number == 2


def test_confirming_notices_who_was_checked_in_meanwhile(records: VisitRecords) -> None:
    held = records.record(new_visit(status=Status.HELD))
    records.record(new_visit())

    assert records.confirm(held.visit_id, "Đã xem thẻ").warnings == (ALREADY_CHECKED_IN,)


def test_a_visit_settled_to_staff_keeps_its_number_when_confirmed(records: VisitRecords) -> None:
    pending = records.record(new_visit(status=Status.PENDING))
    held = records.settle(pending.visit_id, Status.HELD, assessment(Verdict.NEEDS_STAFF, "x"), (), MORNING)

    assert held is not None
    assert held.queue_number == 1
    assert records.confirm(pending.visit_id, "Đã xem thẻ").queue_number == 1


def test_what_cannot_be_confirmed_is_said(records: VisitRecords) -> None:
    pending = records.record(new_visit(status=Status.PENDING))

    with pytest.raises(UsageError) as waiting:
        records.confirm(pending.visit_id, "x")
    with pytest.raises(UsageError) as unknown:
        records.confirm("nobody", "x")

    assert waiting.value.code == "visit_not_waiting"
    assert waiting.value.values["status"] == "pending"
    assert unknown.value.code == "visit_unknown"
    assert records.get(pending.visit_id) == pending


def test_a_cancelled_visit_owes_nothing_and_keeps_its_number(records: VisitRecords) -> None:
    later = MORNING + timedelta(minutes=5)
    pending = records.record(new_visit(status=Status.PENDING, visit_id="v1"))

    cancelled = records.cancel("v1", "Người bệnh ra về", "Quầy 2", later)

    assert cancelled == replace(
        pending,
        status=Status.CANCELLED,
        cancelled_at=later,
        cancelled_by="Quầy 2",
        cancel_reason="Người bệnh ra về",
    )
    assert records.owed() == []
    assert records.settle("v1", Status.CHECKED_IN, assessment(), (), MORNING) is None
    again = records.record(new_visit())
    assert again.warnings == (), "the person is not here a second time"
    assert again.queue_number == 2, "the first number was called out; nobody gets it again"


def test_a_visit_is_cancelled_once(records: VisitRecords) -> None:
    records.record(new_visit(visit_id="v1"))
    first = records.cancel("v1", "Quét nhầm người", "Quầy 1", MORNING)

    with pytest.raises(UsageError) as refused:
        records.cancel("v1", "lần hai", "Quầy 2", MORNING)

    assert refused.value.code == "visit_already_cancelled"
    assert records.get("v1") == first
    assert [event.event for event in records.events("v1")] == ["recorded", "cancelled"]


def test_only_a_visit_of_the_day_can_be_cancelled(records: VisitRecords) -> None:
    records.record(new_visit(visit_id="v1"))

    for wrong_day in (timedelta(days=1), timedelta(days=-1)):
        with pytest.raises(UsageError) as refused:
            records.cancel("v1", "nhầm", "Quầy 1", MORNING + wrong_day)
        assert (refused.value.code, refused.value.values["date"]) == ("visit_other_day", "23/11/2026")
    with pytest.raises(UsageError) as unknown:
        records.cancel("v2", "nhầm", "Quầy 1", MORNING)
    assert unknown.value.code == "visit_unknown"


def test_a_cancelled_visit_cannot_be_confirmed(records: VisitRecords) -> None:
    records.record(new_visit(status=Status.HELD, visit_id="v1"))
    records.cancel("v1", "Quét nhầm người", "Quầy 1", MORNING)

    with pytest.raises(UsageError):
        records.confirm("v1", "Đã xem thẻ")


# Owed look-ups


def test_a_pending_visit_owes_its_look_up(records: VisitRecords) -> None:
    later = new_visit(health_card(2), Status.PENDING, created_at=MORNING + timedelta(minutes=1))
    earlier = new_visit(health_card(1), Status.PENDING)
    for new in (later, earlier, new_visit(health_card(3))):
        records.record(new)

    first, second = records.owed()

    assert (first.visit_id, second.visit_id) == (earlier.visit_id, later.visit_id)
    assert first.card == earlier.card
    assert first.question == Question("DN4799900000001", "Nguyễn Thử Số 1", health_card().birth_date)  # type: ignore[arg-type]
    assert first.created_at == MORNING
    assert first.attempts == 0
    assert records.owed_summary() == (2, MORNING)


def test_a_citizen_card_is_owed_as_read(records: VisitRecords) -> None:
    records.record(new_visit(citizen_card(), Status.PENDING))

    (owed,) = records.owed()

    assert owed.card == citizen_card()
    assert owed.question.number == "001190000001"


def test_a_look_up_that_cannot_be_asked_is_never_owed(records: VisitRecords) -> None:
    with pytest.raises(ValueError, match="cannot be owed"):
        records.record(new_visit(health_card(full_name=None), Status.PENDING))

    assert list(records.visits()) == []
    assert records.record(new_visit()).queue_number == 1  # the number was given back


def test_a_late_answer_settles_the_visit_once(records: VisitRecords) -> None:
    pending = records.record(
        new_visit(status=Status.PENDING, attempts=(attempt(),), warnings=(Notice("dropped_accents"),))
    )
    at = MORNING + timedelta(minutes=10)
    answer = assessment(coverage=coverage(), warnings=(Notice("new_card_later"),))

    settled = records.settle(pending.visit_id, Status.CHECKED_IN, answer, (attempt(None),), at)
    again = records.settle(pending.visit_id, Status.REFUSED, TIMED_OUT, (attempt(),), at)

    assert settled is not None
    assert again is None
    assert records.get(pending.visit_id) == settled
    assert (settled.status, settled.verdict, settled.result_code) == (Status.CHECKED_IN, "eligible", "000")
    assert settled.queue_number == pending.queue_number
    assert settled.rechecked_at == at
    assert settled.full_name == "NGUYỄN THỬ SỐ 1"
    assert settled.warnings == (Notice("dropped_accents"), Notice("new_card_later"))
    assert records.owed() == []
    assert [tried.failure for tried in records.attempts(pending.visit_id)] == [
        "read_timeout",
        None,
        "read_timeout",
    ]


def test_settling_to_pending_is_a_fault_of_the_program(records: VisitRecords) -> None:
    with pytest.raises(ValueError, match="still_owed"):
        records.settle("v1", Status.PENDING, TIMED_OUT, (), MORNING)


def test_a_look_up_tried_in_vain_stays_owed(records: VisitRecords) -> None:
    pending = records.record(new_visit(status=Status.PENDING))
    at = MORNING + timedelta(minutes=10)
    refused = assessment(Verdict.UNDETERMINED, "staff_unknown", result_code="054")

    visit = records.still_owed(pending.visit_id, refused, (attempt(), attempt()), at)

    assert visit == replace(pending, reason="staff_unknown", result_code="054", rechecked_at=at)
    (owed,) = records.owed()
    assert owed.attempts == 1
    assert len(records.attempts(pending.visit_id)) == 2


def test_nobody_else_s_visit_is_still_owed(records: VisitRecords) -> None:
    done = records.record(new_visit())

    assert records.still_owed(done.visit_id, TIMED_OUT, (), MORNING) is None
    assert records.still_owed("nobody", TIMED_OUT, (attempt(),), MORNING) is None
    assert records.get(done.visit_id) == done


# Listing


def test_visits_are_listed_oldest_first(records: VisitRecords) -> None:
    moments = [MORNING + timedelta(minutes=minute) for minute in (3, 1, 2)]
    for i, moment in enumerate(moments):
        status = Status.HELD if i == 2 else Status.CHECKED_IN
        records.record(new_visit(health_card(i), status, created_at=moment))

    assert [visit.created_at for visit in records.visits()] == sorted(moments)
    assert [visit.created_at for visit in records.visits(status=Status.HELD)] == [moments[2]]
    assert list(records.visits(on=TODAY, status=Status.REFUSED)) == []


def _fill(url: str, count: int) -> None:
    database = Database.open(url)
    same_moment = 3  # visits of the same microsecond must not be lost between two pages
    rows = [
        {
            "visit_id": f"{i:05}",
            "mode": "live",
            "facility": "99999",
            "day": TODAY,
            "created_at": MORNING + timedelta(seconds=i // same_moment),
            "source": "scan",
            "desk": "Quầy 1",
            "status": "checked_in",
            "queue_number": i + 1,
            "card": {"kind": "health_card"},
            "differences": [],
            "warnings": [],
        }
        for i in range(count)
    ]
    with database.write() as connection:
        connection.execute(sqlalchemy.insert(schema.visit), rows)
    database.close()


def test_five_thousand_visits_are_read_page_by_page(records: VisitRecords, records_url: str) -> None:
    _fill(records_url, 5000)
    queries = Counter[str]()

    def count(*event: object) -> None:
        queries[str(event[2]).split()[0]] += 1

    sqlalchemy.event.listen(sqlalchemy.Engine, "before_cursor_execute", count)
    try:
        listing = records.visits()
        first = next(listing)
        assert queries["SELECT"] == 1
        assert first.visit_id == "00000"
        queries.clear()
        rest = [visit.visit_id for visit in listing]
    finally:
        sqlalchemy.event.remove(sqlalchemy.Engine, "before_cursor_execute", count)

    assert rest == [f"{i:05}" for i in range(1, 5000)]
    assert 5 <= queries["SELECT"] <= 50


def test_recording_goes_on_while_somebody_reads_the_list(records: VisitRecords) -> None:
    for i in range(3):
        records.record(new_visit(health_card(i)))
    listing = records.visits()
    next(listing)

    assert records.record(new_visit(health_card(9))).queue_number == 4


# Threads, and any order of things


def test_many_threads_share_one_set_of_records(records: VisitRecords) -> None:
    numbers: list[int | None] = []

    def check_in(worker: int) -> None:
        cards = [health_card(worker * 100 + i) for i in range(5)]
        numbers.extend(records.record(new_visit(card)).queue_number for card in cards)

    threads = [threading.Thread(target=check_in, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(number or 0 for number in numbers) == list(range(1, 21))


_STEPS = st.lists(
    st.tuples(
        st.integers(0, 2), st.sampled_from([*Status, None])
    ),  # day; None: a check-in that fails half-way
    max_size=12,
)


@settings(deadline=None, max_examples=25)
@given(steps=_STEPS, confirmed=st.booleans())
def test_queue_numbers_have_no_gaps_whatever_happens(
    steps: list[tuple[int, Status | None]], confirmed: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = sqlite_url(Path(folder) / "visits.sqlite3")
        with VisitRecords.open(url, facility="99999", training=False) as records:
            for i, (days, status) in enumerate(steps):
                moment = MORNING + timedelta(days=days)
                if status is None:
                    nameless = new_visit(health_card(i, full_name=None), Status.PENDING, created_at=moment)
                    with pytest.raises(ValueError, match="cannot be owed"):
                        records.record(nameless)
                    continue
                visit = records.record(new_visit(health_card(i), status, created_at=moment))
                if confirmed and status is Status.HELD:
                    records.confirm(visit.visit_id, "Đã xem thẻ")
                if status is Status.PENDING:
                    records.settle(visit.visit_id, Status.REFUSED, assessment(), (), moment)
            numbers = defaultdict(list)
            for visit in records.visits():
                if visit.queue_number is not None:
                    numbers[visit.day].append(visit.queue_number)

    assert all(sorted(given_out) == list(range(1, len(given_out) + 1)) for given_out in numbers.values())
    received = sum(status in NUMBERED or (confirmed and status is Status.HELD) for _, status in steps)
    assert sum(map(len, numbers.values())) == received
