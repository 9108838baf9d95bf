"""What the fund would pay, row by row; each row names the article it stands on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kiosk.benefit_words import benefit_doubt, benefit_output, benefit_sentence, object_code_words
from kiosk.card.model import CitizenCard, HealthCard, Kind, PartialDate
from kiosk.eligibility.benefit import Benefit, Certainty, FacilityProfile, benefit_as_json, propose
from kiosk.eligibility.benefit_rules import benefit_rules, read_benefit_rules
from kiosk.eligibility.model import Assessment, Coverage
from kiosk.eligibility.papers import Paper, PaperKind
from kiosk.eligibility.working_days import working_calendar
from kiosk.errors import SettingsError
from kiosk.gateway.result_codes import Verdict
from kiosk.resources import config_folder
from kiosk.rule_files import RuleFile

HERE, ELSEWHERE = "99999", "99998"
TODAY = date(2026, 11, 23)
BEFORE_JULY = date(2026, 6, 30)

CARD = HealthCard(kind=Kind.HEALTH_CARD, card_number="DN4799900000001", benefit_level=4)
COVERAGE = Coverage(
    card_number="DN4799900000001",
    social_insurance_number="9900000001",
    full_name="Nguyễn Văn Mẫu",
    birth_date=PartialDate(1990, 2, 1),
    sex=None,
    address=None,
    primary_facility=ELSEWHERE,
    primary_facility_name=None,
    issuing_office=None,
    valid_from=date(2026, 1, 1),
    valid_to=date(2027, 12, 31),
    living_area=None,
    five_years_from=None,
    benefit_level=4,
    new_card=None,
)

CLINIC = FacilityProfile(HERE, level="initial", clinic_type="yes")
STATION = FacilityProfile(HERE, level="initial", clinic_type="no")
SMALL = FacilityProfile(HERE, level="basic", points="42.5", former_tier="district", clinic_type="no")
PROVISIONAL = FacilityProfile(HERE, level="basic", points="provisional", former_tier="none")
MIDDLE = FacilityProfile(HERE, level="basic", points="60", former_tier="none")
MIDDLE_DISTRICT = FacilityProfile(HERE, level="basic", points="60", former_tier="district")
FORMER_PROVINCE = FacilityProfile(HERE, level="basic", points="45", former_tier="province")
PROVINCE = FacilityProfile(HERE, level="specialised", points="80", former_tier="province")
CENTRAL = FacilityProfile(HERE, level="specialised", points="95", former_tier="central")
DISTRICT_UP = FacilityProfile(HERE, level="specialised", points="72", former_tier="district")

REFERRAL = Paper(PaperKind.REFERRAL, date(2026, 11, 20), ELSEWHERE)


def paper(kind: str) -> Paper:
    return Paper(PaperKind(kind))


def proposed(
    profile: FacilityProfile,
    *papers: Paper | str,
    on: date = TODAY,
    coverage: Coverage | None = COVERAGE,
    verdict: Verdict = Verdict.ELIGIBLE,
    card: HealthCard | CitizenCard = CARD,
    self_pay: bool = False,
) -> Benefit:
    found = propose(
        card,
        None if self_pay else Assessment(verdict, "", "000", coverage),
        tuple(paper(each) if isinstance(each, str) else each for each in papers),
        on=on,
        profile=profile,
        rules=benefit_rules(),
        calendar=working_calendar(),
    )
    assert found is not None
    return found


def here(**changes: object) -> Coverage:
    return replace(COVERAGE, primary_facility=HERE, **changes)  # type: ignore[arg-type]


Make = Callable[[], Benefit]

CASES: list[tuple[str, str, int | None, float | None, Make]] = [
    # article; code; share; what a card of level 4 gets; the visit
    ("PL1 mã 1.1", "1.1", 100, 80, lambda: proposed(SMALL, coverage=here())),
    ("PL1 mã 1.2 (đăng ký tại đây)", "1.2", 100, 100, lambda: proposed(CLINIC, coverage=here())),
    ("PL1 mã 1.2 (đăng ký nơi khác)", "1.2", 100, 100, lambda: proposed(CLINIC)),
    ("PL1 mã 1.3", "1.3", 100, 80, lambda: proposed(PROVINCE, REFERRAL)),
    (
        "PL1 mã 1.3; TT 01/2025 PL III (phiếu 1 năm)",
        "1.3", 100, 80,
        lambda: proposed(CENTRAL, Paper(PaperKind.REFERRAL_YEAR, date(2025, 11, 24), ELSEWHERE)),
    ),
    ("PL1 mã 1.4; TT 01/2025 Đ4", "1.4", 100, 80, lambda: proposed(PROVINCE, "residence")),
    ("PL1 mã 1.5; TT 01/2025 Đ11", "1.5", 100, 80, lambda: proposed(CENTRAL, "appointment")),
    ("PL1 mã 1.6", "1.6", 100, 80, lambda: proposed(CENTRAL, "donor")),
    ("PL1 mã 1.7", "1.7", 100, 80, lambda: proposed(CENTRAL, "newborn")),
    ("PL1 mã 1.11", "1.11", 100, 80, lambda: proposed(STATION)),
    ("PL1 mã 1.12 (dưới 50 điểm)", "1.12", 100, 80, lambda: proposed(SMALL)),
    ("PL1 mã 1.12 (tạm xếp cấp)", "1.12", 100, 80, lambda: proposed(PROVISIONAL)),
    ("PL1 mã 1.13", "1.13", 50, 40, lambda: proposed(MIDDLE)),
    ("PL1 mã 1.13, đến 30/06/2026", "1.13", 0, 0, lambda: proposed(MIDDLE, on=BEFORE_JULY)),
    ("PL1 mã 1.13, từ 01/07/2026", "1.13", 50, 40, lambda: proposed(MIDDLE, on=date(2026, 7, 1))),
    ("PL1 mã 1.14", "1.14", 50, 40, lambda: proposed(FORMER_PROVINCE)),
    ("PL1 mã 1.14, đến 30/06/2026", "1.14", 0, 0, lambda: proposed(FORMER_PROVINCE, on=BEFORE_JULY)),
    ("PL1 mã 1.15", "1.15", 100, 80, lambda: proposed(MIDDLE, "inpatient")),
    ("PL1 mã 1.16; TT 01/2025 PL II", "1.16", 100, 80, lambda: proposed(MIDDLE, "listed_disease")),
    ("PL1 mã 1.17; TT 01/2025 PL I", "1.17", 100, 80, lambda: proposed(CENTRAL, "listed_disease")),
    ("PL1 mã 1.18", "1.18", 50, 40, lambda: proposed(PROVINCE)),
    ("PL1 mã 1.18, đến 30/06/2026", "1.18", 0, 0, lambda: proposed(PROVINCE, on=BEFORE_JULY)),
    ("PL1 mã 2", "2", 100, 80, lambda: proposed(CENTRAL, "emergency")),
    ("PL1 mã 3.1 ngoại trú", "3.1", 0, 0, lambda: proposed(CENTRAL)),
    ("PL1 mã 3.1 nội trú", "3.1", 40, 32, lambda: proposed(CENTRAL, "inpatient")),
    ("PL1 mã 3.2", "3.2", 100, 80, lambda: proposed(PROVINCE, "inpatient")),
    ("PL1 mã 3.3", "3.3", 100, 80, lambda: proposed(DISTRICT_UP)),
    (
        "PL1 mã 3.6 (K1)", "3.6", 100, 80,
        lambda: proposed(CENTRAL, "inpatient", coverage=replace(COVERAGE, living_area="K1")),
    ),
    ("PL1 mã 7", "7", 100, 80, lambda: proposed(SMALL, "drugs_declared")),
    ("PL1 mã 7.2", "7.2", None, None, lambda: proposed(SMALL, "drugs_proxy")),
    ("PL1 mã 7.3", "7.3", None, None, lambda: proposed(SMALL, "drugs_other_facility")),
    ("PL1 mã 7.4", "7.4", None, None, lambda: proposed(SMALL, "drugs_delivered")),
    ("PL1 mã 8", "8", None, None, lambda: proposed(SMALL, "withdrawal")),
    ("PL1 mã 9", "9", 0, 0, lambda: proposed(SMALL, self_pay=True)),
    ("PL1 mã 10", "10", None, None, lambda: proposed(SMALL, "drugs")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "share", "paid", "make"), [row[1:] for row in CASES], ids=[row[0] for row in CASES]
)
def test_each_case_of_the_list(code: str, share: int | None, paid: float | None, make: Make) -> None:
    found = make()
    assert (found.object_code, found.share_percent, found.paid_percent) == (code, share, paid)


def test_every_code_of_the_list_is_reached_by_a_row() -> None:
    known = {case.code for case in benefit_rules().cases}
    assert len(known) == 27
    assert {row[1] for row in CASES} == known


class TestTraps:
    """Where two cases fit, or seem to."""

    def test_clinic_type_comes_before_registered_here(self) -> None:
        """QĐ 3276 PL1: 1.1 excludes 1.2, which pays in full whatever the card's level."""
        assert proposed(CLINIC, coverage=here()).object_code == "1.2"

    def test_an_emergency_at_the_registered_facility_is_1_1(self) -> None:
        """QĐ 3276 PL1, note: of several that fit, the first from the top."""
        found = proposed(CENTRAL, "emergency", coverage=here())
        assert found.object_code == "1.1"
        assert benefit_as_json(found)["emergency"] is True

    @pytest.mark.parametrize("profile", [MIDDLE, FORMER_PROVINCE, PROVINCE, CENTRAL])
    def test_an_emergency_elsewhere_is_never_cut_to_a_self_referral(self, profile: FacilityProfile) -> None:
        """1.13, 1.14, 1.18, 3.1 say "tự đến": an emergency is not."""
        found = proposed(profile, "emergency")
        assert (found.object_code, found.paid_percent) == ("2", 80)

    def test_a_referral_comes_before_the_emergency(self) -> None:
        assert proposed(CENTRAL, "emergency", REFERRAL).object_code == "1.3"

    def test_a_k_card_at_a_former_central_hospital_is_paid_in_full_as_inpatient(self) -> None:
        k3 = replace(COVERAGE, living_area="K3")
        assert proposed(CENTRAL, "inpatient", coverage=k3).object_code == "3.6"
        assert proposed(CENTRAL, coverage=k3).object_code == "3.1"  # outpatient: no rule gives K cards more

    def test_what_the_documents_do_not_settle_is_not_settled_here(self) -> None:
        """50 to 70 points, formerly tuyến huyện: 1.13 stands first, 3.3 pays in full."""
        found = proposed(MIDDLE_DISTRICT)
        assert (found.object_code, found.certainty) == (None, Certainty.UNKNOWN)
        assert {"1.13", "3.3"} <= {each.code for each in found.possible}
        assert "rule" in found.unknown


