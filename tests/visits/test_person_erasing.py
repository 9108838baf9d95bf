"""A person's data erased on request: what goes, what a law keeps, and what is found of it afterwards."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from visit_samples import MORNING, assessment, attempt, coverage, health_card, new_visit

from kiosk.card.model import PartialDate
from kiosk.gateway.model import TOKEN_STEP
from kiosk.gateway.result_codes import Verdict
from kiosk.visits.audit_verify import examine_log
from kiosk.visits.day_page import DayQuery
from kiosk.visits.difficulties import new_difficulty
from kiosk.visits.identity import keys_of
from kiosk.visits.known_patient import KnownPatient
from kiosk.visits.model import NewVisit, Status, Visit
from kiosk.visits.person_erasing import Fate, Terms, erase, erase_plan, terms_in
from kiosk.visits.persons import Person, everything, find, wanted
from kiosk.visits.records import VisitRecords
from kiosk.visits.retention.rules import retention_rules
from kiosk.visits.retention.run import Retention
from kiosk.visits.schema import metadata
from kiosk.visits.searching import words_of
from kiosk.visits.watching import Watched

LONG = Terms(
    visit=lambda day: day.replace(year=day.year + 50), evidence=lambda day: day + timedelta(days=9999)
)
OVER = Terms(visit=lambda day: day - timedelta(days=9999), evidence=lambda day: day - timedelta(days=9999))
NUMBER = "DN4799900000001"


def paid(number: int = 1, **changes: Any) -> NewVisit:
    answer = attempt(
        None,
        request=f'{{"maThe":"DN479{9900000000 + number}"}}',
        answer=f'{{"maKetQua":"000","maSoBHXH":"{9900000000 + number}"}}',
    )
    found = assessment(coverage=coverage(number))
    asked = (attempt(None, request=TOKEN_STEP), answer)
    return new_visit(health_card(number), assessment=found, attempts=asked, **changes)


def the(records: VisitRecords, number: str = NUMBER) -> Person:
    (person,) = find(records, wanted(number=number)).persons
    return person


@pytest.fixture
def day(records: VisitRecords) -> dict[str, Visit]:
    """Two visits of one person, one that the fund pays and one that it does not; another person's."""
    visits = {
        "paid": records.record(paid()),
        "self_pay": records.record(
            new_visit(health_card(1), status=Status.SELF_PAY, assessment=None,
                      created_at=MORNING + timedelta(hours=1))
        ),
        "other": records.record(paid(2)),
    }  # fmt: skip
    watched = [Watched(keys_of(health_card(each), None), "Cho mượn thẻ", None) for each in (1, 2)]
    records.replace_watch_list(watched, MORNING)
    told = new_difficulty(
        "other",
        difficulty_id="d1",
        at=MORNING,
        desk="Quầy 1",
        text="Nguyễn Thử Số 1 nói",
        about_visit=visits["paid"].visit_id,
    )
    records.difficulties.file(told)
    return visits


def test_the_plan_says_what_goes_and_what_stays_and_changes_nothing(
    records: VisitRecords, day: dict[str, Visit]
) -> None:
    plan = erase_plan(records, [the(records)], LONG)

    assert {each.visit_id: (each.fate, each.why) for each in plan.visits} == {
        day["paid"].visit_id: (Fate.STAYS, "fund_pays"),
        day["self_pay"].visit_id: (Fate.GOES, "asked"),
    }
    assert "TT 12/2026" in plan.article
    assert (plan.watched, plan.difficulty_texts) == (2, 1)  # two numbers of one card
    assert len([*records.visits()]) == 3
    assert erase_plan(records, [the(records)], OVER).count(Fate.GOES) == 2


def test_afterwards_no_desk_finds_anything_and_the_others_are_as_they_were(
    records: VisitRecords, day: dict[str, Visit]
) -> None:
    done = erase(records, [the(records)], LONG, why="Đơn ngày 20/11/2026")

    assert (done.gone, done.kept, done.waiting) == (1, 1, 0)
    assert [each.visit_id for each in records.visits()] == [day["other"].visit_id]
    keys = keys_of(health_card(1), None)
    assert records.known_patient(keys) is None
    assert records.search_patients(words_of("Số 1")) == []
    assert not records.already_checked_in(health_card(1), None, date(2026, 11, 23))
    assert records.day_page(DayQuery(date(2026, 11, 23), "Số 1")).visits == ()
    assert all("Số 1" not in (each.text or "") for each in records.difficulties.find())
    assert isinstance(records.known_patient(keys_of(health_card(2), None)), KnownPatient)
    assert all(examine_log(log).sound for log in records.audit.parts())
    erased = [entry for entry in records.audit.entries() if entry.act == "erase"]
    assert [entry.why for entry in erased] == ["Đơn ngày 20/11/2026"]
    assert '"watched_numbers":2' in erased[0].detail


