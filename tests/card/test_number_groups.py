"""A number while it is typed: what each group says, and which one is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.card.number_groups import Group, State, as_printed, number_groups
from kiosk.card.numbers import without_separators


def group(typed: str, part: str) -> Group:
    return next(each for each in number_groups(typed) if each.part == part)


def test_a_card_number_names_its_object_code_level_and_province() -> None:
    groups = number_groups("DN 4 79 99 000 00001")
    assert [(each.part, each.text, each.state) for each in groups] == [
        ("object_code", "DN", State.GOOD),
        ("benefit_level", "4", State.GOOD),
        ("province", "79", State.GOOD),
        ("serial", "9900000001", State.GOOD),
    ]
    assert dict(groups[0].values)["name"].startswith("Người lao động")
    assert "Hồ Chí Minh" in dict(groups[2].values)["name"]


@pytest.mark.parametrize(
    ("typed", "part", "problem", "state"),
    [
        ("ZZ4", "object_code", "object_code_unknown", State.ODD),
        ("DN0", "benefit_level", "level_unknown", State.WRONG),
        ("DN7", "benefit_level", "level_legacy", State.ODD),
        ("DN1", "benefit_level", "level_unusual", State.ODD),
        ("DN499", "province", "province_unknown", State.ODD),
        ("DN4X", "province", "digits_only", State.WRONG),
        ("DN47999000000A1", "serial", "serial_letters", State.ODD),
        ("DN479990000000012", "rest", "too_long", State.WRONG),
        ("990000000", "digits", "old_citizen", State.PENDING),
        ("9900000001234", "rest", "too_long", State.WRONG),
        ("99000x", "whole", "digits_only", State.WRONG),
        ("D4", "whole", "code_form", State.WRONG),
        ("Đ4", "whole", "input_method", State.WRONG),
    ],
)
def test_what_is_wrong_is_said_at_its_group(typed: str, part: str, problem: str, state: State) -> None:
    found = group(typed, part)
    assert (found.problem, found.state) == (problem, state)


@pytest.mark.parametrize(("typed", "part"), [("D", "whole"), ("DN47", "province"), ("DN47999", "serial")])
def test_what_is_not_whole_yet_is_not_wrong(typed: str, part: str) -> None:
    if typed == "D":
        assert number_groups(typed)[-1].state is not State.GOOD
    else:
        assert group(typed, part).state is State.PENDING


def test_ten_digits_are_social_insurance_and_twelve_a_citizen() -> None:
    assert [each.part for each in number_groups("9900000001")] == ["social_insurance"]
    province, birth, serial = number_groups("079190000001")
    assert "Hồ Chí Minh" in dict(province.values)["name"]
    assert dict(birth.values) == {"year": "1990", "sex": "female"}
    assert serial.state is State.GOOD


def test_slips_of_letters_for_digits_are_read_as_digits_as_when_it_is_submitted() -> None:
    assert [each.text for each in number_groups("dn4 79 99OOOOOOOl")] == ["DN", "4", "79", "9900000001"]


def test_nothing_typed_has_no_groups() -> None:
    assert number_groups(" . ") == ()


@given(st.text(max_size=30))
def test_any_typing_is_groups_of_what_was_typed(typed: str) -> None:
    assert all(each.text for each in number_groups(typed))


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("dn4799900000001", "DN 4 79 99 000 00001"),
        ("DN-4.79 9", "DN 4 79 9"),
        ("dn", "DN"),
        ("DN47999000000012", "DN 4 79 99 000 00001 2"),
        ("9900000001", "9900000001"),
        ("099 190 000001", "099190000001"),
        ("đn4", "ĐN4"),
        ("", ""),
    ],
)
def test_a_number_is_shown_in_the_groups_that_cards_print(typed: str, printed: str) -> None:
    assert as_printed(typed) == printed


@given(st.text(alphabet="DN0123456789 .-", max_size=20))
def test_the_groups_change_nothing_but_blanks(typed: str) -> None:
    assert without_separators(as_printed(typed)) == without_separators(typed)
    assert as_printed(as_printed(typed)) == as_printed(typed)