class TestUnknown:
    """What nobody knows is said, not guessed."""

    def test_without_a_profile_no_code_is_named(self) -> None:
        found = proposed(FacilityProfile(HERE))
        assert (found.object_code, found.paid_percent) == (None, None)
        assert {"level", "points", "former_tier", "clinic_type"} <= set(found.unknown)

    def test_registered_here_it_is_one_of_two(self) -> None:
        found = proposed(FacilityProfile(HERE), coverage=here())
        assert [(each.code, each.paid_percent) for each in found.possible] == [("1.2", 100), ("1.1", 80)]
        assert "80 % (mã 1.1) hoặc 100 % (mã 1.2)" in benefit_sentence(benefit_as_json(found), "vi")

    def test_a_basic_level_facility_is_no_clinic(self) -> None:
        found = proposed(FacilityProfile(HERE, level="basic"), coverage=here())
        assert (found.object_code, found.certainty) == ("1.1", Certainty.SURE)

    def test_the_disease_is_usually_not_known_at_the_desk(self) -> None:
        found = proposed(MIDDLE)
        assert (found.object_code, found.certainty, found.unknown) == (
            "1.13",
            Certainty.USUAL,
            ("listed_disease",),
        )
        assert "1.16: 80 %" in benefit_doubt(benefit_as_json(found), "vi")

    def test_a_share_that_all_possible_cases_agree_on_is_known(self) -> None:
        """60 points at a former tuyến tỉnh or with an unknown past: 1.13 or 1.14, both 50 %."""
        found = proposed(FacilityProfile(HERE, level="basic", points="60", former_tier="central"))
        assert (found.share_percent, found.paid_percent) == (50, 40)

    def test_an_undated_referral_leaves_it_open(self) -> None:
        found = proposed(CENTRAL, "referral")
        assert found.object_code is None
        assert "referral" in found.unknown

    def test_a_baby_of_some_days_may_be_a_newborn(self) -> None:
        baby = replace(COVERAGE, birth_date=PartialDate(2026, 11, 10))
        assert "newborn" in proposed(CENTRAL, coverage=baby).unknown
        older = replace(COVERAGE, birth_date=PartialDate(2026, 10, 10))
        assert "newborn" not in proposed(CENTRAL, coverage=older).unknown

    def test_what_the_gateway_did_not_confirm_is_never_sure(self) -> None:
        card = replace(CARD, primary_facility=HERE)
        found = proposed(SMALL, card=card, coverage=None, verdict=Verdict.UNDETERMINED)
        assert (found.object_code, found.certainty, found.unknown) == ("1.1", Certainty.USUAL, ("gateway",))

    def test_a_citizen_card_without_an_answer_says_nothing_of_facility_and_level(self) -> None:
        card = CitizenCard(kind=Kind.CITIZEN_CARD, citizen_id="099090000001")
        found = proposed(SMALL, card=card, coverage=None, verdict=Verdict.UNDETERMINED)
        assert (found.object_code, found.level) == (None, None)

    def test_a_refused_card_has_no_proposal(self) -> None:
        refused = Assessment(Verdict.NOT_ELIGIBLE, "card_expired", "010", COVERAGE)
        assert (
            propose(
                CARD, refused, (), on=TODAY, profile=SMALL, rules=benefit_rules(), calendar=working_calendar()
            )
            is None
        )


