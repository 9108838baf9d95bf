"""What each answer of the gateway means for a visit, told as cases at the desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kiosk.card.model import CitizenCard, HealthCard, Kind, PartialDate, Sex
from kiosk.eligibility import Assessment, assess, number_to_follow
from kiosk.gateway.model import Answer, GatewayCard, NewCard
from kiosk.gateway.result_codes import Origin, Verdict, result_rules

VISIT_DAY = date(2026, 11, 23)
HERE = "99999"

READ = HealthCard(
    kind=Kind.HEALTH_CARD,
    card_number="DN4799900000001",
    social_insurance_number="9900000001",
    full_name="Nguyễn Văn Mẫu",
    birth_date=PartialDate(1990, 2, 1),
    sex=Sex.MALE,
)
FOUND = GatewayCard(
    card_number="DN4799900000001",
    social_insurance_number="9900000001",
    full_name="NGUYỄN VĂN MẪU",
    birth_date=PartialDate(1990, 2, 1),
    sex=Sex.MALE,
    primary_facility=HERE,
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    issuing_office="Bảo hiểm xã hội Thử Nghiệm",
)
NEW = NewCard(
    card_number="GD2799900000001",
    valid_from=date(2026, 11, 1),
    valid_to=date(2027, 10, 31),
    primary_facility="99998",
    primary_facility_name="Bệnh viện Mẫu",
)


def conclude(
    code: str | None = "000",
    found: GatewayCard | None = FOUND,
    *,
    read: HealthCard | CitizenCard = READ,
    on: date = VISIT_DAY,
    failure: str | None = None,
) -> Assessment:
    return assess(read, Answer(result_code=code, failure=failure, card=found), on=on, facility=HERE)


def test_a_good_card_of_the_right_person_covers_the_visit() -> None:
    assessment = conclude()
    assert assessment.verdict is Verdict.ELIGIBLE
    assert assessment.result_code == "000"
    assert assessment.coverage is not None
    assert assessment.coverage.card_number == "DN4799900000001"
    assert assessment.coverage.benefit_level == 4
    assert assessment.differences == ()
    assert assessment.warnings == ()
    assert assessment.registered_here is True


@pytest.mark.parametrize(
    ("code", "verdict", "reason"),
    [
        ("001", Verdict.NEEDS_STAFF, "army_card"),
        ("002", Verdict.NEEDS_STAFF, "police_card"),
        ("003", Verdict.NEEDS_STAFF, "new_card_issued"),
        ("004", Verdict.ELIGIBLE, "old_card_still_valid"),
        ("010", Verdict.NOT_ELIGIBLE, "card_expired"),
        ("050", Verdict.NOT_ELIGIBLE, "card_unknown"),
        ("051", Verdict.NEEDS_STAFF, "card_number_wrong"),
        ("052", Verdict.NEEDS_STAFF, "province_code_wrong"),
        ("053", Verdict.NEEDS_STAFF, "benefit_code_wrong"),
        ("054", Verdict.UNDETERMINED, "staff_not_registered"),
        ("055", Verdict.UNDETERMINED, "staff_name_mismatch"),
        ("060", Verdict.NEEDS_STAFF, "name_mismatch"),
        ("061", Verdict.NEEDS_STAFF, "name_mismatch"),
        ("070", Verdict.NEEDS_STAFF, "birth_date_mismatch"),
        ("100", Verdict.UNDETERMINED, "gateway_error"),
        ("101", Verdict.UNDETERMINED, "gateway_error"),
        ("110", Verdict.NOT_ELIGIBLE, "card_withdrawn"),
        ("130", Verdict.NEEDS_STAFF, "child_without_card"),
        ("205", Verdict.UNDETERMINED, "gateway_rejected_format"),
        ("401", Verdict.UNDETERMINED, "gateway_unauthorized"),
    ],
)
def test_each_official_code_has_its_verdict_and_reason(code: str, verdict: Verdict, reason: str) -> None:
    assessment = conclude(code)
    assert (assessment.verdict, assessment.reason) == (verdict, reason)


@pytest.mark.parametrize("code", ["120", "121", "122", "123", "124"])
def test_a_card_reported_as_ended_does_not_cover(code: str) -> None:
    assert conclude(code, None).verdict is Verdict.NOT_ELIGIBLE


@pytest.mark.parametrize(
    "failure", [key for key, rule in result_rules().items() if rule.origin is Origin.FAILURE]
)
def test_a_technical_failure_is_never_a_no(failure: str) -> None:
    assessment = conclude(None, None, failure=failure)
    assert assessment.verdict is Verdict.UNDETERMINED
    assert assessment.reason == failure
    assert assessment.result_code is None


@pytest.mark.parametrize("code", ["777", "00x", "-1", "9999"])
def test_an_unknown_code_is_undetermined_and_kept(code: str) -> None:
    assessment = conclude(code)
    assert assessment.verdict is Verdict.UNDETERMINED
    assert assessment.reason == "unknown_code"
    assert assessment.result_code == code
    assert assessment.coverage is None


class TestPeriod:
    """Validity by date in Vietnam: first and last day count."""

    @pytest.mark.parametrize("day", [date(2026, 1, 1), date(2026, 12, 31)])
    def test_first_and_last_day_are_covered(self, day: date) -> None:
        assert conclude(on=day).verdict is Verdict.ELIGIBLE

    def test_the_day_after_the_last_is_expired_whatever_the_code_says(self) -> None:
        assessment = conclude(on=date(2027, 1, 1))
        assert (assessment.verdict, assessment.reason) == (Verdict.NOT_ELIGIBLE, "card_expired")
        assert assessment.result_code == "000"

    def test_the_day_before_the_first_is_too_early(self) -> None:
        assessment = conclude(on=date(2025, 12, 31))
        assert (assessment.verdict, assessment.reason) == (Verdict.NOT_ELIGIBLE, "card_not_yet_valid")

    def test_a_card_without_an_end_date_is_open(self) -> None:
        assert conclude(found=replace(FOUND, valid_to=None)).verdict is Verdict.ELIGIBLE

    def test_a_good_code_without_any_field_is_still_good(self) -> None:
        assessment = conclude(found=None)
        assert assessment.verdict is Verdict.ELIGIBLE
        assert assessment.coverage is None
        assert conclude(found=GatewayCard()).coverage is None


class TestPerson:
    """Name and birth date must be the card holder's; how they are written does not matter."""

    @pytest.mark.parametrize("name", ["nguyễn văn mẫu", "NGUYỄN  VĂN MẪU ", "Nguyễn Văn Mẫu"])
    def test_case_and_blanks_do_not_matter(self, name: str) -> None:
        assert conclude(found=replace(FOUND, full_name=name)).verdict is Verdict.ELIGIBLE

    def test_the_place_of_the_tone_mark_does_not_matter(self) -> None:
        read = replace(READ, full_name="Trần Thị Hoà")
        assert conclude(found=replace(FOUND, full_name="TRẦN THỊ HÒA"), read=read).verdict is Verdict.ELIGIBLE

    def test_another_name_is_for_staff(self) -> None:
        assessment = conclude(found=replace(FOUND, full_name="NGUYỄN VĂN MẬU"))
        assert (assessment.verdict, assessment.reason) == (Verdict.NEEDS_STAFF, "name_mismatch")
        assert [difference.field for difference in assessment.differences] == ["full_name"]

    def test_another_name_on_an_expired_card_is_still_for_staff_not_a_refusal(self) -> None:
        assessment = conclude(found=replace(FOUND, full_name="LÊ VĂN KHÁC"), on=date(2027, 1, 1))
        assert assessment.verdict is Verdict.NEEDS_STAFF

    def test_a_year_only_birth_date_agrees_with_any_day_of_that_year(self) -> None:
        assert conclude(found=replace(FOUND, birth_date=PartialDate(1990))).verdict is Verdict.ELIGIBLE
        read = replace(READ, birth_date=PartialDate(1990))
        assert conclude(read=read).verdict is Verdict.ELIGIBLE

    def test_another_birth_date_is_for_staff(self) -> None:
        assessment = conclude(found=replace(FOUND, birth_date=PartialDate(1990, 1, 2)))
        assert (assessment.verdict, assessment.reason) == (Verdict.NEEDS_STAFF, "birth_date_mismatch")
        assert assessment.differences[0].read == "1990-02-01"
        assert assessment.differences[0].gateway == "1990-01-02"

    def test_another_sex_is_shown_but_does_not_block(self) -> None:
        assessment = conclude(found=replace(FOUND, sex=Sex.FEMALE))
        assert assessment.verdict is Verdict.ELIGIBLE
        assert [difference.field for difference in assessment.differences] == ["sex"]


