from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta

import pytest

from kiosk.card.model import PartialDate, Sex
from kiosk.gateway.messages import read_lookup, result_code
from kiosk.gateway.result_codes import Origin, result_rules
from kiosk.training.answers import STAFF_CITIZEN_ID, STAFF_NAME, history_answer, lookup_answer
from kiosk.training.patients import DEMO_PATIENT, PATIENTS, Patient, patient

TODAY = date(2031, 5, 6)


def asked(person: Patient, **changes: str) -> dict[str, str]:
    return {
        "maThe": person.card_number,
        "hoTen": person.full_name,
        "ngaySinh": person.birth_date.slashed,
        "hoTenCb": STAFF_NAME,
        "cccdCb": STAFF_CITIZEN_ID,
    } | changes


def code(person: Patient, **changes: str) -> str | None:
    return result_code(lookup_answer(asked(person, **changes), TODAY))


def test_every_official_code_has_somebody() -> None:
    official = {rule.key for rule in result_rules().values() if rule.origin is Origin.OFFICIAL}
    assert official <= {person.result_code for person in PATIENTS}


@pytest.mark.parametrize("person", PATIENTS, ids=lambda person: person.key)
def test_nobody_could_exist(person: Patient) -> None:
    assert re.fullmatch(r"[A-Z]{2}[1-5][0-9]{2}99[0-9]{8}", person.card_number)
    assert person.citizen_id.startswith("099")
    assert person.primary_facility in {"99999", "99998"}
    century_and_sex = (0 if person.birth_date.year < 2000 else 2) + (person.sex is Sex.FEMALE)
    assert person.citizen_id[3:6] == f"{century_and_sex}{person.birth_date.year % 100:02d}"


def test_nobody_shares_a_number() -> None:
    numbers = Counter(
        number for p in PATIENTS for number in (p.card_number, p.social_insurance_number, p.citizen_id, p.key)
    )
    assert [number for number, count in numbers.items() if count > 1] == []


def test_the_line_of_a_new_card() -> None:
    parts = DEMO_PATIENT.health_card_line().split("|")
    assert len(parts) == 17
    assert parts[0] == "9900000101"
    assert bytes.fromhex(parts[1]).decode() == "Nguyễn Thị Thử Nghiệm"
    assert parts[2:10] == [
        "12/10/1988", "2", "-", "99 - 999", "01/01/2024", "-", "20/12/2023", "79999900000101",
    ]  # fmt: skip
    assert parts[10:13] == ["-", "4", "01/06/2023"]
    assert re.fullmatch(r"[1-9a-f][0-9a-f]{0,15}-7102", parts[13])
    assert parts[14] == "4"
    assert bytes.fromhex(parts[15]).decode() == "Huyện Mẫu, Tỉnh Thử Nghiệm"
    assert parts[16] == "$"


def test_the_line_of_an_old_card_of_a_child() -> None:
    parts = patient("child").health_card_line().split("|")
    assert len(parts) == 15
    assert parts[0] == "TE1019900000103"
    assert bytes.fromhex(parts[4]).decode() == "Xã Mẫu, Huyện Thử, Tỉnh Thử Nghiệm"
    assert bytes.fromhex(parts[10]).decode() == "Lê Văn Cha"
    assert parts[11:13] == ["5", "-"]


def test_the_line_of_a_birth_year_only() -> None:
    assert patient("year_only").health_card_line().split("|")[2] == "1948"
    assert patient("year_only").citizen_card_line().split("|")[3] == "1948"


def test_the_line_of_a_citizen_card() -> None:
    assert patient("citizen_card").citizen_card_line() == (
        "099095000109||Đỗ Văn Căn Cước|30111995|Nam|Tổ 9, Phường Giả Định, Tỉnh Thử Nghiệm|15042021"
    )


def test_lines_are_printable_and_never_change_with_the_day() -> None:
    assert all(person.health_card_line().isascii() for person in PATIENTS)
    assert str(TODAY.year) not in DEMO_PATIENT.health_card_line()