class TestCard:
    """Level, groups raised in 2026, what is shown of five years, living area and the card's end."""

    @pytest.mark.parametrize(("level", "paid"), [(1, 100), (2, 100), (3, 95), (4, 80), (5, 100)])
    def test_the_level_is_the_third_place_of_the_number(self, level: int, paid: int) -> None:
        assert proposed(SMALL, coverage=here(benefit_level=level)).paid_percent == paid

    def test_half_of_ninety_five(self) -> None:
        found = proposed(MIDDLE, coverage=replace(COVERAGE, benefit_level=3))
        assert benefit_sentence(benefit_as_json(found), "vi") == "95 % × 50 % = 47,5 % phần trong phạm vi"

    @pytest.mark.parametrize(("group", "digit"), [("CN", 3), ("LH", 4)])
    def test_near_poor_and_social_pension_are_paid_in_full_since_2026(self, group: str, digit: int) -> None:
        """NQ 261/2025/QH15 Đ2 k1 a; CV 38/BYT-BH. The old digit may still be printed."""
        card = here(card_number=f"{group}{digit}799900000001", benefit_level=digit)
        found = proposed(SMALL, coverage=card)
        assert (found.level, found.paid_percent) == (2, 100)
        assert "benefit_group_raised" in {note.code for note in found.notes}
        before = proposed(SMALL, coverage=card, on=date(2025, 12, 31))
        assert (before.level, before.notes) == (digit, ())

    def test_a_card_that_has_the_new_digit_needs_no_note(self) -> None:
        found = proposed(SMALL, coverage=here(card_number="CN2799900000001", benefit_level=2))
        assert (found.level, found.notes) == (2, ())

    def test_five_years_are_shown_and_promise_nothing(self) -> None:
        """NĐ 188/2025 Đ18 k2: also six mức tham chiếu of co-payments in the year (NĐ 161/2026)."""
        found = proposed(SMALL, coverage=here(five_years_from=date(2023, 6, 1)))
        assert found.paid_percent == 80
        (note,) = found.notes
        assert (note.code, dict(note.values)["amount"]) == ("benefit_five_years", "15.180.000")
        early = proposed(SMALL, coverage=here(five_years_from=date(2023, 6, 1)), on=BEFORE_JULY)
        assert dict(early.notes[0].values)["amount"] == "14.040.000"
        assert proposed(SMALL, coverage=here(five_years_from=date(2026, 11, 24))).notes == ()

    @pytest.mark.parametrize(
        ("last", "told"),
        [(date(2026, 12, 8), True), (date(2026, 12, 9), False), (TODAY, True)],
    )
    def test_a_card_that_ends_soon_is_pointed_out(self, last: date, told: bool) -> None:
        found = proposed(SMALL, coverage=here(valid_to=last))
        assert ("benefit_expires_soon" in {note.code for note in found.notes}) is told


