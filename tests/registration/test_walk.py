"""The assistant's steps, scans and questions, without a window."""

from __future__ import annotations

from datetime import date

import pytest
from registration_samples import CITIZEN_LINE, health_line

from kiosk.registration.preparation import Draft, Entry
from kiosk.registration.tables import Office
from kiosk.registration.walk import OWN, PARENT, Question, Step, Walk

TODAY = date(2026, 11, 23)
OFFICES = (Office("a", "BHXH cơ sở A"), Office("b", "BHXH cơ sở B"))
CONTACT = {Entry.PHONE: "0912345678", Entry.EMAIL: "thu@gmail.com"}


def here(walk: Walk) -> Step:
    """Asked anew each time: the type checker would go on believing the last answer."""
    return walk.step


def asked(walk: Walk) -> Question | None:
    return walk.question


def at(step: Step, walk: Walk | None = None) -> Walk:
    """A walk with everything right, as far as `step`."""
    walk = walk or Walk(OFFICES)
    while walk.step is not step:
        if walk.step is Step.SCAN:
            walk.scan(health_line(), TODAY)
            walk.scan(CITIZEN_LINE, TODAY)
            continue
        if walk.step is Step.PERSON:
            walk.enter(CONTACT)
        before = walk.step
        walk.forward(TODAY)
        assert walk.step is not before, before
    return walk


def test_the_two_scans_lead_on_by_themselves() -> None:
    walk = Walk()
    walk.forward(TODAY)
    assert walk.waits_for_scan
    assert walk.scan(CITIZEN_LINE, TODAY)
    assert here(walk) is Step.SCAN, "the second card is awaited"
    assert walk.scan(health_line(), TODAY)
    assert here(walk) is Step.OPEN
    assert not walk.waits_for_scan


def test_where_the_cards_disagree_somebody_looks_first() -> None:
    walk = Walk()
    walk.forward(TODAY)
    walk.scan(CITIZEN_LINE, TODAY)
    walk.scan(health_line(born="13/10/1988"), TODAY)
    assert here(walk) is Step.SCAN
    walk.forward(TODAY)
    assert here(walk) is Step.OPEN


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("nothing at all", "unknown_code"),
        (health_line("Trần Văn Khác", "04/03/1985"), "cards_of_two_persons"),
    ],
)
def test_a_scan_that_is_not_this_persons_card_loses_nothing(text: str, why: str) -> None:
    walk = Walk()
    walk.forward(TODAY)
    walk.scan(CITIZEN_LINE, TODAY)
    assert not walk.scan(text, TODAY)
    assert walk.scan_error is not None
    assert walk.scan_error.code == why
    assert walk.draft.citizen_card is not None
    walk.scan(health_line(), TODAY)
    assert here(walk) is Step.OPEN


def test_a_wrong_entry_stops_and_a_missing_one_is_told_once() -> None:
    walk = at(Step.PERSON)
    walk.forward(TODAY)
    assert here(walk) is Step.PERSON
    assert {each.error.code for each in walk.problems_told(walk.prepared(TODAY))} == {
        "phone_missing", "email_missing",
    }  # fmt: skip
    walk.enter({Entry.PHONE: "091234567"})
    for _ in range(3):
        walk.forward(TODAY)
        assert here(walk) is Step.PERSON, "wrong: it must be corrected"
    walk.enter({Entry.PHONE: ""})
    walk.forward(TODAY)
    walk.forward(TODAY)
    assert here(walk) is Step.ADDRESS, "missing: a line for a pen"


def test_a_slip_in_the_address_is_asked_about_once_and_mended_with_one_key() -> None:
    walk = at(Step.PERSON)
    walk.enter({**CONTACT, Entry.EMAIL: "thu@gmial.com"})
    walk.forward(TODAY)
    assert here(walk) is Step.PERSON
    assert "email" in walk.notices_told(walk.prepared(TODAY))
    assert walk.take_suggestion(TODAY) == "thu@gmail.com"
    walk.forward(TODAY)
    assert here(walk) is Step.ADDRESS


def test_an_address_that_somebody_else_gave_today_is_asked_about() -> None:
    walk = at(Step.SHEET)
    walk.note_sheet(TODAY)
    assert not walk.prepared(TODAY).warnings, "one's own again"
    walk.wipe()
    walk.forward(TODAY)
    walk.scan(health_line().replace("9900000101|", "9900000777|"), TODAY)
    walk.enter({Entry.EMAIL: "THU@gmail.com"})
    assert "email_used_today" in {notice.code for notice in walk.prepared(TODAY).warnings}
    tomorrow = date(2026, 11, 24)
    assert "email_used_today" not in {notice.code for notice in walk.prepared(tomorrow).warnings}


def test_an_office_is_chosen_and_stays_chosen() -> None:
    walk = at(Step.OFFICE)
    walk.choose(1)
    walk.choose(7)
    walk.forward(TODAY)
    assert walk.draft.office == OFFICES[1]
    walk.back()
    assert (here(walk), walk.chosen) == (Step.OFFICE, 1)


def test_who_has_an_account_goes_another_way() -> None:
    walk = Walk()
    walk.choose(1)
    walk.forward(TODAY)
    assert here(walk) is Step.RECOVERY
    walk.back()
    assert (here(walk), walk.chosen) == (Step.ACCOUNT, 1)
    walk.forward(TODAY)
    assert walk.forward(TODAY), "over"


def test_a_childs_card_leads_to_the_parents_account_unasked() -> None:
    walk = Walk()
    walk.forward(TODAY)
    walk.scan(health_line(born="05/06/2018"), TODAY)
    walk.forward(TODAY)
    assert (here(walk), walk.route) == (Step.PARENT, PARENT)
    walk.forward(TODAY)
    assert here(walk) is Step.OFFICE
    walk.forward(TODAY)
    assert here(walk) is Step.SHEET


def test_leaving_is_asked_about_once_something_is_known() -> None:
    assert Walk().escape()
    walk = at(Step.PERSON)
    assert not walk.escape()
    assert asked(walk) is Question.LEAVE
    assert not walk.forward(TODAY)
    assert (asked(walk), here(walk)) == (None, Step.PERSON)
    walk.escape()
    assert walk.escape()
    assert (walk.draft, walk.step, walk.route) == (Draft(), Step.ACCOUNT, OWN)


def test_another_patient_between_leaves_a_choice() -> None:
    walk = at(Step.ADDRESS)
    walk.interrupted()
    assert asked(walk) is Question.RESUME
    assert not walk.waits_for_scan
    walk.forward(TODAY)
    assert (here(walk), walk.draft.citizen_card is not None) == (Step.ADDRESS, True)


def test_an_empty_walk_that_is_interrupted_begins_anew() -> None:
    walk = Walk()
    walk.forward(TODAY)
    walk.interrupted()
    assert (here(walk), walk.question) == (Step.ACCOUNT, None)


def test_a_scan_while_a_question_is_open_is_not_the_assistants() -> None:
    walk = Walk()
    walk.forward(TODAY)
    walk.scan(health_line(), TODAY)
    walk.escape()
    assert not walk.waits_for_scan
