from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.card.model import PartialDate, Sex
from kiosk.clock import VIETNAM
from kiosk.gateway.messages import LookupAnswer, lookup_body, read_json, read_login, read_lookup, result_code
from kiosk.gateway.model import GatewayCard, HistoryRow, NewCard, Question


def read(**fields: Any) -> LookupAnswer:
    return read_lookup({"maKetQua": "000", **fields})


def card(**fields: Any) -> GatewayCard:
    found = read(**fields).card
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("000", "000"),
        (" 401 ", "401"),
        ("00", "00"),
        (0, "000"),
        (4, "004"),
        (10, "010"),
        (401, "401"),
        (401.0, "401"),
        ("XYZ", "XYZ"),
        ("", None),
        ("  ", None),
        (None, None),
        (True, None),
        (4.5, None),
        (-1, None),
        (10**40, None),
        (["000"], None),
        ({"ma": "000"}, None),
    ],
)
def test_result_code_as_text_or_number(sent: object, code: str | None) -> None:
    assert result_code({"maKetQua": sent}) == code


@pytest.mark.parametrize("payload", [None, [], "000", 0, {}])
def test_result_code_of_something_else(payload: object) -> None:
    assert result_code(payload) is None


def test_a_full_answer() -> None:
    answer = read(
        ghiChu="Thẻ dùng được (mẫu)",
        maThe="gd4799900000101 ",
        hoTen="  Nguyễn Thị Thử ",
        ngaySinh="12/10/1988",
        gioiTinh="Nữ",
        diaChi="Xã Mẫu",
        maDKBD=" 99999 ",
        cqBHXH="BHXH Thử Nghiệm",
        gtTheTu="01/01/2026",
        gtTheDen="31/12/2026",
        maKV="k2",
        ngayDu5Nam="01/06/2023",
        maSoBHXH="9900000101",
        maTheCu="HS4799900000101",
        somethingNew={"x": 1},
    )
    assert answer.unreadable_fields == ()
    assert answer.note == "Thẻ dùng được (mẫu)"
    assert answer.card == GatewayCard(
        card_number="GD4799900000101",
        social_insurance_number="9900000101",
        full_name="Nguyễn Thị Thử",
        birth_date=PartialDate(1988, 10, 12),
        sex=Sex.FEMALE,
        address="Xã Mẫu",
        primary_facility="99999",
        issuing_office="BHXH Thử Nghiệm",
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 12, 31),
        living_area="K2",
        five_years_from=date(2023, 6, 1),
        old_card_number="HS4799900000101",
    )


def test_empty_texts_and_nulls_are_unknown() -> None:
    answer = read(ghiChu="", maThe=None, hoTen=" ", gtTheTu="", maKV="", dsLichSuKCB2018=None, gioiTinh=None)
    assert (answer.note, answer.card, answer.history, answer.unreadable_fields) == (None, None, (), ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("01/02/1990", PartialDate(1990, 2, 1)),
        ("1/2/1990", PartialDate(1990, 2, 1)),
        ("02/1990", PartialDate(1990, 2)),
        ("1990", PartialDate(1990)),
        (1990, PartialDate(1990)),
        ("01/02/1990 00:00:00", PartialDate(1990, 2, 1)),
        ("1990-02-01", PartialDate(1990, 2, 1)),
        ("1990-02-01T00:00:00", PartialDate(1990, 2, 1)),
        ("19900231", None),  # no such day either way round
        ("19900201", PartialDate(1990, 2, 1)),
        ("01021990", PartialDate(1990, 2, 1)),
        ("20102010", PartialDate(2010, 10, 20)),  # 2010-20-10 would be no date
        ("12/10/88", None),
        ("31/02/1990", None),
        ("0001-01-01T00:00:00", None),
        ("hôm qua", None),
    ],
)
def test_birth_dates(text: object, expected: PartialDate | None) -> None:
    answer = read(ngaySinh=text, hoTen="Thử")
    assert answer.card is not None
    assert answer.card.birth_date == expected
    assert answer.unreadable_fields == (() if expected else ("ngaySinh",))