class TestWords:
    def test_the_sentence_of_the_issue(self) -> None:
        stored = benefit_as_json(proposed(FORMER_PROVINCE))
        assert benefit_sentence(stored, "vi") == "80 % × 50 % = 40 % phần trong phạm vi"
        assert object_code_words(stored, "vi").startswith("1.14 – Tự đến")

    def test_full_payment_whatever_the_level_is_no_product(self) -> None:
        stored = benefit_as_json(proposed(CLINIC))
        assert benefit_sentence(stored, "vi") == "100 % phần trong phạm vi, với mọi mức hưởng"

    @pytest.mark.parametrize(("article", "make"), [(row[0], row[4]) for row in CASES])
    def test_every_case_has_words_in_both_languages(self, article: str, make: Make) -> None:
        for language in ("vi", "en"):
            output = benefit_output(benefit_as_json(make()), language)
            assert output["sentence"], article
            assert "–  %" not in output["sentence"]
            assert not output["sentence"].startswith("– %")

    def test_nothing_is_multiplied_that_is_not_known(self) -> None:
        unknown_level = replace(COVERAGE, benefit_level=None, card_number=None)
        stored = benefit_as_json(proposed(MIDDLE, coverage=unknown_level))
        assert benefit_sentence(stored, "vi") == "50 % của mức hưởng trên thẻ; chưa biết mức hưởng"


