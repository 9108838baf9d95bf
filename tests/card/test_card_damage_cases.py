"""Damaged scans that once came out wrong, each with what must come of it."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from payloads import TODAY, Line, citizen_lines, health_lines

from kiosk.card import parse
from kiosk.card.model import CitizenCard, HealthCard, Sex
from kiosk.errors import CardParseError

HEALTH = (
    "DN4799900000001|4e677579e1bb856e2056c4836e204de1baab75|01/02/1990|1|5068c6b0e1bb9d6e67|79 - 034|01/01"
    "/2020|-|15/12/2019|79019900000001|-|4|01/01/2025|a1b2c3d4e5f60718-7102|$"
)
OTHER = (
    "HT3799900000003|4cc3aa205468e1bb8b204de1baab75|1948|2|5175e1baad6e2031|79 - 024|01/01/2019|-|20/12/2018"
    "|79019900000003|-|4| 01/01/2015|c3d4e5f60718293a-7102|$"
)
CARD_2021 = (
    "9900000004|4e677579e1bb856e205468e1bb8b205468e1bbad|12/10/2001|2|-|89 - 012|01/12/2021|-|07/01/2022"
    "|89009900000004|-|4|20/09/2021|d4e5f60718293a4-7102|4|54e1bb896e6820416e204769616e67|$"
)
CITIZEN = "079090000001|012345678|Nguyễn Văn Mẫu|01021990|Nam|Phường Thử Nghiệm, Quận 1, TP. Mẫu|15042021"


def read(text: str) -> HealthCard | CitizenCard:
    return parse(text, today=TODAY)


def codes(card: HealthCard | CitizenCard) -> list[str]:
    return [notice.code for notice in card.warnings]


def refusal(text: str) -> str:
    with pytest.raises(CardParseError) as caught:
        read(text)
    return caught.value.code


class TestScansThatRunTogether:
    @pytest.mark.parametrize("between", ["", "\r"])
    @pytest.mark.parametrize("cut", [20, 70, 85, 120, 160])
    def test_a_scan_that_was_cut_and_begun_anew_is_the_whole_one(self, cut: int, between: str) -> None:
        card = read(HEALTH[:cut] + between + HEALTH)
        assert card == read(HEALTH + HEALTH)
        assert codes(card) == ["scanned_twice"]

    @pytest.mark.parametrize("between", ["", "\r"])
    @given(one=health_lines() | citizen_lines(), other=health_lines() | citizen_lines(), data=st.data())
    def test_a_cut_scan_never_mixes_with_the_next_person_s(
        self, between: str, one: Line, other: Line, data: st.DataObject
    ) -> None:
        cut = data.draw(st.integers(len(one.text) // 2, len(one.text) - 2))
        if one.card != other.card and not other.text.startswith(one.text[:cut]):
            assert refusal(one.text[:cut] + between + other.text) == "two_scans"

    def test_the_second_may_be_in_lower_case_or_of_another_kind(self) -> None:
        assert refusal(HEALTH.removesuffix("$") + OTHER.lower()) == "two_scans"
        assert refusal(HEALTH + CITIZEN) == "two_scans"
        assert refusal(CITIZEN + CITIZEN.replace("079090000001", "079090000002")) == "two_scans"

    def test_a_number_before_a_line_is_another_scan(self) -> None:
        assert refusal("DN4799900000002" + HEALTH) == "two_scans"
        assert refusal("CK2799900000009 " + CARD_2021) == "two_scans"

    def test_a_control_character_in_a_name_takes_no_blank_with_it(self) -> None:
        assert read(CITIZEN.replace("Văn", "\x0cVăn")) == read(CITIZEN)

    def test_an_address_that_ends_in_a_digit_is_no_bridge(self) -> None:
        first = "034068042359||Võ Mỹ Hương|29081968|Nam|Ấp 3, "
        second = "031068141956||Đinh Minh Sơn|08031968|Nam|Khóm 7|21032022"
        assert refusal(first + "\r" + second) == "two_scans"
        assert refusal(first.rstrip(", ") + second) == "two_scans"


class TestSeparators:
    def test_two_lost_separators_do_not_move_dates(self) -> None:
        assert refusal(CARD_2021.replace("|12/10/2001|2|", "12/10/20012|")) == "line_incomplete"
        card = read(CARD_2021.replace("|-|89 - 012|01/12/2021|", "|-89 - 01201/12/2021|"))
        assert isinstance(card, HealthCard)
        assert (card.valid_from, card.valid_to, card.issued_on) == (None, None, None)
        assert "line_incomplete" in codes(card)

    def test_one_part_too_many_does_not_move_dates(self) -> None:
        card = read(CARD_2021.replace("|2|-|", "|2|x|-|"))
        assert isinstance(card, HealthCard)
        assert (card.valid_from, card.valid_to) == (None, None)

    @given(health_lines(), st.data())
    def test_one_lost_and_one_doubled_move_nothing(self, line: Line, data: st.DataObject) -> None:
        places = [place for place, character in enumerate(line.text[:-2]) if character == "|"]
        lost, doubled = data.draw(st.lists(st.sampled_from(places), min_size=2, max_size=2, unique=True))
        text = "".join(
            "" if place == lost else "||" if place == doubled else character
            for place, character in enumerate(line.text)
        )
        try:
            card = read(text)
        except CardParseError:
            return
        assert isinstance(card, HealthCard)
        assert isinstance(line.card, HealthCard)
        for name in (
            "birth_date",
            "valid_from",
            "valid_to",
            "issued_on",
            "five_years_from",
            "primary_facility",
        ):
            assert getattr(card, name) in (None, getattr(line.card, name))

    def test_a_citizen_card_s_separators_may_all_be_lost(self) -> None:
        card = read(CITIZEN.replace("|", ""))
        assert isinstance(card, CitizenCard)
        assert (card.citizen_id, card.full_name, card.sex) == ("079090000001", "Nguyễn Văn Mẫu", Sex.MALE)
        assert card.address == "Phường Thử Nghiệm, Quận 1, TP. Mẫu"
        assert codes(card) == ["repaired_separators"]

    def test_the_one_before_the_day_of_issue_may_be_lost(self) -> None:
        joined = CITIZEN.replace("|15042021", "15042021")
        assert read(joined) == read(CITIZEN.replace("|15042021", "||15042021"))


class TestAccents:
    @pytest.mark.parametrize(
        "text",
        [
            "079090000001||Nguyn Vn Mu|01021990|Nam|S 1 – Phng Th Nghim|15042021",
            "079090000001||Nguyn Vn Mu|01021990|Nam|H’leo|15042021",
            "079090000001||oàn Thanh Hà|01021990|Nam|Thôn Tân Hoà, Xã Bình An|15042021",
            "079090000001||Nguyn Vn Mu|01021990|Nam||15042021",
            "079090000001||Nguyn Vn Mu|01021990|Nam|Phng",
        ],
    )
    def test_a_name_that_lost_letters_is_not_a_name(self, text: str) -> None:
        card = read(text)
        assert card.full_name is None
        assert "accents_lost" in codes(card)

    @pytest.mark.parametrize("blank", ["\N{NO-BREAK SPACE}", "\N{SPACE}"])
    def test_a_hard_blank_is_a_blank(self, blank: str) -> None:
        card = read(f"079090000001||NGUYỄN{blank}BÁ{blank}MẪU|01021990|Nam|XÃ{blank}MẪU, Tỉnh Thử|15042021")
        assert (card.full_name, card.address, card.warnings) == ("NGUYỄN BÁ MẪU", "XÃ MẪU, Tỉnh Thử", ())

    def test_small_letters_are_not_caps_lock(self) -> None:
        card = read("079190000001||Nguyễn Văn Mẫu|01021990|nữ|Xã Mẫu|15042021")
        assert (card.full_name, card.warnings) == ("Nguyễn Văn Mẫu", ())

    @pytest.mark.parametrize("sex", ["Na", "Nma", "NNam", "Nan"])
    def test_a_damaged_nam_is_nobody_s_sex(self, sex: str) -> None:
        card = read(CITIZEN.replace("|Nam|", f"|{sex}|"))
        assert card.sex is None
        assert card.warnings


class TestStrayCharacters:
    @pytest.mark.parametrize("stray", ["\x85", "\u2028", "\u2029", "\N{NO-BREAK SPACE}", "\udcff", "\ufffd"])  # noqa: PT014  it takes a lone surrogate for U+FFFD
    @pytest.mark.parametrize("line", [HEALTH, CARD_2021, CITIZEN])
    def test_around_a_line_they_change_nothing(self, line: str, stray: str) -> None:
        for text in (line + stray, stray + line):
            card = read(text)
            assert [code for code in codes(card) if code != "not_utf8"] == []
            assert card.full_name == read(line).full_name

    def test_a_byte_in_the_name_leaves_the_address(self) -> None:
        card = read(CITIZEN.replace("Nguyễn", "Nguy\udce1\udcbbn"))
        assert (card.full_name, card.address) == (None, "Phường Thử Nghiệm, Quận 1, TP. Mẫu")

    @pytest.mark.parametrize(
        "number", ["DN4–79–9900000001", "DN4 79\xa09900000001", "DN4—79·9900000001", "dn 4  79 9900000001"]
    )
    def test_any_dash_or_blank_may_stand_in_a_number(self, number: str) -> None:
        card = read(number)
        assert isinstance(card, HealthCard)
        assert card.card_number == "DN4799900000001"


class TestWhatIsMissing:
    @pytest.mark.parametrize("place", [1, 2, 3, 5])
    @pytest.mark.parametrize("nothing", ["-", ""])
    def test_what_every_card_has_is_missed(self, place: int, nothing: str) -> None:
        parts = HEALTH.split("|")
        parts[place] = nothing
        assert "field_unreadable" in codes(read("|".join(parts)))

    def test_ten_digits_on_a_line_of_the_old_length_are_doubted(self) -> None:
        card = read(HEALTH[5:])
        assert isinstance(card, HealthCard)
        assert card.card_number is None
        assert "line_incomplete" in codes(card)


class TestBoundedWork:
    """Texts made to be slow or deep end as quickly as others."""

    @pytest.mark.parametrize(
        "text",
        [
            "079090000001||A|01021990|Nam|&" + "amp;" * 3900 + "|15042021",
            "|%" + "25" * 9000,
            "079090000001|" + "|" * 50 + "a" + "01021990nam" * 1600 + "|",
            "079090000001" * 1600,
            "DN4799900000001|4e67|01/02/1990|1|" * 500,
            "1" * 20_000 + "|",
            "đ" * 20_000,
        ],
        ids=["entities", "percent", "dates and sexes", "numbers", "line starts", "digits", "layout"],
    )
    def test_it_ends(self, text: str) -> None:
        started = time.process_time()
        with contextlib.suppress(CardParseError):
            read(text)
        used = time.process_time() - started
        started = time.process_time()
        for _ in range(2000):
            read(HEALTH)
        assert used < 10 * (time.process_time() - started)
