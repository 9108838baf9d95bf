"""Two scans, a phone number and an address become the values of the app's form."""

from __future__ import annotations

from datetime import date

import pytest
from registration_samples import CITIZEN_LINE, health_line, whole_draft

from kiosk import texts
from kiosk.card import parse
from kiosk.card.model import PartialDate, Sex
from kiosk.errors import UsageError
from kiosk.registration.preparation import REQUIRED, Applicant, Draft, Entry, Preparation, prepare

TODAY = date(2026, 11, 23)


def codes(prepared: Preparation) -> list[str]:
    return [problem.error.code for problem in prepared.problems]


def test_everything_comes_from_the_two_cards_and_two_entries() -> None:
    prepared = prepare(whole_draft(), TODAY)
    assert (prepared.social_insurance_number, prepared.citizen_id) == ("9900000101", "099188000101")
    assert (prepared.full_name, prepared.document) == ("Nguyễn Thị Thử Nghiệm", "099188000101")
    assert (prepared.birth_date, prepared.sex) == (PartialDate(1988, 10, 12), Sex.FEMALE)
    assert (prepared.phone, prepared.email) == ("0912345678", "thu.nghiem@gmail.com")
    assert prepared.address_old.district == "Quận Mẫu"
    assert prepared.address_new.province == "Tuyên Quang"
    assert (prepared.problems, prepared.warnings, prepared.differences) == ((), (), ())
    assert prepared.printable


def test_the_order_of_the_scans_makes_no_difference() -> None:
    turned = Draft().with_card(parse(CITIZEN_LINE)).with_card(parse(health_line()))
    assert turned.texts() == Draft().with_card(parse(health_line())).with_card(parse(CITIZEN_LINE)).texts()


def test_a_15_character_number_gives_its_last_ten() -> None:
    draft = Draft().with_typed({Entry.SOCIAL_INSURANCE_NUMBER: "dn 4 79 99000 00102"})
    assert prepare(draft, TODAY).social_insurance_number == "9900000102"


def test_what_is_missing_is_said_and_can_be_added_with_a_pen() -> None:
    prepared = prepare(Draft(), TODAY)
    assert codes(prepared) == [f"{entry}_missing" for entry in REQUIRED]
    assert prepared.printable
    for code in codes(prepared):
        assert texts.text("errors", code, "vi") != code


def test_what_is_wrong_never_reaches_paper() -> None:
    draft = whole_draft().with_typed(
        {
            Entry.PHONE: "091234567",
            Entry.EMAIL: "thu@",
            Entry.BIRTH_DATE: "31/02/1988",
            Entry.SEX: "x",
            Entry.DOCUMENT: "123",
            Entry.FULL_NAME: "Nguyễn 2",
            Entry.SOCIAL_INSURANCE_NUMBER: "099188000101",
        }
    )
    prepared = prepare(draft, TODAY)
    assert {problem.entry for problem in prepared.problems} == {
        "phone", "email", "birth_date", "sex", "document", "full_name", "social_insurance_number",
    }  # fmt: skip
    assert not prepared.printable
    assert (prepared.phone, prepared.email, prepared.birth_date) == ("", "", None)


@pytest.mark.parametrize(
    "paper", ["099188000101", "012345678", "B1234567", "c12345678", "X 12-34567", "ab12345"]
)
def test_identity_papers_that_are_taken(paper: str) -> None:
    prepared = prepare(Draft().with_typed({Entry.DOCUMENT: paper}), TODAY)
    assert prepared.document
    assert prepared.printable


def test_one_wrong_letter_is_a_difference_and_no_other_person() -> None:
    draft = Draft().with_card(parse(health_line("Nguyễn Thị Thư Nghiêm"))).with_card(parse(CITIZEN_LINE))
    prepared = prepare(draft, TODAY)
    assert [(each.field, each.spelling) for each in prepared.differences] == [("full_name", True)]
    assert "cards_spelled_differently" in {notice.code for notice in prepared.warnings}
    assert prepared.full_name == "Nguyễn Thị Thử Nghiệm", "the citizen card's: the app asks that register"


def test_a_wrong_birth_date_must_be_corrected_by_the_office_and_stops_nothing() -> None:
    draft = Draft().with_card(parse(health_line(born="13/10/1988"))).with_card(parse(CITIZEN_LINE))
    prepared = prepare(draft, TODAY)
    assert "cards_disagree" in codes(prepared)
    assert prepared.printable
    assert prepared.birth_date == PartialDate(1988, 10, 12)


def test_a_year_alone_agrees_with_the_day() -> None:
    draft = Draft().with_card(parse(health_line(born="1988"))).with_card(parse(CITIZEN_LINE))
    assert prepare(draft, TODAY).differences == ()


def test_a_name_that_lost_its_accents_is_taken_from_the_other_card() -> None:
    bare = CITIZEN_LINE.replace("Nguyễn Thị Thử Nghiệm", "Nguyen Thi Thu Nghiem")
    draft = Draft().with_card(parse(bare)).with_card(parse(health_line()))
    assert draft.texts()[Entry.FULL_NAME] == "Nguyễn Thị Thử Nghiệm"


def test_another_persons_second_card_is_refused_and_nothing_is_lost() -> None:
    draft = whole_draft()
    with pytest.raises(UsageError, match="cards_of_two_persons"):
        draft.with_card(parse(health_line("Trần Văn Khác", "04/03/1985", "1")))
    assert prepare(draft, TODAY).problems == ()


@pytest.mark.parametrize(
    ("born", "applicant"),
    [("24/11/2008", Applicant.PARENT), ("23/11/2008", Applicant.OWN), ("2020", Applicant.PARENT)],
)
def test_under_18_without_a_citizen_card_a_parent_registers(born: str, applicant: Applicant) -> None:
    prepared = prepare(Draft().with_card(parse(health_line(born=born))), TODAY)
    assert prepared.applicant is applicant
    if applicant is Applicant.PARENT:
        assert codes(prepared) == [], "phone and e-mail are the parent's, with the account"


def test_under_18_with_a_citizen_card_registers_alone() -> None:
    line = CITIZEN_LINE.replace("12101988", "12102010").replace("099188", "099310")
    prepared = prepare(Draft().with_card(parse(line)), TODAY)
    assert prepared.applicant is Applicant.OWN


def test_typing_what_the_card_says_is_not_typing() -> None:
    draft = whole_draft()
    assert draft.with_typed(draft.texts()).typed == draft.typed
    emptied = draft.with_typed({Entry.FULL_NAME: ""})
    assert "full_name_missing" in codes(prepare(emptied, TODAY))


def test_an_army_card_and_odd_things_on_a_card_are_remarked_on() -> None:
    draft = Draft().with_typed({Entry.BIRTH_DATE: "1988", Entry.FULL_NAME: "Mai Anh Tuan"})
    draft = draft.with_card(parse("QN5979900000106"))
    assert {notice.code for notice in prepare(draft, TODAY).warnings} == {
        "birth_date_partial", "name_without_accents", "army_police_account",
    }  # fmt: skip