@pytest.mark.parametrize(
    ("sent", "number"),
    [
        ("dn 4-79_99 999 00101", "DN4799999900101"),
        ("9999900101", "9999900101"),
        (9999900101, "9999900101"),
        ("xem thẻ mới", None),
        ("DN4799999900101;HS4799999900101", None),
        (5, None),
    ],
)
def test_only_a_card_number_is_looked_up_again(sent: object, number: str | None) -> None:
    answer = read(maKetQua="003", maThe="HS4799999900101", maTheMoi=sent)
    assert answer.card is not None
    assert (answer.card.new_card and answer.card.new_card.card_number) == number
    assert answer.unreadable_fields == (() if number else ("maTheMoi",))


def test_a_former_card_number_is_taken_however_it_is_written() -> None:
    answer = read(maThe="DN4799999900101", maTheCu="hs4799999900101; gd4799999900101")
    assert answer.card is not None
    assert answer.card.old_card_number == "HS4799999900101; GD4799999900101"
    assert answer.unreadable_fields == ()


def test_a_validity_needs_a_day() -> None:
    answer = read(gtTheTu="2026", gtTheDen="31/12/2026")
    assert answer.unreadable_fields == ("gtTheTu",)
    assert card(gtTheTu="2026", gtTheDen="31/12/2026").valid_to == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("sent", "sex", "named"),
    [
        ("Nam", Sex.MALE, False),
        ("NỮ", Sex.FEMALE, False),
        ("Nu\u031b\u0303", Sex.FEMALE, False),  # decomposed
        (1, Sex.MALE, False),
        ("2", Sex.FEMALE, False),
        ("Chưa xác định", None, False),
        ("3", None, False),
        ("x", None, True),
    ],
)
def test_sex(sent: object, sex: Sex | None, named: bool) -> None:
    answer = read(gioiTinh=sent, hoTen="Thử")
    assert answer.card is not None
    assert answer.card.sex is sex
    assert answer.unreadable_fields == (("gioiTinh",) if named else ())


def test_names_are_composed_and_free_of_what_no_database_takes() -> None:
    assert card(hoTen="Nguye\u0302\u0303n").full_name == "Nguyễn"
    assert card(hoTen="Thử\x00\ud800 Nghiệm").full_name == "Thử Nghiệm"


def test_numbers_get_back_their_leading_zeros() -> None:
    found = card(maDKBD=1001, maSoBHXH=99000001, hoTen="Thử")
    assert (found.primary_facility, found.social_insurance_number) == ("01001", "0099000001")


def test_a_wrong_type_spoils_only_its_own_field() -> None:
    answer = read(
        hoTen=["x"],
        diaChi={"a": 1},
        maThe=True,
        maKV="K9",
        gtTheTu=[],
        ghiChu=3.5,
        cqBHXH="BHXH Thử",
        maDKBD=[1],
    )
    assert answer.card == GatewayCard(issuing_office="BHXH Thử")
    assert set(answer.unreadable_fields) == {
        "hoTen",
        "diaChi",
        "maThe",
        "maKV",
        "gtTheTu",
        "ghiChu",
        "maDKBD",
    }


def test_a_new_card() -> None:
    found = card(
        maThe="GD4799900000101",
        maTheMoi="DN4799900000101",
        gtTheTuMoi="01/02/2030",
        gtTheDenMoi="31/12/2030",
        maDKBDMoi="99998",
        tenDKBDMoi="Bệnh viện Mẫu",
    )
    assert found.new_card == NewCard(
        "DN4799900000101", date(2030, 2, 1), date(2030, 12, 31), "99998", "Bệnh viện Mẫu"
    )


