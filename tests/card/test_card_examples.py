"""The examples of the format's description, and the quirks seen in the field, one by one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from payloads import TODAY

from kiosk.card import card_as_json, normalise_name, parse, parse_birth_date, parse_number
from kiosk.card.model import CitizenCard, HealthCard, Kind, PartialDate, Sex
from kiosk.card.tables import object_codes, provinces
from kiosk.card.vietnamese import made_of_syllables, without_accents
from kiosk.errors import CardParseError

MAU = "4e677579e1bb856e2056c4836e204de1baab75"  # Nguyễn Văn Mẫu
ADDRESS = (
    "5068c6b0e1bb9d6e67205468e1bbad204e676869e1bb876d2c205175e1baad6e20312c205468c3a06e68207068e1bb912048e1bb932043"
    "68c3ad204d696e68"
)
ADULT = (
    f"DN4799900000001|{MAU}|01/02/1990|1|{ADDRESS}|79 - 034|01/01/2020|-|15/"
    "12/2019|79019900000001|-|4|01/01/2025"
    "|a1b2c3d4e5f60718-7102|$"
)
CHILD = (
    "TE1019900000002|5472e1baa76e2042c3a9205468e1bbad|05/06/2018|2|58c3a3204de1baab752c20487579e1bb876e205468e1bbad"
    "2c2048c3a0204ee1bb9969|01 - A01|05/06/2018|30/09/2024|20/06/2018|01029"
    "900000002|5472e1baa76e2056c4836e20436861"
    "|5|-|b2c3d4e5f607182-7102|$"
)
YEAR_ONLY = (
    "HT3799900000003|4cc3aa205468e1bb8b204de1baab75|1948|2|5175e1baad6e20312c205468c3a06e68207068e1bb912048e1bb9320"
    "4368c3ad204d696e68|79 - 024|01/01/2019|-|20/12/2018|79019900000003|-|4"
    "| 01/01/2015|c3d4e5f60718293a-7102|$"
)
CARD_2021 = (
    "9900000004|4e677579e1bb856e205468e1bb8b205468e1bbad|12/10/2001|2|-|89 - 012|01/12/2021|-|07/01/2022"
    "|89009900000004|-|4|20/09/2021|d4e5f60718293a4-7102|4|54e1bb896e6820416e204769616e67|$"
)
EARLY = (
    f"GD4799900000005|{MAU}|01/02/1990|1|5175e1baad6e2031|79 - 034|01/01/2015|31/12/2015|25/12/2014|7901"
    "|e5f60718293a4b5c|$"
)
CITIZEN = (
    "079090000001|012345678|Nguyễn Văn Mẫu|01021990|Nam|Phường Thử Nghiệm, Quận 1, TP. Hồ Chí Minh|15042021"
)
CITIZEN_2024 = "079301000002||Trần Thị Thử|03042001|Nữ|Xã Mẫu, Tỉnh Thử|02072024||Trần Văn Cha|Lê Thị Mẹ|"


def health(text: str) -> HealthCard:
    card = parse(text, today=TODAY)
    assert isinstance(card, HealthCard)
    return card


def citizen(text: str) -> CitizenCard:
    card = parse(text, today=TODAY)
    assert isinstance(card, CitizenCard)
    return card


def codes(card: HealthCard | CitizenCard) -> list[str]:
    return [notice.code for notice in card.warnings]


def refusal(text: str) -> str:
    with pytest.raises(CardParseError) as caught:
        parse(text, today=TODAY)
    return caught.value.code


class TestHealthCards:
    def test_an_adult_s_card_of_15_parts(self) -> None:
        assert health(ADULT) == HealthCard(
            kind=Kind.HEALTH_CARD,
            card_number="DN4799900000001",
            social_insurance_number="9900000001",
            full_name="Nguyễn Văn Mẫu",
            birth_date=PartialDate(1990, 2, 1),
            sex=Sex.MALE,
            address="Phường Thử Nghiệm, Quận 1, Thành phố Hồ Chí Minh",
            primary_facility="79034",
            valid_from=date(2020, 1, 1),
            issued_on=date(2019, 12, 15),
            five_years_from=date(2025, 1, 1),
            benefit_level=4,
        )

    def test_a_child_s_card_with_parent_living_area_and_a_letter_in_the_facility(self) -> None:
        card = health(CHILD)
        assert (card.guardian_name, card.living_area, card.primary_facility) == (
            "Trần Văn Cha",
            "K1",
            "01A01",
        )
        assert card.valid_to == date(2024, 9, 30)
        assert card.warnings == ()

    def test_a_birth_date_may_be_a_year_and_a_date_may_have_a_blank_before_it(self) -> None:
        card = health(YEAR_ONLY)
        assert (card.birth_date, card.five_years_from) == (PartialDate(1948), date(2015, 1, 1))
        assert card_as_json(card)["birth_date"] == "1948"

    def test_the_2021_card_has_ten_digits_a_level_and_a_place_of_issue(self) -> None:
        card = health(CARD_2021)
        assert (card.card_number, card.social_insurance_number) == (None, "9900000004")
        assert (card.benefit_level, card.issuing_place, card.address) == (4, "Tỉnh An Giang", None)
        assert card.lookup_number == "9900000004"
        assert card.warnings == ()

    def test_the_early_card_of_12_parts(self) -> None:
        card = health(EARLY)
        assert (card.card_number, card.valid_to, card.guardian_name) == (
            "GD4799900000005",
            date(2015, 12, 31),
            None,
        )
        assert card.warnings == ()

    @pytest.mark.parametrize("facility", ["79034", "79-034", "79 – 034", "79–034", " 79 - 034 ", "79 034"])
    def test_the_facility_is_five_places_however_it_is_printed(self, facility: str) -> None:
        assert health(ADULT.replace("79 - 034", facility)) == health(ADULT)

    @pytest.mark.parametrize("end", ["", "|", "|#", "|$ ", "|$\r\n"])
    def test_the_closing_dollar_may_be_missing_or_odd(self, end: str) -> None:
        assert health(ADULT.removesuffix("|$") + end) == health(ADULT)

    def test_hexadecimal_may_be_upper_case_or_utf_16(self) -> None:
        assert health(ADULT.replace(MAU, MAU.upper())) == health(ADULT)
        wide = health(ADULT.replace(MAU, "Nguyễn Văn Mẫu".encode("utf-16-le").hex()))
        assert (wide.full_name, codes(wide)) == ("Nguyễn Văn Mẫu", ["repaired_utf16"])

    @pytest.mark.parametrize(
        ("area", "meaning"), [("4", None), ("-", None), ("6", "K2"), ("K3", "K3"), ("k1", "K1")]
    )
    def test_the_living_area_is_a_digit_or_a_word(self, area: str, meaning: str | None) -> None:
        assert health(ADULT.replace("|-|4|", f"|-|{area}|")).living_area == meaning

    @pytest.mark.parametrize(
        ("good", "bad", "field"),
        [
            ("01/02/1990", "31/02/1990", "birth_date"),
            ("|01/02/1990|1|", "|01/02/1990|3|", "sex"),
            (MAU, MAU[:-1], "full_name"),
            (MAU, "ff" * 8, "full_name"),
            (MAU, "3132", "full_name"),
            (MAU, "e4bda0e5a5bd", "full_name"),
            ("79 - 034", "7 - 34", "primary_facility"),
            ("01/01/2020", "32/01/2020", "valid_from"),
            ("|-|4|01", "|-|9|01", "living_area"),
        ],
    )
    def test_an_unreadable_field_is_empty_and_named(self, good: str, bad: str, field: str) -> None:
        card = health(ADULT.replace(good, bad, 1))
        assert getattr(card, field) is None
        assert [dict(notice.values)["field"] for notice in card.warnings] == [field]

    @pytest.mark.parametrize(
        ("old", "new", "code"),
        [
            ("DN4799900000001|", "XX4799900000001|", "unknown_object_code"),
            ("DN4799900000001|", "DN2799900000001|", "unusual_benefit_level"),
            ("DN4799900000001|", "DN7799900000001|", "legacy_benefit_level"),
            ("DN4799900000001|", "DN0799900000001|", "unknown_benefit_level"),
            ("DN4799900000001|", "DN479AB00000001|", "number_with_letters"),
            ("79019900000001", "7901990000000", "managing_code_odd"),
            ("79019900000001", "79019900000002", "managing_code_odd"),
            ("79019900000001", "01019900000001", "managing_code_odd"),
            ("01/01/2020|-|", "01/01/2020|31/12/2019|", "dates_out_of_order"),
            ("01/02/1990", "01/02/2030", "birth_date_in_future"),
        ],
    )
    def test_what_is_odd_is_said_and_blocks_nothing(self, old: str, new: str, code: str) -> None:
        card = health(ADULT.replace(old, new, 1))
        assert code in codes(card)
        assert card.full_name == "Nguyễn Văn Mẫu"

    def test_a_card_that_changed_level_in_2026_is_ordinary_with_either_digit(self) -> None:
        assert "unusual_benefit_level" not in codes(parse_number("CN3799900000001"))
        assert "unusual_benefit_level" not in codes(parse_number("CN2799900000001"))

    def test_a_foreigner_s_name_is_read_and_pointed_out(self) -> None:
        card = health(ADULT.replace(MAU, "Jörg Muster".encode().hex()))
        assert (card.full_name, codes(card)) == ("Jörg Muster", ["unusual_letters"])

    def test_a_number_that_vni_swallowed_a_digit_of_is_left_out(self) -> None:
        card = health(CHILD.replace("TE1019900000002|", "TÉ019900000002|", 1))
        assert (card.card_number, card.social_insurance_number) == (None, None)
        assert card.birth_date == PartialDate(2018, 6, 5)
        assert "input_method_on" in codes(card)


class TestCitizenCards:
    def test_seven_parts(self) -> None:
        assert citizen(CITIZEN) == CitizenCard(
            kind=Kind.CITIZEN_CARD,
            citizen_id="079090000001",
            full_name="Nguyễn Văn Mẫu",
            birth_date=PartialDate(1990, 2, 1),
            sex=Sex.MALE,
            address="Phường Thử Nghiệm, Quận 1, TP. Hồ Chí Minh",
            issued_on=date(2021, 4, 15),
        )

    def test_more_parts_on_cards_of_the_2024_law_are_left_aside(self) -> None:
        card = citizen(CITIZEN_2024)
        assert (card.full_name, card.issued_on, card.warnings) == ("Trần Thị Thử", date(2024, 7, 2), ())

    @pytest.mark.parametrize(
        ("birth", "iso"), [("1990", "1990"), ("021990", "1990-02"), ("00001990", "1990")]
    )
    def test_a_birth_date_may_be_known_to_the_month_or_year(self, birth: str, iso: str) -> None:
        assert card_as_json(citizen(CITIZEN.replace("01021990", birth)))["birth_date"] == iso

    def test_digits_that_contradict_the_card_are_said(self) -> None:
        assert codes(citizen(CITIZEN.replace("|Nam|", "|Nữ|"))) == ["citizen_id_contradicts_sex"]
        assert codes(citizen(CITIZEN.replace("01021990", "01021991"))) == [
            "citizen_id_contradicts_birth_year"
        ]

    def test_a_name_without_accents_is_believed_when_the_address_has_some(self) -> None:
        card = citizen(CITIZEN.replace("Nguyễn Văn Mẫu", "Phan Thanh An"))
        assert (card.full_name, card.warnings) == ("Phan Thanh An", ())

    def test_a_line_without_any_accent_lost_them(self) -> None:
        card = citizen("079090000001||Nguyen Van Mau|01021990|Nam|Phuong Thu Nghiem|15042021")
        assert (card.full_name, card.address, codes(card)) == (None, None, ["accents_lost"])
        assert card.issued_on == date(2021, 4, 15)

    @pytest.mark.parametrize("number", ["0128", "0215", "0225018701330195"])
    def test_a_house_number_is_not_taken_for_a_leaked_code(self, number: str) -> None:
        card = citizen(CITIZEN.replace("Phường", f"Số {number} Phường"))
        assert card.address == f"Số {number} Phường Thử Nghiệm, Quận 1, TP. Hồ Chí Minh"
        assert card.warnings == ()

    @pytest.mark.parametrize(
        ("good", "bad", "field"),
        [
            ("Nguyễn Văn Mẫu", "Nguyễn 2", "full_name"),
            ("Phường Thử Nghiệm", "地址", "address"),
            ("|15042021", "|31022021", "issued_on"),
            ("|01021990|", "|31021990|", "birth_date"),
            ("Nguyễn Văn Mẫu", "Nguy\ufffdn", "full_name"),
        ],
    )
    def test_an_unreadable_field_is_empty_and_named(self, good: str, bad: str, field: str) -> None:
        card = citizen(CITIZEN.replace(good, bad, 1))
        assert getattr(card, field) is None
        assert field in [dict(notice.values).get("field") for notice in card.warnings]

    def test_a_name_alone_without_accents_is_doubted(self) -> None:
        card = citizen("079090000001||Phan Thanh An|01021990|Nam||15042021")
        assert (card.full_name, codes(card)) == ("Phan Thanh An", ["name_without_accents"])

    def test_a_foreigner_s_name_is_read_and_pointed_out(self) -> None:
        card = citizen(CITIZEN.replace("Nguyễn Văn Mẫu", "Jörg Muster"))
        assert (card.full_name, codes(card)) == ("Jörg Muster", ["unusual_letters"])

    def test_a_line_that_is_no_citizen_card_s_after_its_number_is_refused(self) -> None:
        assert refusal("079090000001|a|b|c|d|e|f|g") == "unknown_code"

    def test_a_hard_blank_that_became_soft_is_not_guessed(self) -> None:
        """``Ã`` and a blank may be à, or a Ý that lost its second byte before a word."""
        garbled = CITIZEN.replace("Nguyễn Văn Mẫu", "Lê Ý Mẫu").encode().decode("latin-1")
        card = citizen(garbled.replace("\x9d", ""))
        assert (card.full_name, "accents_damaged" in codes(card)) == (None, True)


class TestNumbers:
    @pytest.mark.parametrize(
        ("typed", "number"),
        [
            ("DN4799900000001", "DN4799900000001"),
            ("dn 4 79 99 000 00001", "DN4799900000001"),
            ("DN-4-79-9900-000001", "DN4799900000001"),
            ("ＤＮ４７９９９０００００００１", "DN4799900000001"),
            ("TE101KT00000001", "TE101KT00000001"),
            ("QN597KT00000001", "QN597KT00000001"),
            ("HG4019900000001", "HG4019900000001"),
        ],
    )
    def test_a_card_number_however_it_is_written(self, typed: str, number: str) -> None:
        card = health(typed)
        assert (card.kind, card.card_number, card.warnings) == (Kind.CARD_NUMBER, number, ())

    @pytest.mark.parametrize(
        "typed", ["DN47999OOOOOOO1", "DN4799900000OOl", "DN4799900000O0I", "dn4799900000o0i"]
    )
    def test_letters_typed_for_digits_are_put_right_and_said(self, typed: str) -> None:
        card = health(typed)
        assert card.card_number == "DN4799900000001"
        assert "number_corrected" in codes(card)

    def test_ten_and_twelve_digits(self) -> None:
        assert health("99 0000 0004").social_insurance_number == "9900000004"
        assert citizen("079 090 000 001").citizen_id == "079090000001"
        assert citizen("O7909000000l").citizen_id == "079090000001"

    def test_a_temporary_number_has_no_social_insurance_number(self) -> None:
        assert health("TE101KT00000001").social_insurance_number is None

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("", "empty"),
            (" \r\n\t", "empty"),
            ("012345678", "old_citizen_number"),
            ("DN479990000000", "number_length"),
            ("DN47999000000012", "number_length"),
            ("0790900000012", "number_length"),
            ("1N4799900000001", "number_form"),
            ("DNX799900000001", "number_form"),
            ("07909000000A", "number_form"),
            ("TÉ799900000002", "input_method_on"),
            ("CẠ979900000006", "input_method_on"),
            ("https://example.org/the", "unknown_code"),
            ('{"soBHXH": "9900000004"}', "unknown_code"),
            ("OTkwMDAwMDAwNA==", "unknown_code"),
            ("Nguyễn Văn Mẫu", "unknown_code"),
            ("a|b|c", "unknown_code"),
            ("DN4799900000001|", "line_incomplete"),
            ("079090000001|", "line_incomplete"),
            ("x" * 30_000, "too_long"),
            ("DN4799900000001DN4799900000002", "two_scans"),
        ],
    )
    def test_anything_else_is_refused_with_a_reason(self, text: str, code: str) -> None:
        assert refusal(text) == code

    def test_a_number_scanned_twice(self) -> None:
        assert codes(health("DN4799900000001DN4799900000001")) == ["scanned_twice"]
        assert codes(health("9900000004\r9900000004")) == ["scanned_twice"]

    def test_a_line_broken_by_the_transport_is_put_together(self) -> None:
        assert health(ADULT[:120] + "\r\n" + ADULT[120:]) == health(ADULT)


class TestBirthDates:
    @pytest.mark.parametrize(
        ("typed", "iso"),
        [
            ("1990-02-01", "1990-02-01"),
            ("01/02/1990", "1990-02-01"),
            ("1/2/1990", "1990-02-01"),
            (" 1-2-1990 ", "1990-02-01"),
            ("1.2.1990", "1990-02-01"),
            ("01021990", "1990-02-01"),
            ("02/1990", "1990-02"),
            ("1990-02", "1990-02"),
            ("021990", "1990-02"),
            ("1990", "1990"),
        ],
    )
    def test_as_people_write_them(self, typed: str, iso: str) -> None:
        assert parse_birth_date(typed).iso == iso

    @pytest.mark.parametrize(
        "typed", ["", "90", "1/2/90", "31/02/1990", "29/02/1990", "1990-13", "0990", "1/1990/2", "٠١/٠٢/١٩٩٠"]
    )
    def test_what_is_no_date(self, typed: str) -> None:
        with pytest.raises(CardParseError):
            parse_birth_date(typed)

    def test_partial_dates_agree_as_far_as_both_are_known(self) -> None:
        day = PartialDate(1990, 2, 1)
        assert day.agrees_with(PartialDate(1990))
        assert day.agrees_with(PartialDate(1990, 2))
        assert not day.agrees_with(PartialDate(1990, 3))
        assert [each.slashed for each in (day, PartialDate(1990, 2), PartialDate(1990))] == [
            "01/02/1990",
            "02/1990",
            "1990",
        ]

    @pytest.mark.parametrize("parts", [(1990, None, 1), (990, 1, 1), (1990, 2, 30)])
    def test_impossible_partial_dates_do_not_exist(self, parts: tuple[Any, ...]) -> None:
        with pytest.raises(ValueError, match=r"day|digits|range"):
            PartialDate(*parts)


class TestVietnamese:
    @pytest.mark.parametrize(
        ("one", "other"),
        [("hòa", "HOÀ"), ("Thủy", "thuỷ"), ("khỏe", "khoẻ"), (" Lê  Ý ", "lê ý"), ("LÊ", "Lê")],
    )
    def test_the_same_name_written_differently(self, one: str, other: str) -> None:
        assert normalise_name(one) == normalise_name(other)

    @pytest.mark.parametrize(("one", "other"), [("Mẫu", "Mậu"), ("Thảo", "Thao"), ("Đạt", "Dạt")])
    def test_other_names(self, one: str, other: str) -> None:
        assert normalise_name(one) != normalise_name(other)

    def test_syllables(self) -> None:
        assert made_of_syllables("Nguyễn Quỳnh Khuyên")
        assert made_of_syllables("NGHIÊM XUÂN")
        assert not made_of_syllables("Nguyn Vn Mu")
        assert not made_of_syllables("VănAn")
        assert without_accents("Đặng Thị Hường") == "Dang Thi Huong"


class TestTables:
    def test_the_provinces_are_the_63_the_army_and_two_odd_ones(self) -> None:
        assert len(provinces()) == 63 + 3
        assert provinces()["24"].label == "24 (Bắc Giang cũ / Bắc Ninh)"
        assert provinces()["79"].label == "79 (TP. Hồ Chí Minh)"
        assert not provinces()["98"].confirmed
        reused = {code for code, province in provinces().items() if province.since_2025 and code != "46"}
        assert reused == {"15", "24", "44", "52", "80", "82", "91"}

    def test_the_object_codes_have_meanings_and_levels(self) -> None:
        assert object_codes()["TE"].levels == (1,)
        assert {"DN", "HT", "GD", "QN", "CN", "LH"} <= set(object_codes())
        assert all(each.meaning for each in object_codes().values())
