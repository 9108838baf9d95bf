"""What the window says, as values."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from kiosk import clock
from kiosk import desk as desk_package
from kiosk.card.model import CitizenCard, HealthCard, Kind, Notice, PartialDate, Sex
from kiosk.desk import palette
from kiosk.desk.flow import Scan
from kiosk.desk.health import CAMERA_TROUBLES, Health, state_rows, strip
from kiosk.desk.words import OVERRIDE_REASONS, Words, masked
from kiosk.eligibility.model import Assessment, Coverage, Difference
from kiosk.errors import ImageError, RecordsError
from kiosk.gateway.connectivity import GATEWAY_SLOW, Connectivity
from kiosk.gateway.login_guard import Pause
from kiosk.gateway.model import NewCard
from kiosk.gateway.result_codes import Verdict
from kiosk.readers.camera import CameraState
from kiosk.readers.hints import Hint
from kiosk.reception import Lookup
from kiosk.settings import Settings
from kiosk.texts import table
from kiosk.visits.model import Sharing, Source, Status

TODAY = date(2026, 11, 23)
VI, EN = Words("vi"), Words("en")
CARD = HealthCard(
    Kind.HEALTH_CARD,
    card_number="DN4799900000001",
    full_name="Nguyễn Văn Mẫn",
    birth_date=PartialDate(1990, 2, 1),
    primary_facility="79034",
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
    primary_facility_name="Bệnh viện Mẫu",
    issuing_office=None,
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    living_area="K1",
    five_years_from=date(2030, 1, 1),
    benefit_level=4,
    new_card=NewCard("DN4799900000017", valid_from=date(2027, 1, 1)),
)


def lookup(
    verdict: Verdict, code: str | None, coverage: Coverage | None = COVERAGE, **more: object
) -> Lookup:
    assessment = Assessment(
        verdict, "a_reason", code, coverage, staff_text_key=code or "gateway_timeout", registered_here=True
    )
    return Lookup(CARD, assessment, (), (), (), 10.0, **more)  # type: ignore[arg-type]


def test_a_good_card_shows_word_reason_keys_and_person() -> None:
    view = VI.verdict_view(lookup(Verdict.ELIGIBLE, "000"), None, TODAY)
    assert view.title == "ĐỦ ĐIỀU KIỆN"
    assert view.sentence
    assert [hint.key for hint in view.keys] == ["Enter", "F6", "Esc"]
    assert view.keys[0].label == "Tiếp nhận"
    assert view.name == "Nguyễn Văn Mẫu"
    assert dict(view.person) == {
        "Ngày sinh": "01/02/1990 (36 tuổi), Nữ",
        "Mã thẻ": "DN4 •••• •••• 0001",
        "Mức hưởng": "Mức 4 – hưởng 80 %",
        "Nơi ĐKKCB ban đầu": "99999 – Bệnh viện Mẫu (tại đây)",
        "Thời hạn thẻ": "01/01/2026 – 31/12/2026",
        "Đủ 5 năm liên tục từ": "01/01/2030",
        "Khu vực": "K1",
        "Thẻ mới": "DN4 •••• •••• 0017, có giá trị từ 01/01/2027",
    }
    assert view.question == view.problem == ""


def test_without_an_answer_the_card_as_read_is_shown_and_called_so() -> None:
    view = VI.verdict_view(lookup(Verdict.UNDETERMINED, None, coverage=None), None, TODAY)
    assert view.title == "CHƯA TRA CỨU ĐƯỢC – VẪN TIẾP NHẬN"
    assert view.result_code == ""
    assert view.name == "Nguyễn Văn Mẫn"
    assert "chưa đối chiếu" in view.person_title
    assert ("Thời hạn thẻ", "từ 01/01/2026") in view.person


def test_a_second_visit_of_the_day_is_a_question() -> None:
    view = VI.verdict_view(lookup(Verdict.ELIGIBLE, "000", already_checked_in_today=True), None, TODAY)
    assert view.question.endswith("?")
    assert view.keys[0].label == "Tiếp nhận thêm một lượt"


def test_what_was_not_recorded_is_said_plainly() -> None:
    view = EN.verdict_view(lookup(Verdict.ELIGIBLE, "000"), RecordsError("records_unknown_word"), TODAY)
    assert view.problem.startswith("NOT RECORDED")


def test_escape_says_that_nothing_will_be_recorded() -> None:
    found = lookup(Verdict.ELIGIBLE, "000")
    view = EN.verdict_view(found, RecordsError("disk_full", path="x"), TODAY, unrecordable=True)
    assert view.keys[-1].label == "Leave it unrecorded (write it down)"


def test_differences_stand_side_by_side_with_numbers_masked() -> None:
    differences = (
        Difference("full_name", "Nguyễn Văn Mẫn", "Nguyễn Văn Mẫu"),
        Difference("card_number", "DN4799900000001", "DN4799900000017"),
        Difference("sex", "male", "female"),
        Difference("valid_from", "2024-01-01", "2026-11-18"),
        Difference("birth_date", "1990", "01/02/1991"),
    )
    assessment = Assessment(
        Verdict.NEEDS_STAFF, "name_mismatch", "060", COVERAGE, differences=differences, staff_text_key="060"
    )
    view = VI.verdict_view(Lookup(CARD, assessment, (), (), (), 1.0), None, TODAY)
    assert view.differences == (
        ("Họ tên", "Nguyễn Văn Mẫn", "Nguyễn Văn Mẫu"),
        ("Mã thẻ", "DN4 •••• •••• 0001", "DN4 •••• •••• 0017"),
        ("Giới tính", "Nam", "Nữ"),
        ("Giá trị từ", "01/01/2024", "18/11/2026"),
        ("Ngày sinh", "1990", "01/02/1991"),
    )


def test_a_citizen_card_without_an_answer_shows_its_number_masked() -> None:
    citizen = CitizenCard(
        Kind.CITIZEN_CARD,
        citizen_id="099190000001",
        full_name="Trần Thị Thử",
        birth_date=PartialDate(1990),
        warnings=(Notice("some_notice"),),
    )
    assessment = Assessment(Verdict.UNDETERMINED, "gateway_timeout", None, staff_text_key="gateway_timeout")
    view = VI.verdict_view(Lookup(citizen, assessment, (), (), citizen.warnings, 1.0), None, TODAY)
    assert ("Số CCCD / định danh", "•••••••• 0001") in view.person
    assert len(view.warnings) == 1


@pytest.mark.parametrize(
    ("birth", "says"),
    [
        (PartialDate(2026, 11, 1), "01/11/2026 (0 tháng tuổi)"),
        (PartialDate(2021, 11, 24), "24/11/2021 (59 tháng tuổi)"),
        (PartialDate(2020, 11, 23), "23/11/2020 (6 tuổi)"),
        (PartialDate(1990, 11, 24), "24/11/1990 (35 tuổi)"),
        (PartialDate(1952, 2), "02/1952 (74 tuổi)"),
        (PartialDate(1948), "1948 (78 tuổi)"),
    ],
)
def test_ages(birth: PartialDate, says: str) -> None:
    assert VI.birth_date(birth, TODAY) == says


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("DN4799900000001", "DN4 •••• •••• 0001"),
        ("9900000001", "•••••• 0001"),
        ("099190000001", "•••••••• 0001"),
        (None, "–"),
    ],
)
def test_numbers_are_masked(number: str | None, shown: str) -> None:
    assert masked(number) == shown


def test_the_line_says_how_many_wait_and_who_is_next_without_the_number() -> None:
    assert VI.line(0, None) == ("", "")
    count, then = EN.line(2, Scan(Source.WEDGE, text="DN4799900000001|x"))
    assert count == "2 scans are waiting"
    assert "DN4 •••• •••• 0001" in then
    assert "QR code" in EN.line(1, Scan(Source.CAMERA, text="0|1"))[1]
    too_large = Scan(Source.IMAGE, refused=RecordsError("image_too_large"))
    assert EN.line(1, too_large) == EN.line(1, Scan(Source.IMAGE, image=Path("pasted.png")))


def test_the_strip_says_training_first_and_the_state_page_says_everything() -> None:
    settings = Settings()
    segments = strip(Health(), VI, settings)
    assert segments[0] == "CHẾ ĐỘ TẬP HUẤN"
    broken = Health(gateway_answered=False, gateway_at=None, records_error=RecordsError("database_locked"))
    assert len(strip(broken, VI, settings)) == len(segments) + 1
    rows = dict(state_rows(Health(owed=3), EN, settings, TODAY))
    assert rows["Look-ups owed"] == "3"
    assert rows["Today"] == "23/11/2026"


def test_a_machine_that_could_keep_no_visit_says_so_while_the_server_works() -> None:
    spool = RecordsError("records_damaged", place="spool.sqlite3")
    health = Health(sharing=Sharing(None, None, 0, spool))
    assert strip(health, EN, Settings())[1] == "Records: this machine CANNOT keep any for now (F12)"
    assert "the server is fine" in health.records(EN)
    cut_off = Health(sharing=Sharing(RecordsError("records_unreachable", place="db"), MORNING, 0, spool))
    assert cut_off.records(EN) == EN.error(spool)


MORNING = datetime(2026, 11, 23, 7, 31, tzinfo=clock.VIETNAM)


def line_down(reason: str) -> Health:
    return Health(gateway_answered=False, gateway_at=MORNING, line=Connectivity((), MORNING, reason))


@pytest.mark.parametrize(
    ("reason", "words_for_it"),
    [
        ("gateway_unreachable", "cannot be reached"),
        ("gateway_timeout", "too slow"),
        (GATEWAY_SLOW, "too slow"),
        ("gateway_tls", "no secure connection"),
        ("gateway_not_json", "server trouble"),
    ],
)
def test_a_line_that_is_down_is_shown_with_since_when_why_and_what_the_desk_does(
    reason: str, words_for_it: str
) -> None:
    segment = strip(line_down(reason), EN, Settings())[1]
    assert segment == f"Gateway: OFFLINE since 07:31 ({words_for_it}); receiving at once, looking up later"
    row = dict(state_rows(line_down(reason), EN, Settings(), TODAY))["BHXH gateway"]
    assert "nobody waits" in row
    assert "every 5 s" in row
    assert ("For IT: " in row) == (reason != GATEWAY_SLOW)


def test_what_only_it_can_mend_is_shown_with_its_own_text_and_when_the_next_login_comes() -> None:
    pause = Pause("login_locked", MORNING, MORNING + timedelta(minutes=5))
    health = Health(gateway_answered=False, gateway_at=MORNING, login_pause=pause, setup_fault="login_locked")
    assert "LỖI CÀI ĐẶT lúc 07:31" in strip(health, VI, Settings())[1]
    row = dict(state_rows(health, VI, Settings(), TODAY))["Cổng BHXH"]
    assert "từ 07:36" in row
    assert "The provincial BHXH unlocks it" in row
    unregistered = replace(health, setup_fault="054", login_pause=None, gateway_answered=True)
    row = dict(state_rows(unregistered, VI, Settings(), TODAY))["Cổng BHXH"]
    assert "gateway.staff_citizen_id" in row
    assert "đăng nhập lại" not in row


# The texts are complete


def codes_in_the_source() -> set[str]:
    """Every literal text code that the desk's modules ask for."""
    folder = Path(desk_package.__file__).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    literal = set(re.findall(r"""(?:words|self\.words|self|_words)\(\s*"([a-z_0-9]+)\"""", source))
    return literal | set(re.findall(r'"((?:do|registered|new_card|message|line|owed)_[a-z_]+)"', source))


