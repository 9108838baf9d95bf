"""What the window says of a verdict, as values."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from flow_samples import VISIT

from kiosk.card.model import CitizenCard, HealthCard, Kind, Notice, PartialDate, Sex
from kiosk.desk.flow import VerdictShown
from kiosk.desk.verdict_view import Differences, VerdictView, name_and_reason, reason_and_advice, verdict_view
from kiosk.desk.words import Words
from kiosk.eligibility.model import Assessment, Coverage, Difference
from kiosk.errors import RecordsError
from kiosk.gateway.model import NewCard
from kiosk.gateway.result_codes import Verdict, result_rules
from kiosk.lookup import Lookup
from kiosk.visits.model import Source

TODAY = date(2026, 11, 23)
VI, EN = Words("vi", {"99999": "Bệnh viện Mẫu", "99998": "Bệnh viện Lân cận"}), Words("en")
CARD = HealthCard(
    Kind.HEALTH_CARD,
    card_number="DN4799900000001",
    full_name="Nguyễn Văn Mẫn",
    birth_date=PartialDate(1990, 2, 1),
    primary_facility="99998",
    valid_from=date(2026, 1, 1),
    benefit_level=4,
)
COVERAGE = Coverage(
    card_number="DN4799900000001",
    social_insurance_number="9900000001",
    full_name="Nguyễn Văn Mẫu",
    birth_date=PartialDate(1990, 2, 1),
    sex=Sex.FEMALE,
    address=None,
    primary_facility="99999",
    primary_facility_name=None,
    issuing_office=None,
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    living_area="K1",
    five_years_from=date(2030, 1, 1),
    benefit_level=4,
    new_card=None,
)
DIFFERENT_NAMES = (Difference("full_name", "Nguyễn Văn Mẫn", "Nguyễn Văn Mẫu"),)


def lookup(
    verdict: Verdict, code: str | None, coverage: Coverage | None = COVERAGE, **more: object
) -> Lookup:
    assessment = Assessment(
        verdict, "a_reason", code, coverage, staff_text_key=code or "gateway_timeout", registered_here=True
    )
    return Lookup(CARD, assessment, (), (), (), 10.0, **more)  # type: ignore[arg-type]


def view(found: Lookup, words: Words = VI, **more: object) -> VerdictView:
    return verdict_view(words, VerdictShown(Source.WEDGE, found, **more), TODAY)  # type: ignore[arg-type]


def keys(shown: VerdictView) -> list[str]:
    return [hint.key for hint in shown.keys]


def test_a_good_card_shows_word_reason_what_to_do_keys_and_person() -> None:
    shown = view(lookup(Verdict.ELIGIBLE, "000"))
    assert shown.title == "ĐỦ ĐIỀU KIỆN"
    assert (shown.reason, shown.advice) == ("Thẻ BHYT hợp lệ.", "Tiếp nhận người bệnh.")
    assert keys(shown) == ["Enter", "F6", "Esc"]
    assert shown.keys[0].label == "Tiếp nhận"
    assert shown.name == "Nguyễn Văn Mẫu"
    assert dict(shown.person) == {
        "Ngày sinh": "01/02/1990 (36 tuổi), Nữ",
        "Mã thẻ": "DN4 •••• •••• 0001",
        "Mức hưởng": "Mức 4 – hưởng 80 %",
        "Nơi ĐKKCB ban đầu": "Bệnh viện Mẫu (99999), tại đây",
        "Thời hạn thẻ": "01/01/2026 – 31/12/2026",
        "Đủ 5 năm liên tục từ": "01/01/2030",
        "Khu vực": "K1 – vùng dân tộc thiểu số, khó khăn",
    }
    assert shown.question == shown.problem == ""
    assert not shown.differences


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("key", sorted(result_rules()))
def test_every_result_says_why_and_what_to_do_next(key: str, language: str) -> None:
    reason, advice = reason_and_advice(result_rules()[key].staff_message(language))
    assert reason.endswith(".")
    assert advice.endswith(".")


def test_without_an_answer_the_card_as_read_is_shown_and_called_so() -> None:
    shown = view(lookup(Verdict.UNDETERMINED, None, coverage=None))
    assert shown.title == "CHƯA TRA CỨU ĐƯỢC – VẪN TIẾP NHẬN"
    assert shown.result_code == ""
    assert shown.name == "Nguyễn Văn Mẫn"
    assert "chưa xác nhận" in shown.person_title
    assert ("Thời hạn thẻ", "từ 01/01/2026") in shown.person
    assert ("Nơi ĐKKCB ban đầu", "Bệnh viện Lân cận (99998)") in shown.person


def test_a_facility_that_nobody_named_is_shown_by_its_code() -> None:
    elsewhere = replace(COVERAGE, primary_facility="01A01")
    assert ("Primary facility", "01A01, here") in view(lookup(Verdict.ELIGIBLE, "000", elsewhere), EN).person


# Two cards: which applies, and since when


@pytest.mark.parametrize(
    ("new_card", "says"),
    [
        (
            NewCard("DN4799900000001", valid_from=date(2026, 1, 1)),
            "Thẻ mới, từ ngày 01/01/2026, thay thẻ cũ",
        ),
        (
            NewCard("DN4799900000017", valid_from=date(2026, 12, 13)),
            "Thẻ đang dùng, đến hết 12/12/2026. Từ 13/12/2026: thẻ mới DN4 •••• •••• 0017",
        ),
        (
            NewCard("DN4799900000017", valid_from=date(2027, 3, 1)),
            "Thẻ đang dùng, đến hết 31/12/2026. Từ 01/03/2027: thẻ mới DN4 •••• •••• 0017",
        ),
        (
            NewCard("DN4799900000017"),
            "Thẻ đang dùng. Thẻ mới DN4 •••• •••• 0017 chưa áp dụng được",
        ),
        (
            NewCard("DN4799900000017", valid_from=date(2026, 1, 1), valid_to=date(2026, 6, 30)),
            "Thẻ đang dùng. Thẻ mới DN4 •••• •••• 0017 chưa áp dụng được",
        ),
    ],
)
def test_of_two_cards_it_is_said_which_applies(new_card: NewCard, says: str) -> None:
    shown = view(lookup(Verdict.ELIGIBLE, "004", replace(COVERAGE, new_card=new_card)))
    assert dict(shown.person)["Thẻ áp dụng"] == says


def test_after_003_the_new_card_is_said_to_apply() -> None:
    found = lookup(Verdict.ELIGIBLE, "000")
    followed = replace(found, assessment=replace(found.assessment, followed_from="003"))
    assert dict(view(followed).person)["Thẻ áp dụng"] == "Thẻ mới, từ ngày 01/01/2026, thay thẻ cũ"
    assert "Thẻ áp dụng" not in dict(view(found).person)


# What must be asked or told


def test_a_second_visit_of_the_day_is_a_question() -> None:
    shown = view(lookup(Verdict.ELIGIBLE, "000", already_checked_in_today=True))
    assert shown.question.endswith("?")
    assert shown.keys[0].label == "Tiếp nhận thêm một lượt"


def test_what_was_not_recorded_is_said_plainly() -> None:
    shown = view(lookup(Verdict.ELIGIBLE, "000"), EN, problem=RecordsError("records_unknown_word"))
    assert shown.problem.startswith("NOT RECORDED")


def test_escape_says_that_nothing_will_be_recorded() -> None:
    problem = RecordsError("disk_full", path="x")
    shown = view(lookup(Verdict.ELIGIBLE, "000"), EN, problem=problem, unrecordable=True)
    assert shown.keys[-1].label == "Leave it unrecorded (write it down)"


def test_a_citizen_card_without_an_answer_shows_its_number_masked() -> None:
    citizen = CitizenCard(
        Kind.CITIZEN_CARD,
        citizen_id="099190000001",
        full_name="Trần Thị Thử",
        birth_date=PartialDate(1990),
        warnings=(Notice("some_notice"),),
    )
    assessment = Assessment(Verdict.UNDETERMINED, "gateway_timeout", None, staff_text_key="gateway_timeout")
    shown = view(Lookup(citizen, assessment, (), (), citizen.warnings, 1.0))
    assert ("Số CCCD / định danh", "•••••••• 0001") in shown.person
    assert len(shown.warnings) == 1


# What differs


def differing(*differences: Difference, card: HealthCard = CARD) -> Lookup:
    assessment = Assessment(
        Verdict.NEEDS_STAFF, "name_mismatch", "060", COVERAGE, differences=differences, staff_text_key="060"
    )
    return Lookup(card, assessment, (), (), (), 1.0)


def test_differences_stand_side_by_side_with_numbers_masked() -> None:
    shown = view(
        differing(
            *DIFFERENT_NAMES,
            Difference("card_number", "DN4799900000001", "DN4799900000017"),
            Difference("sex", "male", "female"),
            Difference("valid_from", "2024-01-01", "2026-11-18"),
            Difference("birth_date", "1990", "1991-02-01"),
            Difference("benefit_level", "3", "4"),
        )
    )
    assert shown.differences == Differences(
        ("Mã vừa quét", "Cổng BHXH"),
        (
            ("Họ tên", "Nguyễn Văn Mẫn", "Nguyễn Văn Mẫu"),
            ("Mã thẻ", "DN4 •••• •••• 0001", "DN4 •••• •••• 0017"),
            ("Giới tính", "Nam", "Nữ"),
            ("Giá trị từ", "01/01/2024", "18/11/2026"),
            ("Ngày sinh", "1990", "01/02/1991"),
            ("Mức hưởng", "Mức 3 – hưởng 95 %", "Mức 4 – hưởng 80 %"),
        ),
    )


def test_the_gateways_values_are_taken_with_one_key_and_left_with_the_same() -> None:
    found = differing(*DIFFERENT_NAMES)
    assert [hint.label for hint in view(found).keys if hint.key == "F5"] == ["Lấy theo Cổng"]
    taken = view(found, taken=True)
    assert taken.differences.taken
    assert [hint.label for hint in taken.keys if hint.key == "F5"] == ["Thôi lấy theo Cổng"]


def test_that_something_differs_is_not_said_twice() -> None:
    notices = (Notice("abuse_scan_not_gateway", (("field", "?"),)), Notice("some_notice"))
    differs = replace(differing(*DIFFERENT_NAMES), warnings=notices)
    assert len(view(differs).warnings) == 1
    assert len(view(replace(differing(), warnings=notices)).warnings) == 2


def test_what_was_typed_is_called_so() -> None:
    shown = verdict_view(VI, VerdictShown(Source.TYPED, differing(*DIFFERENT_NAMES)), TODAY)
    assert shown.differences.sources == ("Nhập theo giấy tờ", "Cổng BHXH")


def test_code_papers_and_gateway_stand_side_by_side_where_all_three_have_a_say() -> None:
    scanned = replace(CARD, full_name="Nguyen Van M", birth_date=None)
    birth = Difference("birth_date", "1990-02-01", "1991-02-01")
    shown = view(differing(*DIFFERENT_NAMES, birth), scanned=scanned)
    assert shown.differences.sources == ("Mã vừa quét", "Nhập theo giấy tờ", "Cổng BHXH")
    assert shown.differences.rows == (
        ("Họ tên", "Nguyen Van M", "Nguyễn Văn Mẫn", "Nguyễn Văn Mẫu"),
        ("Ngày sinh", "–", "01/02/1990", "01/02/1991"),
    )


def test_papers_that_the_gateway_confirms_are_shown_against_the_code_they_corrected() -> None:
    scanned = replace(CARD, full_name="Nguyen Van M")
    typed = replace(CARD, full_name="Nguyễn Văn Mẫu")
    shown = view(differing(card=typed), scanned=scanned)
    assert shown.differences.rows == (("Họ tên", "Nguyen Van M", "Nguyễn Văn Mẫu", "Nguyễn Văn Mẫu"),)
    assert "F5" not in keys(shown), "nothing of the gateway's to take"


def test_a_number_that_was_scanned_and_a_name_that_was_typed_need_no_column_for_the_code() -> None:
    scanned = HealthCard(Kind.CARD_NUMBER, card_number="DN4799900000001")
    shown = view(differing(*DIFFERENT_NAMES), scanned=scanned)
    assert shown.differences.sources == ("Nhập theo giấy tờ", "Cổng BHXH")


def test_who_was_put_aside_today_goes_on_with_that_visit() -> None:
    shown = view(lookup(Verdict.ELIGIBLE, "000", held=VISIT, already_checked_in_today=True))
    assert "08:00" in shown.question
    assert shown.keys[0].label == "Tiếp nhận"
    assert shown.keys[-1].label == "Vẫn để riêng"


def test_the_question_what_was_checked_says_of_whom_and_why() -> None:
    asked = VerdictShown(Source.WEDGE, lookup(Verdict.NEEDS_STAFF, "001"))
    assert name_and_reason(VI, asked) == "Nguyễn Văn Mẫu  ·  Thẻ do BHXH Bộ Quốc phòng quản lý."
    because_of_a_notice = VerdictShown(Source.WEDGE, lookup(Verdict.ELIGIBLE, "000"))
    assert name_and_reason(VI, because_of_a_notice) == "Nguyễn Văn Mẫu"