@pytest.mark.parametrize("day", [date(2026, 11, 23), date(2028, 2, 29), date(2060, 12, 31)])
def test_the_demo_never_expires_and_agrees_with_its_picture(day: date) -> None:
    card = read_lookup(lookup_answer(asked(DEMO_PATIENT), day)).card
    assert card is not None
    assert card.valid_from == DEMO_PATIENT.valid_from < day
    assert card.valid_to is not None
    assert card.valid_to > day
    assert card.full_name == DEMO_PATIENT.full_name
    assert card.birth_date == DEMO_PATIENT.birth_date
    assert card.sex is DEMO_PATIENT.sex
    assert card.primary_facility == "99999"
    assert card.five_years_from == DEMO_PATIENT.five_years_from
    assert card.new_card is None


def test_new_cards_follow_the_calendar() -> None:
    def new_card_of(key: str) -> tuple[str, bool]:
        card = read_lookup(lookup_answer(asked(patient(key)), TODAY)).card
        assert card is not None
        assert card.new_card is not None
        assert card.new_card.valid_from is not None
        return card.new_card.card_number, card.new_card.valid_from <= TODAY

    assert new_card_of("replaced") == (patient("replacement").card_number, True)
    assert new_card_of("next_card_now") == ("DN4799900000121", True)
    assert new_card_of("next_card_later") == ("DN4799900000119", False)
    without = read_lookup(lookup_answer(asked(patient("replaced_without_number")), TODAY)).card
    assert without is not None
    assert without.new_card is None


def test_the_card_that_ends_today() -> None:
    card = read_lookup(lookup_answer(asked(patient("expires_today")), TODAY)).card
    assert card is not None
    assert card.valid_to == TODAY


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "000"),
        ({"hoTen": "NGUYỄN  THỊ THỬ NGHIỆM"}, "000"),
        ({"hoTen": "Nguyễn Thị Thư Nghiệm"}, "061"),
        ({"hoTen": "Lê Thị Khác"}, "060"),
        ({"ngaySinh": "13/10/1988"}, "070"),
        ({"ngaySinh": "1988"}, "000"),
        ({"ngaySinh": "10/1988"}, "000"),
        ({"ngaySinh": "12101988"}, "205"),
        ({"ngaySinh": "31/02/1988"}, "205"),
        ({"ngaySinh": ""}, "205"),
        ({"hoTen": ""}, "205"),
        ({"hoTenCb": ""}, "205"),
        ({"hoTenCb": "Ai Đó"}, "055"),
        ({"cccdCb": "000000000001"}, "054"),
        ({"maThe": "DN4799900000101"}, "051"),
        ({"maThe": "GD4019900000101"}, "052"),
        ({"maThe": "GD2799900000101"}, "053"),
        ({"maThe": "GD4799911111111"}, "050"),
        ({"maThe": "123"}, "205"),
        ({"maThe": "gd 4 79 99-0000-0101"}, "000"),
        ({"maThe": "9900000101"}, "000"),
        ({"maThe": "099188000101"}, "000"),
    ],
)
def test_what_is_asked_wrongly_is_answered_as_the_gateway_does(
    changes: dict[str, str], expected: str
) -> None:
    assert code(DEMO_PATIENT, **changes) == expected


def test_the_history_is_answered_by_both_calls() -> None:
    worker = patient("worker")
    from_card = read_lookup(lookup_answer(asked(worker), TODAY)).history
    from_history = read_lookup(history_answer(asked(worker), TODAY)).history
    assert from_card == from_history
    assert len(from_card) == 3
    assert from_card[0].admitted_at is not None
    assert from_card[0].admitted_at.date() == TODAY - timedelta(days=95)
    assert from_card[2].discharged_at is None
    assert history_answer(asked(DEMO_PATIENT, hoTen="Ai Đó"), TODAY)["dsLichSuKCB2025"] is None
    assert history_answer(asked(DEMO_PATIENT), TODAY)["dsLichSuKCB2025"] == []


def test_every_sentence_says_that_it_is_training() -> None:
    for person in PATIENTS:
        assert "TẬP HUẤN" in lookup_answer(asked(person), TODAY)["ghiChu"]


def test_an_unknown_handle() -> None:
    with pytest.raises(KeyError):
        patient("nobody")
    assert patient("demo") is DEMO_PATIENT
    assert patient("month_only").birth_date == PartialDate(1952, 2)