def codes_made_from_values() -> set[str]:
    return {
        *(f"short_{verdict}" for verdict in Verdict),
        *(f"recorded_{status}" for status in Status),
        *(f"recorded_{status}_text" for status in Status),
        *(f"override_{reason}" for reason in OVERRIDE_REASONS),
        *(f"benefit_{level}" for level in range(1, 6)),
        *(f"camera_{state}" for state in (*CameraState, "paused")),
        *(f"camera_{state}_advice" for state in CAMERA_TROUBLES),
        *(f"hint_{hint}" for hint in Hint),
        *(f"column_{column}" for column in ("time", "queue", "name", "number", "status", "verdict")),
    }


@pytest.mark.parametrize("code", sorted(codes_in_the_source() | codes_made_from_values()))
def test_every_text_that_is_asked_for_was_written(code: str) -> None:
    assert code in table("desk")


@pytest.mark.parametrize("code", sorted(table("desk")))
def test_every_text_has_both_languages_with_the_same_places(code: str) -> None:
    texts = table("desk")[code]
    assert set(texts) == {"vi", "en"}
    assert all(texts.values())
    vi, en = (set(re.findall(r"{([a-z_]+)}", texts[language])) for language in ("vi", "en"))
    assert vi == en


@pytest.mark.parametrize(("name", "pair"), sorted(palette.all_pairs().items()))
def test_text_stands_out_from_its_ground(name: str, pair: palette.Pair) -> None:
    assert pair.contrast >= 4.5, name


def test_contrast_is_what_wcag_says() -> None:
    assert palette.Pair("#000000", "#FFFFFF").contrast == pytest.approx(21)
    assert palette.Pair("#777777", "#FFFFFF").contrast == pytest.approx(4.48, abs=0.01)


def test_a_pasted_picture_is_not_called_by_the_name_the_desk_gave_it() -> None:
    pasted = VI.error(ImageError("no_code", file="pasted-cwq8sk2u.png"))
    opened = VI.error(ImageError("no_code", file="the.png"))
    assert pasted.startswith("Không thấy mã QR trong ảnh vừa dán.")
    assert opened.startswith("Không thấy mã QR trong ảnh the.png.")