class TestNewCard:
    """Two cards: the new one applies from its first day (NĐ 188/2025 Đ21)."""

    def test_after_003_the_new_number_is_to_be_looked_up(self) -> None:
        answer = Answer(result_code="003", card=replace(FOUND, new_card=NEW))
        assert number_to_follow(answer) == "GD2799900000001"

    @pytest.mark.parametrize("code", ["000", "004", "010"])
    def test_no_other_code_is_followed(self, code: str) -> None:
        assert number_to_follow(Answer(result_code=code, card=replace(FOUND, new_card=NEW))) is None

    def test_003_without_a_new_number_has_nothing_to_follow(self) -> None:
        assert number_to_follow(Answer(result_code="003", card=FOUND)) is None
        assert number_to_follow(Answer(result_code="003")) is None

    def test_004_with_a_new_card_in_force_takes_the_new_one(self) -> None:
        assessment = conclude("004", replace(FOUND, new_card=NEW))
        coverage = assessment.coverage
        assert coverage is not None
        assert coverage.card_number == "GD2799900000001"
        assert (coverage.valid_from, coverage.valid_to) == (NEW.valid_from, NEW.valid_to)
        assert (coverage.primary_facility, coverage.primary_facility_name) == ("99998", "Bệnh viện Mẫu")
        assert coverage.benefit_level == 2
        assert coverage.issuing_office is None
        assert assessment.registered_here is False
        assert "card_number" in [difference.field for difference in assessment.differences]

    @pytest.mark.parametrize(
        "new",
        [
            replace(NEW, valid_from=date(2026, 11, 24)),
            replace(NEW, valid_to=date(2026, 11, 22)),
            replace(NEW, valid_from=None),
        ],
        ids=["starts tomorrow", "ended yesterday", "start unknown"],
    )
    def test_004_with_a_new_card_not_in_force_keeps_the_old_one(self, new: NewCard) -> None:
        assessment = conclude("004", replace(FOUND, new_card=new))
        assert assessment.verdict is Verdict.ELIGIBLE
        assert assessment.coverage is not None
        assert assessment.coverage.card_number == "DN4799900000001"
        assert assessment.coverage.new_card == new

    def test_004_says_of_the_card_that_applies_and_of_no_other(self) -> None:
        applies = conclude("004", replace(FOUND, new_card=NEW))
        later = conclude("004", replace(FOUND, new_card=replace(NEW, valid_from=date(2026, 11, 24))))
        assert (applies.verdict, applies.reason) == (later.verdict, later.reason)
        assert "applies" in applies.staff_message("en")
        assert "still valid" in later.staff_message("en")

    def test_004_starting_today_takes_the_new_card_from_today(self) -> None:
        assessment = conclude("004", replace(FOUND, new_card=replace(NEW, valid_from=VISIT_DAY)))
        assert assessment.coverage is not None
        assert assessment.coverage.card_number == "GD2799900000001"

    def test_004_whose_old_card_has_ended_by_date_is_saved_by_the_new_one(self) -> None:
        found = replace(FOUND, valid_to=date(2026, 10, 31), new_card=NEW)
        assert conclude("004", found).verdict is Verdict.ELIGIBLE