def test_what_the_law_orders_is_there_for_who_may_ask(records: VisitRecords, day: dict[str, Visit]) -> None:
    erase(records, [the(records)], LONG, why="Đơn")
    person = the(records)

    (kept,) = person.visits
    assert (kept.visit_id, kept.status) == (day["paid"].visit_id, "kept")
    data = everything(records, person)
    (row,) = data.rows["records"]["kept_visit"]
    content = row["content"]
    assert content["visit"]["full_name"] == "NGUYỄN THỬ SỐ 1"
    assert [each["answer"] for each in content["lookup_attempt"]] == [
        '{"maKetQua":"000","maSoBHXH":"9900000001"}'
    ]
    assert not {"findings", "differences", "search", "warnings"} & set(content["visit"])
    assert not {"visit", "visit_identity", "watch_list", "difficulty"} & set(data.rows["records"])

    again = erase_plan(records, [person], LONG)
    assert [each.fate for each in again.visits] == [Fate.STAYS]


def test_when_its_term_is_over_that_goes_too(records: VisitRecords, day: dict[str, Visit]) -> None:
    """First the gateway's words, after 24 months; then the rest, after 60."""
    erase(records, [the(records)], terms_in(None), why="Đơn")

    def carry_out(today: date) -> dict[str, int]:
        retention = Retention(records.audit.parts(), retention_rules(), None, today)
        return retention.carry_out(why="test", kinds=("kept_evidence", "kept_visits"), pauses=False).removed

    assert carry_out(date(2028, 11, 23)) == {}
    assert carry_out(date(2028, 11, 24)) == {"kept_evidence": 1}
    (row,) = everything(records, the(records)).rows["records"]["kept_visit"]
    assert (row["content"]["lookup_attempt"], row["content"]["visit"]["status"]) == ([], "checked_in")
    assert carry_out(date(2031, 11, 23)) == {}
    assert carry_out(date(2031, 11, 24)) == {"kept_visits": 1}
    assert find(records, wanted(number=NUMBER)).persons == ()


def test_nothing_of_a_person_whom_no_law_keeps_is_in_any_table(
    records: VisitRecords, day: dict[str, Visit]
) -> None:
    done = erase(records, [the(records)], OVER, why="Đơn")

    assert (done.gone, done.kept) == (2, 0)
    assert find(records, wanted(number=NUMBER)).persons == ()
    (log,) = records.audit.parts()
    with log.database.read() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)):
                assert not any(told in str(row) for told in ("9900000001", "Số 1", "SỐ 1")), table.name


def test_nor_in_the_bytes_of_the_file(records_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a file that is not encrypted, so that it can be looked for; the pages of the others are the same."""
    monkeypatch.setattr("kiosk.visits.database.ready_to_open", lambda *_: nullcontext(None))
    told = (b"9900000001", "NGUYỄN THỬ SỐ 1".encode(), b"nguyen thu so 1")

    def there() -> set[bytes]:
        content = b"".join(each.read_bytes() for each in records_file.parent.iterdir())
        return {each for each in told if each in content}

    with VisitRecords.open(records_file, facility="99999", training=False) as records:
        records.record(paid())
        assert there() == set(told)
        assert erase(records, [the(records)], OVER, why="Đơn").swept
        assert there() == set()


def test_what_is_still_to_be_done_for_the_patient_waits(records: VisitRecords) -> None:
    pending = new_visit(health_card(1), status=Status.PENDING, attempts=(attempt(),))
    visit = records.record(pending)
    done = erase(records, [the(records)], LONG, why="Đơn")
    assert (done.gone, done.kept, done.waiting) == (0, 0, 1)
    assert records.get(visit.visit_id) is not None
    records.settle(
        visit.visit_id, Status.REFUSED, assessment(Verdict.NOT_ELIGIBLE, "card_expired"), (), MORNING
    )
    records.finish_task(visit.visit_id, "Quầy 1", MORNING)
    assert erase(records, [the(records)], LONG, why="Đơn").gone == 1


def test_a_mixed_up_visit_of_somebody_else_stays(records: VisitRecords) -> None:
    records.record(paid())
    other = health_card(1, full_name="Phạm Khác", birth_date=PartialDate(1971))
    stays = records.record(new_visit(other))
    person = next(
        each for each in find(records, wanted(number=NUMBER)).persons if each.full_name != "Phạm Khác"
    )
    erase(records, [person], OVER, why="Đơn")
    assert [each.visit_id for each in records.visits()] == [stays.visit_id]