def test_the_card_repeated_as_new_card_is_no_new_card() -> None:
    assert (
        card(maThe="GD4799900000101", maTheMoi=" gd4799900000101", gtTheTuMoi="01/01/2026").new_card is None
    )


@pytest.mark.parametrize("name", ["dsLichSuKCB2018", "dsLichSuKCB2025"])
def test_history_rows(name: str) -> None:
    row = {
        "maHoSo": 990001,
        "maCSKCB": "99998",
        "ngayVao": "202611010745",
        "ngayRa": 202611011630,
        "tenBenh": "Mẫu",
        "tinhTrang": "1",
        "kqDieuTri": 2,
        "lyDoVV": "1.1",
        "TEMP1": "",
    }
    assert read(**{name: [row]}).history == (
        HistoryRow(
            record_id="990001",
            facility="99998",
            admitted_at=datetime(2026, 11, 1, 7, 45, tzinfo=VIETNAM),
            discharged_at=datetime(2026, 11, 1, 16, 30, tzinfo=VIETNAM),
            diagnosis="Mẫu",
            discharge_status="1",
            outcome="2",
            visit_reason="1.1",
        ),
    )


def test_damaged_history_is_named_and_the_rest_kept() -> None:
    answer = read(
        dsLichSuKCB2018=[
            {"maHoSo": "1", "ngayVao": "20261101"},
            "?",
            {"maHoSo": "2", "ngayRa": "202613010000"},
        ],
        dsLichSuKCB2025={"a": 1},
    )
    assert [row.record_id for row in answer.history] == ["1", "2"]
    assert answer.unreadable_fields == (
        "dsLichSuKCB2018[0].ngayVao",
        "dsLichSuKCB2018[1]",
        "dsLichSuKCB2018[2].ngayRa",
        "dsLichSuKCB2025",
    )
    assert read(dsLichSuKCB2018="").unreadable_fields == ()


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
_FIELDS = st.sampled_from(
    [
        "maKetQua", "ghiChu", "maThe", "hoTen", "ngaySinh", "gioiTinh", "maDKBD", "gtTheTu", "gtTheDen",
        "maKV", "maSoBHXH", "maTheMoi", "dsLichSuKCB2018", "dsLichSuKCB2025",
    ]
)  # fmt: skip


@given(st.dictionaries(_FIELDS, _JSON))
def test_no_json_object_breaks_the_reading(payload: dict[str, Any]) -> None:
    answer = read_lookup(payload)
    assert isinstance(answer.unreadable_fields, tuple)
    code = result_code(payload)
    assert code is None or code == code.strip() != ""


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b'{"a":', b"\xff\xfe{}", b"[" * 200_000, b'{"a": ' + b"9" * 5000 + b"}"]
)
def test_not_json(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any kind of it
        read_json(body)


def test_json_with_and_without_byte_order_mark() -> None:
    assert read_json('\ufeff{"hoTen": "Thử"}'.encode()) == {"hoTen": "Thử"}
    assert read_json('{"hoTen": "Thử"}'.encode()) == {"hoTen": "Thử"}


def test_the_body_of_a_look_up() -> None:
    question = Question("gd 4-79 99_00000101", "  Nguye\u0302\u0303n  Thị\tThử ", PartialDate(1988, 10))
    body = json.loads(lookup_body(question, staff_name="Cán  Bộ", staff_citizen_id=" 000000000099 "))
    assert body == {
        "maThe": "GD4799900000101",
        "hoTen": "Nguyễn Thị Thử",
        "ngaySinh": "10/1988",
        "hoTenCb": "Cán Bộ",
        "cccdCb": "000000000099",
    }


def test_a_login_without_a_key_has_no_tokens() -> None:
    assert read_login({"maKetQua": "200", "APIKey": None}).access_token is None
    assert read_login({"APIKey": ["x"]}).id_token is None
    assert "s3cret" not in repr(read_login({"APIKey": {"access_token": "s3cret-a", "id_token": "s3cret-b"}}))
