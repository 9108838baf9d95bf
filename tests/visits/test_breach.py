"""Whose data, which fields, how many: counted over the records."""

from __future__ import annotations

from datetime import date, timedelta

from visit_samples import MORNING, assessment, attempt, citizen_card, coverage, health_card, new_visit

from kiosk.card.model import PartialDate
from kiosk.visits.breach import Breach, Scope, breach_of
from kiosk.visits.identity import keys_of
from kiosk.visits.person_erasing import erase, terms_in
from kiosk.visits.person_rows import stores_of
from kiosk.visits.persons import find, wanted
from kiosk.visits.records import VisitRecords
from kiosk.visits.watching import Watched

TREATED = attempt(None, answer='{"maKetQua":"000","dsLichSuKCB2018":[{"tenBenh":"J06"}]}')


def told(records: VisitRecords, scope: Scope = Scope()) -> Breach:  # noqa: B008  a frozen value
    return breach_of(stores_of(records), scope, discovered_at=MORNING)


def test_a_person_is_counted_once_over_visits_cards_and_what_the_law_kept(records: VisitRecords) -> None:
    card = coverage(1)
    records.record(new_visit(health_card(1), assessment=assessment(coverage=card), attempts=(TREATED,)))
    by_citizen = citizen_card()
    records.record(new_visit(by_citizen, assessment=assessment(coverage=card), staff="mai"))
    records.record(new_visit(health_card(2), created_at=MORNING + timedelta(days=1), desk="Quầy 2"))
    records.replace_watch_list([Watched(keys_of(health_card(9), None), "Cho mượn", None)], MORNING)

    found = told(records)
    assert (len(found.persons), found.visits, found.staff) == (2, 3, 1)
    assert found.watched == 2  # both numbers of a card that nobody came with
    assert found.notify_by - found.discovered_at == timedelta(hours=72)
    by_field = {each.field: (each.persons, each.visits) for each in found.fields}
    assert (by_field["full_name"], by_field["medical_history"]) == ((2, 3), (1, 1))
    assert by_field["citizen_id"] == (1, 1)

    (person,) = find(records, wanted(number="DN4799900000001")).persons
    erase(records, [person], terms_in(None), why="Đơn")
    afterwards = told(records)
    assert (len(afterwards.persons), afterwards.visits) == (2, 3)
    assert afterwards.tables["records"]["kept_visit"] == 2


def test_only_what_was_lost_is_told(records: VisitRecords) -> None:
    records.record(new_visit(health_card(1)))
    records.record(new_visit(health_card(2), created_at=MORNING + timedelta(days=1), desk="Quầy 2"))
    assert [each.person.full_name for each in told(records, Scope(desk="Quầy 2")).persons] == [
        "Nguyễn Thử Số 2"
    ]
    assert told(records, Scope(last=date(2026, 11, 23))).visits == 1
    assert told(records, Scope(first=date(2026, 11, 24))).visits == 1
    assert told(records, Scope(first=date(2026, 11, 25))).persons == ()


def test_who_came_with_two_cards_that_nothing_links_is_told_as_perhaps_twice(records: VisitRecords) -> None:
    records.record(new_visit(health_card(1, full_name="Lê Thử")))
    records.record(new_visit(citizen_card()))
    found = told(records)
    assert (len(found.persons), found.perhaps_twice) == (2, 1)


def test_a_number_used_by_two_persons_is_two_persons(records: VisitRecords) -> None:
    records.record(new_visit(health_card(1)))
    records.record(new_visit(health_card(1, full_name="Phạm Khác", birth_date=PartialDate(1971))))
    assert len(told(records).persons) == 2