class TestRuleFile:
    """A fault in the rules stops the start and says where."""

    GOOD = (config_folder() / "benefit_rules.toml").read_text(encoding="utf-8")

    @pytest.mark.parametrize(
        ("good", "bad", "told"),
        [
            ("percent = 95", "percent = 950", "950 is impossible"),
            ("percent = 95", "percent = ", "Invalid value"),
            ('when = { withdrawal = "yes" }', 'when = { withdraw = "yes" }', "unknown fact 'withdraw'"),
            ('when = { withdrawal = "yes" }', 'when = { withdrawal = "ja" }', "withdrawal = 'ja' is unknown"),
            ('when = { withdrawal = "yes" }', "", "when: is missing"),
            ("since = 2026-01-01\nlevel = 2", "since = 2026\nlevel = 2", "2026 is no date"),
            ('article = "QĐ 3276/QĐ-BYT PL1, mã 1.6"', "", "article: is missing"),
            ("expiry_soon = 15", "expiry_sun = 15", "expiry_sun: unknown key"),
            ("{ since = 2026-07-01, percent = 50 }", "{ percent = 50 }", "two rows of one day"),
        ],
    )
    def test_a_fault_is_named_with_its_line(self, good: str, bad: str, told: str, tmp_path: Path) -> None:
        assert good in self.GOOD
        file = tmp_path / "benefit_rules.toml"
        file.write_text(self.GOOD.replace(good, bad, 1), encoding="utf-8")
        with pytest.raises(SettingsError) as caught:
            read_benefit_rules(RuleFile(file))
        values = caught.value.values
        assert caught.value.code == "rule_file"
        assert values["file"] == str(file)
        assert told in values["why"]
        place = self.GOOD[: self.GOOD.index(good)].count("\n") + 1
        missing = bad == ""  # then the line is that of the table
        assert place - 5 <= int(values["line"]) <= place if missing else abs(int(values["line"]) - place) <= 1

    def test_a_case_may_end_and_another_begin(self, tmp_path: Path) -> None:
        """A change of law is a change of data."""
        changed = self.GOOD + (
            '\n[case."1.19"]\nvi = "Mã thử"\nen = "Trial"\narticle = "(thử)"\nsince = 2027-01-01\n'
            'when = { bhyt = "yes" }\nshare = [{ percent = 70 }]\n'
        )
        changed = changed.replace('[case."1.12"]', '[case."1.12"]\nuntil = 2026-12-31')
        file = tmp_path / "rules.toml"
        file.write_text(changed, encoding="utf-8")
        rules = read_benefit_rules(RuleFile(file))
        assessment = Assessment(Verdict.ELIGIBLE, "", "000", COVERAGE)
        plain = replace(SMALL, former_tier="none")

        def on(day: date) -> str | None:
            found = propose(
                CARD, assessment, (), on=day, profile=plain, rules=rules, calendar=working_calendar()
            )
            return found.object_code if found else None

        assert (on(date(2026, 12, 31)), on(date(2027, 1, 1))) == ("1.12", "1.19")