class TestArmyAndPolice:
    """Their cards may be absent from the gateway; the paper card's dates decide (QĐ 130/QĐ-BYT)."""

    @pytest.mark.parametrize("code", ["QN", "HC", "LS", "XK", "CY", "CA"])
    def test_not_found_is_for_staff(self, code: str) -> None:
        read = replace(READ, card_number=f"{code}4979900000001")
        assessment = conclude("050", None, read=read)
        assert (assessment.verdict, assessment.result_code) == (Verdict.NEEDS_STAFF, "050")
        assert assessment.staff_text_key == "army_police_not_on_gateway"

    def test_an_ordinary_card_not_found_stays_not_eligible(self) -> None:
        assert conclude("050", None).verdict is Verdict.NOT_ELIGIBLE

    def test_a_citizen_card_says_nothing_about_the_object_code(self) -> None:
        read = CitizenCard(kind=Kind.CITIZEN_CARD, citizen_id="079090000001", full_name="Nguyễn Văn Mẫu")
        assert conclude("050", None, read=read).verdict is Verdict.NOT_ELIGIBLE


class TestCoverage:
    def test_the_card_number_asked_with_stands_in_for_a_missing_one(self) -> None:
        assessment = conclude(found=replace(FOUND, card_number=None, social_insurance_number=None))
        assert assessment.coverage is not None
        assert assessment.coverage.card_number == "DN4799900000001"
        assert assessment.coverage.social_insurance_number == "9900000001"

    def test_a_citizen_card_gets_the_card_the_gateway_knows(self) -> None:
        read = CitizenCard(
            kind=Kind.CITIZEN_CARD,
            citizen_id="079090000001",
            full_name="Nguyễn Văn Mẫu",
            birth_date=PartialDate(1990, 2, 1),
            address="một nơi khác",
        )
        assessment = conclude(read=read, found=replace(FOUND, address="Xã Mẫu, Tỉnh Thử"))
        assert assessment.verdict is Verdict.ELIGIBLE
        assert assessment.coverage is not None
        assert assessment.coverage.card_number == "DN4799900000001"
        assert assessment.differences == ()

    def test_an_old_number_with_letters_has_no_insurance_number_and_no_level_beyond_five(self) -> None:
        assessment = conclude(
            found=replace(FOUND, card_number="DN779AB00100001", social_insurance_number=None)
        )
        assert assessment.coverage is not None
        assert assessment.coverage.social_insurance_number is None
        assert assessment.coverage.benefit_level is None

    def test_addresses_differ_only_in_their_words(self) -> None:
        read = replace(READ, address="Xã Mẫu, Tỉnh Thử")
        assert conclude(read=read, found=replace(FOUND, address="XÃ MẪU - Tỉnh Thử.")).differences == ()
        assessment = conclude(read=read, found=replace(FOUND, address="Xã Khác, Tỉnh Thử"))
        assert [difference.field for difference in assessment.differences] == ["address"]

    def test_fields_the_answer_garbled_are_named(self) -> None:
        answer = Answer(result_code="000", card=FOUND, unreadable_fields=("gtTheDen",))
        assessment = assess(READ, answer, on=VISIT_DAY, facility=HERE)
        assert [notice.code for notice in assessment.warnings] == ["gateway_field_unreadable"]

    def test_an_unknown_primary_facility_is_neither_here_nor_elsewhere(self) -> None:
        assert conclude(found=replace(FOUND, primary_facility=None)).registered_here is None


def test_every_verdict_comes_with_a_text_that_says_what_to_do() -> None:
    for key, rule in result_rules().items():
        for language in ("vi", "en"):
            assert len(rule.staff_message(language)) > 10, key
